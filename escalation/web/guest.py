"""The pages of somebody without an account: the door, the code, their one request, and answering it.

They stand outside the site's own sign-in: no page here asks who is signed in, and what a guest carries is worth nothing on any other page.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import wall_clock
from agencies.errors import DomainError, InvalidInput
from agencies.person import Person
from agencies.services.identity.kept_forms import is_too_much
from agencies.services.identity.signing_in import TooManyTries, in_words
from agencies.visits import visit_of
from agencies.web.context import shown
from agencies.web.forms import Form
from agencies.web.identity.keeping import PASS, said_kept
from agencies.web.identity.sessions import ACTION, PAGE
from agencies.web.identity.time_limit import fill_in
from escalation import policy
from escalation.engine.case import Case, assemble
from escalation.engine.perform import Seen, perform
from escalation.guest_policy import request_of_guest
from escalation.models import Dispute, Guest
from escalation.models import Request as Asked
from escalation.selectors.guarded import guarded_children
from escalation.selectors.guest_page import guest_page
from escalation.services import every_verb
from escalation.services.guest_door import ask_for_code, enter, inside, leave, not_asked_any_more, person_of_guest
from escalation.services.guest_typing import forget_typed, keep_typed, typed_by
from escalation.services.reading import CASE, CHILD, look, record_again, record_reading
from escalation.states import Verb
from escalation.web.access import on_refusal, typed_texts
from escalation.web.verbs.answering import RespondForm
from escalation.web.verbs.base import VerbForm
from escalation.web.verbs.checking import posted, rows_of

__all__ = ["every_verb"]
# The cookie is sent to these pages alone: the rest of the site never sees it.
PLACE = "/guest/"
HOW_LONG = gettext_noop("It is kept until you send it or leave, for eight hours at the most.")


class CodeForm(Form):
    """The figures from the mail."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Eight figures, in the message that was sent to you."),
        error_messages={"required": _("Enter the code")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "class": "govuk-input--width-10"}
        ),
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """A guest who is in: their invitation, themselves as the policy sees them, the case and the request that waits for them."""

    guest: Guest
    person: Person
    case: Case
    asked: Asked


def carried(request: HttpRequest) -> str:
    """What the code left in this browser; empty for any other."""
    return request.COOKIES.get(settings.CONCORD_GUEST_COOKIE, "")


def visit(request: HttpRequest, link: str) -> Visit | None:
    """Who came in by this door with a code and may still be here; None for everybody else, whatever the reason."""
    guest = inside(link=link, token=carried(request), now=timezone.now())
    if guest is None:
        return None
    person = person_of_guest(guest)
    dispute = Dispute.objects.visible_to(person).select_related("partnership").filter(pk=guest.dispute_id).first()
    if dispute is not None:
        wall_clock.stand_in(dispute.partnership)
    case = assemble([dispute] if dispute is not None else [], now=wall_clock.now())
    asked = request_of_guest(person, case[0]) if case else None
    return Visit(guest, person, case[0], asked) if asked is not None else None


def page_of(request: HttpRequest, found: Visit, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page behind the door, in the frame of the guest's partnership: its front door's numbers stand at the foot."""
    dispute = found.case.dispute
    frame = {"partnership": shown(dispute.partnership), "reference": dispute.reference}
    return render(request, f"escalation/guest/{name}.html", frame | context, status=status)


def outside(request: HttpRequest, link: str) -> HttpResponse:
    """The same for every link and every reason: back to the door; what somebody had typed is shown, to be copied.

    Only who was let in here by a code is told that the invitation has ended."""
    if request.method != "POST":
        return redirect("guest-door", link)
    texts = typed_texts(request)
    return over(request, link, texts) or render(request, "escalation/guest/closed.html", {"link": link, "texts": texts}, status=403)


def over(request: HttpRequest, link: str, texts: list[tuple[str, str]] | None = None) -> HttpResponse | None:
    """That they are not asked any more, to a browser that was let in by this door; None for any other. One that carries nothing is asked nothing."""
    token = carried(request)
    guest = not_asked_any_more(link=link, token=token, now=timezone.now()) if token else None
    if guest is None:
        return None
    place = guest.dispute.partnership
    context = {"partnership": shown(place), "texts": texts, "help": place.unit_contact}
    return render(request, "escalation/guest/over.html", context, status=200 if texts is None else 403)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, link: str) -> HttpResponse:
    """What this is, and a button that has a code sent. It is the same for any link; to who was in before it says that it is over, if it is."""
    if request.method == "POST":
        ask_for_code(link=link, visit=visit_of(request), now=timezone.now())
        return redirect("guest-code", link)
    return over(request, link) or render(request, "escalation/guest/door.html", {"link": link})


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, link: str) -> HttpResponse:
    """Asks for the code; the right one opens the request."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            token = enter(link=link, code=form.cleaned_data["code"], visit=visit_of(request), now=timezone.now())
        except TooManyTries as error:
            return render(request, "escalation/guest/too_many.html", {"link": link, "wait": in_words(error.seconds)}, status=429)
        except InvalidInput as error:
            form.add_error("code", error.message)
        else:
            answer = redirect("guest-request", link)
            secure = settings.SESSION_COOKIE_SECURE
            answer.set_cookie(settings.CONCORD_GUEST_COOKIE, token, path=PLACE, secure=secure, httponly=True, samesite="Lax")
            return answer
    return render(request, "escalation/guest/code.html", {"form": form, "link": link}, status=400 if form.is_bound and form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_request(request: HttpRequest, link: str) -> HttpResponse:
    """The request, and the form that answers it, with a check page between. The answer closes the door."""
    found = visit(request, link)
    if found is None:
        return outside(request, link)
    form = RespondForm(request.POST if request.method == "POST" else None, case=found.case, person=found.person)
    if form.is_bound:
        keep_typed(found.guest, carried(request), _answers(request), timezone.now())
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        if "confirmed" not in request.POST:
            return page_of(request, found, "check", {"link": link, "rows": rows_of(form), "fields": posted(request.POST)})
        answer = _answer(request, link, found, form)
        if answer is not None:
            return answer
    return _page(request, link, found, form)


def _answer(request: HttpRequest, link: str, found: Visit, form: VerbForm) -> HttpResponse | None:
    """Call the service. None where its refusal belongs beside a field: the form is shown again."""
    now = wall_clock.now()
    try:
        seen = Seen.parse(form.cleaned_data["seen"])
        perform(found.case.dispute.pk, Verb.RESPOND, actor=found.person, seen=seen, now=now, **form.given())
    except DomainError as error:
        return refused(request, link, found, error, form)
    forget_typed(found.guest)
    answer = page_of(request, found, "done", {"at": now, "rows": rows_of(form)})
    answer.delete_cookie(settings.CONCORD_GUEST_COOKIE, path=PLACE)
    return answer


def refused(request: HttpRequest, link: str, found: Visit, error: DomainError, form: forms.Form | None = None) -> HttpResponse | None:
    """What a refusal becomes: as `on_refusal`, with the way back to the guest's own page, and outside for who may no longer be here."""
    back = reverse("guest-request", args=[link])
    try:
        return on_refusal(request, error, form=form, reference=found.case.dispute.reference, back_url=back)
    except (Http404, PermissionDenied):
        return outside(request, link)


def _page(request: HttpRequest, link: str, found: Visit, form: VerbForm) -> HttpResponse:
    """The request as it stands. Each look is kept, and the first marks it as opened by the agency."""
    now = wall_clock.now()
    (record_again if form.is_bound else look)(found.case, found.person, CASE, now=now)
    context = {"link": link, "page": guest_page(found.case, found.person, found.asked, now), "form": form}
    context["keeping"] = {"page": request.path, "url": reverse("guest-typing", args=[link])}
    answer = page_of(request, found, "request", context, status=400 if form.is_bound and form.errors else 200)
    typed = None if form.is_bound else typed_by(found.guest, carried(request))
    if typed is not None:
        fill_in(answer, page=request.path, forms=[(request.path, typed[0])], kept_at=typed[1], how_long=gettext(HOW_LONG))
    return answer


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_POST
def typing(request: HttpRequest, link: str) -> HttpResponse:
    """Keeps what is typed so far for this browser, which the page's script sends: no use of the session. 403 for anybody who is not in."""
    now = timezone.now()
    guest = inside(link=link, token=carried(request), now=now, is_use=False)
    if guest is None:
        return HttpResponse(status=403)
    typed = _answers(request)
    if not keep_typed(guest, carried(request), typed, now):
        return HttpResponse(status=413 if is_too_much(typed) else 204)
    return said_kept(now)


def _answers(request: HttpRequest) -> dict[str, list[str]]:
    return {name: values for name, values in request.POST.lists() if name not in {PAGE, ACTION, PASS, "csrfmiddlewaretoken"}}


@login_not_required
@never_cache
@require_POST
def acknowledge(request: HttpRequest, link: str) -> HttpResponse:
    """Receipt, before the answer."""
    found = visit(request, link)
    if found is None:
        return outside(request, link)
    try:
        perform(found.case.dispute.pk, Verb.ACKNOWLEDGE, actor=found.person, now=wall_clock.now())
    except DomainError as error:
        return refused(request, link, found, error) or outside(request, link)
    return redirect("guest-request", link)


@login_not_required
@never_cache
@require_safe
def child(request: HttpRequest, link: str) -> HttpResponse:
    """Initials and date of birth: behind a click of its own, each look kept."""
    found = visit(request, link)
    if found is None or not policy.sees_child(found.person, found.case):
        return outside(request, link)
    record_reading(found.case, found.person, CHILD, now=wall_clock.now())
    children = guarded_children(found.case, found.person)
    named = any(child.name for child in children)
    return page_of(request, found, "child", {"link": link, "children": children, "named": named})


@login_not_required
@never_cache
@require_POST
def go(request: HttpRequest, link: str) -> HttpResponse:
    """Ends the session in this browser; another code opens the request again."""
    found = visit(request, link)
    if found is not None:
        leave(found.guest)
    answer = redirect("guest-door", link)
    answer.delete_cookie(settings.CONCORD_GUEST_COOKIE, path=PLACE)
    return answer
