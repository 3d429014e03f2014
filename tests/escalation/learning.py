"""What the tests of learning share: a disagreement that ended with a general issue, and the words that must stay inside it."""

from typing import Any

from agencies.models import User
from escalation.models import Dispute, LearningPoint
from escalation.services.learning import follow_learning
from escalation.states import LearningStatus, Verb
from tests.escalation.verbs import resolved
from tests.world import World

ISSUE = "Thresholds are read differently in term time."
NARRATIVE = "Zephyr was sent home."


def learnt(world: World, *, by: User | None = None, **more: Any) -> LearningPoint:
    """A settled disagreement of which the own manager recorded a general issue, and what went badly besides."""
    dispute = resolved(world, world.sent())
    return recorded(world, dispute, by=by, **more)


def recorded(world: World, dispute: Dispute, *, by: User | None = None, **more: Any) -> LearningPoint:
    """Another general issue of a settled disagreement."""
    given = {"issue": ISSUE, "went_badly": NARRATIVE, "referred_to": "Practice group", **more}
    world.do(dispute, Verb.RECORD_LEARNING, by or world.cast.own_manager, **given)
    point: LearningPoint = LearningPoint.objects.filter(dispute=dispute).latest("recorded_at", "pk")
    return point


def follow(world: World, point: LearningPoint, by: User, **given: Any) -> LearningPoint:
    """Move it on, leaving as it is what is not given."""
    now = LearningPoint.objects.get(pk=point.pk)
    same = {"status": LearningStatus(now.status), "owner": now.owner_id, "due_on": now.due_on, "referred_to": now.referred_to}
    return follow_learning(point.pk, actor=world.person(by), now=world.now, **{**same, **given})
