"""Whoever is marked as having a conflict, or declares one, reads and does nothing further."""

import pytest

from agencies.errors import NotAllowed
from escalation.states import Ground, Message, Route, Verb
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of
from tests.world import london

pytestmark = pytest.mark.django_db


@pytest.fixture
def panel(cast: Cast) -> Journey:
    """Bristol's panel, convened: both boards and a detective sergeant."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="He is home tonight.", to=3)
    journey.do(Verb.REFER, cast.own_board, ground=Ground.RISK, efforts="Three talks.", reason="No agreement.")
    journey.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="It is complex.")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    return journey.do(Verb.CONVENE, cast.chair, meets_at=london("2026-03-17 10:00"), members=members)


def test_a_member_with_a_conflicting_interest_reads_no_further_and_may_declare_anew(panel: Journey) -> None:
    """BRI-14: the page says that it is there, and asks for another declaration; a record, a pack and a file are not for them."""
    cast = panel.cast
    assert "without an assessment" in page_of(panel, cast.police_manager)
    panel.do(Verb.DECLARE_INTEREST, cast.police_manager, interest="My sister teaches there.", conflicts=True)
    text = page_of(panel, cast.police_manager)
    assert ("without an assessment" in text, "Declare an interest" in text) == (False, True)
    for path in ("view/print/", "view/documents/panel-pack/"):
        assert "without an assessment" in page_of(panel, cast.own_board, path)
        assert "without an assessment" not in page_of(panel, cast.police_manager, path)
    with pytest.raises(NotAllowed):
        panel.do(Verb.ADD_NOTE, cast.police_manager, text="x")
    assert "without an assessment" in page_of(panel, cast.own_board), "the other members go on"
    panel.do(Verb.DECLARE_INTEREST, cast.police_manager, interest="It was a namesake.", conflicts=False)
    assert "without an assessment" in page_of(panel, cast.police_manager)


def test_who_may_not_hear_it_is_not_asked_to_read_a_representation(panel: Journey) -> None:
    cast = panel.cast
    panel.do(Verb.DECLARE_INTEREST, cast.police_manager, interest="My sister teaches there.", conflicts=True)
    panel.do(Verb.REPRESENT, cast.raiser, text="Hear him.")
    assert (panel.told(cast.police_manager, Message.FEEDBACK), panel.told(cast.receiving_board, Message.FEEDBACK)) == (False, True)
