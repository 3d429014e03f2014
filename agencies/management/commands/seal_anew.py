"""manage.py seal_anew: secrets of authenticator apps, and words not sent yet, under the present secret, before an old one is forgotten."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.services.identity.second_factor import seal_anew


class Command(BaseCommand):
    """Seals what the database keeps under the present CONCORD_SECRET_KEY, with the present cipher."""

    help = "Seals secrets of authenticator apps and unsent words with CONCORD_SECRET_KEY; CONCORD_OLD_SECRET_KEYS may be emptied three days later."

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = seal_anew()
        self.stdout.write(f"Sealed anew: {done}.")
        if lost:
            raise CommandError(
                f"{lost} could not be opened with any secret that is known: their owners need a recovery code, and set the app up anew."
            )
