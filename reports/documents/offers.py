"""Which documents a disagreement has for somebody: those that its procedure asks for by now, and those that can be printed besides."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import NotAllowed, WrongState
from agencies.person import Person
from escalation import policy
from escalation.engine.case import Case
from escalation.procedures.definition import ProcedureDefinition
from escalation.selectors.words import stage_name
from escalation.states import State
from reports.documents.kinds import DocumentKind

REFUSAL = gettext_noop("Only those who may read what was written in this disagreement print its documents.")
ENDED_WELL = frozenset({State.RESOLVED, State.CLOSED})
# Forms that belong to the procedure that names them: nobody else's words would fit.
OWN_FORMS = frozenset({DocumentKind.MONITORING, DocumentKind.CASE_RESOLUTION, DocumentKind.SUMMARY_REPORT})


@dataclass(frozen=True, slots=True)
class Offer:
    """A document that can be printed now. `is_due`: the procedure asks for it from the stage that was reached. `why` says so in words."""

    kind: DocumentKind
    is_due: bool
    why: str


def documents_for(case: Case, person: Person) -> list[Offer]:
    """What this person may print of it now, what is due first; nothing for whoever may not read what was written. No query."""
    if not policy.reads_narrative(person, case) or case.dispute.state == State.DRAFT:
        return []
    found = [offer for kind in DocumentKind if (offer := _offer(kind, case)) is not None]
    return sorted(found, key=lambda offer: not offer.is_due)


def require_document(kind: DocumentKind, case: Case, person: Person) -> None:
    """Raises NotAllowed for whoever may not read what was written, WrongState, with words, where there is no such document yet."""
    if not policy.reads_narrative(person, case):
        raise NotAllowed(_(REFUSAL))
    if kind not in {offer.kind for offer in documents_for(case, person)}:
        raise WrongState(missing(kind, case))


def first_stage_with(kind: DocumentKind, procedure: ProcedureDefinition) -> int | None:
    """The position of the first stage that asks for this form; None where none does."""
    return next((stage.position for stage in procedure.stages if kind in stage.forms), None)


def missing(kind: DocumentKind, case: Case) -> str:
    """Why there is no such document here, in a sentence."""
    first = first_stage_with(kind, case.procedure)
    if case.dispute.state == State.DRAFT:
        return _("There are no documents of a draft.")
    if kind == DocumentKind.OUTCOME_LETTER:
        return _("There is no outcome letter before each side has confirmed the outcome.")
    if kind == DocumentKind.PANEL_PACK:
        return _("There is no pack before it has been referred to the partnership.")
    if first is not None or kind in {DocumentKind.EXECUTIVE_SUMMARY, DocumentKind.SUMMARY_REPORT}:
        return _("{document}: it is not asked for yet.").format(document=kind.label)
    form = _("{document}: the procedure of this {matter} has no such form.")
    return form.format(document=kind.label, matter=case.procedure.matter_word)


def _offer(kind: DocumentKind, case: Case) -> Offer | None:
    """The document as it is offered now; None where it is not."""
    settled = case.dispute.state in ENDED_WELL and case.proposal is not None
    if kind == DocumentKind.OUTCOME_LETTER:
        return Offer(kind, is_due=True, why=_("The outcome is confirmed: each side has it in writing.")) if settled else None
    if kind == DocumentKind.PANEL_PACK:
        return _pack(case)
    if kind == DocumentKind.EXECUTIVE_SUMMARY:
        return _executive(case)
    if kind == DocumentKind.NAMED_OFFICERS:
        return Offer(kind, is_due=False, why=_("Whom to ask in each agency concerned, from the directory."))
    return _form(kind, case)


def _pack(case: Case) -> Offer | None:
    if case.referral is None:
        return None
    is_heard = case.dispute.state == State.OPEN and case.is_before_partnership
    why = _("It is before the partnership: everything in one document.") if is_heard else _("It was before the partnership.")
    return Offer(DocumentKind.PANEL_PACK, is_due=is_heard, why=why)


def _executive(case: Case) -> Offer | None:
    """Once it is settled; due where the procedure's closing asks for it (ENF-03)."""
    if case.dispute.state not in ENDED_WELL:
        return None
    is_due = case.procedure.closing.executive_summary
    asked = _("The procedure asks for it when it is settled.")
    why = asked if is_due else _("A short account of the concerns and how they were resolved.")
    return Offer(DocumentKind.EXECUTIVE_SUMMARY, is_due=is_due, why=why)


def _form(kind: DocumentKind, case: Case) -> Offer | None:
    """A form that stages name: due from the first of them that was reached."""
    first = first_stage_with(kind, case.procedure)
    if first is not None and reached(case) >= first:
        return Offer(kind, is_due=True, why=_("The procedure asks for it from {stage} on.").format(stage=stage_name(case.procedure, first)))
    if kind == DocumentKind.SUMMARY_REPORT and first is None and case.procedure.closing.summary_report and case.dispute.state in ENDED_WELL:
        return Offer(kind, is_due=True, why=_("The procedure asks for it when it is settled."))
    if kind in OWN_FORMS:
        return None
    return Offer(kind, is_due=False, why=_("One record of what was discussed and decided at each stage."))


def reached(case: Case) -> int:
    """The highest stage that it has been in."""
    return max((run.stage for run in case.runs), default=0)
