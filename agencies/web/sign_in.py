"""Signing in and out. Ten wrong passphrases for one address from one place close that door for a quarter of an hour (django-axes)."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.web.access import home_url
from agencies.web.forms import Form

WRONG = "The e-mail address and passphrase do not match an account, or the account is closed"


class SignInForm(Form):
    """E-mail address and passphrase. Pasting and password managers are welcome."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        error_messages={"required": "Enter your e-mail address", "invalid": "Enter an e-mail address, like name@example.org"},
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Passphrase",
        max_length=500,
        strip=False,
        error_messages={"required": "Enter your passphrase"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["email"]).lower()


def next_url(request: HttpRequest) -> str:
    """Where the person was going, if that is a page of ours; else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if safe else home_url()


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
        user = authenticate(request, email=form.cleaned_data["email"], password=form.cleaned_data["password"])
        if user is not None:
            login(request, user)
            return HttpResponseRedirect(next_url(request))
        form.add_error(None, WRONG)
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next") or ""}
    return render(request, "agencies/sign_in.html", context)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return render(request, "agencies/signed_out.html")


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """After too many wrong passphrases."""
    return render(request, "agencies/locked_out.html", status=429)
