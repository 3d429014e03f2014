"""The record of a disagreement in words: newest first, both sides alike, each line with what it may show to this reader."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.person import Person
from agencies.ready import Ready
from escalation import record_policy
from escalation.engine.case import Case
from escalation.engine.standing import REDACTED, Redaction, as_corrected, correction, moments, redactions, standing
from escalation.line_order import in_order
from escalation.models import Dispute, Event, EventBody
from escalation.selectors import beside
from escalation.selectors.clock_lines import step_title
from escalation.selectors.line_facts import facts_of
from escalation.selectors.words import document_words, stage_title, words_of
from escalation.services.attempts import as_read, label_of
from escalation.states import (
    Answer,
    Door,
    EventKind,
    MeetingHow,
    SummaryKind,
)

SYSTEM = _("Concord, by itself")
NAMELESS = _("Somebody whose name was erased")
# Steps of the machine that say nothing a person needs beside the line before or after them.
UNSEEN = frozenset({EventKind.ENTERED, EventKind.RECEIVED, EventKind.DRAFTED, EventKind.CLOCK_ENDED})
GONE = _("What was typed here was erased when its time to be kept had passed.")
WENT = _("What was typed here was erased with the words that were taken out of the entry.")
GONE_FILE = _("The file is erased, with the name it had.")
# What the clocks did by themselves: in the record in full, on the page one click away, so that what people did stands out.
REMINDERS = frozenset(
    {EventKind.HALF_WAY, EventKind.DUE, EventKind.REMINDED, EventKind.MOVE_OFFERED, EventKind.MOVE_WARNED, EventKind.NEXT_STEP_ASKED}
    | {EventKind.BROUGHT_UP}
)
LABELS = {
    "reasons": _("Reasons"),
    "actions": _("What the agency will do"),
    "how": _("How"),
    "whom": _("Whom"),
    "said": _("What was said"),
    "who": _("Who took part"),
    "summary": _("What was discussed"),
    "decisions": _("What was decided"),
    "efforts": _("What was tried"),
    "reason": _("Reason"),
    "wording": _("The outcome in words"),
    "place": _("Place"),
    "outstanding": _("Still to settle"),
    "decision": _("Decision"),
    "dissent": _("Dissent"),
    "finding": _("Finding for the annual report"),
    "concern": _("Concern"),
    "what": _("What"),
    "words": _("What was said"),
    "text": _("Note"),
    "went_well": _("What went well"),
    "went_badly": _("What did not"),
    "issue": _("To learn from"),
    "referred_to": _("Referred to"),
    "comment": _("Comment"),
    "missing": _("Missing"),
    "why": _("Why"),
    "impact": _("Impact on the child"),
    "outcome_sought": _("Outcome sought"),
    "tried": _("Tried so far"),
    "consulted": _("Consulted"),
    "involved": _("Other agencies that work with the child"),
    "family_told": _("Child and parents told"),
    "family_view": _("The child's and family's view"),
    "why_sooner": _("Why it needs a response sooner"),
    "safety": _("What keeps the child safe meanwhile"),
    "start_reason": _("Why it starts higher"),
    "out_of_hours": _("Out of hours"),
    "disputed_name": _("Whose decision it is"),
    "spoken_to": _("Spoken to"),
    "email": _("E-mail address"),
    "proposals": _("Proposed to front-line staff"),
    "concerns": _("The concerns"),
    "resolution": _("How they were resolved"),
    "training": _("Training needs"),
    "supervision": _("Supervision and guidance"),
    "evidence": _("What was done"),
    "result": _("What came of it"),
    "name": _("File"),
    "about": _("What it is"),
    **beside.LABELS,
}


# Too short to be understood without its label.
NAMED_ALONE = frozenset({"referred_to", "place"})


@dataclass(frozen=True, slots=True)
class Correction:
    """Old words beside the new, with who, when and why."""

    old: str
    new: str
    who: str
    moment: datetime
    why: str


@dataclass(slots=True)
class Entry:
    """One line as it is shown. `recorded` only where it differs from when it happened; `own` where the reader wrote it and may correct it."""

    number: int
    kind: EventKind
    title: str
    happened: datetime
    recorded: datetime | None = None
    agency: str = ""
    who: str = ""
    text: str = ""
    facts: list[dict[str, str]] = field(default_factory=list)
    tag: dict[str, str] | None = None
    corrections: list[Correction] = field(default_factory=list)
    private: bool = False
    own: bool = False
    confirmable: bool = False

    @property
    def id(self) -> str:
        """The line's anchor on the page."""
        return f"entry-{self.number}"


@dataclass(frozen=True, slots=True)
class Names:
    """Names of people and agencies, and the posts that people hold, looked up before."""

    people: dict[UUID, str]
    agencies: dict[UUID, str]
    posts: dict[UUID, str]
    partnership: str
    # People without an account, each with who invited them.
    guests: dict[str, str] = field(default_factory=dict)
    erased: bool = False

    def who(self, user: UUID | None) -> str:
        """ "Rashida Shah, team manager"; the system's own name where nobody acted."""
        if user is None:
            return str(SYSTEM)
        if self.erased:
            return str(NAMELESS)
        return ", ".join(filter(None, [self.people.get(user, gettext("Somebody who has left")), self.posts.get(user, "")]))

    def author(self, event: Event) -> str:
        """Who made a line of the record: a person with their post, a guest with who invited them, or the system."""
        return self.guests.get(event.facts["guest"], gettext("A guest")) if event.facts.get("guest") else self.who(event.actor_id)

    def agency(self, key: UUID | str | None) -> str:
        """The agency's name; empty for none."""
        try:
            return self.agencies.get(UUID(str(key)), "") if key else ""
        except ValueError:
            return ""


@dataclass(slots=True)
class Record:
    """The lines that this person may read, newest first, and the texts of the last submission as they stand after corrections.

    `wordings` has, by its line, what was typed, after corrections too; of the outcome that stands the words as they were put, which are confirmed.
    """

    entries: list[Entry]
    texts: dict[str, str]
    wordings: dict[UUID, dict[str, str]]


def read_events(case: Case) -> list[tuple[Event, EventBody | None]]:
    """Every line with its body, in order, words that were taken out left out: one query, none where the case was read whole."""
    events = case.record if case.is_whole else _LINES(case.dispute.pk)
    return standing([(event, getattr(event, "body", None)) for event in events])


_LINES: Ready[Event] = Ready(lambda key: Event.objects.filter(dispute=key).select_related("body").order_by("number"))


def read_words(case: Case, person: Person) -> list[tuple[Event, EventBody | None]]:
    """`read_events` of the lines whose words this person may read: what a form may begin with. One query, none where the case was read whole."""
    return [(event, body) for event, body in read_events(case) if record_policy.may_read_words(person, case, event)]


def record_of(
    case: Case,
    person: Person,
    rows: list[tuple[Event, EventBody | None]],
    names: Names,
    *,
    narrative: bool,
    seen: set[str] | None = None,
    agreed: Collection[UUID] = (),
) -> Record:
    """The record as this person may read it. Private notes only for their agency; what stayed inside the raising agency only for it; without
    the narrative only that something happened, what the person entered, and the lines (by key) of what was `agreed` that they are to do. `seen`: see
    `others_seen`, where it was asked already."""
    seen = others_seen([rows], person) if seen is None else seen
    unseen = {number for number, reference in _others(rows).items() if reference not in seen}
    readable = [(event, body) for event, body in rows if event.number not in unseen and record_policy.may_read_line(person, case, event)]
    corrections, taken, moved, went = _corrections(readable, names), redactions(readable), moments(readable), _with_another(readable)
    entries, texts = [], {}
    for event, body in readable:
        words = dict(body.text) if body and body.erased_at is None else {}
        if event.kind == EventKind.SUBMITTED and narrative:
            texts = as_read(words | {key: found[-1].new for key, found in corrections[event.number].items()}, event.facts)
        if event.kind not in UNSEEN:
            shows = narrative or event.actor_id == person.id or event.pk in agreed
            kept = corrections[event.number] if shows else {}
            at = moved.get(event.number, event.happened_at)
            entry = _entry(event, body, words if shows else {}, case, person, names, kept, at=at, shows=shows)
            if event.number in went:
                entry.text = str(WENT)
            entries.append(_marked(entry, taken.get(event.number), names) if shows else entry)
    stands, put = as_corrected(readable), case.proposal.event_id if case.proposal else None
    wordings = {
        event.pk: dict(body.text) if event.pk == put else stands[event.number]
        for event, body in readable
        if body and (narrative or event.pk in agreed) and body.erased_at is None
    }
    return Record(entries=entries[::-1], texts=texts, wordings=wordings)


def others_seen(several: Iterable[list[tuple[Event, EventBody | None]]], person: Person) -> set[str]:
    """Of the disagreements that the lines of these records name those of which the person may know. One query where any is named."""
    named = named_in(several)
    return set(Dispute.objects.named_visible_to(person).filter(reference__in=named).values_list("reference", flat=True)) if named else set()


def named_in(several: Iterable[list[tuple[Event, EventBody | None]]]) -> set[str]:
    """The references of the other disagreements that the lines of these records name."""
    return {reference for rows in several for reference in _others(rows).values()}


def _others(rows: list[tuple[Event, EventBody | None]]) -> dict[int, str]:
    """By the number of a line the other disagreement that it names."""
    naming = record_policy.NAMES_ANOTHER
    return {event.number: str(event.facts["other"]) for event, _ in rows if event.kind in naming and event.facts.get("other")}


def _with_another(rows: list[tuple[Event, EventBody | None]]) -> set[int]:
    """The numbers of the lines whose words were erased with those that were taken out of another: its corrections, and what it lost before."""
    taken = [event.facts for event, _ in rows if event.kind == EventKind.ERASED and event.facts.get(REDACTED)]
    return {int(number) for facts in taken for number in facts.get("lines", ()) if number != facts[REDACTED]}


def _corrections(rows: list[tuple[Event, EventBody | None]], names: Names) -> defaultdict[int, dict[str, list[Correction]]]:
    """By corrected line and key of its text, or "happened" for when it was, in order."""
    moved = {event.number: event.happened_at for event, _ in rows}
    texts = {event.number: dict(body.text) for event, body in rows if body and body.erased_at is None}
    found: defaultdict[int, dict[str, list[Correction]]] = defaultdict(dict)
    for event, body in rows:
        # With the words of the line that it corrects a correction loses its own; from when to when it moved the line stays.
        line, newer = correction(event, body) or (0, {})
        why = str(body.text.get("why", "")) if body else ""
        for key, new in newer.items():
            earlier = found[line].setdefault(key, [])
            old = earlier[-1].new if earlier else str(texts.get(line, {}).get(key, ""))
            earlier.append(Correction(old=old, new=new, who=names.who(event.actor_id), moment=event.recorded_at, why=why))
        for number, at in moments([(event, body)]).items():
            old, new = words_of(moved[number]), words_of(at)
            found[number].setdefault("happened", []).append(
                Correction(old=old, new=new, who=names.who(event.actor_id), moment=event.recorded_at, why=why)
            )
            moved[number] = at
    return found


def _entry(
    event: Event,
    body: EventBody | None,
    words: dict[str, Any],
    case: Case,
    person: Person,
    names: Names,
    corrections: dict[str, list[Correction]],
    *,
    at: datetime,
    shows: bool,
) -> Entry:
    """`at` is when it happened, after corrections."""
    kind = EventKind(event.kind)
    late = at != event.recorded_at
    entry = Entry(
        number=event.number,
        kind=kind,
        title=_title(event, case) if shows else str(kind.label),
        happened=at,
        recorded=event.recorded_at if late else None,
        agency=names.agency(event.agency_id) or (names.partnership if event.actor_id else ""),
        who=names.author(event),
        facts=facts_of(event, names, shows=shows),
        corrections=[one for found in in_order(corrections).values() for one in found],
        private=event.private_to_id is not None,
        own=event.actor_id == person.id and bool(words) and kind not in record_policy.NEVER_CORRECTED,
        confirmable=late and kind != EventKind.SUBMITTED and event.actor_id != person.id and event.private_to_id is None,
    )
    if body is not None and body.erased_at is not None:
        entry.text = str(GONE_FILE if kind in record_policy.FILES else GONE)
    else:
        _put_words(entry, {key: text for key, text in words.items() if key not in corrections})
    if entry.private:
        entry.tag = {"word": gettext("Only your agency sees this"), "tone": "info"}
    return entry


def _marked(entry: Entry, taken: Redaction | None, names: Names) -> Entry:
    """The entry, saying so where words were taken out of it. What is left can be corrected no more: it lies in another line."""
    if taken is not None:
        entry.tag, entry.own = {"word": gettext("Words taken out"), "tone": "info"}, False
        if not taken.leaves_words:
            entry.text = gettext("What was typed here was taken out by {name}.").format(name=names.who(taken.event.actor_id))
    return entry


def _put_words(entry: Entry, words: dict[str, Any]) -> None:
    """One text stands alone, but not where or to whom; several each get their label. What was logged stands at the top of the page."""
    if entry.kind == EventKind.SUBMITTED:
        return
    if entry.kind in {EventKind.CORRECTED, EventKind.ERASED}:
        words = {"why": words.get("why") or words.get("reason", "")}
    if len(words) == 1 and not NAMED_ALONE & set(words):
        entry.text = str(next(iter(words.values())))
        return
    entry.facts += [{"key": words_for(key), "value": str(text)} for key, text in in_order(words).items()]


def words_for(key: str) -> str:
    """What a text of a line is called."""
    return label_of(key) or str(LABELS.get(key, key.replace("_", " ").capitalize()))


def _title(event: Event, case: Case) -> str:
    kind = EventKind(event.kind)
    if kind == EventKind.MOVED_UP:
        return gettext("Moved up to {stage}").format(stage=stage_title(case.procedure, int(event.facts.get("to", event.stage))))
    if kind == EventKind.ANSWERED:
        answer = Answer(event.facts["answer"]).label.lower() if event.facts.get("answer") else ""
        return gettext("Response: {answer}").format(answer=answer) if answer else str(kind.label)
    if kind == EventKind.SUBMITTED:
        return _logged(is_again=bool(event.facts.get("again")), is_family_challenge=event.facts.get("door") == Door.FAMILY_CHALLENGE)
    if kind == EventKind.CONTACT:
        return gettext("Reached someone") if event.facts.get("reached") else gettext("Tried to reach someone")
    if kind == EventKind.MEETING:
        return str(MeetingHow(event.facts["how"]).label) if event.facts.get("how") in set(MeetingHow) else str(kind.label)
    if kind == EventKind.SUMMARY:
        return str(SummaryKind(event.facts["kind"]).label)
    if kind == EventKind.ERASED and event.facts.get(REDACTED):
        return gettext("Words taken out of the record")
    if kind == EventKind.FORM_ISSUED:
        return gettext("Form issued: {form}").format(form=document_words(event.facts.get("form", "")))
    if kind == EventKind.MOVE_HELD and event.facts.get("asked"):
        return gettext("Asked to move up, and not moved")
    return step_title(event, case.procedure) if kind in record_policy.STEPS else _stage_title(event, kind, case)


def _logged(*, is_again: bool, is_family_challenge: bool) -> str:
    if not is_family_challenge:
        return gettext("Logged again") if is_again else gettext("Disagreement logged")
    if is_again:
        return gettext("Logged again, as the child’s or family’s challenge")
    return gettext("Disagreement logged, as the child’s or family’s challenge")


def _stage_title(event: Event, kind: EventKind, case: Case) -> str:
    """The lines that are named for a stage, or for how much was read."""
    if kind == EventKind.PAST_STAGE:
        return gettext("Had happened already: {stage}").format(stage=stage_title(case.procedure, int(event.facts.get("stage", event.stage))))
    if kind == EventKind.READ_EARLY and event.facts.get("about_child"):
        return gettext("Read by the business unit, among everything about the child")
    if kind == EventKind.SENT:
        return gettext("Sent: {stage}").format(stage=stage_title(case.procedure, event.stage))
    return beside.title_of(event) or str(kind.label)
