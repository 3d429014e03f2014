"""A disagreement's time in one stage, and what each receiving agency owes in it."""

from typing import ClassVar

from django.db import models
from django_fsm import FSMModelMixin, transition

from agencies.keys import new_key
from agencies.models import Agency, User
from agencies.rows import QuickRow
from escalation.states import Answer, Ground, RequestState

from .dispute import Dispute
from .guest import Guest
from .protected import ProtectedState


class StageRun(QuickRow):
    """One pass through one stage. A reopening is a new run; the hop inside the own agency is position 0."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="runs", db_index=False)
    stage = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(default=1)
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="held_runs")
    holder_post = models.CharField(max_length=160, blank=True)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    ground = models.CharField(max_length=16, choices=Ground, blank=True, help_text="Why the disagreement moved into this stage.")
    skipped_from = models.PositiveSmallIntegerField(null=True, blank=True)
    happened_from = models.DateTimeField(null=True, blank=True, help_text="When it really began, where it is entered afterwards.")
    happened_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dispute", "number"], name="run_number_once"),
            # Never two winners: behind the lock and the check of what was seen, the table itself holds one open run.
            models.UniqueConstraint(fields=["dispute"], condition=models.Q(left_at=None), name="one_open_run"),
        ]
        indexes: ClassVar = [models.Index(fields=["holder"], condition=models.Q(left_at=None), name="open_run_by_holder")]

    def __str__(self) -> str:
        return f"Stage {self.stage} of {self.dispute_id}"


class Request(FSMModelMixin, QuickRow):
    """What one receiving agency owes in a run of a stage."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    # An index below begins with it.
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="requests", db_index=False)
    run = models.ForeignKey(StageRun, on_delete=models.CASCADE, related_name="requests", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="requests", db_index=False)
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="held_requests")
    holder_post = models.CharField(max_length=160, blank=True)
    guest = models.OneToOneField(
        Guest, on_delete=models.PROTECT, null=True, blank=True, related_name="request", help_text="Who may answer it without an account."
    )
    state = ProtectedState(default=RequestState.AWAITING, choices=RequestState, protected=True)
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, blank=True, help_text="Deemed on delivery of the message, at latest at the next opening.")
    delivered_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    engaged_at = models.DateTimeField(
        null=True, blank=True, help_text="Last reply, meeting, agreed date or contact in which the receiver was reached."
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=12, choices=Answer, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "agency"], name="one_request_an_agency")]
        indexes: ClassVar = [
            models.Index(fields=["holder"], condition=models.Q(ended_at=None), name="open_request_by_holder"),
            models.Index(fields=["agency", "state"], name="request_by_agency"),
            # Whether an agency was asked in a disagreement, for each of the thousands that may be open: read from the index alone.
            models.Index(fields=["dispute", "agency"], name="request_by_dispute"),
        ]

    def __str__(self) -> str:
        return f"Request to {self.agency_id}"

    @transition(field=state, source=RequestState.AWAITING, target=RequestState.ANSWERED)
    def respond(self) -> None:
        """The receiving agency's substantive answer."""

    @transition(field=state, source=RequestState.ANSWERED, target=RequestState.SETTLED)
    def accept(self) -> None:
        """The raising side takes the answer."""

    @transition(field=state, source=RequestState.ANSWERED, target=RequestState.REJECTED)
    def reject(self) -> None:
        """The raising side does not take the answer."""

    @transition(field=state, source=[RequestState.AWAITING, RequestState.ANSWERED, RequestState.REJECTED], target=RequestState.LAPSED)
    def lapse(self) -> None:
        """The stage was left while this request was not settled."""
