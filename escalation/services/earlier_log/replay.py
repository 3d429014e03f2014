"""Telling an earlier log again: each step through its own verb, at its own moment, many disagreements side by side."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.calendars import calendar_of
from agencies.errors import DomainError, InvalidInput, NotAllowed
from agencies.models import Partnership
from agencies.person import Person
from agencies.working_days import CalendarError, london
from escalation import policy
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.engine.definitions import definition_of
from escalation.engine.perform import VERBS, decide
from escalation.models import Procedure, ProcedureVersion
from escalation.services.drafts import begin_past
from escalation.services.earlier_log import live
from escalation.services.earlier_log.arguments import Telling, agency_of, answers_of, arguments_of, person_key, remember
from escalation.services.earlier_log.columns import headings
from escalation.services.earlier_log.people import People, stands_for, who_could
from escalation.services.earlier_log.reading import FIRST, Log, Step
from escalation.services.reading_answers import read
from escalation.services.submission import Problems
from escalation.states import Verb

TOGETHER = 200
# Fields of a service whose column has another name.
COLUMN_OF = {"holder": "holders", "is_urgent": "urgent", "happened_at": "happened"}


class Replay:
    """One log being told into one partnership, as of `now` (aware), inside the caller's transaction. `actor` brings it in; None: the command line."""

    def __init__(self, log: Log, partnership: Partnership, *, actor: Person | None, now: datetime) -> None:
        self.log, self.partnership, self.actor, self.now = log, partnership, actor, now
        self.people = People(partnership)
        self.calendar = calendar_of(partnership)
        self.procedures = {row.key: list(row.versions.order_by("number")) for row in Procedure.objects.filter(partnership=partnership)}
        self.default = Procedure.objects.filter(partnership=partnership, is_default=True).values_list("key", flat=True).first()
        self.before_first: set[str] = set()
        self.told: list[Case] = []

    def tell(self, keys: Iterable[str]) -> None:
        """Tell these disagreements. What is refused is noted in the log's problems, and that disagreement is told no further."""
        rest = iter(keys)
        while batch := list(islice(rest, TOGETHER)):
            self._together([telling for key in batch if (telling := self._begin(self.log.steps[key])) is not None])

    def _together(self, tellings: list[Telling]) -> None:
        """The first step of all, then the second of all: the number of statements follows the longest, not their number."""
        going, at = tellings, 0
        while going:
            done = [(telling, change) for telling in going if (change := self._step(telling, telling.steps[at])) is not None]
            commit([change for _, change in done])
            at += 1
            self.told += [telling.case for telling, _ in done if len(telling.steps) == at]
            going = [telling for telling, _ in done if len(telling.steps) > at]

    def _refuse(self, step: Step, error: Exception) -> None:
        """Note why a row is refused, in the words of whoever refused it."""
        if isinstance(error, Problems):
            for name, words in error.problems:
                self.log.refuse(step.number, _column(name), words.rstrip("."))
            return
        name = error.field or "step" if isinstance(error, DomainError) else "recorded"
        self.log.refuse(step.number, _column(name), str(error).rstrip("."))

    # -- the first row ---------------------------------------------------------------------------------------------------

    def _begin(self, steps: Sequence[Step]) -> Telling | None:
        first = steps[0]
        if first.verb != Verb.SUBMIT:
            self.log.refuse(first.number, "step", _("is the disagreement's first: begin with {first}").format(first=FIRST))
            return None
        is_ahead = self._is_ahead(first)
        try:
            telling = Telling(list(steps), self._draft(first))
        except (DomainError, CalendarError) as error:
            self._refuse(first, error)
            return None
        if not is_ahead:
            return telling
        self._tell_no_further(telling, first)
        return None

    def _is_ahead(self, step: Step) -> bool:
        """Noted as a mistake where the row's moment has not come yet."""
        if step.recorded > self.now:
            self._refuse(step, InvalidInput(_("That moment has not come yet."), field="recorded"))
        return bool(step.recorded > self.now)

    def _tell_no_further(self, telling: Telling, step: Step) -> None:
        """Note besides what else the row gets wrong that needs no day: agencies and people whom nobody knows."""
        try:
            if step.agency:
                agency_of(self.people, step.agency, "agency")
            self._given(telling, step)
        except (DomainError, CalendarError) as error:
            self._refuse(step, error)

    def _draft(self, step: Step) -> Case:
        if not step.agency:
            raise InvalidInput(_("The raising agency is needed."), field="agency")
        place, directory = agency_of(self.people, step.agency, "agency"), self.people.on(step.recorded)
        named = step.given.get("raiser")
        raiser = person_key(self.people, named, "raiser") if named else None
        by = person_key(self.people, step.by, "by") if step.by else raiser or stands_for(directory, place.pk)
        person = directory.person(by) if by else None
        if person is None:
            raise InvalidInput(_("The directory of that day knows nobody who could have raised it: name who did."), field="by")
        version = self._version(step)
        try:
            dispute = begin_past(person, place=place, raiser=raiser, version=version, now=step.recorded, key=step.key)
        except NotAllowed as error:
            raise InvalidInput(_("The directory of that day gives this person no role in the raising agency."), field="by") from error
        dispute.partnership = self.partnership
        return Case(dispute, definition_of(version.pk), self.calendar, directory)

    def _version(self, step: Step) -> ProcedureVersion:
        """The version in force that day; of an earlier day the first one, for no older text is there. Raises InvalidInput without a procedure."""
        key = step.given.get("procedure") or self.default
        versions = self.procedures.get(key or "", [])
        if not versions:
            raise InvalidInput(
                _('The partnership has no procedure "{key}".').format(key=key) if key else _("No procedure is published yet."), field="procedure"
            )
        day = london(step.recorded).date()
        if day < versions[0].in_force_from:
            self.before_first.add(step.key)
        return next((version for version in reversed(versions) if version.in_force_from <= day), versions[0])

    # -- every row -------------------------------------------------------------------------------------------------------

    def _step(self, telling: Telling, step: Step) -> Change | None:
        """The row's change, not yet written; None where it was refused."""
        case = telling.case
        if self._is_ahead(step):
            self._tell_no_further(telling, step)
            return None
        try:
            case.directory = self.people.on(step.recorded)
            late = live.mark_breaches(case, step.recorded)
            given = self._given(telling, step)
            actor = self._actor(case, step)
            change = decide(case, step.verb, actor=actor, now=step.recorded, happened=step.happened, is_past=True, **given)
        except (DomainError, CalendarError) as error:
            self._refuse(step, error)
            return None
        for clock in late:
            change.touch(clock)
        remember(telling, step, change.added)
        return change

    def _given(self, telling: Telling, step: Step) -> dict[str, Any]:
        if step.verb == Verb.SUBMIT:
            return {"submission": read(answers_of(self.people, step))}
        return arguments_of(self.people, telling, step)

    def _actor(self, case: Case, step: Step) -> Person:
        """Who did it: whom the log names, else whoever held it then. Raises InvalidInput where the directory of that day does not let them."""
        if step.verb == Verb.SUBMIT and not step.by:
            return self._known(case, case.dispute.logged_by_id)
        if step.by:
            person = self._known(case, person_key(self.people, step.by, "by"))
            if not policy.may(person, step.verb, case):
                raise InvalidInput(_not_theirs(step.verb), field="by")
            return person
        agency = agency_of(self.people, step.agency, "agency").pk if step.agency else None
        able = [person for person in who_could(case, step.verb, agency) if policy.may(person, step.verb, case)]
        ready = VERBS[step.verb].ready
        found = next((person for person in able if ready(case, person) is None), next(iter(able), None))
        if found is None:
            refusal = ready(case, None)
            raise InvalidInput(refusal or _("By the directory of that day nobody could do this: name who did."), field="step" if refusal else "by")
        return found

    @staticmethod
    def _known(case: Case, key: UUID) -> Person:
        person = case.directory.person(key)
        if person is None:
            raise InvalidInput(_("This person held no role in the partnership on that day."), field="by")
        return person

    # -- the end ---------------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Mark all that was told as brought in, and let what is still open go on as live from now."""
        for cases in _batches(self.told, TOGETHER):
            for case in cases:
                case.directory = self.people.on(self.now)
            commit([live.bring_in(case, actor=self.actor, now=self.now) for case in cases])


def _not_theirs(verb: Verb) -> str:
    return _("By the directory of that day this person could not do this ({verb}): leave it empty, and whoever held it is taken.").format(
        verb=verb.label.lower()
    )


def _column(name: str | None) -> str:
    """The column that a service's field stands in; none where there is no such column."""
    found = COLUMN_OF.get(name or "", name or "")
    return found if found in headings() else ""


def _batches(cases: Sequence[Case], size: int) -> Iterator[Sequence[Case]]:
    return (cases[at : at + size] for at in range(0, len(cases), size))
