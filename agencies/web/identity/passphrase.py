"""The pages for a first or forgotten passphrase."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from agencies.models import User
from agencies.services.identity.signing_in import TooManyTries, Tried, WrongPassphrase, check_passphrase
from agencies.services.passphrases import ask_for_link, set_new_passphrase, user_behind
from agencies.visits import visit_of
from agencies.web.access import user_of
from agencies.web.fields import CurrentPassphrase
from agencies.web.forms import Form
from agencies.web.identity.sign_in import too_many

CODE = "passphrase-code"


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
        self.user = user

    def clean_password(self) -> str:
        """Long enough, not common, not soon guessed, not like the person's own name."""
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password, self.user)
        return password


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


class LinkForm(Form):
    """What stands behind the # of a mailed link. Browsers keep that to themselves: a script puts it here, or the person does."""

    code = forms.CharField(
        label=_("Code from your message"),
        max_length=300,
        help_text=_("What stands after the # in the link. You can also paste the whole link."),
        error_messages={"required": _("Enter the code from your message")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def opened(request: HttpRequest) -> HttpResponse:
    """Where a mailed link leads: its code comes in a form, so that no address ever carries it, and lies in the session from then on."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "agencies/passphrase_open.html", {"form": form})
    request.session[CODE] = form.cleaned_data["code"].strip().rpartition("#")[2]
    return redirect("passphrase-set")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def set_passphrase(request: HttpRequest) -> HttpResponse:
    """Sets the passphrase of whom the code is for, while it is good: once, and for a day."""
    user = user_behind(request.session.get(CODE, ""))
    if user is None:
        return render(request, "agencies/passphrase_set.html", {"validlink": False})
    form = PassphraseForm(user, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "agencies/passphrase_set.html", {"validlink": True, "form": form})
    set_new_passphrase(user=user, passphrase=form.cleaned_data["password"], visit=visit_of(request), now=timezone.now())
    del request.session[CODE]
    messages.success(request, gettext("Your passphrase is set. Sign in with it."))
    return redirect("sign-in")
