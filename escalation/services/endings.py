"""Around the end: withdrawing, the lead manager of the action plan, the summaries, the debrief, and whether a learning review is held."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.person import Person
from escalation.counterparts import Candidate
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.models import AgreedAction
from escalation.services.keeping.holds import held_by
from escalation.services.learning import add_point, goes_to
from escalation.services.lifecycle import at_stage, is_open, raising_ids, receiving_holders
from escalation.services.offices import unit_ids
from escalation.services.requirements import names_lead_manager, wanted_summaries
from escalation.services.resolution import parties
from escalation.services.staging import close_run
from escalation.services.words import choice, clean, needed
from escalation.states import ChangeNeeded, EventKind, Message, ReviewNeed, Side, State, SummaryKind, Verb

SETTLED = frozenset({State.RESOLVED, State.CLOSED})


def _can_withdraw(case: Case, _person: Person | None) -> str | None:
    return None if case.dispute.state in {State.DRAFT, State.OPEN} else is_open(case)


def told_of_withdrawal(case: Case) -> list[UUID]:
    """Whom its withdrawal is told: who holds it on either side, and who raised it; nobody of one that is with its writer. Each once."""
    people = () if case.dispute.state == State.DRAFT else (*receiving_holders(case), *raising_ids(case))
    return list(dict.fromkeys(person for person in people if person not in case.conflicted_ids))


@verb(Verb.WITHDRAW, ready=_can_withdraw)
def withdraw(change: Change, *, reason: str, still_at_risk: bool) -> None:
    """The raiser's agency takes it back. Where anyone still believes the child at risk it may not end so (BRI-21).

    The answers of one that came back to its writer go, except under a legal hold.
    """
    case = change.case
    words = needed(reason, "reason", _("Say why it is withdrawn."))
    if still_at_risk:
        raise InvalidInput(
            _("If anyone still believes the child at risk, it must go on: move it up, or record a continuing concern."), field="still_at_risk"
        )
    people, was_draft = told_of_withdrawal(case), case.dispute.state == State.DRAFT
    close_run(change)
    case.dispute.withdraw()
    # What was typed since it came back stands nowhere else.
    change.drops_draft = not (was_draft and held_by(case))
    case.dispute.ended_at = change.now
    change.record(EventKind.WITHDRAWN, body={"reason": words})
    if people:
        change.tell(people, kind=Message.CLOSED, action=gettext_noop("It was withdrawn"))


def _names_lead(case: Case, _person: Person | None) -> str | None:
    refusal = None if case.dispute.state == State.RESOLVED else at_stage(case)
    return refusal or (None if names_lead_manager(case) else _("The procedure names no lead manager at this stage."))


def may_lead(case: Case) -> list[Candidate]:
    """Who may be named lead manager: of every agency concerned, those whom the stage asks for, its managers and safeguarding leads.

    Never the person whose decision is disputed or somebody with a conflict; of a restricted disagreement's own agency only who acts in it.
    """
    found: dict[UUID, Candidate] = {}
    for agency in sorted(parties(case)):
        side = Side.RAISING if agency == case.raising_id else Side.RECEIVING
        people = (*case.candidates(side, agency), *case.directory.managers(agency), *case.directory.leads(agency))
        hidden = side == Side.RAISING and case.dispute.is_restricted
        acting = case.actors(side, agency)
        for candidate in people:
            if candidate.user_id in acting or not (hidden or candidate.user_id in case.kept_from(agency)):
                found.setdefault(candidate.user_id, candidate)
    barred = case.conflicted_ids | {case.dispute.disputed_person_id}
    return [candidate for candidate in found.values() if candidate.user_id not in barred]


@verb(Verb.NAME_LEAD_MANAGER, ready=_names_lead)
def name_lead_manager(change: Change, *, manager: UUID) -> None:
    """The senior managers name who implements and monitors the action plan, and is reminded of what is not done (BRO-04, BRO-13)."""
    case = change.case
    chosen = next((candidate for candidate in may_lead(case) if candidate.user_id == manager), None)
    if chosen is None:
        raise InvalidInput(_("Choose a manager of one of the agencies concerned."), field="manager")
    case.dispute.lead_manager_id = manager
    change.record(EventKind.LEAD_MANAGER, facts={"person": str(manager), "agency": str(chosen.agency_id or "")})
    due = AgreedAction.objects.filter(dispute=case.dispute, done_at=None).order_by("due_at").values_list("due_at", flat=True).first()
    change.tell([manager], kind=Message.ASSIGNED, action=gettext_noop("You are the lead manager: follow the agreed actions"), due=due)
    change.tell([one for one in raising_ids(case) if one != manager], kind=Message.FEEDBACK, action=gettext_noop("A lead manager is named"))


def _settled(case: Case, _person: Person | None) -> str | None:
    return None if case.dispute.state in SETTLED else _("It is not resolved yet.")


@verb(Verb.WRITE_SUMMARY, ready=_settled, decides=False)
def write_summary(change: Change, *, kind: SummaryKind, concerns: str, resolution: str) -> None:
    """What the concerns were and how they were resolved, for the child's file; a later one stands in place of an earlier (ENF-03, BRO-06)."""
    kind = choice(SummaryKind, kind, "kind")
    body = {
        "concerns": needed(concerns, "concerns", _("Say what the concerns were.")),
        "resolution": needed(resolution, "resolution", _("Say how they were resolved.")),
    }
    change.case.dispute.summary_at = change.now
    change.record(EventKind.SUMMARY, facts={"kind": str(kind)}, body=body)


def summary_kinds(case: Case) -> tuple[SummaryKind, ...]:
    """The summaries to choose from: those that the procedure asks for, else either."""
    return wanted_summaries(case) or tuple(SummaryKind)


@verb(Verb.RECORD_DEBRIEF, ready=_settled, decides=False)
def record_debrief(change: Change, *, went_well: str = "", went_badly: str = "", training: str = "", supervision: str = "") -> None:
    """The talk afterwards: what went well and what not, training needs, and the supervision and guidance that those involved had.

    Never needed for closing (BRI-19, BRO-09, DEV-12). Training needs go where learning goes, and are followed as it is (ENF-06, ENF-13).
    """
    body = {
        "went_well": clean(went_well, "went_well"),
        "went_badly": clean(went_badly, "went_badly"),
        "training": clean(training, "training"),
        "supervision": clean(supervision, "supervision"),
    }
    if not any(body.values()):
        raise InvalidInput(_("Write down at least one thing that was said."), field="went_well")
    change.case.dispute.debrief_at = change.now
    event = change.record(EventKind.DEBRIEF, facts={"change_needed": str(ChangeNeeded.TRAINING)} if body["training"] else {}, body=body)
    if body["training"]:
        add_point(change, event, referred_to=goes_to(change.case), change_needed=ChangeNeeded.TRAINING)


def _reached_partnership(case: Case, _person: Person | None) -> str | None:
    if case.dispute.state in {State.DRAFT, State.WITHDRAWN}:
        return _("It was not carried through.")
    return None if case.referral is not None else _("It has not come before the partnership.")


@verb(Verb.CONSIDER_REVIEW, ready=_reached_partnership, decides=False)
def consider_review(change: Change, *, review: ReviewNeed, reasons: str) -> None:
    """The partnership considers whether a systemic or learning review is needed, and says why or why not (BRO-07)."""
    review = choice(ReviewNeed, review, "review")
    words = needed(reasons, "reasons", _("Say why, or why not."))
    change.case.dispute.review = review
    change.record(EventKind.REVIEW_CONSIDERED, facts={"review": str(review)}, body={"reasons": words})
    if review == ReviewNeed.NEEDED:
        change.tell([*unit_ids(change.case), *raising_ids(change.case)], kind=Message.UNIT, action=gettext_noop("A learning review is needed"))
