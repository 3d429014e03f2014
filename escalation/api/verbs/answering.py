"""What the two sides say to each other, and the way out of the own agency."""

from escalation.api.fields import Key, KeyMap, Moment, Text, Word, YesNo, optional_text
from escalation.api.verbs.base import Deciding
from escalation.states import Answer, Outcome

WHICH = "Needed where there are several."
BEHIND = "Whether the issue behind it is still to settle: needed where it was overtaken by events."


class SendOnIn(Deciding):
    """The own manager or safeguarding lead sends it to the other side."""

    comment = optional_text()
    holders = KeyMap(required=False, help_text="{agency: person} where somebody else than the suggested person is to be asked.")


class SendBackIn(Deciding):
    """The own manager or lead returns it to its writer."""

    reason = Text()


class AcknowledgeIn(Deciding):
    """Receipt; before the chair with the moment by which it will be resolved."""

    comment = optional_text()
    resolve_by = Moment(required=False, help_text="Needed before the chair.")
    agency = Key(required=False, help_text="Whose receipt it is; needed where there are several. Not asked before the chair.")


class RespondIn(Deciding):
    """The receiving agency's answer."""

    answer = Word(Answer)
    reasons = Text()
    actions = optional_text(help_text="What your agency will do: needed unless it disagrees.")
    safety = optional_text(help_text="What keeps the child safe meanwhile.")
    agency = Key(required=False, help_text=WHICH)


class AcceptIn(Deciding):
    """The response settles it. With the last one that is accepted the wording is proposed to every side; with one before that, of several agencies
    that were asked, nothing is proposed yet: the wording stays on the record, and `proposal` is null until the last."""

    wording = Text(help_text="The agreed outcome. Of several agencies: for all of them with the last response, else for this one.")
    kind = Word(Outcome, required=False, default=Outcome.AGREED_ACTION)
    outstanding = optional_text(help_text="What is still to settle.")
    still_to_settle = YesNo(required=False, help_text=BEHIND)
    agency = Key(required=False, help_text=WHICH)


class RejectIn(Deciding):
    """The response does not settle it."""

    reason = Text()
    agency = Key(required=False, help_text=WHICH)


class ProposeTimetableIn(Deciding):
    """Another date, in force once the other side agrees."""

    due_at = Moment()
    reason = Text()
    clock = Key(required=False, help_text="The clock, where more than one runs.")


class AgreeTimetableIn(Deciding):
    """The other side's date is agreed."""

    clock = Key(required=False, help_text="The clock for which it is proposed, where several dates are.")


class DeclineTimetableIn(Deciding):
    """The other side's date is declined."""

    reason = Text()
    clock = Key(required=False, help_text="The clock for which it is proposed, where several dates are.")
