"""Reports: what is counted, and what is printed of it."""

from importlib import import_module

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have what is kept here of somebody's own told where an answer about them is made, whichever process makes it."""
        import_module("reports.board_filters")
