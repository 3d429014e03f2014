"""A first passphrase, or a new one: a link by mail to the account's own address, good once and for a day.

Of somebody who only practises nothing leaves: their link is read on the page of messages.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from agencies.models import AskedLink, Partnership, User
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

    Where many addresses are tried from one place (`visit`), they are dropped without a word. An invitation that waits to be sent is not kept twice.
    """
    if visit is not None and tries.take(tries.LINKS, visit.address, now=now).wait:
        return
    if is_invitation and AskedLink.objects.filter(email=email.strip().lower(), is_invitation=True, done_at=None).exists():
        return
    AskedLink.objects.create(email=email.strip().lower(), is_invitation=is_invitation, asked_at=now)


def send_asked_links(now: datetime) -> int:
    """Sends what was asked for to open accounts, three an hour at the most for an address; says how many were sent: none to who only practises.

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
    if only_practising({user.pk}):
        return False
    subject, body = _written(user, is_invitation=row.is_invitation)
    try:
        send_mail(subject, body, None, [user.email])
    except (SMTPException, OSError) as error:
        log.warning("A link for a passphrase could not be handed over: %s", type(error).__name__)
        AskedLink.objects.filter(pk=row.pk).update(done_at=None)
        return False
    return True


def _written(user: User, *, is_invitation: bool) -> tuple[str, str]:
    """Subject and body, with a new link."""
    folder = "invitation" if is_invitation else "passphrase"
    return render_to_string(f"emails/{folder}/subject.txt").strip(), render_to_string(f"emails/{folder}/body.txt", {"link": passphrase_link(user)})


def only_practising(users: Collection[UUID], *, is_staff: bool = False) -> set[UUID]:
    """Those of the people who have a place, or had one, in partnerships to practise in and nowhere else. Operators' own accounts are asked about with
    `is_staff`, and are not of them otherwise."""
    found = User.objects.filter(pk__in=users, is_staff=is_staff)
    elsewhere = _placed(found, practice=False).values("pk")
    return set(_placed(found, practice=True).exclude(pk__in=elsewhere).values_list("pk", flat=True))


def _placed(people: QuerySet[User], *, practice: bool) -> QuerySet[User]:
    """Of the people those who have or had a role or post in a partnership to practise in, or in one of real people."""
    return people.filter(Q(memberships__partnership__is_practice=practice) | Q(holdings__post__agency__partnership__is_practice=practice))


@dataclass(frozen=True, slots=True)
class PracticeLink:
    """What would have been sent to somebody who only practises, and when."""

    user: User
    at: datetime
    subject: str
    body: str


def practice_links(partnership: UUID) -> list[PracticeLink]:
    """The newest link for each person of a partnership to practise in who asked or was invited, within twelve hours, and set no passphrase since.

    Empty for any other partnership, and never of somebody who sits in one: there a link is nowhere but in the mail.
    """
    if not Partnership.objects.filter(pk=partnership, is_practice=True).exists():
        return []
    asked = {row.email: row for row in AskedLink.objects.filter(done_at__isnull=False).order_by("asked_at")}
    people = User.objects.get_queryset().ever_in(partnership).filter(email__in=asked, is_active=True, is_staff=False)
    elsewhere = _placed(User.objects.filter(pk__in=people.values("pk")), practice=False)
    rows = [(user, asked[user.email]) for user in people.exclude(pk__in=elsewhere.values("pk"))]
    newest = sorted(rows, key=lambda pair: pair[1].asked_at, reverse=True)
    return [PracticeLink(user, row.asked_at, *_written(user, is_invitation=row.is_invitation)) for user, row in newest]


@transaction.atomic
def set_new_passphrase(*, user: User, passphrase: str, visit: Visit, now: datetime, but: str | None = None) -> User:
    """Sets a passphrase that was checked before, and opens the door again if too many tries had closed it.

    Other sessions of the person (all but the one of the key `but`) and their tokens for programs end: whoever knew the old one is out. The links
    that were sent before are forgotten.
    """
    user.set_password(passphrase)
    user.save(update_fields=["password"])
    end_tokens_of(user)
    end_sessions_of(user, but=but)
    tries.forget(tries.ACCOUNT, user.email)
    AskedLink.objects.filter(email=user.email, done_at__isnull=False).delete()
    note(SignInKind.PASSPHRASE_SET, user, visit, now=now)
    return user
