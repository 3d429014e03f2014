"""What a row of an earlier log may hold: the columns of every step, read from what its verb takes; docs/disputes-import.md tells people."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from inspect import Parameter, signature
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from agencies.services.directory_import.columns import Parse, Unreadable, day, email, number, one_of, slug, yes_no
from agencies.words import source
from agencies.working_days import instant, shown_at
from escalation.engine.perform import VERBS
from escalation.engine.typed import clean
from escalation.keeping_policy import KEEPING
from escalation.services import every_verb
from escalation.states import Basis, ChangeNeeded, Door, FamilyTold, Ground, Plan, Setting, Theme, Verb

__all__ = ["GENERAL", "Kind", "LOG", "NOT_KEPT", "STEPS", "Taken", "every_verb", "headings", "takes"]

# A day without a time counts from noon: within office hours, and so many days later "by the same time" is still in time.
NOON = time(12)
LONGEST_KEY = 60
NOT_KEPT = "Not kept in the earlier log."
# What is no step of an earlier log: drafts, the machine's own looking, corrections of lines that are being written only now, and what opens or
# joins records that are here, lets somebody in, reminds, says who may not read them now, or decides how long they are kept. Nor are files: a log
# is lines of text.
LEFT_OUT = frozenset(
    {Verb.SAVE_DRAFT, Verb.DISCARD_DRAFT, Verb.TICK, Verb.CORRECT, Verb.CONFIRM_HAPPENED, Verb.LINK, Verb.READ_EARLY, *KEEPING}
    | {Verb.INVITE_GUEST, Verb.TAKE_BACK_GUEST, Verb.ATTACH_FILE, Verb.REPLACE_FILE, Verb.WITHDRAW_FILE, Verb.REDACT, Verb.CORRECT_CHILD, Verb.CHASE}
    | {Verb.MARK_CONFLICT, Verb.LIFT_CONFLICT}
)


class Kind(Enum):
    """What a cell's value refers to, and so how it is resolved against the directory and the disagreement."""

    PLAIN = "itself"
    AGENCY = "an agency's code"
    AGENCIES = "codes of agencies"
    PERSON = "an e-mail address"
    HOLDERS = "agency=person"
    MEMBERS = "person=agency"
    CLOCK = "a clock's key"
    ACTION = "the log's own name of an action"


@dataclass(frozen=True, slots=True)
class Taken:
    """One column of a step: how a filled cell is read, what it refers to, whether it must be filled, and whether it is typed text."""

    name: str
    parse: Parse
    kind: Kind = Kind.PLAIN
    required: bool = False
    is_text: bool = False


def text(cell: str) -> str:
    """Typed text as it stands, line breaks and whatever a spreadsheet would run included."""
    try:
        return clean(cell, "")
    except InvalidInput as error:
        raise Unreadable(error.message.rstrip(".")) from error


def key(cell: str) -> str:
    """What the earlier log calls something."""
    if len(cell) > LONGEST_KEY or not cell.isprintable():
        raise Unreadable(_("is longer than {n} characters or holds a control character").format(n=LONGEST_KEY))
    return cell


def moment(cell: str) -> datetime:
    """A moment as `2025-05-04 10:15` or `04/05/2025 10:15` in London, with an offset, or a day alone: noon."""
    words = cell.replace("T", " ").strip()
    first, _space, rest = words.partition(" ")
    if not rest:
        return instant(day(first), NOON)
    on = day(first)
    try:
        wall = time.fromisoformat(rest.strip())
    except ValueError as error:
        raise Unreadable(_('"{cell}" is not a date and time: write 2026-05-04 10:15 or 04/05/2026 10:15').format(cell=cell[:30])) from error
    if wall.tzinfo is not None:
        return datetime.combine(on, wall)
    found = shown_at(on, wall)
    if not found:
        raise Unreadable(_('"{cell}" never was: the clocks went forward then').format(cell=cell[:30]))
    if len(found) > 1:
        raise Unreadable(_('"{cell}" came twice: write {cell}+01:00 for the first, or {cell}+00:00 for the second').format(cell=cell[:30]))
    return found[0]


def several(parse: Parse, between: str = r"[\s|]+") -> Parse:
    """Several of these, separated by vertical bars, or by spaces where none holds one."""
    return lambda cell: [parse(part.strip()) for part in re.split(between, cell) if part.strip()]


def pairs(left: Parse, right: Parse) -> Parse:
    """Several `left=right`, each left once: of two the verb would take the last without a word."""

    def parse(cell: str) -> list[tuple[Any, Any]]:
        found = [part.partition("=") for part in re.split(r"[\s|]+", cell) if part]
        if any(not before or not after for before, _sign, after in found):
            raise Unreadable(_('"{cell}" is not written as one=other, several separated by spaces').format(cell=cell[:60]))
        read = [(left(before), right(after)) for before, _sign, after in found]
        for one, times in Counter(one for one, _other in read).items():
            if times > 1:
                raise Unreadable(_('"{one}" stands there more than once: write it once').format(one=one))
        return read

    return parse


def choices(kind: type[TextChoices]) -> Parse:
    """One of an enumeration's words, short or as shown."""
    return one_of({member.value: source(member.label) for member in kind})


def children(cell: str) -> list[dict[str, Any]]:
    """Children as `AB 2015-05-01` or `CD unborn`, with a reference after them where there is one; separated by semicolons or vertical bars."""
    found = []
    for one in filter(None, (part.strip() for part in re.split(r"[;|]", cell))):
        parts = one.split(maxsplit=2)
        if len(parts) < 2:
            raise Unreadable(_('"{one}" is not a child: write initials and date of birth, AB 2015-05-01, or CD unborn').format(one=one[:40]))
        unborn = parts[1].lower() == "unborn"
        found.append(
            {
                "initials": parts[0],
                "born_on": None if unborn else day(parts[1]).isoformat(),
                "is_unborn": unborn,
                "reference": parts[2] if len(parts) > 2 else "",
            }
        )
    return found


GENERAL = (
    Taken("disagreement", key, required=True),
    Taken("recorded", moment, required=True),
    Taken("happened", moment),
    Taken("step", text, required=True),
    Taken("by", email, Kind.PERSON),
    Taken("agency", slug, Kind.AGENCY),
)
LOG = (
    Taken("raiser", email, Kind.PERSON),
    Taken("procedure", slug),
    Taken("receiving", several(slug), Kind.AGENCIES, required=True),
    Taken("themes", several(choices(Theme), r"[|]"), required=True),
    *(Taken(name, text) for name in ("what", "impact", "outcome_sought", "tried", "consulted", "family_told", "family_view", "start_reason")),
    Taken("children", children),
    Taken("door", choices(Door)),
    Taken("way", slug),
    Taken("setting", choices(Setting)),
    Taken("basis", choices(Basis)),
    Taken("told_whom", choices(FamilyTold)),
    Taken("plan", choices(Plan)),
    Taken("level_of_need", number(1, 4)),
    Taken("capacity_in_doubt", yes_no),
    Taken("arose_on", day),
    Taken("urgent", yes_no),
    Taken("respond_by", moment),
    Taken("start_stage", number(1, 7)),
    Taken("start_ground", choices(Ground)),
    Taken("disputed_person", email, Kind.PERSON),
    Taken("restricted", yes_no),
    Taken("serious", yes_no),
    Taken("stuck", yes_no),
)
PEOPLE = frozenset({"to", "person", "owner", "manager", "mediator", "supporter", "holder", "member", "successor"})
AGENCIES = frozenset({"agency", "dissent_of", "pursued_by"})
# Kept as plain text by the verb, chosen from a list on its page.
CHOSEN = {"change_needed": choices(ChangeNeeded)}
# What the row's own moment says where the cell is empty.
GIVEN_ANYWAY = frozenset({"given_on"})
# An action of the log by its own name: given when it is agreed, named when it is done.
ACTION = Taken("action", key, Kind.ACTION)


def _reader(name: str, of: Any) -> tuple[Parse, Kind, bool] | None:
    """How a verb's parameter of this name and type is read from a cell: parser, kind, whether typed text. None where no cell can give it."""
    plain: dict[Any, Parse] = {datetime: moment, date: day, bool: yes_no, int: number(1, 99)}
    if of in plain or name in CHOSEN:
        return CHOSEN.get(name) or plain[of], Kind.PLAIN, False
    if of is str:
        return text, Kind.PLAIN, True
    if isinstance(of, type) and issubclass(of, TextChoices):
        return choices(of), Kind.PLAIN, False
    if of is UUID:
        return _reference(name)
    return _many(name, of)


def _reference(name: str) -> tuple[Parse, Kind, bool] | None:
    if name in PEOPLE:
        return email, Kind.PERSON, False
    if name in AGENCIES:
        return slug, Kind.AGENCY, False
    return {"clock": (key, Kind.CLOCK, False), "action": (key, Kind.ACTION, False)}.get(name)


def _many(name: str, of: Any) -> tuple[Parse, Kind, bool] | None:
    if get_origin(of) is Mapping and get_args(of) == (UUID, UUID):
        found: dict[str, tuple[Parse, Kind, bool]] = {
            "holders": (pairs(slug, email), Kind.HOLDERS, False),
            "members": (pairs(email, slug), Kind.MEMBERS, False),
        }
        return found.get(name)
    if get_origin(of) in {Collection, Sequence} and get_args(of) == (UUID,) and name in {"agencies", "against", "disagree"}:
        return several(slug), Kind.AGENCIES, False
    return None


def _bare(hint: Any) -> Any:
    """The type without "or None"."""
    kept = [each for each in get_args(hint) if each is not type(None)]
    return kept[0] if type(None) in get_args(hint) and len(kept) == 1 else hint


def _column(name: str, parameter: Parameter, hint: Any) -> Taken | None:
    reader = _reader(name, _bare(hint))
    if reader is None:
        return None
    parse, kind, is_text = reader
    return Taken(name, parse, kind, parameter.default is Parameter.empty and name not in GIVEN_ANYWAY, is_text)


@cache
def takes(verb: Verb) -> Mapping[str, Taken]:
    """The columns that a step of this verb takes, beyond those of every row, by name."""
    if verb == Verb.SUBMIT:
        return {column.name: column for column in LOG}
    function = VERBS[verb].run
    hints = get_type_hints(function)
    parameters = list(signature(function).parameters.items())[1:]
    found = {name: column for name, parameter in parameters if (column := _column(name, parameter, hints[name])) is not None}
    return found | ({ACTION.name: ACTION} if verb == Verb.ADD_ACTION else {})


def untaken(verb: Verb) -> list[str]:
    """What the verb needs and no column can give: a test holds this empty."""
    parameters = list(signature(VERBS[verb].run).parameters.items())[1:]
    return [name for name, parameter in parameters if parameter.default is Parameter.empty and name not in takes(verb)] if verb != Verb.SUBMIT else []


STEPS: dict[str, Verb] = {verb.value: verb for verb in VERBS if verb not in LEFT_OUT} | {"log": Verb.SUBMIT}
read_step: Callable[[str], str] = one_of({name: source(verb.label) for name, verb in STEPS.items()})


@cache
def headings() -> tuple[str, ...]:
    """Every column of the file, those of every row first."""
    found = dict.fromkeys(column.name for column in (*GENERAL, *LOG))
    for verb in sorted(set(STEPS.values())):
        found |= dict.fromkeys(takes(verb))
    return tuple(found)
