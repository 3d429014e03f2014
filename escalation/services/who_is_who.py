"""What stands beside the lines of a disagreement against them: who is who in it, its stages, requests and clocks, how it ended, and whose what was
learnt is."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Model

from agencies.ready import Ready
from escalation.engine.chain import age_of
from escalation.engine.vouched import COUNTED, VOUCHED, Held, Parts, held_parts, own_parts, parts_of_row, spelt
from escalation.models import (
    AgreedAction,
    Clock,
    Dispute,
    Event,
    Guest,
    LearningPoint,
    OutcomeConfirmation,
    OutcomeProposal,
    Panel,
    PanelMember,
    Party,
    Referral,
    Request,
    StageRun,
)
from escalation.services.said_by_lines import SAYS, learner_fault, outcome_fault
from escalation.states import EventKind

OWN = {
    "raised": "who raised or logged it",
    "disputed": "whose decision is disputed",
    "offered": "who is offered as a mediator",
    "leads": "who leads the agreed plan",
    "marks": "what it is marked as (serious, stuck, between two others, inside one agency, left out of the figures)",
    "stands": "where it stands, or since when others read it",
    "agencies": "which agencies are in it",
    "ends": "how and when it ended",
    "began": "when it was submitted, or the raising side’s own moment,",
    "about": "its areas, whether it is urgent or a concern goes on, or until when it is kept,",
}
HELD = {
    "stagerun": ("who holds {where}", "a stage"),
    "ran": ("when {where} began or ended, or on what ground,", "a stage"),
    "request": ("whom {where} is with", "a request"),
    "asked": ("when {where} was sent, received, answered or ended, or how,", "a request"),
    "guest": ("where a guest’s code goes, or until when,", "a guest"),
    "referral": ("who presides or mediates", "what was put before the partnership"),
    "panel": ("when or where a panel meets", "a panel"),
    "panelmember": ("who sits on the panel", "a seat on the panel"),
    "agreedaction": ("who is to do an agreed action, or whether it is done,", "an agreed action"),
    "clock": ("who is to do an agreed action, or whether it is done,", "the clock of an agreed action"),
    "timed": ("when {where} began, is due or ended", "a clock"),
    "outcomeproposal": ("which outcome was put, or whether it stands,", "an outcome that was put"),
    "outcomeconfirmation": ("who confirmed an outcome", "the confirmation of an outcome"),
    "learner": ("whose something learnt is", "something learnt"),
    "learnt": ("what comes of something learnt, or by when,", "something learnt"),
}
# Lines vouch for these since later than for the others, by what a first line speaks of since: a record that began before says nothing of them.
LATER = {
    "leads": frozenset({"leads", "agreedaction", "clock"}),
    "ends": frozenset({"ends", "timed", "outcomeproposal", "outcomeconfirmation", "learnt", "learner"}),
    "began": frozenset({"began", "ran", "asked"}),
    "about": frozenset({"about", "panel"}),
    # No first line speaks of a guest: that one is there whom no line invited, the request says.
    "guest": frozenset({"guest"}),
}
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
    for party in _PARTIES(*keys):
        found[party.dispute_id].parties.append(party)
    for question, of in _HELD:
        for row in question(*keys):
            found[of(row)].held.append(row)
    return found


def _of_each(model: type[Model]) -> Ready[Any]:
    return Ready(lambda *keys: model._default_manager.filter(dispute__in=keys))


_PARTIES: Ready[Party] = Ready(lambda *keys: Party.objects.filter(dispute__in=keys))
_ITS_OWN = attrgetter("dispute_id")
_HELD: tuple[tuple[Ready[Any], Callable[[Any], UUID]], ...] = (
    (Ready(lambda *keys: Request.objects.filter(dispute__in=keys).select_related("agency", "run")), _ITS_OWN),
    (
        Ready(lambda *keys: PanelMember.objects.filter(panel__referral__dispute__in=keys).select_related("panel__referral")),
        attrgetter("panel.referral.dispute_id"),
    ),
    (Ready(lambda *keys: Panel.objects.filter(referral__dispute__in=keys).select_related("referral")), attrgetter("referral.dispute_id")),
    *((_of_each(model), _ITS_OWN) for model in (StageRun, Guest, Referral, AgreedAction, OutcomeProposal, LearningPoint)),
    (
        Ready(lambda *keys: OutcomeConfirmation.objects.filter(proposal__dispute__in=keys).select_related("proposal")),
        attrgetter("proposal.dispute_id"),
    ),
    (Ready(lambda *keys: Clock.objects.filter(dispute__in=keys).defer("working_out")), _ITS_OWN),
)
"""The questions, and of which disagreement a row of each is."""


def speaks_of_it(event: Event) -> bool:
    """Whether the line says anything of what stands beside the lines: it vouches for a part, its choices say it, or it erased them all."""
    return VOUCHED in event.facts or event.kind in SAYS or event.kind == EventKind.ERASED


def faults(dispute: Dispute, genuine: Iterable[Event], rows: Beside, counted: Counter[str]) -> Iterator[tuple[int, str]]:
    """Of the genuine lines that speak of it the number of the one that says otherwise (0: none says anything of it) and what is not as it says.

    Nothing is known of a part that no line has vouched for since lines do so, but what the lines' choices say. Anonymising forgets who. One fault
    a row. `counted` takes how many parts were `held` against a line, and of how many `nothing` is known.
    """
    lines = list(genuine)
    parts: Parts = own_parts(dispute, rows.parties) | held_parts(rows.held)
    said = {name: (event.number, digest) for event in lines for name, digest in event.facts.get(VOUCHED, {}).items()}
    if dispute.anonymised_at is not None:
        if not any(event.kind == EventKind.ERASED and ANONYMISES in event.facts for event in lines):
            yield 0, "is marked as anonymised, and no line of the record says so"
        parts, said = _counted(parts), _counted(said)
    known, by_lines = _known_since_it_began(lines), _by_lines(dispute, rows.held, lines)
    words = OWN | _places(rows.held)
    found: dict[str, tuple[int, str]] = {}
    for name, value in sorted(parts.items()):
        number, digest = said.get(name, (0, ""))
        if digest:
            wrong = number if age_of(digest, spelt(dispute, name, value)) is None else None
        elif _of(name) in known:
            found.setdefault(_row(name), (0, f"had {_kind(name)[1]} added, and no line of the record says so"))
            continue
        elif name in by_lines:
            wrong = by_lines[name]
        else:
            counted["nothing"] += 1
            continue
        counted["held"] += 1
        if wrong is not None:
            found.setdefault(_row(name), (wrong, f"had {words[name]} altered"))
    for name in sorted(said.keys() - parts.keys()):
        found.setdefault(_row(name), (said[name][0], f"has lost {_kind(name)[1]}"))
    yield from found.values()


def _counted(parts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if _of(name) in COUNTED}


def _known_since_it_began(lines: Iterable[Event]) -> frozenset[str]:
    """The kinds of parts of which the record's lines have spoken since its first, which held all of them: what has no digest was added."""
    later = frozenset[str]().union(*LATER.values())
    wholes = [event.facts[VOUCHED].keys() for event in lines if event.facts.get(VOUCHED, {}).keys() >= OWN.keys() - LATER.keys()]
    found = frozenset(OWN | HELD) - later if wholes else frozenset()
    return found.union(*(kinds for mark, kinds in LATER.items() if any(mark in whole for whole in wholes)))


def _by_lines(dispute: Dispute, rows: Iterable[Held], lines: Sequence[Event]) -> dict[str, int | None]:
    """Of what the lines' choices say by themselves the line that says otherwise, or none."""
    found = {f"learner:{row.pk}": learner_fault(row, lines) for row in rows if isinstance(row, LearningPoint)}
    return found | {"ends": outcome_fault(dispute, lines)}


def _of(name: str) -> str:
    return name.partition(":")[0]


def _row(name: str) -> str:
    return name.partition(":")[2] or name


def _kind(name: str) -> tuple[str, str]:
    return HELD.get(_of(name), ("", "a part"))


def _places(rows: Iterable[Held]) -> dict[str, str]:
    """What is held, in words, by the part's name."""
    return {f"{kind}:{row.pk}": HELD[kind][0].format(where=_where(row)) for row in rows for kind, _ in parts_of_row(row)}


def _where(row: Held) -> str:
    if isinstance(row, StageRun):
        return f"stage {row.stage}"
    if isinstance(row, Clock):
        return f"the clock {row.key} of stage {row.stage}"
    return f"the request to {row.agency.name} at stage {row.run.stage}" if isinstance(row, Request) else ""
