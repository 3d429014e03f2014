"""What the procedure asks for now, as a short list of tasks: before this stage ends, and before it can be closed."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies.person import Person
from agencies.words import upper_first
from escalation import policy
from escalation.engine.case import Case
from escalation.engine.turns import closers
from escalation.procedures.words import REQUIRED
from escalation.selectors.words import document_words
from escalation.services.requirements import asked_of, unwritten, wanted_summaries
from escalation.states import ReviewNeed, State, Verb


@dataclass(frozen=True, slots=True)
class Task:
    """One task: the verb that does it, its title, whether it is done, and whether closing can do without it."""

    verb: Verb | None
    title: str
    hint: str = ""
    done: bool = False
    optional: bool = False


def stage_tasks(case: Case) -> list[Task]:
    """What the stage it is in asks for before an agreed action ends it, and the forms that come with it."""
    stage = case.stage_definition
    if stage is None or case.dispute.state != State.OPEN:
        return []
    asked = [Task(item.verb, upper_first(str(REQUIRED[item.what])), done=item.done) for item in asked_of(case)]
    forms = [
        Task(None, _("{form} form").format(form=upper_first(document_words(form))), hint=_("Filled from the record. Print it, or save it."))
        for form in stage.forms
    ]
    return asked + forms


def closing_tasks(case: Case, person: Person, unfiled: list[str]) -> list[Task]:
    """The tasks between resolved and closed, those that the procedure asks for, then what it only offers. `unfiled` are names of agencies."""
    dispute, closing = case.dispute, case.procedure.closing
    if dispute.state != State.RESOLVED:
        return []
    missing = unwritten(case)
    hint = _("Still to confirm: {agencies}").format(agencies=", ".join(unfiled)) if unfiled else ""
    found = [
        (closing.feedback, Task(Verb.GIVE_FEEDBACK, str(Verb.GIVE_FEEDBACK.label), done=dispute.feedback_at is not None)),
        (closing.file, Task(Verb.CONFIRM_FILE, str(Verb.CONFIRM_FILE.label), hint, done=not unfiled)),
        (closing.learning, Task(Verb.RECORD_LEARNING, str(Verb.RECORD_LEARNING.label), done=dispute.learning_at is not None)),
    ]
    found += [(True, Task(Verb.WRITE_SUMMARY, f"{kind.label}", done=kind not in missing)) for kind in wanted_summaries(case)]
    found += [
        (closing.debrief, Task(Verb.RECORD_DEBRIEF, str(Verb.RECORD_DEBRIEF.label), done=dispute.debrief_at is not None, optional=True)),
        (policy.may(person, Verb.CONSIDER_REVIEW, case), _review(case)),
    ]
    return [task for is_asked, task in found if is_asked]


def unasked(case: Case) -> frozenset[Verb]:
    """The tasks before closing that the procedure does not ask for: possible, and not what the page leads to."""
    asks = case.procedure.closing
    asked = {
        Verb.GIVE_FEEDBACK: asks.feedback,
        Verb.CONFIRM_FILE: asks.file,
        Verb.RECORD_LEARNING: asks.learning,
        Verb.WRITE_SUMMARY: bool(wanted_summaries(case)),
    }
    return frozenset(verb for verb, is_asked in asked.items() if not is_asked)


def closed_by(case: Case, person: Person) -> str:
    """Who closes it, where this person may not."""
    if case.dispute.state != State.RESOLVED or policy.may(person, Verb.CLOSE, case):
        return ""
    able = [case.directory.snapshot.people[lead].name for lead in closers(case)]
    return _("Who can close it: {people}").format(people=", ".join([*able, _("the business unit")]))


def _review(case: Case) -> Task:
    said = str(ReviewNeed(case.dispute.review).label) if case.dispute.review else ""
    return Task(Verb.CONSIDER_REVIEW, str(Verb.CONSIDER_REVIEW.label), said, done=bool(said), optional=True)
