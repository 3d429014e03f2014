"""Parts that several documents share: who and what, the stages, what was said, what was agreed."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.words import upper_first
from escalation.engine.stops import HOP
from escalation.models import AgreedAction, Clock, StageRun
from escalation.procedures.definition import Requirement
from escalation.selectors.explained import in_time
from escalation.selectors.words import ask_of, due_of, stage_name
from escalation.states import Answer, Audience, ClockState, Door, EventKind, Ground, Measure, Theme
from reports.documents.matter import Line, Matter, at, on
from reports.documents.shapes import Block, Facts, Field, Section, Table, Text

# What shows that a stage was worked at, in the order of the record.
EFFORTS = (EventKind.CONTACT, EventKind.MEETING, EventKind.ANSWERED, EventKind.ACCEPTED, EventKind.REJECTED, EventKind.ACTION_AGREED)
# The stage's own limit rather than a reminder or a task beside it.
LIMITS = (Measure.RESPONSE, Measure.COMPLETION, Measure.RESOLUTION, Measure.MEETING, Measure.DISCUSSION, Measure.AGREEMENT, Measure.ACKNOWLEDGEMENT)
CONFIRMED = gettext_noop("Confirmed")


def section(key: str, title: str, *blocks: Block, apart: bool = False) -> Section:
    """A section of these blocks."""
    return Section(key, title, blocks, apart=apart)


def about(matter: Matter, *, child: bool = True) -> Section:
    """Reference, procedure, who raised it with whom and where it stands; with `child` what identifies the child, blank where it may not be shown."""
    dispute, procedure = matter.case.dispute, matter.case.procedure
    in_force = _("{name}, version {number}, in force from {day}")
    rows = [
        Field(_("Reference"), dispute.reference),
        Field(_("Procedure"), in_force.format(name=procedure.name, number=matter.version.number, day=on(matter.version.in_force_from))),
        Field(_("Raised by"), ", ".join(filter(None, [matter.who(dispute.raiser_id), matter.file.raising]))),
        Field(_("Raised with"), matter.file.receiving),
        Field(_("Raised on"), at(dispute.submitted_at)),
        Field(_("Areas of disagreement"), "; ".join(str(Theme(theme).label) for theme in dispute.themes if theme in set(Theme))),
        Field(_("Stands at"), _standing(matter)),
    ]
    if dispute.door:
        rows.append(Field(_("It is also"), ". ".join(filter(None, [str(Door(dispute.door).label), procedure.way.name if procedure.way else ""]))))
    blocks: list[Block] = [Facts("", tuple(rows))]
    if child:
        blocks.append(Facts(_("The child"), tuple(_child_rows(matter))))
    return section("about", _("The {matter}").format(matter=matter.word), *blocks)


def _standing(matter: Matter) -> str:
    dispute = matter.case.dispute
    stage = stage_name(matter.case.procedure, dispute.stage) if dispute.stage else _(matter.case.hop_stage.name)
    is_said = matter.file.status["word"] == _("Urgent")
    form = _("{status}, {stage} (urgent)") if dispute.is_urgent and not is_said else _("{status}, {stage}")
    return form.format(status=matter.file.status["word"], stage=stage)


def _child_rows(matter: Matter) -> Iterable[Field]:
    """Each child's initials, birth and own reference where the reader chose to print them; else the own reference, and blanks for the rest."""
    if not matter.children:
        yield Field(_("Initials and date of birth"))
        yield Field(_("Your agency’s reference"), "; ".join(matter.file.local_references))
        return
    labels = (_("Initials"), _("Date of birth"), _("Your agency’s reference"))
    if len(matter.children) > 1:
        labels = (_("Initials of child {number}"), _("Date of birth of child {number}"), _("Your agency’s reference of child {number}"))
    for number, child in enumerate(matter.children, start=1):
        for label, value in zip(labels, (child.initials, child.born, "; ".join(child.references)), strict=True):
            yield Field(label.format(number=number), value)


def concern(matter: Matter) -> tuple[Text, ...]:
    """What is disputed, what it means for the child, and what is sought, in the raiser's words."""
    return (
        Text(_("What is disputed"), matter.logged("what")),
        Text(_("Impact on the child"), matter.logged("impact")),
        Text(_("Outcome sought"), matter.logged("outcome_sought"), lines=3),
    )


def responses(matter: Matter) -> tuple[Text, ...]:
    """Every response with its reasons and what the agency will do, oldest first; one blank where nobody has responded."""
    found, at_by = [], _("{author}, {moment}")
    for line in matter.of(EventKind.ANSWERED):
        will_do = _("What the agency will do: {actions}").format(actions=line.said("actions"))
        said = "\n\n".join(filter(None, [line.said("reasons"), line.said("actions") and will_do]))
        stage = stage_name(matter.case.procedure, line.event.stage)
        label = _("{agency}, {stage}: {answer}").format(agency=matter.names.agency(line.event.agency_id), stage=stage, answer=_answer(line))
        found.append(Text(label, said, by=at_by.format(author=matter.names.author(line.event), moment=at(line.event.happened_at))))
    return tuple(found) or (Text(_("Response of the other agency")),)


def _answer(line: Line) -> str:
    answer = line.event.facts.get("answer")
    return str(Answer(answer).label).lower() if answer else _("response")


def stages_table(matter: Matter) -> Table:
    """Every run of a stage that the reader may see: from when to when, its limit, and why it was left."""
    return Table(
        _("{stage}s so far").format(stage=upper_first(matter.case.procedure.stage_word)),
        (upper_first(matter.case.procedure.stage_word), _("Begun"), _("Due by"), _("Left"), _("Why it was left")),
        tuple(_stage_row(matter, run) for run in matter.runs),
        blanks=4,
        layout="stages",
    )


def _stage_row(matter: Matter, run: StageRun) -> tuple[str, ...]:
    after = next((other for other in matter.case.runs if other.number == run.number + 1), None)
    begun = run.happened_from or run.entered_at
    settled = matter.case.dispute.resolved_at
    if after is not None:
        why = str(Ground(after.ground).label) if after.ground else _("Sent on") if run.stage == HOP else _("Moved on")
    else:
        why = _("Settled") if settled else _("Withdrawn") if run.left_at else _("Still open")
    return matter.stage(run.stage), at(begun), limit(matter, run), at(run.happened_until or run.left_at or (settled if after is None else None)), why


def limit(matter: Matter, run: StageRun) -> str:
    """By when the stage asked for an answer or its end: the procedure's moment, with the agreed one; empty where nothing was set."""
    dated = [clock for clock in matter.clocks if clock.run_id == run.pk and clock.is_procedural]
    for measure in LIMITS:
        for clock in dated:
            if clock.measures == measure and clock.state != ClockState.SUPERSEDED:
                return _due(clock)
    return ""


def _due(clock: Clock) -> str:
    """The procedure's moment, with the agreed one, and until when it is in time where an earlier start was confirmed."""
    agreed = _("{due}; agreed: {agreed}").format(due=at(clock.due_at), agreed=at(clock.agreed_due_at))
    due = agreed if clock.agreed_due_at else at(clock.due_at)
    return f"{due}\n{in_time(at(clock.recorded_due_at))}" if clock.recorded_due_at else due


def clocks_table(matter: Matter) -> Table:
    """Every clock of the procedure and of what was agreed: what it asked, of whom, by when, and what became of it."""
    rows = []
    for clock in matter.clocks:
        if clock.measures == Measure.NEXT_STEP:  # The product's own reminder of whose turn it is.
            continue
        standing = due_of(clock, matter.now, matter.case.calendar)
        owed = "\n".join(filter(None, [matter.who(clock.owner_id), matter.names.agency(clock.agency_id)]))
        ended = (
            f"{standing.word}, {at(clock.ended_at)}" if clock.ended_at else f"{standing.word}{f', {standing.distance}' if standing.distance else ''}"
        )
        rows.append((ask_of(clock, matter.case.procedure), owed or matter.names.partnership, _due(clock), ended))
    return Table(
        _("Dates and what became of them"),
        (_("What was asked"), _("Of whom"), _("Due"), _("What became of it")),
        tuple(rows),
        empty=_("No date was set."),
    )


def record_table(matter: Matter, caption: str, lines: Iterable[Line], *, empty: str = "", blanks: int = 0) -> Table:
    """Lines of the record, oldest first: when, who, and what was recorded."""
    rows = tuple((_when(line), matter.author(line), entry_text(line)) for line in lines)
    return Table(caption, (_("When"), _("Who"), _("What was recorded")), rows, empty=empty, blanks=blanks, layout="record")


def _when(line: Line) -> str:
    happened, recorded = at(line.happened), at(line.event.recorded_at)
    return happened if happened == recorded else _("{happened}\nRecorded {recorded}").format(happened=happened, recorded=recorded)


def files_table(matter: Matter) -> Table:
    """The attached files for everybody who may read it: what each is, who attached it, when, and its SHA-256; files for fewer stay off paper."""
    rows = tuple(
        (
            "\n".join(filter(None, [line.name, line.about, f"{line.kind}, {line.size_words}"])),
            f"{line.who}, {line.agency}",
            at(line.added),
            line.sha256,
        )
        for line in reversed(matter.file.files)
        if line.audience == Audience.READERS
    )
    return Table(_("Attached files"), (_("File"), _("Attached by"), _("When"), _("SHA-256")), rows, empty=_("No file is attached."))


def entry_text(line: Line) -> str:
    """The line as the record shows it: its title, its words and choices, and each correction beside what it corrects."""
    entry = line.entry
    if entry is None:
        return str(line.kind.label)
    facts = [f"{fact['key']}: {fact['value']}" for fact in entry.facts]
    form = _("Corrected by {who}, {moment}: “{old}” to “{new}”. {why}")
    changes = [form.format(who=change.who, moment=at(change.moment), old=change.old, new=change.new, why=change.why) for change in entry.corrections]
    note = [_("Only your agency sees this.")] if entry.private else []
    return "\n".join(filter(None, [entry.title, entry.text, *facts, *changes, *note]))


def actions_table(matter: Matter) -> Table:
    """What was agreed to be done: by whom, by when, and whether it is done."""
    said = {line.event.pk: line.said("what") for line in matter.of(EventKind.ACTION_AGREED)}
    rows = tuple(
        (
            said.get(row.event_id, ""),
            "\n".join(filter(None, [matter.who(row.owner_id), matter.names.agency(row.agency_id)])),
            at(row.due_at),
            _done(row),
        )
        for row in matter.actions
    )
    settled = matter.case.dispute.resolved_at is not None
    return Table(
        _("Agreed actions"),
        (_("Action"), _("Who"), _("By when"), _("Done")),
        rows,
        _("None was agreed beside the outcome."),
        0 if settled else 3,
        layout="actions",
    )


def _done(action: AgreedAction) -> str:
    return at(action.done_at) or _("Not yet")


def outcome_blocks(matter: Matter) -> tuple[Block, ...]:
    """The outcome's kind and wording, what is still to settle, and who confirmed it; blanks where there is none."""
    outcome = matter.file.outcome
    stands = outcome is not None and not outcome.missing
    kind = _outcome_kind(outcome.kind, is_binding=outcome.is_binding, stands=stands) if outcome else ""
    return (
        Facts(
            _("How it was settled"), (Field(_("Outcome"), kind), Field(_("Settled on"), at(matter.case.dispute.resolved_at)), *lead_manager(matter))
        ),
        Text(_("Agreed outcome, as each side confirms it"), outcome.wording if outcome else "", lines=5),
        Text(_("Outstanding issues, and how they are pursued"), outstanding(matter), lines=3),
        confirmations(matter),
    )


def _outcome_kind(kind: str, *, is_binding: bool, stands: bool) -> str:
    if stands:
        return _("{outcome}, final and binding").format(outcome=kind) if is_binding else kind
    form = _("{outcome}, final and binding (proposed, not confirmed by all)") if is_binding else _("{outcome} (proposed, not confirmed by all)")
    return form.format(outcome=kind)


def lead_manager(matter: Matter) -> tuple[Field, ...]:
    """Who follows the agreed actions; left out where nobody is named and no stage asks for it (BRO-04)."""
    named = matter.case.dispute.lead_manager_id
    is_asked = any(Requirement.LEAD_MANAGER in stage.requires for stage in matter.case.procedure.stages)
    return (Field(_("Lead manager, who follows the actions"), matter.who(named)),) if named or is_asked else ()


def outstanding(matter: Matter) -> str:
    """What is still to settle; a sentence where the outcome was recorded without any."""
    outcome = matter.file.outcome
    if outcome is None:
        return ""
    return outcome.outstanding or _("None was recorded with the outcome.")


def confirmations(matter: Matter) -> Table:
    """Each side's confirmation of the same wording, with its date and name; blank where it has not confirmed."""
    given = {row.agency_id: row for row in matter.case.confirmations}
    rows = []
    for agency, _side in matter.parties():
        row = given.get(agency)
        if row is None:
            rows.append((matter.names.agency(agency), "", "", ""))
            continue
        words = _("No reply; recorded by the business unit") if row.is_gap else _(CONFIRMED)
        rows.append((matter.names.agency(agency), words, matter.who(row.confirmed_by_id), at(row.confirmed_at)))
    return Table(_("Confirmation by each side"), (_("Agency"), _("Confirmation"), _("Name and post"), _("Date")), tuple(rows), layout="confirmed")


def learning_table(matter: Matter) -> Table:
    """General issues to learn from, to whom each goes, and where it stands."""
    texts = {line.event.pk: line for line in matter.of(EventKind.LEARNING)}
    rows = []
    for point in matter.learning:
        line = texts.get(point.event_id)
        issue = _("None was found.") if point.is_none else line.said("issue") if line else ""
        rows.append(
            (issue, point.referred_to, matter.who(point.owner_id), on(point.due_on), "" if point.is_none else str(point.get_status_display()))
        )
    return Table(
        _("General issues, and to whom they go"),
        (_("Issue"), _("Referred to"), _("Owner"), _("By when"), _("Status")),
        tuple(rows),
        blanks=3,
        layout="learning",
    )


def filing_table(matter: Matter) -> Table:
    """Which agency has the record in the child's file."""
    words = dict.fromkeys(matter.file.filed, _("Confirmed")) | dict.fromkeys(matter.file.unfiled, "")
    names = [matter.names.agency(agency) for agency, _ in matter.parties()]
    return Table(
        _("In the child’s file"),
        (_("Agency"), _("Confirmation"), _("Signed"), _("Date")),
        tuple((name, words.get(name, ""), "", "") for name in names),
    )


def text_of(label: str, lines: Iterable[Line], matter: Matter, *, blank: int = 3) -> tuple[Text, ...]:
    """Each line's words under the label, with who and when; one blank where there is none."""
    found = tuple(Text(label, line.whole, by=matter.signed(line)) for line in lines if line.whole)
    return found or (Text(label, lines=blank),)
