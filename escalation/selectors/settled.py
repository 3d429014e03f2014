"""With which words responses were accepted, while another agency's is still awaited."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from escalation.engine.case import Case
from escalation.engine.standing import as_corrected
from escalation.models import Event, EventBody
from escalation.states import EventKind, RequestState


@dataclass(frozen=True, slots=True)
class Settled:
    """The line that says that this agency's response was accepted, and what was typed there, as it stands after corrections."""

    agency: UUID
    event: Event
    text: dict[str, str]


def settled_with(case: Case, rows: Iterable[tuple[Event, EventBody | None]]) -> list[Settled]:
    """What was accepted of each agency that was not asked anew since, the newest of each, where its words are still there.

    `rows` are the lines of the record in order, each with its body.
    """
    last = {request.agency_id: request for request in case.all_requests}
    stand = {str(agency): agency for agency, request in last.items() if request.state == RequestState.SETTLED}
    lines = list(rows)
    texts = as_corrected(lines)
    found: dict[UUID, Settled] = {}
    for event, _ in lines:
        agency = stand.get(event.facts.get("of", "")) if event.kind == EventKind.ACCEPTED else None
        text = texts.get(event.number, {})
        if agency is not None and text.get("wording"):
            found[agency] = Settled(agency, event, text)
    return list(found.values())
