"""Putting a disagreement to the partnership's subgroup: by hand, and at once where it was logged as serious or stuck (DEV-07)."""

from django.utils.translation import gettext_noop

from agencies.said import Said, listing, said
from escalation.engine import clockwork
from escalation.engine.asks import NOBODY_BESIDE
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.own_clocks import SUBGROUP
from escalation.engine.turns import asked_by
from escalation.models import Clock
from escalation.services.offices import subgroup_chairs
from escalation.states import EventKind, Message, Side, SubgroupMatter

ASKED = {SubgroupMatter.SERIOUS: gettext_noop("Decide whether a deep dive is needed"), SubgroupMatter.STUCK: gettext_noop("Offer a mediator")}


def put(change: Change, matter: SubgroupMatter, reason: str = "") -> None:
    """Record it, and ask the subgroup's chair; where nobody can act as that, the business unit hears of it."""
    case, dispute = change.case, change.case.dispute
    chairs = subgroup_chairs(case)
    dispute.subgroup_asked = matter
    if matter == SubgroupMatter.SERIOUS:
        dispute.is_serious, dispute.deep_dive = True, None
    else:
        dispute.is_stuck = True
    change.record(EventKind.SUBGROUP_TOLD, facts={"matter": str(matter)}, body={"reason": reason})
    clock = clockwork.ask(change, SUBGROUP, Side.PARTNERSHIP, owner=next(iter(chairs), None))
    change.tell(chairs[:1], kind=Message.ASSIGNED, action=asked_of_subgroup(case, clock), due=clock.due_at)
    change.tell(chairs[1:], kind=Message.FEEDBACK, action=gettext_noop("It was put to the subgroup"))
    if not chairs:
        change.tell([one.user_id for one in case.unit()], kind=Message.NO_CONTACT, action=NOBODY_BESIDE[SUBGROUP])


def asked_of_subgroup(case: Case, clock: Clock) -> Said:
    """What the subgroup's chair is asked, in the words of My work, and of which matter."""
    return listing([asked_by(case, clock), said(ASKED[SubgroupMatter(case.dispute.subgroup_asked)])], ". ")


def put_what_was_logged(change: Change) -> None:
    """What was logged as serious, else as stuck, is put to the subgroup when it first leaves the own agency, where the procedure has one."""
    dispute, subgroup = change.case.dispute, change.case.procedure.subgroup
    if subgroup is None or dispute.subgroup_asked:
        return
    flagged = {SubgroupMatter.SERIOUS: dispute.is_serious, SubgroupMatter.STUCK: dispute.is_stuck}
    matter = next((matter for matter in subgroup.takes if flagged[matter]), None)
    if matter is not None:
        put(change, matter)
