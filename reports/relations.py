"""What the words of the measures make at most as much as something else, between the tables of a public edition: pure.

Each holds of every record: a disagreement that is settled at a stage has reached it, one that is closed was not withdrawn, each area is of one that
was raised. Those of stages and outcomes are said of the counts as they are before rows are put together. A test holds them against generated years.

What was open when a year began is in most of them. Of years that follow each other the same is so of all together, with what was open when the first
of them began and without what was open between them: all that was decided by a panel in two years was put before one in the two, or was open before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from escalation.services.outcomes import OUTCOME_OF
from escalation.states import Route
from reports.counted import Counted, Counts, Names
from reports.disclosure import Name
from reports.earlier import counted_of
from reports.figures import ALL, Table
from reports.known import AtMost
from reports.measures.base import CLOSED, PANELS, RAISED, REFERRED, WITHDRAWN

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
    counts = Counts([counted_of(tables)])
    by_kind, elsewhere = list(_raised_by(tables, counts, floors)), list(_settled_elsewhere(counts))
    free = _shared_out(by_kind, counts.values.get(RAISED, 0)) | {each.name: each.least for each in elsewhere}
    lists = (
        _withdrawn(counts),
        _imported(counts),
        _reached(counts),
        _stages(counts),
        _where_settled(counts, elsewhere),
        _areas(counts),
        _kinds(counts, by_kind),
        _referred(counts),
        _put_before(counts),
        (each for each in _came_of_routes(counts) if counts.holds(each, free)),
    )
    return Relations(tuple(each for found in lists for each in found if each.less), free, {each.name: each.floor for each in by_kind})


def relations_over(editions: Sequence[Counted]) -> Relations:
    """The relations of years that follow each other, the first first, taken together: those in which something is open between them, as far as the
    record is so. One that was counted before the next year may not be."""
    counts = Counts(editions)
    elsewhere = list(_settled_elsewhere(counts))
    free = {each.name: each.least for each in elsewhere}
    lists = (
        _withdrawn(counts),
        _imported(counts),
        _stages(counts),
        _where_settled(counts, elsewhere),
        _referred(counts),
        _put_before(counts),
        _came_of_routes(counts),
    )
    return Relations(tuple(each for found in lists for each in found if each.less and counts.holds(each, free)), free, {})


def _given_back(counts: Counts) -> Names:
    """Those that the partnership gave back to the agencies: nothing else lowers the stage."""
    return tuple(name for (row, _column), names in counts.of("routes").items() if row == Route.BACK for name in names)


def _parted(found: Mapping[int, Names], stage: int) -> tuple[Names, Names]:
    """The names of the stages below this one, and from it up."""
    below, above = (tuple(name for at, names in found.items() if (at >= stage) is is_up for name in names) for is_up in (False, True))
    return below, above


def _withdrawn(counts: Counts) -> Iterator[AtMost]:
    """What was closed in the year was raised in it and not withdrawn, or was open before; what was withdrawn in it is withdrawn, or was so."""
    kept, gone = (counts.of("raised").get((ALL, column)) for column in ("kept", "gone"))
    if kept and gone:
        yield AtMost(counts.keyed(CLOSED), (*kept, *counts.before))
        yield AtMost(counts.keyed(WITHDRAWN), (*gone, *counts.before))


def _imported(counts: Counts) -> Iterator[AtMost]:
    """What was closed of those brought in from an earlier log was raised among them, or was open before; and so for those logged here."""
    found = counts.of("imported")
    for column in ("brought-in", "logged-here"):
        yield AtMost(found.get((CLOSED, column), ()), (*found.get((RAISED, column), ()), *counts.before))


def _reached(counts: Counts) -> Iterator[AtMost]:
    """From each stage up: what began there has reached it, and what reached it began there or was moved up."""
    started, highest = (counts.by_stage(key) for key in ("started", "highest"))
    moves = tuple(name for (row, _column), names in counts.of("grounds").items() if row == ALL for name in names)
    for stage in sorted({*started, *highest}) if started and highest else ():
        (_below, began), (_lower, reached) = (_parted(found, stage) for found in (started, highest))
        yield AtMost(began, reached)
        yield AtMost(reached, (*began, *moves))  # Where none was moved up the table of grounds is empty, and nothing is left beside them.


def _stages(counts: Counts) -> Iterator[AtMost]:
    """From each stage up: what was settled there has reached it, or was open before. And below each: what was settled there began there, or was open
    before or given back to the agencies."""
    started, highest, settled = (counts.by_stage(key) for key in ("started", "highest", "settled"))
    for stage in sorted({*started, *highest, *settled}) if started and highest and settled else ():
        (below, _began), (_lower, reached), (settled_below, ended) = (_parted(found, stage) for found in (started, highest, settled))
        yield AtMost(ended, (*reached, *counts.before))
        yield AtMost(settled_below, (*below, *counts.before, *_given_back(counts)))


@dataclass(frozen=True)
class _Elsewhere:
    """How many were settled at a stage that is not the highest that they reached, or were raised before the year: that stands nowhere."""

    name: Name
    settled: Names
    reached: Names
    least: int


def _settled_elsewhere(counts: Counts) -> Iterator[_Elsewhere]:
    highest, years = counts.by_stage("highest"), [each.number for each in counts.editions][1:]
    for stage, settled in counts.by_stage("settled").items() if highest else ():
        reached = highest.get(stage, ())
        least = max(counts.sum_of(settled) - counts.sum_of(reached), 0)
        yield _Elsewhere(("settled", str(stage), "elsewhere", *years), settled, reached, least)


def _where_settled(counts: Counts, elsewhere: list[_Elsewhere]) -> Iterator[AtMost]:
    """What was settled at a stage has it as its highest, unless it was open before or was given back."""
    for each in elsewhere:
        yield AtMost(each.settled, (*each.reached, each.name))
    yield AtMost(tuple(each.name for each in elsewhere), (*counts.before, *_given_back(counts)))


def _areas(counts: Counts) -> Iterator[AtMost]:
    """Each that was raised has an area, or none and then no other."""
    listed = {row: names for (row, column), names in counts.of("themes").items() if column == "raised"}
    raised = counts.keyed(RAISED)
    if listed and raised:
        yield AtMost(raised, tuple(name for names in listed.values() for name in names))
        for row, names in listed.items():
            if row != NONE and NONE in listed:
                yield AtMost((*names, *listed[NONE]), raised)


@dataclass(frozen=True)
class _Raised:
    """How many one kind of agency raised, which stands nowhere: at least as many as with each kind that received, at most as many as with all."""

    name: Name
    pairs: Names
    row: Name
    floor: int
    least: int
    most: int


def _raised_by(tables: Mapping[str, Table], counts: Counts, floors: Mapping[Name, int]) -> Iterator[_Raised]:
    found, kinds = counts.of("kinds"), tables.get("kinds")
    together = {row.name: row.of for row in kinds.rows if row.of} if kinds else {}
    last = kinds.columns[-1].name if kinds else ALL
    for row in dict.fromkeys(row for row, _column in found if row != ALL):
        pairs = tuple(name for (each, column), names in found.items() if each == row and column != last for name in names)
        (whole,) = found[row, last]
        floor = sum(floors.get(("kinds", each, last), 0) for each in together.get(row, (row,)))
        least = max([floor, *(counts.values[name] for name in pairs)])
        yield _Raised(("kinds", row, "raised"), pairs, whole, floor, least, counts.values[whole])


def _kinds(counts: Counts, by_kind: list[_Raised]) -> Iterator[AtMost]:
    """One raised counts once with each kind that received it, so for its own kind at least once, and at most once with each."""
    for each in by_kind:
        yield AtMost((each.name,), (each.row,))
        for pair in each.pairs:
            yield AtMost((pair,), (each.name,))
    raised = counts.keyed(RAISED)
    if by_kind and raised:
        every = tuple(each.name for each in by_kind)
        yield AtMost(every, raised)
        yield AtMost(raised, every)


def _shared_out(by_kind: list[_Raised], raised: int) -> dict[Name, int]:
    """Of each kind a number that fits: together they come to what was raised, where that can be."""
    found = {each.name: each.least for each in by_kind}
    left = raised - sum(found.values())
    for each in by_kind:
        more = max(min(left, each.most - each.least), 0)
        found[each.name] += more
        left -= more
    return found


def _referred(counts: Counts) -> Iterator[AtMost]:
    """An acknowledgement that is due was asked for by a referral of the year, or of one that was open before."""
    columns = {"due", "not-needed", "not-yet-due"}
    asked = tuple(name for (_row, column), names in counts.of("acknowledgements").items() if column in columns for name in names)
    if referred := counts.keyed(REFERRED):
        yield AtMost(asked, (*referred, *counts.before))


def _put_before(counts: Counts) -> Iterator[AtMost]:
    """What reached a stage of the partnership's own was referred to it in the year, or later: then it was open at the year's end. A panel was
    convened of one that was referred in the year, or was open before."""
    if referred := counts.keyed(REFERRED):
        if counts.still_open:
            yield AtMost(counts.of_the_partnership("highest"), (*referred, *counts.still_open))
        yield AtMost(counts.keyed(PANELS), (*referred, *counts.before))


def _came_of_routes(counts: Counts) -> Iterator[AtMost]:
    """What one route before the partnership comes to, and no other, took that route in the year or was open before, also of several together; and
    what a panel decided, whatever came of it then. Such an outcome was settled at a stage of the partnership's own. A record from when any
    could be put anywhere says nothing of it, also where the numbers happen to be so."""
    outcomes, routes, panels = counts.of("outcomes") if counts.are_of_their_routes else {}, counts.of("routes"), counts.of("panels")
    pairs = [(outcomes.get((outcome, ALL)), routes.get((route, "referred"))) for route, outcome in OUTCOME_OF.items()]
    pairs.append((panels.get(("decided", "yes")), routes.get((Route.PANEL, "referred"))))
    there = [(came, took) for came, took in pairs if came and took]
    for many in range(1, len(there) + 1 if counts.before else 2):
        for some in combinations(there, many):
            took = dict.fromkeys(took for _came, took in some)
            if len(took) == many:  # A panel's decision of either table, not of both: they may be of the same one.
                yield AtMost(tuple(name for came, _took in some for name in came), (*(name for names in took for name in names), *counts.before))
    if settled := counts.of_the_partnership("settled"):
        yield AtMost(tuple(name for outcome in OUTCOME_OF.values() for name in outcomes.get((outcome, ALL), ())), settled)
