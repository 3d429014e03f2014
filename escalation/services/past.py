"""A stage that had happened already when it was entered: what is asked of it, read and checked once for every door."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput
from agencies.readable import read_moment, trimmed
from escalation.engine.typed import clean
from escalation.procedures.definition import ProcedureDefinition

LONGEST_AGO = timedelta(days=366)
MOST = 6
WORDS = {
    "who": _("Say who talked: names, posts and agencies."),
    "said": _("Say what was said."),
    "result": _("Say what came of it, and why it is not settled."),
}


@dataclass(frozen=True, slots=True)
class PastStage:
    """When it began and ended (aware), who talked, what was said, and what came of it."""

    happened_from: datetime
    happened_until: datetime
    who: str
    said: str
    result: str

    @property
    def texts(self) -> dict[str, str]:
        """What was typed, as the record's body keeps it."""
        return {name: getattr(self, name) for name in WORDS}


def read_past(raw: Iterable[Mapping[str, Any]]) -> list[PastStage]:
    """The stages from plain JSON values. Raises InvalidInput, and TypeError, ValueError or KeyError for what cannot be read at all."""
    return [PastStage(read_moment(one["happened_from"]), read_moment(one["happened_until"]), **_texts(one)) for one in list(raw)[: MOST + 1]]


def _texts(one: Mapping[str, Any]) -> dict[str, str]:
    found = {name: one.get(name, "") for name in WORDS}
    if not all(isinstance(text, str) for text in found.values()):
        raise TypeError(one)
    return {name: clean(text, "past") for name, text in found.items()}


def check_past(past: PastStage, *, now: datetime, since: datetime | None = None) -> None:
    """Raises InvalidInput beside what is missing or cannot be: it has ended, within a year, and after the stage before it (`since`)."""
    for name, sentence in WORDS.items():
        if not trimmed(getattr(past, name)):
            raise InvalidInput(sentence, field=name)
    if past.happened_from.tzinfo is None or past.happened_until.tzinfo is None:
        raise InvalidInput(gettext("Give the date and the time."), field="happened_from" if past.happened_from.tzinfo is None else "happened_until")
    if past.happened_until > now:
        raise InvalidInput(gettext("That moment has not come yet. Enter what has already ended."), field="happened_until")
    if past.happened_from > past.happened_until:
        raise InvalidInput(gettext("It cannot end before it began."), field="happened_until")
    if now - past.happened_from > LONGEST_AGO:
        raise InvalidInput(gettext("That is more than a year ago."), field="happened_from")
    if since is not None and past.happened_from < since:
        raise InvalidInput(gettext("Enter stages in their order: this one began before the stage before it had ended."), field="happened_from")


def onward(procedure: ProcedureDefinition, position: int) -> int:
    """The stage in which it goes on after this one. Raises InvalidInput where that is the partnership's, or where there is none."""
    following = procedure.following(position)
    if following is None:
        raise InvalidInput(gettext("This is the procedure's last stage: record what happened as a meeting or call."), field="stage")
    if following.is_partnership:
        raise InvalidInput(gettext("The next stage is the partnership's: record what happened as a meeting or call, then refer it."), field="stage")
    return following.position


def check_logged(past: Sequence[PastStage], procedure: ProcedureDefinition, first: int, now: datetime) -> None:
    """The same for all that are logged together, from the stage at which it would start. Raises InvalidInput with the first mistake."""
    since, position = None, first
    for one in past:
        check_past(one, now=now, since=since)
        since, position = one.happened_until, onward(procedure, position)


def start_after(procedure: ProcedureDefinition, first: int, number: int) -> int:
    """The stage in which it begins where so many had happened already, from `first` on; no further than the two sides can go on."""
    position = first
    for _step in range(number):
        following = procedure.following(position)
        if following is None or following.is_partnership:
            break
        position = following.position
    return position
