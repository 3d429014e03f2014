"""What a verb's page is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from agencies.words import Words
from escalation.engine.change import Change
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
    # Whether one confirms who one is first: for what cannot be undone, or takes a protection away.
    confirms: bool = False
