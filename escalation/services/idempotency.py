"""Doing a call once, however often it is sent: the first answer is given again to the same call under the same key."""

import hashlib
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agencies.errors import Conflict, DomainError, InvalidInput
from agencies.ready import Ready
from escalation.models import RememberedCall

REMEMBERED = timedelta(hours=24)
# A call that has not answered by then died with its process; what it did, if anything, was undone with its transaction.
GIVEN_UP = timedelta(minutes=2)
LONGEST_KEY = 100
# How long the second of two forms sent at once waits for the first, and how often it looks.
PATIENCE_SECONDS, LOOKS_AGAIN_SECONDS = 10, 0.1


class KeyReused(DomainError):
    """The key belongs to another call."""


class StillBeingDone(Conflict):
    """The same call came before, and is not done yet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call was answered: an HTTP status and plain values. `is_replay` where it is the first answer given again."""

    status: int
    body: dict[str, Any]
    is_replay: bool = False


def digest_of(address: str, body: bytes) -> str:
    """What makes two calls the same: address and body, to the byte."""
    return hashlib.sha256(address.encode() + b"\x00" + body).hexdigest()


def digest_of_file(file: "UploadedFile[Any]") -> str:
    """What stands for a file that came with a call; it is left at its beginning."""
    found = hashlib.file_digest(file.file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return found


def checked_key(key: str) -> str:
    """The key as it was sent. Raises InvalidInput for an empty one, one beyond 100 characters or one with other than visible ASCII."""
    if not key or len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable() or " " in key:
        raise InvalidInput(
            _("Send an Idempotency-Key of 1 to {n} visible characters, such as a random UUID.").format(n=LONGEST_KEY),
            field="Idempotency-Key",
        )
    return key


def once(user: UUID, key: str, digest: str, ready: AbstractContextManager[Callable[[], Answer]], *, now: datetime) -> Answer:
    """The answer of what `ready` gives, done at most once for this person and key within a day; `now` is aware.

    What needs time before it writes has it in `ready`, which is entered outside the transaction, so that nobody waits for it, and not for a replay;
    it is left, with the refusal where there was one, once all is written or undone. Raises KeyReused where the key came with another call before,
    StillBeingDone while the first is being done, and whatever `ready` and what it gives raise: a refused call did nothing, so its key is free again.
    """
    RememberedCall.objects.filter(started_at__lte=now - REMEMBERED).delete()
    known = _claim(user, checked_key(key), digest, now)
    if known is not None:
        return known
    try:
        with ready as act, transaction.atomic():
            answer = act()
            RememberedCall.objects.filter(user_id=user, key=key).update(status=answer.status, answer=answer.body)
    except Exception:
        RememberedCall.objects.filter(user_id=user, key=key, status=None).delete()
        raise
    return answer


def once_in_turn(user: UUID, key: str, digest: str, ready: AbstractContextManager[Callable[[], Answer]], *, now: datetime) -> Answer:
    """As `once`, for somebody who looks at the answer: the second of two at once waits up to ten seconds for the first, and gives its answer.

    Where the first was refused, this one takes its place and says why.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return once(user, key, digest, ready, now=now)
        except StillBeingDone:
            if time.monotonic() > end:
                raise
            time.sleep(LOOKS_AGAIN_SECONDS)


def answered(user: UUID, key: str) -> Answer | None:
    """What a call under this key was answered, where it was done; None where it was not. One query."""
    row = _ANSWERED.first(user, key)
    return Answer(row.status, row.answer, is_replay=True) if row is not None and row.status is not None else None


_ANSWERED: Ready[RememberedCall] = Ready(lambda user, key: RememberedCall.objects.filter(user_id=user, key=key, status__isnull=False))


def _claim(user: UUID, key: str, digest: str, now: datetime) -> Answer | None:
    """None where this call is now ours to do; else the answer that it got before."""
    try:
        with transaction.atomic():
            RememberedCall.objects.create(user_id=user, key=key, digest=digest, started_at=now)
    except IntegrityError:
        return _known(user, key, digest, now)
    return None


def _known(user: UUID, key: str, digest: str, now: datetime) -> Answer | None:
    """The answer of the call that took the key first; None where that one died and this takes its place."""
    row = RememberedCall.objects.filter(user_id=user, key=key).first()
    if row is not None and row.digest != digest:
        raise KeyReused(_("This Idempotency-Key was sent with another call before. Use a new key for a new call."), field="Idempotency-Key")
    if row is not None and row.status is not None:
        return Answer(row.status, row.answer, is_replay=True)
    dead = RememberedCall.objects.filter(user_id=user, key=key, status=None, started_at__lte=now - GIVEN_UP)
    if dead.update(started_at=now):
        return None
    raise StillBeingDone(_("The same call is still being done. Send it again in a moment."))
