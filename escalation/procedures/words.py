"""A procedure in the words of its page: who acts, every clock as a sentence, what each stage asks for and tells."""

from collections.abc import Iterable
from datetime import time

from agencies.roles import Role
from escalation.clocks import Moment, StartRule, Unit, Within
from escalation.procedures.definition import Acting, ClockDefinition, OnTime, ProcedureDefinition, Requirement, StageDefinition
from escalation.procedures.recorded import RECORDED
from escalation.states import EventKind, Force, Measure, Route, Side

OWES = {
    Side.RAISING: "The raising agency",
    Side.RECEIVING: "Each receiving agency",
    Side.EACH: "Both sides",
    Side.CHAIR: "The chair",
    Side.PARTNERSHIP: "The partnership",
}
WHAT = {
    Measure.TOLD: "tell the own manager",
    Measure.ENTRY: "begin the stage",
    Measure.ACKNOWLEDGEMENT: "acknowledge",
    Measure.RESPONSE: "respond",
    Measure.DISCUSSION: "discuss it",
    Measure.AGREEMENT: "agree",
    Measure.ACTION_PLAN: "agree an action plan",
    Measure.MEETING: "meet",
    Measure.LETTER: "send the outcome in writing",
    Measure.FORM: "complete the form",
    Measure.MOVE_UP: "move it up, if the concern continues,",
    Measure.COMPLETION: "complete the stage",
    Measure.RESOLUTION: "resolve it",
    Measure.CAP: "resolve it",
    Measure.ACTION: "do what was agreed",
    Measure.FEEDBACK: "give feedback",
    Measure.NEXT_STEP: "take the next step",
}
FROM = {
    EventKind.SUBMITTED: "logging",
    EventKind.SENT: "sending it to the other agency",
    EventKind.ENTERED: "the start of the stage",
    EventKind.RECEIVED: "receipt",
    EventKind.ACKNOWLEDGED: "the acknowledgement",
    EventKind.ANSWERED: "the response",
    EventKind.REJECTED: "the response not being accepted",
    EventKind.MEETING: "the meeting",
    EventKind.ACTION_AGREED: "the agreement on actions",
    EventKind.MOVE_ASKED: "the request to move up",
    EventKind.MOVED_UP: "moving up",
    EventKind.REFERRED: "the referral",
    EventKind.ROUTE_CHOSEN: "the choice of route",
    EventKind.CONVENED: "convening the panel",
    EventKind.OUTCOME_PROPOSED: "proposing an outcome",
}
REQUIRED = {
    Requirement.EFFORTS: "what was tried before",
    Requirement.REASONS: "the reasons for going to this stage",
    Requirement.TIMETABLE: "a date that both sides agree",
    Requirement.MEETING: "a meeting, recorded",
    Requirement.ACTION_PLAN: "an agreed course of action with dates",
    Requirement.LEAD_MANAGER: "a lead manager who follows the action plan",
}
FORCE = {Force.BINDING: "final and binding", Force.ADVISORY: "a recommendation", Force.MEDIATION: "the agencies decide"}
TOLD_TOO = {
    "resolution": "when it is resolved",
    "cap passed": "when the overall limit has passed",
    "urgent": "when it is urgent",
    "partnership meeting": "when it reaches a partnership meeting",
    "agency stays out": "when an agency stays out and others disagree with that",
}


def sentence(parts: Iterable[str], last: str = "and") -> str:
    """Words joined as a person lists them: a, b and c."""
    words = [part for part in parts if part]
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def underscored(word: str) -> str:
    """A key of the file as words."""
    return word.replace("_", " ")


def acting_words(acting: Acting, level_word: str) -> str:
    """Who acts on one side: the procedure's own words with the level, else the roles."""
    roles = sentence((str(Role(role).label) for role in acting.roles), "or")
    who = acting.words or roles
    level = f"{level_word} {acting.level}" if acting.level else ""
    return f"{who} ({level})" if who and level else who or level.capitalize()


def roles_words(roles: Iterable[str]) -> str:
    """Roles as a person lists them: "Manager or supervisor, or safeguarding lead"."""
    return sentence((str(Role(role).label) for role in roles), "or")


def _start_words(event: str) -> str:
    if event.startswith("end of "):
        return f"the end of the time for {underscored(event.removeprefix('end of '))}"
    if event.startswith("fact: "):
        return f"the date of: {event.removeprefix('fact: ')}"
    return FROM.get(EventKind(event), underscored(event))


def _condition_words(conditions: tuple[str, ...]) -> str:
    named = {"urgent": "it is urgent", "not urgent": "it is not urgent", "agreed": "it is agreed", "not agreed": "it is not agreed"}
    return f"Where {sentence(named.get(words, words) for words in conditions)}, " if conditions else ""


def _within_words(within: Within) -> str:
    odd = {Unit.AT_ONCE: "at once after", Unit.SAME_WORKING_DAY: "on the same working day as", Unit.NEXT_WORKING_DAY: "by the working day after"}
    return odd.get(within.unit) or f"within {within.words()} of"


def clock_sentence(clock: ClockDefinition) -> str:
    """The clock as one sentence: who owes what, within how long, from when."""
    who, what = OWES[clock.owed_by], WHAT[clock.measures]
    since = sentence((_start_words(event) for event in clock.starts_on), "or")
    verb = f"{who} {'are' if clock.owed_by is Side.EACH else 'is'} to {what}"
    if clock.within.unit is Unit.AGREED:
        when = "by a date that is agreed (until one is, the next step is due by the end of the next working day)"
    else:
        when = f"{_within_words(clock.within)} {since}"
    less = ", or sooner where the risk demands it" if clock.or_less else ""
    over = f", over stages {clock.over[0]} to {clock.over[1]}" if clock.over else ""
    said = f"{_condition_words(clock.conditions)}{verb[0].lower()}{verb[1:]} {when}{over}{less}."
    return f"{said[0].upper()}{said[1:]}"


def on_time_sentence(on_time: OnTime) -> str:
    """What happens when the clock's time has passed."""
    parts = ["people are reminded" if on_time.remind else "it is recorded"]
    if on_time.alert_unit:
        parts.append("the business unit is alerted")
    if on_time.offer:
        parts.append("moving up is offered to the raising side")
    if on_time.move_up_after:
        parts.append(f"it moves up by itself after {on_time.move_up_after.words()} more, unless someone stops it")
    return f"When the time has passed, {sentence(parts)}."


def route_words(stage: StageDefinition) -> tuple[str, ...]:
    """The partnership's routes with what a decision there does."""
    if stage.partnership is None:
        return ()
    force = stage.partnership.force
    return tuple(f"{route.label}: {FORCE[force[route.value]]}" if route.value in force else str(route.label) for route in stage.partnership.routes)


def panel_words(stage: StageDefinition) -> str:
    """Who sits on the panel; empty where there is none."""
    own = stage.partnership
    if own is None or Route.PANEL not in own.routes:
        return ""
    parties = ", the agencies concerned among them" if own.panel_includes_parties else ""
    chair = f", chaired by: {own.panel_chair}" if own.panel_chair else ""
    return f"At least {own.panel_agencies} agencies{parties}{chair}"


def refer_words(stage: StageDefinition) -> str:
    """Who may refer to the partnership, and through whom."""
    if stage.partnership is None:
        return ""
    via = ", through the business manager" if stage.partnership.via_business_manager else ""
    return sentence((str(Role(role).label) for role in stage.partnership.refer_roles), "or") + via


def counting_sentence(definition: ProcedureDefinition) -> str:
    """How the procedure counts its days."""
    due = "at the same time of day" if any(c.moment == Moment.SAME_TIME for s in definition.stages for c in s.clocks) else "by the end of the day"
    if definition.start_rule is StartRule.PLAIN:
        return f"The day on which a clock starts is not counted; each clock is due {due}."
    close = {"office_hours": "outside office hours", "none": "on a day that is not a working day"}
    outside = close.get(str(definition.close)) or f"after {_hour(definition.close)} or on a day that is not a working day"
    return f"What starts {outside} counts from the next opening; each clock is due {due}."


def _hour(close: time | str) -> str:
    if not isinstance(close, time):
        return close
    minutes = f":{close.minute:02}" if close.minute else ""
    return f"{close.hour % 12 or 12}{minutes}{'am' if close.hour < 12 else 'pm'}"


def told_words(definition: ProcedureDefinition) -> str:
    """When the business unit is told, in one sentence; the stages' own lines say it again where it applies."""
    stages = sentence(f"{definition.stage_word} {stage.number or stage.position}" for stage in definition.stages if stage.tells_unit)
    also = [TOLD_TOO[words] for words in definition.informs_unit if words in TOLD_TOO]
    said = sentence([f"at {stages}" if stages else "", *also])
    return f"{said[:1].upper()}{said[1:]}." if said else "Not told by the procedure."


def recorded_rows(definition: ProcedureDefinition) -> tuple[tuple[str, str], ...]:
    """What is kept and shown only, as (words, value)."""
    return tuple((RECORDED[key][0], value) for key, value in definition.recorded_only if key in RECORDED)


def around_rows(definition: ProcedureDefinition) -> tuple[tuple[str, str], ...]:
    """What stands around the stages, as (words, value): only what the procedure provides for."""
    rows = []
    if definition.conference_after is not None:
        number = definition.stage(definition.conference_after).number or definition.conference_after
        after = f"After {definition.stage_word} {number}, supported by a senior manager or a safeguarding lead"
        rows.append(("A conference may formally be asked for", f"{after}; children’s social care answers, and one request waits at a time."))
    if definition.subgroup is not None:
        matters = sentence((f"{matter.label[:1].lower()}{matter.label[1:]}" for matter in definition.subgroup.takes), "or")
        rows.append((definition.subgroup.name, f"Hears where this applies: {matters}. It decides no case: the agencies do."))
    return tuple(rows)


def times(stage: StageDefinition, definition: ProcedureDefinition) -> str:
    """The stage's clocks in a few words each; the overall limit where it has none of its own."""
    said = [f"{clock.measures.label}: {_short(clock.within)}" for clock in stage.clocks]
    limits = [cap.within.words() for cap in definition.caps if cap.over and cap.over[0] <= stage.position <= cap.over[1]]
    return "; ".join(said) or (f"Within the overall limit of {limits[0]}" if limits else "No time of its own")


def _short(within: Within) -> str:
    return "a date that is agreed" if within.unit is Unit.AGREED else within.words()


def asked_words(stage: StageDefinition) -> str:
    """What the stage asks for, in one sentence; empty where it asks for nothing of its own."""
    asked = sentence(REQUIRED[Requirement(item)] for item in stage.requires)
    return f"{asked[:1].upper()}{asked[1:]}." if asked else ""
