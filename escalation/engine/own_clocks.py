"""The product's own clocks, which run where the procedure leaves none: a next step, and an awaited reply. Never procedure time."""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from django.utils.translation import gettext_noop

from escalation import clocks as arithmetic
from escalation.engine.case import Case
from escalation.engine.stops import HOP
from escalation.models import AgreedAction, Clock
from escalation.procedures.definition import OWN_KEYS, SETS_ALONE
from escalation.states import EventKind, Measure, Side, State

if TYPE_CHECKING:
    from escalation.engine.turns import Turn

# The second on a receiving agency where the procedure gives its response no clock: it is asked, reminded, and sees it in My work.
NEXT_STEP, REPLY = OWN_KEYS
# Before the key of an agreed action.
ACTION = "action:"
# What is asked beside the stages. The first three run on whoever answers until they have, whatever becomes of the stage meanwhile.
ASKED = {
    "ask:conference": gettext_noop("Answer the conference request"),
    "ask:subgroup": gettext_noop("Answer for the subgroup"),
    "ask:reviewing": gettext_noop("Answer the alert about a conference’s decision"),
    "ask:interest": gettext_noop("Declare an interest, or that there is none"),
    "ask:member": gettext_noop("Replace a member of the panel"),
    "ask:date": gettext_noop("Agree or decline the proposed date"),
    "ask:set": gettext_noop("Set a date: none is agreed"),
    "ask:file": gettext_noop("Confirm the child’s file"),
    "ask:move": gettext_noop("Move it up, as was asked, or say why not"),
    "ask:refer": gettext_noop("Refer it to the partnership, as was asked, or say why not"),
    "ask:send": gettext_noop("Send it on, as nobody else has"),
    "ask:moment": gettext_noop("Set another moment to respond by"),
}
CONFERENCE, SUBGROUP, REVIEWING, INTEREST, MEMBER, DATE, SET_DATE, FILE, MOVE, REFER, SEND, MOMENT = ASKED
# These follow from the state, as a next step does: they run while it asks for them, and the line of the record that answers each ends it.
ANSWERED_BY = {
    INTEREST: {EventKind.INTEREST},
    MEMBER: {EventKind.MEMBER_REPLACED},
    DATE: {EventKind.TIMETABLE_AGREED, EventKind.TIMETABLE_DECLINED},
    SET_DATE: {EventKind.TIMETABLE_AGREED, EventKind.TIMETABLE_PROPOSED},
    FILE: {EventKind.FILED},
    MOVE: {EventKind.MOVE_HELD, EventKind.MOVED_UP},
    REFER: {EventKind.MOVE_HELD, EventKind.REFERRED},
    SEND: {EventKind.SENT_ON, EventKind.SENT_BACK},
    MOMENT: {EventKind.MADE_URGENT},
}
# That it goes up: to the next stage, or where that is the partnership's, before it.
UPWARD = frozenset({MOVE, REFER})
# What takes it on: where it is urgent, by the raising side's own moment.
ONWARD = UPWARD | {SEND}
# Asked of several in one place, each by name.
BY_NAME = frozenset({INTEREST})
# What follows from the state and is asked of whoever holds it in one place, or held it last: it goes with the turn to whoever else is there.
OF_TURNS = ({NEXT_STEP} | ANSWERED_BY.keys()) - BY_NAME
AGREED_DATE = gettext_noop("The date that the sides agreed for this action.")
AGREED_DATE_PASSED = gettext_noop("The date that the sides agreed for this action has passed. This one runs from when it was reopened.")
NEXT_STEP_DAYS = 2
CLOSING_DAYS = 10
HOP_DAYS = 1
MOMENT_WITHIN = arithmetic.Within(2, arithmetic.Unit.CLOCK_HOUR)
OWN_MOMENT = gettext_noop("The moment that the raising side set, because it is urgent. This is not procedure time.")
CHAIRS_DATE = gettext_noop("The date that was set when receipt was acknowledged. This is not procedure time.")
AFTER_MEETING = gettext_noop("What the panel decides is expected by the end of 2 working days after it meets. This is not procedure time.")
STAGES_TIME = gettext_noop("A reply is expected by the end of the procedure’s own time for this stage. This is not procedure time.")
WITHIN_HOURS = gettext_noop("Another moment is expected within 2 hours, day or night, because it is urgent. This is not procedure time.")
BEFORE_MEETING = gettext_noop("It is expected before the panel meets. This is not procedure time.")
BEFORE_DATE = gettext_noop("An answer is expected before the date that is proposed. This is not procedure time.")
NO_DATE = gettext_noop("No date is agreed yet: the two sides set one by the end of the next working day.")
NO_DATE_SET = gettext_noop("No date is set yet: the chair sets one by the end of 2 working days, when acknowledging it.")

# Whole sentences, one for each length that a product clock has: they are kept in English and looked up where they are shown.
STEPS = {
    HOP_DAYS: gettext_noop("A reply is expected by the end of 1 working day. This is not procedure time."),
    NEXT_STEP_DAYS: gettext_noop("A reply is expected by the end of 2 working days. This is not procedure time."),
    CLOSING_DAYS: gettext_noop("A reply is expected by the end of 10 working days. This is not procedure time."),
}


# Why what is asked is due sooner than the usual days where the matter itself has a moment.
SOONER = {INTEREST: BEFORE_MEETING, MEMBER: BEFORE_MEETING, DATE: BEFORE_DATE}


class Asking(Protocol):
    """A clock, or as much of one as says what it asks."""

    @property
    def key(self) -> str: ...
    @property
    def measures(self) -> str: ...
    @property
    def owed_by(self) -> str: ...


def follows_state(clock: Asking) -> bool:
    """Whether the clock runs because of whose turn it is: a next step, or what the state asks beside it."""
    return clock.key == NEXT_STEP or clock.key in ANSWERED_BY


def step_sentence(days: int) -> str:
    """The working-out of a product clock of so many working days: one of the lengths above."""
    return STEPS[days]


def replies(case: Case, now: datetime) -> list[Clock]:
    """A new clock for each awaiting request whose response no clock runs on: two working days, or the raiser's own moment if urgent."""
    timed = {clock.request_id for clock in case.running() if clock.measures == Measure.RESPONSE or clock.key == REPLY}
    due, sentence = reply_due(case, now)
    return [
        Clock(
            dispute=case.dispute,
            run=case.run,
            request=request,
            stage=case.dispute.stage,
            key=REPLY,
            measures=Measure.NEXT_STEP,
            owed_by=Side.RECEIVING,
            agency_id=request.agency_id,
            owner_id=request.holder_id,
            is_procedural=False,
            is_urgent=case.dispute.is_urgent,
            started_at=now,
            due_at=due,
            working_out={"sentence": sentence},
        )
        for request in case.awaiting
        if request.pk not in timed and request.bounced_at is None
    ]


def reply_due(case: Case, now: datetime) -> tuple[datetime, str]:
    """Until when a response that the procedure gives no clock is awaited, asked now, and why, in English."""
    by = case.dispute.respond_by if case.dispute.is_urgent else None
    if by is not None and by > now:
        return by, OWN_MOMENT
    return arithmetic.next_step_due(now, case.calendar, NEXT_STEP_DAYS), step_sentence(NEXT_STEP_DAYS)


def agreeing_due(case: Case, owed_by: Side, start: datetime) -> tuple[datetime, str]:
    """Until when a date is set where the procedure leaves it to the two sides, or before the partnership to the chair, who has until then to
    acknowledge it; and why, in English."""
    if owed_by in SETS_ALONE:
        return arithmetic.next_step_due(start, case.calendar, NEXT_STEP_DAYS), NO_DATE_SET
    return arithmetic.next_step_due(start, case.calendar, HOP_DAYS), NO_DATE


def ask(case: Case, key: str, side: Side, now: datetime, *, owner: UUID | None, agency: UUID | None = None) -> Clock:
    """A new clock on an answer that is asked beside the stages: two working days, at once reminded of where nobody answers."""
    return Clock(
        dispute=case.dispute,
        stage=case.dispute.stage,
        key=key,
        measures=Measure.ACTION,
        owed_by=side,
        agency_id=agency,
        owner_id=owner,
        is_procedural=False,
        started_at=now,
        due_at=arithmetic.next_step_due(now, case.calendar, NEXT_STEP_DAYS),
        working_out={"sentence": step_sentence(NEXT_STEP_DAYS)},
    )


def of_action(case: Case, action: AgreedAction, now: datetime) -> Clock:
    """A new clock on an agreed action, to the date that the sides agreed; two working days from now where that has passed."""
    late = action.due_at <= now
    return Clock(
        dispute=case.dispute,
        action=action,
        stage=action.event.stage,
        key=f"{ACTION}{action.pk}",
        measures=Measure.ACTION,
        owed_by=Side.RAISING if action.agency_id == case.raising_id else Side.RECEIVING,
        agency_id=action.agency_id,
        owner_id=action.owner_id,
        is_procedural=False,
        started_at=now,
        due_at=arithmetic.next_step_due(now, case.calendar, NEXT_STEP_DAYS) if late else action.due_at,
        working_out={"sentence": AGREED_DATE_PASSED if late else AGREED_DATE},
    )


def _of_chair(case: Case, now: datetime, usual: datetime) -> tuple[datetime, str] | None:
    """By when the chair chooses a route: never after the date that the chair set. And by when what a chosen route comes to is recorded: by that date,
    and never before a panel has met. None by the usual days."""
    referral = case.referral
    if referral is None or referral.decided_at is not None:
        return None
    if not referral.route:
        return (referral.resolve_by, CHAIRS_DATE) if referral.resolve_by is not None and now < referral.resolve_by < usual else None
    meets_at = case.panel[0].panel.meets_at if case.panel else now
    after = arithmetic.next_step_due(meets_at, case.calendar, NEXT_STEP_DAYS)
    if referral.resolve_by is not None and referral.resolve_by > max(now, meets_at):
        return referral.resolve_by, CHAIRS_DATE
    return (after, AFTER_MEETING) if meets_at > now else None


def _within_stage(case: Case, now: datetime, usual: datetime) -> tuple[datetime, str] | None:
    """By when the raising side says what a response comes to where the procedure's own time for what follows ends sooner; None by the usual days."""
    owed = [clock.effective_due for clock in case.running() if clock.is_procedural and clock.owed_by in {Side.RAISING, Side.EACH}]
    due = min((moment for moment in owed if moment > now), default=usual)
    return (due, STAGES_TIME) if due < usual else None


def step_days(case: Case, stage: int) -> int:
    """How many working days are usual for what is asked at this stage as things stand."""
    if stage == HOP:
        return HOP_DAYS
    return CLOSING_DAYS if case.dispute.state == State.RESOLVED else NEXT_STEP_DAYS


def next_step(case: Case, turn: "Turn", now: datetime) -> Clock:
    """A new clock on one of those whose turn it is now."""
    days = step_days(case, case.dispute.stage)
    due, sentence = arithmetic.next_step_due(now, case.calendar, days), step_sentence(days)
    if turn.side == Side.CHAIR:
        due, sentence = _of_chair(case, now, due) or (due, sentence)
    elif turn.request is not None and turn.side == Side.RAISING:
        due, sentence = _within_stage(case, now, due) or (due, sentence)
    if turn.by is not None and now < turn.by < due:
        due, sentence = turn.by, SOONER[turn.key]
    if turn.key == MOMENT:
        due, sentence = arithmetic.due_moment(now, MOMENT_WITHIN, arithmetic.Rule(), case.calendar), WITHIN_HOURS
    own = case.dispute.respond_by if case.dispute.is_urgent and turn.key in ONWARD else None
    is_hurried = own is not None and now < own < due
    if own is not None and is_hurried:
        due, sentence = own, OWN_MOMENT
    return Clock(
        dispute=case.dispute,
        run=case.run,
        request_id=turn.request,
        stage=case.dispute.stage,
        key=turn.key,
        measures=Measure.NEXT_STEP,
        owed_by=turn.side,
        agency_id=turn.agency,
        owner_id=turn.owner,
        is_procedural=False,
        is_urgent=is_hurried or turn.key == MOMENT,
        started_at=now,
        due_at=due,
        working_out={"sentence": sentence},
    )
