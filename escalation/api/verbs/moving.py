"""What moves a disagreement on, or hands it over."""

from rest_framework import serializers

from escalation.api.fields import In, Key, KeyMap, Moment, Text, Whole, Word, YesNo, optional_text
from escalation.api.verbs.base import Adding, Deciding
from escalation.services.conflicts import LONGEST_REASON
from escalation.states import Ground

TOLD = "That the other agency knows first: needed where this step tells the business unit for the first time and the procedure asks for it."


class AskToMoveUpIn(Adding):
    """The practitioner asks the holder of the stage to move it up."""

    reason = Text()


class MoveUpIn(Deciding):
    """To the next stage, or past one where the procedure allows it."""

    ground = Word(Ground)
    reason = optional_text(help_text="Needed unless there was no response.")
    against = serializers.ListField(
        child=Key(), required=False, max_length=20, help_text="The receiving agencies to be asked there; left out, all that have not settled."
    )
    to = Whole(least=1, most=7, required=False, help_text="The stage's position; left out, the next.")
    holders = KeyMap(required=False, help_text="{agency: person} where somebody else than the suggested person is to be asked.")
    efforts = optional_text(help_text="What was tried: needed where the stage asks for it.")
    told_other_side = YesNo(required=False, default=False, help_text=TOLD)
    safety = optional_text(help_text="What keeps the child safe meanwhile.")


class HoldMoveIn(Deciding):
    """The automatic move is stopped; reminders go on."""

    reason = Text()


class MakeUrgentIn(Deciding):
    """It will not wait."""

    reason = Text()
    respond_by = Moment(help_text="Any hour of any day: this moment does not roll.")
    spoken_to = optional_text(max_length=200)


class ReferIn(Deciding):
    """Put it before the partnership."""

    ground = Word(Ground)
    efforts = Text()
    reason = Text()
    told_other_side = YesNo(required=False, default=False, help_text=TOLD)


class WithdrawIn(Deciding):
    """The raising agency takes it back."""

    reason = Text()
    still_at_risk = YesNo(help_text="Whether anyone still believes the child at risk.")


class ReopenIn(Deciding):
    """It runs again, in a new run of the stage it was in."""

    reason = Text()


class MarkConflictIn(Adding):
    """That somebody has a conflict of interest: the caller, or whom they oversee."""

    whom = Key(required=False, help_text="Left out, the caller. Else somebody whom the caller oversees here.")
    reason = Text(max_length=LONGEST_REASON, lines=True, help_text="It stands on the record, which both sides read. Nothing of the child.")


class LiftConflictIn(Adding):
    """That somebody who was marked has no conflict of interest any more. Nobody lifts their own."""

    whom = Key()
    reason = Text(max_length=LONGEST_REASON, lines=True)


class ReassignIn(Deciding):
    """Hand it to an equivalent or a deputy."""

    to = Key()
    reason = optional_text()
    agency = Key(required=False, help_text="Needed where you act for no side.")


class InviteGuestIn(Deciding):
    """Somebody without an account may answer the agency's request, once."""

    name = Text(max_length=160)
    job_title = Text(max_length=160)
    email = Text(max_length=254, help_text="Their own: the one-time code goes to it and nowhere else.")
    agency = Key(required=False, help_text="Needed where several are asked.")


class TakeBackGuestIn(Deciding):
    """The guest can no longer answer."""

    reason = optional_text()
    agency = Key(required=False, help_text="Needed where several have a guest.")


class RecommendContactIn(Deciding):
    """The business unit names a suitable senior person of an agency."""

    agency = Key()
    person = Key()
    reason = optional_text()


class TellUnitIn(Adding):
    """The business unit is told; the other agency knew first that it would be."""

    told_other_side = YesNo()


class PastStageIn(In):
    """A stage that was talked through outside before it was recorded, and not settled."""

    happened_from = Moment(help_text="When it began.")
    happened_until = Moment(help_text="When it ended.")
    who = Text(help_text="Who talked: names, posts and agencies.")
    said = Text()
    result = Text(help_text="What came of it, and why it is not settled.")


class EnterPastStageIn(PastStageIn, Deciding):
    """The same on a running disagreement; it goes on in the stage after it."""

    stage = Whole(least=1, most=7, required=False, help_text="The one it is in (left out), or the one after it.")
    agency = Key(required=False, help_text="On whose behalf the business unit enters it; left out, the raising agency.")
    told_other_side = YesNo(required=False, default=False, help_text=TOLD)
