"""The record's chain: each line carries a keyed hash over itself and the line before. The key lies outside the database."""

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from escalation.models import Event

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: Any) -> bytes:  # noqa: ANN401 - anything that JSON can hold
    """One spelling of a value: sorted keys, no spaces, UTF-8."""
    return _ENCODER.encode(value).encode()


def instant(moment: datetime) -> str:
    """A moment as the chain spells it: UTC, microseconds."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def keyed(text: bytes) -> str:
    """HMAC-SHA-256 with the record's key, as hexadecimal."""
    return hmac.digest(settings.CONCORD_RECORD_KEY.encode(), text, "sha256").hex()


def event_digest(event: Event) -> str:
    """The digest of a line from what is stored in it, `previous` included."""
    return keyed(
        canonical(
            [
                str(event.dispute_id),
                event.number,
                str(event.kind),
                event.stage,
                str(event.actor_id or ""),
                str(event.agency_id or ""),
                str(event.private_to_id or ""),
                instant(event.happened_at),
                instant(event.recorded_at),
                event.facts,
                event.body_digest,
                event.previous,
            ]
        )
    )


def new_salt() -> str:
    """A salt that keeps the digest of short texts from being guessed."""
    return secrets.token_hex(16)


def body_digest(salt: str, text: dict[str, Any]) -> str:
    """The salted digest of what was typed: the line keeps it after retention has erased the text."""
    return hashlib.sha256(salt.encode() + canonical(text)).hexdigest()
