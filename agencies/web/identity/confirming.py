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

from agencies.errors import InvalidInput
from agencies.models import User
from agencies.services.identity.events import note
from agencies.services.identity.kept_forms import keep_form
from agencies.services.identity.passkeys import are_possible
from agencies.services.identity.second_factor import check_code, factors_of
from agencies.services.identity.signing_in import TooManyTries, Tried, WrongPassphrase, check_passphrase, in_words
from agencies.services.identity.single_sign_on import providers_of
from agencies.sessions import BEGAN, MEANS, PROVED, moment
from agencies.sign_ins import Means, SignInKind, Visit
from agencies.visits import visit_of
from agencies.web.access import next_url, page_of, user_of
from agencies.web.fields import CurrentPassphrase
from agencies.web.forms import Form
from agencies.web.given_back import kept_now, typed_texts
from agencies.web.identity.setting_up import before_second_factor

HALF_PROVED = "half-proved"
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
        first = f"{reverse('confirm')}?{urlencode({'next': page})}"
        if request.method == "POST" and keep_form(user=user_of(request), page=page, action=request.path, typed=request.POST.lists(), now=now):
            kept_now(request)
        elif texts := typed_texts(request):
            # Too much to keep: it is given back on the way.
            return render(request, "agencies/identity/confirm_and_paste.html", {"texts": texts, "confirm_url": first}, status=409)
        return HttpResponseRedirect(first)

    guarded.confirms_first = True  # type: ignore[attr-defined]
    return cast("View", guarded)


def proved(request: HttpRequest, means: Means) -> None:
    """The person has just shown who they are."""
    now = timezone.now()
    # Whoever may have come by the session's key before has it no longer.
    request.session.cycle_key()
    request.session[PROVED] = now.timestamp()
    note(SignInKind.PROVED, user_of(request), visit_of(request), now=now, means=means)


def half_proved(request: HttpRequest) -> None:
    """The organisation vouched for the person anew, but not for a second factor that they have here: its code is still to come."""
    request.session[HALF_PROVED] = timezone.now().timestamp()


class ConfirmForm(Form):
    """The passphrase once more, and the second factor of whoever has one: half of it would let in whoever learnt the other half."""

    password = CurrentPassphrase()
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Six figures from your authenticator app, or a recovery code."),
        error_messages={"required": _("Enter the code")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false", "class": "govuk-input--width-20"}),
    )

    def __init__(self, *args: Any, asks: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"password", "code"} - asks:
            del self.fields[name]


def _check(user: User, form: ConfirmForm, visit: Visit) -> Means:
    """By what the person showed who they are. Raises TooManyTries, and InvalidInput beside the field that is wrong."""
    typed, now = form.cleaned_data, timezone.now()
    means = Means.ORGANISATION
    if "password" in typed:
        try:
            check_passphrase(Tried(user.email, typed["password"]), visit, now=now)
        except WrongPassphrase as error:
            raise InvalidInput(gettext("This is not your passphrase."), field="password") from error
        means = Means.PASSPHRASE
    return check_code(user=user, code=typed["code"], visit=visit, now=now) if "code" in typed else means


@before_second_factor
@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Asks for the passphrase and the second factor, or a passkey, and goes on to where the person was going."""
    user = user_of(request)
    factors, since = factors_of(user), moment(request.session.get(HALF_PROVED))
    vouched = since is not None and since > timezone.now() - timedelta(minutes=settings.CONCORD_CONFIRM_MINUTES)
    asks = ({"password"} if user.has_usable_password() and not vouched else set()) | ({"code"} if factors else set())
    can_type = vouched or user.has_usable_password()
    form = ConfirmForm(request.POST if request.method == "POST" else None, asks=asks)
    if request.method == "POST" and can_type and form.is_valid():
        try:
            means = _check(user, form, visit_of(request))
        except TooManyTries as error:
            answer = render(request, "agencies/locked_out.html", {"wait": in_words(error.seconds)}, status=429)
            answer.headers["Retry-After"] = str(error.seconds)
            return answer
        except InvalidInput as error:
            form.add_error(error.field, error.message)
        else:
            request.session.pop(HALF_PROVED, None)
            proved(request, means)
            return HttpResponseRedirect(next_url(request))
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "can_type": can_type,
        "providers": () if vouched else providers_of(user),
        "has_passkey": bool(factors.passkeys) and are_possible(),
    }
    return render(request, "agencies/identity/confirm.html", context)
