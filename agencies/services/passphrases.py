"""A first passphrase, or a new one: a link by mail to the account's own address, good once and for a day."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from agencies.models import AskedLink, User
from agencies.services.identity import tries
from agencies.services.identity.events import note
from agencies.services.identity.sessions import end_sessions_of
from agencies.services.tokens import end_tokens_of
from agencies.sign_ins import SignInKind, Visit

log = logging.getLogger(__name__)
MOST_LINKS = 3
WINDOW = timedelta(hours=1)
TRIED_FOR = timedelta(hours=12)
BATCH = 50


def passphrase_link(user: User) -> str:
    """The whole address at which this person sets a passphrase; it stops working once used, or after settings.PASSWORD_RESET_TIMEOUT.

    Its code stands behind the #: that part of an address stays in the browser, so that no server, proxy or log ever gets it in one.
    """
    code = f"{user.pk}.{default_token_generator.make_token(user)}"
    return f"{settings.CONCORD_BASE_URL.rstrip('/')}{reverse('passphrase-open')}#{code}"


def user_behind(code: str) -> User | None:
    """The open account that the code of a mailed link is for; None for one that was used, is too old, or was made up."""
    key, _, token = code.partition(".")
    try:
        user = User.objects.filter(pk=UUID(key), is_active=True).first()
    except ValueError:
        return None
    return user if user is not None and default_token_generator.check_token(user, token) else None


def ask_for_link(*, email: str, now: datetime, visit: Visit | None = None, is_invitation: bool = False) -> None:
    """Keeps that a link was asked for. The same is done whether or not the address has an account: who has one is looked up by the job that sends.

    Where many addresses are tried from one place (`visit`), they are dropped without a word.
    """
    if visit is not None and tries.take(tries.LINKS, visit.address, now=now).wait:
        return
    AskedLink.objects.create(email=email.strip().lower(), is_invitation=is_invitation, asked_at=now)


def send_asked_links(now: datetime) -> int:
    """Sends what was asked for to open accounts, three an hour at the most for an address; says how many were sent.

    What the mail server does not take is tried again with each run, for twelve hours. Requests are forgotten after that time.
    """
    AskedLink.objects.filter(asked_at__lt=now - TRIED_FOR).delete()
    waiting = list(AskedLink.objects.filter(done_at=None).values_list("pk", flat=True)[:BATCH])
    return sum(_send(key, now) for key in waiting)


def _send(key: UUID, now: datetime) -> bool:
    """Claims one request and sends it; a claim that the mail server refused is given back."""
    with transaction.atomic():
        row = AskedLink.objects.select_for_update(skip_locked=True).filter(pk=key, done_at=None).first()
        if row is None:
            return False
        row.done_at = now
        row.save(update_fields=["done_at"])
        sent = AskedLink.objects.filter(email=row.email, is_invitation=False, done_at__gt=now - WINDOW).exclude(pk=row.pk).count()
    user = User.objects.filter(email=row.email, is_active=True).first()
    if user is None or (not row.is_invitation and sent >= MOST_LINKS):
        return False
    folder = "invitation" if row.is_invitation else "passphrase"
    body = render_to_string(f"emails/{folder}/body.txt", {"link": passphrase_link(user)})
    try:
        send_mail(render_to_string(f"emails/{folder}/subject.txt").strip(), body, None, [user.email])
    except (SMTPException, OSError) as error:
        log.warning("A link for a passphrase could not be handed over: %s", type(error).__name__)
        AskedLink.objects.filter(pk=row.pk).update(done_at=None)
        return False
    return True


@transaction.atomic
def set_new_passphrase(*, user: User, passphrase: str, visit: Visit, now: datetime, but: str | None = None) -> User:
    """Sets a passphrase that was checked before, and opens the door again if too many tries had closed it.

    Other sessions of the person (all but the one of the key `but`) and their tokens for programs end: whoever knew the old one is out.
    """
    user.set_password(passphrase)
    user.save(update_fields=["password"])
    end_tokens_of(user)
    end_sessions_of(user, but=but)
    tries.forget(tries.ACCOUNT, user.email)
    note(SignInKind.PASSPHRASE_SET, user, visit, now=now)
    return user
