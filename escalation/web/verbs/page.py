"""What a verb's page is made of."""

from dataclasses import dataclass

from escalation.web.verbs.base import VerbForm


@dataclass(frozen=True, slots=True)
class VerbPage:
    """A verb on a page. `lead` stands under the heading; `done` is what the person reads afterwards; `check` shows the answers first."""

    form: type[VerbForm]
    title: str
    button: str
    done: str
    lead: str = ""
    check: bool = False
