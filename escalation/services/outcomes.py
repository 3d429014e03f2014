"""Which outcomes the sides may put: what comes of a route before the partnership, only that route comes to."""

from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.services.staging import drop_proposal
from escalation.services.words import choice
from escalation.states import Outcome, Route

# What a route ends in where it settles the matter. No other way leads to these outcomes.
OUTCOME_OF = {
    Route.MEDIATION: Outcome.MEDIATED,
    Route.PANEL: Outcome.PANEL_DECISION,
    Route.LIAISON: Outcome.LIAISON,
    Route.REVIEW: Outcome.ADVICE_TAKEN,
}
BETWEEN = (Outcome.AGREED_ACTION, Outcome.POSITION_KEPT, Outcome.OVERTAKEN)


def kinds_of(case: Case) -> tuple[Outcome, ...]:
    """The outcomes that the sides can put: those between agencies, and before the partnership what the chosen route comes to and no other's."""
    stage, route = case.stage_definition, case.referral.route if case.referral else ""
    if stage is None or not stage.is_partnership or not route or Route(route) not in OUTCOME_OF:
        return BETWEEN
    return (*BETWEEN, OUTCOME_OF[Route(route)])


def kind_of(case: Case, kind: Outcome) -> Outcome:
    """The outcome that was given, of those. Raises InvalidInput, at the field `kind`, for any other: the annual report counts what routes came to."""
    found = choice(Outcome, kind, "kind")
    if found not in kinds_of(case):
        raise InvalidInput(_("That is what another route of the partnership’s stage comes to. Choose another outcome."), field="kind")
    return found


def drop_of_another_route(change: Change) -> None:
    """A wording that was put as what another route comes to no longer stands once that route is left; any other does."""
    proposal = change.case.proposal
    if proposal is not None and Outcome(proposal.kind) not in kinds_of(change.case):
        drop_proposal(change)
