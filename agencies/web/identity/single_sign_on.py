"""Signing in with an organisation's own account: there, and back. Authlib speaks OpenID Connect: code flow with PKCE, state and nonce."""

import logging
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from joserfc.errors import JoseError
from requests.exceptions import RequestException

from agencies.errors import DomainError
from agencies.outward import confined
from agencies.providers import Provider
from agencies.services.identity.second_factor import factors_of
from agencies.services.identity.single_sign_on import REFUSED, counts_as_second_factor, note_unreliable, person_behind
from agencies.sessions import PROVED
from agencies.sign_ins import Means
from agencies.visits import visit_of
from agencies.web.access import next_url, user_of
from agencies.web.identity.confirming import half_proved, proved
from agencies.web.identity.sign_in import first_step_done
from agencies.words import Words

log = logging.getLogger(__name__)
NEXT = "sign-on-next"
SECONDS = 10
# A provider signs with the private half of a pair of keys: what anybody could make who knows a shared secret, or nothing, is no identity.
KEY_PAIRS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})
SUBJECT_LENGTH = 255
AWAY = _("Your organisation’s sign-in does not answer, or answered in a way that cannot be relied on. Try again, or sign in here")


class Unreliable(Exception):
    """The provider said something that does not fit."""


# Not there, or it refused; and what libraries raise for a token that is not whole or an answer of another shape.
AWAY_OR_REFUSED = (OAuthError, RequestException)
NOT_WHOLE = (Unreliable, JoseError, ValueError, KeyError, TypeError, AttributeError, RuntimeError)


def provider_of(key: str) -> Provider:
    """The provider of this key. Raises Http404."""
    for provider in settings.CONCORD_PROVIDERS:
        if provider.key == key:
            return provider
    raise Http404


@lru_cache(maxsize=32)
def client_of(provider: Provider) -> Any:
    """Authlib's client; it keeps what the provider publishes, and fetches its keys again where one is not known."""
    session = confined(provider, OAuth2Session)
    app = type("ConfinedApp", (DjangoOAuth2App,), {"client_cls": session})
    return OAuth().register(
        name=f"concord-{provider.key}",
        client_cls=app,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=provider.metadata_url,
        client_kwargs={"scope": provider.scopes, "code_challenge_method": "S256", "default_timeout": SECONDS},
    )


@login_not_required
@never_cache
@require_POST
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """To the organisation. For somebody who is signed in it confirms who they are: they are asked to sign in there anew.

    Begun by a form of ours, so that no other site can begin it in somebody's browser. The answer is a page that goes on by itself, not a
    redirect: the policy lets forms go nowhere but here, and browsers hold a form's redirects to it.
    """
    provider = provider_of(key)
    request.session[NEXT] = next_url(request)
    more = {"acr_values": provider.acr_values} if provider.acr_values else {}
    if request.user.is_authenticated:
        more |= {"prompt": "login", "max_age": "0"}
    back = settings.CONCORD_BASE_URL.rstrip("/") + reverse("sign-on-back", args=[key])
    try:
        check_issuer(provider)
        there = client_of(provider).authorize_redirect(request, back, **more).url
    except (*AWAY_OR_REFUSED, *NOT_WHOLE) as error:
        return _away(request, error)
    return render(request, "agencies/identity/sign_on_going.html", {"there": there, "label": provider.label})


@login_not_required
@never_cache
@require_safe
def back(request: HttpRequest, key: str) -> HttpResponse:
    """Back with a code: exchanged, the identity token checked (signature, issuer, audience, nonce, time), and the person found.

    An answer that was exchanged and is not whole is a line of the record of signing in. One that nobody here asked for is none, or anybody could
    fill it.
    """
    provider, now = provider_of(key), timezone.now()
    where = request.session.pop(NEXT, None) or next_url(request)
    try:
        claims = claims_of(request, provider)
    except AWAY_OR_REFUSED as error:
        return _away(request, error)
    except NOT_WHOLE as error:
        note_unreliable(visit_of(request), now=now)
        return _away(request, error)
    try:
        user = person_behind(provider, claims, visit_of(request), now=now)
    except DomainError as error:
        return _refused(request, error.message, 403)
    if request.user.is_authenticated:
        if user != user_of(request) or not is_anew(claims, now.timestamp()):
            return _refused(request, REFUSED, 403)
        if factors_of(user) and not counts_as_second_factor(provider, claims):
            half_proved(request)
            return HttpResponseRedirect(f"{reverse('confirm')}?{urlencode({'next': where})}")
        proved(request, Means.ORGANISATION)
        return HttpResponseRedirect(where)
    answer = first_step_done(request, user, Means.ORGANISATION, where=where, is_enough=counts_as_second_factor(provider, claims))
    if is_anew(claims, now.timestamp()):
        request.session[PROVED] = now.timestamp()
    return answer


def check_issuer(provider: Provider) -> None:
    """What is published must be the very issuer that was set, to the letter (OpenID Connect Discovery 4.3). Raises Unreliable."""
    if client_of(provider).load_server_metadata().get("issuer") != provider.issuer:
        raise Unreliable("another issuer")


def check_audience(provider: Provider, claims: dict[str, Any]) -> None:
    """The token must be for us: the library is content with an authorised party that is. Raises Unreliable."""
    audience = claims.get("aud")
    if provider.client_id not in (audience if isinstance(audience, list) else [audience]):
        raise Unreliable("another audience")


def check_subject(claims: dict[str, Any]) -> None:
    """A subject is up to 255 characters of ASCII (OpenID Connect Core 2). Raises Unreliable."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LENGTH or not (subject.isascii() and subject.isprintable()):
        raise Unreliable("no subject that can be kept")


def trust_key_pairs_alone(client: Any) -> None:
    """Of the ways of signing that the provider publishes, those with a pair of keys; RS256 where it names none (OpenID Connect Discovery 3).

    The library takes whatever is published, a shared secret and `none` too. Raises Unreliable where nothing is left.
    """
    described = client.load_server_metadata()
    left = [one for one in described.get("id_token_signing_alg_values_supported") or ["RS256"] if one in KEY_PAIRS]
    if not left:
        raise Unreliable("no signature by a pair of keys")
    described["id_token_signing_alg_values_supported"] = left


def claims_of(request: HttpRequest, provider: Provider) -> dict[str, Any]:
    """The checked claims of the identity token; what it lacks is asked of the provider, of the same subject."""
    check_issuer(provider)
    client = client_of(provider)
    trust_key_pairs_alone(client)
    token = client.authorize_access_token(request)
    claims = dict(token.get("userinfo") or {})
    if not claims:
        raise Unreliable("no identity token")
    check_subject(claims)
    check_audience(provider, claims)
    if provider.email_claim not in claims and client.server_metadata.get("userinfo_endpoint"):
        more = dict(client.userinfo(token=token))
        if more.get("sub") != claims["sub"]:
            raise Unreliable("another subject")
        claims = more | claims
    return claims


def is_anew(claims: dict[str, Any], now: float) -> bool:
    """Whether the provider says that the person signed in there within five minutes of now (seconds since 1970).

    It was asked how long ago, and must say so then (OpenID Connect Core 2, `auth_time`): silence may be a session of somebody who went away.
    """
    said = claims.get("auth_time")
    return isinstance(said, int | float) and said > now - 300


def _away(request: HttpRequest, error: Exception) -> HttpResponse:
    # Our own words say what does not fit; a library's may hold what was sent.
    log.warning("Single sign-on failed: %s", f"Unreliable: {error}" if isinstance(error, Unreliable) else type(error).__name__)
    return _refused(request, AWAY, 502)


def _refused(request: HttpRequest, words: Words, status: int) -> HttpResponse:
    return render(request, "agencies/identity/sign_on_refused.html", {"message": words}, status=status)
