"""The panel's hearing: what those concerned put to it, what its members declare, and who takes a member's place (BRI-14, BRO-05)."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.person import Person
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.models import PanelMember
from escalation.services.lifecycle import raising_ids
from escalation.services.panel import barred_from_panel, before_chair, check_members, of_members, referral_of, rules_of
from escalation.services.resolution import parties
from escalation.services.seats import ask_for_another_member, ask_to_declare, declare
from escalation.services.words import needed, sentences
from escalation.states import EventKind, Message, Route, Verb


def _to_be_heard(case: Case, _person: Person | None) -> str | None:
    refusal = before_chair(case)
    if refusal:
        return refusal
    referral = referral_of(case)
    if referral.decided_at:
        return _("The panel has decided.")
    return None if referral.route == Route.PANEL else _("It is not before a panel.")


@verb(Verb.REPRESENT, ready=_to_be_heard, decides=False)
def represent(change: Change, *, text: str, agency: UUID | None = None) -> None:
    """Those concerned, on both sides and the person who raised it, say to the panel what it should hear before it decides (BRI-14, BRO-05).

    `agency` is on whose behalf, needed only of the business unit, which records it for people without access. Raises InvalidInput for another's.
    """
    case = change.case
    words = needed(text, "text", _("Write what the panel should hear."))
    if change.agency is not None and agency not in {None, change.agency}:
        raise InvalidInput(_("You enter it for your own agency."), field="agency")
    place = change.agency or agency or _own(change)
    if place is None or place not in parties(case):
        raise InvalidInput(_("Say for which agency."), field="agency")
    change.record(EventKind.REPRESENTATION, body={"text": words}, agency=place)
    actor = change.actor.id if change.actor else None
    members = sorted(seat.user_id for seat in case.panel if not seat.is_to_be_replaced)
    change.tell(
        [user for user in (*members, referral_of(case).chair_id) if user != actor],
        kind=Message.FEEDBACK,
        action=gettext_noop("Read a representation to the panel"),
    )


def _own(change: Change) -> UUID | None:
    """The party agency of one who has a part in it without acting at this stage, such as who held an earlier one."""
    own = change.actor.agency_ids & parties(change.case) if change.actor else frozenset()
    return next(iter(own)) if len(own) == 1 else None


def _sits(case: Case, person: Person | None) -> str | None:
    refusal = _to_be_heard(case, person)
    return refusal or (None if case.panel else _("The panel is not convened yet."))


@verb(Verb.DECLARE_INTEREST, ready=_sits, decides=False)
def declare_interest(change: Change, *, interest: str = "", conflicts: bool = False) -> None:
    """A member of the panel declares an interest, or that there is none; one that conflicts keeps them from hearing it (BRI-14).

    Declared again, the newer declaration stands. The chair and the business unit are asked to replace a member who has a conflict.
    """
    case = change.case
    seat = next((seat for seat in case.panel if change.actor is not None and seat.user_id == change.actor.id), None)
    if seat is None:
        raise InvalidInput(_("Only a member of the panel declares an interest."))
    words = sentences(interest, "interest", 200)
    if conflicts and not words:
        raise InvalidInput(_("Say what the interest is."), field="interest")
    declare(change, seat, words, conflicts=conflicts)
    change.touch(seat)
    if conflicts:
        ask_for_another_member(change)


@verb(Verb.REPLACE_MEMBER, ready=_sits)
def replace_member(change: Change, *, member: UUID, successor: UUID, agency: UUID, reason: str) -> None:
    """Somebody else takes a member's place on the panel, for the same or another agency; the panel stays of enough agencies (BRI-14, BRO-05)."""
    case = change.case
    words = needed(reason, "reason", _("Say why the member is replaced."))
    seat = next((seat for seat in case.panel if seat.user_id == member), None)
    if seat is None:
        raise InvalidInput(_("Choose a member of the panel."), field="member")
    sat = PanelMember.objects.filter(panel=seat.panel, user=successor).exists()
    if sat or successor in barred_from_panel(case):
        raise InvalidInput(_("Choose somebody who has not sat on the panel, and has neither a part nor a conflict in the matter."), field="successor")
    _check_agencies(case, {other.agency_id for other in case.panel if other is not seat} | {agency})
    check_members(case, {successor: agency}, field="successor")
    seat.left_at = change.now
    change.touch(seat)
    case.panel.remove(seat)
    fresh = PanelMember(panel=seat.panel, user_id=successor, agency_id=agency, is_chair=seat.is_chair, is_party=agency in parties(case))
    case.panel.append(fresh)
    change.add(fresh)
    change.record(EventKind.MEMBER_REPLACED, facts={"from": str(member), "to": str(successor), "for": str(agency)}, body={"reason": words})
    ask_to_declare(change, {successor})
    others = [*raising_ids(case), *(request.holder_id for request in case.all_requests), referral_of(case).chair_id]
    change.tell([one for one in others if one != successor], kind=Message.FEEDBACK, action=gettext_noop("A member of the panel was replaced"))


def _check_agencies(case: Case, agencies: set[UUID]) -> None:
    rules = rules_of(case)
    if len(of_members(agencies)) < rules.panel_agencies:
        raise InvalidInput(_("The panel needs members of at least {n} agencies.").format(n=rules.panel_agencies), field="successor")
    if rules.panel_includes_parties and not parties(case) <= agencies:
        raise InvalidInput(_("The agencies concerned sit on the panel too."), field="successor")
