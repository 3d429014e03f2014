"""A conflict of interest, marked and lifted by program: the same rules as on the page."""

import pytest

from escalation.models import Dispute
from escalation.states import EventKind, Verb
from tests.api.conftest import Caller
from tests.world import World

pytestmark = pytest.mark.django_db
WHY = "My sister is the child's social worker."


def test_a_program_marks_and_lifts_by_the_same_rules(world: World, dispute: Dispute) -> None:
    cast = world.cast
    refused = Caller(cast.receiving_lead).do(dispute, Verb.MARK_CONFLICT, whom=str(cast.own_manager.pk), reason=WHY)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["whom"])
    assert Caller(cast.receiving_lead).do(dispute, Verb.MARK_CONFLICT, whom=str(cast.receiver.pk), reason=WHY).status_code == 200
    assert Caller(cast.receiver).get(f"disputes/{dispute.reference}/").status_code == 404
    assert Caller(cast.receiver).do(dispute, Verb.LIFT_CONFLICT, whom=str(cast.receiver.pk), reason="Mine.").status_code == 404
    assert Caller(cast.lead).do(dispute, Verb.LIFT_CONFLICT, whom=str(cast.receiver.pk), reason="x").status_code == 403
    assert Caller(cast.business_manager).do(dispute, Verb.LIFT_CONFLICT, whom=str(cast.receiver.pk), reason="A namesake.").status_code == 200


def test_a_program_that_names_nobody_marks_its_own_person(world: World, dispute: Dispute) -> None:
    assert Caller(world.cast.receiver).do(dispute, Verb.MARK_CONFLICT, reason=WHY).status_code == 200
    assert dispute.events.filter(kind=EventKind.CONFLICT_MARKED, actor=world.cast.receiver).exists()
    assert world.fresh(dispute).conflicts == [str(world.cast.receiver.pk)]
