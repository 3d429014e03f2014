"""What a person must have before their eyes while they decide: beside every verb's form."""

from datetime import datetime

from django.utils.translation import gettext as _

from agencies.person import Person
from escalation import policy
from escalation.engine.case import Case
from escalation.selectors.case_file import names_of
from escalation.selectors.timeline import read_events, record_of
from escalation.selectors.words import due_of, words_of
from escalation.states import EventKind, Measure, RequestState

Rows = list[dict[str, str]]


def glance(case: Case, person: Person, now: datetime) -> Rows:
    """Key and value rows: the wording to confirm, the proposed date, the response, what is disputed, what is due. Nothing that the person may
    not read. Six queries, however long the record is."""
    rows = _wording(case) + _proposed(case) + _due(case, now)
    if not policy.reads_narrative(person, case):
        return rows
    events = read_events(case)
    texts = record_of(case, person, events, names_of(case, set()), narrative=True).texts
    answered = any(request.state in {RequestState.ANSWERED, RequestState.REJECTED} for request in case.requests)
    response = next((body for event, body in reversed(events) if event.kind == EventKind.ANSWERED and body), None) if answered else None
    if response is not None:
        rows.append({"key": _("The response"), "value": "\n\n".join(v for v in (response.text.get("reasons"), response.text.get("actions")) if v)})
    rows += [
        {"key": label, "value": texts[key]}
        for key, label in (("what", _("What is disputed")), ("outcome_sought", _("Outcome sought")))
        if texts.get(key)
    ]
    return rows


def _wording(case: Case) -> Rows:
    """The outcome that stands to be confirmed."""
    stands = case.proposal.event_id if case.proposal else None
    body = next((body for event, body in read_events(case) if event.pk == stands), None) if stands else None
    if body is None:
        return []
    rows = [{"key": _("The outcome, as every side confirms it"), "value": body.text.get("wording", "")}]
    if body.text.get("outstanding"):
        rows.append({"key": _("Still open"), "value": body.text["outstanding"]})
    return rows


def _proposed(case: Case) -> Rows:
    return [{"key": _("The date that is proposed"), "value": words_of(proposal.due_at)} for proposal in case.timetables]


def _due(case: Case, now: datetime) -> Rows:
    """The soonest of what is owed in this stage."""
    clocks = sorted((c for c in case.running() if c.measures not in {Measure.ACTION, Measure.CAP}), key=lambda c: c.agreed_due_at or c.due_at)
    if not clocks:
        return []
    due = due_of(clocks[0], now, case.calendar)
    moment = words_of(clocks[0].agreed_due_at or clocks[0].due_at)
    return [{"key": due.word, "value": f"{moment}\n{due.distance}" if due.distance else moment}]
