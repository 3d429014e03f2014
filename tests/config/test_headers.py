"""What every answer carries in production, whatever was asked: headers, cookies, and how plain HTTP and strange methods are answered."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config.middleware import EVERYWHERE
from tests.access.routes import Addresses
from tests.cast import Cast
from tests.config.test_production import COMPLETE
from tests.factories import PASSWORD

PAGES = (
    "/sign-in/", "/my-work/", "/nothing-here/", "/d/ESC-000000/", "/privacy/", "/healthz", "/readyz", "/static/css/concord.css",
    "/static/nothing.css", "/api/v1/schema/", "/api/v1/me/", "/api/v1/nothing/", "/administration/", "/sign-in/?x=%00", "/passphrase/new/",
    "/reports/2025/figures.csv",
)  # fmt: skip
DIRECTIVES = {
    "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "form-action 'self'", "frame-ancestors 'none'",
    "base-uri 'none'", "object-src 'none'",
}  # fmt: skip


def of_production(root: Path, tmp_path: Path, *names: str) -> dict[str, Any]:
    """These settings as production has them."""
    own = {"PATH": os.environ["PATH"], "CONCORD_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings.prod"}
    code = f"import json; from django.conf import settings; print(json.dumps({{name: getattr(settings, name) for name in {names!r}}}, default=str))"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=own | COMPLETE, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


NAMES = (
    "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_REDIRECT_EXEMPT",
    "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "CONCORD_WRITER_COOKIE", "SECURE_PROXY_SSL_HEADER",
    "SECURE_REFERRER_POLICY", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "DEBUG",
)  # fmt: skip


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = Path(__file__).resolve().parent.parent.parent
    return of_production(root, tmp_path_factory.mktemp("production"), *NAMES, "MIDDLEWARE", "CONTENT_SECURITY_POLICY")


@pytest.fixture
def as_in_production(production: dict[str, Any], settings: Any) -> None:
    """The tests' own settings with everything of production that an answer's headers come from."""
    for name in NAMES:
        setattr(settings, name, production[name])
    assert (production["MIDDLEWARE"], production["CONTENT_SECURITY_POLICY"]) == (settings.MIDDLEWARE, settings.CONTENT_SECURITY_POLICY)


def over_https(client: Client, path: str, **more: Any) -> Any:
    return client.get(path, secure=True, **more)


@pytest.mark.django_db
@pytest.mark.usefixtures("as_in_production")
def test_every_answer_carries_every_header(cast: Cast, addresses: Addresses) -> None:
    person = Client(raise_request_exception=False)
    person.force_login(cast.raiser)
    wrong = []
    for who, client in (("anyone", Client(raise_request_exception=False)), ("raiser", person)):
        for path in (*PAGES, f"/d/{addresses.dispute.reference}/"):
            headers = over_https(client, path).headers
            expected = EVERYWHERE | {
                "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "same-origin",
                "Cross-Origin-Opener-Policy": "same-origin",
                "X-Frame-Options": "DENY",
            }
            wrong += [f"{who} {path}: {name} is {headers.get(name)!r}" for name, value in expected.items() if headers.get(name) != value]
            if set(headers.get("Content-Security-Policy", "").split("; ")) != DIRECTIVES:
                wrong.append(f"{who} {path}: {headers.get('Content-Security-Policy')}")
            if "Access-Control-Allow-Origin" in headers:
                wrong.append(f"{who} {path}: shared with {headers['Access-Control-Allow-Origin']}")
    assert wrong == []


@pytest.fixture
def addresses(cast: Cast) -> Addresses:
    return Addresses(cast)


@pytest.mark.django_db
@pytest.mark.usefixtures("as_in_production")
def test_cookies_are_of_this_host_alone_over_https_and_hidden_from_scripts(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    over_https(client, "/sign-in/")
    token = client.cookies["__Host-csrf"].value
    form = {"email": cast.raiser.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = client.post("/sign-in/", form, secure=True, headers={"Referer": "https://testserver/sign-in/"})
    assert answer.status_code == 302
    assert set(client.cookies) == {"__Host-csrf", "__Host-session", "__Host-writer"}
    for name, hidden in (("__Host-session", True), ("__Host-csrf", False), ("__Host-writer", True)):
        cookie = answer.cookies[name]
        assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["samesite"]) == (True, "/", "", "Lax")
        assert bool(cookie["httponly"]) is hidden


@pytest.mark.django_db
@pytest.mark.usefixtures("as_in_production")
def test_a_page_over_plain_http_is_sent_on_and_a_program_refused() -> None:
    assert Client().get("/sign-in/").headers["Location"] == "https://testserver/sign-in/"
    answer = Client().get("/api/v1/me/", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "https_only")
    assert over_https(Client(), "/api/v1/me/").status_code == 401
    assert Client().get("/healthz").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "X"])
@pytest.mark.parametrize("path", ["/", "/sign-in/", "/api/v1/me/", "/administration/", "/static/css/concord.css"])
def test_no_address_answers_to_methods_that_nothing_here_takes(method: str, path: str) -> None:
    assert Client().generic(method, path, headers={"Cookie": "secret=1"}).status_code == 405


@pytest.mark.django_db
def test_signing_out_clears_what_the_browser_keeps(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.raiser)
    assert client.post("/sign-out/").headers["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.django_db
def test_a_refusal_is_a_line_with_the_persons_key_and_no_address(cast: Cast, addresses: Addresses, caplog: pytest.LogCaptureFixture) -> None:
    client, reference = Client(), addresses.dispute.reference
    client.force_login(cast.police_manager)
    with caplog.at_level(logging.WARNING, logger="config.middleware"):
        client.get(f"/d/{reference}/")
        client.get("/board/")
        client.get("/my-work/")
    lines = [record.getMessage() for record in caplog.records if record.name == "config.middleware"]
    assert lines == [f"Refused with 404: GET case by {cast.police_manager.pk}", f"Refused with 403: GET board by {cast.police_manager.pk}"]
