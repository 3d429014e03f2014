"""“Confirm it is you”: before exports, changes of roles and of how somebody signs in, unless they showed it within ten minutes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agencies.services.identity.events import note
from agencies.services.identity.kept_forms import keep_form
from agencies.services.identity.passkeys import are_possible
from agencies.services.identity.second_factor import factors_of
from agencies.services.identity.signing_in import TooManyTries, Tried, WrongPassphrase, check_passphrase, in_words
from agencies.services.identity.single_sign_on import providers_of
from agencies.sessions import BEGAN, MEANS, PROVED, moment
from agencies.sign_ins import Means, SignInKind
from agencies.visits import visit_of
from agencies.web.access import next_url, user_of
from agencies.web.forms import Form
from agencies.web.identity.setting_up import before_second_factor
from agencies.web.identity.time_limit import kept_now, page_of

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether the person showed who they are lately (setting, minutes): by signing in, or by confirming since.

    An organisation may have let in whoever sits at the computer: its sign-in counts only where it said that it was anew, which is kept as PROVED.
    """
    counts = (PROVED,) if request.session.get(MEANS) == Means.ORGANISATION else (BEGAN, PROVED)
    shown = [found for name in counts if (found := moment(request.session.get(name)))]
    return bool(shown) and max(shown) > now - timedelta(minutes=settings.CONCORD_CONFIRM_MINUTES)


def confirm_first(view: View) -> View:
    """A page that asks to confirm who one is first. A form that was sent is kept and comes back filled in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated or is_fresh(request, now := timezone.now()):
            return view(request, *args, **kwargs)
        page = page_of(request)
        if request.method == "POST" and keep_form(user=user_of(request), page=page, action=request.path, typed=request.POST.lists(), now=now):
            kept_now(request)
        return HttpResponseRedirect(f"{reverse('confirm')}?{urlencode({'next': page})}")

    guarded.confirms_first = True  # type: ignore[attr-defined]
    return cast("View", guarded)


def proved(request: HttpRequest, means: Means) -> None:
    """The person has just shown who they are."""
    now = timezone.now()
    # Whoever may have come by the session's key before has it no longer.
    request.session.cycle_key()
    request.session[PROVED] = now.timestamp()
    note(SignInKind.PROVED, user_of(request), visit_of(request), now=now, means=means)


class ConfirmForm(Form):
    """The passphrase once more."""

    password = forms.CharField(
        label=_("Passphrase"),
        max_length=500,
        strip=False,
        error_messages={"required": _("Enter your passphrase")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@before_second_factor
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Asks for the passphrase, or a passkey, and goes on to where the person was going."""
    user = user_of(request)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            check_passphrase(Tried(user.email, form.cleaned_data["password"]), visit_of(request), now=timezone.now())
        except TooManyTries as error:
            answer = render(request, "agencies/locked_out.html", {"wait": in_words(error.seconds)}, status=429)
            answer.headers["Retry-After"] = str(error.seconds)
            return answer
        except WrongPassphrase:
            form.add_error("password", gettext("This is not your passphrase"))
        else:
            proved(request, Means.PASSPHRASE)
            return HttpResponseRedirect(next_url(request))
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "has_passphrase": user.has_usable_password(),
        "providers": providers_of(user),
        "has_passkey": bool(factors_of(user).passkeys) and are_possible(),
    }
    return render(request, "agencies/identity/confirm.html", context)
