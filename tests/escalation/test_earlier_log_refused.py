"""What an earlier log is refused for: every mistake by row and column, in plain words, all at once, and nothing of the file kept."""

import pytest

from agencies.models import DirectoryEvent
from escalation.models import Dispute, EventBody
from escalation.services.earlier_log import ImportRefused, bring_in_log
from escalation.states import EventKind
from tests.cast import Cast
from tests.escalation.earlier_logs import DAY, FIRST, NOW, Row, as_csv, cells, in_force, logged, responded, settled, written
from tests.world import london

pytestmark = pytest.mark.django_db
ISO = "write 2026-05-04 10:15 or 04/05/2026 10:15"
UTF8 = 'in a spreadsheet, save it as "CSV UTF-8"'
PAGE = "docs/disputes-import.md lists"
SKIPPED = "the clocks went forward then."
CHILD = "write initials and date of birth, AB 2015-05-01, or CD unborn."
UNCLOSED = "look for an unclosed quotation mark, or for a very long cell."
UNNAMED = "which the heading does not name: name it, or put a text with a comma in quotation marks."
COMMA = "put a text with a comma in quotation marks."
HEADING = b"disagreement,recorded,step"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """The cast, with Bristol's procedure in force since before the log."""
    return in_force(cast)


def refused(cast: Cast, content: bytes) -> list[str]:
    """Every mistake, and that nothing was kept."""
    with pytest.raises(ImportRefused) as caught:
        bring_in_log("log.csv", content, cast.partnership, actor=None, now=NOW)
    assert not Dispute.objects.exists()
    assert not DirectoryEvent.objects.filter(words__startswith="Earlier log").exists()
    return [str(problem).removeprefix("log.csv") for problem in caught.value.problems]


BAD_CELLS: dict[str, tuple[int, str, str, str]] = {
    "no key": (0, "disagreement", "", ", row 2, column disagreement: is empty."),
    "no moment": (0, "recorded", "", ", row 2, column recorded: is empty."),
    "no such day": (1, "recorded", "2025-02-30 10:00", ", row 3, column recorded: \"2025-02-30\" is not a date: write 2026-05-04 or 04/05/2026."),
    "no such time": (1, "recorded", "2025-05-07 25:00", ", row 3, column recorded: \"2025-05-07 25:00\" is not a date and time: " + ISO + "."),
    "a time that the spring skipped": (1, "recorded", "2025-03-30 01:30", ', row 3, column recorded: "2025-03-30 01:30" never was: ' + SKIPPED),
    "not yet": (1, "recorded", "2026-05-07 10:00", ", row 3, column recorded: That moment has not come yet."),
    "unknown step": (1, "step", "shrug", ', row 3, column step: "shrug" is no step of a log: docs/disputes-import.md lists them.'),
    "unknown agency": (0, "agency", "moon", ', row 2, column agency: There is no agency "moon" in the directory.'),
    "unknown receiver": (0, "receiving", "moon", ', row 2, column receiving: There is no agency "moon" in the directory.'),
    "no receiver": (0, "receiving", "", ", row 2, column receiving: is empty."),
    "unknown person": (1, "by", "a@b.example", ', row 3, column by: Nobody in the directory has the address "a@b.example".'),
    "no address": (1, "by", "Rashida", ', row 3, column by: "Rashida" is not an e-mail address.'),
    "unknown choice": (1, "answer", "maybe", ', row 3, column answer: "maybe" is none of: agrees, partly, disagrees.'),
    "no choice": (1, "answer", "", ", row 3, column answer: is empty."),
    "unknown area": (0, "themes", "weather", ""),
    "happened after it was recorded": (1, "happened", "2025-06-01", ", row 3, column happened: lies after the moment of recording."),
    "what the step does not take": (1, "themes", "threshold", ", row 3, column themes: is not asked of the step respond: leave it empty."),
    "too long a key": (0, "disagreement", "x" * 61, ", row 2, column disagreement: is longer than 60 characters or holds a control character."),
    "NUL": (0, "what", "a\x00b", ", row 2, column what: The text holds a character that cannot be stored. Type it again without it."),
    "a child without a birthday": (0, "children", "AB", ', row 2, column children: "AB" is not a child: ' + CHILD),
    "a level that is none": (0, "level_of_need", "9", ', row 2, column level_of_need: "9" is not a whole number from 1 to 4.'),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_CELLS)
def test_a_bad_cell_is_named_by_row_and_column(cast: Cast, case: str) -> None:
    at, column, cell, said = BAD_CELLS[case]
    rows = [cells(cast, row) for row in (logged(), responded())]
    rows[at][column] = cell
    found = refused(cast, as_csv(rows))
    assert said in found if said else "is none of: threshold, roles" in found[0]


BAD_STORIES: dict[str, tuple[list[Row], str]] = {
    "begins in the middle": ([responded()], ", row 2, column step: is the disagreement's first: begin with log."),
    "logged twice": ([logged(), logged(at=FIRST + DAY)], ", row 3, column step: It has been sent already."),
    "answered twice": (
        [logged(), responded(), responded(at=FIRST + 2 * DAY)],
        ", row 4, column step: Your agency's response is recorded already, or none is asked for at this stage.",
    ),
    "closed while open": (
        [logged(), Row("A1", FIRST + DAY, "close", given={"difference": "no_change"})],
        ", row 3, column step: It is not resolved yet.",
    ),
    "nothing overdue": (
        [logged(), Row("A1", FIRST, "move_up", given={"ground": "no_response"})],
        ", row 3, column ground: Nobody’s response is overdue: choose another reason. If risk will not wait, choose risk to the child.",
    ),
    "not theirs to do": (
        [logged(), Row("A1", FIRST + DAY, "respond", "police_manager", given={"answer": "agrees"})],
        ", row 3, column by: By the directory of that day this person could not do this (respond): leave it empty, and whoever held it is taken.",
    ),
    "one agency held by two": (
        [logged(), Row("A1", FIRST, "move_up", given={"ground": "risk", "reason": "x", "holders": "police=a@b.example police=c@d.example"})],
        ', row 3, column holders: "police" stands there more than once: write it once.',
    ),
    "another's staff logs": (
        [logged(by="receiver")],
        ", row 2, column by: The directory of that day gives this person no role in the raising agency.",
    ),
    "no agency raises": (
        [Row("A1", FIRST, "log", "own_manager", "", {"receiving": ["social_care"], "themes": "roles"})],
        ", row 2, column agency: The raising agency is needed.",
    ),
    "no such procedure": ([logged(procedure="devon")], ', row 2, column procedure: The partnership has no procedure "devon".'),
    "with itself and another": (
        [Row("A1", FIRST, "log", "own_manager", "school", {"receiving": ["school", "police"], "themes": "roles"})],
        ", row 2, column receiving: Choose one agency.",
    ),
    "urgent without a moment": ([logged(urgent=True)], ", row 2, column respond_by: Say by when you need a response."),
    "an action nobody agreed": (
        [logged(), Row("A1", FIRST, "complete_action", "receiver", given={"action": "visit"})],
        ', row 3, column action: No earlier add_action row calls its action "visit".',
    ),
    "a date that does not run": (
        [logged(), Row("A1", FIRST, "propose_timetable", "receiver", given={"due_at": FIRST + DAY, "clock": "meeting"})],
        ', row 3, column clock: No date "meeting" runs then: there are response.',
    ),
    "before the calendars": ([logged(at=london("2009-05-06 10:00"))], "recorded"),
    "at risk still": (
        [logged(), Row("A1", FIRST, "withdraw", given={"reason": "x", "still_at_risk": True})],
        ", row 3, column still_at_risk: If anyone still believes the child at risk, it must go on: move it up, or record a continuing concern.",
    ),
}


@pytest.mark.parametrize("case", BAD_STORIES)
def test_a_step_that_the_rules_do_not_allow_is_refused_in_their_words(cast: Cast, case: str) -> None:
    rows, said = BAD_STORIES[case]
    found = refused(cast, written(cast, rows))
    assert len(found) == 1
    assert found[0] == said or (said == "recorded" and ", row 2, column recorded:" in found[0])


def test_every_mistake_is_told_at_once_and_nothing_of_the_good_ones_is_kept(cast: Cast) -> None:
    bad = cells(cast, logged("B2")) | {"themes": "weather", "agency": ""}
    rows = [*(cells(cast, row) for row in (logged(), *settled())), bad, cells(cast, logged("C3")), cells(cast, logged("C3", FIRST + DAY))]
    found = refused(cast, as_csv(rows))
    assert [line.split(":")[0] for line in found] == [", row 6, column themes", ", row 8, column step"]


@pytest.mark.parametrize(("row", "column"), [(0, "agency"), (0, "receiving"), (1, "agency")])
def test_a_day_to_come_hides_no_unknown_agency(cast: Cast, row: int, column: str) -> None:
    rows = [cells(cast, one) for one in (logged(), responded())][: row + 1]
    rows[row] |= {"recorded": "2026-05-07 10:00", column: "moon"}
    named = [line.split(":")[0].removeprefix(f", row {row + 2}, column ") for line in refused(cast, as_csv(rows))]
    assert named == ["recorded", column]


FILES: dict[str, tuple[bytes, str]] = {
    "a spreadsheet": (b"PK\x03\x04rest", ': is a spreadsheet and not CSV: save it as "CSV UTF-8".'),
    "Windows letters": (HEADING + b"\nCaf\xe9,2025-05-06,log\n", f": cannot be read as UTF-8 text: {UTF8}."),
    "nothing": (b"", ", row 1, column disagreement: is missing from the heading."),
    "no rows": (b"disagreement,recorded,step\n", ": holds no rows below its heading."),
    "an unknown column": (HEADING + b",colour\n", f", row 1, column colour: is not a column of this file: {PAGE} them."),
    "a column twice": (b"disagreement,recorded,step,by,by\n", ", row 1, column by: stands twice in the heading."),
    "an open quotation mark": (HEADING + b'\n"A1,2025-05-06,log\n', ", row 2: is not well-formed CSV from here on: " + UNCLOSED),
    "no name for a column": (HEADING + b",,\nA1,2025-05-06,log,,x\n", ", row 2: has something in column 5, " + UNNAMED),
    "too many cells": (HEADING + b"\nA1,2025-05-06,log,x\n", ", row 2: has 4 cells, the heading 3: " + COMMA),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_cannot_be_read_says_why(cast: Cast, case: str) -> None:
    content, said = FILES[case]
    assert said in refused(cast, content)


@pytest.mark.parametrize(("mark", "end"), [(",", "\n"), (";", "\r\n"), ("\t", "\r\n")])
def test_other_separators_and_line_ends_are_read(cast: Cast, mark: str, end: str) -> None:
    content = as_csv([cells(cast, row) for row in (logged(what="a, b; c"), *settled())], mark=mark, end=end)
    content = content.replace(end.encode(), (2 * mark + end).encode())  # as a spreadsheet writes columns that are empty
    assert bring_in_log("log.csv", content, cast.partnership, actor=None, now=NOW).new == 1
    assert EventBody.objects.get(event__kind=EventKind.SUBMITTED).text["what"] == "a, b; c"


def test_rows_are_counted_as_in_a_spreadsheet_whatever_their_texts_hold(cast: Cast) -> None:
    rows = [cells(cast, row) for row in (logged(what="one\ntwo\nthree"), responded())]
    rows[1]["answer"] = "maybe"
    assert refused(cast, as_csv(rows))[0].startswith(", row 3, column answer")
