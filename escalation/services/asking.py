"""One more receiving agency in a running disagreement (ENF-01)."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.models import Agency
from agencies.person import Person
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.models import Party
from escalation.procedures.definition import Sides
from escalation.services.beside import tell_both
from escalation.services.lifecycle import at_stage
from escalation.services.resolution import parties
from escalation.services.staging import ask_in_stage, drop_proposal
from escalation.services.words import needed
from escalation.states import Side, Verb


def _can_add(case: Case, _person: Person | None) -> str | None:
    refusal = at_stage(case)
    if refusal:
        return refusal
    if not case.procedure.several_receiving or case.dispute.is_own_agency:
        return _("This disagreement is with one agency only.")
    stage = case.stage_definition
    return None if stage is not None and stage.sides == Sides.BOTH else _("Another agency is asked at a stage between the agencies.")


@verb(Verb.ADD_AGENCY, ready=_can_add)
def add_agency(change: Change, *, agency: UUID, reason: str, holder: UUID | None = None) -> None:
    """The raising side asks one more agency: it gets its own request and its own clocks in the stage it is in (ENF-01).

    `holder` is whom to ask there, where not the suggested person. A wording that was put falls: the new agency is to confirm it too.
    """
    case = change.case
    words = needed(reason, "reason", _("Say what this agency is asked, and why."))
    known = Agency.objects.active().filter(pk=agency, partnership=case.dispute.partnership_id).exists()
    if not known or agency in parties(case):
        raise InvalidInput(_("Choose an agency of the partnership that is not asked yet."), field="agency")
    party = Party(dispute=case.dispute, agency_id=agency, side=Side.RECEIVING)
    case.parties.append(party)
    change.add(party)
    case.reload_directory(change.now)
    drop_proposal(change)
    request = ask_in_stage(change, agency, words, holder)
    tell_both(change, gettext_noop("Another agency was asked too"), without={request.holder_id} if request.holder_id else set())
