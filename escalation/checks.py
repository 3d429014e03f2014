"""System checks: what is wrong with the installation is said before the first page is served."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from escalation.procedures.problems import ProcedureProblems
from escalation.procedures.schema import read_procedure, shipped_files

SHORTEST_KEY = 16


def shipped_procedures(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401 - Django's own signature
    """escalation.E001 for every mistake in a procedure file that comes with the product; E002 where the files are missing."""
    files = shipped_files()
    if not files:
        return [Error("No procedure files were found beside the code.", hint="Install the package with its .toml files.", id="escalation.E002")]
    found: list[CheckMessage] = []
    for path in files:
        try:
            read_procedure(path.read_text(encoding="utf-8"), path.name)
        except ProcedureProblems as error:
            found += [Error(str(problem), id="escalation.E001") for problem in error.problems]
    return found


def record_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401 - Django's own signature
    """escalation.E003 where a key that chains or chained the record is missing or too short to keep anything."""
    keys = [str(getattr(settings, "CONCORD_RECORD_KEY", "") or ""), *settings.CONCORD_OLD_RECORD_KEYS]
    if all(len(key) >= SHORTEST_KEY for key in keys):
        return []
    hint = f"Set CONCORD_RECORD_KEY to at least {SHORTEST_KEY} random characters, kept outside the database."
    return [Error("The key that chains the record is missing or too short.", hint=hint, id="escalation.E003")]
