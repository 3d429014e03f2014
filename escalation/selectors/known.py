"""What is known of a disagreement already, as the beginning of a text that somebody writes about it."""

from dataclasses import dataclass

from agencies.person import Person
from escalation import policy
from escalation.engine.case import Case
from escalation.selectors.naming import names_of
from escalation.selectors.timeline import read_events, record_of
from escalation.states import Outcome


@dataclass(frozen=True, slots=True)
class Known:
    """The concerns as they were logged, and how they ended."""

    concerns: str = ""
    resolution: str = ""


def known_of(case: Case, person: Person) -> Known:
    """What was disputed, with its impact on the child, and the outcome's wording. Nothing that the person may not read."""
    if not policy.reads_narrative(person, case):
        return Known()
    record = record_of(case, person, read_events(case), names_of(case, set()), narrative=True)
    words = record.wordings.get(case.proposal.event_id, {}) if case.proposal else {}
    kind = str(Outcome(case.proposal.kind).label) if case.proposal else ""
    concerns = (record.texts.get("what", ""), record.texts.get("impact", ""))
    resolution = (kind, words.get("wording", ""), words.get("outstanding", ""))
    return Known("\n\n".join(filter(None, concerns)), "\n\n".join(filter(None, resolution)))
