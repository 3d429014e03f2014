"""Which documents are offered when: what the procedure asks for from the stage that was reached, and what can be printed besides."""

import pytest

from agencies.errors import NotAllowed, WrongState
from agencies.models import User
from escalation.models import Dispute
from escalation.states import Ground, Verb
from reports.documents.kinds import DocumentKind
from reports.documents.offers import documents_for, require_document
from tests.cast import Cast
from tests.factories import make_holder
from tests.procedures.journey import Journey
from tests.reports.paper import before_a_panel, bristol_at_stage_3, bristol_at_stage_4, case_of, decided_by_a_panel

pytestmark = pytest.mark.django_db
ALWAYS = {DocumentKind.ESCALATION_RECORD, DocumentKind.NAMED_OFFICERS}


def offered(journey: Journey, user: User) -> tuple[set[DocumentKind], set[DocumentKind]]:
    """What is due, and what can be printed besides."""
    found = documents_for(case_of(journey), journey.world.person(user))
    assert found == sorted(found, key=lambda offer: not offer.is_due)
    return {offer.kind for offer in found if offer.is_due}, {offer.kind for offer in found if not offer.is_due}


def test_the_monitoring_form_is_due_from_stage_3_and_not_before(cast: Cast) -> None:
    """BRI-17."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    assert offered(journey, cast.own_manager) == (set(), ALWAYS)
    journey.at("2026-03-02 10:05", "2026-03-03 10:01", "2026-03-04 10:00")
    assert offered(journey, cast.own_manager) == (set(), ALWAYS)
    journey.at("2026-03-06 11:00").do(Verb.MOVE_UP, journey.holder(), ground=Ground.NO_RESPONSE)
    assert offered(journey, cast.own_board) == ({DocumentKind.MONITORING}, ALWAYS)


def test_the_outcome_letter_is_there_once_each_side_has_confirmed(cast: Cast) -> None:
    """BRI-16."""
    journey = bristol_at_stage_3(cast)
    with pytest.raises(WrongState, match="no outcome letter before each side has confirmed"):
        require_document(DocumentKind.OUTCOME_LETTER, case_of(journey), journey.world.person(cast.own_board))
    journey.agreed(cast.own_board, cast.receiving_board)
    assert offered(journey, cast.own_board) == ({DocumentKind.MONITORING, DocumentKind.OUTCOME_LETTER}, ALWAYS | {DocumentKind.EXECUTIVE_SUMMARY})


def test_the_pack_is_due_while_it_is_heard_and_stays_to_be_printed(cast: Cast) -> None:
    """BRI-14: those who hear it have the case in one document."""
    journey = bristol_at_stage_3(cast)
    assert DocumentKind.PANEL_PACK not in set.union(*offered(journey, cast.own_board))
    assert DocumentKind.PANEL_PACK in offered(before_a_panel(cast), cast.police_manager)[0]
    assert DocumentKind.PANEL_PACK in offered(decided_by_a_panel(cast), cast.own_board)[1]


def test_devons_form_is_due_at_its_last_stage(cast: Cast) -> None:
    """DEV-04: the stage from which it is asked is the procedure's."""
    journey = Journey(cast, "devon", "2026-03-02 10:00").logged()
    assert offered(journey, cast.lead)[0] == set()
    journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.NOT_RESOLVED, reason="It is real.")
    journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.RISK, reason="Tonight.", to=4)
    journey.do(Verb.REFER, cast.lead, ground=Ground.RISK, efforts="Two talks.", reason="No agreement.")
    assert offered(journey, cast.lead)[0] == {DocumentKind.CASE_RESOLUTION, DocumentKind.PANEL_PACK}


def test_buckinghamshires_record_is_due_from_its_first_stage(cast: Cast) -> None:
    """BUC-04."""
    make_holder(cast.school, 4, "Fourth of the school")
    make_holder(cast.social_care, 4, "Fourth of social care")
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent()
    assert offered(journey, cast.own_manager) == ({DocumentKind.ESCALATION_RECORD}, {DocumentKind.NAMED_OFFICERS})


def test_enfields_executive_summary_is_due_when_it_is_settled(cast: Cast) -> None:
    """ENF-03."""
    journey = Journey(cast, "enfield", "2026-03-04 15:00").sent().at("2026-03-05 11:00")
    assert DocumentKind.EXECUTIVE_SUMMARY not in set.union(*offered(journey, cast.own_manager))
    journey.agreed(cast.own_manager, cast.receiver)
    assert offered(journey, cast.own_manager)[0] == {DocumentKind.EXECUTIVE_SUMMARY, DocumentKind.OUTCOME_LETTER}


def test_bromleys_summary_report_is_due_from_the_partnerships_stage(cast: Cast) -> None:
    """BRO-06."""
    journey = Journey(cast, "bromley", "2026-04-02 10:00").sent()
    assert DocumentKind.SUMMARY_REPORT not in set.union(*offered(journey, cast.raiser))
    for moment in ("2026-04-13 10:00", "2026-04-21 10:00"):
        journey.at(moment).do(Verb.MOVE_UP, journey.holder(), ground=Ground.DELAY, reason="A week has gone.")
    journey.at("2026-05-01 18:00").do(Verb.REFER, cast.lead, ground=Ground.DELAY, efforts="Three stages.", reason="A serious risk continues.")
    assert offered(journey, cast.lead)[0] == {DocumentKind.SUMMARY_REPORT, DocumentKind.PANEL_PACK}


def test_a_form_that_the_procedure_does_not_have_is_refused_in_words(cast: Cast) -> None:
    journey = bristol_at_stage_3(cast)
    with pytest.raises(WrongState, match="the procedure of this disagreement has no such form"):
        require_document(DocumentKind.CASE_RESOLUTION, case_of(journey), journey.world.person(cast.own_board))


def test_nothing_is_offered_to_those_who_may_not_read_what_was_written(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    unit = journey.world.person(cast.business_unit)
    assert documents_for(case_of(journey), unit) == []
    with pytest.raises(NotAllowed):
        require_document(DocumentKind.ESCALATION_RECORD, case_of(journey), unit)
    assert offered(bristol_at_stage_4(cast), cast.business_unit)[0] == {DocumentKind.MONITORING, DocumentKind.PANEL_PACK}


def test_nobody_with_a_conflict_prints_anything(cast: Cast) -> None:
    journey = bristol_at_stage_3(cast)
    Dispute.objects.filter(pk=journey.dispute.pk).update(conflicts=[str(cast.receiving_board.pk)])
    assert documents_for(case_of(journey), journey.world.person(cast.receiving_board)) == []
