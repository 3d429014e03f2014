"""Who may read a line of the record and see an attached file, and who may take either out: the access policy's part for what lies in a record.

`policy` says who may do either at all; whose file and whose words is asked here. It knows people, cases, files and lines only by their shape.
Everybody asked here may know of the disagreement already (`visibility`).
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, F, IntegerField, OuterRef, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from agencies.roles import CHAIR_ROLES, UNIT_ROLES, Role
from escalation.action_policy import sees_to
from escalation.case_like import CaseLike
from escalation.part_policy import is_writer, sits, written_by
from escalation.policy import oversees, reads_narrative, takes_part
from escalation.procedures.definition import Sides
from escalation.states import Audience, EventKind, Measure, Side

if TYPE_CHECKING:
    from agencies.person import Person

# Who reads a disagreement for the partnership, whatever agency they may sit in besides.
FOR_THE_PARTNERSHIP = UNIT_ROLES | CHAIR_ROLES | {Role.AUDITOR}
# What the reviewing service reads of a dissent, wherever it was alerted (BUC-09).
ALERTING = frozenset({EventKind.DISSENT_WEIGHED, EventKind.ADVICE})
BRINGS_FILE = frozenset({EventKind.FILE_ATTACHED, EventKind.FILE_REPLACED})
FILES = BRINGS_FILE | {EventKind.FILE_WITHDRAWN}
# The lines that may say for whom a file is.
SAYS_FOR_WHOM = FILES | {EventKind.ERASED}
# Their words belong to a file or to another line: a correction would outlive what it corrects.
NEVER_CORRECTED = FILES | {EventKind.CORRECTED, EventKind.ERASED}
# What may have happened before it was written down: of these alone a person says when, and can put that right. Elsewhere it is when it was done here.
HAPPENS_APART = frozenset({EventKind.CONTACT, EventKind.MEETING, EventKind.ADVICE})
# Where a guest's code goes: corrected in the record it would go on going where it went. The invitation is taken back, and another sent.
NO_MISTAKE_OF_WORDS = {EventKind.GUEST_INVITED: frozenset({"email"})}
# What may name another disagreement: shown to those alone who may know of that one too.
NAMES_ANOTHER = frozenset({EventKind.LINKED, EventKind.LEFT_OUT})
# What the sweep records of one clock.
STEPS = frozenset({EventKind.HALF_WAY, EventKind.DUE, EventKind.OVERDUE, EventKind.REMINDED})
ABOUT_ANOTHER = STEPS | {EventKind.PAST_STAGE, EventKind.ACTION_DONE, EventKind.CORRECTED, EventKind.ERASED}
BEFORE_THE_FIRST = 0


def may_read_line(person: "Person", case: CaseLike, line: Any) -> bool:  # noqa: ANN401 - known by its shape
    """May this person know of this line? Private ones only in their agency; what stayed inside the raising agency only there.

    Whether they may read its words too says `may_read_words`.
    """
    if line.private_to_id is not None and line.private_to_id not in person.agency_ids:
        return False
    if line.kind in FILES or line.facts.get("file"):
        return _may_read_of_file(person, case, line)
    if line.kind in ALERTING and case.dispute.reviewing_told_at is not None and person.sits_as(case.dispute.partnership_id, Role.REVIEWER):
        return True
    return is_own_side(person, case) or not stays_inside(case, line)


def known_lines(person: "Person") -> Q:
    """The part of `may_read_line` that a line's own columns tell, as a condition on Event: for lists that go through very many disagreements.

    None that another agency keeps to itself, none about a file of the parties for whoever sits in no party, and to others than the raising side
    none that `stays_inside`, files apart.
    """
    mine = person.agency_ids
    parties = apps.get_model("escalation", "Party")._default_manager.filter(dispute=OuterRef("dispute"), agency__in=mine)
    # Of most lines their kind says it: the choices of a line are opened for these few.
    for_all = ~Q(kind__in=SAYS_FOR_WHOM) | Q(facts__audience__isnull=True) | Q(facts__audience__in=[Audience.READERS, Audience.AGENCY])
    # A file is for whom it was said to be, wherever it was attached: at the own manager it goes out with the disagreement.
    of_file = Q(kind__in=FILES) | (Q(kind=EventKind.ERASED) & Q(facts__has_key="file"))
    own, shared = Q(actor=person.id), Q(dispute__raising_agency__in=mine) | written_by(person, "dispute__") | of_file | ~stay_inside()
    return (Q(private_to=None) | Q(private_to__in=mine)) & (own | ((for_all | Exists(parties)) & shared))


def left_agency(person: "Person") -> Q:
    """What was read once the raising agency had sent it, or before by its own people: a condition on readings, which name no stage."""
    return Q(recorded_at__gte=F("dispute__sent_at")) | Q(dispute__raising_agency__in=person.agency_ids)


def may_read_words(person: "Person", case: CaseLike, line: Any) -> bool:  # noqa: ANN401 - known by its shape
    """May this person read what was typed in this line? Of lines that they may know of: their own words, and others' where they read those at all."""
    return may_read_line(person, case, line) and (line.actor_id == person.id or reads_narrative(person, case))


def may_read_action(person: "Person", case: CaseLike, action: Any) -> bool:  # noqa: ANN401 - known by its shape
    """May this person read what was agreed: whoever may read its line, and who is to do or follows it, while it is to be done?"""
    line = action.event
    return may_read_words(person, case, line) or (action.pk in sees_to(person, case) and may_read_line(person, case, line))


def stays_inside(case: CaseLike, line: Any) -> bool:  # noqa: ANN401 - known by its shape
    """Does this line stay inside the raising agency, as what happened there before it was sent does? What was logged does not."""
    kind = line.facts.get("line_kind", line.kind)
    return kind != EventKind.SUBMITTED and is_inside(case, stage_told(line))


def stage_told(line: Any) -> int:  # noqa: ANN401 - known by its shape
    """The stage that a line is about: what is about another line, an earlier stage, or an action that was agreed there counts as what it is about."""
    return int(line.facts.get("stage", line.stage)) if line.kind in ABOUT_ANOTHER else int(line.stage)


def stay_inside() -> Q:
    """`stays_inside` as a condition on Event."""
    # A key that is not there is asked for first: compared, it would be neither so nor not so. The kind before either: few lines' choices are opened.
    has_stage = Q(kind__in=ABOUT_ANOTHER) & Q(facts__has_key="stage")
    logged_there = Q(kind__in=ABOUT_ANOTHER | FILES) & Q(facts__has_key="line_kind") & Q(facts__line_kind=EventKind.SUBMITTED)
    logged = Q(kind=EventKind.SUBMITTED) | logged_there
    told = Q(facts__stage=BEFORE_THE_FIRST) | _own_stage(Cast(KeyTextTransform("stage", OuterRef("facts")), IntegerField()))
    stood = Q(stage=BEFORE_THE_FIRST) | _own_stage(OuterRef("stage"))
    return ~logged & ((has_stage & told) | (~has_stage & stood))


def _own_stage(position: Any) -> Q:  # noqa: ANN401 - an expression on a line
    """`is_inside` of a stage, as a condition on Event: no way through a procedure changes whose stage it is."""
    stages = apps.get_model("escalation", "StageDefinition")._default_manager
    return Q(Exists(stages.filter(version=OuterRef("dispute__version"), position=position, sides=Sides.OWN)))


def may_see_clock(clock: Any, case: CaseLike, person: "Person") -> bool:  # noqa: ANN401 - known by its shape
    """A clock of the hop or of a stage inside the raising agency is that agency's; so is one of an action that was agreed there."""
    if clock.measures == Measure.ACTION:
        return is_own_side(person, case) or not is_inside(case, clock.stage)
    if case.raising_id in person.agency_ids or clock.run_id is None or clock.owed_by != Side.RAISING:
        return True
    run = next((run for run in case.runs if run.pk == clock.run_id), None)
    return run is None or (run.stage > 0 and not case.procedure.stage(run.stage).is_own)


def known_clocks(person: "Person") -> Q:
    """Of the clocks of what the person may know of those that are theirs, or of which others know too: `may_see_clock` as a condition on Clock."""
    action, run = Q(measures=Measure.ACTION), Q(owed_by=Side.RAISING, run__isnull=False)
    agreed_there = action & (Q(stage=BEFORE_THE_FIRST) | _own_stage(OuterRef("stage")))
    owed_there = ~action & run & (Q(run__stage=BEFORE_THE_FIRST) | _own_stage(OuterRef("run__stage")))
    theirs = Q(owner=person.id) | Q(dispute__raising_agency__in=person.agency_ids)
    return theirs | (~owed_there & (written_by(person, "dispute__") | ~agreed_there))


def is_inside(case: CaseLike, stage: int) -> bool:
    """Does this stage, or the stop before the first, lie inside the raising agency?"""
    procedure = case.procedure
    return stage == BEFORE_THE_FIRST or (1 <= stage <= procedure.last and procedure.stage(stage).is_own)


def is_own_side(person: "Person", case: CaseLike) -> bool:
    """Does the reader belong to the raising side: of its agency, or who wrote it?"""
    return case.raising_id in person.agency_ids or is_writer(person, case)


def _may_read_of_file(person: "Person", case: CaseLike, line: Any) -> bool:  # noqa: ANN401 - known by its shape
    """Of a line about a file, those who may see the file; that one was attached for all readers, whoever may know of the disagreement."""
    by, audience = line.facts.get("by"), line.facts.get("audience", "")
    added_by = UUID(by) if by else line.actor_id
    return audience == Audience.READERS or sees_file(person, case, audience=audience, added_by=added_by, agency=line.private_to_id)


def sees_file(person: "Person", case: CaseLike, *, audience: str, added_by: UUID | None, agency: UUID | None) -> bool:
    """May this person see a file of this audience, attached by this person on behalf of this agency?

    Whoever attached it may without reading the rest; one for an agency alone nobody who sits elsewhere by now.
    """
    if person.id in case.conflicted_ids or (audience == Audience.AGENCY and agency not in person.agency_ids):
        return False
    if person.id == added_by:
        return True
    if not reads_narrative(person, case):
        return False
    return audience in {Audience.AGENCY, Audience.READERS} or _is_of_a_party(person, case)


def _is_of_a_party(person: "Person", case: CaseLike) -> bool:
    """Takes part for an agency in it, or reads it by a role in one."""
    if takes_part(person, case):
        return True
    return bool(person.agency_ids & (case.receiving_ids | {case.raising_id})) and not sits(person, case, FOR_THE_PARTNERSHIP)


def may_see(person: "Person", case: CaseLike, file: Any) -> bool:  # noqa: ANN401 - known by its shape
    """May this person see this file?"""
    return sees_file(person, case, audience=file.audience, added_by=file.added_by_id, agency=file.agency_id)


def may_take_out(person: "Person", case: CaseLike, *, by: UUID | None, agency: UUID | None) -> bool:
    """May this person take out what somebody put into the record on behalf of an agency?

    Whoever put it there; that agency's safeguarding leads, not those from whom the disagreement is kept; the business unit, where it reads it.
    `by` is None for somebody without an account, who is gone with the answer.
    """
    if person.id in case.conflicted_ids:
        return False
    if by is not None and person.id == by:
        return True
    if oversees(person, case) and reads_narrative(person, case):
        return True
    is_kept = case.dispute.is_restricted and agency == case.raising_id
    return agency is not None and not is_kept and person.id in case.lead_ids(agency)


def may_end(person: "Person", case: CaseLike, file: Any) -> bool:  # noqa: ANN401 - known by its shape
    """May this person replace or withdraw this file?"""
    return may_see(person, case, file) and may_take_out(person, case, by=file.added_by_id, agency=file.agency_id)


def may_redact(person: "Person", case: CaseLike, line: Any) -> bool:  # noqa: ANN401 - known by its shape
    """May this person take words out of this line? Of one that nobody typed, no one."""
    if line.actor_id is None and not line.facts.get("guest"):
        return False
    return may_read_words(person, case, line) and may_take_out(person, case, by=line.actor_id, agency=line.agency_id)
