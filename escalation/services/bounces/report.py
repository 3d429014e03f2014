"""What a delivery report says: pure, and never stopped by what it is given. Mail is read as old systems write it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser
from enum import Enum
from uuid import UUID

# Reports quote headers, not films: beyond, it is no report of ours.
LARGEST = 5_000_000
MOST_PARTS = 200
KEY = r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
MESSAGE_ID = re.compile(rf"<({KEY})@([^>\s]+)>", re.IGNORECASE)
TAGGED = re.compile(rf"\+({KEY})@", re.IGNORECASE)
ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
ANSWERED = ("In-Reply-To", "References")
REACHED = frozenset({"delivered", "relayed", "expanded"})
STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")


class Kind(Enum):
    """What a report comes to."""

    FAILED = "failed"
    WAITS = "waits"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of which of our messages: `key` is the message's own, None where the report names none of ours; `words` the server's, short."""

    kind: Kind
    key: UUID | None = None
    words: str = ""


NOTHING = Report(Kind.UNKNOWN)


def read_report(raw: bytes, domain: str) -> Report:
    """Read one message as it came. `domain` is that of our own Message-IDs.

    It failed where a recipient's action is "failed" (the mail system has given up, whatever its code), or no action is given and the code is
    5.x.x; "delayed" and 4.x.x wait. Where it reached anybody of a list behind the address, it did not fail. Anything else, a broken message or an
    absence note among them, is unknown. Never raises.
    """
    if len(raw) > LARGEST:
        return NOTHING
    try:
        return _read(BytesParser(policy=policy.compat32).parsebytes(raw), domain)
    except Exception:  # noqa: BLE001 - whatever a stranger sends must not stop the others
        return NOTHING


def _read(mail: Message, domain: str) -> Report:
    parts = list(_parts(mail))
    blocks = [block for part in parts if part.get_content_type() == "message/delivery-status" for block in _blocks(part)]
    kind, words = _outcome(blocks)
    if kind is Kind.UNKNOWN:
        return NOTHING
    return Report(kind, _key(mail, parts, domain), words)


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        yield part


def _blocks(part: Message) -> list[Message]:
    """The per-recipient blocks of a delivery status."""
    payload = part.get_payload()
    found = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
    return [block for block in found if block.get("Final-Recipient") or block.get("Original-Recipient") or block.get("Action")]


def _outcome(blocks: Iterable[Message]) -> tuple[Kind, str]:
    kinds: list[Kind] = []
    words = ""
    for block in blocks:
        action = str(block.get("Action", "")).strip().lower()
        status = STATUS.search(str(block.get("Status", "")))
        code = status.group(1) if status else ""
        if action in REACHED or (not action and code == "2"):
            return Kind.UNKNOWN, ""
        if action == "failed" or (not action and code == "5"):
            kinds.append(Kind.FAILED)
            words = words or f"Came back: {status.group(0) if status else 'no code'}"
        elif action == "delayed" or code == "4":
            kinds.append(Kind.WAITS)
    return (Kind.FAILED if Kind.FAILED in kinds else kinds[0], words) if kinds else (Kind.UNKNOWN, "")


def _key(mail: Message, parts: Iterable[Message], domain: str) -> UUID | None:
    """Which of our messages: by the Message-ID of the one that came back, by the tagged address it came back to, or by what it answers."""
    returned = [_returned(part) for part in parts if part.get_content_type() in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}]
    said = " ".join(text for text in returned if text)
    answered = " ".join(str(value) for name in ANSWERED for value in mail.get_all(name, []))
    tagged = " ".join(str(value) for name in ADDRESSED for value in mail.get_all(name, []))
    for text in (said, answered):
        ours = next((key for key, at in MESSAGE_ID.findall(text) if at.lower() == domain.lower()), None)
        if ours:
            return UUID(ours)
        if text is said and (tag := TAGGED.search(tagged)):
            return UUID(tag.group(1))
    return None


def _returned(part: Message) -> str:
    """The Message-ID of a message that is quoted whole or by its headers."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return " ".join(str(inner.get("Message-ID", "")) for inner in payload if isinstance(inner, Message))
    body = part.get_payload(decode=True)
    text = body.decode("utf-8", errors="replace") if isinstance(body, bytes) else str(payload)
    found = re.search(r"^Message-ID:[ \t]*(?:\r?\n[ \t]+)?(\S+)", text, re.IGNORECASE | re.MULTILINE)
    return found.group(1) if found else ""
