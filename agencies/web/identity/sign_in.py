"""Signing in and out. After four wrong passphrases each further try waits; ten close the door for a quarter of an hour."""

from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.models import User
from agencies.services.identity.events import note
from agencies.services.identity.passkeys import are_possible
from agencies.services.identity.second_factor import factors_of
from agencies.services.identity.signing_in import TooManyTries, Tried, WrongPassphrase, check_passphrase, in_words
from agencies.sessions import DEVICE, MEANS, SHOWN
from agencies.sign_ins import Means, SignInKind
from agencies.visits import visit_of
from agencies.web.access import home_url, next_url, user_of
from agencies.web.fields import CurrentPassphrase
from agencies.web.forms import Form
from agencies.web.identity.form_secret import give_secret
from agencies.web.identity.time_limit import CLEARED, OVER, say_over
from agencies.web.identity.writer import take, unmark

HALF = "half"
BACKEND = "agencies.backend.AccountBackend"


class SignInForm(Form):
    """E-mail address and passphrase. Pasting and password managers are welcome."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={"required": _("Enter your e-mail address"), "invalid": _("Enter an e-mail address, like name@example.org")},
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    password = CurrentPassphrase()

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["email"]).lower()


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The bare address leads to the first page."""
    return redirect(home_url())


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The form, and who passes it."""
    if request.user.is_authenticated:
        return redirect(next_url(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = check_passphrase(Tried(form.cleaned_data["email"], form.cleaned_data["password"]), visit_of(request), now=timezone.now())
        except TooManyTries as error:
            return too_many(request, error)
        except WrongPassphrase as error:
            form.add_error(None, error.message)
        else:
            return first_step_done(request, user, Means.PASSPHRASE, where=next_url(request))
    if request.method == "GET" and OVER in request.GET:
        say_over(request)
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "passkeys_possible": are_possible(),
        "providers": settings.CONCORD_PROVIDERS,
    }
    return render(request, "agencies/sign_in.html", context)


def first_step_done(request: HttpRequest, user: User, means: Means, *, where: str, is_enough: bool = False) -> HttpResponse:
    """After the right passphrase, or an organisation's sign-in: the second step where the person has a second factor, else they are in.

    `is_enough` says that the organisation saw a second factor itself.
    """
    if not is_enough and factors_of(user):
        request.session[HALF] = {"user": str(user.pk), "at": timezone.now().timestamp(), "next": where}
        return redirect("second-step")
    sign_in_as(request, user, means, is_enough=is_enough)
    return HttpResponseRedirect(where)


def sign_in_as(request: HttpRequest, user: User, means: Means, *, is_enough: bool = False) -> None:
    """Begins the session of somebody who has shown who they are, and notes it.

    Who needs a second factor and showed none (here, or to an organisation: `is_enough`) sets one up first.
    """
    visit, now = visit_of(request), timezone.now()
    login(request, user, backend=BACKEND)
    give_secret(request, user)
    request.concord_signed_in = user  # type: ignore[attr-defined] # its mark goes out with the answer
    take(request, user, now)
    request.session[DEVICE], request.session[MEANS] = visit.device, means.value
    request.session.pop(HALF, None)
    request.session[SHOWN] = Means.ORGANISATION.value if is_enough else means not in {Means.PASSPHRASE, Means.ORGANISATION}
    note(SignInKind.SIGNED_IN, user, visit, now=now, means=means)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    if request.user.is_authenticated:
        note(SignInKind.SIGNED_OUT, user_of(request), visit_of(request), now=timezone.now())
    logout(request)
    answer = render(request, "agencies/signed_out.html")
    answer.headers["Clear-Site-Data"] = CLEARED
    unmark(answer)
    return answer


def too_many(request: HttpRequest, error: TooManyTries, *, of_code: bool = False) -> HttpResponse:
    """After too many wrong tries, of a passphrase or `of_code`: how long to wait, and what to do meanwhile."""
    answer = render(request, "agencies/locked_out.html", {"wait": in_words(error.seconds), "of_code": of_code}, status=429)
    answer.headers["Retry-After"] = str(error.seconds)
    return answer
