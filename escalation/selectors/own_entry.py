"""What somebody has recorded already where they come back to do it: by the way back, an old tab, or the link in a message."""

from uuid import UUID

from escalation.engine.case import Case
from escalation.models import Event
from escalation.states import EventKind, Verb

# The line that each of the verbs writes which can be done once where it stands.
WRITES = {
    Verb.SEND_ON: EventKind.SENT_ON,
    Verb.ACKNOWLEDGE: EventKind.ACKNOWLEDGED,
    Verb.RESPOND: EventKind.ANSWERED,
    Verb.ACCEPT: EventKind.ACCEPTED,
    Verb.REJECT: EventKind.REJECTED,
    Verb.AGREE_TIMETABLE: EventKind.TIMETABLE_AGREED,
    Verb.DECLINE_TIMETABLE: EventKind.TIMETABLE_DECLINED,
    Verb.MOVE_UP: EventKind.MOVED_UP,
    Verb.REFER: EventKind.REFERRED,
    Verb.CHOOSE_ROUTE: EventKind.ROUTE_CHOSEN,
    Verb.DECIDE: EventKind.DECIDED,
    Verb.PROPOSE_OUTCOME: EventKind.OUTCOME_PROPOSED,
    Verb.CONFIRM_OUTCOME: EventKind.OUTCOME_CONFIRMED,
    Verb.GIVE_FEEDBACK: EventKind.FEEDBACK,
    Verb.CLOSE: EventKind.CLOSED,
    Verb.WITHDRAW: EventKind.WITHDRAWN,
    Verb.REOPEN: EventKind.REOPENED,
}
OR_ELSE = {Verb.DECIDE: EventKind.NOT_AGREED}


def own_entry(case: Case, person: UUID, verb: Verb) -> Event | None:
    """The newest line that this person (a key) wrote by this verb; None where they did not, or where it can be done again and again. One query."""
    kinds = {WRITES[verb], OR_ELSE.get(verb, WRITES[verb])} if verb in WRITES else set()
    return Event.objects.filter(dispute=case.dispute, actor=person, kind__in=kinds).order_by("number").last() if kinds else None
