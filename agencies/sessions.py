"""The store of browser sessions: Django's own in the database, which also knows whose a session is, when it began and when it was last used."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from agencies.models import DirectoryEdition, KeptForm, Session
from agencies.ready import Ready
from agencies.sign_ins import Means

BEGAN, DEVICE, PROVED, MEANS, SHOWN, HELD = "began", "device", "proved", "means", "shown", "held"


class SessionStore(DatabaseStore):
    """One row a session. `seen_at` is the row's when it was read; writing a session counts as using it, unless `is_use` is off."""

    seen_at: datetime | None = None
    edition: str | None = None
    """The mark of the directory when the session was read, with the same query; None where none was read. Nearly every page asks for both."""
    keeps = False
    """Whether words wait that the person typed in this session or any other of theirs, as it was when the session was read, with the same query."""
    is_use = True

    def _validate_session_key(self, key: str) -> bool:
        """Only what could be one of ours is looked up: a cookie can hold anything, NUL included."""
        return bool(super()._validate_session_key(key)) and key.isascii() and key.isalnum()  # type: ignore[misc]

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our own table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row with what the list of sessions shows. A session begins when somebody signs in, not when a visitor first comes."""
        now = timezone.now()
        if SESSION_KEY in data:
            data.setdefault(BEGAN, now.timestamp())
        row = super().create_model_instance(data)
        assert isinstance(row, Session)  # noqa: S101 - for the type checker # nosec B101
        row.user_id = data.get(SESSION_KEY)
        row.began_at = moment(data.get(BEGAN))
        row.seen_at = self.seen_at = now if self.is_use else self.seen_at or now
        row.device = data.get(DEVICE, "")
        return row

    def _get_session_from_db(self) -> Session | None:
        row = _KNOWN.first(self.session_key or "", timezone.now())
        if row is None:
            self._session_key = None
            self.seen_at = None
            return None
        self.seen_at, self.edition, self.keeps = row.seen_at, vars(row)["edition"], bool(vars(row)["keeps"])
        return row


def _known(key: str, now: datetime) -> QuerySet[Session]:
    """The session of a key that has not run out, the directory's mark, and whether words wait for the person."""
    mark = DirectoryEdition.objects.order_by().values("mark")[:1]
    rows = Session.objects.filter(session_key=key, expire_date__gt=now)
    return rows.annotate(edition=Coalesce(Subquery(mark), Value("")), keeps=Exists(KeptForm.objects.filter(user=OuterRef("user"))))


# Every page of everybody asks it.
_KNOWN: Ready[Session] = Ready(_known)


def keeps_words(session: SessionBase) -> bool:
    """Whether somebody has words waiting that they have not sent, typed in this session or in any other of theirs. No query of its own."""
    return isinstance(session, SessionStore) and session.keeps


def shown_without_one(shown: object) -> object:
    """What is left of SHOWN once the person's last second factor is gone: that an organisation saw one of its own, which it still has."""
    return shown if shown == Means.ORGANISATION else False


def moment(stamp: object) -> datetime | None:
    """The aware moment of a stamp kept in a session."""
    return datetime.fromtimestamp(float(stamp), UTC) if isinstance(stamp, int | float) else None
