"""manage.py collectstatic: the style sheets, scripts and pictures that pages name, and nothing that no page does."""

from typing import Any

from django.contrib.staticfiles.management.commands import collectstatic

# The pages of the framework for programs, which answers in JSON alone here; and what our style sheet is built from.
NAMED_NOWHERE = ("rest_framework", "src")


class Command(collectstatic.Command):
    """As Django does it, but for what is named nowhere: to press that took two fifths of the time, and whoever asked was served it."""

    def set_options(self, **options: Any) -> None:
        """Leave it out, beside what the caller leaves out."""
        super().set_options(**options | {"ignore_patterns": [*options["ignore_patterns"], *NAMED_NOWHERE]})
