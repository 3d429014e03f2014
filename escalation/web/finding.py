"""Looking for one of very many on a form: what was looked for and chosen waits, as all that is typed does, and stands in no address."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from agencies import wall_clock
from agencies.finding import fits
from agencies.services.identity.kept_forms import Typed, keep_form, kept_at
from agencies.sessions import keeps_words
from agencies.web.access import user_of
from agencies.web.forms import Form
from agencies.web.identity.keeping import not_kept_words
from agencies.web.long_list import FIND
from agencies.web.widgets import FindText
from agencies.words import Words, figure

__all__ = ["FIND", "FIND_AGENCY", "FIND_PERSON", "Finds", "FindsPeople", "before", "finds", "kept_for_later", "waiting_here"]
FIND_AGENCY, FIND_PERSON = "find_agency", "find_person"
Pairs = list[tuple[str, str]]
Groups = Sequence[tuple[str, Pairs]]


class Finds(Form):
    """A form on which one of very many is looked for: the button that looks sends the whole form, which comes back as it was typed (`finds`)."""

    def as_typed(self) -> None:
        """Shows what was typed so far, judging nothing of it."""
        self._errors = forms.utils.ErrorDict()
        self.cleaned_data = {}


class FindsPeople(Finds):
    """A form that asks for people, who may be very many: then a field looks for them, and the choices list who is found beside who is chosen."""

    sometimes_required: ClassVar[Collection[str]] = (FIND_PERSON,)
    # So many people are listed whole; of more, `most` of those looked for.
    whole = most = 100

    def look_for_people(self, label: Words) -> None:
        """Adds the field that looks for them, after those that are there."""
        self.fields[FIND_PERSON] = forms.CharField(label=label, max_length=100, required=False, widget=FindText(gettext("Find a person")))

    def listed(self, groups: Groups, *chosen: Any) -> list[tuple[str, Pairs]]:
        """The groups of choices (key, words) as the page lists them: all, or of very many those that are chosen and as many others as
        fit."""
        if FIND_PERSON not in self.fields:
            return list(groups)
        words, kept = str(self[FIND_PERSON].value() or ""), {str(key) for key in chosen}
        found = [(label, [one for one in people if one[0] not in kept and fits(f"{one[1]} {label}", words)]) for label, people in groups]
        numbers = sum(len(people) for _label, people in found), sum(len(people) for _label, people in groups)
        self.fields[FIND_PERSON].widget.note = _who_is_listed(*numbers, most=self.most, is_asked=bool(words.strip()))
        room = self.most // max(sum(bool(people) for _label, people in found), 1)
        return [
            (label, [one for one in people if one[0] in kept] + fitting[:room])
            for (label, people), (_label, fitting) in zip(groups, found, strict=True)
        ]


def _who_is_listed(found: int, every: int, *, most: int, is_asked: bool) -> str:
    if not is_asked:
        words = gettext("{most} of {all} people are listed here. Find any other by part of their name.")
        return words.format(most=figure(min(most, found)), all=figure(every))
    if not found:
        return gettext("None of {all} people fits. Type less of the name.").format(all=figure(every))
    if found > most:
        return gettext("The first {most} of {found} that fit. Type more of the name.").format(most=most, found=figure(found))
    return ngettext("{found} person fits.", "{found} people fit.", found).format(found=figure(found))


def finds(request: HttpRequest, form: Form) -> bool:
    """Whether somebody was looked for, and no more: then the form is to be shown as it was typed, and nothing else done."""
    is_so = request.method == "POST" and FIND in request.POST and isinstance(form, Finds)
    if is_so and isinstance(form, Finds):
        form.as_typed()
    return is_so


def before(request: HttpRequest) -> dict[str, str]:
    """What the person had typed on this page and not sent where they looked for somebody or an agency, the first answer of each: so the page lists
    what they had found when it is loaded anew."""
    waiting = waiting_here(request)
    return {name: values[0] for name, values in waiting.items() if values} if {FIND_PERSON, FIND_AGENCY} & waiting.keys() else {}


def waiting_here(request: HttpRequest) -> Typed:
    """What the person had typed on this page, so that it lists what they had found when it is loaded anew. One query where words of theirs wait."""
    found = kept_at(user_of(request), request.get_full_path(), request.path) if keeps_words(request.session) else None
    return found[1] if found is not None else {}


def kept_for_later(request: HttpRequest, typed: Mapping[str, list[str]]) -> str:
    """Lets it wait for the person on this page; where it cannot, the words that say so."""
    user, page = user_of(request), request.get_full_path()
    if not any(map(any, typed.values())) and kept_at(user, page, request.path) is None:
        return ""
    row = keep_form(user=user, page=page, action=request.path, typed=typed.items(), now=wall_clock.now())
    return "" if row is not None else not_kept_words()
