"""Devon: a stage inside the own agency, dates that the two sides agree, and a review that recommends."""

import pytest

from escalation.states import EventKind as E
from escalation.states import Message as M
from escalation.states import State, Verb
from tests.journeys.journey import Journey
from tests.world import london

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_dates_are_agreed_and_the_group_reviews(journey: Journey) -> None:
    j, cast = journey, journey.cast
    j.under("devon")
    _stays_inside(j)
    j.at("2026-03-02 15:00")
    j.do(cast.own_manager, Verb.MOVE_UP, ground="not_resolved", reason="We are clear now.")
    j.stands(2, cast.raiser, {cast.social_care: cast.other_practitioner}, "reply Tue 03 Mar 23:59:59")
    _agrees_a_date(j)
    _goes_up_by_hand(j)
    _is_reviewed(j)
    j.close(cast.lead, (cast.lead, cast.school), (cast.receiving_lead, cast.social_care), feedback_by=cast.lead)
    j.is_closed()
    figures = "Nothing was due in the year", "The one closed disagreement ended at Stage 5", "1 disagreement came before the partnership"
    j.report(2025, "1 disagreement was raised", *figures)


def _stays_inside(j: Journey) -> None:
    """Nothing of the first stage is the other agency's, nor the business unit's, to see; a date is to be agreed by the next working day's end."""
    cast = j.cast
    j.log(cast.social_care)
    j.stands(1, cast.own_manager, {}, "discussion Tue 03 Mar 23:59:59")
    j.recorded(E.SUBMITTED, E.ENTERED)
    j.told((M.ASSIGNED, (cast.own_manager,)))
    outside = cast.other_practitioner, cast.receiving_lead, cast.business_manager
    assert [j.status(user) for user in (*outside, cast.own_manager)] == [404, 404, 404, 200]


def _agrees_a_date(j: Journey) -> None:
    """One side proposes, the other agrees: from then on that date counts."""
    cast = j.cast
    j.do(cast.raiser, Verb.PROPOSE_TIMETABLE, due_at=london("2026-03-06 12:00"), reason="After the visit.")
    j.do(cast.other_practitioner, Verb.AGREE_TIMETABLE)
    j.stands(2, cast.raiser, {cast.social_care: cast.other_practitioner}, "reply Fri 06 Mar 12:00:00")
    j.recorded(E.MOVED_UP, E.SENT, E.ENTERED, E.TIMETABLE_PROPOSED, E.OPENED, E.TIMETABLE_AGREED)
    both = cast.raiser, cast.other_practitioner
    j.told((M.MOVED_UP, (cast.raiser,)), (M.ASSIGNED, (cast.other_practitioner,)), (M.EXTENDED, both))
    j.at("2026-03-06 11:00")
    j.do(cast.other_practitioner, Verb.RESPOND, answer="disagrees", reasons="The threshold is not met.")
    j.do(cast.raiser, Verb.REJECT, reason="It is met.")


def _goes_up_by_hand(j: Journey) -> None:
    """No date is agreed between the managers: both sides and the business unit are asked. Then the operations managers, who do not agree."""
    cast = j.cast
    j.at("2026-03-06 14:00")
    j.do(cast.raiser, Verb.MOVE_UP, ground="not_resolved", reason="We talked.")
    j.stands(3, cast.own_manager, {cast.social_care: cast.receiver}, "reply Mon 09 Mar 23:59:59")
    j.recorded(E.HALF_WAY, E.ANSWERED, E.REJECTED, E.MOVED_UP, E.SENT, E.ENTERED)
    j.at("2026-03-10 09:30")
    j.recorded(E.DUE, E.OVERDUE, E.NEXT_STEP_ASKED, E.REMINDED)
    j.told(
        (M.HALF_WAY, (cast.other_practitioner,)),
        (M.ANSWERED, (cast.raiser, cast.other_practitioner)),
        (M.MOVED_UP, (cast.own_manager, cast.raiser)),
        (M.ASSIGNED, (cast.receiver,)),
        (M.EXTENDED, (cast.own_manager, cast.raiser, cast.receiver, cast.business_manager, cast.business_unit)),
    )
    j.do(cast.own_manager, Verb.MOVE_UP, ground="no_response")
    j.stands(4, cast.own_senior, {cast.social_care: cast.receiving_lead}, "reply Wed 11 Mar 23:59:59")
    j.at("2026-03-11 10:00")
    j.do(cast.receiving_lead, Verb.RESPOND, answer="disagrees", reasons="The threshold is not met.")
    j.do(cast.own_senior, Verb.REJECT, reason="It is met.")


def _is_reviewed(j: Journey) -> None:
    """The group recommends; each agency decides for itself whether to confirm it."""
    cast = j.cast
    j.at("2026-03-12 10:00")
    j.do(cast.lead, Verb.REFER, ground="not_resolved", efforts="Four stages.", reason="The risk goes on.")
    j.stands(5, cast.lead, {}, "next_step Mon 16 Mar 23:59:59", "review Mon 16 Mar 23:59:59")
    j.recorded(
        E.MOVED_UP, E.SENT, E.ENTERED, E.DUE, E.OPENED, E.ANSWERED, E.REJECTED, E.MOVED_UP, E.REFERRED, E.SENT, E.ENTERED, E.FORM_ISSUED, E.UNIT_TOLD
    )
    own, unit = (cast.own_senior, cast.raiser), (cast.business_manager, cast.business_unit)
    j.told(
        (M.MOVED_UP, (*own, cast.lead, cast.raiser, cast.receiving_lead)),
        (M.ASSIGNED, (cast.receiving_lead, cast.subgroup_chair)),
        (M.DUE, (cast.receiving_lead,)),
        (M.ANSWERED, (*own, cast.raiser, cast.receiving_lead)),
        (M.UNIT, unit),
    )
    j.do(cast.subgroup_chair, Verb.CHOOSE_ROUTE, route="review", reason="Two readings of one threshold.")
    j.at("2026-03-13 15:00")
    j.do(cast.subgroup_chair, Verb.DECIDE, agreed="yes", decision="A joint visit within a week.", reasons="Both readings have merit.")
    assert j.dispute.state == State.OPEN
    j.do(cast.lead, Verb.CONFIRM_OUTCOME)
    j.do(cast.receiving_lead, Verb.CONFIRM_OUTCOME)
    files = ["ask:file Fri 27 Mar 23:59:59"] * 2
    j.stands(5, cast.lead, {}, "next_step Fri 27 Mar 23:59:59", *files, state=State.RESOLVED)
    j.recorded(E.ROUTE_CHOSEN, E.HALF_WAY, E.HALF_WAY, E.DECIDED, E.OUTCOME_PROPOSED, E.OUTCOME_CONFIRMED, E.OUTCOME_CONFIRMED, E.RESOLVED)
    sides = cast.lead, cast.raiser, cast.receiving_lead
    j.told(
        (M.ROUTE, (*sides, cast.other_practitioner, cast.receiver, *unit)),
        (M.ASSIGNED, (cast.lead, cast.receiving_lead)),
        (M.FEEDBACK, (cast.raiser,)),
        (M.HALF_WAY, (cast.subgroup_chair, cast.business_manager)),
        (M.RESOLVED, sides),
        (M.UNIT, unit),
    )
