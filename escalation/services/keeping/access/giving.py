"""Giving an answer out to whoever answers, until its time is over: counted with what they took out, and known to the leads of what is in it."""

from datetime import datetime
from io import BufferedReader

from django.utils.translation import gettext, gettext_noop

from agencies.errors import WrongState
from agencies.models import DirectoryEvent, User
from agencies.person import Person
from agencies.services.record import record
from escalation.engine.file_store import matches
from escalation.models import AccessRequest
from escalation.services.keeping.access.ending import GONE, expires_at
from escalation.services.keeping.access.known import check_known, still_kept
from escalation.services.keeping.access.place import path_of
from escalation.services.keeping.periods import lengths_of
from escalation.services.much_read import DAY, check_taken
from escalation.services.reading import note_answer, taken_lately

TAKEN = gettext_noop("The answer to a request for access was downloaded.")


def content_of(person: Person, row: AccessRequest, now: datetime) -> BufferedReader:
    """The file at its beginning, for whoever answers, who closes it; that it was taken is on the directory's record, and in the read ledger of each
    disagreement in it. The business unit is told of whoever takes unusually much within a day.

    Raises NotFound for somebody who may not know of all that was opened for it, WrongState before it is made or once it is over.
    """
    check_known(person, row)
    if row.made_at is None:
        raise WrongState(gettext("The answer is not made yet."))
    path = path_of(row.pk)
    if row.erased_at is not None or now >= expires_at(row, lengths_of(row.partnership_id)) or not path.is_file():
        raise WrongState(GONE)
    content = path.open("rb")
    if not matches(content, row.checksum):
        content.close()
        raise WrongState(gettext("The file is not the one that was made. Make it again."))
    record(row.partnership_id, User.objects.get(pk=person.id), TAKEN, now=now)
    note_answer(person, still_kept(person, row).values_list("pk", flat=True), row.reason, now)
    check_taken(person.id, row.partnership_id, taken_lately(person, now) + _answers_lately(person, now), now=now)
    return content


def _answers_lately(person: Person, now: datetime) -> int:
    """The answers themselves: one about a colleague may hold no disagreement, and what is kept of the account all the same."""
    return DirectoryEvent.objects.filter(actor=person.id, words=TAKEN, recorded_at__gt=now - DAY).count()
