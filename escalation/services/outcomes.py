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
# Of these nobody but who hears it says what it came to: the sides put it only once that is on record.
DECIDED_FIRST = {Route.PANEL, Route.REVIEW}
BETWEEN = (Outcome.AGREED_ACTION, Outcome.POSITION_KEPT, Outcome.OVERTAKEN)


def kinds_of(case: Case) -> tuple[Outcome, ...]:
    """The outcomes that the sides can put: those between agencies, and before the partnership what the chosen route comes to and no other's.

    What a panel or a review comes to they put once it is recorded: before, there is none.
    """
    stage, referral = case.stage_definition, case.referral
    if stage is None or not stage.is_partnership or referral is None or not referral.route or Route(referral.route) not in OUTCOME_OF:
        return BETWEEN
    route = Route(referral.route)
    is_open = route not in DECIDED_FIRST or referral.decided_at is not None
    return (*BETWEEN, OUTCOME_OF[route]) if is_open else BETWEEN


def kind_of(case: Case, kind: Outcome) -> Outcome:
    """The outcome that was given, of those. Raises InvalidInput, at the field `kind`, for any other: the annual report counts what routes came to."""
    found = choice(Outcome, kind, "kind")
    if found not in kinds_of(case):
        raise InvalidInput(
            _("That is what a route of the partnership’s stage comes to, and it did not come to it here. Choose another."), field="kind"
        )
    return found


def drop_of_another_route(change: Change) -> None:
    """A wording that was put as what another route comes to no longer stands once that route is left; any other does."""
    proposal = change.case.proposal
    if proposal is not None and Outcome(proposal.kind) not in kinds_of(change.case):
        drop_proposal(change)
