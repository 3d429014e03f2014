"""One disagreement as its documents read it: the case file of this reader, and each line of the record with its words as corrected."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from agencies.at_once import together
from agencies.person import Person
from agencies.words import LONDON, day, moment
from escalation.engine.case import Case
from escalation.engine.stops import HOP
from escalation.line_order import in_order
from escalation.models import AgreedAction, Clock, Event, EventBody, LearningPoint, ProcedureVersion, Referral, StageRun
from escalation.record_policy import is_own_side, may_see_clock
from escalation.selectors.case_file import CaseFile, actions_of, case_file, every_clock
from escalation.selectors.guarded import GuardedChild, guarded_children
from escalation.selectors.naming import names_of, people_on
from escalation.selectors.timeline import Entry, Names, read_events
from escalation.selectors.words import stage_title
from escalation.services.attempts import as_read
from escalation.states import EventKind, Side

ERASED = gettext_noop("What was typed here was erased when its time to be kept had passed.")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record that the reader may see: its choices, its words after corrections, and the line as the record shows it."""

    event: Event
    words: dict[str, str]
    entry: Entry | None
    erased: bool

    @property
    def kind(self) -> EventKind:
        """What kind of line it is."""
        return EventKind(self.event.kind)

    @property
    def happened(self) -> datetime:
        """When it happened, after corrections."""
        return self.entry.happened if self.entry else self.event.happened_at

    def said(self, key: str) -> str:
        """What was typed under this key, as it stands; a sentence where it was erased, empty where nothing was typed."""
        return gettext(ERASED) if self.erased else self.words.get(key, "")

    @property
    def whole(self) -> str:
        """Everything that was typed, one answer below the other."""
        return gettext(ERASED) if self.erased else "\n\n".join(filter(None, self.words.values()))


@dataclass
class Matter:
    """Everything that the documents show, loaded once."""

    case: Case
    person: Person
    now: datetime
    file: CaseFile
    names: Names
    lines: list[Line]
    runs: list[StageRun]
    clocks: list[Clock]
    actions: list[AgreedAction]
    referrals: list[Referral]
    learning: list[LearningPoint]
    version: ProcedureVersion
    children: list[GuardedChild] | None = None

    @property
    def word(self) -> str:
        """What the procedure calls it: "disagreement" unless it has a word of its own."""
        return str(self.case.procedure.matter_word)

    def of(self, *kinds: EventKind) -> list[Line]:
        """The lines of these kinds, oldest first."""
        return [line for line in self.lines if line.kind in kinds]

    def last(self, kind: EventKind) -> Line | None:
        """The newest line of this kind."""
        return next(reversed(self.of(kind)), None)

    def logged(self, key: str) -> str:
        """An answer of the last submission, as it stands after corrections."""
        line = self.last(EventKind.SUBMITTED)
        return line.said(key) if line else ""

    def stage(self, position: int) -> str:
        """The stage's name in the procedure's words."""
        return stage_title(self.case.procedure, position)

    def who(self, user: UUID | None) -> str:
        """The person with their post; empty for nobody."""
        return self.names.who(user) if user else ""

    def author(self, line: Line) -> str:
        """Who wrote a line, and for which agency."""
        entry = line.entry
        return ", ".join(filter(None, [entry.who, entry.agency])) if entry else self.names.author(line.event)

    def signed(self, line: Line) -> str:
        """Who wrote a line, for which agency, and when."""
        return gettext("{author}, {moment}").format(author=self.author(line), moment=at(line.happened))

    def parties(self) -> list[tuple[UUID, Side]]:
        """The raising agency, then the others by name. Inside one agency there is only that one."""
        receiving = sorted(self.case.receiving_ids - {self.case.raising_id}, key=self.names.agency)
        return [(self.case.raising_id, Side.RAISING), *((key, Side.RECEIVING) for key in receiving)]


def at(value: datetime | None) -> str:
    """An instant as paper needs it, with its year: "Monday 2 March 2026, 10am" in London; empty for None."""
    return moment(value, today=value.astimezone(LONDON).date(), year=True) if value else ""


def on(value: datetime | date | None) -> str:
    """A London date with its year; empty for None."""
    if value is None:
        return ""
    return day(value.astimezone(LONDON).date() if isinstance(value, datetime) else value, year=True)


def matter_of(case: Case, person: Person, now: datetime, *, with_child: bool = False) -> Matter:
    """The disagreement for this reader. The caller has asked `policy.reads_narrative`, and `policy.sees_child` where `with_child` is set.

    However long the record is, as many queries; what it does not tell of is not looked for.
    """
    rows, every = read_events(case), every_clock(case)
    clocks = [clock for clock in every if may_see_clock(clock, case, person)]
    told = {event.kind for event, _ in rows}
    actions = actions_of(case, person, rows) if EventKind.ACTION_AGREED in told else []
    points = LearningPoint.objects.filter(dispute=case.dispute).order_by("recorded_at")
    learning = list(points) if EventKind.LEARNING in told else []
    before_the_partnership = Referral.objects.filter(dispute=case.dispute).order_by("run__number")
    version, referrals = together(
        ProcedureVersion.objects.defer("definition").filter(pk=case.dispute.version_id),
        before_the_partnership if case.referral is not None else before_the_partnership.none(),
    )
    others = people_on(case, rows, every, actions) | {point.owner_id for point in learning}
    known = names_of(case, _people(case, rows, referrals) | others, rows)
    file = case_file(case, person, now, known=known)
    return Matter(
        case=case,
        person=person,
        now=now,
        file=file,
        names=known,
        lines=list(_lines(file, rows)),
        runs=[run for run in case.runs if is_own_side(person, case) or not _is_inside(case, run)],
        clocks=clocks,
        actions=actions,
        referrals=referrals,
        learning=learning,
        version=version[0],
        children=guarded_children(case, person) if with_child else None,
    )


def _is_inside(case: Case, run: StageRun) -> bool:
    """The hop, or a stage inside the raising agency: that agency's alone."""
    return run.stage == HOP or case.procedure.stage(run.stage).is_own


def _people(case: Case, rows: list[tuple[Event, EventBody | None]], referrals: list[Referral]) -> set[UUID | None]:
    """Everybody whom a document may name."""
    dispute = case.dispute
    found = {dispute.raiser_id, dispute.logged_by_id, dispute.lead_manager_id} | {event.actor_id for event, _ in rows}
    found |= {run.holder_id for run in case.runs} | {request.holder_id for request in case.all_requests}
    found |= {row.confirmed_by_id for row in case.confirmations} | {member.user_id for member in case.panel}
    for referral in referrals:
        found |= {referral.referred_by_id, referral.chair_id, referral.mediator_id}
    return found


def _lines(file: CaseFile, rows: list[tuple[Event, EventBody | None]]) -> Iterator[Line]:
    """The lines that the reader's record shows, in the order in which they were recorded, corrections applied."""
    entries = {entry.number: entry for entry in file.entries}
    texts = {event.number: dict(body.text) for event, body in rows if body and body.erased_at is None}
    corrected: dict[int, dict[str, Any]] = {}
    for event, _ in rows:
        if event.kind == EventKind.CORRECTED and event.number in entries and event.number in texts:
            corrected.setdefault(int(event.facts.get("line", 0)), {}).update(dict(texts[event.number].get("new", {})))
    for event, body in rows:
        if event.number in entries:
            words = as_read(texts.get(event.number, {}) | corrected.get(event.number, {}), event.facts)
            kept = {key: str(text) for key, text in in_order(words).items() if text and not isinstance(text, dict | list)}
            yield Line(event, kept, entries[event.number], erased=bool(body and body.erased_at))
