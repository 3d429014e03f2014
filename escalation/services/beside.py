"""Beside the stages: who else was told or asked, and an agency that keeps out of what cannot wait."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.person import Person
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.procedures.telling import NOT_INVOLVED
from escalation.services.lifecycle import at_stage, has_begun, raising_ids, receiving_holders
from escalation.services.resolution import parties
from escalation.services.staging import inform_unit
from escalation.services.words import choice, clean, needed, short
from escalation.states import Advice, EventKind, Message, Side, Verb


@verb(Verb.RECORD_ADVICE, ready=has_begun, decides=False)
def record_advice(change: Change, *, whom: Advice, who: str, told: str, answer: str = "", told_by: str = "", private: bool = False) -> None:
    """Somebody outside the disagreement was told or asked: when, by whom, and what was answered (BUC-08, BUC-10, BUC-11, ENF-11).

    `who` names them, `told_by` who told or asked where that was not the person who records it. `private` keeps it to the own agency, as with legal
    advice. At any time until it is closed, and after.
    """
    whom = choice(Advice, whom, "whom")
    body = {
        "adviser": needed(who, "who", _("Say who was told or asked: name, post and service.")),
        "told": needed(told, "told", _("Say what they were told or asked.")),
        "answer": clean(answer, "answer"),
        "told_by": short(told_by, "told_by", 200),
    }
    if private and change.agency is None:
        raise InvalidInput(_("What is private belongs to an agency of this disagreement."), field="private")
    change.record(EventKind.ADVICE, facts={"whom": str(whom)}, body=body, private_to=change.agency if private else None)
    if not private:
        tell_both(change, gettext_noop("Read who else was told or asked"))


def tell_both(change: Change, action: str, *, kind: Message = Message.FEEDBACK, without: Collection[UUID] = ()) -> None:
    """News for the holders of both sides and the person who raised it; not for who did it, nor for those told otherwise."""
    actor = {change.actor.id} if change.actor else set()
    people = [one for one in (*raising_ids(change.case), *receiving_holders(change.case)) if one not in actor | set(without)]
    change.tell(people, kind=kind, action=action)


def _can_keep_out(case: Case, _person: Person | None) -> str | None:
    if NOT_INVOLVED not in case.procedure.informs_unit:
        return _("The procedure says nothing of an agency that keeps out.")
    refusal = at_stage(case) or (None if case.dispute.sent_at else _("It has not left the own agency yet."))
    return refusal or (None if case.dispute.is_urgent else _("It is not urgent. If it will not wait, make it urgent first."))


def may_keep_out(case: Case, own: UUID | None) -> frozenset[UUID]:
    """The agencies of which it can be recorded: those concerned, but the own."""
    return parties(case) - {own}


@verb(Verb.STAYS_OUT, ready=_can_keep_out, decides=False)
def stays_out(change: Change, *, agency: UUID, what: str, disagree: Collection[UUID] = ()) -> None:
    """Where it cannot wait all act at once; an agency that keeps out, which others hold to be wrong, is recorded by a party (BUC-07).

    The partnership's business unit hears of it at once. `disagree` are the agencies that want it in; the own one is among them anyway.
    """
    case = change.case
    words = needed(what, "what", _("Say what is being done to reduce the risk, and how the agency keeps out of it."))
    if agency not in may_keep_out(case, change.agency):
        raise InvalidInput(_("Choose another agency of this disagreement."), field="agency")
    others = set(disagree) | ({change.agency} if change.agency else set())
    if not others:
        raise InvalidInput(_("Say which agencies disagree with it."), field="disagree")
    if not others <= parties(case) - {agency}:
        raise InvalidInput(_("Choose among the other agencies of this disagreement."), field="disagree")
    facts = {"agency": str(agency), "disagree": sorted(str(other) for other in others)}
    change.record(EventKind.STAYS_OUT, facts=facts, body={"what": words})
    inform_unit(change, gettext_noop("An agency keeps out of an urgent matter"))
    side = Side.RAISING if agency == case.raising_id else Side.RECEIVING
    holder = case.holder_id(side, agency)
    people = [holder, *(() if side == Side.RAISING and case.dispute.is_restricted else sorted(case.lead_ids(agency)))]
    change.tell(people, kind=Message.ASSIGNED, action=gettext_noop("Your agency is recorded as keeping out: read why"))
    tell_both(change, gettext_noop("Read that an agency keeps out"), without=[person for person in people if person])
