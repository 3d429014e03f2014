"""The page of a verb and the call of the same verb: the same result, and the same refusal in the same words."""

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import User
from escalation.engine.perform import Seen
from escalation.models import Dispute, Event, EventBody
from escalation.states import Verb
from tests.api.conftest import Caller
from tests.api.test_verbs_answering import answered
from tests.api.test_verbs_ending import proposed, resolved
from tests.api.test_verbs_moving import rejected
from tests.cast import Cast
from tests.world import World

pytestmark = pytest.mark.django_db
Given = dict[str, Any]


def at_the_hop(world: World, _cast: Cast) -> Dispute:
    return world.log()


def sent(world: World, _cast: Cast) -> Dispute:
    return world.sent()


@dataclass(frozen=True)
class Try:
    """One verb by one of the cast; `page` is what the form sends where that is not what the call sends."""

    verb: Verb
    who: str
    begin: Callable[[World, Cast], Dispute]
    given: Given = field(default_factory=dict)
    page: Given | None = None


REASON = {"reason": "The risk is the same."}
DONE = [
    Try(Verb.SEND_ON, "own_manager", at_the_hop, {"comment": "Please look today."}),
    Try(Verb.SEND_BACK, "own_manager", at_the_hop, REASON),
    Try(Verb.ACKNOWLEDGE, "receiver", sent, {"comment": "We have it."}),
    Try(Verb.RESPOND, "receiver", sent, {"answer": "partly", "reasons": "We looked again.", "actions": "A joint visit."}),
    Try(Verb.ACCEPT, "own_manager", answered, {"wording": "A review in June.", "kind": "position_kept"}),
    Try(Verb.REJECT, "own_manager", answered, REASON),
    Try(Verb.ADD_NOTE, "receiver", sent, {"text": "Ask legal first.", "private": True}, {"text": "Ask legal first.", "private": "on"}),
    Try(
        Verb.RECORD_CONTACT,
        "own_manager",
        sent,
        {"how": "phone", "whom": "Rashida Shah", "said": "No answer.", "reached": False},
        {"how": "phone", "whom": "Rashida Shah", "said": "No answer.", "reached": "no"},
    ),
    Try(Verb.MOVE_UP, "own_manager", rejected, {"ground": "not_resolved", "to": 2, **REASON}),
    Try(Verb.HOLD_MOVE, "own_manager", sent, REASON),
    Try(Verb.CONFIRM_OUTCOME, "receiver", proposed),
    Try(Verb.WITHDRAW, "lead", sent, {"still_at_risk": False, **REASON}, {"still_at_risk": "no", **REASON}),
    Try(Verb.CONTINUE_CONCERN, "raiser", sent, {"concern": "The child is still at home."}),
    Try(
        Verb.RECORD_ADVICE,
        "raiser",
        sent,
        {"whom": "complaint", "who": "Complaints team", "told": "The closure.", "answer": "Ten days.", "told_by": "Colin Reid"},
    ),
    Try(Verb.RECORD_LEARNING, "own_manager", resolved, {"issue": "Thresholds differ.", "referred_to": "Practice group"}),
]
REFUSED = [
    Try(Verb.SEND_ON, "raiser", at_the_hop),
    Try(Verb.RESPOND, "receiver", answered, {"answer": "disagrees", "reasons": "No."}),
    Try(Verb.REJECT, "own_manager", sent, REASON),
    Try(Verb.CONFIRM_OUTCOME, "own_manager", proposed),
    Try(Verb.REOPEN, "lead", sent, REASON),
    Try(Verb.REPRESENT, "raiser", sent, {"text": "Look at the calls."}),
    Try(Verb.RECORD_LEARNING, "own_manager", sent),
    Try(Verb.MOVE_UP, "own_manager", sent, {"ground": "no_response", "to": 2}),
    Try(Verb.WITHDRAW, "lead", sent, {"still_at_risk": True, **REASON}, {"still_at_risk": "yes", **REASON}),
]
NOT_THEIRS = [
    Try(Verb.RESPOND, "own_manager", sent),
    Try(Verb.MOVE_UP, "raiser", rejected),
    Try(Verb.CLOSE, "receiver", resolved),
    Try(Verb.CHOOSE_ROUTE, "receiving_lead", sent),
    Try(Verb.ANSWER_CONFERENCE, "receiver", sent, {"answer": "refused", "reasons": "No."}),
    Try(Verb.RESPOND, "stranger", sent),
    Try(Verb.ADD_NOTE, "nobody", sent),
    Try(Verb.ADD_NOTE, "administrator", sent),
]


def name(one: Try) -> str:
    return f"{one.verb.value} by {one.who}"


def by_page(dispute: Dispute, one: Try, user: User) -> Any:
    client = Client()
    client.force_login(user)
    form = one.given if one.page is None else one.page
    seen = str(Seen.of(Dispute.objects.get(pk=dispute.pk)))
    return client.post(
        reverse("verb", args=[dispute.reference, one.verb.value.replace("_", "-")]), form | {"seen": seen, "confirmed": "1", "paused": "1"}
    )


def story(dispute: Dispute) -> list[Any]:
    """Where it stands and all of its record, in what does not differ between two alike."""
    now = Dispute.objects.get(pk=dispute.pk)
    bodies = {body.event_id: body.text for body in EventBody.objects.filter(event__dispute=now)}
    lines = [
        (line.kind, line.stage, line.actor_id, line.agency_id, line.private_to_id, bodies.get(line.pk)) for line in Event.objects.filter(dispute=now)
    ]
    return [now.state, now.stage, now.outcome, now.move_held_at, list(now.requests.order_by("run__number").values_list("run__stage", "state")), lines]


@pytest.mark.parametrize("one", DONE, ids=name)
def test_both_do_the_same(world: World, cast: Cast, one: Try) -> None:
    user = getattr(cast, one.who)
    typed, called = one.begin(world, cast), one.begin(world, cast)
    assert by_page(typed, one, user).status_code == 302
    assert Caller(user).do(called, one.verb, **one.given).status_code == 200
    assert story(typed) == story(called)


@pytest.mark.parametrize("one", REFUSED, ids=name)
def test_both_refuse_in_the_same_words(world: World, cast: Cast, one: Try) -> None:
    user, dispute = getattr(cast, one.who), one.begin(world, cast)
    before = story(dispute)
    page, call = by_page(dispute, one, user), Caller(user).do(dispute, one.verb, **one.given)
    assert (page.status_code, call.status_code) in {(400, 400), (409, 409)}
    # Beside a question a page leaves out the full stop.
    assert html.escape(call.json()["detail"].removesuffix(".")) in page.content.decode()
    assert story(dispute) == before


@pytest.mark.parametrize("one", NOT_THEIRS, ids=name)
def test_both_keep_out_the_same_people(world: World, cast: Cast, one: Try) -> None:
    user, dispute = getattr(cast, one.who), one.begin(world, cast)
    page, call = by_page(dispute, one, user), Caller(user).do(dispute, one.verb, **one.given)
    assert page.status_code == call.status_code
    assert call.status_code in {403, 404}
