"""What the words of the measures make at most as much as something else, between the tables of a public edition: pure.

Each holds of every record: a disagreement that is settled at a stage has reached it, one that is closed was not withdrawn, each area is of one that
was raised. Those of stages and outcomes are said of the counts as they are before rows are put together. A test holds them against generated years.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from escalation.services.outcomes import OUTCOME_OF
from escalation.states import Route
from reports.disclosure import Name
from reports.earlier import name_of
from reports.figures import ALL, Table, Unit
from reports.known import AtMost
from reports.measures.base import CLOSED, OPEN, PANELS, RAISED, REFERRED, WITHDRAWN

NONE = "none"
BEFORE_PUT_TOGETHER = frozenset({"started", "highest", "settled", "outcomes"})


@dataclass(frozen=True)
class Relations:
    """What is at most as much as what, and the quantities between them that stand nowhere: each with a value that fits, and with its least."""

    within: tuple[AtMost, ...]
    free: Mapping[Name, int]
    floors: Mapping[Name, int]


def relations_of(tables: Mapping[str, Table], floors: Mapping[Name, int]) -> Relations:
    """The relations between the tables (those that count people; those of stages and outcomes before rows are put together) of one year or of three
    together."""
    counts = _Counts(tables)
    by_kind, elsewhere = list(_raised_by(counts, floors)), list(_settled_elsewhere(counts))
    free = _shared_out(by_kind, counts.values.get(RAISED, 0)) | {each.name: each.least for each in elsewhere}
    lists = (
        _withdrawn(counts),
        _imported(counts),
        _stages(counts),
        _where_settled(counts, elsewhere),
        _areas(counts),
        _kinds(counts, by_kind),
        _referred(counts),
        _put_before(counts),
        (each for each in _came_of_routes(counts) if counts.holds(each)),
    )
    return Relations(tuple(each for found in lists for each in found if each.less), free, {each.name: each.floor for each in by_kind})


class _Counts:
    """The counts of the tables by name, and the names by table, row and column."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.values: dict[Name, int] = {}
        self._names: dict[str, dict[tuple[str, str], Name]] = {}
        self.partnership_from = {key: table.partnership_from for key, table in tables.items()}
        self.last_column = {key: table.columns[-1].name for key, table in tables.items()}
        self.put_together = {(key, row.name): row.of for key, table in tables.items() for row in table.rows if row.of}
        for key, table in tables.items():
            for at, row in enumerate(table.rows):
                for across, column in enumerate(table.columns):
                    if column.unit is Unit.COUNT and not row.cells[across].mark:
                        name = name_of(table, at, across)
                        self.values[name] = row.cells[across].number
                        self._names.setdefault(key, {})[row.name, column.name] = name

    def there(self, *names: Name) -> bool:
        return all(name in self.values for name in names)

    def holds(self, rule: AtMost) -> bool:
        """Whether the record is so. One from when any outcome could be put at any stage may not: then the rule tells a reader nothing true."""
        return sum(self.values[name] for name in rule.less) <= sum(self.values[name] for name in rule.more)

    @property
    def before(self) -> tuple[Name, ...]:
        """What was open when the year began; nothing where nothing is on record from before."""
        return tuple(name for name in self.values if isinstance(name, str) and name.startswith(f"{OPEN}@"))

    @property
    def given_back(self) -> tuple[Name, ...]:
        """Those that the partnership gave back to the agencies: nothing else lowers the stage."""
        return tuple(name for (row, _column), name in self.of("routes").items() if row == Route.BACK)

    def of(self, table: str) -> dict[tuple[str, str], Name]:
        """The names of the table's counts by row and column."""
        return self._names.get(table, {})


def _withdrawn(counts: _Counts) -> Iterator[AtMost]:
    """What was closed in the year was raised in it and not withdrawn, or was open before; what was withdrawn in it is withdrawn, or was so."""
    kept, gone = (counts.of("raised").get((ALL, column)) for column in ("kept", "gone"))
    if kept and gone and counts.there(CLOSED, WITHDRAWN):
        yield AtMost((CLOSED,), (kept, *counts.before))
        yield AtMost((WITHDRAWN,), (gone, *counts.before))


def _imported(counts: _Counts) -> Iterator[AtMost]:
    """What was closed of those brought in from an earlier log was raised among them, or was open before; and so for those logged here."""
    found = counts.of("imported")
    for column in ("brought-in", "logged-here"):
        ended, began = found.get((CLOSED, column)), found.get((RAISED, column))
        if ended:
            yield AtMost((ended,), (*([began] if began else []), *counts.before))


def _stages(counts: _Counts) -> Iterator[AtMost]:
    """From each stage up: what began there has reached it, and what reached it began there or was moved up; what was settled there has reached it, or
    was open before. And below each: what was settled there began there, or was open before or given back to the agencies."""
    started, highest, settled = (_by_stage(counts, key) for key in ("started", "highest", "settled"))
    if not (started and highest and settled):
        return
    moves = tuple(name for (row, _column), name in counts.of("grounds").items() if row == ALL)
    for stage in sorted({*started, *highest, *settled}):
        began, reached, ended = (tuple(name for at, name in found.items() if at >= stage) for found in (started, highest, settled))
        yield AtMost(began, reached)
        yield AtMost(reached, (*began, *moves))  # Where none was moved up the table of grounds is empty, and nothing is left beside them.
        yield AtMost(ended, (*reached, *counts.before))
        below, settled_below = (tuple(name for at, name in found.items() if at < stage) for found in (started, settled))
        yield AtMost(settled_below, (*below, *counts.before, *counts.given_back))


@dataclass(frozen=True)
class _Elsewhere:
    """How many were settled at a stage that is not the highest that they reached, or were raised before the year: that stands nowhere."""

    name: Name
    settled: Name
    reached: tuple[Name, ...]
    least: int


def _settled_elsewhere(counts: _Counts) -> Iterator[_Elsewhere]:
    highest = _by_stage(counts, "highest")
    for stage, settled in _by_stage(counts, "settled").items() if highest else ():
        reached = (highest[stage],) if stage in highest else ()
        least = max(counts.values[settled] - sum(counts.values[name] for name in reached), 0)
        yield _Elsewhere(("settled", str(stage), "elsewhere"), settled, reached, least)


def _where_settled(counts: _Counts, elsewhere: list[_Elsewhere]) -> Iterator[AtMost]:
    """What was settled at a stage has it as its highest, unless it was open before or was given back."""
    for each in elsewhere:
        yield AtMost((each.settled,), (*each.reached, each.name))
    yield AtMost(tuple(each.name for each in elsewhere), (*counts.before, *counts.given_back))


def _by_stage(counts: _Counts, table: str) -> dict[int, Name]:
    return {int(row): name for (row, _column), name in counts.of(table).items() if row.isdigit()}


def _areas(counts: _Counts) -> Iterator[AtMost]:
    """Each that was raised has an area, or none and then no other."""
    listed = {row: name for (row, column), name in counts.of("themes").items() if column == "raised"}
    if listed and counts.there(RAISED):
        yield AtMost((RAISED,), tuple(listed.values()))
        for row, name in listed.items():
            if row != NONE and NONE in listed:
                yield AtMost((name, listed[NONE]), (RAISED,))


@dataclass(frozen=True)
class _Raised:
    """How many one kind of agency raised, which stands nowhere: at least as many as with each kind that received, at most as many as with all."""

    name: Name
    pairs: tuple[Name, ...]
    row: Name
    floor: int
    least: int
    most: int


def _raised_by(counts: _Counts, floors: Mapping[Name, int]) -> Iterator[_Raised]:
    found, last = counts.of("kinds"), counts.last_column.get("kinds", ALL)
    for row in dict.fromkeys(row for row, _column in found if row != ALL):
        pairs = tuple(name for (each, column), name in found.items() if each == row and column != last)
        whole = found[row, last]
        floor = sum(floors.get(("kinds", each, last), 0) for each in counts.put_together.get(("kinds", row), (row,)))
        least = max([floor, *(counts.values[name] for name in pairs)])
        yield _Raised(("kinds", row, "raised"), pairs, whole, floor, least, counts.values[whole])


def _kinds(counts: _Counts, by_kind: list[_Raised]) -> Iterator[AtMost]:
    """One raised counts once with each kind that received it, so for its own kind at least once, and at most once with each."""
    for each in by_kind:
        yield AtMost((each.name,), (each.row,))
        for pair in each.pairs:
            yield AtMost((pair,), (each.name,))
    if by_kind and counts.there(RAISED):
        every = tuple(each.name for each in by_kind)
        yield AtMost(every, (RAISED,))
        yield AtMost((RAISED,), every)


def _shared_out(by_kind: list[_Raised], raised: int) -> dict[Name, int]:
    """Of each kind a number that fits: together they come to what was raised, where that can be."""
    found = {each.name: each.least for each in by_kind}
    left = raised - sum(found.values())
    for each in by_kind:
        more = max(min(left, each.most - each.least), 0)
        found[each.name] += more
        left -= more
    return found


def _referred(counts: _Counts) -> Iterator[AtMost]:
    """An acknowledgement that is due was asked for by a referral of the year, or of one that was open before."""
    asked = tuple(name for (_row, column), name in counts.of("acknowledgements").items() if column in {"due", "not-needed", "not-yet-due"})
    if asked and counts.there(REFERRED):
        yield AtMost(asked, (REFERRED, *counts.before))


def _put_before(counts: _Counts) -> Iterator[AtMost]:
    """What reached a stage of the partnership's own was referred to it in the year, or later: then it was open at the year's end. A panel was
    convened of one that was referred in the year, or was open before."""
    reached = _of_the_partnership(counts, "highest")
    if counts.there(REFERRED, OPEN):
        yield AtMost(reached, (REFERRED, OPEN))
    if counts.there(REFERRED, PANELS):
        yield AtMost((PANELS,), (REFERRED, *counts.before))


def _of_the_partnership(counts: _Counts, table: str) -> tuple[Name, ...]:
    first = counts.partnership_from.get(table)
    return tuple(name for stage, name in _by_stage(counts, table).items() if first and stage >= first)


def _came_of_routes(counts: _Counts) -> Iterator[AtMost]:
    """What one route before the partnership comes to, and no other, took that route in the year or was open before, also of several together; and
    what a panel decided, whatever came of it then. Such an outcome was settled at a stage of the partnership's own."""
    outcomes, routes, panels = counts.of("outcomes"), counts.of("routes"), counts.of("panels")
    pairs = [(outcomes.get((outcome, ALL)), routes.get((route, "referred"))) for route, outcome in OUTCOME_OF.items()]
    pairs.append((panels.get(("decided", "yes")), routes.get((Route.PANEL, "referred"))))
    there = [(came, took) for came, took in pairs if came and took]
    for many in range(1, len(there) + 1 if counts.before else 2):
        for some in combinations(there, many):
            took = tuple(dict.fromkeys(took for _came, took in some))
            if len(took) == many:  # A panel's decision of either table, not of both: they may be of the same one.
                yield AtMost(tuple(came for came, _took in some), (*took, *counts.before))
    if settled := _of_the_partnership(counts, "settled"):
        yield AtMost(tuple(outcomes[outcome, ALL] for outcome in OUTCOME_OF.values() if (outcome, ALL) in outcomes), settled)
