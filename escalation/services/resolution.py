"""The end: the same wording confirmed by each side, feedback, the child's file, closing."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.person import Person
from agencies.readable import trimmed
from agencies.words import lower_first
from agencies.working_days import LONDON
from escalation.engine import clockwork, next_steps
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.own_clocks import FILE, UPWARD
from escalation.engine.perform import verb
from escalation.engine.turns import CONFIRMS, Turn, turns_of
from escalation.models import Child, FileConfirmation, OutcomeConfirmation, OutcomeProposal
from escalation.policy import acts_for_raising, acts_for_receiving, oversees
from escalation.services.lifecycle import answered_request, at_stage, engage, has_answer, is_open, raising_ids, receiving_holders, tell_of_response
from escalation.services.outcomes import kind_of
from escalation.services.record import add_action
from escalation.services.requirements import CHILDREN, FILED, check_agreed, filed_anew, unwritten
from escalation.services.staging import close_run, drop_proposal, inform_of_resolution
from escalation.services.words import choice, needed
from escalation.states import Difference, EventKind, Measure, Message, Outcome, State, SummaryKind, Verb


@verb(Verb.ACCEPT, ready=has_answer)
def accept(
    change: Change,
    *,
    wording: str,
    kind: Outcome = Outcome.AGREED_ACTION,
    agency: UUID | None = None,
    outstanding: str = "",
    still_to_settle: bool | None = None,
) -> None:
    """The raising side takes the response. With the last one it proposes the outcome's wording to every side (BRI-16); with one before that the
    wording, and how it is settled, stay on the line that says so, until the last."""
    kind = kind_of(change.case, kind)
    request = answered_request(change, agency)
    words = needed(wording, "wording", _("Write the outcome as both sides will confirm it."))
    is_last = change.case.unsettled == [request]
    if is_last:
        check_agreed(change.case, kind)
        _check_overtaken(change, kind, outstanding, still_to_settle)
    request.accept()
    request.ended_at = change.now
    change.touch(request)
    facts = {"of": str(request.agency_id)}
    if is_last:
        change.record(EventKind.ACCEPTED, facts=facts, request=request)
        propose(change, words, kind, outstanding, still_to_settle=still_to_settle)
        return
    how = {"kind": str(kind)} | ({} if still_to_settle is None else {"still_to_settle": still_to_settle})
    change.record(EventKind.ACCEPTED, facts=facts | how, body={"wording": words, "outstanding": outstanding}, request=request)
    tell_of_response(change, request, gettext_noop("The response was accepted"))


def _can_propose(case: Case, _person: Person | None) -> str | None:
    refusal = at_stage(case)
    if refusal:
        return refusal
    stage = case.stage_definition
    if stage is not None and stage.is_own:
        return _("It has not left the own agency yet. Move it up, or withdraw it.")
    if stage is not None and stage.is_partnership and (case.referral is None or not case.referral.route):
        return _("The chair chooses the route first.")
    if case.proposal is not None and case.proposal.is_binding:
        return _("The decision is binding. Each agency confirms that it received it.")
    return None


@verb(Verb.PROPOSE_OUTCOME, ready=_can_propose)
def propose_outcome(
    change: Change,
    *,
    wording: str,
    kind: Outcome,
    outstanding: str = "",
    still_to_settle: bool | None = None,
    pursued_by: UUID | None = None,
    pursued_until: datetime | None = None,
) -> None:
    """One side puts a wording to every side; it takes the place of an earlier one. Of one that events overtook it says whether the issue behind it
    is still to settle, and then what of it.

    What is still open becomes an agreed action of the agency `pursued_by`, watched until `pursued_until` (aware), where both are given (BRI-16).
    """
    words, kind = needed(wording, "wording", _("Write the outcome as every side will confirm it.")), kind_of(change.case, kind)
    check_agreed(change.case, kind)
    _check_overtaken(change, kind, outstanding, still_to_settle)
    if pursued_by is not None or pursued_until is not None:
        _pursue(change, outstanding, pursued_by, pursued_until)
    propose(change, words, kind, outstanding, still_to_settle=still_to_settle)


def _check_overtaken(change: Change, kind: Outcome, outstanding: str, still_to_settle: bool | None) -> None:  # noqa: FBT001 - as it was answered
    """Events may end a disagreement and leave what it was about as it was: that is asked, but for what an earlier log brings in."""
    if kind != Outcome.OVERTAKEN or change.is_past:
        return
    if still_to_settle is None:
        raise InvalidInput(_("Say whether the issue behind it is still to settle."), field="still_to_settle")
    if still_to_settle:
        needed(outstanding, "outstanding", _("Say what is still to settle."))


def _pursue(change: Change, outstanding: str, agency: UUID | None, until: datetime | None) -> None:
    what = needed(outstanding, "outstanding", _("Say what is still open."))
    if agency is None:
        raise InvalidInput(_("Say which agency pursues it."), field="pursued_by")
    if until is None:
        raise InvalidInput(_("Say by when it is to be settled."), field="pursued_until")
    if agency not in change.case.receiving_ids | {change.case.raising_id}:
        raise InvalidInput(_("Choose one of the agencies of this disagreement."), field="pursued_by")
    add_action(change, what=what, agency=agency, due_at=until)


def propose(
    change: Change, wording: str, kind: Outcome, outstanding: str = "", *, is_binding: bool = False, still_to_settle: bool | None = None
) -> OutcomeProposal:
    """Put the wording; the proposing side has confirmed it by proposing."""
    case = change.case
    drop_proposal(change)
    for key in UPWARD:
        next_steps.drop(change, key)
    facts = {"kind": str(kind), "binding": is_binding} | ({} if still_to_settle is None else {"still_to_settle": still_to_settle})
    event = change.record(EventKind.OUTCOME_PROPOSED, facts=facts, body={"wording": wording, "outstanding": outstanding})
    proposal = OutcomeProposal(
        dispute=case.dispute,
        event=event,
        kind=kind,
        proposed_by_id=change.actor.id if change.actor else case.dispute.raiser_id,
        proposed_at=change.now,
        is_binding=is_binding,
    )
    case.proposal, case.confirmations = proposal, []
    change.add(proposal)
    own = _own_agency(change)
    if own is not None and not is_binding and not case.dispute.is_own_agency:
        _confirm(change, own)
    _ask_to_confirm(change, is_binding=is_binding)
    return proposal


def _ask_to_confirm(change: Change, *, is_binding: bool) -> None:
    """Whoever is to confirm it is asked; the raising side's holder and who raised it, where they are not, only hear of it (BRO-03)."""
    case = change.case
    actor = change.actor.id if change.actor else None
    asked = [turn for turn in turns_of(case) if turn.asked in CONFIRMS and turn.owner != actor]
    for turn in asked:
        next_steps.tell(change, turn)
    hears = {case.dispute.raiser_id, case.run.holder_id if case.run else None} - {actor, *(turn.owner for turn in asked)}
    read = gettext_noop("Read the decision") if is_binding else gettext_noop("Read the outcome that is proposed")
    change.tell(hears, kind=Message.FEEDBACK, action=read)


def parties(case: Case) -> frozenset[UUID]:
    """Every agency that confirms an outcome."""
    return case.receiving_ids | {case.raising_id}


def unconfirmed(case: Case) -> frozenset[UUID]:
    """Agencies that have not confirmed the wording that stands."""
    return parties(case) - {confirmation.agency_id for confirmation in case.confirmations} if case.proposal else frozenset()


def _own_agency(change: Change) -> UUID | None:
    """The agency for which the actor confirms: one that has not yet."""
    actor, case = change.actor, change.case
    if actor is None or actor.id == case.dispute.disputed_person_id or _alone(case, actor):
        return None
    open_ones = unconfirmed(case)
    if case.raising_id in open_ones and acts_for_raising(actor, case):
        return case.raising_id
    return next((agency for agency in sorted(acts_for_receiving(actor, case)) if agency in open_ones), None)


def _alone(case: Case, actor: Person) -> bool:
    """Inside one agency the side that put the wording does not confirm it as well (BRI-22)."""
    if not case.dispute.is_own_agency or case.proposal is None or case.proposal.is_binding:
        return False
    by = case.proposal.proposed_by_id
    if by == actor.id or by in case.own_asked:
        return by == actor.id or bool(acts_for_receiving(actor, case))
    ours = by in case.own_raising | case.lead_ids(case.raising_id)
    return ours and acts_for_raising(actor, case)


def _can_confirm(case: Case, person: Person | None) -> str | None:
    refusal = is_open(case)
    if refusal or case.proposal is None:
        return refusal or _("No outcome is proposed.")
    if person is None:
        return None
    if _alone(case, person):
        return _("The other side confirms the wording that you put.")
    open_ones = unconfirmed(case)
    mine = (acts_for_receiving(person, case) & open_ones) or (acts_for_raising(person, case) and case.raising_id in open_ones)
    return None if mine else _("Your agency has confirmed it already.")


@verb(Verb.CONFIRM_OUTCOME, ready=_can_confirm)
def confirm_outcome(change: Change) -> None:
    """A side's written confirmation of the same wording; with the last it is resolved (BRI-16)."""
    agency = _own_agency(change)
    if agency is None:
        raise InvalidInput(_("Your agency has confirmed it already."))
    _confirm(change, agency)


@verb(Verb.RECORD_GAP, ready=lambda case, _p: is_open(case) or (None if unconfirmed(case) else _("Nobody's confirmation is missing.")))
def record_gap(change: Change, *, agency: UUID, reason: str) -> None:
    """A side that stays silent cannot block it for ever: the business unit records the gap in its place."""
    words = needed(reason, "reason", _("Say how you tried to reach the agency."))
    if agency not in unconfirmed(change.case):
        raise InvalidInput(_("That agency's confirmation is not missing."), field="agency")
    change.record(EventKind.GAP_RECORDED, facts={"agency": str(agency), "what": "outcome"}, body={"reason": words})
    _confirm(change, agency, is_gap=True)


def _confirm(change: Change, agency: UUID, *, is_gap: bool = False) -> None:
    case = change.case
    if case.proposal is None or change.actor is None:
        raise InvalidInput(_("No outcome is proposed."))
    confirmation = OutcomeConfirmation(
        proposal=case.proposal, agency_id=agency, confirmed_by_id=change.actor.id, confirmed_at=change.now, is_gap=is_gap
    )
    case.confirmations.append(confirmation)
    change.add(confirmation)
    if not is_gap:
        _heard(change, agency)
        change.record(EventKind.OUTCOME_CONFIRMED, facts={"agency": str(agency)}, agency=agency)
    if not unconfirmed(case):
        resolve(change, Outcome(case.proposal.kind))


def _heard(change: Change, agency: UUID) -> None:
    """A receiving agency that puts or confirms a wording was heard: nothing moves up for want of its response."""
    for request in change.case.awaiting:
        if request.agency_id == agency:
            engage(change, request)


def resolve(change: Change, outcome: Outcome) -> None:
    """The disagreement is resolved: the procedure's clocks end, the closing tasks begin."""
    case = change.case
    case.dispute.resolve()
    case.dispute.outcome, case.dispute.resolved_at = outcome, change.now
    change.record(EventKind.RESOLVED, facts={"outcome": str(outcome), "stage": case.dispute.stage})
    for clock in case.running():
        if clock.measures == Measure.ACTION:
            continue
        finished = clock.measures in {Measure.COMPLETION, Measure.RESOLUTION, Measure.CAP, Measure.AGREEMENT}
        if finished:
            clockwork.end(change, clock, clockwork.met(change, clock))
        else:
            clockwork.leave(change, clock)
    files = unfiled(case) if case.procedure.closing.file else frozenset()
    next_steps.ask_for_files(change, files)
    _tell_resolved(change)
    inform_of_resolution(change)


def _tell_resolved(change: Change) -> None:
    """Everybody in it, and what of closing is theirs: the tasks, the confirmation of the child's file, or both."""
    case, news = change.case, gettext_noop("It is resolved")
    asked: dict[UUID | None, list[Turn]] = {}
    for turn in turns_of(case):
        asked.setdefault(turn.owner, []).append(turn)
    for first, *others in asked.values():
        next_steps.tell(change, first, kind=Message.RESOLVED, news=news, more=[turn.asked for turn in others])
    leads = frozenset() if case.dispute.is_restricted else case.lead_ids(case.raising_id)
    hears = {*receiving_holders(case), *raising_ids(case), *leads} - asked.keys()
    change.tell(sorted(hears, key=str), kind=Message.RESOLVED, action=news)


def _resolved(case: Case, _person: Person | None = None) -> str | None:
    return None if case.dispute.state == State.RESOLVED else _("It is not resolved yet.")


@verb(
    Verb.GIVE_FEEDBACK,
    ready=lambda case, _p: _resolved(case) or (_("Feedback is recorded already.") if case.dispute.feedback_at else None),
    decides=False,
)
def give_feedback(change: Change, *, words: str, given_on: date) -> None:
    """The person who raised it was told what came of it (DEV-10, ENF-04, BRO-03)."""
    text = needed(words, "words", _("Say what you told them."))
    if given_on > change.now.astimezone(LONDON).date():
        raise InvalidInput(_("That day has not come yet."), field="given_on")
    logged = change.case.dispute.submitted_at
    if logged is not None and given_on < logged.astimezone(LONDON).date():
        raise InvalidInput(_("That day lies before it was logged."), field="given_on")
    change.case.dispute.feedback_at = change.now
    change.record(EventKind.FEEDBACK, facts={"given_on": given_on.isoformat()}, body={"words": text})
    change.tell([change.case.dispute.raiser_id], kind=Message.FEEDBACK, action=gettext_noop("Feedback was recorded for you"))


@verb(Verb.CONFIRM_FILE, ready=_resolved, decides=False)
def confirm_file(change: Change, *, agency: UUID | None = None) -> None:
    """The agency confirms that the record is in the child's case file, its outcome too: for each child of the disagreement (BRI-15)."""
    case = change.case
    place = agency or change.agency
    if place is None or place not in parties(case) or change.actor is None:
        raise InvalidInput(_("Say for which agency."), field="agency")
    if not _acts_for(change.actor, case, place):
        raise InvalidInput(_("Each agency confirms its own file."), field="agency")
    confirm_files(change, place)


def _acts_for(actor: Person, case: Case, agency: UUID) -> bool:
    return agency in acts_for_receiving(actor, case) or (agency == case.raising_id and acts_for_raising(actor, case))


def confirm_files(change: Change, agency: UUID) -> None:
    """One confirmation a child that the agency has not confirmed since it was last reopened; the record keeps the earlier ones."""
    dispute = change.case.dispute
    earlier = {row.child_id: row for row in FileConfirmation.objects.filter(child__dispute=dispute, agency=agency)}
    anew = filed_anew(change.case)
    done = earlier.keys() if anew is None or agency in anew else frozenset()
    children = [child for child in Child.objects.filter(dispute=dispute) if child.pk not in done]
    if not children:
        raise InvalidInput(_("The file is confirmed already."), field="agency")
    actor = change.actor.id if change.actor else dispute.raiser_id
    for child in children:
        row = earlier.get(child.pk) or FileConfirmation(child=child, agency_id=agency)
        row.confirmed_by_id, row.confirmed_at = actor, change.now
        if child.pk in earlier:
            change.touch(row)
        else:
            change.add(row)
    change.record(EventKind.FILED, facts={"agency": str(agency), "children": [c.ordinal for c in children]}, agency=agency)
    clockwork.answered(change, FILE, agency)


def unfiled(case: Case) -> frozenset[UUID]:
    """Agencies that have not confirmed the file of every child since it was last reopened. Three queries, none where the case was read whole."""
    children = case.child_ids if case.is_whole else {key for (key,) in CHILDREN(case.dispute.pk)}
    rows, anew = case.filed if case.is_whole else FILED(case.dispute.pk), filed_anew(case)
    done = {(row.child_id, row.agency_id) for row in rows if anew is None or row.agency_id in anew}
    return frozenset(agency for agency in parties(case) if any((child, agency) not in done for child in children))


def missing_for_close(case: Case) -> Sequence[str]:
    """What the pinned procedure still asks for before closing, in words."""
    return _in_words(_missing_for_close(case))


def _missing_for_close(case: Case) -> list[str | SummaryKind]:
    """What is missing, in the words of no language, and the summaries that are."""
    closing = case.procedure.closing
    missing = list[str | SummaryKind]()
    if closing.feedback and case.dispute.feedback_at is None:
        missing.append(gettext_noop("feedback to the person who raised it"))
    if closing.file and unfiled(case):
        missing.append(gettext_noop("confirmation that it is in the child's file, by each agency"))
    if closing.learning and case.dispute.learning_at is None:
        missing.append(gettext_noop("learning, even if there is none"))
    return [*missing, *unwritten(case)]


def _in_words(missing: Iterable[str | SummaryKind]) -> list[str]:
    return [_("the {summary}").format(summary=lower_first(one.label)) if isinstance(one, SummaryKind) else _(one) for one in missing]


def may_leave_out(case: Case, person: Person, missing: Sequence[str]) -> bool:
    """May this person close it although something is missing, saying why? Only the business unit, and only where something is."""
    return bool(missing) and oversees(person, case)


@verb(Verb.CLOSE, ready=_resolved)
def close(change: Change, *, difference: Difference, gap: str = "") -> None:
    """Closed when what the procedure asks for is there; the business unit may close with the gap recorded. Not asked again who agrees."""
    case = change.case
    difference = choice(Difference, difference, "difference")
    wanting = _missing_for_close(case)
    if wanting:
        unit = change.actor is not None and oversees(change.actor, case)
        if not unit or not trimmed(gap):
            form = _("Still to do: {missing}. Say why it is closed without.") if unit else _("Still to do: {missing}.")
            raise InvalidInput(form.format(missing="; ".join(_in_words(wanting))), field="gap" if unit else None)
        with translation.override(None):
            kept = "; ".join(_in_words(wanting))
        change.record(EventKind.GAP_RECORDED, facts={"what": "closing"}, body={"reason": gap, "missing": kept})
    people = [*receiving_holders(case), *raising_ids(case)]
    close_run(change)
    case.dispute.close()
    case.dispute.difference, case.dispute.ended_at = difference, change.now
    change.record(EventKind.CLOSED, facts={"difference": str(difference)})
    change.tell(people, kind=Message.CLOSED, action=gettext_noop("It is closed"))
