"""Who of the partnership's own people, or beside the stages, can take what is asked of them in one disagreement: each office's one rule."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from agencies.models import Membership
from agencies.roles import Role
from agencies.working_days import LONDON
from escalation.counterparts import Candidate, How
from escalation.engine import sides
from escalation.engine.case import Case
from escalation.engine.own_clocks import CONFERENCE, REVIEWING, SUBGROUP
from escalation.models import Clock
from escalation.states import Side

# What is asked beside the stages of whoever can answer it, and runs on them whatever becomes of the stage.
BESIDE = (CONFERENCE, SUBGROUP, REVIEWING)


def presiding(case: Case, position: int) -> Candidate | None:
    """Before whom it is put at this stage: the first who can preside."""
    return next(iter(able_to_preside(case, position)), None)


def able_to_preside(case: Case, position: int) -> list[Candidate]:
    """Who may preside at this stage, the procedure's own roles first, then chair and deputy: who belongs to no party and has no conflict."""
    named = case.directory.partnership_people(*(Role(role) for role in case.procedure.stage(position).receiving.roles))
    return [one for one in (*named, *case.directory.chairs()) if _stands_apart(case, one.user_id)]


def subgroup_chairs(case: Case) -> list[UUID]:
    """Who chairs a subgroup and belongs to no party, with no conflict."""
    return [one.user_id for one in case.directory.subgroup_chairs() if _stands_apart(case, one.user_id)]


def reviewers(case: Case, now: datetime) -> list[UUID]:
    """The partnership's reviewing service today in London, whichever agency it belongs to, less those with a conflict, and of one that is kept from
    the raising agency's people less these. One query."""
    today = now.astimezone(LONDON).date()
    rows = Membership.objects.on(today).filter(partnership=case.dispute.partnership_id, role=Role.REVIEWER, user__is_active=True)
    found = rows.order_by("user__name", "user").values_list("user", flat=True)
    return [user for user in dict.fromkeys(found) if user not in case.conflicted_ids | case.kept_from(None)]


def answers_conference(case: Case, agency: UUID) -> list[UUID]:
    """Who may answer a conference request for the agency that it was put to: whoever holds it there, then its leads."""
    able = case.actors(Side.RECEIVING, agency) - case.conflicted_ids
    named = [case.holder_id(Side.RECEIVING, agency), *(lead.user_id for lead in case.directory.leads(agency))]
    return [one for one in dict.fromkeys(named) if one is not None and one in able and case.may_hold(one, agency)]


def able_to_hold(case: Case, side: Side, agency: UUID, *, without: Collection[UUID] = ()) -> list[UUID]:
    """Who can hold it for this agency at the stage it is in: whom the directory suggests, then its leads. Of what is kept from the own agency nobody
    there but who raised it, while they sit there."""
    if side == Side.RAISING and case.dispute.is_restricted:
        return [user for user in (case.dispute.raiser_id,) if user not in without and case.may_hold(user, agency)]
    barred = set(case.conflicted_ids) | set(without) | sides.barred(case, side, agency)
    if case.dispute.stage > 1 and case.dispute.disputed_person_id:
        barred.add(case.dispute.disputed_person_id)
    suggested = [row.user_id for row in case.candidates(side, agency) if row.how != How.UNIT_RECOMMENDS]
    leads = [] if side == Side.RAISING and case.is_with_unit else sorted(case.lead_ids(agency))
    return [user for user in dict.fromkeys((*suggested, *leads)) if user not in barred]


def able_to_answer(case: Case, clock: Clock, now: datetime) -> list[UUID]:
    """Who can answer what this clock asks beside the stages (`BESIDE`), whoever is asked first in front."""
    if clock.key == SUBGROUP:
        return subgroup_chairs(case)
    if clock.key == REVIEWING:
        return reviewers(case, now)
    return answers_conference(case, clock.agency_id) if clock.agency_id is not None else []


def unit_ids(case: Case) -> list[UUID]:
    """The people of the business unit who may know of it; nobody before the first sending outside the raising agency."""
    return [candidate.user_id for candidate in case.unit()] if case.dispute.sent_at is not None else []


def _stands_apart(case: Case, user: UUID) -> bool:
    """Somebody who has no conflict and belongs to no party."""
    person = case.directory.person(user)
    return user not in case.conflicted_ids and not (person is not None and person.agency_ids & (case.receiving_ids | {case.raising_id}))
