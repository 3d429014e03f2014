"""Who would be asked, and by when, if a disagreement went to a stage now. Reads only; the engine's own functions decide."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from escalation.counterparts import Counterpart
from escalation.engine.case import Case
from escalation.selectors.preview import Receiver, Timing, timing
from escalation.selectors.words import stage_title
from escalation.services.offices import presiding
from escalation.services.staging import look_ahead, receiving_holder, still_asked
from escalation.states import Side


@dataclass(frozen=True, slots=True)
class Ahead:
    """The way into a stage, and its dates. Nobody receives a stage inside the own agency."""

    stage_title: str
    is_own_stage: bool
    is_partnership: bool
    is_urgent: bool
    receivers: tuple[Receiver, ...]
    timing: Timing
    # Whom of the business unit it goes through, where the procedure says so (BRO-05, ENF-01).
    via: str = ""
    # Urgent by a moment that is over: nothing of what begins is hurried by it.
    is_own_moment_over: bool = False


def way_ahead(
    case: Case, position: int, now: datetime, *, by: UUID, holders: Mapping[UUID, UUID] | None = None, against: Collection[UUID] = ()
) -> Ahead:
    """What beginning this stage now would do, begun `by` whom, with the same arguments as `begin_stage`. No query of its own; nothing is written."""
    stage = case.procedure.stage(position)
    look_ahead(case, position, by)
    receivers: tuple[Receiver, ...]
    if stage.is_partnership:
        receivers = (_before_whom(case, position),)
    else:
        asked = () if stage.is_own else sorted(frozenset(against) or still_asked(case))
        receivers = tuple(_asked(case, agency, position, holders) for agency in asked)
    return Ahead(
        stage_title=stage_title(case.procedure, position),
        is_own_stage=stage.is_own,
        is_partnership=stage.is_partnership,
        is_urgent=case.dispute.is_urgent,
        receivers=receivers,
        timing=timing(case, position, now),
        via=_via(case, position),
        is_own_moment_over=case.is_own_moment_over,
    )


def _asked(case: Case, agency: UUID, position: int, holders: Mapping[UUID, UUID] | None) -> Receiver:
    card = case.directory.agency(agency)
    counterpart = case.counterpart(Side.RECEIVING, agency, position)
    return Receiver(agency, card.name if card else "", counterpart, receiving_holder(case, agency, position, holders))


def _via(case: Case, position: int) -> str:
    rules = case.procedure.stage(position).partnership
    unit = case.unit() if rules is not None and rules.via_business_manager else []
    return unit[0].name if unit else ""


def _before_whom(case: Case, position: int) -> Receiver:
    chair = presiding(case, position)
    counterpart = Counterpart(who=chair, gap=None if chair else _("Nobody presides here who has no part in it."))
    return Receiver(case.dispute.partnership_id, case.dispute.partnership.name, counterpart, chair)
