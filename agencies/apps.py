"""Agencies: who exists, and what everyone stands on."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """The ground floor: people, partnerships, agencies, levels and posts."""

    name = "agencies"
    default_auto_field = "django.db.models.BigAutoField"
