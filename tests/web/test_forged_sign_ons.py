"""Single sign-on against a provider that forges, and against the claims that Entra ID and NHS CIS2 send: what is not whole lets nobody in."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from agencies.models import ExternalIdentity, SignInEvent
from agencies.providers import Provider
from agencies.services.identity.single_sign_on import counts_as_second_factor
from agencies.sign_ins import Means, SignInKind
from agencies.web.identity.single_sign_on import client_of
from tests import servers
from tests.cast import Cast
from tests.house.source import ROOT
from tests.web.forging import CLIENT, SECRET
from tests.web.page import Page

pytestmark = pytest.mark.django_db
HOUR = 3600


class Organisation:
    """The forger's process, told what to forge and asked as a browser asks it."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"

    def forges(self, **how: Any) -> None:
        assert requests.put(f"{self.issuer}/next", json=how, timeout=10).ok

    def arrive(self) -> tuple[Client, Any]:
        """There and back in one browser."""
        client = Client()
        begun = Page(client.post("/sign-in/with/entra/", {"next": "/directory/"}).content.decode())
        (there,) = {one.attrs["href"] for one in begun.all("a") if "state=" in one.attrs.get("href", "")}
        back = urlsplit(requests.get(there, allow_redirects=False, timeout=10).headers["Location"])
        return client, client.get(f"{back.path}?{back.query}")


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    port, log = servers.free_port(), tmp_path_factory.mktemp("forger") / "log"
    with log.open("ab") as out:
        process = subprocess.Popen([sys.executable, "-m", "tests.web.forging", str(port)], cwd=ROOT, stdout=out, stderr=out, start_new_session=True)
    servers.wait_for(port, process, log)
    yield Organisation(port)
    servers.stop(process)


@pytest.fixture
def provider(organisation: Organisation, cast: Cast, settings: Any) -> Iterator[Provider]:
    made = Provider("entra", "Northshire Council", cast.partnership.slug, organisation.issuer, CLIENT, SECRET)
    settings.CONCORD_PROVIDERS = (made,)
    client_of.cache_clear()
    yield made
    client_of.cache_clear()


def is_in(client: Client) -> bool:
    return client.get("/directory/").status_code == 200


def vouched(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"email": cast.receiver.email, "email_verified": True, **more}


def test_what_is_whole_lets_in(organisation: Organisation, provider: Provider, cast: Cast) -> None:
    organisation.forges(claims=vouched(cast))
    client, answer = organisation.arrive()
    assert (answer.headers["Location"], is_in(client)) == ("/directory/", True)


# What is forged, and the reason that stands in the log: each is refused for its own.
FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "another nonce": ({"claims": {"nonce": "made-up"}}, "InvalidClaimError"),
    "no nonce": ({"claims": {"nonce": None}}, "MissingClaimError"),
    "expired": ({"claims": {"iat": -2 * HOUR, "exp": -HOUR}}, "ExpiredTokenError"),
    "without an end": ({"claims": {"exp": None}}, "MissingClaimError"),
    "not yet good": ({"claims": {"nbf": HOUR}}, "InvalidClaimError"),
    "made in the future": ({"claims": {"iat": HOUR, "exp": 2 * HOUR}}, "InvalidClaimError"),
    "another issuer": ({"claims": {"iss": "https://login.microsoftonline.com/somebody-elses/v2.0"}}, "InvalidClaimError"),
    "no issuer": ({"claims": {"iss": None}}, "MissingClaimError"),
    "another audience": ({"claims": {"aud": "another-client"}}, "MissingClaimError"),
    "another audience, for us as a party": ({"claims": {"aud": "another-client", "azp": CLIENT}}, "another audience"),
    "for us and another, another the party": ({"claims": {"aud": [CLIENT, "another-client"], "azp": "another-client"}}, "InvalidClaimError"),
    "signed by nobody": ({"by": "none"}, "UnsupportedAlgorithmError"),
    "signed by nobody, in capitals": ({"by": "none", "header": {"alg": "NONE"}}, "UnsupportedAlgorithmError"),
    "signed with the client's secret": ({"by": "secret"}, "UnsupportedAlgorithmError"),
    "signed with the public key as a secret": ({"by": "public"}, "UnsupportedAlgorithmError"),
    "signed with another key": ({"by": "other"}, "BadSignatureError"),
    "signed with a key that it brings itself": ({"by": "other", "header": {"jwk": "its own"}}, "ExceededSizeError"),
    "signed with a key that is not published": ({"by": "other", "header": {"kid": "another"}}, "InvalidKeyIdError"),
    "asking for what we do not know": ({"header": {"crit": ["made-up"], "made-up": 1}}, "UnsupportedHeaderError"),
    "no subject": ({"claims": {"sub": None}}, "MissingClaimError"),
    "an empty subject": ({"claims": {"sub": ""}}, "subject"),
    "a subject that is no text": ({"claims": {"sub": ["somebody"]}}, "InvalidClaimError"),
    "a subject with NUL": ({"claims": {"sub": "some\0body"}}, "subject"),
    "a subject longer than there is": ({"claims": {"sub": "s" * 256}}, "subject"),
    "no identity token": ({"token": {"id_token": None}}, "no identity token"),
    "an identity token of two parts": ({"token": {"id_token": "e30.e30"}}, ""),
    "an identity token that is no text": ({"token": {"id_token": 5}}, ""),
    "a token that is a list": ({"token": ["id_token"]}, ""),
    "claims of another subject": ({"claims": {"email": None}, "userinfo": {"sub": "somebody-else", "email": "x@y.example"}}, "another subject"),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_forged_lets_nobody_in_says_so_plainly_and_is_on_record(
    organisation: Organisation, provider: Provider, cast: Cast, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    how, why = FORGED[name]
    organisation.forges(**{**how, "claims": vouched(cast) | how.get("claims", {})})
    client, answer = organisation.arrive()
    assert (answer.status_code, is_in(client)) == (502, False)
    page = Page(answer.content.decode())
    assert "answered in a way that cannot be relied on" in page.one("main").text
    assert page.all("a", href="/sign-in/")
    line = SignInEvent.objects.get()
    assert (line.kind, line.means, line.user) == (SignInKind.REFUSED, Means.ORGANISATION, None)
    assert not ExternalIdentity.objects.exists()
    assert why in caplog.text
    assert cast.receiver.email not in caplog.text


@pytest.mark.parametrize("by", ["none", "secret", "public"])
def test_what_a_provider_publishes_makes_no_signature_of_a_shared_secret(
    organisation: Organisation, provider: Provider, cast: Cast, caplog: pytest.LogCaptureFixture, by: str
) -> None:
    organisation.forges(by=by, claims=vouched(cast), described={"id_token_signing_alg_values_supported": ["none", "HS256", "RS256"]})
    client, answer = organisation.arrive()
    assert (answer.status_code, is_in(client)) == (502, False)
    assert "UnsupportedAlgorithmError" in caplog.text


@pytest.mark.parametrize(("published", "status"), [(["HS256", "none"], 502), (["none", "RS256"], 302), (None, 302)])
def test_a_provider_signs_with_a_pair_of_keys_or_not_at_all(
    organisation: Organisation, provider: Provider, cast: Cast, published: list[str] | None, status: int
) -> None:
    organisation.forges(claims=vouched(cast), described={"id_token_signing_alg_values_supported": published})
    assert organisation.arrive()[1].status_code == status


# Entra ID, version 2.0: it vouches for no address, and `email` is whatever an administrator of any kind typed.
ENTRA = {
    "ver": "2.0", "oid": "00000000-0000-0000-66f3-3332eca7ea81", "tid": "9122040d-6c67-4c5b-b112-36a304b66dad", "aio": "Df2UVXL1", "rh": "0.AXoA",
    "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ", "name": "Rashida Shah", "uti": "fqiBqXLPj0eQa82S", "nbf": 0,
}  # fmt: skip
# NHS CIS2: the identity token tells how somebody signed in, the rest is asked for; nothing says that the address was verified.
CIS2 = {
    "sub": "555021935107", "acr": "AAL3_ANY", "amr": ["N3_SMARTCARD"], "auth_time": 0, "authentication_assurance_level": "3",
    "id_assurance_level": "3", "tokenName": "id_token", "tokenType": "JWTToken", "realm": "/NHSIdentity/Healthcare", "azp": CLIENT,
}  # fmt: skip
SETTINGS: dict[str, dict[str, Any]] = {
    "entra": {"email_claim": "preferred_username", "trusted_domains": ("example.org",), "second_factor": ("mfa",)},
    "cis2": {"trusted_domains": ("example.org",), "acr_values": "AAL3_ANY", "second_factor": ("AAL3_ANY",)},
}
# Whose settings, claims of the identity token, claims that are asked for; THEM is the address of somebody in the directory.
THEM = "THEM"
COMING: dict[str, tuple[str, dict[str, Any], dict[str, Any], bool]] = {
    "from Entra, as the settings say": ("entra", ENTRA | {"preferred_username": THEM}, {}, True),
    "from Entra, a guest of the tenant": ("entra", ENTRA | {"preferred_username": "rashida@elsewhere.example", "email": THEM}, {}, False),
    "from Entra, with an address typed into a profile": ("entra", ENTRA | {"email": THEM}, {"email": THEM, "email_verified": True}, False),
    "from Entra, another user's name for sign-in": ("entra", ENTRA | {"preferred_username": "x@example.org"}, {}, False),
    "from Entra, a name that is no text": ("entra", ENTRA | {"preferred_username": [THEM]}, {}, False),
    "from Entra, a name with NUL": ("entra", ENTRA | {"preferred_username": "x\0@example.org"}, {}, False),
    "from Entra, the domain only in front": ("entra", ENTRA | {"preferred_username": "example.org@elsewhere.example"}, {}, False),
    "from CIS2, the address asked for": ("cis2", CIS2, {"uid": "555021935107", "name": "Shah Rashida", "email": THEM}, True),
    "from CIS2, without an address": ("cis2", CIS2, {"uid": "555021935107"}, False),
    "from CIS2, an address of another domain": ("cis2", CIS2, {"email": "rashida@elsewhere.example"}, False),
}


@pytest.mark.parametrize("how", COMING)
def test_claims_as_entra_id_and_nhs_send_them(organisation: Organisation, provider: Provider, cast: Cast, settings: Any, how: str) -> None:
    whose, claims, asked, lets_in = COMING[how]
    found = replace(provider, **SETTINGS[whose])
    settings.CONCORD_PROVIDERS = (found,)
    said, more = ({name: cast.receiver.email if value == THEM else value for name, value in one.items()} for one in (claims, asked))
    organisation.forges(claims=said, userinfo=more)
    client, answer = organisation.arrive()
    assert is_in(client) is lets_in
    assert ExternalIdentity.objects.filter(user=cast.receiver, subject=claims["sub"]).exists() is lets_in
    assert counts_as_second_factor(found, claims) is (whose == "cis2")
    if not lets_in:
        assert answer.status_code == 403
        assert SignInEvent.objects.get().kind == SignInKind.REFUSED


@pytest.mark.parametrize("claims", [{}, {"email_verified": False}, {"email_verified": "true"}, {"email_verified": 1}])
def test_an_address_that_nobody_vouches_for_is_refused_and_on_record(
    organisation: Organisation, provider: Provider, cast: Cast, claims: dict[str, Any]
) -> None:
    organisation.forges(claims={"email": cast.receiver.email, **claims})
    client, answer = organisation.arrive()
    assert (answer.status_code, is_in(client)) == (403, False)
    assert "does not lead to an account here" in answer.content.decode()
    line = SignInEvent.objects.get()
    assert (line.kind, line.means) == (SignInKind.REFUSED, Means.ORGANISATION)


def test_what_nobody_here_asked_for_fills_no_record(organisation: Organisation, provider: Provider) -> None:
    for query in ("", "?code=made-up&state=made-up", "?error=access_denied&state=x"):
        assert Client().get(f"/sign-in/with/entra/back/{query}").status_code == 502
    assert not SignInEvent.objects.exists()
