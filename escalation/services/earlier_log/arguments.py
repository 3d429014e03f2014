"""What a row's cells mean: codes, addresses and the log's own names as the keys that the verbs take."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from agencies.models import Agency
from agencies.working_days import london
from escalation.engine.case import Case
from escalation.models import AgreedAction
from escalation.services.earlier_log.columns import NOT_KEPT, Kind, takes
from escalation.services.earlier_log.people import People
from escalation.services.earlier_log.reading import Step
from escalation.services.timetables import timed
from escalation.states import Answer, Ground, Verb

Given = dict[str, Any]
# Answers of the log whose names in the submission are longer.
LONGER = {"urgent": "is_urgent", "restricted": "is_restricted", "serious": "is_serious", "stuck": "is_stuck"}


@dataclass(slots=True)
class Telling:
    """One disagreement being told again: its case, its steps, and the actions that it has agreed, by the log's own names."""

    steps: list[Step]
    case: Case
    actions: dict[str, UUID] = field(default_factory=dict)


def agency_of(people: People, code: str, column: str) -> Agency:
    """The agency of this code. Raises InvalidInput for one that the directory does not know or that has left."""
    found = people.agencies.get(code)
    if found is None:
        raise InvalidInput(_('There is no agency "{code}" in the directory.').format(code=code), field=column)
    if not found.is_active:
        raise InvalidInput(
            _('The agency "{code}" has left the partnership: mark it active while the log is brought in.').format(code=code), field=column
        )
    return found


def person_key(people: People, address: str, column: str) -> UUID:
    """The person of this address. Raises InvalidInput for one whom the partnership's directory does not know."""
    found = people.users.get(address)
    if found is None:
        raise InvalidInput(_('Nobody in the directory has the address "{address}".').format(address=address), field=column)
    return found


def answers_of(people: People, step: Step) -> Given:
    """What a `log` row says, as the question pages keep it."""
    found: Given = {LONGER.get(name, name): value for name, value in step.given.items() if name not in {"raiser", "procedure"}}
    found["receiving"] = [str(agency_of(people, code, "receiving").pk) for code in step.given["receiving"]]
    for name in ("respond_by", "arose_on"):
        if found.get(name) is not None:
            found[name] = found[name].isoformat()
    if found.get("disputed_person"):
        found["disputed_person"] = str(person_key(people, found["disputed_person"], "disputed_person"))
    return {name: value for name, value in found.items() if value not in (None, "")}


def arguments_of(people: People, telling: Telling, step: Step) -> Given:
    """What the row gives its verb, resolved. Raises InvalidInput beside the column."""
    taken = takes(step.verb)
    given = {name: _resolved(people, telling, step, name, value) for name, value in step.given.items() if value is not None and name in taken}
    if "agency" in taken and step.agency:
        given["agency"] = agency_of(people, step.agency, "agency").pk
    elif "agency" in taken and taken["agency"].required:
        raise InvalidInput(_("This step needs it."), field="agency")
    if step.verb == Verb.ADD_ACTION:
        given.pop("action", None)
    if step.verb in FILLED:
        FILLED[step.verb](step, given)
    return given


def _resolved(people: People, telling: Telling, step: Step, name: str, value: Any) -> Any:
    """One value as the key, keys or map of keys that it stands for."""
    match takes(step.verb)[name].kind:
        case Kind.AGENCY:
            return agency_of(people, value, name).pk
        case Kind.AGENCIES:
            return [agency_of(people, code, name).pk for code in value]
        case Kind.PERSON:
            return person_key(people, value, name)
        case Kind.HOLDERS:
            return {agency_of(people, code, name).pk: person_key(people, address, name) for code, address in value}
        case Kind.MEMBERS:
            return {person_key(people, address, name): agency_of(people, code, name).pk for address, code in value}
        case Kind.CLOCK:
            return _clock(people, telling.case, step, value)
        case Kind.ACTION:
            return _action(telling, step, value)
    return value


def _clock(people: People, case: Case, step: Step, key: str) -> UUID:
    """The running date of this key, of the row's agency where it names one."""
    agency = agency_of(people, step.agency, "agency").pk if step.agency else None
    found = next((clock.pk for clock in timed(case) if clock.key == key and agency in {None, clock.agency_id}), None)
    if found is None:
        known = ", ".join(sorted({clock.key for clock in timed(case)})) or "none"
        raise InvalidInput(_('No date "{key}" runs then: there are {known}.').format(key=key, known=known), field="clock")
    return found


def _action(telling: Telling, step: Step, name: str) -> UUID | None:
    if step.verb == Verb.ADD_ACTION:
        return None
    if name not in telling.actions:
        raise InvalidInput(_('No earlier add_action row calls its action "{name}".').format(name=name), field="action")
    return telling.actions[name]


def remember(telling: Telling, step: Step, added: list[Any]) -> None:
    """Keep the action that a row agreed, under the name that the log gives it."""
    name = step.given.get("action")
    if step.verb == Verb.ADD_ACTION and name:
        telling.actions[name] = next(row.pk for row in added if isinstance(row, AgreedAction))


# -- texts that a step needs only in some cases, and days that it has anyway: an earlier log seldom keeps them apart -------------------------------


def _fill_response(_step: Step, given: Given) -> None:
    if given["answer"] != Answer.DISAGREES:
        given.setdefault("actions", NOT_KEPT)


def _fill_move(_step: Step, given: Given) -> None:
    if given["ground"] != Ground.NO_RESPONSE:
        given.setdefault("reason", NOT_KEPT)
    given.setdefault("efforts", NOT_KEPT)


def _fill_close(_step: Step, given: Given) -> None:
    given.setdefault("gap", NOT_KEPT)


def _fill_feedback(step: Step, given: Given) -> None:
    given.setdefault("given_on", london(step.recorded).date())


FILLED: dict[Verb, Callable[[Step, Given], None]] = {
    Verb.RESPOND: _fill_response,
    Verb.MOVE_UP: _fill_move,
    Verb.CLOSE: _fill_close,
    Verb.GIVE_FEEDBACK: _fill_feedback,
}
