"""The stops before a disagreement leaves the own agency: they are the product's own, and stand before the procedure's first stage."""

from dataclasses import replace

from django.utils.translation import gettext_noop

from agencies.roles import Role
from escalation.models import Dispute
from escalation.procedures.definition import Acting, ProcedureDefinition, StageDefinition

HOP = 0
HOP_STAGE = StageDefinition(
    position=HOP, key="own_manager", number="", name=gettext_noop("Own manager"), sides="own", raising=Acting(), receiving=Acting()
)
AT_LEAD = replace(HOP_STAGE, key="own_lead", name=gettext_noop("Safeguarding lead"), raising=Acting(roles=(Role.LEAD.value,)))
AT_UNIT = replace(HOP_STAGE, key="business_unit", name=gettext_noop("The partnership’s business unit"))
REFUSED_TWICE = 2


def stop_at(number: int, dispute: Dispute, procedure: ProcedureDefinition) -> StageDefinition:
    """The stop by its number: the own manager, or whom the variant taken names.

    Refused there (1) it is the safeguarding lead; refused again (2), or kept from the own agency, the partnership's business unit.
    """
    if dispute.through_partnership or number >= REFUSED_TWICE:
        return AT_UNIT
    if number:
        return AT_LEAD
    named = procedure.way.hop if procedure.way is not None else None
    return replace(HOP_STAGE, name=named.words or HOP_STAGE.name, raising=named) if named is not None else HOP_STAGE
