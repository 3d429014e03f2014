"""What a person holds in open disagreements, and what is held by people who can act no longer. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value

from agencies.models import Agency, Membership, Partnership, PostHolding, User
from agencies.querysets import in_force
from escalation.models import AgreedAction, Clock, Dispute, Draft, LearningPoint, PanelMember, Referral, Request, StageRun
from escalation.services.offices import BESIDE
from escalation.states import LIVE, LearningStatus, State

Rows: TypeAlias = "QuerySet[Any]"
LIVE_STATES = sorted(LIVE)
SETTLED = (LearningStatus.DONE, LearningStatus.NOT_TAKEN_UP)


class HeldKind(StrEnum):
    """What can be held, in the order in which a page lists it."""

    STAGE = "stage"
    REQUEST = "request"
    ACTION = "action"
    PLAN = "plan"
    REFERRAL = "referral"
    PANEL = "panel"
    BESIDE = "beside"
    LEARNING = "learning"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Held:
    """One open item that somebody holds."""

    kind: HeldKind
    dispute_id: UUID
    holder_id: UUID


def held_in(place: Agency | Partnership, user_id: UUID) -> list[Held]:
    """Every open item that the person holds for the agency, or by a role of the partnership itself; each once. Two queries.

    A draft kept from the own agency goes with its writer, so it is not among them.
    """
    return list(_of_agency(place, user_id) if isinstance(place, Agency) else _of_partnership(place, user_id))


def left_behind(partnership: Partnership, today: date) -> list[Held]:
    """What is held by somebody whose account is closed, or who has no role or post in the partnership on this London date. Six queries."""
    return [
        *_gone(StageRun.objects.filter(left_at=None, dispute__state__in=LIVE_STATES), "holder", HeldKind.STAGE, partnership, today),
        *_gone(Request.objects.filter(ended_at=None, dispute__state__in=LIVE_STATES), "holder", HeldKind.REQUEST, partnership, today),
        *_gone(AgreedAction.objects.filter(done_at=None).exclude(dispute__state=State.WITHDRAWN), "owner", HeldKind.ACTION, partnership, today),
        *_gone(_before_the_partnership(), "chair", HeldKind.REFERRAL, partnership, today),
        *_gone(_before_the_partnership(), "mediator", HeldKind.REFERRAL, partnership, today),
        *_gone(_open_learning(), "owner", HeldKind.LEARNING, partnership, today),
    ]


def _of_agency(agency: Agency, user_id: UUID) -> Iterator[Held]:
    live = Q(dispute__state__in=LIVE_STATES)
    led = Dispute.objects.filter(state__in=LIVE_STATES, lead_manager=user_id).filter(Q(raising_agency=agency) | Q(parties__agency=agency))
    panels = PanelMember.objects.filter(user=user_id, agency=agency, left_at=None, panel__referral__in=_before_the_partnership())
    own = Q(dispute__raising_agency=agency) | Q(dispute__parties__agency=agency)
    actions = AgreedAction.objects.filter(owner=user_id, agency=agency, done_at=None).exclude(dispute__state=State.WITHDRAWN)
    yield from _items(
        user_id,
        (HeldKind.STAGE, StageRun.objects.filter(live, holder=user_id, left_at=None, dispute__raising_agency=agency), "dispute"),
        (HeldKind.REQUEST, Request.objects.filter(live, holder=user_id, ended_at=None, agency=agency), "dispute"),
        (HeldKind.ACTION, actions, "dispute"),
        (HeldKind.PLAN, led.distinct(), "pk"),
        (HeldKind.PANEL, panels, "panel__referral__dispute"),
        (HeldKind.BESIDE, _beside(user_id).filter(Q(agency=agency) | Q(agency=None)), "dispute"),
        (HeldKind.LEARNING, _open_learning().filter(own, owner=user_id).distinct(), "dispute"),
    )
    drafts = Draft.objects.filter(dispute__logged_by=user_id, dispute__raising_agency=agency, dispute__state=State.DRAFT)
    for draft in drafts.select_related("dispute"):
        if not (draft.dispute.is_restricted or draft.answers.get("is_restricted")):
            yield Held(HeldKind.DRAFT, draft.dispute_id, user_id)


def _of_partnership(partnership: Partnership, user_id: UUID) -> Iterator[Held]:
    mine = Q(chair=user_id) | Q(mediator=user_id)
    referrals = _before_the_partnership().filter(mine, dispute__partnership=partnership)
    beside = _beside(user_id).filter(agency=None, dispute__partnership=partnership)
    agencies = Membership.objects.filter(user=user_id, agency__isnull=False).values("agency")
    others = _open_learning().filter(owner=user_id, dispute__partnership=partnership)
    parties = Q(dispute__raising_agency__in=agencies) | Q(dispute__parties__agency__in=agencies)
    learning = others.exclude(pk__in=others.filter(parties).values("pk"))
    found = ((HeldKind.REFERRAL, referrals, "dispute"), (HeldKind.BESIDE, beside, "dispute"), (HeldKind.LEARNING, learning, "dispute"))
    yield from _items(user_id, *found)


def _before_the_partnership() -> QuerySet[Referral]:
    """What the partnership has still to decide: not what it gave back to the agencies, nor what was left otherwise."""
    return Referral.objects.filter(decided_at=None, run__left_at=None, dispute__state__in=LIVE_STATES)


def _beside(user_id: UUID) -> QuerySet[Clock]:
    """What they are asked beside the stages, and whoever else can answer it is asked once they have left."""
    return Clock.objects.running().filter(owner=user_id, key__in=BESIDE)


def _open_learning() -> QuerySet[LearningPoint]:
    return LearningPoint.objects.filter(is_none=False, done_at=None).exclude(status__in=SETTLED)


def _items(user_id: UUID, *asked: tuple[HeldKind, Rows, str]) -> Iterator[Held]:
    """What each of these queries finds, with the way to its disagreement's key, in their order. One query."""
    first, *others = [rows.order_by().annotate(held=Value(number)).values_list("held", "pk", way) for number, (_kind, rows, way) in enumerate(asked)]
    for number, _key, dispute in sorted(first.union(*others)):
        yield Held(asked[number][0], dispute, user_id)


def _gone(rows: Rows, holder: str, kind: HeldKind, partnership: Partnership, today: date) -> Iterator[Held]:
    """Those of the rows whose holder can act no longer in the partnership."""
    roles = Membership.objects.filter(in_force(today), partnership=partnership, user=OuterRef(holder))
    posts = PostHolding.objects.filter(in_force(today), post__agency__partnership=partnership, user=OuterRef(holder))
    away = User.objects.filter(pk=OuterRef(holder), is_active=False)
    found = rows.filter(dispute__partnership=partnership, **{f"{holder}__isnull": False})
    found = found.filter(Exists(away) | (~Exists(roles) & ~Exists(posts)))
    yield from (Held(kind, key, who) for key, who in found.order_by("pk").values_list("dispute", F(holder)))
