"""What single sign-on refuses: another key, client or issuer, a redirect, another host; and how a wrong setting is told."""

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from joserfc.jwk import RSAKey

from agencies.checks import issuers
from agencies.providers import Provider, read_providers
from agencies.web.identity.single_sign_on import Unreliable, check_audience, client_of
from tests import servers
from tests.cast import Cast
from tests.web.organisation import Organisation, begun, is_in, organisation, provider
from tests.web.page import Page

__all__ = ["organisation", "provider"]
pytestmark = pytest.mark.django_db
GOOD = 'key = "nhs"\nlabel = "NHS"\npartnership = "north"\nissuer = "https://i.example"\nclient_id = "c"\nclient_secret = "s"\n'


def test_providers_are_read_from_one_text() -> None:
    (found,) = read_providers(f'[[provider]]\n{GOOD}second_factor = ["mfa"]\n')
    assert (found.key, found.second_factor, found.metadata_url) == ("nhs", ("mfa",), "https://i.example/.well-known/openid-configuration")
    assert read_providers("") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[provider", "no TOML"),
        ('[[provider]]\nkey = "x"', "label is missing"),
        (f"[[provider]]\n{GOOD}colour = 1", "unknown setting colour"),
        (f"[[provider]]\n{GOOD}[[provider]]\n{GOOD}", "same key twice"),
        (f"[[provider]]\n{GOOD}".replace("https", "http"), "must begin with https"),
        (f"[[provider]]\n{GOOD}".replace('"nhs"', '"N H S"'), "small letters"),
    ],
)
def test_a_wrong_text_stops_the_start_with_a_sentence(text: str, words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        read_providers(text)


def test_no_secret_is_ever_shown(provider: Provider) -> None:
    assert json.dumps(provider.client_secret)[1:-1] not in Client().get("/sign-in/").content.decode()


def changed_between(organisation: Organisation, cast: Cast, between: Any) -> Any:
    """The answer to somebody who comes back after something was changed on the way."""
    organisation.knows("on-the-way", email=cast.receiver.email, email_verified=True)
    client = Client()
    back = organisation.sign_in(begun(client), "on-the-way")
    between()
    answer = client.get(back)
    assert not is_in(client)
    return answer


def test_a_token_that_another_key_signed_is_refused(
    organisation: Organisation, provider: Provider, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    def other_key() -> None:
        known = client_of(provider)
        names = [key["kid"] for key in requests.get(known.load_server_metadata()["jwks_uri"], timeout=10).json()["keys"]]
        keys = [RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"}).as_dict(private=False) for name in names]
        known.server_metadata["jwks"] = {"keys": keys}

    try:
        assert changed_between(organisation, cast, other_key).status_code == 502
        assert "BadSignatureError" in caplog.text
    finally:
        client_of.cache_clear()


def test_a_token_for_another_client_is_refused(organisation: Organisation, provider: Provider, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    def other_client() -> None:
        known = client_of(provider)
        exchange = known.fetch_access_token

        def exchanged(**given: Any) -> Any:
            token = exchange(**given)
            # The token is made for "concord"; whoever reads it is somebody else.
            known.client_id = "somebody-else"
            return token

        known.fetch_access_token = exchanged

    try:
        assert changed_between(organisation, cast, other_client).status_code == 502
        assert "MissingClaimError" in caplog.text
    finally:
        client_of.cache_clear()


@pytest.mark.parametrize("audience", ["somebody-else", ["somebody-else"], ["concor", "d"], [], None, "concord-2"])
def test_only_an_audience_that_names_us_is_ours(provider: Provider, audience: Any) -> None:
    with pytest.raises(Unreliable):
        check_audience(provider, {"aud": audience, "azp": "concord"})
    check_audience(provider, {"aud": ["concord", "somebody-else"]})
    check_audience(provider, {"aud": "concord"})


def test_what_another_issuer_publishes_is_refused(organisation: Organisation, provider: Provider, settings: Any) -> None:
    settings.CONCORD_PROVIDERS = (replace(provider, issuer=f"{organisation.issuer}/tenant"),)
    assert Client().post("/sign-in/with/entra/").status_code == 502


def test_an_issuer_that_differs_by_a_slash_alone_is_another_and_the_line_says_so(
    organisation: Organisation, provider: Provider, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CONCORD_PROVIDERS = (replace(provider, issuer=f"{organisation.issuer}/"),)
    assert Client().post("/sign-in/with/entra/").status_code == 502
    assert "another issuer" in caplog.text


def test_the_deployment_check_says_which_issuer_is_published(organisation: Organisation, provider: Provider, settings: Any) -> None:
    assert issuers(None) == []
    settings.CONCORD_PROVIDERS = (
        replace(provider, issuer=f"{organisation.issuer}/"),
        replace(provider, issuer=f"http://127.0.0.1:{servers.free_port()}"),
    )
    wrong, away = issuers(None)
    assert (wrong.id, away.id) == ("agencies.E001", "agencies.W002")
    assert f"publishes the issuer '{organisation.issuer}', and CONCORD_SIGN_ON says '{organisation.issuer}/'" in wrong.msg


def test_it_is_begun_by_a_form_of_ours_alone(provider: Provider) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get("/sign-in/with/entra/").status_code == 405
    assert client.post("/sign-in/with/entra/").status_code == 403
    page = Page(client.get("/sign-in/?next=/directory/").content.decode())
    form = next(one for one in page.all("form") if one.attrs.get("action") == "/sign-in/with/entra/")
    assert form.attrs["method"] == "post"
    token = page.all("input", name="csrfmiddlewaretoken")[0].attrs["value"]
    assert client.post("/sign-in/with/entra/", {"csrfmiddlewaretoken": token}).status_code == 200


class Pointing(BaseHTTPRequestHandler):
    """A provider that describes itself, and points elsewhere."""

    asked: ClassVar[list[str]] = []
    describes: ClassVar[dict[str, str]] = {}
    redirects = ""

    def do_GET(self) -> None:
        """Its description, or the way to another."""
        self.asked.append(self.path)
        self.send_response(302 if self.redirects else 200)
        self.send_header("Location", self.redirects)
        self.end_headers()
        self.wfile.write(json.dumps(self.describes).encode())

    def do_POST(self) -> None:
        """A code is exchanged here."""
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def listening(**parts: Any) -> tuple[ThreadingHTTPServer, Any]:
    """One that listens on loopback, and what it was asked."""
    handler: Any = type("Own", (Pointing,), {"asked": [], **parts})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, handler


def test_no_redirect_is_followed_and_no_other_host_asked_than_the_settings_name(cast: Cast, settings: Any) -> None:
    (other, others), (first, firsts) = listening(), listening()
    elsewhere, issuer = (f"http://127.0.0.1:{server.server_port}" for server in (other, first))
    provider = Provider("entra", "Council", cast.partnership.slug, issuer, "concord", "a-secret")
    settings.CONCORD_PROVIDERS = (provider,)
    try:
        firsts.redirects = f"{elsewhere}/.well-known/openid-configuration"
        assert Client().post("/sign-in/with/entra/").status_code == 502
        assert [check.id for check in issuers(None)]
        client_of.cache_clear()
        firsts.redirects = ""
        firsts.describes = {"issuer": issuer, "authorization_endpoint": f"{issuer}/there", "token_endpoint": f"{elsewhere}/token", "jwks_uri": issuer}
        client = Client()
        state = parse_qs(urlsplit(begun(client)).query)["state"][0]
        assert client.get(f"/sign-in/with/entra/back/?code=x&state={state}").status_code == 502
        assert others.asked == []
        settings.CONCORD_PROVIDERS = (replace(provider, hosts=(urlsplit(elsewhere).netloc,)),)
        client = Client()
        state = parse_qs(urlsplit(begun(client)).query)["state"][0]
        client.get(f"/sign-in/with/entra/back/?code=x&state={state}")
        assert others.asked == ["/token"]
    finally:
        client_of.cache_clear()
        for server in (other, first):
            server.shutdown()
            server.server_close()
