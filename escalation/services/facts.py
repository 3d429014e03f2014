"""Dates and priorities that the procedure's clocks wait for, and that only a person knows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from agencies.person import Person
from escalation.engine import clockwork
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.engine.turns import asked_by
from escalation.models import Clock, Event
from escalation.procedures.definition import ClockDefinition
from escalation.services.lifecycle import at_stage
from escalation.services.words import coming
from escalation.states import EventKind, Message, Verb

FACT, PRIORITY = "fact: ", "priority = "
LONGEST_AGO = timedelta(days=366)


def facts_of(case: Case) -> tuple[str, ...]:
    """The dated events by which a clock of the stage it is in starts or ends, in the procedure's own words."""
    found = (event for clock in clockwork.definitions(case) for event in (*clock.starts_on, *clock.ends_on) if event.startswith(FACT))
    return tuple(dict.fromkeys(event.removeprefix(FACT) for event in found))


def _can_enter(case: Case, _person: Person | None) -> str | None:
    refusal = at_stage(case)
    return refusal or (None if facts_of(case) or case.procedure.priorities else _("No clock of this stage waits for a date or a priority."))


@verb(Verb.ENTER_FACT, ready=_can_enter)
def enter_fact(change: Change, *, fact: str = "", at: datetime | None = None, priority: str = "") -> None:
    """Enter when a dated event of the procedure was or will be, or how pressing the matter is: its clocks start, end or change by it.

    `fact` is one of `facts_of`, `at` its moment (aware); `priority` one of the procedure's levels. Entered again, the newer one stands.
    """
    if not fact and not priority:
        raise InvalidInput(_("Enter a date or a priority."), field="fact" if facts_of(change.case) else "priority")
    before = {clock.pk for clock in change.case.running()}
    if fact:
        _enter_date(change, fact, at)
    if priority:
        _enter_priority(change, priority)
    _tell(change, [clock for clock in change.case.running() if clock.pk not in before])


def _tell(change: Change, begun: Sequence[Clock]) -> None:
    """Whoever owes what began by it hears what and by when, but for whoever entered it."""
    case, entered_by = change.case, change.actor.id if change.actor is not None else None
    for clock in begun:
        if clock.owner_id not in {None, entered_by}:
            request = next((one for one in case.requests if one.pk == clock.request_id), None)
            change.tell([clock.owner_id], kind=Message.ASSIGNED, action=asked_by(case, clock), due=clock.effective_due, request=request)


def _enter_date(change: Change, fact: str, at: datetime | None) -> None:
    case = change.case
    if fact not in facts_of(case):
        raise InvalidInput(_("Choose one of the events that this stage’s clocks wait for."), field="fact")
    if at is None:
        raise InvalidInput(_("Give the date and time."), field="at")
    if at > change.now:
        coming(at, change.now, "at")
    elif change.now - at > LONGEST_AGO:
        raise InvalidInput(_("That is more than a year ago."), field="at")
    for clock in case.running():
        definition = clockwork.definition_of(case, clock)
        if definition is not None and f"{FACT}{fact}" in definition.starts_on:
            clockwork.supersede(change, clock)
    change.record(EventKind.FACT_ENTERED, facts={"fact": fact, "at": at.isoformat()})


def _enter_priority(change: Change, priority: str) -> None:
    case = change.case
    if priority not in case.procedure.priorities:
        raise InvalidInput(_("Choose one of the procedure’s priorities."), field="priority")
    case.dispute.priority = priority
    change.record(EventKind.FACT_ENTERED, facts={"priority": priority})
    waiting = [definition for definition in clockwork.definitions(case) if any(word.startswith(PRIORITY) for word in definition.conditions)]
    for definition in waiting:
        running = [clock for clock in case.running() if clock.key == definition.key]
        if not clockwork.holds(case, definition):
            for clock in running:
                clockwork.supersede(change, clock)
        elif not running and (began := _began(case, definition)) is not None:
            clockwork.begin(change, definition, None, at=began)
    clockwork.ensure_replies(change)


def _began(case: Case, definition: ClockDefinition) -> datetime | None:
    """When this clock would have begun in the stage it is in; None where that has not happened yet, or where what ends it has happened since."""
    run = case.run
    if run is None:
        return None
    lines = Event.objects.filter(dispute=case.dispute, stage=run.stage, recorded_at__gte=run.entered_at).values_list("kind", "recorded_at")
    moments = [at for kind, at in lines if kind in definition.starts_on]
    if {EventKind.RECEIVED, EventKind.SUBMITTED} & set(definition.starts_on):
        moments.append(run.entered_at)
    if not moments:
        return None
    began = max(moments)
    return None if any(kind in definition.ends_on and at > began for kind, at in lines) else began
