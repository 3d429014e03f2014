"""One disagreement as its page shows it to one person: head, summary, stages, what happens next, the record, actions, dates and outcome."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.person import Person
from agencies.words import short_day
from escalation import policy
from escalation.action_policy import sees_to
from escalation.engine import clockwork
from escalation.engine.case import Case
from escalation.engine.own_clocks import follows_state
from escalation.engine.perform import Seen, possible
from escalation.engine.turns import Turn, turn_of
from escalation.models import AgreedAction, Attachment, Clock, Event, Request
from escalation.record_policy import is_own_side, may_read_line, may_redact, may_see_clock
from escalation.selectors import beside as beside_it
from escalation.selectors.around import Related, known_of, others_of
from escalation.selectors.asked import Task, closed_by, closing_tasks, stage_tasks
from escalation.selectors.explained import explained
from escalation.selectors.files import FileLine, files_of
from escalation.selectors.guests import guest_words
from escalation.selectors.keeping import keeping_notes
from escalation.selectors.naming import names_of, people_on
from escalation.selectors.next_step import Step, asked_in_words, led_to_actions, step_of, turn_for
from escalation.selectors.notes import Note, notes_of
from escalation.selectors.reaching import ToTry, to_try
from escalation.selectors.stages import Stage, stages_of
from escalation.selectors.timeline import Entry, Names, named_in, read_events, record_of
from escalation.selectors.words import Due, area_of, due_at, due_of, names
from escalation.services.requirements import unwritten
from escalation.services.resolution import missing_for_close, unfiled
from escalation.states import Basis, ClockState, Difference, Door, EventKind, Measure, Outcome, Plan, RequestState, Setting, Side, State, Theme, Verb


@dataclass(frozen=True, slots=True)
class Holding:
    """One receiving agency's request: who holds it, who may answer without an account, whether it came, where it stands, whom else to try."""

    agency: str
    holder: str
    post: str
    state: str
    delivery: str
    others: list[ToTry]
    guest: str = ""


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock, running or ended: what it asked, of whom, its moment and the one that stands before it. `clock` is the key of one that runs.

    `whose` says whose date it is where it is not plainly the procedure's: "agreed", "urgent" (the raising side's own), "ours" (no procedure time),
    "left" (the procedure leaves it to the sides, who agreed it).
    """

    what: str
    owed_by: str
    due: datetime
    agreed: datetime | None
    standing: Due
    working_out: dict[str, Any]
    clock: UUID | None = None
    whose: str = ""


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One agreed action."""

    id: UUID
    what: str
    agency: str
    owner: str
    due: Due
    is_done: bool


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """The wording that was proposed or confirmed, and by whom."""

    kind: str
    wording: str
    outstanding: str
    is_binding: bool
    confirmed: list[str]
    missing: list[str]
    difference: str


@dataclass(slots=True)
class CaseFile:
    """Everything that the page shows. `narrative` is false for somebody who may know of the disagreement but not read what was typed."""

    reference: str
    seen: str
    title: str
    raising: str
    receiving: str
    status: dict[str, str]
    narrative: bool
    sees_child: bool
    turn: Turn
    step: Step
    stages: list[Stage]
    entries: list[Entry]
    verbs: list[Verb]
    summary: list[dict[str, str]] = field(default_factory=list)
    particulars: list[dict[str, str]] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    clocks: list[ClockLine] = field(default_factory=list)
    actions: list[ActionLine] = field(default_factory=list)
    outcome: OutcomeLine | None = None
    filed: list[str] = field(default_factory=list)
    unfiled: list[str] = field(default_factory=list)
    asked: list[Task] = field(default_factory=list)
    beside: list[Task] = field(default_factory=list)
    standing: list[dict[str, str]] = field(default_factory=list)
    closing: list[Task] = field(default_factory=list)
    closed_by: str = ""
    is_resolved: bool = False
    has_continuing_concern: bool = False
    left_out: str = ""
    local_references: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    files: list[FileLine] = field(default_factory=list)


def case_file(case: Case, person: Person, now: datetime, *, known: Names | None = None) -> CaseFile:
    """The page's content for this person at this instant, with the names of `people_on` where they are `known`. However long the record is, as many
    queries; what it does not tell of is not looked for."""
    events = read_events(case)
    kinds = {event.kind for event, _ in events}
    clocks = every_clock(case)
    actions = actions_of(case, person, events)
    children = known_of(case, person)
    known = known or names_of(case, people_on(case, events, clocks, actions), events)
    narrative, theirs = policy.reads_narrative(person, case), sees_to(person, case)
    done, undone = filed(case, known) if case.dispute.state in {State.RESOLVED, State.CLOSED} else ([], [])
    verbs = _worth_offering(possible(case, person), case, person, known, undone)
    if not any(event.body_digest and may_redact(person, case, event) for event, _ in events):
        verbs = [verb for verb in verbs if verb != Verb.REDACT]
    others = others_of(case, person, children, named=named_in([events]), has_links=EventKind.LINKED in kinds)
    told_of = {row.event_id for row in actions if row.pk in theirs}
    record = record_of(case, person, events, known, narrative=narrative, seen=others.seen, agreed=told_of)
    turn = turn_of(case)
    lines = [_action_line(row, case, now, known, record.wordings) for row in actions if narrative or row.pk in theirs]
    agreed = {line.id: line.what for line in lines if not line.is_done and line.id in theirs}
    # What was asked and is over is on the record: it was no date of the procedure.
    shown = [c for c in clocks if may_see_clock(c, case, person) and not (follows_state(c) and c.state != ClockState.RUNNING)]
    step = step_of(case, person, now, turn_for(case, person), verbs, shown, known)
    return CaseFile(
        reference=case.dispute.reference,
        seen=str(Seen.of(case.dispute)),
        title=title_of(case) if narrative else _("Disagreement"),
        raising=known.agency(case.raising_id),
        receiving=names(sorted(known.agency(key) for key in case.receiving_ids)),
        status=status_of(case, now),
        narrative=narrative,
        sees_child=policy.sees_child(person, case),
        turn=turn,
        step=led_to_actions(step, case, person, now, shown, known, agreed),
        stages=stages_of(case, clocks, person, now),
        entries=record.entries,
        verbs=verbs,
        summary=summary_of(record.texts) if narrative else [],
        particulars=_particulars(case, record.texts, known.people) if narrative else [],
        holdings=[_holding(request, known, to_try(case, request, person)) for request in case.requests],
        clocks=[_clock_line(clock, case, now, known) for clock in shown],
        actions=lines,
        outcome=_outcome(case, known, record.wordings) if narrative else None,
        filed=done,
        unfiled=undone,
        asked=stage_tasks(case) if policy.takes_part(person, case) or narrative else [],
        beside=[Task(verb, words, done=is_done) for verb, words, is_done in beside_it.to_do(case, person, verbs)],
        standing=beside_it.standing(case, [event for event, _ in events], known, own_side=is_own_side(person, case)) if narrative else [],
        closing=closing_tasks(case, person, undone),
        closed_by=closed_by(case, person),
        is_resolved=case.dispute.state == State.RESOLVED,
        has_continuing_concern=case.dispute.has_continuing_concern,
        left_out=case.dispute.left_out,
        local_references=[reference for _, reference in children.references],
        notes=keeping_notes(case, person) + _notes(case, person, known, narrative=narrative),
        related=others.related,
        files=files_of(case, person, case.attached if case.is_whole else Attachment.objects.of(case.dispute), known),
    )


def every_clock(case: Case) -> list[Clock]:
    """Its clocks, those that ended too, in the order in which they started. No query where the case was read whole."""
    rows = case.clocks if case.is_whole else Clock.objects.filter(dispute=case.dispute)
    return sorted(rows, key=lambda clock: (clock.started_at, clock.due_at, clock.pk))


def actions_of(case: Case, person: Person, events: Iterable[tuple[Event, Any]]) -> list[AgreedAction]:
    """The agreed actions of whose line of the record this person may know, the soonest first. No query where the case was read whole."""
    known = {event.pk for event, _ in events if may_read_line(person, case, event)}
    rows = case.actions if case.is_whole else AgreedAction.objects.filter(dispute=case.dispute).order_by("due_at")
    return [row for row in rows if row.event_id in known]


def _notes(case: Case, person: Person, known: Names, *, narrative: bool) -> list[Note]:
    of_raising_side = policy.side_of(person, case) == (Side.RAISING, case.raising_id)
    return notes_of(case, known, of_raising_side=of_raising_side) if narrative else []


def _worth_offering(verbs: list[Verb], case: Case, person: Person, known: Names, unfiled: list[str]) -> list[Verb]:
    """What is possible, less the closing tasks that this person has done or that cannot be finished yet."""
    side, dispute = policy.side_of(person, case), case.dispute
    over = {
        Verb.CONFIRM_FILE: side is None or known.agency(side[1]) not in unfiled,
        Verb.RECORD_LEARNING: dispute.learning_at is not None,
        Verb.WRITE_SUMMARY: dispute.summary_at is not None and not unwritten(case),
        Verb.RECORD_DEBRIEF: dispute.debrief_at is not None,
        Verb.CONSIDER_REVIEW: bool(dispute.review),
        Verb.CLOSE: dispute.state == State.RESOLVED and not policy.oversees(person, case) and bool(missing_for_close(case)),
    }
    return [verb for verb in verbs if not over.get(verb)]


def title_of(case: Case) -> str:
    """What it is about: its first area, the others are with the particulars."""
    return area_of(case.dispute.themes) or _("Disagreement")


def status_of(case: Case, now: datetime) -> dict[str, str]:
    """The one word that says where it stands."""
    state = State(case.dispute.state)
    if state != State.OPEN:
        tone = {State.RESOLVED: "done", State.CLOSED: "done"}.get(state, "later")
        return {"word": str(state.label), "tone": tone}
    late = any(clock.effective_due < now for clock in case.running() if clock.measures != Measure.ACTION)
    if late:
        return {"word": _("Overdue"), "tone": "overdue"}
    return {"word": _("Urgent"), "tone": "soon"} if case.dispute.is_urgent else {"word": _("Open"), "tone": "info"}


def summary_of(texts: dict[str, str]) -> list[dict[str, str]]:
    """What is disputed, its impact, what is sought and what was tried, in the words of whoever raised it."""
    rows = (
        ("what", _("What is disputed")),
        ("impact", _("Impact on the child")),
        ("outcome_sought", _("Outcome sought")),
        ("tried", _("Tried so far")),
    )
    return [{"key": label, "value": texts.get(key, "")} for key, label in rows]


def _particulars(case: Case, texts: dict[str, str], people: Mapping[UUID, str]) -> list[dict[str, str]]:
    """The shorter answers, those that were given."""
    dispute = case.dispute
    disputed = people.get(dispute.disputed_person_id, "") if dispute.disputed_person_id else ""
    arose = short_day(dispute.arose_on) if dispute.arose_on else ""
    rows = [
        (_("It is also"), str(Door(dispute.door).label) if dispute.door else ""),
        (_("Areas"), names([str(Theme(theme).label) for theme in dispute.themes])),
        (_("Where it arose"), str(Setting(dispute.setting).label) if dispute.setting else ""),
        (_("When it arose"), arose),
        (_("Rests on"), str(Basis(dispute.basis).label) if dispute.basis else ""),
        (_("The child's plan"), str(Plan(dispute.plan).label) if dispute.plan else ""),
        (_("Level of need"), str(dispute.level_of_need or "")),
        (_("Consulted"), texts.get("consulted", "")),
        (_("Other agencies that work with the child"), texts.get("involved", "")),
        (_("Child and parents told"), texts.get("family_told", "")),
        (_("The child's and family's view"), texts.get("family_view", "")),
        (_("Why it needs a response sooner"), texts.get("why_sooner", "")),
        (_("Whose decision it is"), names(list(filter(None, [disputed, texts.get("disputed_name", "")])))),
        (_("Why it started higher"), texts.get("start_reason", "")),
        (_("Out of hours"), texts.get("out_of_hours", "")),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def _holding(request: Request, known: Names, others: list[ToTry]) -> Holding:
    return Holding(
        agency=known.agency(request.agency_id),
        holder=known.people.get(request.holder_id, "") if request.holder_id else "",
        post=request.holder_post,
        state=str(RequestState(request.state).label),
        delivery=_delivery(request),
        others=others,
        guest=guest_words(request),
    )


def _delivery(request: Request) -> str:
    if request.bounced_at is not None:
        return _("The message came back")
    if request.opened_at is not None:
        return _("Opened")
    return _("Message delivered") if request.delivered_at is not None else _("Not known to have arrived yet")


def _clock_line(clock: Clock, case: Case, now: datetime, known: Names) -> ClockLine:
    who = known.people.get(clock.owner_id, "") if clock.owner_id else ""
    return ClockLine(
        what=asked_in_words(case, clock, known),
        owed_by=", ".join(filter(None, [who, known.agency(clock.agency_id)])) or known.partnership,
        due=clock.due_at,
        agreed=clock.agreed_due_at,
        standing=due_of(clock, now, case.calendar),
        working_out=explained(case, clock),
        clock=clock.pk if clock.state == ClockState.RUNNING else None,
        whose=_whose(clock, case),
    )


def _whose(clock: Clock, case: Case) -> str:
    if clock.agreed_due_at is not None and not clockwork.is_agreed(case, clock):
        return "urgent"
    if clock.is_procedural:
        return "agreed" if clock.agreed_due_at is not None else ""
    if clock.agreed_due_at is not None:
        return "left"
    return "" if clock.measures == Measure.ACTION else "ours"


def _action_line(row: AgreedAction, case: Case, now: datetime, known: Names, wordings: dict[UUID, dict[str, str]]) -> ActionLine:
    done = Due(_("Done"), "done", row.done_at) if row.done_at else due_at(row.due_at, now, case.calendar)
    owner = known.people.get(row.owner_id, "") if row.owner_id else ""
    what = str(wordings.get(row.event_id, {}).get("what", ""))
    return ActionLine(id=row.pk, what=what, agency=known.agency(row.agency_id), owner=owner, due=done, is_done=row.done_at is not None)


def _outcome(case: Case, known: Names, wordings: dict[UUID, dict[str, str]]) -> OutcomeLine | None:
    proposal = case.proposal
    if proposal is None:
        return None
    words = wordings.get(proposal.event_id, {})
    confirmed = [
        f"{known.agency(row.agency_id)}: " + (_("no reply, recorded by ") if row.is_gap else _("confirmed by ")) + known.who(row.confirmed_by_id)
        for row in sorted(case.confirmations, key=lambda row: row.confirmed_at)
    ]
    done = {row.agency_id for row in case.confirmations}
    missing = sorted(known.agency(key) for key in (case.receiving_ids | {case.raising_id}) - done)
    return OutcomeLine(
        kind=str(Outcome(proposal.kind).label),
        wording=str(words.get("wording", "")),
        outstanding=str(words.get("outstanding", "")),
        is_binding=proposal.is_binding,
        confirmed=confirmed,
        missing=missing,
        difference=str(Difference(case.dispute.difference).label) if case.dispute.difference else "",
    )


def filed(case: Case, known: Names) -> tuple[list[str], list[str]]:
    """The agencies that confirmed the child's file, and those that have yet to."""
    missing = unfiled(case)
    parties = sorted(case.receiving_ids | {case.raising_id}, key=known.agency)
    return [known.agency(key) for key in parties if key not in missing], [known.agency(key) for key in parties if key in missing]
