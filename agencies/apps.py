"""Agencies: who exists, and what everyone stands on."""

from importlib import import_module

from django.apps import AppConfig
from django.core.checks import Tags, register


class AgenciesConfig(AppConfig):
    """The ground floor: people, partnerships, agencies, levels and posts."""

    name = "agencies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks that run before the first page is served; they read models, which exist only now."""
        register(import_module("agencies.checks").official_days, Tags.models)
        register(import_module("agencies.checks").issuers, Tags.security, deploy=True)
