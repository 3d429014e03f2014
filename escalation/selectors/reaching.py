"""Whom to try where the person asked cannot be reached: it stays the raising agency's duty to reach somebody (BRI-06)."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from agencies.person import Person
from escalation import policy
from escalation.counterparts import Candidate, How
from escalation.engine.case import Case
from escalation.models import Request
from escalation.states import RequestState, Side

MOST = 4


@dataclass(frozen=True, slots=True)
class ToTry:
    """An equivalent or deputy, with the number to ring and by what right they act."""

    name: str
    post: str
    phone: str
    why: str


def to_try(case: Case, request: Request, person: Person) -> list[ToTry]:
    """The equivalents and deputies of an agency that has not answered, beside the one asked; for those who are to reach it, nobody else."""
    if request.state != RequestState.AWAITING or not policy.chases(person, case):
        return []
    others = [one for one in case.candidates(Side.RECEIVING, request.agency_id) if one.user_id != request.holder_id]
    return [ToTry(one.name, one.post_title, one.phone or one.out_of_hours, _why(one)) for one in others[:MOST]]


def _why(one: Candidate) -> str:
    """By what right: beside somebody who holds the level, the next one up is not there for want of anybody."""
    return _("The next level up at {agency}.").format(agency=one.agency_name) if one.how == How.LEVEL_UP else one.why
