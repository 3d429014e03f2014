"""What a person sees when a form's security token no longer fits: above all, what they had typed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.services.identity.kept_forms import keep_form, kept_at, worth_keeping
from agencies.services.identity.sessions import limits_of
from agencies.sessions import BEGAN, moment
from agencies.web.access import page_of
from agencies.web.csrf import is_from_our_page
from agencies.web.given_back import kept_now, typed_texts
from agencies.web.identity.form_secret import was_given_to

MEANWHILE = gettext_noop("Your form was not sent: since you opened it you had signed out or in again in another window. Look through it and send it.")
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field # nosec B105


def failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a refused form, status 403. `reason` is Django's, for its log; people are told what to do instead.

    What was typed is shown only where the browser says that the form was sent from a page of ours: what another site posted is never echoed.
    Where the form was given to the very person who is signed in, before they signed in again, it opens anew with every word in it.
    """
    is_ours = is_from_our_page(request)
    if is_ours and keeps_for_its_writer(request):
        kept_now(request)
        messages.info(request, _(MEANWHILE))
        return redirect(page_of(request))
    shown = {"texts": typed_texts(request) if is_ours else [], "page": page_of(request) if is_ours else request.path}
    return render(request, "403_csrf.html", shown, status=403)


def keeps_for_its_writer(request: HttpRequest) -> bool:
    """Keeps the form's answers for whoever is signed in, where the form was given to them and to nobody else; says whether it did.

    Nothing is done by it but that the words wait on their page. What was typed there in the present session is newer, and stays.
    """
    found, now = request.resolver_match, timezone.now()
    view = found.func if found else None
    if request.method != "POST" or getattr(view, "outside_time", False) or not getattr(view, "login_required", True):
        return False
    if not (user := getattr(request, "user", None)) or not user.is_authenticated or not limits_of(request.session, now).left(now):
        return False
    page, typed = page_of(request), list(request.POST.lists())
    if not was_given_to(user, request.POST.get(TOKEN, "")) or not worth_keeping(typed):
        return False
    before, began = kept_at(user, page, request.path), moment(request.session.get(BEGAN))
    if before is not None and (began is None or before[0].kept_at >= began):
        return False
    return keep_form(user=user, page=page, action=request.path, typed=typed, now=now) is not None
