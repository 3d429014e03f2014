"""Production starts with everything that it needs, and with nothing less."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import databases, encrypted, env
from config.settings import dev

SECRET = "a-random-secret-of-more-than-fifty-characters-as-the-docs-say-0123456789"
COMPLETE = {
    "CONCORD_SECRET_KEY": SECRET,
    "CONCORD_RECORD_KEY": SECRET[::-1],
    "CONCORD_HOSTS": "concord.example.org",
    "CONCORD_BASE_URL": "https://concord.example.org",
    "CONCORD_DATABASE_HOST": "db",
    "CONCORD_DATABASE_PASSWORD": "-",
    "CONCORD_BROKER_URL": "rediss://redis:6379/0",
    "CONCORD_MAIL_HOST": "mail",
    "CONCORD_MAIL_FROM": "concord@example.org",
    "CONCORD_SCANNER": "none",
}


def start(root: Path, tmp_path: Path, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Django's deployment checks under exactly these settings."""
    own = {"PATH": os.environ["PATH"], "CONCORD_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings.prod"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=root, env=own | settings, capture_output=True, text=True, check=False)


def test_it_starts_with_everything_and_passes_the_deployment_checks(root: Path, tmp_path: Path) -> None:
    done = start(root, tmp_path, COMPLETE)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_it_refuses_to_start_without(missing: str, root: Path, tmp_path: Path) -> None:
    done = start(root, tmp_path, {name: value for name, value in COMPLETE.items() if name != missing})
    assert done.returncode != 0
    assert f"Set {missing} " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_secret_that_everybody_can_read_or_that_serves_twice_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_RECORD_KEY", dev.SECRET_KEY)
    with pytest.raises(ImproperlyConfigured, match="published with the project"):
        env.secret("CONCORD_RECORD_KEY")
    monkeypatch.setenv("CONCORD_RECORD_KEY", "o" * 40)
    with pytest.raises(ImproperlyConfigured, match="the same as another secret"):
        env.secret("CONCORD_RECORD_KEY", other="o" * 40)
    assert env.secret("CONCORD_RECORD_KEY", other="p" * 40) == "o" * 40


PLAIN = [
    ({"CONCORD_BROKER_URL": "redis://redis:6379/0"}, "CONCORD_BROKER_URL begins with redis://; write rediss://", "redis"),
    ({"CONCORD_DATABASE_SSLMODE": "prefer"}, "CONCORD_DATABASE_SSLMODE is 'prefer' for 'db'; write verify-full", "db"),
    ({"CONCORD_DATABASE_SSLMODE": "require"}, "CONCORD_DATABASE_SSLMODE is 'require' for 'db'; write verify-full", "db"),
    ({"CONCORD_MAIL_TLS": "false"}, "CONCORD_MAIL_TLS is false; write true", "mail"),
    ({"CONCORD_SCANNER": "tcp:clamd:3310"}, "write unix:/path/of/socket", "clamd"),
]


@pytest.mark.parametrize("url", ["redis", "rediss://", "amqp://:a-password@host/", "rediss:host"])
def test_what_is_no_address_of_a_broker_is_refused_without_being_said_again(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^CONCORD_BROKER_URL is no address of a broker; write rediss://host:6379/0\.$"):
        encrypted.broker_options(url)


@pytest.mark.parametrize(("changed", "said", "host"), PLAIN, ids=[host + next(iter(changed.values())) for changed, _, host in PLAIN])
def test_it_refuses_to_speak_to_another_machine_in_the_open(changed: dict[str, str], said: str, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (COMPLETE | changed).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=re.escape(said)):
        everything()
    monkeypatch.setenv("CONCORD_PLAIN_HOSTS", f"elsewhere,{host}")
    everything()
    monkeypatch.delenv("CONCORD_PLAIN_HOSTS")
    for name, value in HERE.items():
        monkeypatch.setenv(name, value)
    everything()


HERE = {
    "CONCORD_BROKER_URL": "redis://127.0.0.1:6379/0", "CONCORD_DATABASE_HOST": "/run/postgresql", "CONCORD_DATABASE_SSLMODE": "prefer",
    "CONCORD_MAIL_HOST": "localhost", "CONCORD_SCANNER": "unix:/run/clamav/clamd.sock",
}  # fmt: skip


def everything() -> None:
    """What the production settings ask of connections."""
    databases.postgresql()
    encrypted.broker_options(env.text("CONCORD_BROKER_URL"))
    encrypted.check_mail(env.text("CONCORD_MAIL_HOST"), tls=env.flag("CONCORD_MAIL_TLS", default=True))
    encrypted.check_scanner(env.socket("CONCORD_SCANNER", required=True))


def test_another_machine_s_certificate_is_checked_without_a_word_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    told = {"connect_timeout": 5, "options": databases.PLANNER}
    assert databases.postgresql()["OPTIONS"] == told | {"sslmode": "verify-full", "sslrootcert": "system"}
    assert encrypted.broker_options("rediss://redis:6379/0") == {"ssl_cert_reqs": "required", "ssl_check_hostname": True}


def test_a_folder_without_its_certificate_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_TLS", str(tmp_path))
    with pytest.raises(ImproperlyConfigured, match="holds no authority.pem"):
        encrypted.own_certificate()


ASKED = """
import socket, sys
from django.conf import settings
settings.DEBUG
for host in sys.argv[1:]:
    try:
        socket.getaddrinfo(host, 443)
    except PermissionError:
        print("refused")
    except OSError:
        print("asked for")
    else:
        print("asked for")
"""


def test_no_process_looks_up_another_machine_than_the_settings_name(root: Path, tmp_path: Path) -> None:
    provider = """[[provider]]
key = "council"
label = "Council"
partnership = "northshire"
issuer = "https://login.invalid/tenant"
client_id = "a"
client_secret = "b"
hosts = ["graph.invalid"]
"""
    own = {"PATH": os.environ["PATH"], "CONCORD_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings.prod", "CONCORD_SIGN_ON": provider}
    own |= {"CONCORD_SCANNER": "tcp:clamd:3310", "CONCORD_PLAIN_HOSTS": "clamd", "https_proxy": "http://proxy.invalid:3128"}
    known = ["db", "redis", "mail", "clamd", "login.invalid", "graph.invalid", "LOGIN.invalid.", "proxy.invalid", "localhost", "127.0.0.1"]
    others = ["elsewhere.invalid", "169.254.169.254", "invalid", "login.invalid.elsewhere.invalid"]
    done = subprocess.run([sys.executable, "-c", ASKED, *known, *others], cwd=root, env=COMPLETE | own, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:-1] == ["asked for"] * len(known) + ["refused"] * len(others)


def test_a_worker_without_named_settings_is_no_demonstration(root: Path) -> None:
    asked = "import os; import config.celery; print(os.environ['DJANGO_SETTINGS_MODULE'])"
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run([sys.executable, "-c", asked], cwd=root, env=bare, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "config.settings.prod"
