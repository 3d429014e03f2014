"""Roles: given, changed, ended. A role is never deleted, since what somebody could do last year must stay answerable."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput, NotFound
from agencies.models import Agency, Membership, Partnership, PostHolding, User
from agencies.people import supervisors_in
from agencies.policy import UNIT_LENDS, may_grant, may_keep_agency, may_keep_directory, require
from agencies.querysets import in_force
from agencies.roles import AGENCY_ROLES, Role
from agencies.said import named, said, small
from agencies.services.apart import officers, unit_stays_apart
from agencies.services.cover import leading, take_back_cover
from agencies.services.first_place import after_first_place, before_first_place
from agencies.services.record import Giving, acting_person, record
from agencies.working_days import london

NOT_YOURS = _("You may not give or take away this role. Ask your partnership's business manager.")


def _guard(actor: User | None, user: User, role: Role, place: Agency | Partnership, now: datetime) -> None:
    person = acting_person(actor, now)
    if person is None:
        return
    agency_id = place.id if isinstance(place, Agency) else None
    partnership_id = place.partnership_id if isinstance(place, Agency) else place.id
    require(may_grant(person, role, partnership_id=partnership_id, agency_id=agency_id, to=user.id), NOT_YOURS)


def _leave_alone(actor: User | None, user: User, agency: Agency, now: datetime) -> None:
    """Who keeps an agency alone gives no role there to somebody who sits for the partnership, or in its reviewing service elsewhere: they would lose
    what is put before them, or kept from that agency, by another's hand. Raises NotAllowed."""
    person = acting_person(actor, now)
    if person is None or may_keep_directory(person, agency.partnership_id):
        return
    for_it = Q(agency=None) | (Q(role=Role.REVIEWER) & ~Q(agency=agency))
    seats = Membership.objects.on(london(now).date()).filter(for_it, user=user, partnership=agency.partnership_id)
    require(not seats.exists(), gettext("This person sits for the partnership. Ask its business unit to give them a role in an agency."))


def _watched(actor: User | None, user: User, partnership: Partnership, now: datetime) -> User | None:
    """Who acts, where it is about one of the business unit or the chair; else None, as where nobody signed in does."""
    return actor if actor is not None and officers([user.pk], partnership.pk, london(now).date()) else None


@transaction.atomic
def give_role(
    *, actor: User | None, user: User, place: Agency | Partnership, role: Role, now: datetime, job_title: str = "", supervisor: User | None = None
) -> Membership:
    """Gives somebody a role in an agency or in the partnership from today (London) on; giving it again after it ended opens it again. Whoever only
    practised until then begins anew (`first_place`); of whoever becomes one of the unit or a chair, cover in the partnership is taken back.

    `actor` None is the command line. Raises NotAllowed above the actor's ceiling or for themselves, InvalidInput for a role that does not belong
    there or a stranger as own manager (`check_supervisor`), and where everybody of the business unit would sit in that agency (`apart`).
    """
    partnership = place.partnership if isinstance(place, Agency) else place
    today = london(now).date()
    led = leading({user.pk}, partnership.pk, today)
    with unit_stays_apart(_watched(actor, user, partnership, now), partnership, today):
        return _give(actor=actor, user=user, place=place, role=role, now=now, job_title=job_title, supervisor=supervisor, led=led)


def _give(
    *,
    actor: User | None,
    user: User,
    place: Agency | Partnership,
    role: Role,
    now: datetime,
    job_title: str,
    supervisor: User | None,
    led: set[UUID],
) -> Membership:
    """`led` holds the person's key where they led the partnership before."""
    agency = place if isinstance(place, Agency) else None
    if (agency is not None) != (role in AGENCY_ROLES):
        refusal = gettext("{role} is a role of the partnership.") if agency else gettext("{role} is a role of an agency.")
        raise InvalidInput(refusal.format(role=role.label), field="role")
    check_supervisor(supervisor, user.id, agency, london(now).date())
    _guard(actor, user, role, place, now)
    partnership = place.partnership if isinstance(place, Agency) else place
    if agency is not None:
        _leave_alone(actor, user, agency, now)
    fields = {"job_title": job_title, "supervisor": supervisor, "since": london(now).date(), "until": None}
    practised = before_first_place({user.pk}, partnership)
    row, _ = Membership.objects.update_or_create(agency=agency, partnership=partnership, user=user, role=role, defaults=fields)
    words = said(gettext_noop("{name} became {role} of {place}."), name=user.name, role=small(named(role.label)), place=place.name)
    record(partnership.id, actor, words, now=now, agency_id=agency.id if agency else None, giving=Giving(user.id, {role}))
    after_first_place(practised, partnership, actor=actor, now=now)
    if role in UNIT_LENDS:
        take_back_cover({user.pk} - led, partnership, actor=actor, now=now)
    return row


def check_supervisor(supervisor: User | None, user_id: UUID, agency: Agency | None, today: date) -> None:
    """Raises InvalidInput for the person themselves, and for whoever supervises nobody in the agency today: the first step of a disagreement, which
    stays inside it, goes to them."""
    if supervisor is not None and supervisor.id == user_id:
        raise InvalidInput(gettext("Choose somebody else as their own manager."), field="supervisor")
    if supervisor is not None and (agency is None or supervisor.id not in dict(supervisors_in(agency.id, today))):
        raise InvalidInput(gettext("Choose somebody who supervises in this agency."), field="supervisor")


@transaction.atomic
def change_role(*, actor: User | None, membership: Membership, role: Role, now: datetime) -> Membership:
    """Ends one role today and begins another in the same place, job title and supervisor kept. Both must lie under the actor's ceiling; what the two
    come to together must leave somebody of the business unit apart (`apart`).
    """
    place = membership.agency or membership.partnership
    if role == membership.role:
        raise InvalidInput(gettext("This is the role that the person has now."), field="role")
    user, partnership, today = membership.user, membership.partnership, london(now).date()
    led = leading({user.pk}, partnership.pk, today)
    with unit_stays_apart(_watched(actor, user, partnership, now), partnership, today):
        _end(actor=actor, membership=membership, now=now)
        title, supervisor = membership.job_title, _still(membership, today)
        return _give(actor=actor, user=user, place=place, role=role, now=now, job_title=title, supervisor=supervisor, led=led)


def _still(membership: Membership, today: date) -> User | None:
    """The supervisor, where they supervise in the agency today."""
    found = membership.agency_id and membership.supervisor_id in dict(supervisors_in(membership.agency_id, today))
    return membership.supervisor if found else None


@transaction.atomic
def end_membership(*, actor: User | None, membership: Membership, now: datetime) -> Membership:
    """Ends a role: yesterday (London) was its last day, so it gives nothing any more at once. Ending it twice is refused as NotFound; as InvalidInput
    where all that are left of the business unit sit in one agency (`apart`)."""
    with unit_stays_apart(_watched(actor, membership.user, membership.partnership, now), membership.partnership, london(now).date()):
        return _end(actor=actor, membership=membership, now=now)


def _end(*, actor: User | None, membership: Membership, now: datetime) -> Membership:
    today = london(now).date()
    row = Membership.objects.select_for_update().filter(id=membership.id).filter(in_force(today)).select_related("user").first()
    if row is None:
        raise NotFound(gettext("This role has ended already."))
    place = membership.agency or membership.partnership
    _guard(actor, row.user, Role(row.role), place, now)
    row.until = today - timedelta(days=1)
    row.since = min(row.since, row.until) if row.since else None
    row.save(update_fields=["until", "since"])
    role = small(named(Role(row.role).label))
    words = said(gettext_noop("{name} is no longer {role} of {place}."), name=row.user.name, role=role, place=place.name)
    record(row.partnership_id, actor, words, now=now, agency_id=row.agency_id, giving=Giving(row.user_id, ends=True))
    return row


@transaction.atomic
def leave_agency(*, actor: User | None, user: User, agency: Agency, now: datetime) -> None:
    """Ends all that somebody holds in an agency: every role and post. Open work is moved by whoever calls this, before."""
    today = london(now).date()
    if person := acting_person(actor, now):
        require(may_keep_agency(person, agency.partnership_id, agency.id), NOT_YOURS)
    for row in Membership.objects.on(today).filter(user=user, agency=agency).select_related("agency", "partnership", "user"):
        end_membership(actor=actor, membership=row, now=now)
    for held in PostHolding.objects.on(today).filter(user=user, post__agency=agency):
        end_holding(held, now)


def end_holding(held: PostHolding, now: datetime) -> None:
    """Ends a holding: yesterday (London) was its last day. Writes no line: the caller's says what happened."""
    held.until = london(now).date() - timedelta(days=1)
    held.since = min(held.since, held.until) if held.since else None
    held.save(update_fields=["until", "since"])
