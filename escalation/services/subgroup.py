"""The partnership's subgroup: what is put to it, and what its chair answers. It decides no case (DEV-07, DEV-08)."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.person import Person
from agencies.roles import Role
from escalation.counterparts import Candidate
from escalation.engine import clockwork
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.own_clocks import SUBGROUP
from escalation.engine.perform import verb
from escalation.services.beside import tell_both
from escalation.services.lifecycle import at_stage
from escalation.services.panel import uninvolved
from escalation.services.putting import put
from escalation.services.words import choice, needed
from escalation.states import EventKind, Message, State, SubgroupMatter, Verb


def _can_put(case: Case, _person: Person | None) -> str | None:
    if case.procedure.subgroup is None:
        return _("The procedure has no subgroup that hears of disagreements.")
    refusal = at_stage(case) or (None if case.dispute.sent_at else _("It has not left the own agency yet."))
    return refusal or (_("It waits for the subgroup’s answer already.") if case.dispute.subgroup_asked else None)


@verb(Verb.PUT_TO_SUBGROUP, ready=_can_put, decides=False)
def put_to_subgroup(change: Change, *, matter: SubgroupMatter, reason: str) -> None:
    """A matter of serious concern is logged at once with the subgroup's chair; of a stuck case the subgroup is told (DEV-07)."""
    matter = choice(SubgroupMatter, matter, "matter")
    subgroup = change.case.procedure.subgroup
    if subgroup is None or matter not in subgroup.takes:
        raise InvalidInput(_("Choose one of those offered."), field="matter")
    put(change, matter, needed(reason, "reason", _("Say what makes it serious, or where it is stuck.")))
    tell_both(change, gettext_noop("It was put to the subgroup"))


def _waits(case: Case, _person: Person | None) -> str | None:
    if not case.dispute.is_live:
        return _("This disagreement is {state}.").format(state=State(case.dispute.state).label.lower())
    return None if case.dispute.subgroup_asked else _("Nothing waits for the subgroup’s answer.")


def mediators(case: Case) -> list[Candidate]:
    """The partnership's mediators who have had no part in the matter."""
    return [candidate for candidate in case.directory.partnership_people(Role.MEDIATOR) if uninvolved(case, candidate.user_id)]


@verb(Verb.ANSWER_FOR_SUBGROUP, ready=_waits)
def answer_for_subgroup(change: Change, *, reasons: str, deep_dive: bool | None = None, mediator: UUID | None = None) -> None:
    """The subgroup's chair says whether a deep dive is needed, or offers a mediator who has had no part in it (DEV-07).

    Nothing of the case is decided by it, and its stages and clocks go on: the decision stays with the agencies (DEV-08).
    """
    dispute = change.case.dispute
    matter = SubgroupMatter(dispute.subgroup_asked)
    words = needed(reasons, "reasons", _("Give the reasons."))
    facts: dict[str, object] = {"matter": str(matter)}
    if matter == SubgroupMatter.SERIOUS:
        if deep_dive is None:
            raise InvalidInput(_("Say whether a deep dive is needed."), field="deep_dive")
        dispute.deep_dive = deep_dive
        facts["deep_dive"] = "yes" if deep_dive else "no"
    elif mediator is not None:
        if mediator not in {candidate.user_id for candidate in mediators(change.case)}:
            raise InvalidInput(_("Choose one of the partnership’s mediators who has had no part in it."), field="mediator")
        dispute.offered_mediator_id = mediator
        facts["mediator"] = str(mediator)
    dispute.subgroup_asked = ""
    change.record(EventKind.SUBGROUP_DECIDED, facts=facts, body={"reasons": words})
    clockwork.answered(change, SUBGROUP)
    tell_both(change, gettext_noop("Read the subgroup's answer"))
    if matter == SubgroupMatter.STUCK and mediator is not None:
        change.tell([mediator], kind=Message.FEEDBACK, action=gettext_noop("You are offered as mediator: the agencies may turn to you"))
