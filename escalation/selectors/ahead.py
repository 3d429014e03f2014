"""Who would be asked, and by when, if a disagreement went to a stage now. Reads only; the engine's own functions decide."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from escalation.clocks import WorkingOut
from escalation.counterparts import Counterpart
from escalation.engine.case import Case
from escalation.selectors.preview import Receiver, due_at_stage
from escalation.selectors.words import stage_title
from escalation.services.staging import presiding, receiving_holder, still_asked
from escalation.states import Measure, Side


@dataclass(frozen=True, slots=True)
class Ahead:
    """The way into a stage. `due` is the response's moment, before the partnership that of the acknowledgement; None where the procedure sets none.

    Nobody receives a stage inside the own agency.
    """

    stage_title: str
    is_own_stage: bool
    is_partnership: bool
    is_urgent: bool
    receivers: tuple[Receiver, ...]
    due: datetime | None
    working_out: WorkingOut | None


def way_ahead(case: Case, position: int, now: datetime, *, holders: Mapping[UUID, UUID] | None = None, against: Collection[UUID] = ()) -> Ahead:
    """What beginning this stage now would do, with the same arguments as `begin_stage`. No query of its own; nothing is written."""
    stage = case.procedure.stage(position)
    receivers: tuple[Receiver, ...]
    if stage.is_partnership:
        receivers = (_before_whom(case, position),)
        timed = any(clock.measures == Measure.ACKNOWLEDGEMENT for clock in stage.clocks[:1])
    else:
        asked = () if stage.is_own else sorted(frozenset(against) or still_asked(case))
        receivers, timed = tuple(_asked(case, agency, position, holders) for agency in asked), True
    due, out = due_at_stage(case, position, now) if timed else (None, None)
    return Ahead(
        stage_title=stage_title(case.procedure, position),
        is_own_stage=stage.is_own,
        is_partnership=stage.is_partnership,
        is_urgent=case.dispute.is_urgent,
        receivers=receivers,
        due=due,
        working_out=out,
    )


def _asked(case: Case, agency: UUID, position: int, holders: Mapping[UUID, UUID] | None) -> Receiver:
    card = case.directory.agency(agency)
    counterpart = case.counterpart(Side.RECEIVING, agency, position)
    return Receiver(agency, card.name if card else "", counterpart, receiving_holder(case, agency, position, holders))


def _before_whom(case: Case, position: int) -> Receiver:
    chair = presiding(case, position)
    counterpart = Counterpart(who=chair, gap=None if chair else _("Nobody presides here who has no part in it."))
    return Receiver(case.dispute.partnership_id, case.dispute.partnership.name, counterpart, chair)
