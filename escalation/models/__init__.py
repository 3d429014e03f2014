"""The disagreement, its clocks, its record and its messages."""

from .action import AgreedAction
from .around import ConferenceRequest, DisputeLink
from .attachment import Attachment
from .changed import ChangedMonth
from .child import Child, ChildNaming, ChildReference, EarlierChild, EarlierReference, FileConfirmation
from .clock import Clock, TimetableProposal
from .dispute import Dispute, Draft, Party
from .guest import AskedCode, Guest, GuestDoor
from .idempotency import RememberedCall
from .keeping import AccessRequest, KeepingPeriod, LegalHold
from .outbox import Heartbeat, Notification, SweepFailure
from .outcome import LearningPoint, OutcomeConfirmation, OutcomeProposal
from .procedure import Procedure, ProcedureVersion, StageDefinition
from .record import Event, EventBody, Reading, Seal, SealedHead
from .referral import Panel, PanelMember, Referral
from .settings import MessageSettings
from .stage_run import Request, StageRun

__all__ = [
    "AccessRequest",
    "AgreedAction",
    "AskedCode",
    "ChangedMonth",
    "Attachment",
    "Child",
    "ChildNaming",
    "ChildReference",
    "Clock",
    "ConferenceRequest",
    "Dispute",
    "DisputeLink",
    "Draft",
    "EarlierChild",
    "EarlierReference",
    "Event",
    "EventBody",
    "FileConfirmation",
    "Guest",
    "GuestDoor",
    "Heartbeat",
    "KeepingPeriod",
    "LearningPoint",
    "LegalHold",
    "MessageSettings",
    "Notification",
    "OutcomeConfirmation",
    "OutcomeProposal",
    "Panel",
    "PanelMember",
    "Party",
    "Procedure",
    "ProcedureVersion",
    "Reading",
    "Referral",
    "RememberedCall",
    "Request",
    "Seal",
    "SealedHead",
    "StageDefinition",
    "StageRun",
    "SweepFailure",
    "TimetableProposal",
]
