"""Who is who in a disagreement against its record: who raised it, whose decision is disputed, who holds what, and which agencies are in it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from escalation.engine.chain import age_of
from escalation.engine.vouched import VOUCHED, Held, held_parts, own_parts, spelt
from escalation.models import AgreedAction, Clock, Dispute, Event, PanelMember, Party, Referral, Request, StageRun
from escalation.states import EventKind, Measure

OWN = {
    "raised": "who raised or logged it",
    "disputed": "whose decision is disputed",
    "offered": "who is offered as a mediator",
    "leads": "who leads the agreed plan",
    "marks": "what it is marked as (serious, stuck, between two others, inside one agency, left out of the figures)",
    "stands": "where it stands, or since when others read it",
    "agencies": "which agencies are in it",
}
HELD = {
    "stagerun": ("who holds {where}", "a stage"),
    "request": ("whom {where} is with", "a request"),
    "referral": ("who presides or mediates", "what was put before the partnership"),
    "panelmember": ("who sits on the panel", "a seat on the panel"),
    "agreedaction": ("who is to do an agreed action, or whether it is done,", "an agreed action"),
    "clock": ("who is to do an agreed action, or whether it is done,", "the clock of an agreed action"),
}
# Lines vouch for these since later than for the others: a record that began before says nothing of those in it.
LATER = frozenset({"leads", "agreedaction", "clock"})
# Only anonymising says which lines held findings.
ANONYMISES = "findings"


@dataclass(frozen=True, slots=True)
class Beside:
    """The rows that stand beside one disagreement's lines and say who is who in it."""

    parties: list[Party] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)


def beside(keys: Sequence[UUID]) -> defaultdict[UUID, Beside]:
    """Those of each of these disagreements; one query a table."""
    found: defaultdict[UUID, Beside] = defaultdict(Beside)
    for party in Party.objects.filter(dispute__in=keys):
        found[party.dispute_id].parties.append(party)
    for run in StageRun.objects.filter(dispute__in=keys):
        found[run.dispute_id].held.append(run)
    for request in Request.objects.filter(dispute__in=keys).select_related("agency", "run"):
        found[request.dispute_id].held.append(request)
    for referral in Referral.objects.filter(dispute__in=keys):
        found[referral.dispute_id].held.append(referral)
    for seat in PanelMember.objects.filter(panel__referral__dispute__in=keys).select_related("panel__referral"):
        found[seat.panel.referral.dispute_id].held.append(seat)
    for action in AgreedAction.objects.filter(dispute__in=keys):
        found[action.dispute_id].held.append(action)
    for clock in Clock.objects.filter(Q(measures=Measure.ACTION) | Q(action__isnull=False), dispute__in=keys).defer("working_out"):
        found[clock.dispute_id].held.append(clock)
    return found


def speaks_of_it(event: Event) -> bool:
    """Whether the line says anything of who is who: it vouches for a part, or it erased them all."""
    return VOUCHED in event.facts or event.kind == EventKind.ERASED


def faults(dispute: Dispute, genuine: Iterable[Event], rows: Beside) -> Iterator[tuple[int, str]]:
    """Of the genuine lines that speak of it the number of the one that says otherwise (0: none says anything of it) and what is not as it says.

    Nothing is known of a part that no line has vouched for since lines do so. Anonymising forgets who.
    """
    lines = list(genuine)
    if dispute.anonymised_at is not None:
        if not any(event.kind == EventKind.ERASED and ANONYMISES in event.facts for event in lines):
            yield 0, "is marked as anonymised, and no line of the record says so"
        return
    said = {name: (event.number, digest) for event in lines for name, digest in event.facts.get(VOUCHED, {}).items()}
    # What the first change of a record left stands whole in one line; of an older record only what changed since.
    wholes = [event.facts[VOUCHED].keys() for event in lines if event.facts.get(VOUCHED, {}).keys() >= OWN.keys() - LATER]
    is_known_whole, is_later_known = bool(wholes), any(whole >= OWN.keys() for whole in wholes)
    parts = own_parts(dispute, rows.parties) | held_parts(rows.held)
    where = _places(rows.held)
    for name, value in parts.items():
        number, digest = said.get(name, (0, ""))
        if digest and age_of(digest, spelt(dispute, name, value)) is None:
            yield number, f"had {where.get(name) or OWN[name]} altered"
        elif not digest and (is_later_known if name.split(":")[0] in LATER else is_known_whole):
            yield 0, f"had {_kind(name)[1]} added, and no line of the record says so"
    for name in said.keys() - parts.keys():
        yield said[name][0], f"has lost {_kind(name)[1]}"


def _kind(name: str) -> tuple[str, str]:
    return HELD.get(name.split(":")[0], ("", "a part"))


def _places(rows: Iterable[Held]) -> dict[str, str]:
    """What is held, in words, by the part's name."""
    found = {}
    for row in rows:
        (name,) = held_parts([row])
        place = f"the request to {row.agency.name} at stage {row.run.stage}" if isinstance(row, Request) else ""
        found[name] = _kind(name)[0].format(where=f"stage {row.stage}" if isinstance(row, StageRun) else place)
    return found
