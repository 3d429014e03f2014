"""Single sign-on against a real OpenID provider, a process of its own on loopback."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from joserfc.jwk import RSAKey

from agencies.checks import issuers
from agencies.models import Authenticator, ExternalIdentity, SignInEvent, User
from agencies.providers import Provider, read_providers
from agencies.roles import Role
from agencies.services.identity import second_factor
from agencies.services.identity.single_sign_on import reliable_address
from agencies.sessions import PROVED
from agencies.sign_ins import Means, SignInKind, Visit
from agencies.web.identity.single_sign_on import Unreliable, check_audience, client_of, is_anew
from tests import servers
from tests.cast import Cast
from tests.factories import make_member
from tests.web.page import Page
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SITE = "http://testserver"


class Organisation:
    """The provider's process, asked as a browser asks it."""

    def __init__(self, folder: Path) -> None:
        self.port = servers.free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self._log = folder / "provider.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as out:
            command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(self.port), "--require-nonce", "true"]
            self._process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        servers.wait_for(self.port, self._process, self._log)

    def stop(self) -> None:
        if self._process is not None:
            servers.stop(self._process)
            self._process = None

    def knows(self, subject: str, **claims: Any) -> None:
        """Somebody with an account there."""
        assert requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=10).ok

    def sign_in(self, address: str, subject: str) -> str:
        """What the browser does there; the path that it is sent back to."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    made = Organisation(tmp_path_factory.mktemp("provider"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def provider(organisation: Organisation, cast: Cast, settings: Any) -> Provider:
    made = Provider(
        "entra", "Northshire Council", cast.partnership.slug, organisation.issuer, client_id="concord", client_secret="a-secret-of-the-tests"
    )
    settings.CONCORD_PROVIDERS = (made,)
    return made


def begun(client: Client, **typed: str) -> str:
    """The organisation's address, from the page that leads there."""
    answer = client.post("/sign-in/with/entra/", typed)
    assert answer.status_code == 200, answer.content
    (link,) = {one.attrs["href"] for one in Page(answer.content.decode()).all("a") if "state=" in one.attrs.get("href", "")}
    return link


def arrive(organisation: Organisation, subject: str, client: Client | None = None) -> tuple[Client, Any]:
    """There and back in one browser."""
    client = client or Client()
    return client, client.get(organisation.sign_in(begun(client, next="/directory/"), subject))


def is_in(client: Client) -> bool:
    return client.get("/directory/").status_code == 200


def test_the_sign_in_page_offers_it(provider: Provider) -> None:
    assert "Sign in with Northshire Council" in Client().get("/sign-in/").content.decode()


def test_a_verified_address_of_the_directory_signs_in_and_is_known_by_its_subject_from_then_on(
    organisation: Organisation, provider: Provider, cast: Cast
) -> None:
    organisation.knows("s-1", email=cast.receiver.email.upper(), email_verified=True)
    client, answer = arrive(organisation, "s-1")
    assert (answer.headers["Location"], is_in(client)) == ("/directory/", True)
    organisation.knows("s-1", email="renamed@example.org", email_verified=True)
    assert is_in(arrive(organisation, "s-1")[0])
    assert ExternalIdentity.objects.get().user == cast.receiver
    assert SignInEvent.objects.filter(kind=SignInKind.SIGNED_IN).first().means == Means.ORGANISATION  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("subject", "claims"),
    [
        ("unverified", {"email_verified": False}),
        ("silent", {}),
        ("worded", {"email_verified": "true"}),
        ("unknown", {"email": "unknown@example.org", "email_verified": True}),
    ],
)
def test_nobody_is_let_in_whose_address_is_not_verified_or_not_known(
    organisation: Organisation, provider: Provider, cast: Cast, subject: str, claims: dict[str, Any]
) -> None:
    count = User.objects.count()
    organisation.knows(subject, **({"email": cast.receiver.email} | claims))
    client, answer = arrive(organisation, subject)
    assert (answer.status_code, is_in(client), User.objects.count()) == (403, False, count)
    assert "does not lead to an account here" in answer.content.decode()


@pytest.mark.parametrize("part", ["stranger", "nobody"])
def test_only_people_of_the_providers_partnership_get_in(organisation: Organisation, provider: Provider, cast: Cast, part: str) -> None:
    organisation.knows(part, email=getattr(cast, part).email, email_verified=True)
    assert not is_in(arrive(organisation, part)[0])


def test_an_address_that_the_organisation_alone_vouches_for_opens_no_other_partnership_and_no_administration(
    organisation: Organisation, provider: Provider, cast: Cast, settings: Any
) -> None:
    """Who keeps a directory may enter anybody's address in it: with an organisation of its own it would have the whole account."""
    make_member(cast.stranger, cast.partnership, Role.AUDITOR)
    User.objects.filter(pk=cast.auditor.pk).update(is_staff=True)
    for part in ("stranger", "auditor"):
        organisation.knows(f"more-{part}", email=getattr(cast, part).email, email_verified=True)
        client, answer = arrive(organisation, f"more-{part}")
        assert (answer.status_code, is_in(client)) == (403, False)
    assert not ExternalIdentity.objects.exists()
    settings.CONCORD_PROVIDERS = (replace(provider, trusted_domains=("example.org",)),)
    assert is_in(arrive(organisation, "more-stranger")[0])


def test_a_closed_account_stays_closed(organisation: Organisation, provider: Provider, cast: Cast) -> None:
    organisation.knows("closed", email=cast.lead.email, email_verified=True)
    arrive(organisation, "closed")
    User.objects.filter(pk=cast.lead.pk).update(is_active=False)
    assert not is_in(arrive(organisation, "closed")[0])


def test_a_second_account_with_the_same_address_is_not_taken_for_the_first(organisation: Organisation, provider: Provider, cast: Cast) -> None:
    for subject in ("first", "second"):
        organisation.knows(subject, email=cast.raiser.email, email_verified=True)
    assert is_in(arrive(organisation, "first")[0])
    assert not is_in(arrive(organisation, "second")[0])


def test_the_own_second_factor_is_asked_unless_the_organisation_saw_one(
    organisation: Organisation, provider: Provider, cast: Cast, settings: Any
) -> None:
    second_factor.set_required_roles(actor=None, partnership=cast.partnership, roles=frozenset({Role.LEAD}), now=MONDAY)
    organisation.knows("lead", email=cast.lead.email, email_verified=True, amr=["pwd", "mfa"])
    assert arrive(organisation, "lead")[0].get("/directory/").headers["Location"] == "/account/second-factor/"
    settings.CONCORD_PROVIDERS = (replace(provider, second_factor=("mfa",)),)
    assert is_in(arrive(organisation, "lead")[0])


def test_what_the_organisation_saw_counts_on_when_the_own_factor_goes(
    organisation: Organisation, provider: Provider, cast: Cast, settings: Any
) -> None:
    settings.CONCORD_PROVIDERS = (replace(provider, second_factor=("mfa",)),)
    organisation.knows("lead", email=cast.lead.email, email_verified=True, amr=["pwd", "mfa"])
    now = timezone.now()
    second_factor.add_app(user=cast.lead, secret=SECRET, code=pyotp.TOTP(SECRET).at(now), visit=Visit(), now=now)
    client, _ = arrive(organisation, "lead")
    session = client.session
    session[PROVED] = now.timestamp()
    session.save()
    client.post("/account/second-factor/app/remove/")
    assert not Authenticator.objects.exists()
    second_factor.set_required_roles(actor=None, partnership=cast.partnership, roles=frozenset({Role.LEAD}), now=now)
    assert is_in(client)


def test_an_answer_that_another_browser_asked_for_is_refused(organisation: Organisation, provider: Provider, cast: Cast) -> None:
    organisation.knows("s-9", email=cast.receiver.email, email_verified=True)
    there = begun(Client())
    victim = Client()
    assert victim.get(organisation.sign_in(there, "s-9")).status_code == 502
    assert not is_in(victim)


def test_an_answer_works_once(organisation: Organisation, provider: Provider, cast: Cast) -> None:
    organisation.knows("s-8", email=cast.receiver.email, email_verified=True)
    client = Client()
    back = organisation.sign_in(begun(client), "s-8")
    assert client.get(back).status_code == 302
    client.post("/sign-out/")
    assert client.get(back).status_code == 502


@pytest.mark.parametrize("query", ["", "?error=access_denied&state=x", "?code=made-up&state=made-up", "?code=%01&state=%7F"])
def test_a_made_up_answer_is_a_plain_page(provider: Provider, query: str) -> None:
    answer = Client().get(f"/sign-in/with/entra/back/{query}")
    assert answer.status_code == 502
    assert "Sign in another way" in answer.content.decode()


def test_a_provider_that_is_away_is_a_plain_page(provider: Provider, settings: Any) -> None:
    settings.CONCORD_PROVIDERS = (replace(provider, issuer=f"http://127.0.0.1:{servers.free_port()}"),)
    answer = Client().post("/sign-in/with/entra/")
    assert answer.status_code == 502
    assert "does not answer" in answer.content.decode()


def test_it_confirms_who_one_is_and_only_the_same_person(organisation: Organisation, provider: Provider, cast: Cast) -> None:
    organisation.knows("me", email=cast.own_manager.email, email_verified=True)
    organisation.knows("other", email=cast.own_senior.email, email_verified=True)
    client, _ = arrive(organisation, "me")
    assert arrive(organisation, "other", client)[1].status_code == 403
    assert arrive(organisation, "me", client)[1].headers["Location"] == "/directory/"
    assert SignInEvent.objects.first().kind == SignInKind.PROVED  # type: ignore[union-attr]


def test_whoever_has_a_second_factor_here_confirms_with_it_where_the_organisation_saw_none(
    organisation: Organisation, provider: Provider, cast: Cast
) -> None:
    organisation.knows("both", email=cast.own_manager.email, email_verified=True)
    client, _ = arrive(organisation, "both")
    now = timezone.now()
    second_factor.add_app(user=cast.own_manager, secret=SECRET, code=pyotp.TOTP(SECRET).at(now), visit=Visit(), now=now)
    code = second_factor.new_codes(user=cast.own_manager, visit=Visit(), now=now)[0]
    asked = arrive(organisation, "both", client)[1].headers["Location"]
    assert asked == "/account/confirm/?next=%2Fdirectory%2F"
    page = Page(client.get(asked).content.decode())
    assert [one.attrs["name"] for one in page.all("input") if one.attrs["name"] in {"password", "code"}] == ["code"]
    assert not SignInEvent.objects.filter(kind=SignInKind.PROVED).exists()
    assert client.post("/account/confirm/", {"code": code, "next": "/directory/"}).headers["Location"] == "/directory/"
    assert SignInEvent.objects.get(kind=SignInKind.PROVED).means == Means.RECOVERY


@pytest.mark.parametrize(("claims", "anew"), [({"auth_time": 701}, True), ({"auth_time": 700}, False), ({"auth_time": "999"}, False), ({}, False)])
def test_only_an_organisation_that_says_that_it_was_just_now_confirms_anything(claims: dict[str, Any], anew: bool) -> None:
    assert is_anew(claims, 1000) is anew


def test_coming_from_an_organisation_confirms_only_where_one_signed_in_there_anew(
    organisation: Organisation, provider: Provider, cast: Cast, settings: Any
) -> None:
    settings.CONCORD_CONFIRM_MINUTES = 10
    organisation.knows("anew", email=cast.business_unit.email, email_verified=True)
    client, _ = arrive(organisation, "anew")
    assert client.get(reverse("hold")).status_code == 200
    session = client.session
    del session[PROVED]
    session.save()
    assert client.get(reverse("hold")).headers["Location"].startswith(reverse("confirm"))


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({"upn": "A@council.example"}, "a@council.example"),
        ({"upn": "a@council.example.elsewhere.example"}, ""),
        ({"upn": "a@elsewhere.example", "email_verified": True}, ""),
        ({}, ""),
    ],
)
def test_where_domains_are_trusted_no_other_address_is(claims: dict[str, Any], found: str) -> None:
    provider = Provider("k", "K", "p", "https://i.example", "c", "s", email_claim="upn", trusted_domains=("council.example",))
    assert reliable_address(provider, claims) == found


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
