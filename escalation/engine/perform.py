"""The one door for writing: lock, see, policy, what was seen, the verb, the rows and the messages, in one transaction."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agencies import wall_clock
from agencies.errors import Conflict, InvalidInput, NotFound, WrongState
from agencies.person import Person
from escalation import policy
from escalation.engine import questions
from escalation.engine.case import Case, load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import Dispute
from escalation.querysets import known_each
from escalation.states import Verb

Ready = Callable[[Case, Person | None], str | None]
Beside = Callable[[Person, dict[str, Any]], UUID | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person saw when they decided: the stage and the revision, as `stage.revision` in forms and calls."""

    stage: int
    revision: int

    @classmethod
    def of(cls, dispute: Dispute) -> "Seen":
        """What is so now."""
        return cls(dispute.stage, dispute.revision)

    @classmethod
    def parse(cls, text: str) -> "Seen":
        """From a form's or call's text. Raises InvalidInput where it is not two whole numbers."""
        stage, _dot, revision = text.partition(".")
        if not (stage.isascii() and stage.isdigit() and revision.isascii() and revision.isdigit() and len(text) < 20):
            raise InvalidInput(_("The page was out of date. Open the disagreement again."), field="seen")
        return cls(int(stage), int(revision))

    def __str__(self) -> str:
        return f"{self.stage}.{self.revision}"


@dataclass(frozen=True, slots=True)
class VerbSpec:
    """A verb: its function, when it is possible, whether it needs what the person saw, and which other disagreement it changes too."""

    verb: Verb
    run: Callable[..., Any]
    ready: Ready
    decides: bool
    beside: Beside | None = None


VERBS: dict[Verb, VerbSpec] = {}


def verb(which: Verb, *, ready: Ready, decides: bool = True, beside: Beside | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a service function as the verb. `ready(case, person)` gives None where it is possible now, else the reason in words.

    `decides` verbs refuse where what the person saw has moved; the others only add to the record. `beside(person, given)` names another
    disagreement that the verb changes too, of those that the person may know of: both are locked in the order of their keys.
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        VERBS[which] = VerbSpec(which, function, ready, decides, beside)
        return function

    return register


def perform(
    dispute_id: UUID,
    which: Verb,
    *,
    actor: Person,
    seen: Seen | None = None,
    happened: datetime | None = None,
    now: datetime | None = None,
    **given: Any,  # noqa: ANN401 - each verb names its own
) -> Change:
    """Do one verb to one disagreement for one person, whole or not at all.

    `happened` is when it happened, where that was before now (aware). Raises NotFound where there is no such disagreement or the person may
    not know of it, NotAllowed, WrongState (Conflict where another was first) and InvalidInput.
    """
    with transaction.atomic():
        change = _decided(dispute_id, which, actor, seen, now=now or wall_clock.now(), happened=happened, given=given)
        commit([change, change.beside] if change.beside else [change])
    return change


def rehearse(
    case: Case,
    which: Verb,
    *,
    actor: Person,
    seen: Seen | None = None,
    happened: datetime | None = None,
    **given: Any,  # noqa: ANN401 - each verb names its own
) -> None:
    """Raises what `perform` would with the same arguments, and does nothing: what cannot be is said before anybody checks and confirms it.

    `case` is as this person's page has just read it, and stays as it is: what is confirmed is decided anew, on what is read under the lock then.
    """
    spec, now = VERBS[which], wall_clock.now()
    with transaction.atomic():
        if spec.beside is not None:
            _decided(case.dispute.pk, which, actor, seen, now=now, happened=happened, given=given)
        else:
            check_seen(case, spec, seen)
            decide(_apart(case), which, actor=actor, now=now, happened=happened, **given)
        transaction.set_rollback(True)


def _apart(case: Case) -> Case:
    """A case as `load` gives it, with rows of its own, to be changed and thrown away; what no verb changes is shared."""
    copy = deepcopy(case, {id(one): one for one in (case.procedure, case.calendar, case.directory)})
    copy.opened_early = {}
    return copy


def _decided(
    dispute_id: UUID, which: Verb, actor: Person, seen: Seen | None, *, now: datetime, happened: datetime | None, given: dict[str, Any]
) -> Change:
    """The verb done in memory to the disagreement as it stands, locked. Raises what `perform` does."""
    spec = VERBS[which]
    case, beside = _open(dispute_id, actor, now, spec.beside(actor, given) if spec.beside else None)
    check_seen(case, spec, seen)
    return decide(case, which, actor=actor, now=now, happened=happened, beside=beside, **given)


def decide(
    case: Case,
    which: Verb,
    *,
    actor: Person,
    now: datetime,
    happened: datetime | None = None,
    is_past: bool = False,
    beside: Case | None = None,
    **given: Any,  # noqa: ANN401 - each verb names its own
) -> Change:
    """One verb in memory, on a case that the caller holds: policy, whether it is possible, and the verb. The caller commits.

    `is_past` marks what is entered from an earlier log, `beside` is another case that the verb changes too. Raises NotAllowed, WrongState and
    InvalidInput; the case may then be half changed and is to be thrown away.
    """
    now, spec = wall_clock.to_the_second(now), VERBS[which]
    policy.require(actor, which, case)
    refusal = spec.ready(case, actor)
    if refusal:
        raise WrongState(refusal)
    speaks_for = _speaks_for(actor, case)
    change = Change(case, now=now, actor=actor, happened=checked_happened(happened, now), agency=speaks_for, is_past=is_past)
    if beside is not None:
        change.beside = Change(beside, now=now, actor=actor, agency=_speaks_for(actor, beside))
    spec.run(change, **given)
    return change


def _open(dispute_id: UUID, actor: Person, now: datetime, beside: UUID | None) -> tuple[Case, Case | None]:
    """The locked case, for one who may know of it, and the other that the verb changes too."""
    cases = {case.dispute.pk: case for case in load({dispute_id, beside or dispute_id}, now=now)}
    if dispute_id not in cases or not questions.IS_KNOWN(dispute_id, known_each(actor, wall_clock.today())):
        raise NotFound(_("There is no such disagreement, or it is not yours to see."))
    return cases.pop(dispute_id), cases.get(beside) if beside else None


def check_seen(case: Case, spec: VerbSpec, seen: Seen | None) -> None:
    """Raises Conflict where a deciding verb rests on something that has moved since the person saw it."""
    if not spec.decides or seen is None:
        return
    if seen != Seen.of(case.dispute):
        raise Conflict(
            _("Somebody else was first: this disagreement has changed since you opened the page. Look at what happened, then decide again.")
        )


def checked_happened(happened: datetime | None, now: datetime, field: str = "happened_at") -> datetime:
    """The moment it happened, now where none is said: never after now, nor more than a year before. Raises InvalidInput beside the field."""
    if happened is None:
        return now
    happened = wall_clock.to_the_second(happened)
    if happened > now:
        raise InvalidInput(_("That moment has not come yet."), field=field)
    if (now - happened).days > 366:
        raise InvalidInput(_("That is more than a year ago."), field=field)
    return happened


def _speaks_for(actor: Person, case: Case) -> UUID | None:
    side = policy.side_of(actor, case)
    return side[1] if side else None


def possible(case: Case, person: Person) -> list[Verb]:
    """What the person may do and what the state and the procedure allow now: buttons and API flags."""
    return [which for which in policy.actions_for(person, case) if which in VERBS and VERBS[which].ready(case, person) is None]
