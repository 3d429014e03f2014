"""A key of something elsewhere is refused by its field, never left out without a word: what a page does not offer, a program can send."""

from collections.abc import Callable
from typing import Any

import pytest

from agencies.errors import InvalidInput
from agencies.models import User
from escalation.models import Dispute, Event
from escalation.states import Outcome, Verb
from tests.cast import Cast
from tests.escalation.verbs import routed
from tests.world import World

pytestmark = pytest.mark.django_db


def hop(world: World) -> Dispute:
    return world.log()


def sent(world: World) -> Dispute:
    return world.sent()


def before_mediation(world: World) -> Dispute:
    return routed(world, world.sent())


def before_a_panel(world: World) -> Dispute:
    return routed(world, world.sent(), "panel")


# The verb, who, where it stands, what is otherwise good, and the field that holds the key of somebody or something of elsewhere.
TRIES: list[tuple[Verb, str, Callable[[World], Dispute], dict[str, Any], str]] = [
    (Verb.SEND_ON, "own_manager", hop, {}, "holders"),
    (Verb.MOVE_UP, "own_manager", sent, {"ground": "risk", "reason": "He is home tonight."}, "holders"),
    (Verb.MOVE_UP, "own_manager", sent, {"ground": "risk", "reason": "He is home tonight."}, "against"),
    (Verb.RECORD_CONTACT, "own_manager", sent, {"how": "phone", "whom": "The duty desk", "said": "They ring back.", "reached": True}, "agency"),
    (Verb.PROPOSE_OUTCOME, "own_manager", sent, {"wording": "A visit.", "kind": Outcome.AGREED_ACTION, "outstanding": "The report."}, "pursued_by"),
    (Verb.DECIDE, "mediator", before_mediation, {"decision": "A joint visit.", "reasons": "Both agree."}, "heard_by"),
    (Verb.CONVENE, "chair", before_a_panel, {"place": "The town hall"}, "interests"),
    (Verb.REPRESENT, "own_board", before_a_panel, {"text": "The child was not seen."}, "agency"),
]


def elsewhere(cast: Cast, field: str, more: dict[str, Any]) -> dict[str, Any]:
    """What is sent in the field: a person, or the agency, of another partnership."""
    stranger: User = cast.stranger
    agency = stranger.memberships.get().agency_id
    shapes: dict[str, Any] = {
        "holders": {agency: stranger.pk},
        "against": [agency],
        "heard_by": [stranger.pk],
        "interests": {stranger.pk: "Knows the family."},
    }
    return more | {field: shapes.get(field, agency)}


@pytest.mark.parametrize(("verb", "who", "build", "more", "field"), TRIES, ids=[f"{row[0]} {row[4]}" for row in TRIES])
def test_a_key_of_elsewhere_is_refused_by_its_field_and_nothing_is_recorded(
    cast: Cast, world: World, verb: Verb, who: str, build: Callable[[World], Dispute], more: dict[str, Any], field: str
) -> None:
    found = build(world)
    lines = Event.objects.filter(dispute=found).count()
    if verb is Verb.CONVENE:
        seats = {cast.lead.pk: cast.raising.pk, cast.receiving_lead.pk: cast.receiving.pk, cast.police_manager.pk: cast.police.pk}
        more = more | {"meets_at": world.now.replace(day=17), "members": seats}
    if field == "pursued_by":
        more = more | {"pursued_until": world.now.replace(day=world.now.day + 5)}
    with pytest.raises(InvalidInput) as refused:
        world.do(found, verb, getattr(cast, who), **elsewhere(cast, field, more))
    assert refused.value.field == field
    assert Event.objects.filter(dispute=found).count() == lines
