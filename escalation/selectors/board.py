"""The business unit's board: figures, each with the list behind it. Reads only what the unit may see."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from agencies.calendars import calendars_of
from agencies.models import Partnership
from agencies.person import Person
from escalation.engine.own_clocks import REPLY
from escalation.models import Clock, Request
from escalation.selectors.words import Due, due_at
from escalation.services.unit_lists import BY_KEY, KEEPING, LEARNING, LISTS, counts, owed_first, sent, whose_turn
from escalation.states import Measure, RequestState, State
from escalation.visibility import open_to_unit, was_asked

__all__ = ["BY_KEY", "KEEPING", "LEARNING", "LISTS", "BoardRow", "Divided", "Part", "counts", "divided", "rows_of", "where"]


class Part(StrEnum):
    """What of an agency's is listed, of all that is open: what it raised, where its response is awaited, where that is overdue."""

    RAISED = "raised"
    AWAITED = "awaited"
    LATE = "late"


MOST = 25


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One disagreement as the unit sees it before it is informed: no words of the parties.

    `owed_by` is whoever owes what is due, where that is not the holder, whose turn it is.
    """

    reference: str
    raising: str
    receiving: str
    stage: str
    due: Due | None
    owed_by: str
    holder: str
    state: str
    ended_at: datetime | None


def rows_of(
    key: str,
    partnership: Partnership,
    now: datetime,
    *,
    reader: Person,
    agency: UUID | None = None,
    part: Part | None = None,
    stage: int | None = None,
    edition: str | None = None,
    page: int = 1,
) -> tuple[list[BoardRow], bool]:
    """The list's rows, of one agency, a part of the agency's or a stage where these are given, soonest due first, of those that ended the last that
    did; one page of them, and whether there are more.

    Three queries, however many rows.
    """
    found = BY_KEY[key].rows(partnership, now, edition).filter(open_to_unit(reader))
    if agency is not None and part is not None:
        found = found.filter(_in_part(part, partnership, agency, now))
    elif agency is not None:
        found = found.filter(Q(raising_agency=agency) | was_asked(agency))
    if stage is not None:
        found = found.filter(stage=stage)
    listed = list(
        found.annotate(owner=whose_turn(), first=owed_first())
        .select_related("raising_agency", "version")
        .order_by(F("next_due_at").asc(nulls_last=True), F("ended_at").desc(nulls_last=True), "pk")[(page - 1) * MOST : page * MOST + 1]
    )
    receiving, calendar = _receiving([dispute.pk for dispute in listed]), calendars_of([partnership], edition=edition)[partnership.pk]
    rows = [
        BoardRow(
            d.reference,
            d.raising_agency.name,
            receiving.get(d.pk, ""),
            where(d.stage),
            due_at(d.next_due_at, now, calendar, elapsed=d.is_urgent) if d.next_due_at else None,
            owed_by_another(d.first, d.owner),
            d.owner or "",
            str(State(d.state).label),
            d.ended_at,
        )
        for d in listed[:MOST]
    ]
    return rows, len(listed) > MOST


def owed_by_another(first: str | None, owner: str | None) -> str:
    """Who owes what is due first, where another's turn is named; empty where they are one, or nobody owes it by name."""
    return first if first and first != owner else ""


def _in_part(part: Part, partnership: Partnership, agency: UUID, now: datetime) -> Q:
    """The disagreements that `divided` counts for the agency in this place."""
    if part is Part.RAISED:
        return Q(raising_agency=agency)
    rows = _awaiting(partnership) if part is Part.AWAITED else _late(partnership, now)
    return Q(Exists(rows.filter(dispute=OuterRef("pk"), agency=agency)))


def _awaiting(partnership: Partnership) -> QuerySet[Request]:
    return Request.objects.filter(dispute__partnership=partnership, state=RequestState.AWAITING, dispute__state=State.OPEN)


def _late(partnership: Partnership, now: datetime) -> Any:  # noqa: ANN401 - the plugin loses an annotated queryset's own columns
    clocks = Clock.objects.running().filter(Q(measures=Measure.RESPONSE) | Q(key=REPLY), dispute__partnership=partnership, request__isnull=False)
    return clocks.annotate(moment=Coalesce(F("agreed_due_at"), F("due_at"))).filter(moment__lt=now)


def _receiving(disputes: list[UUID]) -> dict[UUID, str]:
    """The receiving agencies' names by disagreement."""
    found: dict[UUID, list[str]] = {}
    for dispute, name in Request.objects.filter(dispute__in=disputes).values_list("dispute", "agency__name").distinct().order_by("agency__name"):
        found.setdefault(dispute, []).append(name)
    return {dispute: ", ".join(names) for dispute, names in found.items()}


def where(stage: int) -> str:
    """A stage by its place in a list of disagreements under several procedures: "Stage 2"; "Own agency" for the stop before the first."""
    return _("Stage {number}").format(number=stage) if stage else _("Own agency")


@dataclass(frozen=True, slots=True)
class Divided:
    """What is not closed: by stage (stage, how many), in order; by agency (name, raised, responses awaited, responses overdue), those with any;
    each of these is the length of a list (`Part`).

    The stages, and what was raised, add up to the list of all that is open.
    """

    by_stage: list[tuple[int, int]]
    by_agency: list[tuple[str, int, int, int]]


def divided(partnership: Partnership, now: datetime, *, reader: Person) -> Divided:
    """What is not closed, by stage and by agency: all in one query."""
    free = open_to_unit(reader, "dispute__")
    raised = sent(partnership).filter(open_to_unit(reader))
    awaiting, late = _awaiting(partnership).filter(free), _late(partnership, now).filter(free)
    agencies: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    stages = Counter[int]()
    # Stage and raiser are counted in one pass, each disagreement once: beside a stage, the others' places are below nought.
    owed = [_named(rows, F("agency__name"), Value(-place), Count("dispute", distinct=True)) for place, rows in ((1, awaiting), (2, late))]
    for name, place, number in _named(raised, F("raising_agency__name"), F("stage"), Count("pk")).union(*owed, all=True):
        if place < 0:
            agencies[name][-place] = number
        else:
            agencies[name][0] += number
            stages[place] += number
    return Divided(sorted(stages.items()), [(name, mine, theirs, due) for name, (mine, theirs, due) in sorted(agencies.items()) if mine or theirs])


def _named(rows: QuerySet[Any], name: F, place: F | Value, many: Count) -> Any:  # noqa: ANN401 - the plugin loses an annotated queryset's own columns
    """(name, place, how many) of each group of these rows."""
    return rows.order_by().annotate(name=name, place=place).values("name", "place").annotate(n=many).values_list("name", "place", "n")
