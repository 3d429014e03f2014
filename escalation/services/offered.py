"""The mediator whom the subgroup offers and who can act no longer: nobody inherits the offer, which is the subgroup's to make (DEV-07)."""

from django.utils.translation import gettext_noop

from escalation.engine.change import Change
from escalation.services.beside import tell_both
from escalation.services.lifecycle import at_stage
from escalation.services.offices import subgroup_chairs, unit_ids
from escalation.services.putting import put
from escalation.states import Message, State, SubgroupMatter

GONE = gettext_noop("The mediator whom the subgroup offered can act no longer")


def withdraw_offer(change: Change, *, why: str) -> None:
    """The offer stands no longer: both sides hear of it, who may have turned to that person, and the subgroup's chair is asked for another.

    `why` stands on the record with what is asked. While something else waits for the chair's answer, or where nothing can be put to the subgroup, the
    chair and the business unit hear of it as news. Once nothing is left to mediate, it ends and nobody is told.
    """
    case, dispute = change.case, change.case.dispute
    dispute.offered_mediator_id = None
    change.touch(dispute)
    if dispute.state != State.OPEN:
        return
    tell_both(change, GONE)
    subgroup = case.procedure.subgroup
    if subgroup is not None and SubgroupMatter.STUCK in subgroup.takes and at_stage(case) is None and not dispute.subgroup_asked:
        put(change, SubgroupMatter.STUCK, why)
    else:
        change.tell([*subgroup_chairs(case), *unit_ids(case)], kind=Message.FEEDBACK, action=GONE)
