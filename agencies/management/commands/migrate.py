"""`manage.py migrate`: Django's own, with a plain sentence where a database stands between the steps of an earlier version."""

from collections.abc import Collection
from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


class Command(migrate.Command):
    """Brings the tables up to date."""

    def handle(self, *args: Any, **options: Any) -> None:
        """As Django does. Raises CommandError, with nothing changed, for a database that only the version it came from can bring on."""
        if stuck := left_between(MigrationRecorder(connections[options["database"]]).applied_migrations()):
            raise CommandError(
                f"This database stands between two steps of an earlier version ({', '.join(stuck)}), which this version has not any more. Nothing "
                "was changed. Bring it to the end with the version that it came from, by that one's own manage.py migrate; then run this one again. "
                "A demonstration begins anew with bin/demo --reset: what was entered in it is lost."
            )
        super().handle(*args, **options)


def left_between(applied: Collection[tuple[str, str]]) -> list[str]:
    """The applications, in order, whose migrations (application and name) were applied in part where they were replaced by one that has the whole.

    Django would name the migrations that it misses, or make tables that are there. What it can take on itself, since the steps are still here, is not
    among them.
    """
    here = MigrationLoader(None).disk_migrations
    whole = {key: migration.replaces for key, migration in here.items() if set(migration.replaces) - here.keys()}
    return sorted({app for (app, name), replaced in whole.items() if _is_part(applied, (app, name), replaced)})


def _is_part(applied: Collection[tuple[str, str]], key: tuple[str, str], replaced: Collection[tuple[str, str]]) -> bool:
    """Some of these and not others; or none of them where an earlier step of the same name was."""
    done = {step in applied for step in replaced}
    return len(done) > 1 or (key in applied and done == {False})
