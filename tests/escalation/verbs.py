"""What the tests of the verbs share: a disagreement at each point of its life, and what a refusal must leave untouched."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from agencies.errors import DomainError
from agencies.ready import Ready
from escalation.models import Clock, Dispute, Event, EventBody, Notification, PanelMember, Request, StageRun
from escalation.states import Answer, Ground, Outcome, Verb
from tests.world import World, london


def respond(world: World, dispute: Dispute, answer: Answer = Answer.AGREES) -> Dispute:
    """Social care answers."""
    world.do(dispute, Verb.RESPOND, world.cast.receiver, answer=answer, reasons="We looked again.", actions="An assessment.")
    return dispute


def proposed(world: World, dispute: Dispute) -> Dispute:
    """The own manager took the response, so the wording stands."""
    respond(world, dispute)
    world.do(dispute, Verb.ACCEPT, world.cast.own_manager, wording="An assessment by Friday.", kind=Outcome.AGREED_ACTION)
    return dispute


def resolved(world: World, dispute: Dispute) -> Dispute:
    """Both sides confirmed."""
    proposed(world, dispute)
    world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.receiver)
    return dispute


def closed(world: World, dispute: Dispute) -> Dispute:
    """The business unit closed it with the gap recorded."""
    resolved(world, dispute)
    world.do(dispute, Verb.CLOSE, world.cast.business_manager, difference="no_change", gap="Nobody answered our letters.")
    return dispute


def before_chair(world: World, dispute: Dispute) -> Dispute:
    """Straight up to the chair, where the risk demands it."""
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.RISK, reason="He is home tonight.", to=3)
    world.do(dispute, Verb.REFER, world.cast.own_board, ground=Ground.RISK, efforts="Three talks.", reason="No agreement.")
    return dispute


def routed(world: World, dispute: Dispute, route: str = "mediation") -> Dispute:
    """Acknowledged, and the route chosen."""
    before_chair(world, dispute)
    world.do(dispute, Verb.ACKNOWLEDGE, world.cast.chair, resolve_by=london("2026-03-20 12:00"))
    mediator = world.cast.mediator.pk if route == "mediation" else None
    world.do(dispute, Verb.CHOOSE_ROUTE, world.cast.chair, route=route, reason="It fits.", mediator=mediator)
    return dispute


def met(world: World, dispute: Dispute) -> Dispute:
    """Each member of the panel declares that they have no interest, where they have not declared yet; then the hour of its meeting has come."""
    for seat in PanelMember.objects.filter(panel__referral__dispute=dispute, left_at=None).select_related("user", "panel"):
        if seat.declared_at is None:
            world.do(dispute, Verb.DECLARE_INTEREST, seat.user)
        world.now = max(world.now, seat.panel.meets_at)
    return dispute


KEPT: list[Ready[Any]] = [
    Ready(lambda key: Dispute.objects.filter(pk=key).values_list()),
    Ready(lambda key: EventBody.objects.filter(event__dispute=key).order_by("pk").values_list("event")),
    *[
        Ready(lambda key, model=model: model.objects.filter(dispute=key).order_by("pk").values_list())
        for model in (Event, StageRun, Request, Clock, Notification)
    ],
]


def stored(dispute: Dispute) -> list[Any]:
    """Everything that is kept of a disagreement, for comparing."""
    return [rows(dispute.pk) for rows in KEPT]


@contextmanager
def refused(dispute: Dispute, kind: type[DomainError], words: str = "") -> Iterator[pytest.ExceptionInfo[DomainError]]:
    """The act inside is refused so, in these words, and nothing of it is stored."""
    before = stored(dispute)
    with pytest.raises(kind, match=str(words) or None) as caught:
        yield caught
    assert stored(dispute) == before
