"""The second step of signing in: a code or a passkey; and signing in with a passkey alone."""

import json
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from agencies.errors import InvalidInput
from agencies.models import User
from agencies.services.identity import tries
from agencies.services.identity.passkeys import are_possible, challenge, check_passkey
from agencies.services.identity.second_factor import check_code, factors_of
from agencies.services.identity.signing_in import TooManyTries
from agencies.sessions import moment
from agencies.sign_ins import Means
from agencies.visits import visit_of
from agencies.web.access import next_url, user_of
from agencies.web.forms import Form
from agencies.web.identity.confirming import proved
from agencies.web.identity.sign_in import HALF, sign_in_as, too_many

HALF_LASTS = timedelta(minutes=10)
STATE = "passkey-state"


class CodeForm(Form):
    """Six figures of the app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Six figures from your authenticator app, or a recovery code."),
        error_messages={"required": _("Enter the code")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false", "class": "govuk-input--width-20"}),
    )


def half_in(request: HttpRequest) -> User | None:
    """Who has given the right passphrase in this browser within ten minutes, and no second factor yet."""
    half = request.session.get(HALF) or {}
    since = moment(half.get("at"))
    if since is None or since < timezone.now() - HALF_LASTS:
        return None
    return User.objects.filter(pk=half["user"], is_active=True).first()


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Asks for the second factor of whoever gave the right passphrase."""
    user = half_in(request)
    if user is None:
        return redirect("sign-in")
    factors = factors_of(user)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if factors.app is None:
        form.fields["code"].help_text = gettext("Your passkey is not at hand? Enter one of your recovery codes.")
    if request.method == "POST" and form.is_valid():
        try:
            means = check_code(user=user, code=form.cleaned_data["code"], visit=visit_of(request), now=timezone.now())
        except TooManyTries as error:
            return too_many(request, error, of_code=True)
        except InvalidInput as error:
            form.add_error("code", error.message)
        else:
            return _in(request, user, means)
    context = {"form": form, "factors": factors, "has_passkey": bool(factors.passkeys) and are_possible(), "next": next_url(request)}
    return render(request, "agencies/identity/second_step.html", context)


@login_not_required
@never_cache
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs to use a passkey: of whoever is signed in or half way in, else any that the device offers."""
    user = user_of(request) if request.user.is_authenticated else half_in(request)
    options, request.session[STATE] = challenge(user)
    return JsonResponse(options)


@login_not_required
@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in whose passkey answered; for somebody who is signed in, it confirms that it is them."""
    known = user_of(request) if request.user.is_authenticated else half_in(request)
    visit, now = visit_of(request), timezone.now()
    verdict = tries.take(tries.ADDRESS, visit.address, now=now)
    if verdict.wait:
        return too_many(request, TooManyTries(verdict.seconds))
    try:
        user = check_passkey(user=known, state=request.session.pop(STATE, None), answer=answer_of(request), visit=visit, now=now)
    except InvalidInput as error:
        return render(request, "agencies/identity/passkey_refused.html", {"message": error.message}, status=403)
    tries.give_back(tries.ADDRESS, visit.address)
    if request.user.is_authenticated:
        proved(request, Means.PASSKEY)
        return HttpResponseRedirect(next_url(request))
    return _in(request, user, Means.PASSKEY)


def answer_of(request: HttpRequest) -> Any:
    """What the browser says for the passkey; None where it cannot be read."""
    try:
        return json.loads(request.POST.get("credential", ""))
    except (ValueError, RecursionError):
        return None


def _in(request: HttpRequest, user: User, means: Means) -> HttpResponse:
    half = request.session.get(HALF) or {}
    where = str(half.get("next") or next_url(request))
    sign_in_as(request, user, means)
    return HttpResponseRedirect(where)
