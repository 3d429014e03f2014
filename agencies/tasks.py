"""The recurring jobs of the ground floor, as thin shells over services that may run late, twice, or at the same time."""

from celery import shared_task
from django.utils import timezone

from agencies.services.identity.events import forget_old
from agencies.services.identity.tries import forget_old_tries
from agencies.services.passphrases import send_asked_links
from agencies.sessions import SessionStore


@shared_task(name="agencies.tasks.send_links")
def send_links() -> None:
    """Send the links for a passphrase that were asked for."""
    send_asked_links(timezone.now())


@shared_task(name="agencies.tasks.tidy_sign_ins")
def tidy_sign_ins() -> None:
    """Remove what signing in no longer needs."""
    now = timezone.now()
    forget_old(now)
    SessionStore.clear_expired()
    forget_old_tries(now)
