"""Setting up and removing one's own second factors, and what a partnership asks of its roles."""

from uuid import UUID

import segno
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.errors import DomainError, InvalidInput
from agencies.finding import fits
from agencies.models import Partnership, Passkey, User
from agencies.policy import may_keep_directory
from agencies.roles import Role
from agencies.services.identity import second_factor as service
from agencies.services.identity.passkeys import add_passkey, are_possible, registration
from agencies.services.identity.people import people_with_factors
from agencies.services.identity.sessions import end_all_of, sessions_of
from agencies.sessions import SHOWN, shown_without_one
from agencies.sign_ins import Proof
from agencies.vault import seal, unseal
from agencies.visits import visit_of
from agencies.web.access import home_url, partnership_for, person_for, refused, user_of
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.web.identity.second_step import STATE, CodeForm, answer_of
from agencies.web.identity.setting_up import before_second_factor, must_set_up
from agencies.web.long_list import a_page_of, look_for, looked_for, looks
from agencies.web.widgets import Checkboxes, Radios

SECRET = "app-secret"  # noqa: S105 - the name of a place in the session # nosec B105


@before_second_factor
@confirm_first
@never_cache
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """What the person has, and what can be added."""
    user = user_of(request)
    context = {
        "factors": service.factors_of(user),
        "must": must_set_up(request),
        "passkeys_possible": are_possible(),
        "home": home_url(),
        "elsewhere": elsewhere(request),
    }
    return render(request, "agencies/identity/second_factor.html", context)


def elsewhere(request: HttpRequest) -> int:
    """On how many other devices the person is signed in: after a change of how they sign in they can end that on the same page."""
    return sum(not line.is_this for line in sessions_of(user_of(request), this=request.session.session_key, now=timezone.now()))


@before_second_factor
@confirm_first
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def app_add(request: HttpRequest) -> HttpResponse:
    """Shows the secret as a picture and as text, and asks for the first code."""
    user = user_of(request)
    secret = unseal(request.session.get(SECRET, "")) or service.new_secret()
    request.session[SECRET] = seal(secret)
    form = CodeForm(request.POST if request.method == "POST" else None)
    form.fields["code"].help_text = gettext("The six figures that the app shows now.")
    if request.method == "POST" and form.is_valid():
        try:
            service.add_app(user=user, secret=secret, code=form.cleaned_data["code"], visit=visit_of(request), now=timezone.now())
        except InvalidInput as error:
            form.add_error("code", error.message)
        else:
            del request.session[SECRET]
            messages.success(request, gettext("Your authenticator app is set up."))
            return _added(request, user)
    picture = segno.make(service.app_address(secret, user), error="m").svg_inline(
        scale=4, border=2, title=gettext("QR code for your authenticator app")
    )
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    # The picture is drawn from the secret and the person's own address by the library, as paths without any text of theirs.
    return render(request, "agencies/identity/app_add.html", {"form": form, "picture": mark_safe(picture), "secret": spaced})  # noqa: S308 # nosec B703, B308


@before_second_factor
@confirm_first
@never_cache
@require_POST
def passkey_begin(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make a passkey."""
    options, request.session[STATE] = registration(user_of(request))
    return JsonResponse(options)


@before_second_factor
@confirm_first
@require_POST
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Keeps the passkey that the browser made."""
    user, state = user_of(request), request.session.pop(STATE, None)
    try:
        row = add_passkey(
            user=user, state=state, answer=answer_of(request), label=request.POST.get("label", ""), visit=visit_of(request), now=timezone.now()
        )
    except InvalidInput as error:
        messages.error(request, error.message)
        return redirect("second-factor")
    messages.success(request, gettext("The passkey “{label}” is set up.").format(label=row.label))
    return _added(request, user)


@confirm_first
@require_POST
def factor_remove(request: HttpRequest, passkey_id: UUID | None = None) -> HttpResponse:
    """Removes one of the person's passkeys, or their app."""
    user = user_of(request)
    passkey = Passkey.objects.filter(pk=passkey_id, user=user).first() if passkey_id else None
    if passkey_id and passkey is None:
        raise Http404
    try:
        service.remove_factor(user=user, passkey=passkey, visit=visit_of(request), now=timezone.now())
        if not service.factors_of(user):
            request.session[SHOWN] = shown_without_one(request.session.get(SHOWN))
        messages.success(request, gettext("It was removed."))
    except InvalidInput as error:
        messages.error(request, error.message)
    return redirect("second-factor")


@before_second_factor
@confirm_first
@never_cache
@require_POST
def codes_make(request: HttpRequest) -> HttpResponse:
    """Fresh recovery codes, shown this once."""
    return _codes(request, user_of(request))


def _added(request: HttpRequest, user: User) -> HttpResponse:
    """After a factor was added: the first one brings recovery codes, and lets somebody on who had to have one."""
    request.session[SHOWN] = request.session.get(SHOWN) or True
    return redirect("second-factor") if service.factors_of(user).codes_left else _codes(request, user)


def _codes(request: HttpRequest, user: User) -> HttpResponse:
    if not service.factors_of(user):
        return redirect("second-factor")
    codes = service.new_codes(user=user, visit=visit_of(request), now=timezone.now())
    return render(request, "agencies/identity/codes.html", {"codes": codes, "home": home_url(), "elsewhere": elsewhere(request)})


# The part of the page that lists them.
PEOPLE = "#people"


class RolesForm(Form):
    """The roles that need a second factor; none is an answer too."""

    sometimes_required = ("roles",)
    roles = forms.MultipleChoiceField(
        label=_("Who needs a second factor?"),
        required=False,
        choices=Role.choices,
        widget=Checkboxes(small=True),
        help_text=_(
            "At once, for those who are signed in and for programs too: who has none sets one up before anything else. "
            "Leave a role out only for a reason that you can name: its passphrases alone then open what it sees."
        ),
    )


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Which roles need a second factor, and which of the partnership's people have one."""
    partnership = Partnership.objects.get(pk=partnership_for(request))
    if not may_keep_directory(person_for(request), partnership.pk):
        raise PermissionDenied(gettext("Only the business unit or an administrator of the partnership sets this."))
    if looks(request):
        return look_for(request, PEOPLE)
    form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": partnership.second_factor_roles})
    if request.method == "POST" and form.is_valid():
        chosen = frozenset(Role(value) for value in form.cleaned_data["roles"])
        service.set_required_roles(actor=user_of(request), partnership=partnership, roles=chosen, now=timezone.now())
        messages.success(request, gettext("Saved. It holds at once."))
        return redirect("second-factor-rules")
    people = people_with_factors(partnership, timezone.now())
    listed = a_page_of(request, [line for line in people if fits(line.name, looked_for(request)[0])], every=len(people), part=PEOPLE)
    return render(request, "agencies/identity/rules.html", {"form": form, "me": user_of(request).pk, "listed": listed})


class ProofForm(Form):
    """How the keeper knows that it is the person."""

    proof = forms.ChoiceField(
        label=_("How do you know that it is them?"),
        choices=Proof.choices,
        widget=Radios(),
        help_text=_("It stands on the directory’s record. An e-mail or a message is not enough: somebody else may have written it."),
        error_messages={"required": _("Choose how you know that it is them"), "invalid_choice": _("Choose how you know that it is them")},
    )


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def factors_reset(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Removes every second factor of somebody who lost theirs, once the keeper said how they know that it is them."""
    user = User.objects.get_queryset().ever_in(partnership_for(request)).filter(pk=user_id).first()
    if user is None or not may_keep_directory(person_for(request), partnership_for(request)):
        raise Http404
    form = ProofForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "agencies/identity/factors_reset.html", {"form": form, "whose": user})
    try:
        service.remove_all_of(actor=user_of(request), user=user, proof=Proof(form.cleaned_data["proof"]), visit=visit_of(request), now=timezone.now())
    except DomainError as error:
        raise PermissionDenied(refused(error).message) from error
    messages.success(
        request, gettext("The second factor of {user} was removed. They set up a new one after their passphrase.").format(user=user.name)
    )
    return redirect("second-factor-rules")


@confirm_first
@require_POST
def sessions_end_of(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Signs somebody of the partnership out everywhere; their account stays open."""
    user = User.objects.get_queryset().ever_in(partnership_for(request)).filter(pk=user_id).first()
    if user is None or not may_keep_directory(person_for(request), partnership_for(request)):
        raise Http404
    try:
        ended = end_all_of(actor=user_of(request), user=user, visit=visit_of(request), now=timezone.now())
    except DomainError as error:
        raise PermissionDenied(refused(error).message) from error
    messages.success(request, gettext("{user} was signed out everywhere: {words}.").format(user=user.name, words=ended.words()))
    return redirect("second-factor-rules")
