"""One professional disagreement."""

from typing import ClassVar

from django.db import models
from django_fsm import GET_STATE, FSMModelMixin, transition

from agencies.keys import new_key
from agencies.models import Agency, Partnership, User
from agencies.rows import QuickRow
from escalation.querysets import DisputeQuerySet
from escalation.states import LIVE, Basis, Difference, Door, LeftOut, Outcome, Plan, ReviewNeed, Setting, Side, State, SubgroupMatter

from .procedure import ProcedureVersion
from .protected import ProtectedStage, ProtectedState

LIVE_STATES = sorted(LIVE)


class Dispute(FSMModelMixin, QuickRow):
    """A disagreement between agencies (or inside one) about what a child needs.

    What people typed lies in the bodies of its events; here are only choices, moments and whose move it is. `state` and `stage` are
    protected: they change by the transitions below and nowhere else. `stage` is the position in the pinned version, 0 before the first
    stage: a draft, or the hop inside the own agency. `revision` counts the changes that a person's decision may depend on.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    # Two indexes below begin with it.
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="disputes", db_index=False)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="disputes")
    state = ProtectedState(default=State.DRAFT, choices=State, protected=True)
    stage = ProtectedStage(default=0, protected=True)
    revision = models.PositiveIntegerField(default=0)

    raising_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="raised", db_index=False)
    raiser = models.ForeignKey(User, on_delete=models.PROTECT, related_name="raised")
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="logged")
    disputed_person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    is_urgent = models.BooleanField(default=False)
    is_restricted = models.BooleanField(default=False)
    through_partnership = models.BooleanField(default=False, help_text="A restricted one that the business unit sends on in place of the own agency.")
    is_serious = models.BooleanField(default=False)
    is_stuck = models.BooleanField(default=False)
    is_third_party = models.BooleanField(default=False)
    is_own_agency = models.BooleanField(default=False)
    is_imported = models.BooleanField(default=False)
    earlier_key = models.CharField(max_length=60, blank=True, help_text="What the earlier log called it, where it was brought in from one.")
    conflicts = models.JSONField(default=list, help_text="Keys of people with a conflict: they neither hold, read nor close it.")
    door = models.CharField(max_length=24, choices=Door, blank=True)
    variant = models.CharField(max_length=40, blank=True, help_text="The procedure's own way at this door, by its key.")
    priority = models.CharField(max_length=24, blank=True, help_text="One of the procedure's priority levels.")
    themes = models.JSONField(default=list)
    setting = models.CharField(max_length=24, choices=Setting, blank=True)
    basis = models.CharField(max_length=12, choices=Basis, blank=True)
    plan = models.CharField(max_length=20, choices=Plan, blank=True)
    level_of_need = models.PositiveSmallIntegerField(null=True, blank=True)
    capacity_in_doubt = models.BooleanField(default=False)
    arose_on = models.DateField(null=True, blank=True)
    respond_by = models.DateTimeField(null=True, blank=True, help_text="The raising side's own moment where the matter is urgent (UTC).")

    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When another agency was first addressed.")
    resolved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    unit_told_at = models.DateTimeField(null=True, blank=True, help_text="From here on the business unit reads the narrative.")
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    difference = models.CharField(max_length=20, choices=Difference, blank=True)
    feedback_at = models.DateTimeField(null=True, blank=True)
    learning_at = models.DateTimeField(null=True, blank=True)
    lead_manager = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="led_plans")
    summary_at = models.DateTimeField(null=True, blank=True)
    debrief_at = models.DateTimeField(null=True, blank=True)
    review = models.CharField(max_length=12, choices=ReviewNeed, blank=True)
    subgroup_asked = models.CharField(max_length=12, choices=SubgroupMatter, blank=True, help_text="What waits for the subgroup's answer now.")
    deep_dive = models.BooleanField(null=True, blank=True, help_text="What the subgroup's chair decided of a serious matter.")
    offered_mediator = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Whom the subgroup offers for a stuck case."
    )
    conference_asked_of = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="The agency whose answer a formal request waits for."
    )
    reviewing_told_at = models.DateTimeField(null=True, blank=True, help_text="From here on the child protection reviewing service sees it.")
    reviewing_answered_at = models.DateTimeField(null=True, blank=True)
    has_continuing_concern = models.BooleanField(default=False)
    move_held_at = models.DateTimeField(null=True, blank=True)
    top_stage = models.PositiveSmallIntegerField(default=0)

    review_listed_at = models.DateTimeField(null=True, blank=True, help_text="When it came to be reviewed how long it is kept.")
    keep_until = models.DateField(null=True, blank=True, help_text="Kept longer than its period, until this day.")
    anonymised_at = models.DateTimeField(null=True, blank=True, help_text="From here on it holds no typed text and nobody's name: figures only.")

    left_out = models.CharField(max_length=12, choices=LeftOut, blank=True, help_text="Why no figure counts it; empty where figures do.")

    wake_at = models.DateTimeField(null=True, blank=True, help_text="When the sweep must look next: the earliest check of its running clocks.")
    next_due_at = models.DateTimeField(null=True, blank=True, help_text="The soonest moment of its running clocks, agreed actions apart.")
    head_number = models.PositiveIntegerField(default=0)
    head_digest = models.CharField(max_length=64, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            # Nothing goes silent: whatever is live has a next moment.
            models.CheckConstraint(condition=models.Q(wake_at__isnull=False) | ~models.Q(state__in=LIVE_STATES), name="live_dispute_wakes"),
            models.CheckConstraint(condition=models.Q(wake_at__isnull=True) | models.Q(state__in=LIVE_STATES), name="ended_dispute_sleeps"),
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=False) | models.Q(state__in=[State.DRAFT, State.WITHDRAWN]), name="open_dispute_was_submitted"
            ),
            # An earlier log brought in twice doubles nothing.
            models.UniqueConstraint(fields=["partnership", "earlier_key"], condition=~models.Q(earlier_key=""), name="earlier_key_once"),
        ]
        indexes: ClassVar = [
            # The sweep's one query: live disputes whose moment has come, earliest first. Its size follows the live, not history.
            models.Index(fields=["wake_at"], condition=models.Q(state__in=LIVE_STATES), name="dispute_due_for_check"),
            # The board's lists of what is overdue and due, soonest first. Its size follows the live too.
            models.Index(fields=["partnership", "next_due_at"], condition=models.Q(state__in=LIVE_STATES), name="live_dispute_by_due"),
            # What was raised in a month or a year.
            models.Index(fields=["partnership", "submitted_at"], name="dispute_by_submission"),
            # Which months hold what was brought in from an earlier log: mostly none of very many.
            models.Index(fields=["partnership", "submitted_at"], condition=models.Q(is_imported=True), name="dispute_from_a_log"),
            # What is kept from an agency's people, and is taken out of what is counted for them and for many: few, and mostly none.
            models.Index(fields=["partnership"], condition=models.Q(is_restricted=True), name="restricted_dispute"),
            # The board and the lists: one partnership's disagreements, newest first.
            models.Index(fields=["partnership", "state", "-submitted_at"], name="dispute_by_partnership"),
            models.Index(fields=["raising_agency", "state"], name="dispute_by_raising_agency"),
            # What somebody who may be gone leads still, or may still mediate (`services/held_keys.py`): few have either by name.
            models.Index(
                fields=["lead_manager"], condition=models.Q(state__in=LIVE_STATES, lead_manager__isnull=False), name="live_dispute_by_lead_manager"
            ),
            models.Index(
                fields=["offered_mediator"],
                condition=models.Q(state__in=LIVE_STATES, offered_mediator__isnull=False),
                name="live_dispute_by_offer",
            ),
            # The drafts of somebody who may be gone: of all that they ever logged, few are drafts.
            models.Index(fields=["logged_by"], condition=models.Q(state=State.DRAFT), name="draft_by_writer"),
            # What is to be reviewed, and what has come to be: the oldest end first.
            models.Index(fields=["ended_at"], condition=models.Q(anonymised_at=None, ended_at__isnull=False), name="dispute_kept_since"),
            # What is on the list of those to review: few among all that ended.
            models.Index(
                fields=["partnership", "keep_until"], condition=models.Q(anonymised_at=None, review_listed_at__isnull=False), name="dispute_to_review"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_live(self) -> bool:
        """It still runs: open, or resolved with its closing tasks to do."""
        return self.state in LIVE

    @transition(field=state, source=State.DRAFT, target=State.OPEN)
    def submit(self) -> None:
        """The practitioner's act: the draft becomes an open disagreement."""

    @transition(field=state, source=State.OPEN, target=State.DRAFT)
    def send_back(self) -> None:
        """The own agency returns it to its writer with a reason."""

    @transition(field=state, source=State.OPEN, target=State.RESOLVED)
    def resolve(self) -> None:
        """The last side confirmed the same wording, or a decision was received."""

    @transition(field=state, source=State.RESOLVED, target=State.CLOSED)
    def close(self) -> None:
        """What the procedure asks for after resolution is done or its gap recorded."""

    @transition(field=state, source=[State.DRAFT, State.OPEN], target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """The raiser and the agency's lead take it back, with a reason."""

    @transition(field=state, source=[State.RESOLVED, State.CLOSED, State.WITHDRAWN], target=State.OPEN)
    def reopen(self) -> None:
        """It runs again, in a new run of the stage it was in."""

    @transition(field=stage, source="*", target=GET_STATE(lambda _self, position: position, states=range(0, 8)))
    def enter(self, position: int) -> int:
        """Begin the stage at this position of the pinned version; 0 is the hop inside the own agency."""
        return position


class Draft(models.Model):
    """What has been typed so far, kept at every step; private to its writer."""

    dispute = models.OneToOneField(Dispute, on_delete=models.CASCADE, primary_key=True, related_name="draft")
    answers = models.JSONField(default=dict)
    step = models.CharField(max_length=40, blank=True)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Draft of {self.dispute_id}"


class Party(QuickRow):
    """An agency's part in a disagreement."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="parties", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="parts", db_index=False)
    side = models.CharField(max_length=12, choices=Side)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["dispute", "agency", "side"], name="party_once_a_side")]
        # Who may see it: every list starts from the agencies of a person.
        indexes: ClassVar = [models.Index(fields=["agency", "dispute"], name="party_by_agency")]

    def __str__(self) -> str:
        return f"{self.agency_id} ({self.side})"
