from django.apps import AppConfig
from django.core.checks import Tags, register

from escalation import checks


class EscalationConfig(AppConfig):
    name = "escalation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks that run before the first page is served."""
        register(checks.shipped_procedures, Tags.models)
        register(checks.record_key, Tags.security)
