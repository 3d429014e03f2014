"""Attaching a file, putting another version in its place, and withdrawing one: what was there before is erased, and the record says so."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.errors import InvalidInput, NotAllowed, WrongState
from agencies.person import Person
from escalation import record_policy
from escalation.engine import file_store as store
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.engine.standing import moments
from escalation.models import Attachment, Event
from escalation.services.files.giving import find_file
from escalation.services.files.intake import Kept
from escalation.services.lifecycle import has_begun
from escalation.services.redaction import erase_words
from escalation.services.words import choice, needed, sentences, short
from escalation.states import Audience, EventKind, FileEnd, Verb

MOST_FILES = 100
LONGEST_WORDS, LONGEST_REASON = 200, 300
# What minutes and letters belong to: a file may name the line of the record that it is about.
ABOUT_LINES = frozenset(
    {
        EventKind.MEETING,
        EventKind.DECIDED,
        EventKind.NOT_AGREED,
        EventKind.ANSWERED,
        EventKind.CONTACT,
        EventKind.OUTCOME_PROPOSED,
        EventKind.CONVENED,
        EventKind.ADVICE,
    }
)


def files_to_end(case: Case, person: Person) -> list[Attachment]:
    """The files that this person may replace or withdraw, the newest first. One query."""
    return [row for row in Attachment.objects.of(case.dispute) if record_policy.may_end(person, case, row)]


def lines_for_file(case: Case, person: Person) -> list[tuple[Event, datetime]]:
    """The lines of the record that a file of this person's may belong to, the newest first: those that they may know of, each with when it happened,
    after corrections. One query."""
    rows = list(Event.objects.filter(dispute=case.dispute, kind__in=ABOUT_LINES | {EventKind.CORRECTED}, private_to=None).order_by("number"))
    moved = moments((line, None) for line in rows)
    lines = [line for line in reversed(rows) if line.kind in ABOUT_LINES and record_policy.may_read_line(person, case, line)]
    return [(line, moved.get(line.number, line.happened_at)) for line in lines]


@verb(Verb.ATTACH_FILE, ready=has_begun, decides=False)
def attach_file(change: Change, *, upload: Kept, audience: str = Audience.READERS, about: str = "", line: int | None = None) -> None:
    """Attach minutes, a letter or a picture: a PDF, DOCX, ODT, PNG, JPEG or plain text, to be seen by whom the person says."""
    case = change.case
    if Attachment.objects.of(case.dispute).count() >= MOST_FILES:
        raise WrongState(_("{n} files are attached to this disagreement already. Withdraw one that is no longer needed.").format(n=MOST_FILES))
    seen_by = _audience(change, audience)
    _attach(change, upload, EventKind.FILE_ATTACHED, seen_by, about, _line(change, line, seen_by))


@verb(Verb.REPLACE_FILE, ready=has_begun, decides=False)
def replace_file(change: Change, *, file: UUID, upload: Kept, reason: str) -> None:
    """Another version takes a file's place, as where something must not be seen in it: the old one is erased, with the name it had."""
    old = _own(change, file)
    why = _reason(reason, _("Say why another version takes its place."))
    facts = _instead(old)
    _attach(
        change,
        upload,
        EventKind.FILE_REPLACED,
        Audience(old.audience),
        str(old.event.body.text.get("about", "")),
        facts,
        why=why,
        agency=old.agency_id,
    )
    _end(change, old, FileEnd.REPLACED, why)


@verb(Verb.WITHDRAW_FILE, ready=has_begun, decides=False)
def withdraw_file(change: Change, *, file: UUID, reason: str) -> None:
    """A file that should not be there is erased, with the name it had. Who withdrew it, when and why stays on the record."""
    old = _own(change, file)
    why = _reason(reason, _("Say why it is withdrawn."))
    facts = {
        "instead": old.event.number,
        "instead_at": old.added_at.isoformat(),
        "sha256": old.sha256,
        "audience": old.audience,
        "by": str(old.added_by_id),
    }
    change.record(EventKind.FILE_WITHDRAWN, facts=facts, body={"reason": why}, private_to=old.event.private_to_id, agency=old.agency_id)
    _end(change, old, FileEnd.WITHDRAWN, why)


def _attach(
    change: Change, kept: Kept, kind: EventKind, audience: Audience, about: str, facts: dict[str, Any], *, why: str = "", agency: UUID | None = None
) -> None:
    if change.actor is None:
        raise TypeError("Only a person attaches a file.")
    place = agency or change.agency
    body = {"name": kept.name, "about": short(about, "about", LONGEST_WORDS), "reason": why}
    own = place if audience == Audience.AGENCY else None
    event = change.record(kind, facts={**kept.facts(), "audience": audience.value, **facts}, body=body, private_to=own, agency=place)
    change.add(
        Attachment(
            dispute=change.case.dispute, event=event, added_by_id=change.actor.id, agency_id=place, audience=audience, kind=kept.kind.value,
            size=kept.size, sha256=kept.sha256, stored=kept.stored, added_at=change.now,
        )
    )  # fmt: skip


def _end(change: Change, old: Attachment, how: FileEnd, why: str) -> None:
    """The row lets its content go, the line its words; the content itself goes once all of this is written for good."""
    erase_words(change, [old.event.number], facts={"file": how.value, "audience": old.audience, "by": str(old.added_by_id)},
                body={"reason": why}, private_to=old.event.private_to_id)  # fmt: skip
    change.afterwards.append(partial(transaction.on_commit, partial(store.erase, old.stored)))
    old.stored, old.ended_at, old.ended_by_id, old.ended_how = "", change.now, change.actor.id if change.actor else None, how
    change.touch(old)


def _audience(change: Change, audience: str) -> Audience:
    """Who sees it. Raises InvalidInput where it cannot be only the own agency, or must be."""
    found = choice(Audience, audience, "audience")
    stage = change.case.stage_definition
    if found == Audience.AGENCY and change.agency is None:
        raise InvalidInput(_("You act for no agency of this disagreement: choose another answer."), field="audience")
    inside = stage is not None and stage.is_own and stage.position > 0
    if found != Audience.AGENCY and inside and change.case.dispute.sent_at is None:
        raise InvalidInput(_("This stage is inside your own agency: only it can see the file. Attach it again once it was sent."), field="audience")
    return found


def _line(change: Change, number: int | None, seen_by: Audience) -> dict[str, Any]:
    """The line of the record that it belongs to, as facts. Raises InvalidInput for one that takes no file, or not one that these may see."""
    if number is None:
        return {}
    offered = lines_for_file(change.case, change.actor) if change.actor is not None else []
    found = next((each for each in offered if each[0].number == number), None)
    if found is None:
        raise InvalidInput(_("Choose one of the entries offered."), field="line")
    line, at = found
    if seen_by != Audience.AGENCY and record_policy.stays_inside(change.case, line):
        raise InvalidInput(_("That entry stays inside your agency. Let only your agency see the file, or choose another entry."), field="line")
    return {"line": number, "line_kind": line.kind, "line_at": at.isoformat()}


def _own(change: Change, file: UUID) -> Attachment:
    """The file, for one who may take it out. Raises NotFound where it is not there or not to be seen, NotAllowed where it is another's."""
    if change.actor is None:
        raise TypeError("Only a person takes a file out.")
    row = find_file(change.case, change.actor, file)
    if not record_policy.may_end(change.actor, change.case, row):
        raise NotAllowed(_("Who attached this file, their agency’s safeguarding lead or the business unit can replace or withdraw it."))
    return row


def _reason(text: str, message: str) -> str:
    return sentences(needed(text, "reason", message), "reason", LONGEST_REASON)


def _instead(old: Attachment) -> dict[str, Any]:
    return {"instead": old.event.number, "instead_at": old.added_at.isoformat()}
