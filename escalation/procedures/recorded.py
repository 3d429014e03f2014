"""The part of a procedure that is kept and shown but that no verb acts on yet: validated like everything else."""

from collections.abc import Callable
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from agencies.words import Words, source
from escalation.procedures.clock_reading import read_within
from escalation.procedures.reading import Table, listed
from escalation.states import Side


class About(StrEnum):
    """Whom a matter may be about."""

    CHILDREN = "children"
    ADULTS = "adults"


class Matter(StrEnum):
    """What may be raised besides one person's case."""

    CASE = "case"
    THEME = "theme"
    CAPACITY = "capacity"
    MISSED_MEETINGS = "missed_meetings"


class Asked(StrEnum):
    """How a field of the form is treated."""

    ASKED = "asked"
    REQUIRED = "required"
    HIDDEN = "hidden"


class RemindWhen(StrEnum):
    """When a reminder goes out."""

    HALF_WAY = "half_way"
    DUE = "due"
    EACH_WORKING_DAY = "each_working_day"


def _flag(table: Table, key: str) -> str:
    return "yes" if table.flag(key, default=False) else "no"


def _text(table: Table, key: str) -> str:
    return table.text(key)


def _texts(table: Table, key: str) -> str:
    return "; ".join(table.texts(key))


def _side(table: Table, key: str) -> str:
    side = table.choice(key, Side)
    return source(side.label) if side else ""


def _about(table: Table, key: str) -> str:
    return listed(table.choices(key, About))


def _matters(table: Table, key: str) -> str:
    return listed(matter.value.replace("_", " ") for matter in table.choices(key, Matter))


def _within(table: Table, key: str) -> str:
    within = read_within(table, key)
    return within.words() if within else ""


def _remind(table: Table, key: str) -> str:
    below = table.below(key)
    if below is None:
        return ""
    when = listed(moment.value.replace("_", " ") for moment in below.choices("when", RemindWhen))
    whom = listed(below.texts("whom", longest=100))
    below.finish()
    return "; ".join(part for part in (when, f"to {whom}" if whom else "") if part)


def _fields(table: Table, key: str) -> str:
    rows = []
    for below in table.each(key, "field"):
        name, asked = below.key("key", "the field's key"), below.choice("asked", Asked, needed="asked, required or hidden")
        words = below.text("words", longest=200)
        below.finish()
        rows.append(f"{name.replace('_', ' ')}: {asked or ''}" + (f" (“{words}”)" if words else ""))
    return "; ".join(rows)


# key in the file → the words shown for it, and how it is read.
RECORDED: dict[str, tuple[Words, Callable[[Table, str], str]]] = {
    "about": (_("Whom it may be about"), _about),
    "matters": (_("What may be raised besides a case"), _matters),
    "same_person_again": (_("One person may act at more than one stage"), _flag),
    "resolved_by": (_("Who decides that it is resolved"), _side),
    "route_chosen_by": (_("Who chooses the route at the last stage"), _side),
    "beyond_last": (_("What follows where the last stage leaves it unresolved"), _text),
    "copy_list": (_("Always copied in"), _texts),
    "family_told": (_("The family is told"), _flag),
    "feedback_within": (_("Feedback to the person who raised it, within"), _within),
    "outcome_letter_within": (_("Outcome letter, within"), _within),
    "remind": (_("Reminders of its own"), _remind),
    "fields": (_("Fields of its forms"), _fields),
    "based_on": (_("Regional text that it follows"), _text),
    "exceptions": (_("Local exceptions to it"), _texts),
    "also": (_("Also said"), _texts),
}


# Once only recorded; now enforced or asked for.
MOVED = frozenset({"raiser_roles", "consult_first", "status_quo"})


def read_recorded(table: Table | None) -> tuple[tuple[str, str], ...]:
    """The `[recorded]` table as (key, value in words), in the file's order of keys as documented. Only what the file gives."""
    if table is None:
        return ()
    for key in MOVED & set(table.data):
        table.raw(key)
        table.problem(key, "This is acted on, so it is said at the head of the file, above the first table.")
    found = tuple((key, read(table, key)) for key, (_words, read) in RECORDED.items() if table.has(key))
    table.finish()
    return found
