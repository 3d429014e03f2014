"""What a practitioner typed while logging, read once for every door: page, API and import."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import DomainError, InvalidInput
from agencies.readable import is_broken, is_turned
from agencies.working_days import LONDON
from escalation.procedures.definition import ProcedureDefinition
from escalation.procedures.variants import by_way_of
from escalation.services.attempts import Attempt, chosen_of, problems_of, typed_of
from escalation.services.gate import ALONE, Beside, check_door, variant_at
from escalation.services.past import PastStage, check_logged
from escalation.services.words import FARTHEST
from escalation.states import Door, SubgroupMatter, Theme

TEXTS = (
    "what", "impact", "outcome_sought", "tried", "consulted", "involved", "family_told", "family_view", "why_sooner", "start_reason", "out_of_hours",
    "disputed_name", "spoken_to",
)  # fmt: skip
MOST_CHILDREN = 12
LONGEST_NAME = 120
NO_NAMES = gettext_noop("this partnership takes no full names of children. Leave the name out.")
NOT_ABOVE = gettext_noop("You say why it starts above the first stage: choose that stage, or leave the reason out.")


class Problems(DomainError):
    """Every mistake of an input at once: a list of (field, sentence)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(sentence for _, sentence in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ChildAnswer:
    """One child: initials, date of birth or unborn, the raising agency's own reference, and a full name where the partnership takes names."""

    initials: str
    born_on: date | None = None
    is_unborn: bool = False
    reference: str = ""
    name: str = ""


@dataclass(slots=True)
class Submission:
    """A whole disagreement as logged. Texts may be empty here; `check` says what is missing."""

    receiving: list[UUID] = field(default_factory=list)
    children: list[ChildAnswer] = field(default_factory=list)
    themes: list[Theme] = field(default_factory=list)
    what: str = ""
    impact: str = ""
    outcome_sought: str = ""
    tried: str = ""
    attempts: list[Attempt] = field(default_factory=list)
    consulted: str = ""
    consulted_on: date | None = None
    involved: str = ""
    told_whom: str = ""
    family_told: str = ""
    family_view: str = ""
    why_sooner: str = ""
    start_reason: str = ""
    out_of_hours: str = ""
    disputed_name: str = ""
    spoken_to: str = ""
    spoken_at: datetime | None = None
    danger_now: bool | None = None
    door: str = ""
    way: str = ""
    setting: str = ""
    basis: str = ""
    plan: str = ""
    level_of_need: int | None = None
    capacity_in_doubt: bool | None = None
    arose_on: date | None = None
    # When it was raised with whoever records it for somebody else, where that was before now.
    raised_at: datetime | None = None
    is_urgent: bool = False
    respond_by: datetime | None = None
    start_stage: int | None = None
    start_ground: str = ""
    holders: dict[UUID, UUID] = field(default_factory=dict)
    disputed_person: UUID | None = None
    is_restricted: bool = False
    through_partnership: bool = False
    kept_from: list[UUID] = field(default_factory=list)
    is_serious: bool = False
    is_stuck: bool = False
    past: list[PastStage] = field(default_factory=list)
    # One that was left half typed, in the form of its page.
    past_begun: bool = False

    def texts(self) -> dict[str, str]:
        """What was typed, as the record's body keeps it; whom one has spoken to is a line of its own."""
        typed = {name: getattr(self, name) for name in TEXTS if name != "spoken_to"}
        typed |= typed_of(self.attempts)
        return {name: text for name, text in typed.items() if text}

    def above_on(self) -> dict[str, str]:
        """For the record: on which ground it begins above the first stage; nothing where it does not."""
        return {"ground": str(self.start_ground)} if self.start_ground else {}

    def tried_when(self) -> dict[str, Any]:
        """The days and ways of what was tried, and who of the family was told, as the record's facts keep them."""
        return chosen_of(self.attempts, self.consulted_on, self.told_whom)


def start_of(submission: Submission, procedure: ProcedureDefinition, *, is_third_party: bool = False) -> tuple[str, int]:
    """The variant taken at the door, and the position at which it starts: the one chosen above the first, else the first on its way.

    A third party logs what is between two agencies, so it does not start inside one of them (DEV-09).
    """
    variant = variant_at(procedure, submission.door, submission.way)
    way = by_way_of(procedure, variant)
    return variant, submission.start_stage or first_of(way, outside=submission.is_restricted or is_third_party)


def first_of(way: ProcedureDefinition, *, outside: bool) -> int:
    """The position at which it starts of itself; `outside` the own agency where it is kept from that (BRO-11)."""
    stages = (stage for stage in way.stages[way.first - 1 :] if not (stage.passed_over or (outside and stage.is_own)))
    return next((stage.position for stage in stages), way.first)


def check(
    submission: Submission,
    procedure: ProcedureDefinition,
    *,
    raising: UUID,
    known: Collection[UUID],
    now: datetime,
    external: Collection[UUID] = (),
    names: bool = False,
    is_past: bool = False,
    beside: Beside = ALONE,
) -> None:
    """Raises Problems with everything that is missing or cannot be, before a disagreement may be sent (BRI-01, DEV-13).

    `known` are the agencies of the partnership that can be chosen, `external` those of them that lie in another area; `beside` are its other
    procedures in force, looked at where a door was chosen; `names` says that it takes children's full names. Of what an earlier log says
    (`is_past`) the child, the texts and what it rests on may be missing: nobody can be asked for them any more.
    """
    receiving = submission.receiving
    problems = check_door(procedure, submission.door, submission.way, receiving=receiving, raising=raising, external=external, beside=beside)
    problems += _check_people(submission, procedure, raising=raising, known=known)
    problems += _check_children(submission, now, names=names) if submission.children or not is_past else []
    problems += _check_matter(submission, now, is_past=is_past)
    problems += _check_start(submission, procedure, now)
    problems += _check_apart(submission, raising, now, is_past=is_past)
    problems += _check_past(submission, procedure, now)
    problems += [] if is_past else _check_subgroup(submission, procedure)
    if problems:
        raise Problems(problems)


def _check_people(submission: Submission, procedure: ProcedureDefinition, *, raising: UUID, known: Collection[UUID]) -> list[tuple[str, str]]:
    own = raising in submission.receiving
    if not submission.receiving:
        return [("receiving", gettext("Choose the agency you disagree with."))]
    if any(agency not in known for agency in submission.receiving):
        return [("receiving", gettext("Choose the agency from the list."))]
    if len(set(submission.receiving)) != len(submission.receiving):
        return [("receiving", gettext("Choose each agency once."))]
    if own and not procedure.own_agency_allowed:
        return [("receiving", gettext("This procedure is for disagreements between agencies. Use your own agency's arrangements."))]
    if len(submission.receiving) > 1 and (own or not procedure.several_receiving):
        return [("receiving", gettext("Choose one agency."))]
    return []


def _check_children(submission: Submission, now: datetime, *, names: bool) -> list[tuple[str, str]]:
    if not submission.children:
        return [("children", gettext("Enter the child's initials, and the date of birth or that the child is unborn."))]
    if len(submission.children) > MOST_CHILDREN:
        return [("children", gettext("Enter no more than {n} children in one disagreement.").format(n=MOST_CHILDREN))]
    return [
        ("children", gettext("Child {number}: {words}").format(number=number, words=words))
        for number, child in enumerate(submission.children, start=1)
        for _, words in child_problems(child, now, names=names)
    ]


def child_problems(child: ChildAnswer, now: datetime, *, names: bool) -> list[tuple[str, str]]:
    """What is wrong with one child, as (field, words); `names` where the partnership takes full names."""
    too_long = gettext("the name is longer than {n} characters.").format(n=LONGEST_NAME)
    wrong = {
        ("initials", gettext("enter initials of up to 8 characters, not a name.")): not child.initials or len(child.initials) > 8,
        ("born_on", gettext("enter the date of birth, or say that the child is unborn.")): child.born_on is None and not child.is_unborn,
        ("born_on", gettext("check the date of birth.")): child.born_on is not None
        and (child.is_unborn or child.born_on > now.date() or child.born_on.year < now.year - 26),
        ("reference", gettext("the reference is longer than 40 characters.")): len(child.reference) > 40,
        ("reference", gettext("the reference holds a line break, a tab or a control character.")): is_broken(child.reference),
        ("name", gettext(NO_NAMES)): bool(child.name) and not names,
        ("name", gettext("the name holds a sign that shows its letters in another order.")): is_turned(child.name),
        ("name", gettext("the name holds a line break, a tab or a control character.")): is_broken(child.name),
        ("name", too_long): len(child.name) > LONGEST_NAME,
    }
    return [problem for problem, is_so in wrong.items() if is_so]


def is_16_or_17(children: Collection[ChildAnswer], today: date) -> bool:
    """Is any of the children 16 or 17 on this day, so that their capacity to decide is a question (BUC-08)?"""
    return any(16 <= _years(child.born_on, today) < 18 for child in children if child.born_on is not None)


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _check_past(submission: Submission, procedure: ProcedureDefinition, now: datetime) -> list[tuple[str, str]]:
    """Stages that had happened already: in order, over, and followed by one between the two sides."""
    variant, first = start_of(submission, procedure)
    if submission.past_begun:
        return [("past", gettext("You began to enter a stage that had happened already. Finish it, or take it out."))]
    try:
        check_logged(submission.past, by_way_of(procedure, variant), first, now)
    except InvalidInput as error:
        return [("past", error.message)]
    return []


def _check_apart(submission: Submission, raising: UUID, now: datetime, *, is_past: bool) -> list[tuple[str, str]]:
    """What is asked only of some: of a 16- or 17-year-old, of a family's challenge, of a restricted one, of a talk that was had."""
    problems = []
    if not is_past and submission.capacity_in_doubt is None and is_16_or_17(submission.children, now.astimezone(LONDON).date()):
        problems.append(("capacity_in_doubt", gettext("Say whether the capacity of the 16- or 17-year-old is in doubt.")))
    if not is_past and submission.door == Door.FAMILY_CHALLENGE and not submission.family_view:
        problems.append(("family_view", gettext("Say what the child or family says, since the challenge is theirs.")))
    if submission.kept_from and not submission.is_restricted:
        problems.append(("kept_from", gettext("Say first that it is not safe to raise it inside the own agency.")))
    if submission.through_partnership and not submission.is_restricted:
        problems.append(("through_partnership", gettext("Say first that it is not safe to raise it inside the own agency.")))
    if submission.is_restricted and raising in submission.receiving:
        problems.append(("is_restricted", gettext("A disagreement inside one agency cannot be kept from that agency: both sides are in it.")))
    problems += _past_moment("spoken_at", submission.spoken_at, now)
    if submission.spoken_at is not None and not submission.spoken_to:
        problems.append(("spoken_to", gettext("Say whom you spoke to.")))
    return problems


ASKED = (
    ("what", _("Say what decision, action or inaction you disagree with.")),
    ("impact", _("Say what it means for the child's welfare or safety.")),
    ("outcome_sought", _("Say what outcome you want.")),
    ("tried", _("Say what has been tried so far.")),
    ("basis", _("Say whether this rests on evidence or on your professional judgement.")),
)


def _check_subgroup(submission: Submission, procedure: ProcedureDefinition) -> list[tuple[str, str]]:
    """Serious or stuck is said only where the procedure has a subgroup that hears of it (DEV-07)."""
    takes = procedure.subgroup.takes if procedure.subgroup is not None else ()
    said = {SubgroupMatter.SERIOUS: submission.is_serious, SubgroupMatter.STUCK: submission.is_stuck}
    wrong = [matter for matter, is_so in said.items() if is_so and matter not in takes]
    return [(f"is_{matter.value}", gettext("This procedure puts no such matter to a subgroup.")) for matter in wrong]


def _check_matter(submission: Submission, now: datetime, *, is_past: bool) -> list[tuple[str, str]]:
    problems = []
    if not submission.themes:
        problems.append(("themes", gettext("Choose at least one area of disagreement.")))
    if len(set(submission.themes)) < len(submission.themes):
        problems.append(("themes", gettext("Choose each area once.")))
    given = {name: getattr(submission, name) for name, _ in ASKED} | {"tried": submission.tried or submission.attempts}
    problems += [(name, str(sentence)) for name, sentence in ASKED if not is_past and not given[name]]
    today = now.astimezone(LONDON).date()
    problems += [("attempts", sentence) for sentence in problems_of(submission.attempts, today)]
    problems += _check_consulted(submission, today)
    if submission.level_of_need is not None and not 1 <= submission.level_of_need <= 4:
        problems.append(("level_of_need", gettext("Choose a level from 1 to 4.")))
    if submission.arose_on is not None and submission.arose_on > now.date():
        problems.append(("arose_on", gettext("That day has not come yet.")))
    return problems + _past_moment("raised_at", submission.raised_at, now)


def _past_moment(field: str, at: datetime | None, now: datetime) -> list[tuple[str, str]]:
    """What is wrong with a moment that somebody says has been: it has not come yet, or lies more than a year back."""
    if at is None or now - FARTHEST <= at <= now:
        return []
    return [(field, gettext("That moment has not come yet.") if at > now else gettext("That is more than a year ago."))]


def _check_consulted(submission: Submission, today: date) -> list[tuple[str, str]]:
    on = submission.consulted_on
    if on is None:
        return []
    if on > today:
        return [("consulted_on", gettext("That day has not come yet."))]
    if on < today - FARTHEST:
        return [("consulted_on", gettext("That is more than a year ago."))]
    return [] if submission.consulted else [("consulted_on", gettext("Say whom you consulted on that day."))]


def wrong_moment_ahead(at: datetime, now: datetime) -> str:
    """What is wrong with the moment until which an answer is asked for, in words: it has passed, or is more than a year ahead. Empty for nothing."""
    if at <= now:
        return gettext("Give a moment that has not passed.")
    return gettext("That is more than a year ahead. Check the year.") if at - now > FARTHEST else ""


def _check_start(submission: Submission, procedure: ProcedureDefinition, now: datetime) -> list[tuple[str, str]]:
    problems = []
    if submission.is_urgent and submission.respond_by is None:
        problems.append(("respond_by", gettext("Say by when you need a response.")))
    if submission.respond_by is not None and not submission.is_urgent:
        problems.append(("is_urgent", gettext("You say by when you need a response: say that it is urgent, or leave the time out.")))
    if submission.respond_by is not None and (wrong := wrong_moment_ahead(submission.respond_by, now)):
        problems.append(("respond_by", wrong))
    way = by_way_of(procedure, variant_at(procedure, submission.door, submission.way))
    first = first_of(way, outside=submission.is_restricted)
    position = submission.start_stage or first
    if position == first:
        return problems + ([("start_stage", gettext(NOT_ABOVE))] if submission.start_reason else [])
    stage = way.stage(position) if first < position <= way.last else None
    if stage is None or stage.is_partnership or stage.passed_over:
        problems.append(("start_stage", gettext("Choose one of the stages between the agencies.")))
    elif submission.start_ground not in procedure.start_above:
        problems.append(("start_stage", gettext("This procedure allows a start above the first stage only where the risk demands it.")))
    elif not submission.start_reason:
        problems.append(("start_reason", gettext("Say why it starts above the first stage.")))
    return problems
