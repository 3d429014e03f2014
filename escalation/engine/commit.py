"""Writing changes: one or many, each table once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import models

from escalation.engine.bulk import insert_rows, update_rows
from escalation.engine.change import Change
from escalation.engine.months import changed_months
from escalation.models import (
    AgreedAction,
    Attachment,
    ChangedMonth,
    Child,
    ChildReference,
    Clock,
    ConferenceRequest,
    Dispute,
    DisputeLink,
    Draft,
    EarlierChild,
    EarlierReference,
    Event,
    EventBody,
    FileConfirmation,
    Guest,
    LearningPoint,
    LegalHold,
    Notification,
    OutcomeConfirmation,
    OutcomeProposal,
    Panel,
    PanelMember,
    Party,
    Reading,
    Referral,
    Request,
    StageRun,
    TimetableProposal,
)

# New rows are written in this order, so that each finds what it points to.
ORDER: tuple[type[models.Model], ...] = (
    Dispute,
    Draft,
    Party,
    Child,
    EarlierChild,
    ChildReference,
    EarlierReference,
    StageRun,
    Guest,
    Request,
    Event,
    EventBody,
    Attachment,
    ConferenceRequest,
    AgreedAction,
    Clock,
    TimetableProposal,
    Referral,
    Panel,
    PanelMember,
    OutcomeProposal,
    OutcomeConfirmation,
    FileConfirmation,
    LearningPoint,
    DisputeLink,
    LegalHold,
    Reading,
)
# What may change in a row once it is there; everything else is written once.
MUTABLE: dict[type[models.Model], tuple[str, ...]] = {
    StageRun: ("holder", "holder_post", "left_at", "happened_from", "happened_until"),
    Guest: ("name", "job_title", "taken_back_at"),
    Request: (
        "holder",
        "holder_post",
        "guest",
        "state",
        "received_at",
        "delivered_at",
        "opened_at",
        "bounced_at",
        "engaged_at",
        "answered_at",
        "answer",
        "ended_at",
    ),
    Clock: (
        "run",
        "agency",
        "owner",
        "owed_by",
        "is_urgent",
        "agreed_due_at",
        "recorded_due_at",
        "dated_at",
        "state",
        "ended_at",
        "breached_at",
        "warned_at",
        "warning_left_at",
        "last_step",
        "last_repeat",
        "next_check_at",
    ),
    Child: ("initials", "name", "born_on", "is_unborn"),
    ChildReference: ("reference",),
    Attachment: ("stored", "ended_at", "ended_by", "ended_how"),
    AgreedAction: ("owner", "due_at", "done_at"),
    TimetableProposal: ("agreed_at", "declined_at", "decided_by"),
    Referral: ("chair", "acknowledged_at", "resolve_by", "route", "force", "route_at", "mediator", "decided_at"),
    Panel: ("place",),
    PanelMember: ("interest", "declared_at", "has_conflict", "gone_at", "left_at"),
    ConferenceRequest: ("answer", "answered_by", "answered_at", "conference_on"),
    OutcomeProposal: ("replaced_at",),
    FileConfirmation: ("confirmed_by", "confirmed_at"),
    LearningPoint: ("referred_to", "owner", "due_on", "status", "done_at", "evidence", "set_at", "revision"),
    LegalHold: ("lifted_by", "lifted_at", "lift_reason"),
    Draft: ("answers", "step", "saved_at"),
}
FIXED = frozenset({"id", "reference", "partnership", "raising_agency", "created_at", "is_imported", "earlier_key"})
DISPUTE_FIELDS = tuple(f.name for f in Dispute._meta.concrete_fields if f.name not in FIXED)
# Of a disagreement that the sweep only looked at, these alone move.
WATCHED = ("wake_at", "next_due_at", "head_number", "head_digest", "revision")
MOVED = (*WATCHED, "stage", "top_stage", "move_held_at", "sent_at", "unit_told_at")


def commit(changes: Sequence[Change], *, watched: bool = False) -> None:
    """Write the changes inside the caller's transaction: new rows, changed rows, messages. Messages that exist already are left alone.

    `watched` says that the changes come from the sweep, which moves few of a disagreement's fields.
    """
    for change in changes:
        change.finish()
    _remove_replaced(changes)
    _update(changes, watched=watched)
    _insert(row for change in changes for row in change.added)
    messages = [message for change in changes for message in change.messages.values()]
    insert_rows(Notification, messages, unless_there=True)
    if months := list(changed_months(changes)):
        insert_rows(ChangedMonth, months)
    for change in changes:
        for last in change.afterwards:
            last()


def _insert(rows: Iterable[models.Model]) -> None:
    """One bulk insert a table."""
    by_model: defaultdict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    unknown = set(by_model) - set(ORDER)
    if unknown:
        raise TypeError(f"No place in the writing order for {unknown}.")
    for model in ORDER:
        if by_model[model]:
            insert_rows(model, by_model[model])


def _update(changes: Sequence[Change], *, watched: bool) -> None:
    """One update a table. Ending runs and clocks is written before new ones are, for the constraints allow one open of each."""
    by_model: defaultdict[type[models.Model], dict[UUID, models.Model]] = defaultdict(dict)
    for change in changes:
        for model, rows in change.touched.items():
            by_model[model].update(rows)
    for model, rows in by_model.items():
        fields = (MOVED if watched else DISPUTE_FIELDS) if model is Dispute else MUTABLE[model]
        update_rows(model, list(rows.values()), fields)


def _remove_replaced(changes: Sequence[Change]) -> None:
    """A draft's answers go when nobody can send it back to its writer any more."""
    gone = [change.case.dispute.pk for change in changes if change.drops_draft]
    if gone:
        Draft.objects.filter(dispute__in=gone).delete()
