"""That nobody is shut out of a disagreement in silence: whoever was marked by somebody else hears of it, of the partnership's own people the chairs
too, and it stands on the directory's record. None of these names the disagreement."""

from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.models import User
from agencies.person import Person
from agencies.policy import UNIT_LENDS
from agencies.roles import CHAIR_ROLES
from agencies.said import said
from agencies.services.record import Giving, record
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.models import Event
from escalation.part_policy import is_apart
from escalation.policy import people_who_may
from escalation.states import EventKind, Message, Verb

MARKED = gettext_noop("Somebody marked you as having a conflict of interest in a disagreement")
OF_THE_UNIT = gettext_noop("Somebody of the business unit or the chair was marked as having a conflict of interest: see by whom")
LINE = gettext_noop("{who} marked {name} as having a conflict of interest in a disagreement.")


def tell_of_mark(change: Change, whom: Person, by: Person) -> None:
    """Told and listed where somebody else marked them. Not where whoever raised it keeps it from their own people: these are not to know that there
    is one. Before the first sending nothing leaves the agency: then only they hear of it."""
    case = change.case
    if whom.id == by.id or is_apart(whom, case):
        return
    change.tell_apart(whom.id, kind=Message.MARKED, action=MARKED)
    if case.dispute.sent_at is None:
        return
    place = case.dispute.partnership_id
    sits = any(seat.agency_id is None and seat.role in UNIT_LENDS and seat.partnership_id == place for seat in whom.seats)
    for chair in case.directory.partnership_people(*sorted(CHAIR_ROLES)) if sits else ():
        if chair.user_id not in {whom.id, by.id}:
            change.tell_apart(chair.user_id, kind=Message.OUR_PEOPLE, action=OF_THE_UNIT)
    change.afterwards.append(partial(_list, change, whom, by, is_of_partnership=sits))


def _list(change: Change, whom: Person, by: Person, *, is_of_partnership: bool) -> None:
    """A line for the unit, of the partnership's own people for the chairs, and of an agency's for its leads."""
    parties = change.case.receiving_ids | {change.case.raising_id}
    agency = None if is_of_partnership else min(whom.agency_ids & parties, default=None)
    words = said(LINE, who=by.name, name=whom.name)
    record(change.case.dispute.partnership_id, User(pk=by.id), words, now=change.now, agency_id=agency, giving=Giving(whom.id))


def check_agencies_left(change: Change, whom: Person) -> None:
    """Raises InvalidInput where nobody of an agency of theirs would know of it any more, and the actor marked others there: one who empties their own
    agency of it, and then leaves it. Whoever is the last by themselves may go, and the business unit is asked."""
    case = change.case
    known = {case.raising_id} | (case.receiving_ids if case.dispute.sent_at is not None else frozenset())
    emptied = [agency for agency in sorted(whom.agency_ids & known) if not _left(case, agency)]
    if not emptied or change.actor is None:
        return
    lines = Event.objects.filter(dispute=case.dispute, kind=EventKind.CONFLICT_MARKED, actor=change.actor.id).values_list("facts", flat=True)
    marked = {facts["person"] for facts in lines} & set(case.dispute.conflicts) - {str(whom.id)}
    for agency in emptied:
        if any(str(one.id) in marked for one in _of(case, agency)):
            card = case.directory.agency(agency)
            words = _(
                "You marked others of {agency}, and nobody there would be left who knows of it. Whoever oversees them, such as the business manager, "
                "lifts one of these first."
            )
            raise InvalidInput(words.format(agency=card.name if card else ""), field="whom")


def _of(case: Case, agency: object) -> list[Person]:
    people = (case.directory.person(key) for key in case.directory.snapshot.people)
    return [one for one in people if one is not None and agency in one.agency_ids]


def _left(case: Case, agency: object) -> list[Person]:
    """Who of the agency may know of it still, as whoever may say that they have a conflict themselves."""
    return people_who_may(Verb.MARK_CONFLICT, case, _of(case, agency))
