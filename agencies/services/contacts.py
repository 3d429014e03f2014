"""How an agency, or one of its posts, is reached: the phone, the shared mailbox, and whom to ring when the office is closed."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.models import Agency, Post, User
from agencies.policy import may_keep_agency, require
from agencies.readable import trimmed
from agencies.said import listing, said
from agencies.services.record import acting_person, record

NOT_YOURS = _("Only the agency's safeguarding lead or the business unit keeps its contacts.")
WORDS = {
    "phone": (gettext_noop("phone"), gettext_noop("phone (removed)")),
    "out_of_hours": (gettext_noop("out-of-hours contact"), gettext_noop("out-of-hours contact (removed)")),
    "mailbox": (gettext_noop("shared mailbox"), gettext_noop("shared mailbox (removed)")),
}
NO_ADDRESS = _("Enter an e-mail address, like name@example.org.")


@transaction.atomic
def change_contacts(*, actor: User | None, agency: Agency, phone: str, out_of_hours: str, mailbox: str, now: datetime) -> Agency:
    """Keeps how the agency is reached, with one line on the directory's record where anything changed.

    Raises NotAllowed outside the keepers, InvalidInput for a mailbox that is no address.
    """
    row = Agency.objects.select_for_update(no_key=True).get(id=agency.id)
    _keep(actor, row, row, row.name, now, phone=phone, out_of_hours=out_of_hours, mailbox=mailbox)
    return row


@transaction.atomic
def change_post_contacts(*, actor: User | None, post: Post, phone: str, out_of_hours: str, mailbox: str, now: datetime) -> Post:
    """As `change_contacts`, for a post of the agency: the mailbox is told as well as whoever holds the post; empty removes it."""
    row = Post.objects.select_for_update(of=("self",), no_key=True).select_related("agency").get(id=post.id)
    _keep(actor, row.agency, row, f"{row} of {row.agency.name}", now, phone=phone, out_of_hours=out_of_hours, mailbox=mailbox)
    return row


def _keep(actor: User | None, agency: Agency, row: Agency | Post, what: str, now: datetime, **given: str) -> None:
    """Write what has changed, and that it has: never the numbers and addresses themselves, which the record would keep for good."""
    if person := acting_person(actor, now):
        require(may_keep_agency(person, agency.partnership_id, agency.id), NOT_YOURS)
    given = {name: trimmed(value) for name, value in given.items()}
    _check(given["mailbox"])
    changed = [name for name, value in given.items() if getattr(row, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(row, name, given[name])
    row.save(update_fields=changed)
    parts = listing(said(WORDS[name][not given[name]]) for name in changed)
    words = said(gettext_noop("How {what} is reached was changed: {parts}."), what=what, parts=parts)
    record(agency.partnership_id, actor, words, now=now, agency_id=agency.id)


def _check(mailbox: str) -> None:
    try:
        if mailbox:
            validate_email(mailbox)
    except ValidationError:
        raise InvalidInput(NO_ADDRESS, field="mailbox") from None
