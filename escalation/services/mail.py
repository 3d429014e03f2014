"""One message as an e-mail, and handing it to the mail server. Names, agencies, themes and what was typed never go into it."""

import logging
import smtplib
from dataclasses import dataclass
from email.utils import parseaddr
from enum import Enum

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies import words
from escalation.models import Notification
from escalation.services.reminding import tells_of_others
from escalation.states import Message, State, Verb, Why

log = logging.getLogger(__name__)
# What tells of something: whatever it asks besides stands in its words. All else asks.
NEWS = frozenset(
    {Message.SENT, Message.MOVED_UP, Message.WENT_BACK, Message.REOPENED, Message.MADE_URGENT, Message.ACKNOWLEDGED, Message.ROUTE}
    | {Message.ANSWERED, Message.EXTENDED, Message.FEEDBACK, Message.UNIT, Message.CLOSED, Message.LOOKED}
    | {Message.RESOLVED, Message.OFFER, Message.WARNING, Message.UNDELIVERED, Message.SENT_BACK}
)
# What to do where it is not theirs, for those who cannot hand it to anybody on its page; whoever may be offered that there reads how.
# Once it is resolved, no page offers it.
MORE_TO_COME = gettext_noop("If this should not come to you any more, tell your agency’s lead or the business unit.")
TELL_THEM = gettext_noop("Not yours, or you are away: tell your agency’s lead or the business unit.")
NOT_YOURS = {
    Why.RAISED: MORE_TO_COME,
    Why.LOGGED: MORE_TO_COME,
    Why.SITS: gettext_noop(
        "You cannot sit, or you are away: tell the partnership’s chair or the business unit, so that somebody sits in your place."
    ),
    Why.DOES: gettext_noop("You cannot do it, or you are away: tell whoever holds it for your agency, or the business unit."),
    Why.PRESIDES: gettext_noop("Not for you, or you are away: tell the business unit."),
}
# For those whose page may offer it where something is asked of them, and who are only told here.
ONLY_TOLD = {
    Why.SUPERVISES: MORE_TO_COME,
    Why.LEADS: gettext_noop("If this should not come to you any more, tell the business unit."),
    Why.UNIT: gettext_noop("If this should not come to you any more, tell the others in the business unit."),
}
# For each answer of the mail server; settings may say less. A message needs at most eight, so that it is over before a claim on it is (outbox.LEASE).
ANSWER_SECONDS = 20
SERVICE_CLOSING = 421
PERMANENT = 500


class Fate(Enum):
    """What became of one attempt."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: LOST where the connection is gone, LATER where the server asked to wait; the server's words where it refused."""

    fate: Fate
    words: str = ""


def compose(message: Notification) -> EmailMultiAlternatives:
    """The e-mail: reference, action, due moment, link, why it came, how to hand over, help. Needs dispute, partnership, recipient and guest loaded.

    Its Message-ID follows from the message's key: should it be sent twice after a crash, both copies carry the same one.
    """
    title, path = _about(message)
    is_news = message.kind in NEWS or tells_of_others(message.action, message.said)
    context = {
        "reference": message.dispute.reference if message.dispute is not None else "",
        "title": title,
        "action": message.asks,
        "is_news": is_news,
        "when": _what_moment(message),
        "due": words.moment(message.due_at, today=timezone.localdate(), year=True) if message.due_at else "",
        "link": f"{settings.CONCORD_BASE_URL.rstrip('/')}{path}",
        "is_urgent": message.is_urgent,
        "settings": f"{settings.CONCORD_BASE_URL.rstrip('/')}{reverse('message-settings')}",
        "is_shared_mailbox": message.recipient_id is None and message.guest_id is None,
        "is_copy": message.recipient_id is None and message.request is not None and message.request.holder_id is not None,
        "why": _why(message),
        "has_held": message.why == Why.HOLDS,
        "has_raised": message.dispute is not None and message.recipient_id == message.dispute.raiser_id,
        "hand_over": str(Verb.REASSIGN.label),
        "not_yours": _not_yours(message, is_news=is_news),
        "is_guest": message.guest_id is not None,
        "help": message.place.unit_contact,
    }
    folder = f"emails/{message.kind}"
    mail = EmailMultiAlternatives(
        subject=" ".join(render_to_string(f"{folder}/subject.txt", context).split()),
        body=render_to_string(f"{folder}/body.txt", context).strip() + "\n",
        to=[message.recipient.email if message.recipient else message.mailbox],
        from_email=envelope_sender(message),
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": message_id(message),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    mail.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    return mail


def _why(message: Notification) -> str:
    """Why it came, in a sentence; empty where no one thing makes it so, and each kind says who gets it."""
    if message.recipient_id is None and message.guest_id is None and message.dispute_id is not None:
        return _("This is the shared mailbox of an agency in it.")
    return str(Why(message.why).label) if message.why else ""


def _not_yours(message: Notification, *, is_news: bool) -> str:
    """What to do where it is not for them, by the same reason for which it came; empty where their page may offer to hand it over."""
    found = NOT_YOURS | (ONLY_TOLD if is_news else {})
    if message.why in found:
        return _(found[Why(message.why)])
    if message.dispute is None:
        return ""
    # Who is written to for none of these reasons, as a mediator is, acts for neither side.
    is_offered = message.dispute.state == State.OPEN and (message.why or message.recipient_id is None)
    return "" if is_offered else _(MORE_TO_COME if is_news else TELL_THEM)


def _what_moment(message: Notification) -> str:
    """What the moment in it is: that of the system's own move, one that had passed before it leaves, or until when something is due."""
    if message.kind == Message.WARNING:
        return _("It moves up")
    leaves = message.not_before or message.created_at
    return _("It was due") if message.due_at and leaves and message.due_at < leaves else _("Due")


DIRECTORY, PROCEDURE, ACCOUNTS = gettext_noop("The directory"), gettext_noop("The procedure"), gettext_noop("Accounts")
# What is about no disagreement: what it is called, and the page that it leads to.
OF_THE_PLACE = {
    Message.DIGEST: (gettext_noop("This morning"), "board"),
    Message.CONTACTS: (DIRECTORY, "directory"),
    Message.GIVEN: (DIRECTORY, "directory-changes"),
    Message.OUR_PEOPLE: (DIRECTORY, "directory-changes"),
    Message.NO_CONTACT: (DIRECTORY, "directory-health"),
    Message.REST: (gettext_noop("A request for access"), "directory"),
    Message.READ_MUCH: (ACCOUNTS, "sign-ins"),
    Message.TOOK_MUCH: (ACCOUNTS, "sign-ins"),
}


def _about(message: Notification) -> tuple[str, str]:
    """What it is about, and the page that it leads to: a guest's own door, its disagreement's, its learning action's, or the unit's own."""
    if message.guest is not None and message.dispute is not None:
        return message.dispute.reference, reverse("guest-door", args=[message.guest.link])
    if message.dispute is not None:
        return message.dispute.reference, f"/d/{message.dispute.reference}/"
    if message.learning_id is not None:
        return _("Learning action"), reverse("learning-point", args=[message.learning_id])
    if message.kind == Message.MARKED:
        return _("A conflict of interest"), f"{reverse('help')}#conflicts"
    about, page = OF_THE_PLACE.get(Message(message.kind), (PROCEDURE, "procedures"))
    return _(about), reverse(page)


def message_id(message: Notification) -> str:
    """The Message-ID: the message's own key at the sender's domain."""
    return f"<{message.pk}@{sender_domain()}>"


def sender_domain() -> str:
    """The domain of the address that messages come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "concord.invalid"


def envelope_sender(message: Notification) -> str:
    """Where a later bounce goes: the address for bounces, tagged with the message's key where one is set; else the sender's own."""
    name, at, domain = settings.CONCORD_BOUNCE_ADDRESS.rpartition("@")
    return f"{name}+{message.pk.hex}@{domain}" if at else settings.DEFAULT_FROM_EMAIL


class Postman:
    """One connection to the mail server (Django's e-mail backend), opened anew where it was lost."""

    def __init__(self) -> None:
        self._connection = get_connection(timeout=min(settings.EMAIL_TIMEOUT or ANSWER_SECONDS, ANSWER_SECONDS))

    def open(self) -> str:
        """Reach the server. Empty where it answers, else why not, in a few words."""
        try:
            self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return _words(error)
        return ""

    def send(self, message: Notification) -> Attempt:
        """Hand one message over; never raises."""
        try:
            mail = compose(message)
            mail.connection = self._connection
            mail.send()
        except Exception as error:  # one message must not stop the others
            attempt = _attempt(error)
            if attempt.fate is Fate.LOST:
                self.close()
            return attempt
        return Attempt(Fate.SENT)

    def close(self) -> None:
        """Leave the server, however it answers."""
        try:
            self._connection.close()
        except (smtplib.SMTPException, OSError):
            log.info("The mail server did not say good-bye.")


def _attempt(error: Exception) -> Attempt:
    """What an error means: 5xx for the person is final; whatever else may pass is tried again."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return _by_code(int(code), f"{code} {_text(text)}")
    if isinstance(error, smtplib.SMTPDataError):
        return _by_code(error.smtp_code, _words(error))
    if isinstance(error, smtplib.SMTPNotSupportedError | UnicodeError):
        return Attempt(Fate.REFUSED, gettext_noop("The mail server cannot write to this address"))
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code != SERVICE_CLOSING:
        return Attempt(Fate.LATER, _words(error))
    if isinstance(error, smtplib.SMTPException | OSError):
        return Attempt(Fate.LOST, _words(error))
    log.exception("A message could not be put into words.")
    return Attempt(Fate.LATER, type(error).__name__)


def _by_code(code: int, said: str) -> Attempt:
    if code == SERVICE_CLOSING:
        return Attempt(Fate.LOST, said)
    return Attempt(Fate.REFUSED if code >= PERMANENT else Fate.LATER, said)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:200]
    return f"{type(error).__name__}: {error}"[:200]


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
