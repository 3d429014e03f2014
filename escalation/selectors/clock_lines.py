"""What a line of the record that a clock wrote is about: its title names what the clock measures, so that no line blames who is in time."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.words import lower_first
from escalation.engine.own_clocks import ACTION, ASKED, NEXT_STEP, REPLY
from escalation.models import Clock, Event
from escalation.procedures.definition import ProcedureDefinition
from escalation.states import EventKind, Measure

OWN = {NEXT_STEP: Measure.NEXT_STEP, REPLY: Measure.RESPONSE}
OVERDUE = {Measure.CAP: _("Overall limit passed")}


def measured(clock: Clock) -> Measure:
    """What the clock measures; of an awaited reply that the procedure gives no time, a response."""
    return OWN.get(clock.key, Measure(clock.measures))


def measure_of(event: Event, procedure: ProcedureDefinition) -> Measure | None:
    """What the clock that the line names measures; None where the line names none, or one that the procedure does not know."""
    key = str(event.facts.get("clock", ""))
    if key in OWN:
        return OWN[key]
    if key.startswith(ACTION):
        return Measure.ACTION
    # Before the first stage those of the first run already.
    stage = max(event.stage, 1)
    found = procedure.clock(stage, key, urgent=False) or procedure.clock(stage, key, urgent=True)
    return Measure(found.measures) if found is not None else None


def step_title(event: Event, procedure: ProcedureDefinition) -> str:
    """ "Response overdue", "Half-way reminder: moving up"; the plain kind where the line names no clock."""
    kind, key = EventKind(event.kind), str(event.facts.get("clock", ""))
    measure = measure_of(event, procedure)
    what = gettext(ASKED[key]) if key in ASKED else str(measure.label) if measure is not None else ""
    if not what:
        return str(kind.label)
    if kind != EventKind.OVERDUE or key in ASKED:
        return gettext("{reminder}: {what}").format(reminder=kind.label, what=lower_first(what))
    return str(OVERDUE[measure]) if measure in OVERDUE else gettext("{what} overdue").format(what=what)
