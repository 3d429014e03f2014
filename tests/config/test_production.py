"""Production starts with everything that it needs, and with nothing less."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECRET = "a-random-secret-of-more-than-fifty-characters-as-the-docs-say-0123456789"
COMPLETE = {
    "CONCORD_SECRET_KEY": SECRET,
    "CONCORD_RECORD_KEY": SECRET[::-1],
    "CONCORD_HOSTS": "concord.example.org",
    "CONCORD_BASE_URL": "https://concord.example.org",
    "CONCORD_DATABASE_HOST": "db",
    "CONCORD_DATABASE_PASSWORD": "-",
    "CONCORD_BROKER_URL": "redis://redis:6379/0",
    "CONCORD_MAIL_HOST": "mail",
    "CONCORD_MAIL_FROM": "concord@example.org",
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
