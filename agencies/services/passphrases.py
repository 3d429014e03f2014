"""A first passphrase, or a new one: a link by mail to the account's own address, good once and for a day."""

from axes.utils import reset
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from agencies.models import User

MOST_LINKS = 3
WINDOW_SECONDS = 60 * 60


def passphrase_link(user: User) -> str:
    """The whole address at which this person sets a passphrase; it stops working once used, or after settings.PASSWORD_RESET_TIMEOUT."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("passphrase-set", args=[key, default_token_generator.make_token(user)])
    return f"{settings.CONCORD_BASE_URL.rstrip('/')}{path}"


def send_passphrase_link(*, email: str) -> None:
    """Sends the link where an open account has this address, and says nothing about whether one has. Three an hour at the most for an address."""
    address = email.strip().lower()
    user = User.objects.filter(email=address, is_active=True).first()
    if user is None or not _may_send(address):
        return
    body = render_to_string("emails/passphrase/body.txt", {"link": passphrase_link(user)})
    subject = render_to_string("emails/passphrase/subject.txt").strip()
    send_mail(subject, body, None, [user.email])


def set_new_passphrase(*, user: User, passphrase: str) -> User:
    """Sets a passphrase that was checked before, and opens the door again if too many tries had closed it. Other sessions of the person end."""
    user.set_password(passphrase)
    user.save(update_fields=["password"])
    reset(username=user.email)
    return user


def _may_send(address: str) -> bool:
    key = f"passphrase-link:{address}"
    cache.add(key, 0, WINDOW_SECONDS)
    return cache.incr(key) <= MOST_LINKS
