"""What a call is answered with, as the documentation lists it. These only name fields: what they hold is worked out below, and by the policy."""

from typing import Any

from rest_framework import serializers

from escalation.states import ClockState, EventKind, LeftOut, Measure, Outcome, Side, State, Verb

Out = serializers.Serializer[Any]


class NamedOut(Out):
    """A key with its name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ActionOut(Out):
    """A verb that the caller may do now."""

    verb = serializers.ChoiceField(choices=Verb.choices)
    title = serializers.CharField()
    url = serializers.CharField()
    needs_seen = serializers.BooleanField()


class DisputeOut(Out):
    """A disagreement in short: where it stands, never what was typed."""

    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    standing = serializers.CharField(help_text="In one word: Open, Urgent, Overdue, Resolved …")
    stage = serializers.IntegerField(help_text="The position in the procedure; 0 before the first stage.")
    stage_name = serializers.CharField()
    procedure = NamedOut()
    raising_agency = NamedOut()
    receiving_agencies = NamedOut(many=True)
    is_urgent = serializers.BooleanField()
    is_overdue = serializers.BooleanField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="The earliest due moment that runs, of those that the caller may see.")
    submitted_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    seen = serializers.CharField(help_text="Send it back with the next deciding verb.")
    actions = ActionOut(many=True)


class DisputePageOut(Out):
    """A page of disagreements, the newest first."""

    next = serializers.CharField(allow_null=True, help_text="The next page's address; null on the last.")
    results = DisputeOut(many=True)


class RowOut(Out):
    """A line of a summary."""

    key = serializers.CharField(allow_blank=True)
    value = serializers.CharField(allow_blank=True)


class DueOut(Out):
    """A due moment, judged now."""

    word = serializers.CharField()
    tone = serializers.CharField()
    moment = serializers.DateTimeField(allow_null=True)
    distance = serializers.CharField(allow_blank=True)


class TurnOut(Out):
    """Whose turn it is."""

    side = serializers.ChoiceField(choices=Side.choices)
    agency = serializers.UUIDField(allow_null=True)
    what = serializers.CharField()


class StageOut(Out):
    """A stage of the pinned procedure, and what became of it."""

    name = serializers.CharField()
    who = serializers.CharField(allow_blank=True)
    done = serializers.BooleanField()
    now = serializers.BooleanField()
    detail = serializers.CharField(allow_blank=True)


class HoldingOut(Out):
    """Who holds a receiving agency's request, and whether it arrived."""

    agency = serializers.CharField()
    holder = serializers.CharField(allow_blank=True)
    post = serializers.CharField(allow_blank=True)
    state = serializers.CharField()
    delivery = serializers.CharField()
    guest = serializers.CharField(allow_blank=True, help_text="Who may answer it without an account.")


class AgreedActionOut(Out):
    """An action that the sides agreed."""

    id = serializers.UUIDField()
    what = serializers.CharField(allow_blank=True)
    agency = serializers.CharField(allow_blank=True)
    owner = serializers.CharField(allow_blank=True)
    due = DueOut()
    is_done = serializers.BooleanField()


class OutcomeOut(Out):
    """The wording that was proposed or confirmed, and by whom."""

    kind = serializers.CharField()
    wording = serializers.CharField(allow_blank=True)
    outstanding = serializers.CharField(allow_blank=True)
    is_binding = serializers.BooleanField()
    confirmed = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())
    difference = serializers.CharField(allow_blank=True)


class RelatedOut(Out):
    """Another disagreement about the same child that the caller may see."""

    reference = serializers.CharField()
    raising = serializers.CharField()
    state = serializers.CharField()
    is_linked = serializers.BooleanField(help_text="Somebody who may see both linked the two.")


class CaseFileOut(DisputeOut):
    """The whole case file as the caller may read it; without the narrative, the fields that hold typed text are empty."""

    title = serializers.CharField()
    narrative = serializers.BooleanField(help_text="Whether the caller may read what was typed.")
    may_see_child = serializers.BooleanField(help_text="Whether /children/ answers the caller.")
    turn = TurnOut()
    summary = RowOut(many=True)
    particulars = RowOut(many=True)
    stages = StageOut(many=True)
    holdings = HoldingOut(many=True)
    agreed_actions = AgreedActionOut(many=True)
    proposal = OutcomeOut(allow_null=True)
    has_continuing_concern = serializers.BooleanField()
    left_out = serializers.ChoiceField(choices=LeftOut.choices, allow_blank=True, help_text="Why no figure counts it; empty where figures do.")
    related = RelatedOut(many=True)


class EarlierChildOut(Out):
    """What identified the child until it was put right."""

    initials = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    born = serializers.CharField(allow_blank=True)
    until = serializers.DateTimeField()


class EarlierReferenceOut(Out):
    """The caller's own agency's reference until another took its place."""

    reference = serializers.CharField()
    until = serializers.DateTimeField()


class ChildOut(Out):
    """What identifies one child between the parties."""

    id = serializers.UUIDField()
    initials = serializers.CharField()
    name = serializers.CharField(allow_blank=True, help_text="Empty unless the partnership takes full names and one was given.")
    born = serializers.CharField(allow_blank=True)
    references = serializers.ListField(child=serializers.CharField(), help_text="The caller's own agency's.")
    earlier = EarlierChildOut(many=True, help_text="What was there before it was put right, the newest first.")
    earlier_references = EarlierReferenceOut(many=True, help_text="The caller's own agency's, the newest first.")


class ChildrenOut(Out):
    """The children of a disagreement."""

    children = ChildOut(many=True)


class CorrectionOut(Out):
    """Old words beside the new."""

    old = serializers.CharField(allow_blank=True)
    new = serializers.CharField()
    who = serializers.CharField()
    moment = serializers.DateTimeField()
    why = serializers.CharField()


class EventOut(Out):
    """One line of the record."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=EventKind.choices)
    title = serializers.CharField()
    happened = serializers.DateTimeField()
    recorded = serializers.DateTimeField(allow_null=True, help_text="Only where it was recorded later than it happened.")
    agency = serializers.CharField(allow_blank=True)
    who = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    facts = RowOut(many=True)
    corrections = CorrectionOut(many=True)
    private = serializers.BooleanField(help_text="Only the caller's own agency sees this line.")
    own = serializers.BooleanField(help_text="The caller wrote it and may correct it.")
    confirmable = serializers.BooleanField(help_text="It happened before it was recorded, by another's word.")


class EventsOut(Out):
    """The record, the newest line first."""

    narrative = serializers.BooleanField()
    events = EventOut(many=True)


class DayOut(Out):
    """One London day: counted or skipped, and why."""

    day = serializers.DateField()
    counted = serializers.BooleanField()
    why = serializers.CharField(allow_blank=True)


class WorkingOutOut(Out):
    """How a due moment came about; a date that people agreed has only its sentence."""

    sentence = serializers.CharField(allow_blank=True)
    start = serializers.DateTimeField(required=False)
    counts_from = serializers.DateTimeField(required=False)
    due = serializers.DateTimeField(required=False)
    lines = DayOut(many=True, required=False)
    provisional = serializers.BooleanField(required=False)


class ClockOut(Out):
    """One clock, running or ended, with its working-out."""

    id = serializers.UUIDField()
    key = serializers.CharField()
    measures = serializers.ChoiceField(choices=Measure.choices)
    what = serializers.CharField()
    owed_by = serializers.CharField()
    stage = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ClockState.choices)
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="The procedure's moment.")
    agreed_due_at = serializers.DateTimeField(allow_null=True, help_text="Another moment that both sides agreed.")
    in_time_until = serializers.DateTimeField(
        help_text="What is done at or before it is in time: the procedure's moment, or the one that counts from the recording where a start was "
        "confirmed as earlier."
    )
    ended_at = serializers.DateTimeField(allow_null=True)
    is_procedural = serializers.BooleanField(help_text="False for the product's own next-step clocks.")
    standing = DueOut()
    working_out = WorkingOutOut()


class ClocksOut(Out):
    """The clocks of a disagreement, in the order in which they started."""

    clocks = ClockOut(many=True)


class CandidateOut(Out):
    """Somebody who can act."""

    id = serializers.UUIDField(source="user_id")
    name = serializers.CharField()
    agency = serializers.UUIDField(source="agency_id", allow_null=True)
    post = serializers.CharField(source="post_title", allow_blank=True)
    why = serializers.CharField()


class CounterpartOut(Out):
    """Who acts for an agency at a stage, who else could, or why nobody can."""

    side = serializers.ChoiceField(choices=Side.choices)
    agency = NamedOut()
    suggested = CandidateOut(allow_null=True)
    others = CandidateOut(many=True)
    gap = serializers.CharField(allow_blank=True)


class CounterpartsOut(Out):
    """Who acts on each side at a stage, and whom the partnership may name."""

    stage = serializers.IntegerField()
    counterparts = CounterpartOut(many=True)
    mediators = CandidateOut(many=True)
    panel_members = CandidateOut(many=True)
