"""How a lived disagreement ends: confirmed, closed with or without what closing asks for, reopened, left out; and what becomes of what was agreed."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from agencies.errors import DomainError
from escalation.models import AgreedAction, LearningPoint
from escalation.services.learning import follow_learning
from escalation.states import Difference, LearningStatus, LeftOut, Outcome, State, SummaryKind, Verb
from tests.reports.lived.matter import Matter
from tests.reports.lived.place import LONDON


def confirmed(it: Matter) -> bool:
    """Every side confirms the wording that was put; one that stays silent has its gap recorded. Whether that resolved it."""
    for house in (it.raiser, *it.receivers):
        it.later(hours=it.dice.choice([1, 20]))
        if it.lines("outcome_proposed") and it.row.state == State.OPEN and str(house.key) not in _heard(it):
            by = it.on_our_side() if house is it.raiser else it.over_there(house)
            if it.dice.random() < 0.1 or not it.do(Verb.CONFIRM_OUTCOME, by):
                it.do(Verb.RECORD_GAP, it.place.unit, agency=house.key, reason="Three calls.")
    return bool(it.row.state == State.RESOLVED)


def _heard(it: Matter) -> set[str]:
    """Whose confirmation of the wording that was put last is there."""
    put = it.lines("outcome_proposed")[-1].number
    return {line.facts["agency"] for line in it.lines("outcome_confirmed") if line.number > put}


def closing(it: Matter) -> None:
    """What closing asks for, most of it; then closed, by the lead or by the business unit with the gap."""
    lead = it.raiser.lead
    if it.dice.random() < 0.8:
        it.do(Verb.GIVE_FEEDBACK, lead, words="By phone.", given_on=it.now.astimezone(LONDON).date())
    for house in (it.raiser, *it.receivers):
        it.later(hours=it.dice.choice([1, 40]))
        if it.dice.random() < 0.9:
            it.do(Verb.CONFIRM_FILE, lead if house is it.raiser else it.over_there(house), agency=house.key)
    for _ in range(it.dice.choices([0, 1, 2], [2, 7, 1])[0]):
        it.do(Verb.RECORD_LEARNING, lead, **_learnt(it))
    if it.dice.random() < 0.15:
        it.do(Verb.RECORD_DEBRIEF, lead, went_well="Quick.", training="Thresholds.")
    if it.procedure == "enfield" and it.dice.random() < 0.7:
        it.do(Verb.WRITE_SUMMARY, lead, kind=SummaryKind.EXECUTIVE, concerns="None made.", resolution="An assessment.")
    if it.later(days=it.dice.choice([0, 3, 15])) and it.dice.random() < 0.88:
        difference = it.dice.choice(list(Difference))
        if not it.do(Verb.CLOSE, lead, difference=difference):
            it.do(Verb.CLOSE, it.place.unit, difference=difference, gap="Nobody answered.")


def _learnt(it: Matter) -> dict[str, Any]:
    if it.dice.random() < 0.35:
        return {}
    due = {"due_on": (it.now + timedelta(days=it.dice.choice([20, 90]))).date()} if it.dice.random() < 0.8 else {}
    return {"issue": "Say the threshold.", "change_needed": it.dice.choice(["policy", "training", "service", ""]), **due}


def afterwards(it: Matter, at: int) -> None:
    """Actions are done, learning is moved on, some of it is reopened and ended again, some was a duplicate."""
    for action in list(AgreedAction.objects.filter(dispute=it.key, done_at=None).order_by("due_at")):
        if it.dice.random() < 0.6 and it.later(days=it.dice.choice([1, 9, 30])):
            it.do(Verb.COMPLETE_ACTION, it.raiser.lead, action=action.pk, how="Done.")
    for point in list(LearningPoint.objects.filter(dispute=it.key, is_none=False).order_by("recorded_at", "pk")):
        for status in it.dice.choice([[], [LearningStatus.DONE], [LearningStatus.NOT_TAKEN_UP], [LearningStatus.DONE, LearningStatus.OPEN]]):
            if it.later(days=it.dice.choice([2, 50])):
                _follow(it, point, status)
    if it.row.state != State.OPEN and it.dice.random() < 0.2 and it.later(days=3):
        _again(it)
    if at % 10 == 3 and it.row.state in {State.CLOSED, State.WITHDRAWN} and it.later(days=1):
        it.do(Verb.LEAVE_OUT, it.place.unit, cause=LeftOut.TEST, reason="A try.")
        if it.dice.random() < 0.3:
            it.do(Verb.COUNT_AGAIN, it.place.unit, reason="It was none.")


def _again(it: Matter) -> None:
    """Reopened, and most often settled by a wording and ended once more."""
    if not it.do(Verb.REOPEN, it.raiser.lead, reason="It came back.") or it.dice.random() < 0.3:
        return
    it.later(hours=5)
    it.do(Verb.PROPOSE_OUTCOME, it.on_our_side(), wording="A visit.", kind=Outcome.AGREED_ACTION)
    if confirmed(it):
        closing(it)


def _follow(it: Matter, point: LearningPoint, status: LearningStatus) -> None:
    """Somebody of the business unit says how far it has come, and by when."""
    now = LearningPoint.objects.get(pk=point.pk)
    due = (it.now + timedelta(days=30)).date() if it.dice.random() < 0.4 else now.due_on
    given: dict[str, Any] = {"status": status, "owner": now.owner_id, "due_on": due, "referred_to": now.referred_to, "evidence": "A course."}
    with suppress(DomainError):
        follow_learning(point.pk, actor=it.place.person(it.place.unit, it.now), now=it.now, **given)
