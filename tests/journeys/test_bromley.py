"""Bromley: practitioner to practitioner, a week without a reply, then an agreement between the managers."""

import pytest

from escalation.models import AgreedAction
from escalation.states import EventKind as E
from escalation.states import Message as M
from escalation.states import State, Verb
from escalation.web.access import verb_url
from tests.journeys.journey import Journey
from tests.world import london

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_managers_agree(journey: Journey) -> None:
    j, cast = journey, journey.cast
    j.under("bromley")
    _is_asked_for_a_week(j)
    j.at("2026-03-10 10:00")
    j.recorded(
        E.HALF_WAY, E.DUE, E.OVERDUE, E.REMINDED, E.REMINDED, E.REMINDED, E.REMINDED,
        E.HALF_WAY, E.DUE, E.OVERDUE, E.MOVE_OFFERED, E.REMINDED,
    )  # fmt: skip
    j.told((M.OFFER, (cast.raiser,)), (M.OVERDUE, (cast.other_practitioner,)))
    j.do(cast.raiser, Verb.MOVE_UP, ground="no_response")
    j.stands(2, cast.own_manager, {cast.social_care: cast.receiver}, "resolution Tue 17 Mar 23:59:59", "next_reply Thu 12 Mar 23:59:59")
    _is_agreed(j)
    j.at("2026-03-13 10:00")
    sides = (cast.own_manager, cast.school), (cast.receiver, cast.social_care)
    j.close(cast.lead, *sides, feedback_by=cast.own_manager, went_well="They met at once.")
    j.is_closed()
    figures = "1 of the 2 steps due came in time", "The one closed disagreement ended at Stage 2", "No disagreements came before the partnership"
    j.report(2025, "1 disagreement was raised", *figures)


def _is_asked_for_a_week(j: Journey) -> None:
    """Nobody stands between the practitioners. A week is five working days, to the end of the fifth; a reply is expected within two."""
    cast = j.cast
    j.log(cast.social_care)
    j.stands(1, cast.raiser, {cast.social_care: cast.other_practitioner}, "resolution Mon 09 Mar 23:59:59", "next_reply Wed 04 Mar 23:59:59")
    j.recorded(E.SUBMITTED, E.SENT, E.ENTERED)
    j.told((M.ASSIGNED, (cast.other_practitioner,)))


def _is_agreed(j: Journey) -> None:
    """The response is taken, and the other side confirms the same words."""
    cast = j.cast
    j.at("2026-03-12 15:00")
    j.do(cast.receiver, Verb.RESPOND, answer="agrees", reasons="We looked again.", actions="An assessment by 26 March.")
    j.do(cast.own_manager, Verb.ADD_ACTION, what="A visit today.", agency=str(cast.social_care.pk), due_at=london("2026-03-12 17:00"))
    window = j.as_(cast.receiver)
    window.go(f"{verb_url(j.dispute.reference, Verb.COMPLETE_ACTION)}?action={AgreedAction.objects.get().pk}")
    window.fill(how="Seen at home.")
    window.press("Mark as done")
    j.jobs()
    j.do(cast.own_manager, Verb.ACCEPT, wording="Social care assesses by 26 March.", kind="agreed_action")
    assert j.dispute.state == State.OPEN
    j.do(cast.receiver, Verb.CONFIRM_OUTCOME)
    files = ["ask:file Thu 26 Mar 23:59:59"] * 2
    j.stands(2, cast.own_manager, {cast.social_care: cast.receiver}, "next_step Thu 26 Mar 23:59:59", *files, state=State.RESOLVED)
    j.recorded(
        E.MOVED_UP, E.SENT, E.ENTERED, E.HALF_WAY, E.DUE, E.OPENED, E.ANSWERED, E.ACTION_AGREED, E.ACTION_DONE, E.ACCEPTED,
        E.OUTCOME_PROPOSED, E.OUTCOME_CONFIRMED, E.OUTCOME_CONFIRMED, E.RESOLVED,
    )  # fmt: skip
    j.told(
        (M.MOVED_UP, (cast.own_manager, cast.raiser)),
        (M.ASSIGNED, (cast.receiver, cast.receiver, cast.receiver)),
        (M.FEEDBACK, (cast.raiser, cast.raiser)),
        (M.DUE, (cast.receiver,)),
        (M.ANSWERED, (cast.own_manager, cast.raiser)),
        (M.RESOLVED, (cast.lead, cast.own_manager, cast.raiser, cast.receiver)),
    )
