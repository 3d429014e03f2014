"""What a verb's page is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext

from agencies.templatetags.ui import moment
from agencies.words import Words
from escalation.engine.change import Change
from escalation.services.chasing import leaves_at
from escalation.web.verbs.base import VerbForm


@dataclass(frozen=True, slots=True)
class VerbPage:
    """A verb on a page. `lead` stands under the heading; `done` is what the person reads afterwards; `check` shows the answers first."""

    form: type[VerbForm]
    title: Words
    button: Words
    done: Words
    lead: Words = ""
    check: bool = False
    # The box that leads on to attaching a file to the entry that it made; none where nothing is written about it elsewhere.
    then_attach: Words = ""
    # What is said in place of `done`, where that depends on what was done.
    tells: Callable[[Change], str] | None = None
    # To whom its message goes, as it stands in the sentence that says when that leaves.
    told: Words = ""
    # Whether one confirms who one is first: for what cannot be undone, or takes a protection away.
    confirms: bool = False

    def words_after(self, done: Change) -> str:
        """What the person reads once it is done: what was recorded, and whether its message leaves now or when the office opens."""
        if self.tells is not None:
            return self.tells(done)
        words = str(self.done)
        if not self.told or not done.messages:
            return words
        at = leaves_at(done)
        leaves = gettext("The message to {who} leaves now.")
        if at > done.now:
            leaves = gettext("The message to {who} leaves when the office opens, on {moment}. If it will not wait, ring.")
        return f"{words}\n{leaves.format(who=self.told, moment=moment(at))}"
