"""Who processed what, from the ledgers: each step that somebody recorded and each look that somebody took, of one agency's people or of all."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet, When
from django.db.models.fields.json import KT
from django.utils.translation import gettext, gettext_noop

from agencies.models import Agency, Membership, Partnership, PostHolding, User
from agencies.person import Person
from agencies.places import Sat, sat
from agencies.sheets import neutral
from agencies.working_days import LONDON
from escalation.models import Dispute, Event, Guest, Reading
from escalation.record_policy import known_lines
from escalation.services.reading import known_looks, unseen_for_another
from escalation.states import EventKind
from reports.periods import Period
from reports.taken import keep_taken

RECORDED, LOOKED = gettext_noop("Recorded"), gettext_noop("Looked")
MOST = 20_000
HEADER = (
    gettext_noop("When (London)"),
    gettext_noop("Who"),
    gettext_noop("Agency"),
    gettext_noop("Recorded or looked"),
    gettext_noop("What"),
    gettext_noop("Disagreement"),
    gettext_noop("Why"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a ledger: when, who, for which agency, whether they recorded or looked, what, of which disagreement, and why where it was said."""

    at: datetime
    who: str
    agency: str
    did: str
    what: str
    reference: str
    why: str


@dataclass(slots=True)
class Doings:
    """One person's sum, for one agency: how much they recorded and looked at, in which disagreements, and the last moment."""

    who: str
    agency: str
    last: datetime
    recorded: int = 0
    looked: int = 0
    disagreements: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who processed: an account or a guest by key, the name, and the agency or agencies for which it counts, by name and key."""

    key: UUID
    name: str
    agency: str
    places: frozenset[UUID | None]


@dataclass(frozen=True, slots=True)
class Places:
    """Where people sit or sat in a partnership, by the roles and posts that they hold or held."""

    partnership: str
    agencies: dict[UUID, str]
    sat: Sat

    def who(self, user: User | None, guest: Guest | None, at: datetime | None, acted_for: UUID | None = None) -> Who:
        """A guest counts for the agency that asked them; anybody else for the one that they acted for, where they sat there at that moment (None: of
        somebody who never sat in more than one place).

        Else it is every place that was theirs then: the business unit acts on behalf of agencies too.
        """
        if guest is not None:
            return self._who(guest.pk, gettext("{name} (no account)").format(name=guest.named), frozenset({guest.agency_id}))
        if user is None:
            raise ValueError("A line that nobody made.")
        mine = self.sat.at(user.pk, at) if at else self.sat.ever(user.pk)
        return self._who(user.pk, user.name, frozenset({acted_for}) if acted_for is not None and acted_for in mine else mine)

    def _who(self, key: UUID, name: str, places: frozenset[UUID | None]) -> Who:
        return Who(key, name, ", ".join(sorted(self.agencies[place] if place else self.partnership for place in places)), places)

    @property
    def moved(self) -> list[UUID]:
        """Those who sit or sat in more places than one: for which it counts depends on the moment."""
        return [user for user in self.sat.spells if len(self.sat.ever(user)) > 1]


def steps(person: Person, partnership: Partnership, agency: Agency | None, period: Period) -> list[Step]:
    """What was processed in the period, the newest first, of the disagreements that this person may know of; 20,000 lines at most.

    With `agency` what its people did, by the roles and posts that they held there then, and its guests; without one, what anybody did. What
    somebody did for an agency in which they did not sit, as the business unit may, is not that agency's.
    """
    places = _places(partnership, period)
    events, looks = _ledgers(person, partnership, agency, period)
    found = [step for who, step in (*_recorded(events, places), *_looked(looks, places)) if agency is None or agency.pk in who.places]
    return sorted(found, key=lambda step: step.at, reverse=True)[:MOST]


def _ledgers(person: Person, partnership: Partnership, agency: Agency | None, period: Period) -> tuple[QuerySet[Event], QuerySet[Reading]]:
    """The lines of both ledgers that somebody made and that this person may know of. Of the record, a guest's name no account but the guest's key."""
    known = Dispute.objects.visible_to(person).filter(partnership=partnership)
    within = Q(dispute__in=known, recorded_at__gte=period.starts, recorded_at__lt=period.ends)
    events = Event.objects.filter(within, known_lines(person)).filter(Q(actor__isnull=False) | Q(facts__guest__isnull=False))
    events = events.exclude(pk__in=unseen_for_another(events, person))
    looks = Reading.objects.filter(within, known_looks(person))
    if agency is not None:
        roles, posts = Membership.objects.filter(agency=agency).values("user"), PostHolding.objects.filter(post__agency=agency).values("user")
        other_role = Membership.objects.filter(user=OuterRef("actor"), agency=OuterRef("agency")).exclude(agency=agency)
        other_post = PostHolding.objects.filter(user=OuterRef("actor"), post__agency=OuterRef("agency")).exclude(post__agency=agency)
        guests = [str(key) for key in Guest.objects.filter(agency=agency, dispute__in=known).values_list("pk", flat=True)]
        own = (Q(actor__in=roles) | Q(actor__in=posts)) & ~Exists(other_role) & ~Exists(other_post)
        events = events.filter(own | Q(facts__guest__in=guests))
        looks = looks.filter(Q(reader__in=roles) | Q(reader__in=posts) | Q(guest__agency=agency))
    return events, looks


def _places(partnership: Partnership, period: Period) -> Places:
    agencies = dict(Agency.objects.filter(partnership=partnership).values_list("pk", "name"))
    return Places(partnership.name, agencies, sat(partnership.pk, period.starts, period.ends))


def _recorded(rows: QuerySet[Event], places: Places) -> Iterator[tuple[Who, Step]]:
    lines = list(rows.select_related("actor", "dispute").order_by("-recorded_at")[:MOST])
    guests = Guest.objects.in_bulk({UUID(line.facts["guest"]) for line in lines if line.actor is None})
    for line in lines:
        who = places.who(line.actor, None if line.actor else guests[UUID(line.facts["guest"])], line.recorded_at, line.agency_id)
        yield who, Step(line.recorded_at, who.name, who.agency, gettext(RECORDED), str(EventKind(line.kind).label), line.dispute.reference, "")


def _looked(rows: QuerySet[Reading], places: Places) -> Iterator[tuple[Who, Step]]:
    for row in rows.select_related("reader", "guest", "dispute").order_by("-recorded_at")[:MOST]:
        who, what = places.who(row.reader, row.guest, row.recorded_at), row.part.replace("_", " ").capitalize()
        yield who, Step(row.recorded_at, who.name, who.agency, gettext(LOOKED), what, row.dispute.reference, row.reason)


def summed(person: Person, partnership: Partnership, agency: Agency | None, period: Period) -> list[Doings]:
    """One line for each person and place, the busiest first, of every line that there is: counted in the database, however many they are; line by
    line only of who sat in several places.

    Two of the same name are two. As `steps` otherwise.
    """
    places = _places(partnership, period)
    events, looks = _ledgers(person, partnership, agency, period)
    recorded = _counted(events, user=F("actor"), guest_key=KT("facts__guest"), at=_moment("actor", places), acted_for=F("agency"))
    looked = _counted(looks, user=F("reader"), guest_key=F("guest"), at=_moment("reader", places))
    users = User.objects.in_bulk({row["user"] for row in (*recorded, *looked) if row["user"]})
    guests = Guest.objects.in_bulk({UUID(str(row["guest_key"])) for row in (*recorded, *looked) if not row["user"]})
    found: dict[Who, Doings] = {}
    for row in (*recorded, *looked):
        guest = None if row["user"] else guests[UUID(str(row["guest_key"]))]
        who = places.who(users.get(row["user"]), guest, row["at"], row.get("acted_for"))
        if agency is not None and agency.pk not in who.places:
            continue
        doings = found.setdefault(who, Doings(who.name, who.agency, row["last"]))
        doings.disagreements.add(row["dispute"])
        doings.last = max(doings.last, row["last"])
        doings.recorded += row["number"] if "acted_for" in row else 0
        doings.looked += 0 if "acted_for" in row else row["number"]
    return sorted(found.values(), key=lambda doings: (-(doings.recorded + doings.looked), doings.who, doings.agency))


def _moment(whose: str, places: Places) -> Case:
    """When a line was made, where the place of who made it depends on that; else nothing, so that their lines are counted together."""
    return Case(When(**{f"{whose}__in": places.moved}, then="recorded_at"), default=None, output_field=DateTimeField())


def _counted(rows: Any, **by: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - either ledger
    """How many lines of each disagreement, and the last: one row of the answer for each person and disagreement."""
    return list(rows.order_by().values("dispute", **by).annotate(number=Count("pk"), last=Max("recorded_at")))


def as_csv(found: Sequence[Step]) -> str:
    """Every line, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([gettext(name) for name in HEADER])
    for step in found:
        at = f"{step.at.astimezone(LONDON):%Y-%m-%d %H:%M:%S}"
        writer.writerow((at, *map(neutral, (step.who, step.agency, step.did, step.what, step.reference, step.why))))
    return out.getvalue()


def note_taken(partnership: Partnership, actor_id: UUID, agency: Agency | None, period: Period, now: datetime) -> None:
    """Keeps on record that somebody took the register out of the product."""
    words = f"Took the register of who processed what, {agency.name if agency else 'everybody'}, {period.said}, as a data file."
    keep_taken(partnership, actor_id, words, now)
