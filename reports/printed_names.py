"""The rows and columns of editions that were stored before rows and columns had keys: which they are by what was printed, so that a later edition
knows them again.

Rows of stages and of parts of the year are known by their place, since a stage's printed name is the procedure's own; all others by their words, as
they were printed then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.models import TextChoices

from agencies.roles import AgencyKind
from escalation.states import Difference, Ground, Measure, Outcome, Route, Theme
from reports.figures import ALL, Cell, Column, Row, Table, Unit
from reports.kinds import TOGETHER
from reports.measures.base import (
    ACTIONS_DUE,
    ACTIONS_IN_TIME,
    AHEAD,
    CLOSED,
    DUE,
    IN_TIME,
    LATE,
    LEARNT,
    NO_RESPONSE,
    OPEN,
    PANELS,
    RAISED,
    REFERRED,
    SPARE,
    WITHDRAWN,
)  # fmt: skip
from reports.said import named


def _words(item: TextChoices) -> str:
    """In English, as editions are stored."""
    return str(named(item.label))


BEFORE_ALL = "Before the first stage"
KINDS = {_words(kind): kind.value for kind in AgencyKind} | {"Other agencies": TOGETHER}
TIMED = {"In time": IN_TIME, "Late": LATE, "No response": NO_RESPONSE, "Due": DUE, "Not needed": SPARE, "Not yet due": AHEAD}
LEARNING = {"Policy": "policy", "Training": "training", "Service": "service", "Not said": "not-said"}
LEARNING_COLUMNS = {"Done": "done", "On track": "on-track", "Overdue": "overdue", "No date set": "undated", "Learning points": ALL}
ACTIONS = {"Done in time": "in-time", "Done late": "late", "Not done": "not-done", "Due": ALL}
ROWS: Mapping[str, Mapping[str, str]] = {
    "other": {
        "Kept inside one agency so far": "inside", "Closed in the year": CLOSED, "Open at the end of the year": OPEN, "Open now": OPEN,
        "Withdrawn in the year": WITHDRAWN, "Left out as duplicates or tests": "left-out", "Open at the beginning": "begun",
    },
    "change": {
        "Raised": RAISED, "Closed": CLOSED, "Open at the end": OPEN, "Referred to the partnership": REFERRED, "Panels convened": PANELS,
        "Learning points": LEARNT,
    },
    "answering": KINDS | {"Not recorded": "nobody"},
    "kinds": KINDS,
    "silent-kinds": KINDS,
    "actions": KINDS,
    "themes": {_words(theme): theme.value for theme in Theme} | {"Not stated": "none"},
    "levels": {f"Level {level}": str(level) for level in range(1, 5)} | {"Not stated": "none"},
    "grounds": {_words(ground): ground.value for ground in Ground} | {"Not resolved": Ground.NOT_RESOLVED.value, "Risk": Ground.RISK.value},
    "outcomes": {_words(outcome): outcome.value for outcome in Outcome} | {"Not recorded": "not-said"},
    "routes": {_words(route): route.value for route in Route} | {"No route chosen yet": "not-chosen"},
    "acknowledgements": {"Acknowledged with a timetable": "acknowledged"},
    "panels": {
        "Members of at least 3 agencies": "wide", "Members of at least 3 of the partnership's agencies": "wide", "Decision recorded": "decided",
    },
    "learning": LEARNING,
    "learning-before": LEARNING,
    "closing": {
        "Feedback given to the person who raised it": "told", "Record confirmed in the child's file, by every agency": "file",
        "Learning recorded, even if none": "learning",
    },
}  # fmt: skip
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "raised": {"Not withdrawn": "kept", "Withdrawn": "gone", "Raised": ALL},
    "other": {"Disagreements": ALL},
    "early": {"Matters": "matters"},
    "themes": {"Raised": "raised", "Others": "others", "All raised": ALL},
    "levels": {"Raised": "raised"},
    "started": {"Raised": "raised"},
    "highest": {"Raised": "raised"},
    "settled": {"Closed": "closed"},
    "grounds": {"Moves": "moves"},
    "responses": TIMED,
    "answering": TIMED,
    "steps": TIMED | {"Not recorded": NO_RESPONSE},
    "acknowledgements": TIMED | {"None": NO_RESPONSE},
    "kinds": KINDS | {"All": ALL},
    "outcomes": {_words(difference): difference.value for difference in Difference} | {"Not recorded": "not-said", "Closed": ALL},
    "routes": {"Referred": "referred"},
    "panels": {"Yes": "yes", "No": "no", "Panels convened": ALL},
    "learning": LEARNING_COLUMNS,
    "learning-before": LEARNING_COLUMNS,
    "actions": ACTIONS | {"Not yet due": "ahead"},
    "actions-before": ACTIONS | {"Older and not done": "older"},
    "closing": {"Done": "done", "Not done": "not-done", "Closed": ALL},
}
# Sums that got a name of their own when they came to stand in next year's tables too.
SUMS: Mapping[str, Mapping[int, str]] = {"actions": {0: ACTIONS_IN_TIME, 3: ACTIONS_DUE}}
EVERY_STAGE = ("highest", "started", "settled")  # Tables that have a row for each.
STAGES = {*EVERY_STAGE, "responses"}
PARTS = {"raised", "early"}  # By quarter, or by year where three are told together: the first has a row for each.
STEPS = {_words(measure).casefold(): measure.value for measure in Measure}


def keyed(tables: Sequence[Table]) -> list[Table]:
    """An edition's tables with the keys of their rows and columns; those that have them as they are."""
    places = _places(tables)
    return [table if _has_keys(table) else _keyed(table, places) for table in tables]


def _has_keys(table: Table) -> bool:
    return any(row.key for row in table.rows) or any(column.key for column in table.columns) or not table.counts_people


def _keyed(table: Table, places: Mapping[str, str]) -> Table:
    columns = COLUMNS.get(table.key, {})
    named = tuple(_column(column, columns) for column in table.columns)
    return replace(table, columns=named, rows=tuple(_row(row, table, places) for row in table.rows))


def _column(column: Column, keys: Mapping[str, str]) -> Column:
    return replace(column, key=keys.get(column.label, "")) if column.unit is Unit.COUNT else column


def _row(row: Row, table: Table, places: Mapping[str, str]) -> Row:
    if row.is_total:
        sums = SUMS.get(table.key, {})
        return replace(row, cells=tuple(replace(cell, key=cell.key or sums.get(at, "")) for at, cell in enumerate(row.cells)))
    of = tuple(_key(label, table.key, places) for label in row.of)
    of = of if table.key in STAGES | {"levels"} else tuple(sorted(of))
    return replace(row, of=of, key="+".join(of) or _key(row.label, table.key, places), cells=tuple(map(_cell, row.cells)))


def _cell(cell: Cell) -> Cell:
    """Learning points of each sort were called by the sort's words."""
    learnt, _colon, rest = cell.key.partition(": ")
    words, at, year = rest.partition("@")
    return replace(cell, key=f"{learnt}: {LEARNING.get(words, words)}{at}{year}") if learnt == LEARNT and rest else cell


def _key(label: str, table: str, places: Mapping[str, str]) -> str:
    if table in PARTS | STAGES:
        return places.get(label) or _number(label) or label
    if table == "steps":
        stage, _colon, step = label.rpartition(": ")
        measure = STEPS.get(step.casefold(), step)
        return f"{places.get(stage) or _number(stage) or stage}:{measure}" if stage else measure
    return ROWS.get(table, {}).get(label, label)


def _number(label: str) -> str:
    """ "2" of "Stage 2: service managers"; empty of any other."""
    number = label.partition(":")[0].removeprefix("Stage ")
    return number if number.isdigit() else ""


def _places(tables: Iterable[Table]) -> dict[str, str]:
    """The place of each stage and of each part of the year by the label that the edition gave it, from the tables that have all of them."""
    found: dict[str, str] = {}
    for table in tables:
        if table.key in {*EVERY_STAGE, "raised"}:
            labels = [label for row in table.rows if not row.is_total for label in (row.of or (row.label,))]
            found |= {label: str(at) for at, label in enumerate((each for each in labels if each != BEFORE_ALL), start=1)}
    return found | {BEFORE_ALL: "0"}
