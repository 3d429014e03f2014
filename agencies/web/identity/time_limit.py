"""The middleware that ends a session when its time is over, keeps what was being typed, and puts it back once its writer has returned."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.services.identity.events import note
from agencies.services.identity.kept_forms import KEPT_FOR, Typed, is_emptied, keep_form, kept_on, let_go
from agencies.services.identity.sessions import limits_of, note_use
from agencies.sessions import HELD, keeps_words
from agencies.sign_ins import SignInKind
from agencies.visits import visit_of
from agencies.web.access import page_of, user_of
from agencies.web.csrf import is_from_our_page
from agencies.web.given_back import given_back, typed_texts
from agencies.web.identity.refill import refill
from agencies.web.identity.writer import hold, let_go_of_held, mark, still_held
from agencies.web.past_days import with_days_typed

Answer = Callable[[HttpRequest], HttpResponse]
OVER, LOST = "over", "lost"
HOW_LONG = gettext_noop("It is kept until you send it: as long as the draft or the disagreement is open, anything else for {n} days.")
UNTIL_THEN = gettext_noop("It stays here until you sign out: too many other pages wait with words of yours. Send it, or copy it, before you leave.")
# What a browser forgets when a session ends; the cookie goes by itself.
CLEARED = '"cache", "storage"'


def outside_time(view: Any) -> Any:
    """Marks a view that asks about the time itself: it is no use of the session, and it answers when the time is over too."""
    view.outside_time = True
    return view


class TimeLimit:
    """Stands after authentication and the check of forms' tokens: a forged form is refused before it could be kept."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if signed_in := getattr(request, "concord_signed_in", None):
            mark(response, request, signed_in, timezone.now())
        if not request.user.is_authenticated or not (keeps_words(request.session) or HELD in request.session):
            return response
        if request.method == "POST" and was_sent(request, response):
            let_go(user_of(request), request.path)
            let_go_of_held(request, user_of(request), request.path)
        elif request.method == "GET" and response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html"):
            put_back(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if getattr(view, "outside_time", False):
            return None
        if not request.user.is_authenticated:
            return sent_by_nobody(request) if getattr(view, "login_required", True) else None
        now = timezone.now()
        if limits_of(request.session, now).left(now):
            note_use(request.session, now)
            return None
        page, texts = page_of(request), []
        if request.method == "POST" and not keep_form(user=user_of(request), page=page, action=request.path, typed=request.POST.lists(), now=now):
            texts = typed_texts(request)
        end_by_time(request)
        if not getattr(view, "login_required", True):
            return None
        if texts:
            return to_copy(request, page, texts)
        return HttpResponseRedirect(back_through_sign_in(page), headers={"Clear-Site-Data": CLEARED})


def sent_by_nobody(request: HttpRequest) -> HttpResponse | None:
    """What somebody wrote and sent after their session had gone altogether, given back; None where nothing was, or another site's page sent it.

    Where the browser's mark tells whose it was it waits for them as well, until they sign in there again.
    """
    texts = typed_texts(request) if request.method == "POST" and is_from_our_page(request) else []
    if not texts:
        return None
    page = page_of(request)
    waits = hold(request, page=page, action=request.path, typed=request.POST.lists(), now=timezone.now())
    return to_copy(request, page, texts, waits=waits)


def to_copy(request: HttpRequest, page: str, texts: list[tuple[str, str]], *, waits: bool = False) -> HttpResponse:
    """The page for somebody who is not signed in any more, with what they typed; `waits` says that it is kept for them too."""
    context = {"texts": texts, "waits": waits, "sign_in_url": f"{reverse('sign-in')}?{urlencode({'next': page})}"}
    return render(request, "agencies/identity/signed_out_meanwhile.html", context, status=403)


def was_sent(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the form of this request is done with: a refusal, the form shown again or a page to check it first leave what is kept of it."""
    is_page = response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html")
    return response.status_code < 400 and not is_page and not getattr(request, "concord_kept", False)


def end_by_time(request: HttpRequest) -> None:
    """Signs the person out because the time is over."""
    note(SignInKind.TIMED_OUT, user_of(request), visit_of(request), now=timezone.now())
    logout(request)


def back_through_sign_in(page: str) -> str:
    """The sign-in page that says why, and leads back."""
    return f"{reverse('sign-in')}?{urlencode({'next': page, OVER: '1'})}"


def put_back(request: HttpRequest, response: HttpResponse) -> None:
    """Fills the page with what was kept for it."""
    page = request.get_full_path()
    if found := kept_on(user_of(request), page):
        forms = [(row.action, typed) for row, typed in found]
        fill_in(response, page=page, forms=forms, kept_at=found[0][0].kept_at, how_long=_(HOW_LONG).format(n=KEPT_FOR.days))
        return
    held = still_held(request, user_of(request))
    if held is not None and held.page == page:
        fill_in(response, page=page, forms=[(held.action, held.typed)], kept_at=held.since, how_long=_(UNTIL_THEN))


def fill_in(response: HttpResponse, *, page: str, forms: Iterable[tuple[str, Typed]], kept_at: datetime, how_long: str) -> None:
    """The page with these answers in its forms, each known by where it goes, and the sentence that they are back and not sent; what finds no field
    stands there to be copied."""
    html, texts, emptied = response.content.decode(), [], True
    for action, typed in forms:
        html, left = refill(html, page=page, action=action, typed=with_days_typed(typed))
        texts += given_back(left)
        emptied &= is_emptied(typed)
    context = {"texts": texts, "kept_at": kept_at, "is_emptied": emptied, "how_long": how_long}
    said = render_to_string("agencies/identity/put_back.html", context)
    response.content = html.replace("<h1", said + "<h1", 1).encode()
    if response.headers.get("Content-Length"):
        response.headers["Content-Length"] = str(len(response.content))


def say_over(request: HttpRequest) -> None:
    """On the sign-in page: why one is here, and what became of what was typed."""
    if request.GET[OVER] == LOST:
        lost = _("You were signed out because nothing was opened for a while. What you typed in the last half minute before could not be kept.")
        messages.warning(request, lost)
        return
    messages.info(request, _("You were signed out because nothing was opened for a while. What you had typed is kept: sign in to go on."))
