"""Anything with a due moment."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import Agency, User
from agencies.rows import QuickRow
from escalation.querysets import ClockQuerySet
from escalation.states import ClockState, Measure, Side

from .action import AgreedAction
from .dispute import Dispute
from .stage_run import Request, StageRun


class Clock(QuickRow):
    """A due moment, worked out once when the clock starts and kept with its working-out.

    `due_at` is the procedure's moment and never changes; `agreed_due_at` is a timetable that both sides agreed, and from then on drives
    reminders and moving up. `owner` is the person who owes what the clock measures: My work is the running clocks of their owner.
    `last_step` and `last_repeat` say which step of its plan was done last; `next_check_at` is the moment of the next.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="clocks")
    run = models.ForeignKey(StageRun, on_delete=models.CASCADE, null=True, blank=True, related_name="clocks")
    request = models.ForeignKey(Request, on_delete=models.CASCADE, null=True, blank=True, related_name="clocks")
    action = models.ForeignKey(AgreedAction, on_delete=models.CASCADE, null=True, blank=True, db_index=False, related_name="clocks")
    stage = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    measures = models.CharField(max_length=20, choices=Measure)
    owed_by = models.CharField(max_length=12, choices=Side)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="clocks")
    is_procedural = models.BooleanField(default=True, help_text="Procedure time; the product's own next-step clocks are not.")
    is_urgent = models.BooleanField(default=False)
    is_imported = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    agreed_due_at = models.DateTimeField(null=True, blank=True)
    recorded_due_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Due by its recording, where its start was confirmed as earlier: in time until then, and the system's move counts from it.",
    )
    dated_at = models.DateTimeField(null=True, blank=True, help_text="When its moment was last set anew: no step lies before.")
    working_out = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=ClockState, default=ClockState.RUNNING)
    ended_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    warning_left_at = models.DateTimeField(null=True, blank=True, help_text="When the warning of the system's move left the outbox.")
    last_step = models.CharField(max_length=12, blank=True)
    last_repeat = models.PositiveSmallIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(due_at__gte=models.F("started_at")) | models.Q(is_imported=True), name="clock_not_born_overdue"
            ),
            models.CheckConstraint(
                condition=models.Q(state=ClockState.RUNNING, next_check_at__isnull=False, ended_at=None)
                | (~models.Q(state=ClockState.RUNNING) & models.Q(next_check_at=None, ended_at__isnull=False)),
                name="running_clock_is_checked",
            ),
        ]
        indexes: ClassVar = [
            # The responses that come due in a month, by who owes them: the trends of boards and agencies.
            models.Index(
                fields=["agency", "due_at"], condition=models.Q(measures=Measure.RESPONSE, is_procedural=True), name="response_by_agency_and_due"
            ),
            # My work: what a person owes, soonest first.
            models.Index(fields=["owner", "due_at"], condition=models.Q(state=ClockState.RUNNING), name="running_clock_by_owner"),
            # The few that are on an agreed action.
            models.Index(fields=["action"], condition=models.Q(action__isnull=False), name="clock_of_action"),
            # The sweep: agreed actions whose moment has come, of what is closed too.
            models.Index(
                fields=["next_check_at"], condition=models.Q(state=ClockState.RUNNING, measures=Measure.ACTION), name="action_clock_to_check"
            ),
            # The sweep each minute, and the board: what nobody can take.
            models.Index(fields=["dispute"], condition=models.Q(state=ClockState.RUNNING, owner=None), name="running_clock_of_nobody"),
            # The board: where the sides are still to set a date, few among all that runs.
            models.Index(fields=["key", "dispute"], condition=models.Q(state=ClockState.RUNNING), name="running_clock_by_key"),
            # Loading a case, and the board's overdue list.
            models.Index(fields=["dispute"], condition=models.Q(state=ClockState.RUNNING), name="running_clock_by_dispute"),
        ]

    def __str__(self) -> str:
        return f"{self.key} due {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def effective_due(self) -> datetime:
        """The moment that drives reminders: the agreed one where there is one."""
        return self.agreed_due_at or self.due_at

    @property
    def in_time_until(self) -> datetime:
        """What "in time" means for it: the procedure's moment, never counted from before the recording; where the procedure leaves the date to the
        sides, the one they agreed."""
        return (self.recorded_due_at or self.due_at) if self.is_procedural else self.effective_due


class TimetableProposal(models.Model):
    """Another date, proposed by one side; in force once the other has agreed."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="timetables")
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="timetables")
    due_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=12, choices=Side)
    proposed_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock"], condition=models.Q(agreed_at=None, declined_at=None), name="one_open_timetable"),
        ]

    def __str__(self) -> str:
        return f"{self.due_at:%Y-%m-%d %H:%M} proposed"
