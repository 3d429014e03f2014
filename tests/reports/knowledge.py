"""What somebody who reads public editions and the words of their measures can know, set up from the printed tables. It uses nothing of the product's
suppression: which tables add up and what is at most what is said here a second time."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeVar

from reports.figures import Mark, Row, Table, Unit
from tests.reports.attacker import MOST, Knowledge, Name

# By table: the columns that add up down to the total row, and across to the last named.
DOWN = {
    "raised": (0, 1, 2), "early": (0,), "levels": (0,), "started": (0,), "highest": (0,), "settled": (0,), "grounds": (0,), "routes": (0,),
    "responses": (0, 1, 2, 3, 5, 6), "answering": (0, 1, 2, 3, 5, 6), "steps": (0, 1, 2, 3, 5, 6), "learning": range(5),
    "learning-before": range(5), "actions": (0, 1, 2, 3, 5),
}  # fmt: skip
ACROSS = {
    "raised": (0, 1, 2), "responses": (0, 1, 2, 3), "answering": (0, 1, 2, 3), "steps": (0, 1, 2, 3), "acknowledgements": (0, 1, 2, 3),
    "panels": (0, 1, 2), "closing": (0, 1, 2), "learning": range(5), "learning-before": range(5), "actions": (0, 1, 2, 3),
    "actions-before": (0, 1, 2, 3), "themes": (0, 1, 2), "imported": (0, 1, 2),
}  # fmt: skip
Each = TypeVar("Each")
BY_STAGE = ("started", "highest", "settled")


class Reader:
    """Reads the tables of one edition of a year into what is known, each count under its name in that year."""

    def __init__(self, known: Knowledge, year: int, tables: Mapping[str, Table]) -> None:
        self.known, self.year = known, year
        self.tables = {key: table for key, table in tables.items() if table.counts_people}
        self.silent = tables.get("silent-kinds")
        # What came, by what it is, and what it came of besides what was open before, or is still open after: the two sides of a bound.
        self.came: dict[object, tuple[list[Name], list[Name]]] = {}
        self.stays: dict[object, tuple[list[Name], list[Name]]] = {}

    def name(self, table: Table, row: Row, at: int) -> Name:
        key = row.cells[at].key
        if key:
            return key if "@" in key else f"{key}@{self.year}"
        return self.year, table.key, row.name, at

    def of(self, key: str, column: int = 0) -> dict[str, Name]:
        """Names of a table's counts in one column, by row."""
        table = self.tables.get(key)
        return {row.name: self.name(table, row, column) for row in table.rows} if table else {}

    def quantity(self, key: str) -> Name:
        return f"{key}@{self.year}"

    def is_there(self, name: Name) -> bool:
        return name in self.known.shown or name in self.known.spans

    @property
    def before(self) -> list[Name]:
        """What was open when the year began, as the edition says; nothing where it says nothing."""
        names = {self.name(table, row, at) for table in self.tables.values() for row in table.rows for at in range(len(row.cells))}
        return sorted((name for name in names if isinstance(name, str) and name.startswith("open@") and name != f"open@{self.year}"), key=str)

    def of_open(self, why: object, less: Iterable[Name], more: Iterable[Name]) -> None:
        """The ones are no more than the others and those that were open before. Why, so that other years have it under the same name."""
        self.came[why] = list(less), list(more)
        self.known.at_most(self.came[why][0], [*self.came[why][1], *self.before])

    def or_open(self, why: object, less: Iterable[Name], more: Iterable[Name]) -> None:
        """The ones are no more than the others and those that are still open at the end."""
        self.stays[why] = list(less), list(more)
        self.known.at_most(self.stays[why][0], [*self.stays[why][1], self.quantity("open")])

    def read(self) -> None:
        """All of it."""
        for table in self.tables.values():
            self._counts(table)
        for table in self.tables.values():
            self._sums(table)
        self._comings_and_goings()
        self._stages()
        self._imported()
        self._areas()
        self._kinds()
        self._acknowledged()
        self._came_of_routes()

    def _counts(self, table: Table) -> None:
        for row in table.rows:
            for at, column in enumerate(table.columns):
                if column.unit is Unit.COUNT:
                    name, cell = self.name(table, row, at), row.cells[at]
                    if cell.mark is Mark.HIDDEN:
                        self.known.wanted.add(name)
                        self.known.spans[name] = (1, MOST)
                    elif not cell.mark:
                        self.known.shown[name] = cell.number
            for part in row.of:
                self.known.spans[self.part(table, part)] = (0, MOST)
        early = self.tables.get("early")
        if table is early:
            for row in table.rows:
                if not row.is_total and row.cells[0].mark and not row.cells[2].mark:
                    self.known.spans[self.name(table, row, 0)] = (row.cells[1].number - row.cells[2].number, MOST)

    def part(self, table: Table, part: str) -> Name:
        """A row that stands put together with others: known to be there, not what it is."""
        return self.year, table.key, part, self.deciding(table)

    def deciding(self, table: Table) -> int:
        return {"kinds": len(table.columns) - 1, "outcomes": len(table.columns) - 1, "answering": 3, "responses": 3, "actions": 3}.get(table.key, 0)

    def _sums(self, table: Table) -> None:
        width = len(table.columns)
        down: Sequence[int] = range(width) if table.key in {"kinds", "outcomes"} else DOWN.get(table.key, ())
        across: Sequence[int] = range(width) if table.key in {"kinds", "outcomes"} else ACROSS.get(table.key, ())
        body, totals = [row for row in table.rows if not row.is_total], [row for row in table.rows if row.is_total]
        for at in down if body and totals else ():
            if all(self.is_there(self.name(table, row, at)) for row in table.rows):
                self.known.equal([self.name(table, row, at) for row in body], [self.name(table, totals[0], at)])
        for row in table.rows if across else ():
            names = [self.name(table, row, at) for at in across]
            if all(map(self.is_there, names)):
                self.known.equal(names[:-1], names[-1:])
        for row in body:
            if row.of:
                self.known.equal([self.part(table, part) for part in row.of], [self.name(table, row, self.deciding(table))])

    def _comings_and_goings(self) -> None:
        raised, closed, withdrawn, still = map(self.quantity, ("raised", "closed", "withdrawn", "open"))
        self.known.equal([*self.before, raised], [closed, withdrawn, still])
        totals = self.tables["raised"].rows[-1]
        kept, gone = (self.name(self.tables["raised"], totals, at) for at in (0, 1))
        self.of_open("closed", [closed], [kept])
        self.of_open("withdrawn", [withdrawn], [gone])
        self.or_open("gone", [gone], [withdrawn])

    def _each_stage(self, key: str) -> dict[int, Name]:
        """The count of each stage, also of those that are put together."""
        table = self.tables[key]
        alone = {row.name: self.name(table, row, 0) for row in table.rows if not row.is_total and not row.of}
        parts = {part: self.part(table, part) for row in table.rows for part in row.of}
        return {int(stage): name for stage, name in {**alone, **parts}.items()}

    def _stages(self) -> None:
        started, highest, settled = map(self._each_stage, BY_STAGE)
        back = [name for row, name in self.of("routes").items() if row == "back"]
        moves = [name for row, name in self.of("grounds").items() if row == "all"]
        settled_elsewhere = []
        for stage in sorted({*started, *highest, *settled}):
            began, reached, ended = ([name for at, name in each.items() if at >= stage] for each in (started, highest, settled))
            self.known.at_most(began, reached)
            self.known.at_most(reached, [*began, *moves])
            self.of_open(("settled from", stage), ended, reached)
            self.or_open(("begun from", stage), began, [*ended, self.quantity("withdrawn"), *back])
            other = (self.year, "settled elsewhere", stage)
            settled_elsewhere.append(other)
            self.known.spans[other] = (0, MOST)
            self.known.at_most([settled[stage]] if stage in settled else [], [*([highest[stage]] if stage in highest else []), other])
        self.known.at_most(settled_elsewhere, [*self.before, *back])
        for some in _some({*highest, *settled}):  # The same without what stands nowhere, for several years together.
            ended, reached = ([each[at] for at in some if at in each] for each in (settled, highest))
            self.of_open(("settled at", some), ended, [*reached, *back])
        first = self.tables["highest"].partnership_from
        if first:  # Referred then, or after the year's end; the names of the stages say which are the partnership's.
            self.or_open("reached it", [highest[at] for at in highest if at >= first], [self.quantity("referred")])
        first = self.tables["settled"].partnership_from
        if first:  # What only its routes come to was settled at its stage.
            came = [name for outcome, name in self._came().items() if outcome in CAME_OF]
            self.known.at_most(came, [settled[at] for at in settled if at >= first])

    def _imported(self) -> None:
        for sort in (0, 1):  # Brought in from an earlier log, and logged here: which it is stays so.
            found = self.of("imported", sort)
            self.of_open(("sort", sort), *([name for row, name in found.items() if row == key] for key in ("closed", "raised")))

    def _areas(self) -> None:
        areas, raised = self.of("themes"), self.quantity("raised")
        if areas:
            self.known.at_most([raised], areas.values())
        for area, name in areas.items():
            self.known.at_most([name, *([areas["none"]] if "none" in areas and area != "none" else [])], [raised])

    def _kinds(self) -> None:
        table = self.tables["kinds"]
        last = len(table.columns) - 1
        raising = {row.name: row.cells[1].number - row.cells[0].number for row in self.silent.rows if not row.is_total} if self.silent else {}
        every = []
        for row in table.rows:
            if not row.is_total:
                mine = (self.year, "raised by", row.name)
                every.append(mine)
                self.known.spans[mine] = (sum(raising.get(kind, 0) for kind in row.of or [row.name]), MOST)
                self.known.at_most([mine], [self.name(table, row, last)])
                for at in range(last):
                    self.known.at_most([self.name(table, row, at)], [mine])
                for part in row.of:
                    self.known.spans[self.part(table, part)] = (raising.get(part, 0), MOST)
        if every:
            self.known.equal(every, [self.quantity("raised")])

    def _acknowledged(self) -> None:
        table = self.tables.get("acknowledgements")
        for row in table.rows if table else ():
            self.of_open(("acknowledged", row.name), [self.name(table, row, at) for at in (3, 5, 6)], [self.quantity("referred")])

    def _came_of_routes(self) -> None:
        """Only a panel's is a panel's decision, and so for each outcome of a route: of any of them together, as what was open before is any's. What a
        panel decided was before it too, whatever came of it."""
        took, came = self.of("routes"), self._came()
        found = {**came, **{row: name for row, name in self.of("panels").items() if row == "decided"}}
        for some in _some((*CAME_OF, "decided")):
            routes = {CAME_OF.get(each, "panel") for each in some}
            if len(routes) == len(some):
                self.of_open(("came of", some), [found[each] for each in some if each in found], [took[route] for route in routes if route in took])
        if "panels" in self.tables and self.tables["panels"].rows:
            self.of_open("convened", [self.quantity("panels")], [self.quantity("referred")])

    def _came(self) -> dict[str, Name]:
        """How many came to each outcome, also of those that are put together."""
        table = self.tables.get("outcomes")
        last = len(table.columns) - 1 if table else 0
        alone = {row.name: self.name(table, row, last) for row in table.rows if not row.of} if table else {}
        return alone | ({part: self.part(table, part) for row in table.rows for part in row.of} if table else {})


def read_together(readers: Sequence[Reader]) -> None:
    """What the editions of years that follow each other, the first first, tell of all together: what came in any came of what is there in any, or
    was open before the first or is after the last. What was open between them is neither."""
    first, last = readers[0], readers[-1]
    for why in dict.fromkeys(why for each in readers for why in each.came):
        less, more = ([name for each in readers for name in each.came.get(why, ([], []))[side]] for side in (0, 1))
        first.known.at_most(less, [*more, *first.before])
    for why in dict.fromkeys(why for each in readers for why in each.stays):
        less, more = ([name for each in readers for name in each.stays.get(why, ([], []))[side]] for side in (0, 1))
        first.known.at_most(less, [*more, last.quantity("open")])


def _some(of: Collection[Each]) -> Iterator[tuple[Each, ...]]:
    """Each choice of one or more of them."""
    return (some for many in range(1, len(of) + 1) for some in combinations(of, many))


CAME_OF = {"mediated": "mediation", "panel_decision": "panel", "liaison": "liaison", "advice_taken": "review"}


def _counts(table: Table) -> list[int]:
    return [at for at, column in enumerate(table.columns) if column.unit is Unit.COUNT]


def truth_of(reader: Reader, counted: Mapping[str, Table], raised_by: Mapping[str, int]) -> dict[Name, int]:
    """The counts as they are under the names that the reader gives them: from the tables before anything was hidden, and, for what stands in none of
    them, from how many each kind of agency raised."""
    values: dict[Name, int] = {}
    for key, printed in reader.tables.items():
        table = counted[key]
        values |= {reader.name(table, row, at): row.cells[at].number for row in table.rows for at in _counts(table) if not row.cells[at].mark}
        for row in printed.rows:
            parts = [each for each in table.rows if each.name in row.of]
            values |= {reader.name(printed, row, at): sum(each.cells[at].number for each in parts) for at in _counts(table) if parts}
    for row in reader.tables["kinds"].rows:
        values[reader.year, "raised by", row.name] = sum(raised_by.get(kind, 0) for kind in row.of or [row.name])
    for row in counted["settled"].rows:
        if not row.is_total:
            reached = sum(each.cells[0].number for each in counted["highest"].rows if each.name == row.name)
            values[reader.year, "settled elsewhere", int(row.name)] = max(row.cells[0].number - reached, 0)
    return values
