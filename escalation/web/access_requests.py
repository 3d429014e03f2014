"""Answering a request for access: who asks and that it is them, then reading through everything that is held, then the file."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import wall_clock
from agencies.errors import DomainError, WrongState
from agencies.models import User
from agencies.person import Person
from agencies.web.access import edition_for, person_for, refused, refused_beside
from agencies.web.downloads import saved
from agencies.web.fields import Paragraphs
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.web.too_much import heavy
from escalation.models import AccessRequest
from escalation.services.files.giving import give
from escalation.services.keeping.access.asking import LONGEST, ask_about_child, ask_about_person, note_look
from escalation.services.keeping.access.ending import expires_at
from escalation.services.keeping.access.giving import content_of
from escalation.services.keeping.access.items import file_of, pieces_of
from escalation.services.keeping.access.known import request_of, requests_of, still_kept
from escalation.services.keeping.access.making import CHOICES, Chosen, make
from escalation.services.keeping.access.opening import ACCESS, open_rest
from escalation.services.keeping.access.pieces import Piece
from escalation.services.keeping.periods import lengths_of
from escalation.services.reading import LONGEST_REASON
from escalation.web.finding import before, finds
from escalation.web.keeping import AboutForm, unit_place

__all__ = ["ACCESS", "access_request", "access_requests", "ask", "bundle", "piece_file"]


class AskForm(AboutForm):
    """About whom, who asks, and how it was made sure that it is them. Nothing of it ever stands in an address."""

    reason = Paragraphs(
        label=_("Who asks, and what for?"),
        rows=3,
        max_length=LONGEST_REASON,
        help_text=_("The safeguarding leads of every agency concerned are told that it was opened, and can read this. Name no child here."),
        error_messages={"required": _("Say who asks, and what for")},
    )
    identity = Paragraphs(
        label=_("How did you make sure that it is them, or who may ask for the child?"),
        rows=3,
        max_length=LONGEST,
        help_text=_("For example: seen with a passport; parental responsibility checked with children’s social care."),
        error_messages={"required": _("Say how you made sure of it")},
    )
    is_sure = forms.BooleanField(label=_("I have made sure of it"), error_messages={"required": _("Make sure first")})


@require_safe
def access_requests(request: HttpRequest) -> HttpResponse:
    """Every request that was opened, and what became of it, as far as the person may know of all that it is about."""
    place = unit_place(request)
    rows, lengths = requests_of(person_for(request), place), lengths_of(place)
    return render(request, "escalation/access_requests.html", {"lines": [(row, expires_at(row, lengths)) for row in rows]})


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Open a request."""
    place = unit_place(request)
    form = AskForm(request.POST if request.method == "POST" else None, place=place, initial=before(request))
    if request.method == "POST" and not finds(request, form) and form.is_valid():
        try:
            row = _ask(request, place, form)
        except DomainError as error:
            refused_beside(form, error)
        else:
            return redirect("access-request", row.pk)
    return render(request, "escalation/access_ask.html", {"form": form}, status=400 if form.errors else 200)


def _ask(request: HttpRequest, place: UUID, form: AskForm) -> AccessRequest:
    person, given = person_for(request), form.cleaned_data
    said = {"partnership": place, "reason": given["reason"], "identity": given["identity"], "now": wall_clock.now()}
    if given["user"]:
        return ask_about_person(person, user=User.objects.get(pk=given["user"]), **said)
    return ask_about_child(person, **form.child(), **said)


def _request(person: Person, request_id: UUID) -> AccessRequest:
    """The request. Raises Http404 for all but the business unit of its partnership."""
    try:
        return request_of(person, request_id)
    except DomainError as error:
        raise refused(error) from error


class ReviewForm(Form):
    """That everything was read. What is ticked of each piece comes beside it: what is not ticked is given as it stands."""

    is_read = forms.BooleanField(label=_("I have read everything that is given"), error_messages={"required": _("Read it first")})


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def access_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Everything that is held, each piece with what speaks against giving it; then the file. Each time that pieces are shown is kept."""
    person, now = person_for(request), wall_clock.now()
    row = _request(person, request_id)
    if request.method == "POST" and row.waits:
        return _open(request, row)
    kept = list(still_kept(person, row).select_related("partnership").order_by("pk"))
    pieces = [] if row.erased_at or row.waits else pieces_of(row, person, now=now, edition=edition_for(request), disputes=kept)
    form, chosen = ReviewForm(request.POST if request.method == "POST" else None), _chosen(row, request.POST)
    if request.method == "POST" and form.is_valid():
        try:
            number = make(person, row, chosen, now=now)
        except DomainError as error:
            refused_beside(form, error)
        else:
            messages.success(request, gettext("The answer is made: {number} pieces. Download it, and give it by a safe way.").format(number=number))
            return redirect("access-request", row.pk)
    if pieces:
        note_look(person, row, kept, now)
    context = {
        "row": row,
        "lines": _ticked(row, pieces, chosen),
        "read": " ".join(piece.mark for piece in pieces),
        "form": form,
        "expires": expires_at(row, lengths_of(row.partnership_id)),
        "file_url": reverse("access-file", args=[row.pk]),
    }
    return render(request, "escalation/access_request.html", context, status=400 if form.errors else 200)


def _open(request: HttpRequest, row: AccessRequest) -> HttpResponse:
    """The rest of a request, opened by somebody who may know of all of it."""
    try:
        open_rest(person_for(request), row, now=wall_clock.now())
    except WrongState as error:
        messages.error(request, error.message)
    return redirect("access-request", row.pk)


def _chosen(row: AccessRequest, sent: QueryDict) -> Chosen:
    """What the form says; without one what was chosen before, if it was, else what is suggested."""
    if "read" in sent:
        return Chosen(**{name: frozenset(sent.getlist(name)) for name in CHOICES} | {"read": frozenset(sent.get("read", "").split())})
    return Chosen(**{name: frozenset(row.choices.get(name, ())) for name in CHOICES})


def _ticked(row: AccessRequest, pieces: list[Piece], chosen: Chosen) -> list[dict[str, Any]]:
    """Each piece with its ticks (name, label, whether it is set): as chosen where it was seen as it is, else as suggested; and where its file is."""
    lines = []
    for piece in pieces:
        seen, file = piece.mark in chosen.read, piece.file
        ticks = [("leave_out", gettext("Leave it out"), piece.key in chosen.leave_out if seen else piece.leave_out)]
        if file is not None:
            ticks.append(("with_files", gettext("Give the file itself too"), seen and piece.key in chosen.with_files))
        if piece.names:
            ticks.append(("without_names", gettext("Remove the other names"), not seen or piece.key in chosen.without_names))
        file_url = reverse("access-piece-file", args=[row.pk, file.pk]) if file is not None else ""
        lines.append({"piece": piece, "ticks": ticks, "file_url": file_url})
    return lines


@heavy
@confirm_first
@require_safe
def bundle(request: HttpRequest, request_id: UUID) -> HttpResponseBase:
    """The file, as long as it is kept; that it was taken stands on the directory's record."""
    person, now = person_for(request), wall_clock.now()
    row = _request(person, request_id)
    try:
        content = content_of(person, row, now)
    except DomainError as error:
        messages.error(request, refused(error).message)
        return redirect("access-request", request_id)
    return saved(content, name="what-is-kept.zip", media_type="application/zip")


@confirm_first
@require_safe
def piece_file(request: HttpRequest, request_id: UUID, file_id: UUID) -> HttpResponseBase:
    """An attached file, to be read before it is given: a reading of it, for the request's reason."""
    person, now = person_for(request), wall_clock.now()
    row = _request(person, request_id)
    try:
        case, attached = file_of(row, person, file_id, now=now)
        given = give(case, person, attached, now=now, reason=row.reason)
    except WrongState as error:
        messages.error(request, error.message)
        return redirect("access-request", request_id)
    except DomainError as error:
        raise refused(error) from error
    return saved(given.content, name=given.name, media_type=given.kind.media_type)
