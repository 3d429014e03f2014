"""Who processed what, from the ledgers: each step that somebody recorded and each look that somebody took, of one agency's people or of all."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from agencies.models import Agency, Membership, Partnership
from agencies.person import Person
from agencies.roles import UNIT_ROLES, Role
from agencies.sheets import neutral
from agencies.working_days import LONDON
from escalation.models import Dispute, Event, Reading
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


@dataclass(frozen=True, slots=True)
class Doings:
    """One person's sum: how much they recorded and looked at, in how many disagreements, and the last moment."""

    who: str
    agency: str
    recorded: int
    looked: int
    disagreements: int
    last: datetime


def sees_everybody(person: Person, partnership: Partnership) -> bool:
    """The partnership's business unit."""
    return any(seat.role in UNIT_ROLES and seat.agency_id is None and seat.partnership_id == partnership.pk for seat in person.seats)


def agencies_for(person: Person, partnership: Partnership) -> list[Agency] | None:
    """The agencies whose people this person may ask about: all for the business unit (and the unit's own people), the own for a lead; else None."""
    rows = Agency.objects.filter(partnership=partnership).order_by("name")
    if sees_everybody(person, partnership):
        return list(rows)
    led = [seat.agency_id for seat in person.seats if seat.role == Role.LEAD and seat.agency_id and seat.partnership_id == partnership.pk]
    return list(rows.filter(pk__in=led)) if led else None


def steps(person: Person, partnership: Partnership, agency: Agency | None, period: Period) -> list[Step]:
    """What was processed in the period, the newest first, of the disagreements that this person may know of; 20,000 lines at most.

    With `agency` what its people did, by the roles that they hold or held there, and its guests; without one, what anybody did.
    """
    names = dict(Agency.objects.filter(partnership=partnership).values_list("pk", "name"))
    places = _places(partnership, names)
    known = Dispute.objects.visible_to(person).filter(partnership=partnership)
    within = Q(dispute__in=known, recorded_at__gte=period.starts, recorded_at__lt=period.ends)
    events, looks = Event.objects.filter(within, actor__isnull=False), Reading.objects.filter(within)
    if agency is not None:
        own = Membership.objects.filter(agency=agency).values("user")
        events = events.filter(Q(agency=agency) | Q(agency=None, actor__in=own))
        looks = looks.filter(Q(reader__in=own) | Q(guest__agency=agency))
    found = [*_recorded(events, names, places), *_looked(looks, names, places)]
    return sorted(found, key=lambda step: step.at, reverse=True)[:MOST]


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
        who = row.reader.name if row.reader else f"{row.guest} (no account)"
        place = places.get(row.reader_id, "") if row.reader else names.get(row.guest.agency_id, "")
        yield Step(row.recorded_at, who, place, LOOKED, row.part.replace("_", " ").capitalize(), row.dispute.reference, row.reason)


def summed(found: Sequence[Step]) -> list[Doings]:
    """One line for each person, the busiest first."""
    did = Counter((step.who, step.agency, step.did) for step in found)
    people = dict.fromkeys((step.who, step.agency) for step in found)
    rows = []
    for who, agency in people:
        mine = [step for step in found if (step.who, step.agency) == (who, agency)]
        disagreements = len({step.reference for step in mine})
        rows.append(Doings(who, agency, did[who, agency, RECORDED], did[who, agency, LOOKED], disagreements, mine[0].at))
    return sorted(rows, key=lambda row: (-(row.recorded + row.looked), row.who))


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
