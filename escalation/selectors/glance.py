"""What a person must have before their eyes while they decide: beside every verb's form."""

from datetime import datetime

from django.utils.translation import gettext as _

from agencies.person import Person
from escalation import policy
from escalation.engine.case import Case
from escalation.engine.turns import rests_on
from escalation.models import Event, EventBody
from escalation.record_policy import may_see_clock
from escalation.selectors.naming import names_of
from escalation.selectors.settled import settled_with
from escalation.selectors.timeline import Names, Record, read_events, record_of
from escalation.selectors.words import due_of, words_of
from escalation.states import Answer, EventKind, Measure, RequestState

Rows = list[dict[str, str]]
Events = list[tuple[Event, EventBody | None]]


def glance(case: Case, person: Person, now: datetime) -> Rows:
    """Key and value rows: the wording to confirm, the proposed date, what is due, each response that stands, what is disputed. Nothing that the
    person may not read: for who reads nothing that was typed, only what is due. A response's row has under `of` whose it is. Six queries, however
    long the record is."""
    if not policy.reads_narrative(person, case):
        return _due(case, person, now)
    events = read_events(case)
    names = names_of(case, set())
    record = record_of(case, person, events, names, narrative=True)
    return [
        *_wording(case, record),
        *_accepted(case, record, names, events),
        *_proposed(case, names),
        *_due(case, person, now),
        *_responses(case, record, names, events),
        *(
            {"key": label, "value": record.texts[key]}
            for key, label in (("what", _("What is disputed")), ("outcome_sought", _("Outcome sought")))
            if record.texts.get(key)
        ),
    ]


def _wording(case: Case, record: Record) -> Rows:
    """The outcome that stands to be confirmed."""
    words = record.wordings.get(case.proposal.event_id) if case.proposal else None
    if words is None:
        return []
    rows = [{"key": _("The outcome, as every side confirms it"), "value": words.get("wording", "")}]
    if words.get("outstanding"):
        rows.append({"key": _("Still open"), "value": words["outstanding"]})
    return rows


def _accepted(case: Case, record: Record, names: Names, events: Events) -> Rows:
    """What was accepted of each agency, until one wording for all of them stands."""
    found = settled_with(case, [row for row in events if row[0].pk in record.wordings]) if case.proposal is None else []
    return [
        {
            "key": _("Accepted from {agency}").format(agency=names.agency(one.agency)),
            "value": "\n\n".join(filter(None, (one.text["wording"], one.text.get("outstanding")))),
        }
        for one in found
    ]


def _responses(case: Case, record: Record, names: Names, events: Events) -> Rows:
    """What each agency answered whose response stands in this stage and is not accepted: whether it agrees, and its newest words."""
    stand = {request.agency_id for request in case.requests if request.state in {RequestState.ANSWERED, RequestState.REJECTED}}
    readable = {entry.number for entry in record.entries}
    newest = {event.agency_id: event for event, _ in events if event.kind == EventKind.ANSWERED and event.number in readable}
    rows = []
    for agency in sorted(stand & newest.keys(), key=names.agency):
        words, answer = record.wordings.get(newest[agency].pk, {}), newest[agency].facts.get("answer")
        said = (Answer(answer).label if answer else "", words.get("reasons"), words.get("actions"))
        key = _("The response of {agency}").format(agency=names.agency(agency))
        rows.append({"key": key, "value": "\n\n".join(str(part) for part in said if part), "of": str(agency)})
    return rows


def _proposed(case: Case, names: Names) -> Rows:
    """Each date that is proposed; of several, for whose time."""
    of = {clock.pk: clock.agency_id for clock in case.running()} if len(case.timetables) > 1 else {}
    rows = []
    for proposal in case.timetables:
        agency = of.get(proposal.clock_id)
        key = _("The date that is proposed for {agency}").format(agency=names.agency(agency)) if agency else _("The date that is proposed")
        rows.append({"key": key, "value": words_of(proposal.due_at)})
    return rows


def _due(case: Case, person: Person, now: datetime) -> Rows:
    """The soonest of what is owed in this stage."""
    running = [clock for clock in case.running() if clock.measures not in {Measure.ACTION, Measure.CAP} and may_see_clock(clock, case, person)]
    running = [clock for clock in running if not rests_on(case, clock)]
    if not running:
        return []
    clock = min(running, key=lambda c: c.agreed_due_at or c.due_at)
    due = due_of(clock, now, case.calendar)
    moment = words_of(clock.agreed_due_at or clock.due_at)
    return [{"key": due.word, "value": f"{moment}\n{due.distance}" if due.distance else moment}]
