"""Lines of the directory's record that come from the calendar, an import, the administration and the keeping of records, in another language."""

from collections.abc import Callable
from datetime import date

import pytest

from agencies.models import DirectoryEvent
from agencies.services.accounts import note_account_change
from agencies.services.calendar import DayKind, add_day
from agencies.services.directory_import import import_files
from agencies.sign_ins import Visit
from escalation.services.keeping.periods import set_periods
from escalation.states import RecordClass
from tests.cast import Cast
from tests.pseudo import marked, unmarked
from tests.world import MONDAY

CLOSED = date(2026, 4, 13)


def closes(cast: Cast) -> object:
    return add_day(
        actor=cast.business_unit, partnership=cast.partnership, kind=DayKind.CLOSURE, day=CLOSED, words="Inset", source="Board", now=MONDAY
    )


def imports(cast: Cast) -> object:
    people = f"agency,name,email,role\n{cast.school.code},Inset,new@example.org,board_member\n"
    return import_files({"people.csv": people}, actor=cast.business_unit, partnership=cast.partnership, now=MONDAY)


def readdresses(cast: Cast) -> object:
    before = {"email": "", "is_staff": True, "is_active": False}
    return note_account_change(actor=cast.administrator, user=cast.lead, before=before, visit=Visit(), now=MONDAY)


def keeps(cast: Cast) -> object:
    return set_periods(actor=cast.business_unit, partnership=cast.partnership, lengths={RecordClass.CASES: 25}, now=MONDAY)


@pytest.mark.parametrize("act", [closes, imports, readdresses, keeps])
def test_every_word_of_a_line_is_looked_up(cast: Cast, act: Callable[[Cast], object]) -> None:
    act(cast)
    lines = list(DirectoryEvent.objects.all())
    names = {"Inset", "Board", cast.school.name, cast.partnership.name, cast.lead.name, cast.lead.email}
    with marked():
        assert [unmarked(line.said, names) for line in lines if unmarked(line.said, names)] == []
    assert lines
    assert all(line.said == line.words for line in lines)
