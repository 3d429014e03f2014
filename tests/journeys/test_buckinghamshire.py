"""Buckinghamshire: five days a stage, fifteen in all, the unit told, and an end that events brought."""

import pytest

from escalation.states import ClockState, State, Verb
from escalation.states import EventKind as E
from escalation.states import Message as M
from tests.journeys.journey import Journey
from tests.world import london

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_events_settle_it_and_it_is_seen_through(journey: Journey) -> None:
    j = journey
    j.under("buckinghamshire")
    _runs_five_days_a_stage(j)
    _reaches_the_senior_officers(j)
    _is_overtaken(j)
    _is_not_closed_without_learning(j)


def _runs_five_days_a_stage(j: Journey) -> None:
    """Each stage is completed in five working days, to the end of the fifth; fifteen over all run from the logging."""
    cast = j.cast
    j.log(cast.social_care)
    j.stands(0, cast.own_manager, {}, "next_step Tue 03 Mar 23:59:59", "fifteen_days Mon 23 Mar 23:59:59")
    j.at("2026-03-02 15:00")
    j.do(cast.own_manager, Verb.SEND_ON)
    due = "completion Mon 09 Mar 23:59:59", "next_reply Wed 04 Mar 23:59:59", "fifteen_days Mon 23 Mar 23:59:59"
    j.stands(1, cast.own_manager, {cast.social_care: cast.receiver}, *due)
    j.at("2026-03-04 10:00")
    j.do(cast.receiver, Verb.RESPOND, answer="disagrees", reasons="No assessment is needed.")
    j.do(cast.own_manager, Verb.REJECT, reason="It is.")
    j.at("2026-03-04 11:00")
    j.do(cast.own_manager, Verb.MOVE_UP, ground="not_resolved", reason="We talked.")
    due = "completion Wed 11 Mar 23:59:59", "next_reply Fri 06 Mar 23:59:59", "fifteen_days Mon 23 Mar 23:59:59"
    j.stands(2, cast.own_senior, {cast.social_care: cast.receiving_lead}, *due)
    j.recorded(
        E.SUBMITTED, E.ENTERED, E.SENT_ON, E.SENT, E.ENTERED, E.FORM_ISSUED, E.HALF_WAY, E.DUE, E.OPENED, E.ANSWERED, E.REJECTED,
        E.MOVED_UP, E.SENT, E.ENTERED, E.FORM_ISSUED,
    )  # fmt: skip
    own = cast.own_manager, cast.raiser
    j.told(
        (M.ASSIGNED, (cast.own_manager, cast.receiver, cast.receiving_lead)),
        (M.SENT, own),
        (M.MOVED_UP, (cast.own_senior, cast.raiser)),
        (M.DUE, (cast.receiver,)),
        (M.ANSWERED, (*own, cast.raiser, cast.receiver)),
    )


def _reaches_the_senior_officers(j: Journey) -> None:
    """The stage's time passes without an answer; at the third stage the business unit is told."""
    cast, company = j.cast, j.company
    j.at("2026-03-12 09:30")
    assert j.status(cast.business_manager) == 200
    assert j.dispute.unit_told_at is None
    j.do(cast.own_senior, Verb.MOVE_UP, ground="no_response", told_other_side=True)
    due = "completion Thu 19 Mar 23:59:59", "next_reply Mon 16 Mar 23:59:59", "fifteen_days Mon 23 Mar 23:59:59"
    j.stands(3, cast.own_senior, {cast.social_care: company.receiving_head}, *due)
    assert j.dispute.unit_told_at == london("2026-03-12 09:30")
    j.recorded(
        E.HALF_WAY, E.DUE, E.OVERDUE, E.REMINDED, E.REMINDED, E.REMINDED, E.REMINDED,
        E.HALF_WAY, E.DUE, E.OVERDUE, E.MOVE_OFFERED, E.REMINDED, E.HALF_WAY, E.MOVED_UP, E.SENT, E.ENTERED, E.FORM_ISSUED, E.UNIT_TOLD,
    )  # fmt: skip
    j.told(
        (M.OVERDUE, (cast.raiser, cast.receiving_lead)),
        (M.OFFER, (cast.own_senior,)),
        (M.ASSIGNED, (company.receiving_head,)),
        (M.MOVED_UP, (cast.own_senior, cast.raiser)),
        (M.UNIT, (cast.business_manager, cast.business_unit)),
    )


def _is_overtaken(j: Journey) -> None:
    """The fifteen days pass; then events settle it. Ten working days for the closing tasks run over Easter."""
    cast, company = j.cast, j.company
    j.at("2026-03-24 09:30")
    j.recorded(E.HALF_WAY, E.DUE, E.OVERDUE, *[E.REMINDED] * 6, E.HALF_WAY, E.DUE, E.OVERDUE, *[E.REMINDED] * 3, E.DUE, E.OVERDUE, E.REMINDED)
    j.told((M.OVERDUE, (cast.own_senior, cast.raiser, company.receiving_head)), (M.UNIT, (cast.business_manager, cast.business_unit)))
    j.at("2026-03-24 11:00")
    j.do(company.receiving_head, Verb.RESPOND, answer="agrees", reasons="The family has moved.", actions="We hand over to the other authority.")
    j.do(cast.own_senior, Verb.ACCEPT, wording="The new authority assesses.", kind="overtaken", still_to_settle="no")
    j.do(company.receiving_head, Verb.CONFIRM_OUTCOME)
    files = ["ask:file Thu 09 Apr 23:59:59"] * 2
    j.stands(3, cast.own_senior, {cast.social_care: company.receiving_head}, "next_step Thu 09 Apr 23:59:59", *files, state=State.RESOLVED)
    assert j.ended("fifteen_days") == ClockState.LATE


def _is_not_closed_without_learning(j: Journey) -> None:
    """Closing needs the learning step also where the disagreement has gone away."""
    cast, company = j.cast, j.company
    j.at("2026-03-25 10:00")
    window = j.as_(cast.lead)
    window.go(j.address)
    answer = window.page.request.get(f"{j.base}{j.address}close/")
    assert answer.status == 409
    assert "learning, even if there is none" in answer.text()
    assert j.dispute.state == State.RESOLVED
    j.close(cast.lead, (cast.own_senior, cast.school), (company.receiving_head, cast.social_care), feedback_by=cast.own_senior)
    j.recorded(
        E.OPENED, E.ANSWERED, E.ACCEPTED, E.OUTCOME_PROPOSED, E.OUTCOME_CONFIRMED, E.OUTCOME_CONFIRMED, E.RESOLVED,
        E.FEEDBACK, E.FILED, E.FILED, E.LEARNING, E.CLOSED,
    )  # fmt: skip
    j.is_closed()
    figures = "None of the 3 steps due came in time", "The one closed disagreement ended at Stage 3", "No disagreements came before the partnership"
    j.report(2025, "1 disagreement was raised", *figures)
