"""Dated cover: who acts for somebody from the first to the last day of their leave."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput, NotFound
from agencies.models import Cover, Membership, Partnership, User
from agencies.person import Person, person_of
from agencies.places import Place, shared
from agencies.policy import UNIT_LENDS, may_hand_over, may_set_cover, require
from agencies.querysets import not_over
from agencies.roles import DirectoryDoor, Role
from agencies.said import long_day, said
from agencies.services.record import Giving, acting_person, record
from agencies.words import short_day
from agencies.working_days import london

LONGEST_DAYS = 366
NOT_YOURS = _("You may set cover for yourself, for your own agency's people, or as the business unit.")

NOT_ALL_YOURS = _(
    "The two sit together in a place that you do not keep, where this would let one act for the other too. Ask the business unit of that place, "
    "or choose somebody else to cover."
)


@transaction.atomic
def set_cover(*, actor: User | None, person: User, deputy: User, starts: date, ends: date, now: datetime) -> Cover:
    """The deputy acts for the person from `starts` to `ends`, both included (London dates), where both sit on the first day, or today
    where that is over. In a place that they come to share later it counts for nothing.

    Raises InvalidInput for the same person, dates that run backwards, lie in the past or last more than a year, a deputy without anything in common,
    or another cover in those days; NotAllowed for somebody who may not arrange it.
    """
    today = london(now).date()
    _check_dates(starts, ends, today)
    day = max(today, starts)
    away, places = person_of(person, day), shared(person.id, deputy.id, day)
    if who := acting_person(actor, now):
        require(may_set_cover(who, away), NOT_YOURS)
        require(who.id != deputy.id or who.id == person.id, gettext("Somebody else must arrange that you cover."))
        require(may_arrange(who, away, places, today), NOT_ALL_YOURS)
    if person.id == deputy.id:
        raise InvalidInput(gettext("Choose somebody else to cover."), field="deputy")
    if not places:
        raise InvalidInput(
            gettext("{deputy} has no role beside {person} in any agency or in the partnership.").format(deputy=deputy.name, person=person.name),
            field="deputy",
        )
    clash = Cover.objects.select_for_update().overlapping(person.id, starts, ends).select_related("deputy").first()
    if clash is not None:
        words = gettext("{deputy} already covers from {starts} to {ends}. End that first, or choose other days.").format(
            deputy=clash.deputy.name, starts=short_day(clash.starts), ends=short_day(clash.ends)
        )
        raise InvalidInput(words, field="starts")
    kept = [place.key for place in places]
    cover = Cover.objects.create(person=person, deputy=deputy, starts=starts, ends=ends, places=Cover.keeping(kept))
    said_of = {"deputy": deputy.name, "name": person.name, "starts": long_day(starts), "ends": long_day(ends)}
    _note(actor, away, cover, said(gettext_noop("{deputy} covers for {name} from {starts} to {ends}."), **said_of), now, hands_over=True)
    return cover


def leading(users: Collection[UUID], partnership_id: UUID, today: date) -> set[UUID]:
    """Those of the people who hold a role that the unit alone lends in the partnership, today or from a day to come. One query."""
    still = Membership.objects.filter(not_over(today), user__in=users, partnership=partnership_id, role__in=UNIT_LENDS)
    return set(still.values_list("user_id", flat=True))


def may_arrange(who: Person, away: Person, places: Iterable[tuple[UUID, UUID | None]], today: date) -> bool:
    """Whether the person may arrange cover in each of these places (partnership, and agency where it is one), a role that is to come counted too."""
    where = list(places)
    lent_by_others = {partnership for partnership, agency in where if agency is None} - who.units
    comes = who.id != away.id and any(leading({away.id}, key, today) for key in lent_by_others)
    return may_hand_over(who, away, where) and not comes


@transaction.atomic
def take_back_cover(
    users: Collection[UUID],
    partnership: Partnership,
    *,
    actor: User | None,
    now: datetime,
    door: DirectoryDoor | None = None,
    but: Collection[UUID] = (),
) -> None:
    """For people whom a role that the unit alone lends was given, and who held none: cover for them, which somebody else may have arranged, counts in
    the partnership itself no more, and is over where it was for nothing else. `but` are the keys of cover that was arranged with the role.

    A line on the directory's record for each. Cover of such a role is arranged anew, by the unit or by who holds it.
    """
    today = london(now).date()
    rows = Cover.objects.select_for_update(of=("self",)).filter(person__in=users, ends__gte=today).exclude(pk__in=but)
    for cover in rows.select_related("person", "deputy").order_by("pk"):
        if partnership.pk not in cover.kept:
            continue
        if left := cover.kept - {partnership.pk}:
            cover.places = Cover.keeping(left)
            cover.save(update_fields=["places"])
        else:
            _over(cover, today)
        form = gettext_noop("{deputy} no longer covers for {name} in {place}: what its business unit and its chair do only the business unit lends.")
        words = said(form, deputy=cover.deputy.name, name=cover.person.name, place=partnership.name)
        record(partnership.pk, actor, words, now=now, giving=Giving(cover.deputy_id), door=door)


@transaction.atomic
def end_cover(*, actor: User | None, cover: Cover, now: datetime) -> None:
    """Ends cover: what has not begun is withdrawn, what runs ended yesterday. Raises NotFound where it is over."""
    today = london(now).date()
    away = person_of(cover.person, today)
    if who := acting_person(actor, now):
        require(may_set_cover(who, away), NOT_YOURS)
        require(may_hand_over(who, away, _places(away, cover)), NOT_ALL_YOURS)
    if cover.ends < today:
        raise NotFound(gettext("This cover is over already."))
    _over(cover, today)
    words = said(gettext_noop("{deputy} no longer covers for {name}."), deputy=cover.deputy.name, name=cover.person.name)
    _note(actor, away, cover, words, now, hands_over=False)


def _over(cover: Cover, today: date) -> None:
    """What has not begun goes, what runs ended yesterday."""
    if cover.starts >= today:
        cover.delete()
    else:
        cover.ends = today - timedelta(days=1)
        cover.save(update_fields=["ends"])


def _check_dates(starts: date, ends: date, today: date) -> None:
    if ends < starts:
        raise InvalidInput(gettext("The last day must be the first day or later."), field="ends")
    if ends < today:
        raise InvalidInput(gettext("The last day must be today or later."), field="ends")
    if (ends - starts).days > LONGEST_DAYS:
        raise InvalidInput(gettext("Cover can last a year at the most. Somebody who is away longer needs a successor in the post."), field="ends")


def _places(away: Person, cover: Cover) -> dict[Place, set[Role]]:
    """Where the person still sits of the places that the cover keeps, and the roles held there."""
    places: dict[Place, set[Role]] = {}
    for seat in away.seats:
        place = Place(seat.partnership_id, seat.agency_id)
        if place.key in cover.kept:
            places.setdefault(place, set()).add(seat.role)
    return places


def _note(actor: User | None, away: Person, cover: Cover, words: str, now: datetime, *, hands_over: bool) -> None:
    """A line for each place that the cover keeps (for each partnership, of one without); that of cover that begins says what the deputy has by it."""
    places = _places(away, cover) or {Place(key, None): set() for key in away.partnership_ids}
    for (partnership_id, agency_id), roles in places.items():
        record(partnership_id, actor, words, now=now, agency_id=agency_id, giving=Giving(cover.deputy_id, roles if hands_over else ()))
