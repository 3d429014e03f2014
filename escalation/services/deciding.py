"""What a route before the partnership came to: decided by a panel or a mediator, recommended, or not agreed (BRI-13, BRI-14, BRO-05, DEV-08)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from agencies import wall_clock
from agencies.errors import InvalidInput, WrongState
from agencies.models import User
from agencies.person import Person
from agencies.words import joined, moment
from agencies.working_days import london
from escalation.engine import clockwork, next_steps
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.engine.turns import turn_of
from escalation.models import Referral
from escalation.services.lifecycle import raising_ids
from escalation.services.outcomes import OUTCOME_OF, drop_of_another_route
from escalation.services.panel import before_chair, of_members, referral_of, rules_of
from escalation.services.record import add_agreed
from escalation.services.resolution import propose
from escalation.services.words import needed
from escalation.states import EventKind, Force, Message, Outcome, Route, Verb


def _to_decide(case: Case, person: Person | None) -> str | None:
    refusal = before_chair(case)
    if refusal:
        return refusal
    referral = case.referral
    if referral is None or not referral.route or referral.decided_at:
        return gettext("The route is not chosen yet, or the decision is recorded.")
    if referral.route == Route.PANEL and not case.panel:
        return gettext("Convene the panel first.")
    if referral.route == Route.PANEL and any(seat.is_to_be_replaced for seat in case.panel):
        return gettext("A member of the panel has a conflict of interest, or has left. Replace the member first.")
    return not_met(case, wall_clock.now())


def not_met(case: Case, now: datetime) -> str | None:
    """Why a panel cannot decide yet: it has not met (BRI-14)."""
    if referral_of(case).route != Route.PANEL or (meets_at := case.panel[0].panel.meets_at) <= now:
        return None
    words = moment(london(meets_at), today=london(now).date())
    return gettext("The panel meets on {moment}. What it decides is recorded once it has met.").format(moment=words)


@verb(Verb.DECIDE, ready=_to_decide)
def decide(
    change: Change,
    *,
    decision: str,
    reasons: str,
    dissent: str = "",
    agreed: bool = True,
    finding: str = "",
    heard_by: Collection[UUID] | None = None,
    actions: Sequence[Mapping[str, Any]] = (),
) -> None:
    """What the route came to: binding, a recommendation, or a mediated agreement, only as the procedure says (BRI-13, BRI-14, BRO-05, DEV-08).

    A binding decision is resolved on receipt by each party; anything else on their confirmation. `agreed` is false for a mediation, liaison or
    review that brought no agreement: the chair may then choose another route. `finding` is what the partnership is to learn from it, in words that
    name nobody: the annual report quotes it (BRI-20). `heard_by` are the panel's members who heard it, by default all: of as many agencies as
    the procedure asks for. `actions` are what the agencies are to do, as `add_action` takes them.
    """
    case = change.case
    if not change.is_past and (refusal := not_met(case, change.now)):
        raise WrongState(refusal)
    referral = referral_of(case)
    body = {
        "decision": needed(decision, "decision", gettext("Record what was decided or agreed.")),
        "reasons": needed(reasons, "reasons", gettext("Give the reasons.")),
        "dissent": dissent.strip(),
        "finding": finding.strip(),
    }
    heard = _heard(change, heard_by)
    if not agreed and referral.route != Route.PANEL:
        _without_agreement(change, referral, body, actions)
        return
    binding = referral.force == Force.BINDING
    facts = {"route": referral.route, "force": referral.force, "heard_by": heard}
    change.record(EventKind.DECIDED, facts=facts, body=body)
    add_agreed(change, actions)
    referral.decided_at = change.now
    change.touch(referral)
    propose(change, body["decision"], OUTCOME_OF.get(Route(referral.route), Outcome.AGREED_ACTION), is_binding=binding)


def _without_agreement(change: Change, referral: Referral, body: dict[str, str], actions: Sequence[Mapping[str, Any]]) -> None:
    """No decision: what the chair owes runs on to its own moment, and the chair chooses how to go on."""
    body["result"] = body.pop("decision")
    change.record(EventKind.NOT_AGREED, facts={"route": referral.route}, body=body)
    add_agreed(change, actions)
    referral.route, referral.force, referral.mediator_id = "", "", None
    change.touch(referral)
    drop_of_another_route(change)
    clockwork.pass_to_decider(change)
    next_steps.tell(change, turn_of(change.case), news=gettext_noop("There was no agreement"))
    people = [*raising_ids(change.case), *(request.holder_id for request in change.case.all_requests)]
    change.tell(people, kind=Message.FEEDBACK, action=gettext_noop("There was no agreement: read why"))


def _heard(change: Change, heard_by: Collection[UUID] | None) -> list[str]:
    """The members who heard it, as the record keeps them; nobody where no panel did.

    Raises InvalidInput for others than its members, for too few agencies, and for a member who has yet to declare an interest or that there is none.
    """
    case, referral = change.case, referral_of(change.case)
    if referral.route != Route.PANEL and heard_by:
        raise InvalidInput(gettext("No panel hears this one. Leave out who heard it."), field="heard_by")
    if referral.route != Route.PANEL:
        return []
    members = case.panel_user_ids if heard_by is None else frozenset(heard_by)
    if not members <= case.panel_user_ids:
        raise InvalidInput(gettext("Choose among the members of the panel."), field="heard_by")
    agencies, needs = of_members({seat.agency_id for seat in case.panel if seat.user_id in members}), rules_of(case).panel_agencies
    if len(agencies) < needs:
        raise InvalidInput(
            gettext("The panel needs members of at least {n} agencies; those who heard it are of {found}.").format(n=needs, found=len(agencies)),
            field="heard_by",
        )
    if not change.is_past:
        _check_declared(case, members)
    return sorted(str(member) for member in members)


def _check_declared(case: Case, members: Collection[UUID]) -> None:
    """Nobody hears it whose interests are not known. What an earlier log tells is taken as it says."""
    silent = [seat.user_id for seat in case.panel if seat.user_id in members and seat.declared_at is None]
    if silent:
        names = joined(User.objects.filter(pk__in=silent).order_by("name").values_list("name", flat=True))
        words = gettext("These have yet to declare an interest, or that they have none: {people}.").format(people=names)
        raise InvalidInput(words, field="heard_by")
