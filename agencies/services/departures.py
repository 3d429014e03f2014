"""The end of all that somebody holds in a place, at once or from a day. The work that they hold is moved by whoever calls `finish_departure`."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import Conflict, InvalidInput, NotFound
from agencies.models import Agency, Cover, Departure, Membership, Partnership, PostHolding, User
from agencies.people import ends_all
from agencies.person import Person
from agencies.policy import require
from agencies.querysets import not_over
from agencies.said import long_day, said
from agencies.services.apart import unit_stays_apart
from agencies.services.closing import shut
from agencies.services.record import Giving, acting_person, leading_roles, record
from agencies.services.tokens import end_tokens_of
from agencies.working_days import london

LONGEST_DAYS = 366
NOT_YOURS = _("You may not end all that this person holds here. Ask your partnership's business manager.")
ONE_DAY = timedelta(days=1)


def roles_at(user_id: UUID, place: Agency | Partnership, today: date) -> QuerySet[Membership]:
    """The person's roles in the place on a London date."""
    where = Q(agency=place) if isinstance(place, Agency) else Q(agency=None, partnership=place)
    return Membership.objects.on(today).filter(where, user_id=user_id)


def posts_at(user_id: UUID, place: Agency | Partnership, today: date) -> QuerySet[PostHolding]:
    """The person's posts in the agency on a London date; none in the partnership itself."""
    found = PostHolding.objects.on(today).filter(user_id=user_id).select_related("post__agency", "post__level")
    return found.filter(post__agency=place) if isinstance(place, Agency) else found.none()


def may_end_all(person: Person, leaver_id: UUID, place: Agency | Partnership, today: date) -> bool:
    """Whether the person may give and take every role that the leaver holds in the place, and keeps its posts; never their own."""
    # Asked of oneself too: who is refused is refused after as many questions as where nobody is.
    return ends_all(person, place, roles_at(leaver_id, place, today), posts_at(leaver_id, place, today)) and person.id != leaver_id


@transaction.atomic
def plan_departure(
    *, actor: User | None, leaver: User, successor: User, place: Agency | Partnership, last_day: date, now: datetime, takes_posts: bool = False
) -> Departure:
    """Ends every role and post of the leaver in the place after `last_day` (London; yesterday means at once) and names who takes over.

    Raises NotAllowed where the actor may not end all of it, or it is their own; NotFound where nothing is held; InvalidInput for a successor
    who holds no role there, for a day that is over or more than a year ahead, and where nobody of the business unit would be left (`apart`);
    Conflict where a departure is planned already.
    """
    today = london(now).date()
    if person := acting_person(actor, now):
        require(may_end_all(person, leaver.id, place, today), NOT_YOURS)
    _check(leaver, successor, place, last_day, today)
    partnership = place.partnership if isinstance(place, Agency) else place
    agency = place if isinstance(place, Agency) else None
    if Departure.objects.select_for_update().filter(person=leaver, partnership=partnership, agency=agency, done_at=None).exists():
        raise Conflict(gettext("The end of what {leaver} holds here is planned already. Withdraw that first.").format(leaver=leaver.name))
    with unit_stays_apart(actor, partnership, today):
        _end_by(leaver, place, last_day, today)
    row = Departure.objects.create(
        partnership=partnership, agency=agency, person=leaver, successor=successor, last_day=last_day, takes_posts=takes_posts, planned_by=actor,
        planned_at=now,
    )  # fmt: skip
    ended, ends = (
        gettext_noop("All that {name} holds in {place} ended on {day}. {successor} takes over."),
        gettext_noop("All that {name} holds in {place} ends on {day}. {successor} takes over."),
    )
    places = {"name": leaver.name, "place": place.name, "day": long_day(last_day), "successor": successor.name}
    words = said(ended if last_day < today else ends, **places)
    record(partnership.id, actor, words, now=now, agency_id=agency.id if agency else None, giving=Giving(leaver.id, ends=True))
    return row


def _check(leaver: User, successor: User, place: Agency | Partnership, last_day: date, today: date) -> None:
    if last_day < today - ONE_DAY:
        raise InvalidInput(gettext("The last day must be today or later."), field="last_day")
    if (last_day - today).days > LONGEST_DAYS:
        raise InvalidInput(gettext("The last day must lie within a year."), field="last_day")
    if leaver.id == successor.id:
        raise InvalidInput(gettext("Choose somebody else to take over."), field="successor")
    seated = roles_at(successor.id, place, today).exists() or posts_at(successor.id, place, today).exists()
    if not successor.is_active or not seated:
        raise InvalidInput(
            gettext("{successor} has no role in {place}. Give them one first.").format(successor=successor.name, place=place.name), field="successor"
        )
    if not roles_at(leaver.id, place, today).exists() and not posts_at(leaver.id, place, today).exists():
        raise NotFound(gettext("{leaver} holds nothing in {place}.").format(leaver=leaver.name, place=place.name))


def _end_by(leaver: User, place: Agency | Partnership, last_day: date, today: date) -> None:
    rows: list[Membership | PostHolding] = [*roles_at(leaver.id, place, today), *posts_at(leaver.id, place, today)]
    for row in rows:
        row.until = min(row.until or last_day, last_day)
        row.since = min(row.since, row.until) if row.since else None
        row.save(update_fields=["until", "since"])


@transaction.atomic
def withdraw_departure(*, actor: User | None, departure: Departure, now: datetime) -> None:
    """Takes a planned departure back: what was to end goes on. Raises NotFound once the last day is over, NotAllowed and, where everybody of the
    business unit would then sit in that agency (`apart`), InvalidInput as `plan_departure`."""
    today = london(now).date()
    row = Departure.objects.select_for_update(of=("self",)).filter(id=departure.id, done_at=None, last_day__gte=today).first()
    if row is None:
        raise NotFound(gettext("The last day is over already."))
    if person := acting_person(actor, now):
        require(may_end_all(person, row.person_id, row.place, today), NOT_YOURS)
    with unit_stays_apart(actor, row.partnership, today):
        roles_at(row.person_id, row.place, today).filter(until=row.last_day).update(until=None)
        PostHolding.objects.filter(pk__in=posts_at(row.person_id, row.place, today).values("pk"), until=row.last_day).update(until=None)
    words = said(gettext_noop("{name} stays in {place} after all."), name=row.person.name, place=row.place.name)
    record(row.partnership_id, actor, words, now=now, agency_id=row.agency_id, giving=Giving(row.person_id))
    row.delete()


def due_departures(now: datetime) -> QuerySet[Departure]:
    """Departures whose last day is over and whose work has not been handed on."""
    return Departure.objects.filter(done_at=None, last_day__lt=london(now).date()).order_by("last_day", "id")


@transaction.atomic
def finish_departure(departure: Departure, *, now: datetime) -> None:
    """After the last day: posts pass to the successor where that was asked for, whom the leaver supervised too; tokens end, and an account
    without any seat is closed, which ends its sessions. Doing it twice changes nothing.
    """
    today = london(now).date()
    # Before the directory is first written to, as everybody who locks one of its rows: its writers wait for one another from there on.
    leaver, successor = User.objects.select_for_update(no_key=True).get(pk=departure.person_id), departure.successor
    if departure.takes_posts and departure.agency is not None:
        _pass_posts(departure, today, now)
    supervised = Membership.objects.on(today).filter(supervisor=leaver)
    supervised = supervised.filter(agency=departure.agency) if departure.agency else supervised.filter(partnership=departure.partnership, agency=None)
    supervised.filter(user=successor).update(supervisor=None)
    supervised.update(supervisor=successor)
    end_tokens_of(leaver)
    if leaver.is_active and not has_a_seat(leaver, today):
        shut(leaver, now)
        Cover.objects.filter(Q(person=leaver) | Q(deputy=leaver), starts__gte=today).delete()
        Cover.objects.filter(Q(person=leaver) | Q(deputy=leaver), starts__lt=today, ends__gte=today).update(ends=today - ONE_DAY)
        record(
            departure.partnership_id,
            None,
            said(gettext_noop("The account of {name} was closed: no role is left."), name=leaver.name),
            now=now,
            agency_id=departure.agency_id,
        )
    departure.done_at = now
    departure.save(update_fields=["done_at"])


def _pass_posts(departure: Departure, today: date, now: datetime) -> None:
    """Each post in which the leaver was to the last day, rank and all."""
    for held in PostHolding.objects.filter(user=departure.person, post__agency=departure.agency, until=departure.last_day).select_related(
        "post__level"
    ):
        fields = {"rank": held.rank, "since": today, "until": None}
        known = PostHolding.objects.on(today).filter(post=held.post, user=departure.successor).first()
        if known is None or known.rank > held.rank:
            PostHolding.objects.update_or_create(post=held.post, user=departure.successor, defaults=fields)
            places = {"successor": departure.successor.name, "post": str(held.post), "name": departure.person.name}
            words = said(gettext_noop("{successor} took over {post} from {name}."), **places)
            giving = Giving(departure.successor_id, leading_roles(held.post, rank=held.rank))
            record(departure.partnership_id, departure.planned_by, words, now=now, agency_id=departure.agency_id, giving=giving)


def has_a_seat(user: User, today: date) -> bool:
    """Whether any role or post is left, today or to come."""
    return Membership.objects.filter(not_over(today), user=user).exists() or PostHolding.objects.filter(not_over(today), user=user).exists()
