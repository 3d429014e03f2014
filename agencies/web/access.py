"""From a request to the signed-in person, and from a refusal to an answer."""

from typing import cast
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from agencies import wall_clock
from agencies.edition import current_edition
from agencies.errors import DomainError, NotAllowed, NotFound
from agencies.models import Partnership, User
from agencies.person import Person, person_of
from agencies.selectors import partnership_with_agencies


def user_of(request: HttpRequest) -> User:
    """The signed-in account."""
    return cast("User", request.user)


def edition_for(request: HttpRequest) -> str:
    """The mark of the directory, asked for once a request: whatever a page shows is of one edition. What is done asks for itself."""
    known = getattr(request, "concord_edition", None)
    if known is None:
        known = getattr(getattr(request, "session", None), "edition", None)
        known = current_edition() if known is None else known
        request.concord_edition = known  # type: ignore[attr-defined]
    return cast("str", known)


def person_for(request: HttpRequest) -> Person:
    """The signed-in person with the seats of today in London, worked out once a request."""
    known = getattr(request, "concord_person", None)
    if known is None:
        known = person_of(user_of(request), wall_clock.today(), edition=edition_for(request))
        request.concord_person = known  # type: ignore[attr-defined]
    return cast("Person", known)


def own_partnership(request: HttpRequest) -> Partnership | None:
    """The person's partnership, not to be changed; None for somebody without a seat."""
    key = person_for(request).partnership_id
    return partnership_with_agencies(key, edition=edition_for(request)) if key else None


def partnership_for(request: HttpRequest) -> UUID:
    """The person's partnership. Raises PermissionDenied for somebody who has no seat anywhere."""
    partnership_id = person_for(request).partnership_id
    if partnership_id is None:
        raise PermissionDenied(_("Your account has no role in a partnership yet. Ask your safeguarding lead or the partnership's business unit."))
    return partnership_id


def home_url() -> str:
    """The first page after signing in."""
    try:
        return reverse("my-work")
    except NoReverseMatch:
        return reverse("directory")


def next_url(request: HttpRequest) -> str:
    """Where the person was going, as a path, if that is a page of ours; else the first page. A word alone would be taken for a view's name."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") else home_url()


def parts_of(address: str) -> SplitResult:
    """The parts of an address that came from outside; empty ones for what is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def page_of(request: HttpRequest) -> str:
    """Where the person is: the page itself, or, for what a button sends, the page that the button is on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came_from = parts_of(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host():
        return request.path
    return (came_from.path or "/") + (f"?{came_from.query}" if came_from.query else "")


def refused(error: DomainError) -> DomainError:
    """The refusal itself where it belongs beside a field. Raises Http404 for what is not there, PermissionDenied for what is not allowed."""
    if isinstance(error, NotFound):
        raise Http404(error.message) from error
    if isinstance(error, NotAllowed):
        raise PermissionDenied(error.message) from error
    return error


def refused_beside(form: forms.Form, error: DomainError) -> None:
    """The refusal beside its field, or above the form where that is none of the form's. Raises as `refused`."""
    known = refused(error)
    form.add_error(known.field if known.field in form.fields else None, known.message)
