"""Giving an answer out to whoever answers, until its time is over."""

from datetime import datetime
from io import BufferedReader

from django.utils.translation import gettext, gettext_noop

from agencies.errors import NotAllowed, WrongState
from agencies.models import User
from agencies.person import Person
from agencies.services.record import record
from escalation.engine.file_store import matches
from escalation.models import AccessRequest
from escalation.services.keeping.access.asking import NOT_ALL, may_see_all
from escalation.services.keeping.access.ending import GONE, expires_at
from escalation.services.keeping.access.place import path_of
from escalation.services.keeping.periods import lengths_of


def content_of(person: Person, row: AccessRequest, now: datetime) -> BufferedReader:
    """The file at its beginning, for whoever answers, who closes it; that it was taken is on the directory's record.

    Raises WrongState before it is made or once it is over, NotAllowed for somebody who may not see all that was opened for it.
    """
    if row.made_at is None:
        raise WrongState(gettext("The answer is not made yet."))
    if not may_see_all(person, row):
        raise NotAllowed(NOT_ALL)
    path = path_of(row.pk)
    if row.erased_at is not None or now >= expires_at(row, lengths_of(row.partnership_id)) or not path.is_file():
        raise WrongState(GONE)
    content = path.open("rb")
    if not matches(content, row.checksum):
        content.close()
        raise WrongState(gettext("The file is not the one that was made. Make it again."))
    record(row.partnership_id, User.objects.get(pk=person.id), gettext_noop("The answer to a request for access was downloaded."), now=now)
    return content
