"""The record's chain: each line carries a keyed hash over itself and the line before. The key lies outside the database."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring as _quoted
from typing import Any

from django.conf import settings

from escalation.models import Event

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: Any) -> bytes:  # noqa: ANN401 - anything that JSON can hold
    """One spelling of a value: sorted keys, no spaces, UTF-8."""
    return _ENCODER.encode(value).encode()


def instant(moment: datetime) -> str:
    """A moment as the chain spells it: UTC, microseconds."""
    return _instant(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


@lru_cache(maxsize=256)
def _instant(moment: datetime) -> str:
    """Kept, since a sweep spells the same moment thousands of times; only in UTC are two that are equal the same."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def keyed(text: bytes) -> str:
    """HMAC-SHA-256 with the record's present key, as hexadecimal."""
    return _keyed(settings.CONCORD_RECORD_KEY, text)


def keyed_all(texts: Mapping[str, bytes]) -> dict[str, str]:
    """The same of many, by their names."""
    key = settings.CONCORD_RECORD_KEY
    return {name: _keyed(key, text) for name, text in texts.items()}


def keyed_by_each(text: bytes) -> list[str]:
    """The same with the present key and with each earlier one, newest first."""
    return [_keyed(key, text) for key in (settings.CONCORD_RECORD_KEY, *settings.CONCORD_OLD_RECORD_KEYS)]


def age_of(digest: str, text: bytes) -> int | None:
    """Which key made the digest of the text: 0 the present one, 1 the one before, and so on; None where none did."""
    if digest == keyed(text):
        return 0
    return next((age for age, found in enumerate(keyed_by_each(text)) if found == digest), None)


def _keyed(key: str, text: bytes) -> str:
    lock = _begun(key).copy()
    lock.update(text)
    return lock.hexdigest()


@lru_cache(maxsize=16)
def _begun(key: str) -> hmac.HMAC:
    """A digest into which the key alone has gone."""
    return hmac.new(key.encode(), digestmod=hashlib.sha256)


def event_digest(event: Event) -> str:
    """The digest of a line from what is stored in it, `previous` included."""
    return keyed(spelt(event))


def is_genuine(event: Event) -> bool:
    """Whether the stored digest was made of the line as it is stored, with the present key or an earlier one."""
    return age_of(event.digest, spelt(event)) is not None


def spelt(event: Event) -> bytes:
    """The line as it is hashed: the canonical JSON list of its parts, put together by hand, for the encoder cost more than the hash."""
    facts = "{}" if event.facts == {} else _ENCODER.encode(event.facts)
    return (
        f'["{event.dispute_id}",{event.number},{_quoted(event.kind)},{event.stage},"{event.actor_id or ""}","{event.agency_id or ""}",'
        f'"{event.private_to_id or ""}","{instant(event.happened_at)}","{instant(event.recorded_at)}",{facts},'
        f"{_quoted(event.body_digest)},{_quoted(event.previous)}]"
    ).encode()


def new_salt() -> str:
    """A salt that keeps the digest of short texts from being guessed."""
    return secrets.token_hex(16)


def body_digest(salt: str, text: dict[str, Any]) -> str:
    """The salted digest of what was typed: the line keeps it after retention has erased the text."""
    return hashlib.sha256(salt.encode() + canonical(text)).hexdigest()
