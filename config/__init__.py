"""Wiring only. The Celery application is made here, so that every task of the rooms finds it, whichever process starts first."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
