"""manage.py seal_anew: the secrets of authenticator apps under the present secret of the installation, before an old one is forgotten."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.services.identity.second_factor import seal_anew


class Command(BaseCommand):
    """Seals what the database keeps for good under the present CONCORD_SECRET_KEY, with the present cipher."""

    help = "Seals the secrets of authenticator apps anew with CONCORD_SECRET_KEY, so that CONCORD_OLD_SECRET_KEYS may be emptied three days later."

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = seal_anew()
        self.stdout.write(f"Sealed anew: {done}.")
        if lost:
            raise CommandError(
                f"{lost} could not be opened with any secret that is known: their owners need a recovery code, and set the app up anew."
            )
