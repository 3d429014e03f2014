"""The pages for a first or forgotten passphrase."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agencies.models import User
from agencies.services.identity.signing_in import TooManyTries, Tried, WrongPassphrase, check_passphrase
from agencies.services.passphrases import ask_for_link, set_new_passphrase
from agencies.sign_ins import Visit
from agencies.visits import visit_of
from agencies.web.access import user_of
from agencies.web.fields import CurrentPassphrase
from agencies.web.forms import Form
from agencies.web.identity.sign_in import too_many


class ForgottenForm(Form):
    """Whose passphrase."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The address that your agency or the business unit entered for you."),
        error_messages={"required": _("Enter your e-mail address"), "invalid": _("Enter an e-mail address, like name@example.org")},
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )


class PassphraseForm(Form):
    """A new passphrase, typed once: it can be set again at any time."""

    password = forms.CharField(
        label=_("New passphrase"),
        max_length=500,
        strip=False,
        help_text=_("At least 12 characters. Three or four words that do not belong together are easy to keep and hard to guess."),
        error_messages={"required": _("Enter a passphrase")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.visit = user, Visit()

    def clean_password(self) -> str:
        """Long enough, not common, not soon guessed, not like the person's own name."""
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password, self.user)
        return password

    def save(self) -> User:
        """Sets it, and opens the door again if too many tries had closed it."""
        return set_new_passphrase(user=self.user, passphrase=self.cleaned_data["password"], visit=self.visit, now=timezone.now())


class ChangeForm(PassphraseForm):
    """The passphrase that somebody has, and the one that they want."""

    field_order = ("old_password", "password")
    old_password = CurrentPassphrase(label=_("Your present passphrase"), missing=_("Enter your present passphrase"))


@never_cache
@sensitive_post_parameters("old_password", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Somebody changes their own passphrase: the old one is asked for, and every other session and token of theirs ends."""
    user = user_of(request)
    if not user.has_usable_password():
        return redirect("passphrase-forgotten")
    form = ChangeForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        visit, now = visit_of(request), timezone.now()
        try:
            check_passphrase(Tried(user.email, form.cleaned_data["old_password"]), visit, now=now)
        except TooManyTries as error:
            return too_many(request, error)
        except WrongPassphrase:
            form.add_error("old_password", gettext("This is not your passphrase"))
        else:
            changed = set_new_passphrase(user=user, passphrase=form.cleaned_data["password"], visit=visit, now=now, but=request.session.session_key)
            update_session_auth_hash(request, changed)
            messages.success(
                request, gettext("Your passphrase is changed. You are signed out everywhere else, and your programs’ tokens have ended.")
            )
            return redirect("account")
    return render(request, "agencies/identity/passphrase_change.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Asks for the address and answers the same whether or not it has an account."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ask_for_link(email=form.cleaned_data["email"], visit=visit_of(request), now=timezone.now())
        return render(request, "agencies/passphrase_sent.html", {"email": form.cleaned_data["email"]})
    return render(request, "agencies/passphrase_forgotten.html", {"form": form})


@method_decorator(login_not_required, name="dispatch")
class SetPassphrase(PasswordResetConfirmView):
    """Behind the link. Django's view moves the token out of the address before it shows the form, so that nothing can leak it."""

    form_class = PassphraseForm  # type: ignore[assignment]
    template_name = "agencies/passphrase_set.html"
    success_url = reverse_lazy("sign-in")

    def form_valid(self, form: Any) -> HttpResponse:
        form.visit = visit_of(self.request)
        answer = super().form_valid(form)
        messages.success(self.request, gettext("Your passphrase is set. Sign in with it."))
        return answer


set_passphrase = SetPassphrase.as_view()
