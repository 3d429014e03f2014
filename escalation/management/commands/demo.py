"""`manage.py demo`: builds the invented partnership with its disagreements; `--people` says whom one can be."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencies.errors import DomainError
from agencies.services.example import EXAMPLE_PASSPHRASE
from escalation.services.example import build_example, example_people
from escalation.services.example_year import bring_in_last_year


class Command(BaseCommand):
    """Builds once; a second run keeps what was entered."""

    help = (
        "Build the invented example: a partnership, its people, the five shipped procedures and a dozen disagreements. A second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """To practise in, or only to say who is there."""
        parser.add_argument("--practice", action="store_true", help="as a partnership to practise in: messages go nowhere, its clock can be moved")
        parser.add_argument("--last-year", action="store_true", help="bring in a log of the reporting year before, whose figures can be published")
        parser.add_argument("--people", action="store_true", help="say with which addresses one can sign in, and build nothing")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's own signature
        """One line of what was done, or the list of people; CommandError with a plain sentence where it could not."""
        if options["people"]:
            self._say_people()
            return
        try:
            built = build_example(timezone.now(), practice=options["practice"])
            self.stdout.write(built.words())
            if options["last_year"] and (number := bring_in_last_year(built.partnership, timezone.now())):
                self.stdout.write(f"Last year's log is brought in: {number} disagreements that are over.")
        except DomainError as error:
            raise CommandError(f"The example could not be built: {error}") from error

    def _say_people(self) -> None:
        people = example_people()
        if not people:
            raise CommandError("The example is not built yet: run manage.py demo first.")
        self.stdout.write(f"Sign in as any of these; the passphrase of all is {EXAMPLE_PASSPHRASE}")
        width = max(len(address) for address, _, _ in people)
        for address, name, what in people:
            self.stdout.write(f"  {address:<{width}}  {name}, {what}")
