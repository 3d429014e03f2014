"""What a person holds in open disagreements, and what is held by people who can act no longer. Reads only."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import and_
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, UUIDField, Value

from agencies.models import Agency, Membership, Partnership, PostHolding, User
from agencies.querysets import in_force
from agencies.roles import UNIT_ROLES, Role
from escalation.engine.own_clocks import CONFERENCE, OF_TURNS, SUBGROUP
from escalation.models import AgreedAction, Clock, Dispute, Draft, LearningPoint, PanelMember, Party, Referral, Request, StageRun
from escalation.part_policy import INSIDE, MEDIATES, PRESIDES, THIRD
from escalation.querysets import Among
from escalation.services.held_keys import in_parts, keys_held_by
from escalation.services.offices import BESIDE
from escalation.states import LIVE, LearningStatus, Side, State

Rows: TypeAlias = "QuerySet[Any]"
LIVE_STATES = sorted(LIVE)
# A stage of the raising side that the business unit holds: the stop that it has in place of the own agency.
AT_UNIT = Q(stage=INSIDE) & (Q(dispute__through_partnership=True) | Q(number__gte=THIRD))
PANEL = frozenset({Role.PANEL_MEMBER})
OF_PANEL = {"way": "panel__referral__dispute", "place": "panel__referral__dispute__partnership"}
SETTLED = (LearningStatus.DONE, LearningStatus.NOT_TAKEN_UP)


class HeldKind(StrEnum):
    """What can be held, in the order in which a page lists it."""

    STAGE = "stage"
    REQUEST = "request"
    ACTION = "action"
    PLAN = "plan"
    REFERRAL = "referral"
    PANEL = "panel"
    OFFER = "offer"
    BESIDE = "beside"
    TURN = "turn"
    LEARNING = "learning"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Held:
    """One open item that somebody holds."""

    kind: HeldKind
    dispute_id: UUID
    holder_id: UUID


@dataclass(frozen=True, slots=True)
class Left(Held):
    """One that somebody can hold no longer, with where it was held: in the agency, or (None) in the partnership by one of these roles."""

    partnership_id: UUID
    agency_id: UUID | None
    roles: frozenset[Role]


def held_in(place: Agency | Partnership, user_id: UUID) -> list[Held]:
    """Every open item that the person holds for the agency, or by a role of the partnership itself; each once. Two queries.

    A draft kept from the own agency goes with its writer, so it is not among them.
    """
    return list(_of_agency(place, user_id) if isinstance(place, Agency) else _of_partnership(place, user_id))


def left_behind(partnership: Partnership | None, today: date) -> list[Left]:
    """What is held on this London date by somebody who can hold it no longer, of one partnership or of all: the account is closed, the agency
    retired, or no role or post is left where they held it, nor in the agency that acts for that one. Another seat there lets them hold it still.
    One query, which looks through everything that is open.
    """
    return _gone(today, *((each, Q() if partnership is None else Q(**{each.place: partnership})) for each in _everything()))


def left_by(people: Collection[UUID], today: date) -> list[Left]:
    """The same of all partnerships, of what these people (their keys) hold: found by their keys, however much else is open. A question for each five
    hundred people; where they hold anything, fifteen at most for each five hundred of it.
    """
    keys = keys_held_by(people)
    if not any(keys.values()):
        return []
    asked = ((each, some) for each in _everything() for some in in_parts(keys[each.rows.model, each.holder]))
    return [held for each, some in asked for held in _gone(today, (each, Q(Among("pk", some))))]


def left_in(agencies: Collection[UUID], today: date) -> list[Left]:
    """The same of all partnerships, of what is held for these agencies (their keys), whoever holds it. Where there are none, nothing is asked; else
    one question."""
    if not agencies:
        return []
    return _gone(today, *((each, Q(**{f"{each.agency}__in": agencies})) for each in _everything() if each.agency))


def _gone(today: date, *asked: tuple["_Asked", Q]) -> list[Left]:
    """Which of these rows are held by somebody who can act there no longer, in this order. One query."""
    first, *others = [each.gone(today, which, number) for number, (each, which) in enumerate(asked)]
    found = sorted(first.union(*others, all=True) if others else first, key=lambda row: row[:2])
    return [Left(asked[number][0].kind, key, who, place, where, asked[number][0].roles) for number, _pk, key, who, place, where in found]


def _everything() -> list["_Asked"]:
    """Each kind of what is open, with the seats by which it is held."""
    live, on_panels = Q(dispute__state__in=LIVE_STATES), PanelMember.objects.filter(left_at=None, gone_at=None)
    stages, presided = StageRun.objects.filter(live, left_at=None), _before_the_partnership()
    plans, turns = Dispute.objects.filter(state__in=LIVE_STATES), Clock.objects.running().filter(key__in=sorted(OF_TURNS))
    return [
        _Asked(HeldKind.STAGE, stages.exclude(AT_UNIT), "holder", agency="dispute__raising_agency"),
        _Asked(HeldKind.STAGE, stages.filter(AT_UNIT), "holder", roles=UNIT_ROLES),
        _Asked(HeldKind.REQUEST, Request.objects.filter(live, ended_at=None), "holder", agency="agency"),
        _Asked(HeldKind.ACTION, _open_actions(), "owner", agency="agency"),
        _Asked(HeldKind.PLAN, plans, "lead_manager", agency="raising_agency", way="pk", place="partnership"),
        _Asked(HeldKind.REFERRAL, presided, "chair", roles=PRESIDES),
        _Asked(HeldKind.REFERRAL, presided, "mediator", roles=MEDIATES),
        _Asked(HeldKind.PANEL, on_panels.filter(panel__referral__in=presided), "user", agency="agency", roles=PANEL, **OF_PANEL),
        _Asked(HeldKind.OFFER, _open_offers(), "offered_mediator", roles=MEDIATES, way="pk", place="partnership"),
        _Asked(HeldKind.BESIDE, Clock.objects.running().filter(key=CONFERENCE), "owner", agency="agency"),
        _Asked(HeldKind.BESIDE, Clock.objects.running().filter(key=SUBGROUP), "owner", roles=frozenset({Role.SUBGROUP_CHAIR})),
        # Of whoever held a request until it ended, and of the unit: what is asked of who holds something else goes with that.
        _Asked(HeldKind.TURN, turns.filter(agency__isnull=False), "owner", agency="agency"),
        _Asked(HeldKind.TURN, turns.filter(agency=None, owed_by=Side.PARTNERSHIP), "owner", roles=UNIT_ROLES),
        _Asked(HeldKind.LEARNING, _open_learning(), "owner"),
        _Asked(HeldKind.DRAFT, _sent_back(), "logged_by", agency="raising_agency", roles=UNIT_ROLES, way="pk", place="partnership"),
    ]


def _of_agency(agency: Agency, user_id: UUID) -> Iterator[Held]:
    live = Q(dispute__state__in=LIVE_STATES)
    led = Dispute.objects.filter(state__in=LIVE_STATES, lead_manager=user_id).filter(Q(raising_agency=agency) | Q(parties__agency=agency))
    panels = PanelMember.objects.filter(user=user_id, agency=agency, left_at=None, panel__referral__in=_before_the_partnership())
    own = Q(dispute__raising_agency=agency) | Q(dispute__parties__agency=agency)
    actions = _open_actions().filter(owner=user_id, agency=agency)
    stages = StageRun.objects.filter(live, holder=user_id, left_at=None, dispute__raising_agency=agency).exclude(AT_UNIT)
    yield from _items(
        user_id,
        (HeldKind.STAGE, stages, "dispute"),
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
    stages = StageRun.objects.filter(AT_UNIT, holder=user_id, left_at=None, dispute__partnership=partnership, dispute__state__in=LIVE_STATES)
    offers = _open_offers().filter(offered_mediator=user_id, partnership=partnership)
    found = ((HeldKind.STAGE, stages, "dispute"), (HeldKind.REFERRAL, referrals, "dispute"), (HeldKind.OFFER, offers, "pk"))
    yield from _items(user_id, *found, (HeldKind.BESIDE, beside, "dispute"), (HeldKind.LEARNING, learning, "dispute"))


def _sent_back() -> QuerySet[Dispute]:
    """Drafts that have a record: they were sent in and came back. Not what is kept from the own agency, nor is to be."""
    to_be_kept = Draft.objects.filter(dispute=OuterRef("pk"), answers__is_restricted=True)
    back = Dispute.objects.filter(state=State.DRAFT, head_number__gt=0, is_third_party=False, is_restricted=False)
    return back.filter(~Exists(to_be_kept))


def _before_the_partnership() -> QuerySet[Referral]:
    """What the partnership has still to decide: not what it gave back to the agencies, nor what was left otherwise."""
    return Referral.objects.filter(decided_at=None, run__left_at=None, dispute__state__in=LIVE_STATES)


def _open_offers() -> QuerySet[Dispute]:
    """Where the subgroup's offer of a mediator may still be taken up."""
    return Dispute.objects.filter(state=State.OPEN)


def _beside(user_id: UUID) -> QuerySet[Clock]:
    """What they are asked beside the stages, and whoever else can answer it is asked once they have left."""
    return Clock.objects.running().filter(owner=user_id, key__in=BESIDE)


def _open_actions() -> QuerySet[AgreedAction]:
    return AgreedAction.objects.filter(done_at=None).exclude(dispute__state=State.WITHDRAWN)


def _open_learning() -> QuerySet[LearningPoint]:
    return LearningPoint.objects.filter(is_none=False, done_at=None).exclude(status__in=SETTLED)


def _items(user_id: UUID, *asked: tuple[HeldKind, Rows, str]) -> Iterator[Held]:
    """What each of these queries finds, with the way to its disagreement's key, in their order. One query."""
    first, *others = [rows.order_by().annotate(held=Value(number)).values_list("held", "pk", way) for number, (_kind, rows, way) in enumerate(asked)]
    for number, _key, dispute in sorted(first.union(*others)):
        yield Held(asked[number][0], dispute, user_id)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Open rows with the field that names whoever holds each. They hold it by a seat in this `agency` (a field), or by one of these `roles` of the
    partnership; where neither is named, by any seat in it. `way` leads to the disagreement, `place` to its partnership."""

    kind: HeldKind
    rows: Rows
    holder: str
    agency: str = ""
    roles: frozenset[Role] = frozenset()
    way: str = "dispute"
    place: str = "dispute__partnership"

    def gone(self, today: date, which: Q, number: int) -> Rows:
        """Which of these rows are held by somebody who can act there no longer: under this number its key, the disagreement's, who, and where."""
        named = self.rows.filter(which, **{f"{self.holder}__isnull": False})
        away = Exists(User.objects.filter(pk=OuterRef(self.holder), is_active=False))
        seats = [~Exists(rows.filter(in_force(today), user=OuterRef(self.holder))) for rows in self._seats()]
        found = named.filter(away | reduce(and_, seats) | self._retired()).order_by()
        agency = F(self.agency) if self.agency else Value(None, output_field=UUIDField())
        return found.values_list(Value(number), F("pk"), F(self.way), F(self.holder), F(self.place), agency)

    def _retired(self) -> Q:
        """Held for an agency that is in use no longer, whoever sits there still or in the one that acts for it."""
        is_there_alone = self.agency and not self.roles and self.kind is not HeldKind.PLAN
        return Q(**{f"{self.agency}__is_active": False}) if is_there_alone else Q()

    def _seats(self) -> list[Rows]:
        roles = Membership.objects.filter(agency=None, partnership=OuterRef(self.place), role__in=self.roles)
        if not self.agency:
            here = OuterRef(self.place)
            anywhere: list[Rows] = [
                Membership.objects.filter(Q(agency=None) | Q(agency__is_active=True), partnership=here),
                PostHolding.objects.filter(post__agency__partnership=here, post__agency__is_active=True),
            ]
            return [roles] if self.roles else anywhere
        if self.kind is HeldKind.PLAN:  # of whichever agency in it
            parties = Party.objects.filter(dispute=OuterRef(OuterRef("pk")), agency__is_active=True).values("agency")
            there = Q(agency__in=parties) | Q(agency__acts_for__in=parties)
            posts = PostHolding.objects.filter(Q(post__agency__in=parties) | Q(post__agency__acts_for__in=parties))
            return [Membership.objects.filter(there, agency__is_active=True), posts.filter(post__agency__is_active=True)]
        own, acting = OuterRef(self.agency), OuterRef(f"{self.agency}__acting_agency")
        posts = PostHolding.objects.filter(Q(post__agency=own) | Q(post__agency=acting), post__agency__is_active=True)
        return [roles, Membership.objects.filter(Q(agency=own) | Q(agency=acting), agency__is_active=True), posts]
