"""Which disagreements a person may know of, as a condition on rows: the policy's answer for lists, searches and counts."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains, IsNull

from agencies.querysets import in_force
from agencies.roles import CHAIR_ROLES, UNIT_ROLES, Role
from escalation.action_policy import seen_to_by
from escalation.guest_policy import visible_to_guest
from escalation.part_policy import held_by, led_by, not_apart, presided_by, put_before, raised_by, written_by
from escalation.states import State

if TYPE_CHECKING:
    from collections.abc import Collection

    from agencies.person import Person


def visible(person: "Person", today: date, *, each: bool = False) -> Q:
    """The disagreements that this person may know of on `today` (a London date), as a condition on Dispute; `each` where they are asked one by one.

    Drafts are their writer's alone. A stage inside the own agency is nobody else's. A restricted disagreement is hidden from those of the own
    agency who neither raised nor hold it, also where they sit in the partnership or in an agency that was asked. The business unit sees from the
    first sending outside the raising agency. Whoever covers for a holder sees what the holder holds in an agency in which the deputy sits too.
    Whoever is to do or follows an agreed action knows of it until that is done (`action_policy`). Whoever has a conflict does not know of it at
    all. What somebody had of their own (raised, wrote, held, leads, mediates, hears) counts while they sit where they had it (`part_policy`).
    """
    if person.guest_of is not None:
        return visible_to_guest(person)
    shared = ~Q(state=State.DRAFT)
    # What somebody else writes on their behalf is the writer's alone until it is sent for the first time.
    own = written_by(person) | (raised_by(person) & (shared | Q(head_number__gt=0)))
    part = held_by(person) | led_by(person) | put_before(person) | presided_by(person) | _covered(person)
    supervised = Q(raiser__memberships__supervisor=person.id, raiser__memberships__agency=F("raising_agency"), is_restricted=False)
    supervised &= in_force(today, prefix="raiser__memberships__") & Q(raising_agency__in=person.agency_ids)
    condition = own | (shared & (part | supervised | seen_to_by(person, today, each=each))) | at_a_glance(person)
    partnerships = {seat.partnership_id for seat in person.seats if seat.agency_id is None}
    for partnership in partnerships:
        condition |= _partnership_part(person, partnership) & shared & Q(partnership=partnership) & not_apart(person)
    reviewing = [seat for seat in person.seats if seat.role == Role.REVIEWER]
    if reviewing:
        alerted = Q(reviewing_told_at__isnull=False, partnership__in=[seat.partnership_id for seat in reviewing])
        condition |= shared & not_apart(person) & (_logged_beside([seat.agency_id for seat in reviewing], today) | alerted)
    return condition & free_of_conflict(person)


def at_a_glance(person: "Person") -> Q:
    """The part of `visible` that leads, seniors and board members have for their agency: the disagreement and whom it asked decide.

    It joins nothing, so that thousands are looked at quickly; whatever is not in it may be visible all the same.
    """
    led = sorted(_led(person))
    asked = apps.get_model("escalation", "Request")._default_manager.filter(dispute=OuterRef("pk"), agency__in=led)
    return ~Q(state=State.DRAFT) & (Q(raising_agency__in=led, is_restricted=False) | (Q(Exists(asked), sent_at__isnull=False) & not_apart(person)))


def read_by_own_part(person: "Person") -> Q:
    """Of what this person may know of, that whose narrative they read by a part of their own, as a condition on Dispute: they raised, wrote, hold,
    held or led it, chair it, or sit in the business unit that was told of it.

    A part of what `policy.reads_narrative` allows, for rows of lists: whatever is not in it may be theirs to read all the same.
    """
    places = {seat.partnership_id for seat in person.seats if seat.role in CHAIR_ROLES and seat.agency_id is None}
    chaired = Q(partnership__in=places) & presided_by(person) & not_apart(person)
    told = Q(partnership__in=person.units, unit_told_at__isnull=False) & not_apart(person)
    return raised_by(person) | written_by(person) | held_by(person) | led_by(person) | chaired | told


def agency_at_a_glance(person: "Person", agency: UUID) -> Q | None:
    """The part of `visible` that a glance tells of what this agency raised or was asked in, conflicts apart: the disagreement's own columns decide.

    None for whoever is none of its leads, seniors and board members.
    """
    if agency not in _led(person):
        return None
    asked = ~Q(raising_agency=agency) & Q(sent_at__isnull=False) & not_apart(person)
    return ~Q(state=State.DRAFT) & (Q(raising_agency=agency, is_restricted=False) | asked)


def was_asked(agency: UUID) -> Q:
    """The disagreements in which the agency was asked for a response, each looked up by itself.

    As EXISTS beside an OR, PostgreSQL reads all that the agency was ever asked before it looks at the first.
    """
    asked = apps.get_model("escalation", "Request")._default_manager.filter(dispute=OuterRef("pk"), agency=agency)
    return Q(IsNull(Subquery(asked.order_by().values("agency")[:1]), False))  # noqa: FBT003 - the lookup's right side


def _led(person: "Person") -> set[UUID]:
    return {seat.agency_id for seat in person.seats if seat.agency_id and seat.role in {Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER}}


def free_of_conflict(person: "Person", at: str = "") -> Q:
    """The disagreements in which the person is not marked as having a conflict: lists and counts keep to it too.

    A condition on Dispute, or on rows that lead to one by `at` (`dispute__`).
    """
    return ~Q(Contains(Cast(f"{at}conflicts", TextField()), str(person.id)))


def open_to_unit(person: "Person", at: str = "") -> Q:
    """What the business unit's lists and figures hold for a reader who sits in it, conflicts and what is kept from their agency apart.

    As `free_of_conflict`.
    """
    return free_of_conflict(person, at) & not_apart(person, at)


def _logged_beside(agencies: "Collection[UUID | None]", today: date) -> Q:
    """What was logged between two others by somebody who sits today in one of these agencies, of those in the disagreement's own partnership."""
    seat = Q(logged_by__memberships__agency__in=agencies, logged_by__memberships__partnership=F("partnership"))
    return Q(is_third_party=True) & seat & in_force(today, prefix="logged_by__memberships__")


def _covered(person: "Person") -> Q:
    """What is held by those for whom the person covers, in each agency in which both sit."""
    condition = Q(pk__in=[])
    for agency in person.agency_ids & {place for _colleague, place in person.covered}:
        away = {colleague for colleague, place in person.covered if place == agency}
        condition |= Q(runs__holder__in=away, raising_agency=agency, is_restricted=False)
        condition |= Q(requests__holder__in=away, requests__agency=agency) & not_apart(person)
    return condition


def _partnership_part(person: "Person", partnership: UUID) -> Q:
    """What a role in the partnership itself lets one see of its disagreements; nothing where there is no such role."""
    roles = {seat.role for seat in person.seats if seat.partnership_id == partnership and seat.agency_id is None}
    condition = Q(pk__in=[])
    if roles & (UNIT_ROLES | {Role.AUDITOR}):
        condition |= Q(sent_at__isnull=False)
    if roles & CHAIR_ROLES:
        condition |= Q(referrals__isnull=False) & ~Q(parties__agency__in=person.agency_ids)
    if roles & {Role.SUBGROUP_CHAIR, Role.SUBGROUP_MEMBER}:
        condition |= (Q(is_serious=True) | Q(is_stuck=True)) & Q(sent_at__isnull=False)
    return condition
