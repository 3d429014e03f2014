"""What is learnt, and what becomes of it: recorded at the end of a disagreement, then followed until it is done or set aside."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import Conflict, InvalidInput, NotAllowed, NotFound
from agencies.models import Membership, Partnership, PostHolding, User
from agencies.person import Person
from agencies.roles import LEARNING_ROLES, Role
from agencies.words import END_OF_DAY
from agencies.working_days import instant, london
from escalation import learning_policy
from escalation.engine.case import Case, load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.engine.perform import verb
from escalation.models import Event, LearningPoint, Notification
from escalation.policy import side_of
from escalation.services.words import choice, clean, not_years_ahead, short
from escalation.states import ChangeNeeded, EventKind, LearningStatus, Message, State, Verb

LONGEST_REFERRED = 120
SETTLED = frozenset({LearningStatus.DONE, LearningStatus.NOT_TAKEN_UP})
# Whom the page offers as owner; anybody with a place in the partnership can be named.
OFFERED = LEARNING_ROLES | {Role.SENIOR, Role.BOARD_MEMBER}
ASKED = gettext_noop("See to a learning action")
NOT_YOURS = _("You cannot move this learning action on. Its owner, the subgroup, the business unit and the agency that recorded it can.")
ERASED = _("The disagreement that it came from was anonymised when its time was over: nothing can be added to its record any more.")
GAP = gettext_noop("A gap in policy or procedure is put to you")


def _resolved(case: Case, _person: Person | None = None) -> str | None:
    return None if case.dispute.state == State.RESOLVED else gettext("It is not resolved yet.")


@verb(Verb.RECORD_LEARNING, ready=_resolved, decides=False)
def record_learning(
    change: Change,
    *,
    went_well: str = "",
    went_badly: str = "",
    issue: str = "",
    referred_to: str = "",
    change_needed: str = "",
    owner: UUID | None = None,
    due_on: date | None = None,
) -> None:
    """What went well and what did not, and the general issue to learn from; none is an answer too (BRI-18, BRO-09, BUC-05).

    Raises InvalidInput beside the issue where there is none and something is to change, to be referred or to be done: nobody would follow it.
    """
    goes_to = short(referred_to, "referred_to", LONGEST_REFERRED)
    body = {"went_well": clean(went_well, "went_well"), "went_badly": clean(went_badly, "went_badly"), "issue": clean(issue, "issue")}
    body |= {"referred_to": goes_to}
    needs = choice(ChangeNeeded, change_needed, "change_needed") if change_needed else ""
    _check_owner(owner, change.case.dispute.partnership_id, london(change.now).date())
    _check_day(due_on, change.now)
    if not body["issue"] and (needs or goes_to or owner or due_on):
        raise InvalidInput(
            gettext("Say what others should learn from it: there is nothing that could change or be referred to anybody without."), field="issue"
        )
    facts = {"none": not body["issue"], "change_needed": str(needs)}
    facts |= {"owner": str(owner) if owner else "", "due_on": due_on.isoformat() if due_on else ""}
    event = change.record(EventKind.LEARNING, facts=facts, body=body)
    change.case.dispute.learning_at = change.now
    point = add_point(change, event, referred_to=goes_to, change_needed=needs, owner=owner, due_on=due_on, is_none=not body["issue"])
    if owner is not None and change.actor is not None and owner != change.actor.id and not point.is_none:
        _ask(change, point)


def add_point(
    change: Change,
    event: Event,
    *,
    referred_to: str,
    change_needed: str,
    owner: UUID | None = None,
    due_on: date | None = None,
    is_none: bool = False,
) -> LearningPoint:
    """A point whose words are in the event. A gap in policy is put to the chair where the procedure says so (ENF-06)."""
    case = change.case
    to_chair = case.procedure.closing.policy_gaps_to_chair and change_needed == ChangeNeeded.POLICY and case.dispute.sent_at is not None
    point = LearningPoint(
        dispute=case.dispute,
        event=event,
        is_none=is_none,
        referred_to=referred_to,
        change_needed=change_needed,
        is_for_chair=to_chair and not is_none,
        owner_id=owner,
        due_on=due_on,
        set_at=change.now if owner or due_on else None,
        recorded_at=change.now,
    )
    change.add(point)
    if point.is_for_chair:
        chair = next((one.user_id for one in case.directory.chairs() if one.user_id not in case.conflicted_ids), None)
        if chair is not None:
            _put(change, notice(point, chair, GAP, key=f"learning:{point.pk}:chair", now=change.now, leaves=case.calendar.next_opening(change.now)))
    return point


def goes_to(case: Case) -> str:
    """Where the procedure sends what is learnt."""
    return case.procedure.closing.learning_goes_to[:LONGEST_REFERRED]


def follow_learning(
    key: UUID,
    *,
    actor: Person,
    seen: int | None = None,
    status: LearningStatus,
    owner: UUID | None,
    due_on: date | None,
    referred_to: str,
    evidence: str = "",
    now: datetime,
) -> LearningPoint:
    """Say who sees to a point, by when (a London day), to whom it is referred and how far it has come; kept on the disagreement's record.

    What is done, or considered and not taken up, says what was done or why not (BRO-09). `seen` is the revision that the person saw. Raises
    NotFound, NotAllowed, Conflict where somebody else was first, InvalidInput.
    """
    with transaction.atomic():
        case, point = _locked(key, actor, now)
        if not learning_policy.may_follow(actor, point):
            raise NotAllowed(ERASED if case.dispute.anonymised_at else NOT_YOURS)
        if seen is not None and seen != point.revision:
            raise Conflict(
                gettext("Somebody else was first: this learning action has changed since you opened the page. Look at it again, then decide.")
            )
        words = clean(evidence, "evidence")
        facts = _changed(point, choice(LearningStatus, status, "status"), owner, due_on, now)
        referred = _refer(point, short(referred_to, "referred_to", LONGEST_REFERRED))
        if not facts and not words and referred is None:
            raise InvalidInput(gettext("Nothing is changed. Change something, or say what was done."), field="evidence")
        if point.status in SETTLED and not words and "status" in facts:
            raise InvalidInput(gettext("Say what was done, or why it is not taken up."), field="evidence")
        change = Change(case, now=now, actor=actor, agency=side[1] if (side := side_of(actor, case)) else None)
        # What was typed lies in the body, which can be erased; that it goes to nobody any more is a choice.
        facts |= {"referred_to": ""} if referred == "" else {}
        _keep(change, point, facts, {"evidence": words, "referred_to": referred or ""})
    return point


def _locked(key: UUID, actor: Person, now: datetime) -> tuple[Case, LearningPoint]:
    """The point with its locked disagreement, for one who may know of it."""
    found = LearningPoint.objects.named_seen_by(actor).filter(pk=key).values_list("dispute", flat=True).first()
    if found is None:
        raise NotFound(gettext("There is no such learning action, or it is not yours to see."))
    case = load([found], now=now)[0]
    point: LearningPoint = LearningPoint.objects.select_related("event").get(pk=key)
    point.dispute = case.dispute
    return case, point


def _changed(point: LearningPoint, status: str, owner: UUID | None, due_on: date | None, now: datetime) -> dict[str, str]:
    """Put the new values into the point; what differs, as facts."""
    facts: dict[str, str] = {}
    if owner != point.owner_id:
        _check_owner(owner, point.dispute.partnership_id, london(now).date())
        point.owner_id, facts["owner"] = owner, str(owner or "")
    if due_on != point.due_on:
        _check_day(due_on, now)
        point.due_on, facts["due_on"] = due_on, due_on.isoformat() if due_on else ""
    if {"owner", "due_on"} & set(facts):
        point.set_at = now
    if status != point.status:
        point.status, facts["status"] = status, str(status)
        point.done_at = now if status in SETTLED else None
    return facts


def _refer(point: LearningPoint, referred_to: str) -> str | None:
    """Put to whom it goes into the point; None where that is as it was."""
    if referred_to == point.referred_to:
        return None
    point.referred_to = referred_to
    return referred_to


def _keep(change: Change, point: LearningPoint, facts: dict[str, str], typed: dict[str, str]) -> None:
    """The line of the record, the point as it is now, and the message to a new owner."""
    event = change.record(EventKind.LEARNING_FOLLOWED, facts={"point": str(point.pk), "line": point.event.number, **facts}, body=typed)
    if typed["evidence"]:
        point.evidence = event
    point.revision += 1
    change.touch(point)
    if facts.get("owner") and change.actor is not None and point.owner_id != change.actor.id and point.status not in SETTLED:
        _ask(change, point)
    commit([change])


def _check_owner(owner: UUID | None, partnership: UUID, today: date) -> None:
    """Raises InvalidInput for somebody who cannot sign in or has no place in the partnership."""
    if owner is None:
        return
    posts = PostHolding.objects.on(today).filter(user=owner, post__agency__partnership=partnership)
    roles = Membership.objects.on(today).filter(user=owner, partnership=partnership)
    if not User.objects.filter(pk=owner, is_active=True).exists() or not (roles.exists() or posts.exists()):
        raise InvalidInput(gettext("Choose somebody of the partnership who can sign in."), field="owner")


def _check_day(due_on: date | None, now: datetime) -> None:
    """Raises InvalidInput for a day that has passed or lies years ahead."""
    if due_on is None:
        return
    today = london(now).date()
    if due_on < today:
        raise InvalidInput(gettext("That day has passed. Give a day to come."), field="due_on")
    not_years_ahead(due_on, today, "due_on")


def owners_of(partnership: Partnership | UUID, today: date) -> list[tuple[UUID, str]]:
    """(key, name and what they do) of whom the page offers as owner, by name: the partnership's people, leads, senior managers. Two queries."""
    found: dict[UUID, str] = {}
    active = {"user__is_active": True}
    for row in Membership.objects.on(today).filter(partnership=partnership, role__in=OFFERED, **active).select_related("user", "agency"):
        place = f", {row.agency.name}" if row.agency else ""
        found.setdefault(row.user_id, f"{row.user.name}, {row.job_title or Role(row.role).label}{place}")
    leads = PostHolding.objects.on(today).filter(post__agency__partnership=partnership, post__is_lead=True, post__agency__is_active=True, **active)
    for held in leads.select_related("user", "post__agency"):
        found.setdefault(held.user_id, f"{held.user.name}, {held.post.title}, {held.post.agency.name}")
    return sorted(found.items(), key=lambda pair: pair[1])


def _ask(change: Change, point: LearningPoint) -> None:
    """The new owner is told, with the way to the point."""
    if point.owner_id is None:
        return
    key = f"learning:{point.pk}:asked:{point.revision}"
    _put(change, notice(point, point.owner_id, ASKED, key=key, now=change.now, leaves=change.case.calendar.next_opening(change.now)))


def _put(change: Change, message: Notification) -> None:
    change.messages[message.key] = message


def notice(point: LearningPoint, person: UUID, action: str, *, key: str, now: datetime, leaves: datetime) -> Notification:
    """A message about a learning point: about the partnership, not the disagreement, which its reader may not know of."""
    fields: dict[str, Any] = {"kind": Message.LEARNING, "action": action, "created_at": now, "not_before": leaves}
    due = instant(point.due_on, END_OF_DAY) if point.due_on else None
    partnership = point.dispute.partnership_id
    return Notification(key=f"{key}:{person}", partnership_id=partnership, learning_id=point.pk, recipient_id=person, due_at=due, **fields)
