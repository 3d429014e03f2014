"""Commands that a timetable may run each minute."""

from django.core.management.base import BaseCommand


class RecurringCommand(BaseCommand):
    """Begins at once: `migrate` and the pages' own start have checked the installation, which takes longer than what is done here."""

    requires_system_checks: list[str] = []  # noqa: RUF012 - declared so by Django
