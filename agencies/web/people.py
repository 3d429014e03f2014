"""One's own people: who they are, and who covers for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.finding import fits
from agencies.models import Cover, User
from agencies.people import PersonLine, Place, StandIn, in_reach, people_of, stand_ins
from agencies.person import person_of
from agencies.places import names_of
from agencies.policy import may_keep_directory, may_set_cover
from agencies.services.cover import end_cover, set_cover
from agencies.web.access import partnership_for, person_for, refused, refused_beside, user_of
from agencies.web.fields import DatePartsField
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.web.long_list import a_page_of, look_for, looked_for, looks


def today() -> date:
    """Today in London."""
    return wall_clock.today()


class CoverForm(Form):
    """Who covers, from when to when."""

    deputy = forms.ChoiceField(
        label=_("Who covers"),
        help_text=_(
            "The cover is for the places named beside each name, in which both have a role now. It opens no place that they come to share later."
        ),
    )
    starts = DatePartsField(label=_("First day away"), subject=_("the first day away"))
    ends = DatePartsField(label=_("Last day away"), subject=_("the last day away"))

    def __init__(self, *args: Any, stand_ins: list[StandIn], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        deputy = self.fields["deputy"]
        assert isinstance(deputy, forms.ChoiceField)  # noqa: S101 - for the type checker # nosec B101
        deputy.choices = [("", gettext("Choose somebody")), *((str(one.id), _named(one)) for one in stand_ins)]


def _named(one: StandIn) -> str:
    return gettext("{name} (for {places})").format(name=one.name, places=", ".join(one.places))


@require_http_methods(["GET", "HEAD", "POST"])
def my_people(request: HttpRequest) -> HttpResponse:
    """Those for whom the person may arrange cover, with the cover that runs or is to come; where they are many a page of them, or
    those of a name."""
    if looks(request):
        return look_for(request)
    partnership_for(request)
    person = person_for(request)
    places = people_of(person, today(), agency=request.GET.get("agency", ""))
    everybody = [(place, line) for place in places for line in place.people]
    found = [(place, line) for place, line in everybody if fits(line.name, looked_for(request)[0])]
    listed = a_page_of(request, found, every=len(everybody))
    context = {
        "places": _with_those(places, listed.rows) if everybody else places,
        "listed": listed,
        "me": person.id,
        "today": today(),
        "keeps_accounts": may_keep_directory(person, partnership_for(request)),
    }
    return render(request, "agencies/my_people.html", context)


def _with_those(places: list[Place], listed: Sequence[tuple[Place, PersonLine]]) -> list[Place]:
    """The places of these people, with them alone."""
    there = [replace(place, people=tuple(line for at, line in listed if at is place)) for place in places]
    return [place for place in there if place.people]


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def cover(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Arranges cover for one person. It lets the other read and act: one confirms first who one is."""
    away = in_reach(person_for(request), today()).filter(id=user_id).first()
    whose = person_of(away, today()) if away is not None else None
    if away is None or whose is None or not may_set_cover(person_for(request), whose):
        raise Http404
    found = stand_ins(away.id, today(), by=person_for(request), away=whose)
    choices = [one for one in found if one.id != request.user.pk or away.id == request.user.pk]
    form = CoverForm(request.POST if request.method == "POST" else None, stand_ins=choices)
    if request.method == "POST" and form.is_valid():
        deputy = User.objects.get(id=form.cleaned_data["deputy"])
        days = {name: form.cleaned_data[name] for name in ("starts", "ends")}
        try:
            made = set_cover(actor=user_of(request), person=away, deputy=deputy, now=wall_clock.exactly(), **days)
        except DomainError as error:
            refused_beside(form, error)
        else:
            words = gettext("{deputy} covers for {away}, for {places}. Both have the work on their list in those days.")
            places = ", ".join(names_of(made.kept).values())
            messages.success(request, words.format(deputy=deputy.name, away=away.name, places=places))
            return redirect("my-people")
    return render(request, "agencies/cover.html", {"form": form, "away": away, "nobody": not choices, "is_me": away.id == request.user.pk})


@require_POST
def cover_end(request: HttpRequest, cover_id: UUID) -> HttpResponse:
    """Ends cover today, or withdraws what has not begun."""
    theirs = in_reach(person_for(request), today()).values("pk")
    found = get_object_or_404(Cover.objects.filter(person__in=theirs).select_related("person", "deputy"), id=cover_id)
    if not may_set_cover(person_for(request), person_of(found.person, today())):
        raise Http404
    try:
        end_cover(actor=user_of(request), cover=found, now=wall_clock.exactly())
    except DomainError as error:
        raise Http404 from refused(error)
    messages.success(request, gettext("{deputy} no longer covers for {person}.").format(deputy=found.deputy.name, person=found.person.name))
    return redirect("my-people")
