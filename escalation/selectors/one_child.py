"""What the business unit opened about one child, while its reason holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from agencies.person import Person
from escalation import policy
from escalation.engine.case import Case, assemble
from escalation.general_policy import asks_about_children_of
from escalation.models import Dispute, Reading
from escalation.selectors.case_file import actions_of, every_clock, status_of, summary_of, title_of
from escalation.selectors.naming import names_of_each, people_on
from escalation.selectors.stages import Stage, stages_of
from escalation.selectors.timeline import Entry, Names, others_seen, read_events, record_of
from escalation.selectors.words import names
from escalation.services.reading import ABOUT_CHILD, HOLDS, recall_reasons


@dataclass(frozen=True, slots=True)
class AboutChild:
    """One disagreement about the child: who raised it with whom, where it stands, its summary, stages and record."""

    reference: str
    title: str
    raising: str
    receiving: str
    status: dict[str, str]
    summary: list[dict[str, str]]
    stages: list[Stage]
    entries: list[Entry]


def opened_with(reading_id: UUID, person: Person, now: datetime, *, edition: str | None = None) -> list[Case] | None:
    """The cases that the person opened together with this reading, the newest first; none once the hour is over. None for anybody else's."""
    first = Reading.objects.filter(pk=reading_id, reader=person.id, part=ABOUT_CHILD).first()
    if first is None:
        return None
    if first.recorded_at <= now - HOLDS:
        return []
    together = Reading.objects.filter(reader=person.id, part=ABOUT_CHILD, recorded_at=first.recorded_at).values("dispute")
    here = Dispute.objects.visible_to(person).filter(pk__in=together, partnership__in=asks_about_children_of(person))
    rows = here.select_related("partnership").order_by("-created_at")
    return recall_reasons(assemble(list(rows), now=now, whole=True, edition=edition), person, now=now)


def about_child(cases: Sequence[Case], person: Person, now: datetime) -> list[AboutChild]:
    """Each as the person may read it. However many there are, at most four queries: for who has left the directory, and what records name besides."""
    records = [read_events(case) for case in cases]
    seen = others_seen(records, person)
    asked = []
    for case, events in zip(cases, records, strict=True):
        asked.append((case, people_on(case, events, every_clock(case), actions_of(case, person, events)), events))
    return [_shown(case, person, events, known, seen, now) for (case, _, events), known in zip(asked, names_of_each(asked), strict=True)]


def _shown(case: Case, person: Person, events: list[Any], known: Names, seen: set[str], now: datetime) -> AboutChild:
    narrative = policy.reads_narrative(person, case)
    record = record_of(case, person, events, known, narrative=narrative, seen=seen)
    return AboutChild(
        reference=case.dispute.reference,
        title=title_of(case) if narrative else gettext("Disagreement"),
        raising=known.agency(case.raising_id),
        receiving=names(sorted(known.agency(key) for key in case.receiving_ids)),
        status=status_of(case, now),
        summary=summary_of(record.texts) if narrative else [],
        stages=stages_of(case, every_clock(case), person, now),
        entries=record.entries,
    )
