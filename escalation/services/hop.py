"""The stop inside the own agency, or in place of that, before anything is sent; and where a disagreement starts."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.person import Person
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.engine.stops import AT_UNIT, HOP
from escalation.engine.turns import is_stop_over
from escalation.models import Draft
from escalation.services.lifecycle import is_open
from escalation.services.staging import begin_hop, begin_stage, check_holders, close_run, hop_holder
from escalation.services.words import needed
from escalation.states import EventKind, Ground, Message, Side, Verb


def _at_hop(case: Case, person: Person | None) -> str | None:
    refusal = is_open(case) or (None if case.dispute.stage == HOP else _("It has been sent on already."))
    if refusal or person is None or case.dispute.is_urgent or person.id in case.actors(Side.RAISING, case.raising_id):
        return refusal
    who = {"own_manager": _("Your manager"), "own_lead": _("Your safeguarding lead")}.get(case.hop_stage.key, _(case.hop_stage.name))
    return (
        None
        if is_stop_over(case)
        else _("{who} has until the end of the next working day to send it on. After that you can send it yourself.").format(who=who)
    )


def _only_raiser_waits(case: Case, person: Person | None) -> str | None:
    refusal = _at_hop(case, None)
    if refusal is None and person is not None and person.id in {case.dispute.raiser_id, case.dispute.logged_by_id}:
        return _("Only your manager or safeguarding lead sends it back.")
    if refusal is None and case.conflicted_ids & {case.dispute.raiser_id, case.dispute.logged_by_id}:
        return _("Whoever wrote it has a conflict of interest: nobody could go on with it there. Send it on, or withdraw it.")
    return refusal


@verb(Verb.SEND_ON, ready=_at_hop)
def send_on(change: Change, *, comment: str = "", holders: Mapping[UUID, UUID] | None = None) -> None:
    """The own agency sends it to the other side: the first stage begins (BRI-05), with whom the writer chose to answer unless others are named."""
    check_holders(change.case, holders)
    change.record(EventKind.SENT_ON, body={"comment": comment})
    asked = chosen_while_logging(change.case) if holders is None else holders
    begin_stage(change, first_stage(change.case), ground=first_ground(change.case), holders=asked)


@verb(Verb.SEND_BACK, ready=_only_raiser_waits)
def send_back(change: Change, *, reason: str) -> None:
    """The own agency returns it to its writer. The reason is recorded; the writer may take it to the safeguarding lead, then on."""
    words = needed(reason, "reason", _("Say why you are sending it back."))
    change.record(EventKind.SENT_BACK, body={"reason": words})
    close_run(change)
    change.case.dispute.send_back()
    change.tell([change.case.dispute.raiser_id], kind=Message.SENT_BACK, action=gettext_noop("Read why it came back"))


def chosen_while_logging(case: Case) -> dict[UUID, UUID]:
    """Whom the writer chose to answer for each agency, of those who still can; the draft keeps it while it stops inside the own agency. One query."""
    kept = Draft.objects.filter(dispute=case.dispute).values_list("answers", flat=True).first() or {}
    chosen = {UUID(agency): UUID(person) for agency, person in (kept.get("holders") or {}).items()}
    able = {agency: case.counterpart(Side.RECEIVING, agency, first_stage(case)).able for agency in chosen.keys() & case.receiving_ids}
    return {agency: chosen[agency] for agency, people in able.items() if any(found.user_id == chosen[agency] for found in people)}


def first_stage(case: Case) -> int:
    """The position at which it starts: the first stage of its way, or the one chosen above it."""
    return case.dispute.top_stage or case.procedure.first


def first_ground(case: Case) -> Ground | None:
    """Why it begins above the first stage, where stages had happened already: they did not settle it."""
    return Ground.NOT_RESOLVED if any(run.happened_until for run in case.runs) else None


def needs_hop(case: Case) -> bool:
    """Must the own agency send it on first? Not where it is restricted, not where the raiser holds the level that takes it.

    Nor where it is urgent, unless the variant taken names who takes it first (BUC-09); then whoever logged it may send it on at once.
    """
    dispute = case.dispute
    position = first_stage(case)
    if case.hop_stage is AT_UNIT:
        return hop_holder(case) is not None and not dispute.is_third_party and (dispute.through_partnership or not dispute.is_urgent)
    if not case.procedure.first_hop or dispute.is_restricted or dispute.is_third_party or case.procedure.stage(position).is_own:
        return False
    named = case.procedure.way is not None and case.procedure.way.hop is not None
    if dispute.is_urgent and not named:
        return False
    holds = {candidate.user_id for candidate in case.candidates_at(Side.RAISING, case.raising_id, HOP if named else position)}
    holder = hop_holder(case)
    return dispute.raiser_id not in holds and holder is not None and holder.user_id != dispute.raiser_id


def start(change: Change, *, holders: Mapping[UUID, UUID] | None = None) -> None:
    """After submission: to the own manager, or straight to the first stage."""
    if needs_hop(change.case):
        begin_hop(change)
    else:
        begin_stage(change, first_stage(change.case), ground=first_ground(change.case), holders=holders)
