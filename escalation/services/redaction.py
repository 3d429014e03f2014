"""Taking typed words out of the record, with a trace: the line stays, with its digest; another says who took its words out, when and why.

The line that says so is written first, then the words go: the record never loses words without saying so. What else was typed in the line is
kept in the line that says so, and stands in its place from then on.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput, NotAllowed, NotFound, WrongState
from agencies.person import Person
from escalation import record_policy
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.engine.standing import REDACTED, as_corrected, moments, standing
from escalation.models import Draft, Event, EventBody
from escalation.services.gaps import has_words, taken_out
from escalation.services.keeping.access.ending import erase_answers
from escalation.services.keeping.holds import HELD, held_by
from escalation.services.lifecycle import has_begun
from escalation.services.reading import leads_of
from escalation.services.repeated import say_anew
from escalation.services.words import clean, needed, sentences
from escalation.states import EventKind, Message, Verb

LONGEST_REASON = 300
ERASED_TOO = gettext_noop("Answers to requests for access were erased with words that they held and that were taken out of the record: {n}.")
ONLY_OUT = _("Only take words out: nothing may be added or changed. [taken out] will stand wherever words are gone.")
# Their words go with what they belong to: a correction with its line, a file's name with the file.
WITH_ANOTHER = record_policy.BRINGS_FILE | {EventKind.CORRECTED, EventKind.ERASED}
Rows = list[tuple[Event, EventBody | None]]
# By the name of a text, what is left of it by how it read before.
Left = dict[str, dict[str, str]]


def erase_words(change: Change, lines: Sequence[int], *, facts: dict[str, Any], body: dict[str, Any], private_to: UUID | None = None) -> None:
    """Erase what was typed in these lines, with a line of the record that names them, and `facts` and `body` beside.

    Answers to requests for access that were made about the disagreement hold those words too, and are erased once it is done: another is made. Raises
    WrongState while a legal hold is on the disagreement.
    """
    if held_by(change.case):
        raise WrongState(gettext(HELD))
    change.record(EventKind.ERASED, facts={"lines": sorted(lines), **facts}, body=body, private_to=private_to)
    dispute = change.case.dispute
    change.afterwards.append(partial(_erase, dispute.pk, sorted(lines), change.now))
    change.afterwards.append(partial(transaction.on_commit, partial(erase_answers, dispute.partnership_id, [dispute.pk], ERASED_TOO, change.now)))


def _erase(dispute: UUID, lines: Sequence[int], now: datetime) -> None:
    EventBody.objects.filter(event__dispute=dispute, event__number__in=lines, erased_at=None).update(text={}, erased_at=now)


def words_to_redact(case: Case, person: Person) -> dict[int, tuple[Event, dict[str, str]]]:
    """The lines out of which this person may take words, the newest first, each with its texts as they stand after corrections. One query."""
    rows = _rows(case)
    lines = [event for event, _ in reversed(rows) if event.kind not in WITH_ANOTHER and record_policy.may_redact(person, case, event)]
    texts = as_corrected(standing(rows))
    found = {event.number: (event, texts.get(event.number, {})) for event in lines}
    return {number: row for number, row in found.items() if any(map(has_words, row[1].values()))}


def _rows(case: Case) -> Rows:
    events = Event.objects.filter(dispute=case.dispute).select_related("body").order_by("number")
    return [(event, getattr(event, "body", None)) for event in events]


def _has_record(case: Case, person: Person | None = None) -> str | None:
    """None where anything is on the record: for what was sent back to its writer, a draft again, too."""
    return None if case.dispute.head_number else has_begun(case, person)


@verb(Verb.REDACT, ready=_has_record, decides=False)
def redact(change: Change, *, number: int, text: dict[str, str], why: str) -> None:
    """Take words out of the record that must not be in it, such as another child's name: they are erased, and the record says so.

    The line's other words stay readable, in their order, with a mark at each gap; corrections of the line are erased with it. `text` has its texts
    as they may stay: only words and signs may be gone from them, or InvalidInput is raised beside the text: nobody writes in another's name.
    """
    reason = sentences(needed(why, "why", gettext("Say why they are taken out.")), "why", LONGEST_REASON)
    line, before, at = _line(change, number)
    unknown = set(text) - set(before)
    after = {key: _left(words, text.get(key, words), _field(key)) for key, words in before.items()}
    if unknown or after == before:
        raise InvalidInput(gettext("Take the words out of the text; nothing was changed."), field="text")
    left = _left_of(line, before, after)
    _out_of_draft(change, left)
    say_anew(change, line, left)
    facts = {REDACTED: number, "line_kind": line.kind, "line_at": at.isoformat(), "stage": record_policy.stage_told(line)}
    erase_words(change, _alive(change.case, number), facts=facts, body={"why": reason, "kept": after}, private_to=line.private_to_id)
    if line.kind == EventKind.ANSWERED:
        _tell_leads(change)


def _left_of(line: Event, before: dict[str, str], after: dict[str, str]) -> Left:
    """Of each text that loses words what is left, for how it stands and for how it was typed before a correction."""
    body: EventBody | None = getattr(line, "body", None)
    typed = body.text if body is not None else {}
    return {key: {words: after[key] for words in (before[key], typed.get(key)) if words} for key in before if after[key] != before[key]}


def _out_of_draft(change: Change, left: Left) -> None:
    """What the writer typed loses the words too: it comes back to them with what is sent back, and is sent again from there."""
    draft = Draft.objects.filter(dispute=change.case.dispute).first()
    if draft is None:
        return
    answers = _with(draft.answers, {words: kept for texts in left.values() for words, kept in texts.items()})
    if answers != draft.answers:
        draft.answers = answers
        change.touch(draft)


def _with(answers: Any, left: dict[str, str]) -> Any:  # noqa: ANN401 - JSON in, the same JSON out
    """The answers with what is left of each text in its place, wherever among them it stands."""
    if isinstance(answers, dict):
        return {key: _with(value, left) for key, value in answers.items()}
    if isinstance(answers, list):
        return [_with(value, left) for value in answers]
    # Not cleaned: a draft may hold what could not be sent, such as a text that is too long, and that stops no redaction.
    return left.get(answers.strip(), answers) if isinstance(answers, str) else answers


def _tell_leads(change: Change) -> None:
    """A response is what the other side goes on from: the leads of both hear that it lost words, and neither which nor why."""
    actor = change.actor.id if change.actor else None
    people = sorted(leads_of(change.case) - {actor})
    change.tell(people, kind=Message.TAKEN_OUT, action=gettext_noop("Words were taken out of a response: see what stands, and why"))


def _field(key: str) -> str:
    """The input to which a refusal of this text belongs."""
    return f"text-{key}"


def _left(before: str, typed: str, field: str) -> str:
    """What stays of a text. Raises InvalidInput beside it where something else was typed."""
    left = taken_out(before, clean(typed, field))
    if left is None:
        raise InvalidInput(ONLY_OUT, field=field)
    return clean(left, field)


def _line(change: Change, number: int) -> tuple[Event, dict[str, str], datetime]:
    """The line with its texts, and when it happened, after corrections. Raises NotFound for one that is not there or not to be read, NotAllowed
    for another's."""
    rows, actor = _rows(change.case), change.actor
    line = next((event for event, _ in rows if event.number == number), None)
    texts = as_corrected(standing(rows)).get(number, {})
    if (
        line is None
        or actor is None
        or line.kind in WITH_ANOTHER
        or not any(map(has_words, texts.values()))
        or not record_policy.may_read_line(actor, change.case, line)
    ):
        raise NotFound(gettext("There is no such line with words in it."))
    if not record_policy.may_redact(actor, change.case, line):
        raise NotAllowed(gettext("Who wrote this entry, their agency’s safeguarding lead or the business unit can take words out of it."))
    return line, texts, moments(rows).get(number, line.happened_at)


def _alive(case: Case, number: int) -> list[int]:
    """The line, its corrections and what was kept of it before: every line whose words must go, of those that still have words."""
    return [
        event.number
        for event, body in _rows(case)
        if body is not None and body.erased_at is None and number in {event.number, event.facts.get(REDACTED), _corrects(event)}
    ]


def _corrects(event: Event) -> int | None:
    return int(event.facts.get("line", 0)) if event.kind == EventKind.CORRECTED else None
