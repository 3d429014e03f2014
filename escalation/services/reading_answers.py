"""Reading a submission from the plain answers that a draft keeps or a program sends."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput
from agencies.readable import read_moment
from escalation.services.attempts import read_attempts
from escalation.services.past import read_past
from escalation.services.submission import MOST_CHILDREN, TEXTS, ChildAnswer, Problems, Submission
from escalation.services.words import clean
from escalation.states import Basis, Door, FamilyTold, Ground, Plan, Setting, Theme


def read(answers: Mapping[str, Any]) -> Submission:
    """The submission from plain answers (form data kept as JSON, or an API body). Raises Problems for what cannot be read; unknown keys too."""
    known = {f.name for f in fields(Submission)}
    problems = [(str(key), gettext("This is not something that is asked.")) for key in answers if key not in known]
    submission = Submission()
    for name in known & set(answers):
        try:
            setattr(submission, name, _value(name, answers[name]))
        except InvalidInput as error:
            problems.append((name, error.message))
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError):
            problems.append((name, str(UNREADABLE.get(name, gettext("This cannot be read. Enter it again.")))))
    if problems:
        raise Problems(sorted(problems))
    return submission


UNREADABLE = {
    "receiving": _("Choose the agency from the list."),
    **dict.fromkeys(("arose_on", "consulted_on"), _("Enter a date, such as 7 4 2026.")),
    "attempts": _("Enter of each attempt the day, how, with whom, and what was said."),
    "respond_by": _("Enter a date and a time."),
    "spoken_at": _("Enter a date and a time."),
    "raised_at": _("Enter a date and a time."),
    "kept_from": _("Choose from the list."),
    "themes": _("Choose from the list."),
    "past": _("Enter when each stage began and ended, who talked, what was said and what came of it."),
    "level_of_need": _("Choose a level from 1 to 4."),
}


def _value(name: str, raw: Any) -> Any:  # noqa: ANN401 - JSON in, a field's type out
    """One answer in its field's type; yes and no where nothing else is said of the name."""
    if name in TEXTS:
        return clean(_text(raw), name)
    return READERS[name](raw) if name in READERS else bool(raw)


def _keys(raw: Any) -> list[UUID]:  # noqa: ANN401
    return [UUID(str(item)) for item in raw]


def _pairs(raw: Any) -> dict[UUID, UUID]:  # noqa: ANN401
    return {UUID(str(key)): UUID(str(value)) for key, value in raw.items() if value}


def _number(raw: Any) -> int | None:  # noqa: ANN401
    return None if raw in (None, "") else int(raw)


def _choice(choices: type[TextChoices]) -> Callable[[Any], Any]:
    return lambda raw: choices(raw) if raw else ""


def _text(raw: Any) -> str:  # noqa: ANN401
    if not isinstance(raw, str):
        raise TypeError(raw)
    return raw


def child_of(item: Mapping[str, Any]) -> ChildAnswer:
    """One child from plain answers. Raises InvalidInput, or what Python raises, for what cannot be read."""
    born = date.fromisoformat(item["born_on"]) if item.get("born_on") else None
    return ChildAnswer(
        initials=clean(_text(item.get("initials", "")), "children"),
        born_on=born,
        is_unborn=bool(item.get("is_unborn")),
        reference=clean(_text(item.get("reference", "")), "children"),
        name=clean(_text(item.get("name", "")), "children"),
    )


READERS: dict[str, Callable[[Any], Any]] = {
    "receiving": _keys,
    "kept_from": _keys,
    "children": lambda raw: [child_of(item) for item in raw][: MOST_CHILDREN + 1],
    "themes": lambda raw: [Theme(item) for item in raw],
    "holders": _pairs,
    "disputed_person": lambda raw: UUID(str(raw)) if raw else None,
    "door": _choice(Door),
    "way": lambda raw: clean(_text(raw), "way"),
    "setting": _choice(Setting),
    "basis": _choice(Basis),
    "told_whom": _choice(FamilyTold),
    "plan": _choice(Plan),
    "start_ground": _choice(Ground),
    "level_of_need": _number,
    "start_stage": _number,
    "arose_on": lambda raw: date.fromisoformat(raw) if raw else None,
    "respond_by": lambda raw: read_moment(raw) if raw else None,
    "spoken_at": lambda raw: read_moment(raw) if raw else None,
    "raised_at": lambda raw: read_moment(raw) if raw else None,
    "past": read_past,
    "attempts": read_attempts,
    "consulted_on": lambda raw: date.fromisoformat(raw) if raw else None,
    "danger_now": lambda raw: None if raw is None else bool(raw),
    "capacity_in_doubt": lambda raw: None if raw in (None, "") else bool(raw),
}
