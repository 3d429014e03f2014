"""How long a session lasts, whose sessions there are, and how they end."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from agencies.errors import NotFound
from agencies.models import Session, User
from agencies.person import person_of
from agencies.policy import may_end_sessions, require
from agencies.said import Said, said, said_of
from agencies.services.identity.events import note
from agencies.services.record import Giving, record
from agencies.services.tokens import end_tokens_of, forget_factor_of
from agencies.sessions import BEGAN, SHOWN, SessionStore, moment, shown_without_one
from agencies.sign_ins import SignInKind, Visit
from agencies.visits import in_words
from agencies.words import joined
from agencies.working_days import london

# Use is noted once in so long: a reader must not become a writer with every page.
USE_IS_NOTED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a session ends: `idle_end` moves with every page, `end` does not."""

    idle_end: datetime
    end: datetime

    @property
    def over_at(self) -> datetime:
        """The moment from which the session is over, unless it is used before."""
        return min(self.idle_end, self.end)

    @property
    def may_extend(self) -> bool:
        """Whether using it would move that moment."""
        return self.idle_end < self.end

    def left(self, now: datetime) -> int:
        """Whole seconds that are left; 0 once it is over."""
        return max(int((self.over_at - now).total_seconds()), 0)


def limits_of(session: SessionBase, now: datetime) -> Limits:
    """The limits of a session that was read already: idle from its last use, whole from its beginning (settings, minutes and hours)."""
    began = moment(session.get(BEGAN)) or now
    seen = getattr(session, "seen_at", None) or now
    return Limits(seen + timedelta(minutes=settings.CONCORD_IDLE_MINUTES), began + timedelta(hours=settings.CONCORD_SESSION_HOURS))


def note_use(session: SessionBase, now: datetime) -> None:
    """The session is in use: its idle time begins anew."""
    if not isinstance(session, SessionStore) or not session.session_key:
        return
    if session.seen_at is None or session.seen_at <= now - USE_IS_NOTED:
        Session.objects.filter(pk=session.session_key).update(seen_at=now)
        session.seen_at = now


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as its owner sees it. `id` is no key to it. Of several that began on such a device in the same minute, as people write it, it is the
    `which`-th `of` so many, in the order of the list; 0 where it is told from all others by these."""

    id: str
    device: str
    began_at: datetime | None
    seen_at: datetime | None
    is_this: bool
    which: int = 0
    of: int = 0


def sessions_of(user: User, *, this: str | None, now: datetime) -> list[SessionLine]:
    """Where the person is signed in, the present session first, then the last used."""
    rows = sorted(_open(user.id, now), key=lambda row: (row.session_key != this, -(row.seen_at or now).timestamp()))
    lines = [SessionLine(_public(row), in_words(row.device), row.began_at, row.seen_at, row.session_key == this) for row in rows]
    alike: dict[object, list[SessionLine]] = {}
    for line in lines:
        alike.setdefault((line.device, line.began_at and line.began_at.replace(second=0, microsecond=0)), []).append(line)
    which = {line.id: (at, len(same)) for same in alike.values() if len(same) > 1 for at, line in enumerate(same, start=1)}
    return [replace(line, which=which[line.id][0], of=which[line.id][1]) if line.id in which else line for line in lines]


@transaction.atomic
def end_session(*, user: User, line_id: str, visit: Visit, now: datetime) -> str:
    """Ends one of the person's own sessions and says which device it was on. Raises NotFound for one that is not theirs or has ended."""
    row = next((row for row in _open(user.id, now) if _public(row) == line_id), None)
    if row is None:
        raise NotFound(_("This session has ended already."))
    row.delete()
    note(SignInKind.SESSION_ENDED, user, Visit(visit.address, row.device), now=now, by=user)
    return row.device


def end_sessions_of(user: User, *, but: str | None = None) -> int:
    """Ends every session of the person, one excepted by its key; says how many."""
    return Session.objects.filter(user=user).exclude(session_key=but or "").delete()[0]


def forget_shown(user: User) -> None:
    """What the person showed of a second factor counts no longer, in no session and for no token: their last one is gone. They go on where no seat of
    theirs asks for one."""
    store = SessionStore()
    for row in Session.objects.select_for_update().filter(user=user):
        data = store.decode(row.session_data)
        if data.get(SHOWN) and (left := shown_without_one(data[SHOWN])) != data[SHOWN]:
            # Past the store: this is no use of the session.
            row.session_data = store.encode(data | {SHOWN: left})
            row.save(update_fields=["session_data"])
    forget_factor_of(user)


@dataclass(frozen=True, slots=True)
class Ended:
    """How much ended."""

    sessions: int
    tokens: int

    def words(self) -> str:
        """As people say it."""
        sessions = ngettext("{n} session", "{n} sessions", self.sessions).format(n=self.sessions)
        tokens = ngettext("{n} token", "{n} tokens", self.tokens).format(n=self.tokens)
        return joined(words for words, count in ((sessions, self.sessions), (tokens, self.tokens)) if count) or _("nothing was open")


@transaction.atomic
def end_everywhere(*, user: User, but: str | None, visit: Visit, now: datetime, by: User | None = None) -> Ended:
    """Ends every session of the person, one excepted by its key, and every token of their programs."""
    ended = Ended(end_sessions_of(user, but=but), end_tokens_of(user))
    note(SignInKind.SESSION_ENDED, user, visit, now=now, by=by or user)
    return ended


@transaction.atomic
def end_all_of(*, actor: User, user: User, visit: Visit, now: datetime) -> Ended:
    """Signs somebody else out of every device and ends their programs' tokens, where a keeper thinks that another is in: the account stays open.

    Raises NotAllowed unless the actor keeps the directory of a partnership in which the person sits, and for oneself.
    """
    asks, whose = person_of(actor, london(now).date()), person_of(user, london(now).date())
    require(may_end_sessions(asks, whose), _("Only the business unit or an administrator of the partnership ends somebody else’s sessions."))
    ended = end_everywhere(user=user, but=None, visit=visit, now=now, by=actor)
    words = said(gettext_noop("{name} was signed out everywhere: {ended}."), name=user.name, ended=_recorded(ended))
    for partnership_id in whose.partnership_ids:
        record(partnership_id, actor, words, now=now, giving=Giving(user.pk))
    return ended


def _recorded(ended: Ended) -> Said:
    """What ended, as a line of the directory's record says it."""
    sessions = said_of(gettext_noop("{n} session"), gettext_noop("{n} sessions"), ended.sessions)
    tokens = said_of(gettext_noop("{n} token"), gettext_noop("{n} tokens"), ended.tokens)
    if ended.sessions and ended.tokens:
        return said(gettext_noop("{sessions} and {tokens}"), sessions=sessions, tokens=tokens)
    return sessions if ended.sessions else tokens if ended.tokens else said(gettext_noop("nothing was open"))


def _open(user_id: UUID, now: datetime) -> list[Session]:
    """Sessions that still let somebody in."""
    idle = now - timedelta(minutes=settings.CONCORD_IDLE_MINUTES)
    whole = now - timedelta(hours=settings.CONCORD_SESSION_HOURS)
    return list(Session.objects.filter(user_id=user_id, seen_at__gt=idle, began_at__gt=whole))


def _public(row: Session) -> str:
    return salted_hmac("concord.session", row.session_key, algorithm="sha256").hexdigest()[:24]
