"""What every verb's form shares: the case, the person, what they saw, and the arguments for the service."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.person import Person
from agencies.web.fields import PastMomentField
from agencies.words import Words
from escalation.counterparts import Candidate
from escalation.engine.case import Case
from escalation.engine.perform import Seen
from escalation.selectors.ahead import Ahead
from escalation.web.finding import FIND_PERSON, FindsPeople

THEN_ATTACH = "then_attach"
SENDING = "sending"
HELD_BACK = frozenset({"seen", SENDING, "happened_at", THEN_ATTACH, FIND_PERSON})


@dataclass(frozen=True, slots=True)
class Pause:
    """A short page before a rare step: what it would do, how to go on, and how to stay."""

    title: str
    lines: tuple[str, ...]
    proceed: str
    stay: str


class VerbForm(FindsPeople):
    """A form of one verb. `given` is what the service takes; field names are the service's own, so that its refusals land beside them."""

    seen = forms.CharField(widget=forms.HiddenInput)
    # What tells a form that is sent twice from two forms: new with each form that is asked for, kept through errors and check pages.
    sending = forms.CharField(widget=forms.HiddenInput, required=False)
    # Fields whose answers `ahead` shows better than they would themselves.
    said_ahead: frozenset[str] = frozenset()
    # Fields whose answers mean nothing beside the others, and are not taken; known once the form is cleaned.
    unasked: frozenset[str] = frozenset()
    # Of a verb's people fewer are listed: they stand there as radios, or several times over.
    whole, most = 40, 25
    # Whether it is about a response: that is read before it is asked, on a telephone too.
    about_response = False
    # What the button says, where the form knows better than the page.
    button: Words = ""

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        self.case, self.person = case, person
        initial = kwargs.setdefault("initial", {})
        initial.setdefault("seen", str(Seen.of(case.dispute)))
        initial.setdefault(SENDING, secrets.token_urlsafe(16))
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill choices and words that depend on the case."""

    def refusal(self) -> str:
        """Why there is nothing to ask, in words, where the case holds nothing that this could be done to; else nothing."""
        return ""

    def pause(self) -> Pause | None:
        """What is unusual about what was just answered, said on a page of its own before it goes on; None for what is usual. After `is_valid`."""
        return None

    def foretold(self) -> list[dict[str, str]]:
        """What it will do, in rows of words, where that is to be seen before the button is pressed; else nothing."""
        return []

    def ahead(self) -> Ahead | None:
        """Who is asked where it leads, and by when, seen before it is sent; None for what leads nowhere else. A checked form is valid by then."""
        return None

    def leads_on(self) -> dict[str, str]:
        """What the address of the next question of the same verb says, where an answer leads to another question; else nothing."""
        return {}

    def given(self) -> dict[str, Any]:
        """The service's arguments from clean data."""
        return {name: value for name, value in self.cleaned_data.items() if name not in HELD_BACK}

    def agency_name(self, agency: UUID | None) -> str:
        """An agency's name, as this case's directory has it."""
        card = self.case.directory.agency(agency) if agency else None
        return card.name if card else ""

    def agencies(self, ids: Iterable[UUID]) -> list[tuple[str, str]]:
        """Choices of agencies by name."""
        return sorted(((str(key), self.agency_name(key)) for key in ids), key=lambda pair: pair[1])

    def choose_agency(self, name: str, ids: Iterable[UUID]) -> None:
        """Ask for the agency only where there are several."""
        choices = self.agencies(ids)
        if len(choices) > 1:
            choice_of(self, name).choices = choices
        else:
            self.fields[name].widget = forms.HiddenInput()
            self.fields[name].required = False
            choice_of(self, name).choices = choices
            self.initial[name] = choices[0][0] if choices else ""


def choice_of(form: forms.Form, name: str) -> forms.ChoiceField:
    """The form's field of this name, which is one of choices."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is not a field of choices")
    return field


def person_choice(candidate: Candidate) -> tuple[str, str]:
    """A person as a choice: name, post, agency."""
    post = f", {candidate.post_title}" if candidate.post_title else ""
    return str(candidate.user_id), f"{candidate.name}{post}"


class HappenedMixin(forms.Form):
    """Something that happened by phone or in a room: it may be recorded later than it happened."""

    happened_at = PastMomentField(
        label=_("When did it happen?"),
        subject=_("the date and time it happened"),
        empty=_("Just now"),
        empty_first=True,
        required=False,
        help_text=_("Both moments, when it happened and when you recorded it, stay on the record."),
    )
