"""Meetings and calls between the sides: who took part and who was missing, what was said, decided, proposed, and who saw it otherwise."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.models import Event
from escalation.policy import require
from escalation.procedures.telling import MEETING
from escalation.services.lifecycle import engage, raising_ids
from escalation.services.record import add_agreed, is_live, own_agencies
from escalation.services.resolution import parties
from escalation.services.staging import inform_unit
from escalation.services.words import choice, needed
from escalation.states import EventKind, MeetingHow, Message, Verb


@verb(Verb.RECORD_MEETING, ready=is_live, decides=False)
def record_meeting(
    change: Change,
    *,
    who: str,
    summary: str,
    decisions: str = "",
    how: MeetingHow = MeetingHow.MEETING,
    agencies: Sequence[UUID] = (),
    proposals: str = "",
    dissent: str = "",
    dissent_of: UUID | None = None,
    actions: Sequence[Mapping[str, Any]] = (),
) -> None:
    """A meeting, conference or call between the sides: who was there, what was said, what was decided (ENF-01, BRO-04, BRO-08).

    `agencies` are those that took part, left out all of them; those missing are named on the record. A stage that is a meeting has met once every
    key agency was there, in one meeting or several. `proposals` are what a round table puts to front-line staff, who all hear of it (ENF-09).
    `dissent` is a view to the contrary with whose it is, by default the own agency's (BRI-08). A meeting of the partnership is where some
    procedures tell the business unit (ENF-05). `actions` are what was agreed to be done, as `add_action` takes them, by those who may add one.
    """
    how = choice(MeetingHow, how, "how")
    case = change.case
    missing = parties(case) - set(agencies) if agencies else frozenset()
    facts = {"how": str(how), "agencies": _took_part(case, agencies), "missing": keys(missing), "dissent_of": ""}
    if missing and how != MeetingHow.CALL:
        facts["unmet"] = keys(_unmet(case, missing))
    body = {
        "who": needed(who, "who", _("Say who took part.")),
        "summary": needed(summary, "summary", _("Say what was discussed.")),
        "decisions": decisions.strip(),
        "proposals": proposals.strip(),
        "dissent": dissent.strip(),
    }
    if body["dissent"]:
        facts["dissent_of"] = _dissenter(change, dissent_of)
    for request in case.requests:
        if not agencies or request.agency_id in agencies:
            engage(change, request)
    change.record(EventKind.MEETING, facts=facts, body=body)
    if actions:
        if change.actor is not None:
            require(change.actor, Verb.ADD_ACTION, case)
        add_agreed(change, actions)
    if body["proposals"]:
        change.tell(_front_line(case), kind=Message.ASSIGNED, action=gettext_noop("Read what the meeting proposes"))
    if how == MeetingHow.PARTNERSHIP and MEETING in case.procedure.informs_unit:
        inform_unit(change)


def keys(agencies: Collection[UUID]) -> list[str]:
    """Agencies as the record keeps them."""
    return sorted(str(agency) for agency in agencies)


def _unmet(case: Case, missing: frozenset[UUID]) -> frozenset[UUID]:
    """Of those missing, who took part in no earlier meeting of a stage that is one either (ENF-01). One query, only in such a stage."""
    stage, run = case.stage_definition, case.run
    if stage is None or run is None or not stage.is_meeting:
        return frozenset()
    earlier = Event.objects.filter(dispute=case.dispute, kind=EventKind.MEETING, stage=run.stage, recorded_at__gte=run.entered_at)
    met = [line for line in earlier.values_list("facts", flat=True) if line.get("how") != MeetingHow.CALL]
    if any(not line.get("missing") for line in met):
        return frozenset()
    return missing - {UUID(agency) for line in met for agency in line.get("agencies", ())}


def _front_line(case: Case) -> list[UUID | None]:
    """Everybody who holds or held it on either side, and who raised and wrote it: the staff whom a proposal concerns."""
    held = [*(run.holder_id for run in case.runs), *(request.holder_id for request in case.all_requests)]
    return [*raising_ids(case), case.dispute.logged_by_id, *held]


def _took_part(case: Case, agencies: Sequence[UUID]) -> list[str]:
    """The agencies as the record keeps them. Raises InvalidInput for one that is not of this disagreement."""
    if not set(agencies) <= case.receiving_ids | {case.raising_id}:
        raise InvalidInput(_("Choose among the agencies of this disagreement."), field="agencies")
    return [str(agency) for agency in agencies]


def _dissenter(change: Change, agency: UUID | None) -> str:
    """Whose dissent it is. Raises InvalidInput where nobody says so, or for another agency's where the person acts for one."""
    case, own = change.case, change.agency
    place = agency or own
    if place is None or place not in case.receiving_ids | {case.raising_id}:
        raise InvalidInput(_("Say whose dissent it is."), field="dissent_of")
    if own is not None and place != own and place not in own_agencies(change):
        raise InvalidInput(_("Each agency records its own dissent."), field="dissent_of")
    return str(place)
