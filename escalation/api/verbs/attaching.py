"""Files, and words that must not stay in the record."""

from escalation.api.fields import Key, Text, Texts, Whole, Word, optional_text
from escalation.api.verbs.base import Adding, Uploading
from escalation.services.files.attaching import LONGEST_REASON, LONGEST_WORDS
from escalation.states import Audience


class AttachFileIn(Uploading):
    """Minutes, a letter or a picture."""

    about = optional_text(max_length=LONGEST_WORDS, help_text="What it is.")
    audience = Word(Audience, required=False, default=Audience.READERS)
    line = Whole(least=1, required=False, help_text="The number of the entry that it belongs to.")


class ReplaceFileIn(Uploading):
    """Another version of a file."""

    file = Key()
    reason = Text(max_length=LONGEST_REASON, lines=True)


class WithdrawFileIn(Adding):
    """A file that should not be there."""

    file = Key()
    reason = Text(max_length=LONGEST_REASON, lines=True)


class RedactIn(Adding):
    """Words that must not stay: what else was typed in the line stays readable, and the words themselves are erased."""

    number = Whole(least=1, help_text="The line's number.")
    text = Texts(
        help_text="The line's texts as they may stay, by their names; an empty one is taken out whole. "
        "Words may only be taken out; `[taken out]` then stands in their place, given or not."
    )
    why = Text(max_length=LONGEST_REASON, lines=True)
