"""Enfield: two agencies are asked, a meeting within two working days, and five days over everything."""

import pytest

from escalation.states import ClockState, State, Verb
from escalation.states import EventKind as E
from escalation.states import Message as M
from tests.journeys.journey import Journey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_agencies_and_five_days(journey: Journey) -> None:
    j, cast, company = journey, journey.cast, journey.company
    j.under("enfield")
    _is_told_the_same_day(j)
    _is_settled_with_one(j)
    _meets_with_the_other(j)
    _outlasts_the_cap(j)
    sides = (cast.own_senior, cast.school), (cast.receiver, cast.social_care), (company.health_senior, company.health)
    j.close(cast.lead, *sides, feedback_by=cast.own_senior, issue="Two teams read one threshold in two ways.")
    j.is_closed()
    figures = "3 of the 4 steps due came in time", "The one closed disagreement ended at Stage 2", "1 learning point was recorded"
    j.report(2025, "1 disagreement was raised", *figures)


def _is_told_the_same_day(j: Journey) -> None:
    """Logging tells the own manager the same day, who sends it on; the five days run from the logging."""
    cast, company = j.cast, j.company
    j.log(cast.social_care, company.health)
    j.stands(0, cast.own_manager, {}, "next_step Tue 03 Mar 23:59:59", "five_days Mon 09 Mar 23:59:59")
    j.recorded(E.SUBMITTED, E.ENTERED)
    j.told((M.ASSIGNED, (cast.own_manager,)))
    j.at("2026-03-02 15:00")
    j.do(cast.own_manager, Verb.SEND_ON)
    asked = {cast.social_care: cast.receiver, company.health: company.health_manager}
    replies = ["next_reply Wed 04 Mar 23:59:59"] * 2
    j.stands(1, cast.own_manager, asked, "referral Tue 03 Mar 23:59:59", "five_days Mon 09 Mar 23:59:59", *replies)


def _is_settled_with_one(j: Journey) -> None:
    """Social care's answer settles its part; it is moved up with the other agency alone."""
    cast, company = j.cast, j.company
    j.at("2026-03-03 10:00")
    j.do(cast.receiver, Verb.RESPOND, answer="agrees", reasons="We looked again.", actions="An assessment.")
    j.do(cast.own_manager, Verb.ACCEPT, wording="Social care assesses.", kind="agreed_action")
    assert j.dispute.state == State.OPEN
    j.recorded(E.SENT_ON, E.SENT, E.ENTERED, E.DUE, E.OPENED, E.ANSWERED, E.ACCEPTED)
    own = cast.own_manager, cast.raiser
    j.told(
        (M.DUE, (cast.own_manager,)),
        (M.ASSIGNED, (cast.receiver, company.health_manager)),
        (M.SENT, (cast.raiser,)),
        (M.ANSWERED, (*own, cast.raiser, cast.receiver)),
    )
    j.at("2026-03-03 16:00")
    j.do(cast.own_manager, Verb.MOVE_UP, ground="not_resolved", reason="Health has not joined.")
    due = "meeting Thu 05 Mar 23:59:59", "five_days Mon 09 Mar 23:59:59", "next_reply Thu 05 Mar 23:59:59"
    j.stands(2, cast.own_senior, {company.health: company.health_senior}, *due)


def _meets_with_the_other(j: Journey) -> None:
    """The meeting is held in time."""
    cast, company = j.cast, j.company
    j.at("2026-03-05 11:00")
    j.do(cast.own_senior, Verb.RECORD_MEETING, how="meeting", who="Dilys Frost and Bruno Keller", summary="Who sees the child, and when.")
    j.do(company.health_senior, Verb.RESPOND, answer="partly", reasons="We can visit.", actions="A visit each week.")
    j.stands(2, cast.own_senior, {company.health: company.health_senior}, "five_days Mon 09 Mar 23:59:59", "next_step Mon 09 Mar 23:59:59")
    j.recorded(E.HALF_WAY, E.MOVED_UP, E.SENT, E.ENTERED, E.HALF_WAY, E.DUE, E.HALF_WAY, E.DUE, E.HALF_WAY, E.MEETING, E.OPENED, E.ANSWERED)
    own = cast.own_senior, cast.raiser
    j.told(
        (M.HALF_WAY, (company.health_manager,)),
        (M.ASSIGNED, (company.health_senior,)),
        (M.MOVED_UP, (*own, cast.receiver)),
        (M.DUE, (cast.own_senior, company.health_senior)),
        (M.ANSWERED, own),
    )


def _outlasts_the_cap(j: Journey) -> None:
    """Five working days have passed when the wording is confirmed by all three: the limit was met late, and says so."""
    cast, company = j.cast, j.company
    j.at("2026-03-10 09:30")
    j.recorded(E.DUE, E.OVERDUE, E.MOVE_OFFERED, E.REMINDED, E.HALF_WAY, E.DUE, E.OVERDUE, E.REMINDED)
    j.told((M.OFFER, (cast.own_senior,)), (M.OVERDUE, (cast.raiser, cast.own_senior)), (M.UNIT, (cast.business_manager, cast.business_unit)))
    j.do(cast.own_senior, Verb.ACCEPT, wording="Social care assesses, and health visits each week.", kind="agreed_action")
    j.do(company.health_senior, Verb.CONFIRM_OUTCOME)
    assert j.dispute.state == State.OPEN
    j.do(cast.receiver, Verb.CONFIRM_OUTCOME)
    files = ["ask:file Tue 24 Mar 23:59:59"] * 3
    j.stands(2, cast.own_senior, {company.health: company.health_senior}, "next_step Tue 24 Mar 23:59:59", *files, state=State.RESOLVED)
    assert j.ended("five_days") == ClockState.LATE
    assert j.ended("meeting") == ClockState.MET
    j.recorded(E.ACCEPTED, E.OUTCOME_PROPOSED, E.OUTCOME_CONFIRMED, E.OUTCOME_CONFIRMED, E.OUTCOME_CONFIRMED, E.RESOLVED)
    asked = cast.receiver, company.health_senior
    j.told((M.ASSIGNED, asked), (M.FEEDBACK, (cast.raiser,)), (M.RESOLVED, (*asked, cast.raiser, cast.own_senior, cast.lead)))
