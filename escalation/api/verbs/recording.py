"""What adds to the record."""

from rest_framework import serializers

from escalation.api.fields import In, Key, Moment, Text, Texts, Whole, Word, YesNo, optional_text
from escalation.api.verbs.base import Adding, Deciding, Happened
from escalation.states import ContactHow, MeetingHow


class RecordContactIn(Happened):
    """An attempt to reach someone."""

    how = Word(ContactHow)
    whom = Text(max_length=200)
    said = Text()
    reached = YesNo()
    agency = Key(required=False, help_text="Of which agency, needed where several are asked and somebody was reached.")


class ChaseIn(Adding):
    """The reminder goes again to whoever owes what is overdue, or else what is due next."""


class AgreedIn(In):
    """An action that was agreed at a meeting, or is asked for by a decision."""

    what = Text()
    agency = Key()
    due_at = Moment()
    owner = Key(required=False)


class RecordMeetingIn(Happened):
    """A meeting or call between the sides."""

    how = Word(MeetingHow, required=False, default=MeetingHow.MEETING)
    who = Text()
    summary = Text()
    decisions = optional_text()
    agencies = serializers.ListField(child=Key(), required=False, max_length=20, help_text="Those that took part: the record names who was missing.")
    proposals = optional_text(help_text="What a round table proposes to front-line staff.")
    dissent = optional_text()
    dissent_of = Key(required=False, help_text="The own agency, where it is left out.")
    actions = AgreedIn(many=True, required=False, help_text="What was agreed to be done: at most three; others with `add_action`.")


class AddNoteIn(Adding):
    """A note, or one that only the own agency sees."""

    text = Text()
    private = YesNo(required=False, default=False)


class AddActionIn(Deciding):
    """An action that the sides agreed, watched until it is done."""

    what = Text()
    agency = Key()
    due_at = Moment()
    owner = Key(required=False)


class CompleteActionIn(Adding):
    """An agreed action is done."""

    action = Key()
    how = optional_text()


class CorrectIn(Adding):
    """A correction of one's own line: the old words stay readable."""

    number = Whole(least=1, help_text="The line's number.")
    text = Texts(required=False, help_text="The line's texts that change, by their names.")
    when = Moment(required=False, help_text="When it happened, of a call, a meeting or advice that nobody has confirmed, where that was said wrong.")
    why = Text(max_length=300, lines=True)


class ContinueConcernIn(Adding):
    """Someone still believes the child at risk."""

    concern = Text()


class ConfirmHappenedIn(Adding):
    """The other side says that something happened earlier; that is confirmed."""

    number = Whole(least=1, help_text="The line's number.")
    up_to = Whole(required=False, help_text="The newest line that you read: a moment that was put right since is not confirmed unseen.")
