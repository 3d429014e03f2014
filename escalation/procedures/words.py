"""A procedure in the words of its page: who acts, every clock as a sentence, what each stage asks for and tells."""

from collections.abc import Iterable, Sequence
from datetime import time
from functools import reduce

from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from agencies.roles import Role
from agencies.words import Words, clock_time, joined, lower_first, upper_first
from escalation.clocks import Moment, StartRule, Unit, Within
from escalation.procedures.definition import SETS_ALONE, Acting, ClockDefinition, OnTime, ProcedureDefinition, Requirement, StageDefinition
from escalation.procedures.recorded import RECORDED
from escalation.states import EventKind, Force, Measure, Route, Side

OWES = {
    Side.RAISING: _("The raising agency"),
    Side.RECEIVING: _("Each receiving agency"),
    Side.EACH: _("Both sides"),
    Side.CHAIR: _("The chair"),
    Side.PARTNERSHIP: _("The partnership"),
}
WHAT = {
    Measure.TOLD: _("tell the own manager"),
    Measure.ENTRY: _("begin the stage"),
    Measure.ACKNOWLEDGEMENT: _("acknowledge"),
    Measure.RESPONSE: _("respond"),
    Measure.DISCUSSION: _("discuss it"),
    Measure.AGREEMENT: _("agree"),
    Measure.ACTION_PLAN: _("agree an action plan"),
    Measure.MEETING: _("meet"),
    Measure.LETTER: _("send the outcome in writing"),
    Measure.FORM: _("complete the form"),
    Measure.MOVE_UP: _("move it up, if the concern continues,"),
    Measure.COMPLETION: _("complete the stage"),
    Measure.RESOLUTION: _("resolve it"),
    Measure.CAP: _("resolve it"),
    Measure.ACTION: _("do what was agreed"),
    Measure.FEEDBACK: _("give feedback"),
    Measure.NEXT_STEP: _("take the next step"),
}
FROM = {
    EventKind.SUBMITTED: _("logging"),
    EventKind.SENT: _("sending it to the other agency"),
    EventKind.ENTERED: _("the start of the stage"),
    EventKind.RECEIVED: _("receipt"),
    EventKind.ACKNOWLEDGED: _("the acknowledgement"),
    EventKind.ANSWERED: _("the response"),
    EventKind.REJECTED: _("the response not being accepted"),
    EventKind.MEETING: _("the meeting"),
    EventKind.ACTION_AGREED: _("the agreement on actions"),
    EventKind.MOVE_ASKED: _("the request to move up"),
    EventKind.MOVED_UP: _("moving up"),
    EventKind.REFERRED: _("the referral"),
    EventKind.ROUTE_CHOSEN: _("the choice of route"),
    EventKind.CONVENED: _("convening the panel"),
    EventKind.OUTCOME_PROPOSED: _("proposing an outcome"),
}
REQUIRED = {
    Requirement.EFFORTS: _("what was tried before"),
    Requirement.REASONS: _("the reasons for going to this stage"),
    Requirement.TIMETABLE: _("a date that both sides agree"),
    Requirement.MEETING: _("a meeting, recorded"),
    Requirement.ACTION_PLAN: _("an agreed course of action with dates"),
    Requirement.LEAD_MANAGER: _("a lead manager who follows the action plan"),
}
LENGTHS = {
    Unit.WORKING_DAY: ngettext_lazy("{n} working day", "{n} working days", "n"),
    Unit.WORKING_HOUR: ngettext_lazy("{n} working hour", "{n} working hours", "n"),
    Unit.CLOCK_HOUR: ngettext_lazy("{n} clock hour", "{n} clock hours", "n"),
    Unit.CLOCK_MINUTE: ngettext_lazy("{n} minute", "{n} minutes", "n"),
    Unit.CALENDAR_DAY: ngettext_lazy("{n} calendar day", "{n} calendar days", "n"),
    Unit.WORKING_WEEK: ngettext_lazy("{n} working week", "{n} working weeks", "n"),
    Unit.AT_ONCE: _("at once"),
    Unit.SAME_WORKING_DAY: _("same working day"),
    Unit.NEXT_WORKING_DAY: _("next working day"),
    Unit.AGREED: _("agreed"),
}
COUNTED = frozenset(list(LENGTHS)[:6])
OF_DAYS = frozenset({Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.WORKING_WEEK})
FORCE = {Force.BINDING: _("final and binding"), Force.ADVISORY: _("a recommendation"), Force.MEDIATION: _("the agencies decide")}
TOLD_TOO = {
    "resolution": _("when it is resolved"),
    "cap passed": _("when the overall limit has passed"),
    "urgent": _("when it is urgent"),
    "partnership meeting": _("when it reaches a partnership meeting"),
    "agency stays out": _("when an agency stays out and others disagree with that"),
}


def sentence(parts: Iterable[Words], last: str = "and") -> str:
    """Words joined as a person lists them: a, b and c; with `last` as "or", a, b or c."""
    words = [str(part) for part in parts if part]
    return joined(words) if last == "and" else one_of([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def one_of(values: Sequence[str]) -> str:
    """As "a or b", "a or b or c". Empty for none."""
    return reduce(lambda first, last: gettext("{first} or {last}").format(first=first, last=last), values) if values else ""


def length_words(within: Within) -> str:
    """A length of time as people read it: "2 working days", "at once"."""
    words = LENGTHS[within.unit]
    return words.format(n=within.amount) if within.unit in COUNTED else str(words)


def underscored(word: str) -> str:
    """A key of the file as words."""
    return word.replace("_", " ")


def acting_words(acting: Acting, level_word: Words) -> str:
    """Who acts on one side: the procedure's own words with the level, else the roles."""
    roles = sentence((str(Role(role).label) for role in acting.roles), "or")
    who = acting.words or roles
    level = f"{level_word} {acting.level}" if acting.level else ""
    return f"{who} ({level})" if who and level else who or upper_first(level)


def roles_words(roles: Iterable[str]) -> str:
    """Roles as a person lists them: "Manager or supervisor, or safeguarding lead"."""
    return sentence((str(Role(role).label) for role in roles), "or")


def _start_words(event: str, beside: Iterable[ClockDefinition]) -> str:
    """What it counts from; `beside` are the clocks among which another's end is meant."""
    if event.startswith("end of "):
        key = event.removeprefix("end of ")
        other = next((clock for clock in beside if clock.key == key), None)
        if other is not None:
            return gettext("the end of the time to {what}").format(what=str(WHAT[other.measures]).removesuffix(","))
        return gettext("the end of the time for {clock}").format(clock=underscored(key))
    if event.startswith("fact: "):
        return gettext("the date of: {event}").format(event=event.removeprefix("fact: "))
    return str(FROM.get(EventKind(event), underscored(event)))


def _condition_words(conditions: tuple[str, ...]) -> str:
    named = {
        "urgent": gettext("it is urgent"),
        "not urgent": gettext("it is not urgent"),
        "agreed": gettext("it is agreed"),
        "not agreed": gettext("it is not agreed"),
    }
    said = [named.get(words) or gettext("its priority is {level}").format(level=underscored(words.rpartition(" = ")[2])) for words in conditions]
    return gettext("Where {conditions}, ").format(conditions=sentence(said)) if conditions else ""


def _within_words(within: Within) -> str:
    odd = {
        Unit.AT_ONCE: gettext("at once after"),
        Unit.SAME_WORKING_DAY: gettext("on the same working day as"),
        Unit.NEXT_WORKING_DAY: gettext("by the working day after"),
    }
    return odd.get(within.unit) or gettext("within {length} of").format(length=length_words(within))


def clock_sentence(clock: ClockDefinition, definition: ProcedureDefinition | None = None) -> str:
    """The clock as one sentence: who owes what, within how long, from when. In the words of its procedure where that is given."""
    who, what = OWES[clock.owed_by], WHAT[clock.measures]
    since = sentence((_start_words(event, _beside(clock, definition)) for event in clock.starts_on), "or")
    form = gettext("{who} are to {what}") if clock.owed_by is Side.EACH else gettext("{who} is to {what}")
    verb = form.format(who=who, what=what)
    if clock.within.unit is Unit.AGREED:
        agreed = gettext("by a date that is agreed (until one is, the next step is due by the end of the next working day)")
        alone = gettext("by a date that is set out when it is acknowledged (until one is, the next step is due by the end of the second working day)")
        when = alone if clock.owed_by in SETS_ALONE else agreed
    else:
        when = f"{_within_words(clock.within)} {since}"
        if definition is not None and clock.moment == Moment.END_OF_DAY and clock.within.unit in OF_DAYS and len(_moments(definition)) > 1:
            when = gettext("{when}, to the end of the day").format(when=when)
    less = gettext(", or sooner where the risk demands it") if clock.or_less else ""
    over = _over_words(clock.over, definition) if clock.over else ""
    said = f"{_condition_words(clock.conditions)}{lower_first(verb)} {when}{over}{less}."
    return upper_first(said)


def _beside(clock: ClockDefinition, definition: ProcedureDefinition | None) -> tuple[ClockDefinition, ...]:
    """The clocks of the same list: of one stage, of one stage where it is urgent, of a variant's change, or over stages."""
    return next((clocks for clocks in _lists(definition) if clock in clocks), ()) if definition is not None else ()


def _lists(definition: ProcedureDefinition) -> list[tuple[ClockDefinition, ...]]:
    stages = [clocks for stage in definition.stages for clocks in (stage.clocks, stage.urgent_clocks)]
    return [*stages, *(change.clocks or () for variant in definition.variants for change in variant.changes), definition.caps]


def _moments(definition: ProcedureDefinition) -> set[str]:
    """When on its last day what counts in days is due: one way, or both."""
    return {clock.moment for clocks in _lists(definition) for clock in clocks if clock.within.unit in OF_DAYS}


def _over_words(over: tuple[int, int], definition: ProcedureDefinition | None) -> str:
    """Which stages a limit covers: by the numbers that the page shows, by their names where one has none."""
    if definition is None:
        return gettext(", over stages {first} to {last}").format(first=over[0], last=over[1])
    named = [definition.stage(position) for position in over]
    if all(stage.number for stage in named):
        form = gettext(", from {word} {first} to {word} {last}")
        if str(definition.stage_word) == gettext("stage"):
            form = gettext(", over stages {first} to {last}")
        return form.format(word=definition.stage_word, first=named[0].number, last=named[1].number)
    return gettext(", from “{first}” to “{last}”").format(first=named[0].name, last=named[1].name)


def on_time_sentence(on_time: OnTime, *, moves: bool = True) -> str:
    """What happens when the clock's time has passed; `moves` is whether the system may move it up from the clock's stage."""
    parts = [gettext("people are reminded") if on_time.remind else gettext("it is recorded")]
    if on_time.alert_unit:
        parts.append(gettext("the business unit is alerted"))
    if on_time.offer:
        parts.append(gettext("moving up is offered to the raising side"))
    if on_time.move_up_after and moves:
        parts.append(gettext("it moves up by itself after {length} more, unless someone stops it").format(length=length_words(on_time.move_up_after)))
    return gettext("When the time has passed, {what}.").format(what=sentence(parts))


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
    parties = gettext(", the agencies concerned among them") if own.panel_includes_parties else ""
    chair = gettext(", chaired by: {chair}").format(chair=own.panel_chair) if own.panel_chair else ""
    return gettext("At least {n} agencies{parties}{chair}").format(n=own.panel_agencies, parties=parties, chair=chair)


def refer_words(stage: StageDefinition) -> str:
    """Who may refer to the partnership, and through whom."""
    if stage.partnership is None:
        return ""
    via = gettext(", through the business manager") if stage.partnership.via_business_manager else ""
    return sentence((str(Role(role).label) for role in stage.partnership.refer_roles), "or") + via


def counting_sentence(definition: ProcedureDefinition) -> str:
    """How the procedure counts its days."""
    due = (
        gettext("at the same time of day")
        if any(c.moment == Moment.SAME_TIME for s in definition.stages for c in s.clocks)
        else gettext("by the end of the day")
    )
    if len(_moments(definition)) > 1:
        due = gettext("at the same time of day, or at the end of the day where that is said")
    if definition.start_rule is StartRule.PLAIN:
        return gettext("The day on which a clock starts is not counted; each clock is due {due}.").format(due=due)
    close = {"office_hours": gettext("outside office hours"), "none": gettext("on a day that is not a working day")}
    outside = close.get(str(definition.close)) or gettext("after {hour} or on a day that is not a working day").format(
        hour=clock_time(definition.close) if isinstance(definition.close, time) else definition.close
    )
    return gettext("What starts {outside} counts from the next opening; each clock is due {due}.").format(outside=outside, due=due)


def _stage_words(definition: ProcedureDefinition, stage: StageDefinition) -> str:
    """ "stage 2", in the procedure's own word; the name of one that has no number."""
    return f"{definition.stage_word} {stage.number}" if stage.number else f"“{stage.name}”"


def told_words(definition: ProcedureDefinition) -> str:
    """When the business unit is told, in one sentence; the stages' own lines say it again where it applies."""
    stages = sentence(_stage_words(definition, stage) for stage in definition.stages if stage.tells_unit)
    also = [TOLD_TOO[words] for words in definition.informs_unit if words in TOLD_TOO]
    said = sentence([gettext("at {stages}").format(stages=stages) if stages else "", *also])
    return f"{upper_first(said)}." if said else gettext("Not told by the procedure.")


def recorded_rows(definition: ProcedureDefinition) -> tuple[tuple[str, str], ...]:
    """What is kept and shown only, as (words, value)."""
    return tuple((str(RECORDED[key][0]), value) for key, value in definition.recorded_only if key in RECORDED)


def around_rows(definition: ProcedureDefinition) -> tuple[tuple[str, str], ...]:
    """What stands around the stages, as (words, value): only what the procedure provides for."""
    rows = []
    if definition.conference_after is not None:
        stage = _stage_words(definition, definition.stage(definition.conference_after))
        after = gettext("After {stage}, supported by a senior manager or a safeguarding lead").format(stage=stage)
        rows.append(
            (
                gettext("A conference may formally be asked for"),
                gettext("{after}; children’s social care answers, and one request waits at a time.").format(after=after),
            )
        )
    if definition.subgroup is not None:
        matters = sentence((lower_first(matter.label) for matter in definition.subgroup.takes), "or")
        rows.append(
            (definition.subgroup.name, gettext("Hears where this applies: {matters}. It decides no case: the agencies do.").format(matters=matters))
        )
    return tuple(rows)


def times(stage: StageDefinition, definition: ProcedureDefinition) -> str:
    """The stage's clocks in a few words each; the overall limit where it has none of its own."""
    said = [f"{clock.measures.label}: {_short(clock.within)}" for clock in stage.clocks]
    limits = [length_words(cap.within) for cap in definition.caps if cap.over and cap.over[0] <= stage.position <= cap.over[1]]
    return "; ".join(said) or (gettext("Within the overall limit of {limit}").format(limit=limits[0]) if limits else gettext("No time of its own"))


def _short(within: Within) -> str:
    return gettext("a date that is agreed") if within.unit is Unit.AGREED else length_words(within)


def asked_words(stage: StageDefinition) -> str:
    """What the stage asks for, in one sentence; empty where it asks for nothing of its own."""
    asked = sentence(REQUIRED[Requirement(item)] for item in stage.requires)
    return f"{upper_first(asked)}." if asked else ""
