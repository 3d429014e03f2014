"""The door of somebody without an account: a link, a one-time code to the invited address, and a session that opens one request and nothing else.

Nothing is confirmed or denied: for a link that is wrong, expired or taken back the same is said and the same work is done as for a good one.
The session is no session of the site: it is a row of its own, asked again with each page whether the invitation still stands.
"""

import logging
import secrets
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_variables

from agencies.errors import InvalidInput
from agencies.person import Person
from agencies.services.identity import tries
from agencies.services.identity.signing_in import TooManyTries
from agencies.sign_ins import Visit
from escalation.models import AskedCode, Guest, GuestDoor, Notification
from escalation.states import Message

log = logging.getLogger(__name__)
FIGURES = 8
CODE_LASTS = timedelta(minutes=10)
# A guest writes once and has no account to come back to: long enough for an answer, over with the working day.
IDLE, LONGEST = timedelta(hours=1), timedelta(hours=8)
TOUCHED_EACH = timedelta(minutes=1)
MOST_CODES, WINDOW = 3, timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=12)
BATCH = 50
GUESSED = gettext_noop("Wrong codes were typed where you asked somebody without an account")
WRONG = _("That code is not right, or it is no longer good. Ask for a new one.")
NOBODY = UUID(int=0)


def ask_for_code(*, link: str, visit: Visit, now: datetime) -> None:
    """Keep that a code was asked for at this door. The same is done whether or not there is one: who is behind it is looked up by the job that sends.

    Where many doors are tried from one place, they are dropped without a word.
    """
    if tries.take(tries.LINKS, visit.address, now=now).wait:
        return
    AskedCode.objects.create(link=link[:64], asked_at=now)


def send_asked_codes(now: datetime) -> int:
    """Send the codes that were asked for, and to guests whose invitation is over that it is: three an hour to one guest; says how many were sent.

    In a partnership to practise in nothing leaves: its code is read on the page of messages. What the mail server does not take is tried again
    with each run, while the page is open.
    """
    AskedCode.objects.filter(asked_at__lt=now - FORGOTTEN_AFTER).delete()
    waiting = list(AskedCode.objects.filter(done_at=None).values_list("pk", flat=True)[:BATCH])
    return sum(_send(key, now) for key in waiting)


def _send(key: UUID, now: datetime) -> bool:
    """Claim one and send what it asks for."""
    with transaction.atomic():
        row = AskedCode.objects.select_for_update(skip_locked=True).filter(pk=key, done_at=None).first()
        if row is None:
            return False
        row.done_at = now
        row.save(update_fields=["done_at"])
        if row.is_warning:
            _warn(row.link, now)
            return False
        sent = AskedCode.objects.filter(link=row.link, sent_at__gt=now - WINDOW).count()
        guest = Guest.objects.filter(link=row.link).exclude(email="").select_related("dispute__partnership").first()
        if guest is None or sent >= MOST_CODES or row.asked_at < now - CODE_LASTS:
            return False
        subject, body = _written(*_letter(guest, now))
    if guest.dispute.partnership.is_practice:
        AskedCode.objects.filter(pk=row.pk).update(sent_at=now)
        return False
    try:
        send_mail(subject, f"{body}\n", None, [guest.email])
    except (SMTPException, OSError) as error:
        log.warning("A code for a guest could not be handed over: %s", type(error).__name__)
        AskedCode.objects.filter(pk=row.pk).update(done_at=None)
        return False
    AskedCode.objects.filter(pk=row.pk).update(sent_at=now)
    return True


def _warn(link: str, now: datetime) -> None:
    """Tell whoever invited, and whoever holds the request, that somebody guesses at an open door: once a day for each of them."""
    guest = Guest.objects.open(now).filter(link=link).select_related("request").first()
    if guest is None:
        return
    log.warning("A guest's door was shut after too many wrong codes")
    about = {"dispute_id": guest.dispute_id, "request_id": guest.request.pk, "kind": Message.WRONG_CODES, "action": GUESSED}
    told = [user for user in dict.fromkeys((guest.invited_by_id, guest.request.holder_id)) if user is not None]
    rows = [
        Notification(key=f"wrong codes:{now:%Y%m%d}:{guest.pk}:{user}", recipient_id=user, created_at=now, not_before=now, **about) for user in told
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def _letter(guest: Guest, now: datetime) -> tuple[str, dict[str, object]]:
    """A new code, which is nowhere but in the mail; where the invitation is over, that it is: the page cannot say so to somebody unknown."""
    if not Guest.objects.open(now).filter(pk=guest.pk).exists():
        return "code_over", {"help": guest.dispute.partnership.unit_contact}
    until = now + CODE_LASTS
    code = _practice_code(guest.pk, until) if guest.dispute.partnership.is_practice else "".join(secrets.choice("0123456789") for _ in range(FIGURES))
    GuestDoor.objects.update_or_create(guest=guest, defaults={"code": _digest("code", guest.pk, code), "code_until": until})
    return "code", _said(code)


def _said(code: str) -> dict[str, object]:
    return {"code": f"{code[:4]} {code[4:]}", "minutes": CODE_LASTS // timedelta(minutes=1)}


def _written(folder: str, context: dict[str, object]) -> tuple[str, str]:
    """Subject and body."""
    subject, body = (render_to_string(f"emails/{folder}/{part}.txt", context).strip() for part in ("subject", "body"))
    return subject, body


def practice_codes(partnership: UUID, now: datetime) -> list[tuple[GuestDoor, str, str]]:
    """The doors of a partnership to practise in whose code is good and not used, each with the subject and body that its guest would have been sent.

    Empty for any other partnership: there a code is nowhere but in the mail.
    """
    doors = GuestDoor.objects.filter(guest__dispute__partnership=partnership, guest__dispute__partnership__is_practice=True, code_until__gte=now)
    rows = doors.exclude(code="").select_related("guest").order_by("-code_until")
    return [(row, *_written("code", _said(_practice_code(row.guest_id, row.code_until)))) for row in rows if row.code_until is not None]


def _practice_code(guest: UUID, until: datetime) -> str:
    """Worked out again from the key and the moment, so that it need not be kept; people and children are invented where this is used."""
    number = int(salted_hmac("concord.guest.practice", f"{guest}:{until.timestamp():.6f}", algorithm="sha256").hexdigest(), 16)
    return f"{number % 10**FIGURES:0{FIGURES}}"


@sensitive_variables("code", "token")
def enter(*, link: str, code: str, visit: Visit, now: datetime) -> str:
    """The token of a new session, for the right code of a door that stands open; an earlier session of the door ends, and the code is spent.

    Raises TooManyTries before the code is looked at, and InvalidInput for a wrong one: the same words, the same work, whatever the link. The wrong
    one that shuts the door for a while is told to whoever invited; from an address that has to wait no try reaches the door.
    """
    place = tries.take(tries.ADDRESS, visit.address, now=now)
    if place.wait:
        raise TooManyTries(place.seconds)
    door = tries.take(tries.GUEST, link, now=now)
    if door.wait:
        if door.has_shut:
            _ask_to_warn(link, now)
        raise TooManyTries(door.seconds)
    token = secrets.token_urlsafe(32)
    figures = "".join(sign for sign in code if not sign.isspace())
    with transaction.atomic():
        found = GuestDoor.objects.select_for_update(of=("self",)).filter(guest__in=Guest.objects.open(now).filter(link=link)).first()
        known = found.code if found is not None and found.code_until is not None and now <= found.code_until else ""
        right = constant_time_compare(_digest("code", found.guest_id if found is not None else NOBODY, figures), known)
        if found is not None and right:
            found.code, found.code_until = "", None
            found.session, found.began_at, found.seen_at = _digest("session", found.guest_id, token), now, now
            found.typed, found.typed_at = "", None
            found.save()
        elif door.has_shut:
            _ask_to_warn(link, now)
    if found is None or not right:
        raise InvalidInput(WRONG, field="code")
    tries.forget(tries.GUEST, link)
    tries.give_back(tries.ADDRESS, visit.address)
    return token


def _ask_to_warn(link: str, now: datetime) -> None:
    """For any link alike: whether there is a guest, and whom to tell, is looked up by the job."""
    AskedCode.objects.create(link=link[:64], asked_at=now, is_warning=True)


def inside(*, link: str, token: str, now: datetime, is_use: bool = True) -> Guest | None:
    """The guest of this door whom the token let in, while the session lasts and the invitation stands; else None.

    Looking counts as using it, unless a page's script asks by itself.
    """
    rows = GuestDoor.objects.filter(guest__in=Guest.objects.open(now).filter(link=link)).exclude(session="")
    door = rows.filter(began_at__gt=now - LONGEST, seen_at__gt=now - IDLE).select_related("guest__request", "guest__invited_by").first()
    fits = _fits(door, token)
    if door is None or not fits:
        return None
    if is_use and door.seen_at is not None and door.seen_at < now - TOUCHED_EACH:
        GuestDoor.objects.filter(pk=door.pk, session=door.session).update(seen_at=now)
    return door.guest


def not_asked_any_more(*, link: str, token: str, now: datetime) -> Guest | None:
    """The guest whom the token let in at this door and whose invitation has ended since: they, and nobody else, may be told. Else None."""
    door = GuestDoor.objects.filter(guest__link=link).exclude(session="").select_related("guest__dispute__partnership").first()
    fits = _fits(door, token)
    if door is None or not fits or Guest.objects.open(now).filter(pk=door.guest_id).exists():
        return None
    return door.guest


def _fits(door: GuestDoor | None, token: str) -> bool:
    """Is this the token of the door's session? The same work where there is no door."""
    guest, session = (door.guest_id, door.session) if door is not None else (NOBODY, "")
    return constant_time_compare(_digest("session", guest, token), session)


def leave(guest: Guest) -> None:
    """End the session and what was typed in it; the invitation stands, and another code opens it again."""
    GuestDoor.objects.filter(guest=guest).update(session="", began_at=None, seen_at=None, typed="", typed_at=None)


def person_of_guest(guest: Guest) -> Person:
    """The guest as the policy sees them: no seat, no account, one request."""
    return Person(id=guest.pk, name=guest.name, guest_of=guest.request.pk)


def _digest(what: str, guest: UUID, secret: str) -> str:
    """Keyed, so that eight figures cannot be found again from what lies in the database."""
    return salted_hmac(f"concord.guest.{what}", f"{guest}:{secret}", algorithm="sha256").hexdigest()
