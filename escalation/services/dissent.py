"""Dissent from a child protection conference's decision, after it was logged: the own agency's contact, then the reviewing service (BUC-09)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.person import Person
from escalation.engine import clockwork
from escalation.engine.asks import NOBODY_BESIDE
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.own_clocks import REVIEWING
from escalation.engine.perform import verb
from escalation.engine.turns import asked_by
from escalation.services.beside import tell_both
from escalation.services.lifecycle import is_open, raising_ids
from escalation.services.offices import reviewers, unit_ids
from escalation.services.words import needed
from escalation.states import Advice, EventKind, Message, Side, Verb


def _to_weigh(case: Case, _person: Person | None) -> str | None:
    refusal = is_open(case)
    if refusal or not case.must_tell(Advice.REVIEWING_SERVICE):
        return refusal or _("It does not dissent from a conference’s decision.")
    return _("The reviewing service was alerted already.") if case.dispute.reviewing_told_at else None


@verb(Verb.WEIGH_DISSENT, ready=_to_weigh)
def weigh_dissent(change: Change, *, shares: bool, reasons: str) -> None:
    """The own agency's contact of the second stage says whether they share the dissent; if so, the reviewing service is alerted at once (BUC-09)."""
    case = change.case
    words = needed(reasons, "reasons", _("Give the reasons."))
    change.record(EventKind.DISSENT_WEIGHED, facts={"shares": "yes" if shares else "no"}, body={"reasons": words})
    if not shares:
        change.tell([case.dispute.raiser_id], kind=Message.FEEDBACK, action=gettext_noop("Read what your agency says to your dissent"))
        return
    case.dispute.reviewing_told_at = change.now
    change.record(EventKind.ADVICE, facts={"whom": str(Advice.REVIEWING_SERVICE), "alerted": True})
    people = reviewers(case, change.now)
    clock = clockwork.ask(change, REVIEWING, Side.PARTNERSHIP, owner=next(iter(people), None))
    change.tell(people[:1], kind=Message.ASSIGNED, action=asked_by(case, clock), due=clock.due_at)
    change.tell(people[1:], kind=Message.FEEDBACK, action=gettext_noop("The reviewing service was alerted"))
    if not people:
        change.tell(unit_ids(case), kind=Message.NO_CONTACT, action=NOBODY_BESIDE[REVIEWING])
    change.tell(raising_ids(case), kind=Message.FEEDBACK, action=gettext_noop("The reviewing service was alerted"))


def _to_answer(case: Case, _person: Person | None) -> str | None:
    if case.dispute.reviewing_told_at is None or not case.dispute.is_live:
        return _("Nothing waits for the reviewing service.")
    return _("The reviewing service answered already.") if case.dispute.reviewing_answered_at else None


@verb(Verb.ANSWER_ALERT, ready=_to_answer)
def answer_alert(change: Change, *, decision: str, reasons: str) -> None:
    """The reviewing service says what it does about the conference's decision, and why (BUC-09)."""
    body = {"answer": needed(decision, "decision", _("Say what you will do.")), "reasons": needed(reasons, "reasons", _("Give the reasons."))}
    change.case.dispute.reviewing_answered_at = change.now
    change.record(EventKind.ADVICE, facts={"whom": str(Advice.REVIEWING_SERVICE), "answered": True}, body=body)
    clockwork.answered(change, REVIEWING)
    tell_both(change, gettext_noop("Read the reviewing service's answer"))
