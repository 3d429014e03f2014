"""Bristol: silence at stage 1, refusal at stages 2 and 3, a panel that binds."""

import pytest

from escalation.states import EventKind as E
from escalation.states import Message as M
from escalation.states import State, Verb
from tests.journeys.journey import Journey
from tests.world import london

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BACKED = "No assessment is needed."
WORDING = "Social care assesses within ten working days."


def test_nobody_answers_and_a_panel_decides(journey: Journey) -> None:
    j = journey
    j.under("bristol")
    _is_sent_on(j)
    _moves_up_by_itself(j)
    _is_refused_twice(j)
    _goes_before_the_chair(j)
    _is_decided_and_closed(j)


def _is_sent_on(j: Journey) -> None:
    """The own manager has until the end of the next working day; the other side one working day to the same hour."""
    cast = j.cast
    j.log(cast.social_care)
    j.stands(0, cast.own_manager, {}, "next_step Tue 03 Mar 23:59:59")
    j.recorded(E.SUBMITTED, E.ENTERED)
    j.told((M.ASSIGNED, (cast.own_manager,)))
    j.at("2026-03-02 14:30")
    j.do(cast.own_manager, Verb.SEND_ON)
    j.stands(1, cast.own_manager, {cast.social_care: cast.receiver}, "response Tue 03 Mar 14:30:00")
    j.recorded(E.SENT_ON, E.SENT, E.ENTERED)
    j.told((M.ASSIGNED, (cast.receiver,)), (M.SENT, (cast.raiser,)))


def _moves_up_by_itself(j: Journey) -> None:
    """Half of eight office hours is Tuesday 10:30; one second after the due moment it is late; reminded on Wednesday, then moved."""
    cast = j.cast
    j.at("2026-03-03 10:31")
    j.recorded(E.HALF_WAY)
    j.told((M.HALF_WAY, (cast.receiver,)))
    j.at("2026-03-03 14:31")
    j.recorded(E.DUE, E.OVERDUE, E.MOVE_WARNED)
    j.told((M.OVERDUE, (cast.receiver, cast.raiser)), (M.WARNING, (cast.own_manager,)))
    j.at("2026-03-04 14:29")
    assert j.dispute.stage == 1
    j.at("2026-03-04 14:35")
    j.stands(2, cast.own_senior, {cast.social_care: cast.receiving_lead}, "response Fri 06 Mar 14:35:00")
    j.recorded(E.REMINDED, E.MOVED_UP, E.SENT, E.ENTERED)
    j.told((M.OVERDUE, (cast.receiver,)), (M.ASSIGNED, (cast.receiving_lead,)), (M.MOVED_UP, (cast.own_senior, cast.raiser)))


def _is_refused_twice(j: Journey) -> None:
    """Stage 2 is answered in time and not accepted; stage 3 runs five working days from receipt and tells the business unit."""
    cast = j.cast
    j.at("2026-03-05 11:00")
    j.do(cast.receiving_lead, Verb.RESPOND, answer="disagrees", reasons=BACKED)
    j.do(cast.own_senior, Verb.REJECT, reason="It does not speak to the child.")
    j.stands(2, cast.own_senior, {cast.social_care: cast.receiving_lead}, "next_step Mon 09 Mar 23:59:59")
    j.at("2026-03-05 16:00")
    j.do(cast.own_senior, Verb.MOVE_UP, ground="not_resolved", reason="The two seniors spoke and do not agree.")
    j.stands(3, cast.own_board, {cast.social_care: cast.receiving_board}, "response Thu 12 Mar 16:00:00")
    j.recorded(E.OPENED, E.ANSWERED, E.REJECTED, E.MOVED_UP, E.SENT, E.ENTERED, E.FORM_ISSUED, E.UNIT_TOLD)
    told = cast.own_senior, cast.raiser
    j.told(
        (M.ANSWERED, (*told, cast.raiser, cast.receiving_lead)),
        (M.ASSIGNED, (cast.receiving_board,)),
        (M.MOVED_UP, (cast.own_board, cast.raiser)),
        (M.UNIT, (cast.business_manager, cast.business_unit)),
    )
    j.at("2026-03-10 10:00")
    j.do(cast.receiving_board, Verb.RESPOND, answer="disagrees", reasons=BACKED)
    j.do(cast.own_board, Verb.REJECT, reason="It does not settle it.")


def _goes_before_the_chair(j: Journey) -> None:
    """The chair acknowledges within two working days and sets out the timetable."""
    cast, company = j.cast, j.company
    j.at("2026-03-11 10:00")
    j.do(cast.own_board, Verb.REFER, ground="not_resolved", efforts="Three stages.", reason="The risk goes on.")
    j.stands(4, cast.own_board, {}, "acknowledgement Fri 13 Mar 10:00:00")
    j.at("2026-03-12 12:00")
    j.do(cast.chair, Verb.ACKNOWLEDGE, resolve_by=london("2026-03-27 17:00"))
    j.stands(4, cast.own_board, {}, "resolution Fri 27 Mar 17:00:00")
    j.do(cast.chair, Verb.CHOOSE_ROUTE, route="panel", reason="It is a complex matter.")
    seats = [(cast.school, cast.own_senior), (cast.social_care, cast.receiving_board), (cast.police, company.police_senior)]
    j.do(cast.chair, Verb.CONVENE, meets_at=london("2026-03-20 14:00"), members=[f"{agency.pk} {user.pk}" for agency, user in seats])
    j.recorded(
        E.OPENED, E.ANSWERED, E.REJECTED, E.MOVED_UP, E.REFERRED, E.SENT, E.ENTERED, E.FORM_ISSUED,
        E.HALF_WAY, E.ACKNOWLEDGED, E.ROUTE_CHOSEN, E.CONVENED,
    )  # fmt: skip
    unit = cast.business_manager, cast.business_unit
    raising, receiving = (cast.own_board, cast.raiser), (cast.receiver, cast.receiving_lead, cast.receiving_board)
    j.told(
        (M.ANSWERED, (*raising, cast.raiser, cast.receiving_board)),
        (M.MOVED_UP, (*raising, cast.receiving_board)),
        (M.UNIT, unit),
        (M.HALF_WAY, (cast.chair,)),
        (M.ACKNOWLEDGED, (*raising, *receiving)),
        (M.ROUTE, (*raising, *receiving, *unit, *raising, cast.receiver, cast.receiving_lead)),
        (M.ASSIGNED, (cast.chair, cast.own_senior, cast.receiving_board, company.police_senior)),
    )


def _is_decided_and_closed(j: Journey) -> None:
    """Binding: each side confirms receipt. Ten working days for the closing tasks run over Easter (3 and 6 April 2026)."""
    cast = j.cast
    j.at("2026-03-13 10:00")
    for member in (cast.own_senior, cast.receiving_board, j.company.police_senior):
        j.do(member, Verb.DECLARE_INTEREST, conflicts="no")
    j.at("2026-03-20 16:00")
    j.do(cast.chair, Verb.DECIDE, agreed="yes", decision=WORDING, reasons="The two injuries were not looked at.")
    j.at("2026-03-23 09:30")
    j.do(cast.own_board, Verb.CONFIRM_OUTCOME)
    assert j.dispute.state == State.OPEN
    j.do(cast.receiving_board, Verb.CONFIRM_OUTCOME)
    files = ["ask:file Wed 08 Apr 23:59:59"] * 2
    j.stands(4, cast.own_board, {}, "next_step Wed 08 Apr 23:59:59", *files, state=State.RESOLVED)
    j.recorded(*[E.INTEREST] * 3, E.HALF_WAY, E.DECIDED, E.OUTCOME_PROPOSED, E.OUTCOME_CONFIRMED, E.OUTCOME_CONFIRMED, E.RESOLVED)
    both = cast.own_board, cast.raiser, cast.receiving_board
    j.told(
        (M.HALF_WAY, (cast.chair,)),
        (M.ASSIGNED, (cast.own_board, cast.receiving_board)),
        (M.FEEDBACK, (cast.raiser,)),
        (M.RESOLVED, (*both, cast.lead)),
        (M.UNIT, (cast.business_manager, cast.business_unit)),
    )
    j.at("2026-03-24 10:00")
    j.close(cast.lead, (cast.own_board, cast.school), (cast.receiving_board, cast.social_care), feedback_by=cast.own_board)
    j.recorded(E.FEEDBACK, E.FILED, E.FILED, E.LEARNING, E.CLOSED)
    j.is_closed()
    figures = "2 of the 3 responses due came in time", "The one closed disagreement ended at Stage 4", "1 disagreement came before the partnership"
    j.report(2025, "1 disagreement was raised", *figures)
