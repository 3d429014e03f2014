"""Who processed what, from the ledgers: each step that somebody recorded and each look that somebody took, of one agency's people or of all."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from agencies.models import Agency, Membership, Partnership, User
from agencies.person import Person
from agencies.sheets import neutral
from agencies.working_days import LONDON
from escalation.models import Dispute, Event, Guest, Reading
from escalation.states import EventKind
from reports.models import ReportEvent
from reports.periods import Period

RECORDED, LOOKED = "Recorded", "Looked"
MOST = 20_000
HEADER = ("When (London)", "Who", "Agency", "Recorded or looked", "What", "Disagreement", "Why")


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


def steps(person: Person, partnership: Partnership, agency: Agency | None, period: Period) -> list[Step]:
    """What was processed in the period, the newest first, of the disagreements that this person may know of; 20,000 lines at most.

    With `agency` what its people did, by the roles that they hold or held there, and its guests; without one, what anybody did.
    """
    names = dict(Agency.objects.filter(partnership=partnership).values_list("pk", "name"))
    places = _places(partnership, names)
    events, looks = _ledgers(person, partnership, agency, period)
    found = [*_recorded(events, names, places), *_looked(looks, names, places)]
    return sorted(found, key=lambda step: step.at, reverse=True)[:MOST]


def _ledgers(person: Person, partnership: Partnership, agency: Agency | None, period: Period) -> tuple[QuerySet[Event], QuerySet[Reading]]:
    """The lines of both ledgers, whole."""
    known = Dispute.objects.visible_to(person).filter(partnership=partnership)
    within = Q(dispute__in=known, recorded_at__gte=period.starts, recorded_at__lt=period.ends)
    events, looks = Event.objects.filter(within, actor__isnull=False), Reading.objects.filter(within)
    if agency is not None:
        own = Membership.objects.filter(agency=agency).values("user")
        events = events.filter(Q(agency=agency) | Q(agency=None, actor__in=own))
        looks = looks.filter(Q(reader__in=own) | Q(guest__agency=agency))
    return events, looks


def _places(partnership: Partnership, names: dict[UUID, str]) -> dict[UUID, str]:
    """For each person where they sit or sat, in words."""
    found: dict[UUID, set[str]] = {}
    for user, agency in Membership.objects.filter(partnership=partnership).values_list("user", "agency"):
        found.setdefault(user, set()).add(names[agency] if agency else partnership.name)
    return {user: ", ".join(sorted(places)) for user, places in found.items()}


def _recorded(rows: Any, names: dict[UUID, str], places: dict[UUID, str]) -> Iterator[Step]:
    for row in rows.select_related("actor", "dispute").order_by("-recorded_at")[:MOST]:
        place = names.get(row.agency_id, "") or places.get(row.actor_id, "")
        yield Step(row.recorded_at, row.actor.name, place, RECORDED, str(EventKind(row.kind).label), row.dispute.reference, "")


def _looked(rows: Any, names: dict[UUID, str], places: dict[UUID, str]) -> Iterator[Step]:
    for row in rows.select_related("reader", "guest", "dispute").order_by("-recorded_at")[:MOST]:
        who = row.reader.name if row.reader else _guest(row.guest)
        place = places.get(row.reader_id, "") if row.reader else names.get(row.guest.agency_id, "")
        yield Step(row.recorded_at, who, place, LOOKED, row.part.replace("_", " ").capitalize(), row.dispute.reference, row.reason)


def summed(person: Person, partnership: Partnership, agency: Agency | None, period: Period) -> list[Doings]:
    """One line for each person and agency, the busiest first, of every line that there is: counted in the database, however many they are.

    Two of the same name are two. As `steps` otherwise.
    """
    names = dict(Agency.objects.filter(partnership=partnership).values_list("pk", "name"))
    places = _places(partnership, names)
    events, looks = _ledgers(person, partnership, agency, period)
    found: dict[tuple[UUID, str], Doings] = {}
    for row in _counted(events, "actor", "agency"):
        key = row["actor"], names.get(row["agency"], "") or places.get(row["actor"], "")
        _add(found, key, row).recorded += row["number"]
    for row in _counted(looks, "reader", "guest", "guest__agency"):
        key = row["reader"] or row["guest"], places.get(row["reader"], "") if row["reader"] else names.get(row["guest__agency"], "")
        _add(found, key, row).looked += row["number"]
    who = _names_of({user for user, _ in found})
    for (user, _), doings in found.items():
        doings.who = who.get(user, "")
    return sorted(found.values(), key=lambda doings: (-(doings.recorded + doings.looked), doings.who, doings.agency))


def _counted(rows: Any, *by: str) -> Any:  # noqa: ANN401 - rows of values, of either ledger
    """How many lines of each disagreement, and the last: one row of the answer for each person and disagreement."""
    return rows.order_by().values(*by, "dispute").annotate(number=Count("pk"), last=Max("recorded_at"))


def _add(found: dict[tuple[UUID, str], Doings], key: tuple[UUID, str], row: dict[str, Any]) -> Doings:
    doings = found.setdefault(key, Doings("", key[1], row["last"]))
    doings.disagreements.add(row["dispute"])
    doings.last = max(doings.last, row["last"])
    return doings


def _names_of(keys: set[UUID]) -> dict[UUID, str]:
    """People with an account, and guests."""
    guests = {guest.pk: _guest(guest) for guest in Guest.objects.filter(pk__in=keys)}
    return guests | dict(User.objects.filter(pk__in=keys).values_list("pk", "name"))


def _guest(guest: Guest) -> str:
    return f"{guest.named} (no account)"


def as_csv(found: Sequence[Step]) -> str:
    """Every line, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for step in found:
        at = f"{step.at.astimezone(LONDON):%Y-%m-%d %H:%M:%S}"
        writer.writerow((at, *map(neutral, (step.who, step.agency, step.did, step.what, step.reference, step.why))))
    return out.getvalue()


def note_taken(partnership: Partnership, actor_id: UUID, agency: Agency | None, period: Period, now: datetime) -> None:
    """Keeps on record that somebody took the register out of the product."""
    words = f"Took the register of who processed what, {agency.name if agency else 'everybody'}, {period.words}, as a data file."
    ReportEvent.objects.create(partnership=partnership, actor_id=actor_id, words=words, recorded_at=now)
