"""The rows that make a disagreement in memory, read in one statement however many disagreements are asked for."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from agencies.at_once import Query, Together
from escalation.models import (
    AgreedAction,
    Attachment,
    Child,
    Clock,
    Event,
    FileConfirmation,
    LegalHold,
    OutcomeConfirmation,
    OutcomeProposal,
    PanelMember,
    Party,
    Referral,
    Request,
    StageRun,
    TimetableProposal,
)
from escalation.querysets import Among

Kind = TypeVar("Kind")
Row = TypeVar("Row", Party, StageRun, Request, Clock, Referral, OutcomeProposal, TimetableProposal, Event, AgreedAction, Attachment, Child)


@dataclass(frozen=True, slots=True)
class CaseRows:
    """By disagreement, or by what of it they belong to: what every verb reads, and what a page shows besides (empty where nobody shows it)."""

    parties: defaultdict[UUID, list[Party]]
    runs: defaultdict[UUID, list[StageRun]]
    requests: defaultdict[UUID, list[Request]]
    clocks: defaultdict[UUID, list[Clock]]
    referrals: defaultdict[UUID, list[Referral]]
    panel: defaultdict[UUID, list[PanelMember]]
    proposals: defaultdict[UUID, list[OutcomeProposal]]
    confirmations: defaultdict[UUID, list[OutcomeConfirmation]]
    timetables: defaultdict[UUID, list[TimetableProposal]]
    record: defaultdict[UUID, list[Event]]
    actions: defaultdict[UUID, list[AgreedAction]]
    attached: defaultdict[UUID, list[Attachment]]
    children: defaultdict[UUID, list[Child]]
    filed: defaultdict[UUID, list[FileConfirmation]]
    holds: defaultdict[UUID, list[LegalHold]]
    """By partnership: those in force, the newest first."""


def read_rows(ids: Collection[UUID], *, whole: bool) -> CaseRows:
    """Of these disagreements. With `whole` the clocks that ended and every working-out, the record with its bodies, actions, files,
    who confirmed a child's file, and the legal holds in force in their partnerships. One query."""
    parties, runs, requests, clocks, referrals, seats, proposals, confirmations, timetables, *shown = (WHOLE if whole else READ).of(ids)
    record, actions, attached, children, filed, holds = shown or ([], [], [], [], [], [])
    of = {child.pk: child.dispute_id for child in children}
    return CaseRows(
        parties=by_dispute(parties),
        runs=by_dispute(runs),
        requests=by_dispute(requests),
        clocks=by_dispute(clocks),
        referrals=by_dispute(referrals),
        panel=members(seats, referrals),
        proposals=by_dispute(proposals),
        confirmations=by_proposal(confirmations),
        timetables=by_dispute(timetables),
        record=by_dispute(record),
        actions=by_dispute(actions),
        attached=by_dispute(attached),
        children=by_dispute(children),
        filed=_grouped(filed, lambda row: of[row.child_id]),
        holds=_grouped({hold.pk: hold for hold in holds}.values(), lambda hold: hold.partnership_id),
    )


def by_dispute(rows: Iterable[Row]) -> defaultdict[UUID, list[Row]]:
    """Rows by the disagreement they belong to."""
    return _grouped(rows, lambda row: row.dispute_id)


def by_proposal(rows: Iterable[OutcomeConfirmation]) -> defaultdict[UUID, list[OutcomeConfirmation]]:
    """Confirmations by the wording that they confirm."""
    return _grouped(rows, lambda row: row.proposal_id)


def _grouped(rows: Iterable[Kind], key: Callable[[Kind], UUID]) -> defaultdict[UUID, list[Kind]]:
    found: defaultdict[UUID, list[Kind]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def members(seats: Iterable[PanelMember], referrals: Iterable[Referral]) -> defaultdict[UUID, list[PanelMember]]:
    """Members of the panel that hears the latest referral, by disagreement."""
    latest = {referral.dispute_id: referral.pk for referral in referrals}
    found: defaultdict[UUID, list[PanelMember]] = defaultdict(list)
    for seat in seats:
        referral = seat.panel.referral
        if latest.get(referral.dispute_id) == referral.pk:
            found[referral.dispute_id].append(seat)
    return found


def _read(ids: Sequence[UUID]) -> list[Query]:
    ours = Among("dispute", ids)
    return [*_standing(ids)[:3], Clock.objects.running().filter(ours).defer("working_out"), *_standing(ids)[3:]]


def _whole(ids: Sequence[UUID]) -> list[Query]:
    ours, standing = Among("dispute", ids), _standing(ids)
    return [
        *standing[:3],
        Clock.objects.filter(ours),
        *standing[3:],
        Event.objects.filter(ours).select_related("body").order_by("number"),
        AgreedAction.objects.filter(ours).order_by("due_at"),
        Attachment.objects.filter(ours, ended_at=None).select_related("event__body").order_by("-added_at", "-pk"),
        # Not who they are: that is behind a click of its own.
        Child.objects.filter(ours).only("pk", "dispute"),
        FileConfirmation.objects.filter(Among("child__dispute", ids)),
        LegalHold.objects.filter(Among("partnership__disputes", ids), lifted_at=None).select_related("placed_by").order_by("-placed_at", "-pk"),
    ]


def _standing(ids: Sequence[UUID]) -> list[Query]:
    ours = Among("dispute", ids)
    return [
        Party.objects.filter(ours),
        StageRun.objects.filter(ours).order_by("number"),
        Request.objects.filter(ours).select_related("guest").order_by("run__number", "pk"),
        Referral.objects.filter(ours).order_by("run__number"),
        PanelMember.objects.filter(Among("panel__referral__dispute", ids), left_at=None).select_related("panel__referral"),
        OutcomeProposal.objects.filter(ours, replaced_at=None),
        OutcomeConfirmation.objects.filter(Among("proposal__dispute", ids), proposal__replaced_at=None),
        TimetableProposal.objects.filter(ours, agreed_at=None, declined_at=None).order_by("proposed_at", "pk"),
    ]


READ, WHOLE = Together(_read), Together(_whole)
