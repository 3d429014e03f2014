"""The providers of private mailboxes that a partnership adds to the shipped ones, from the next invitation on. Its record says each change."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput, NotFound
from agencies.models import Partnership, PrivateMailProvider, User
from agencies.policy import may_keep_mail_providers, require
from agencies.private_mail import shipped_providers
from agencies.readable import is_storable, trimmed
from agencies.said import said
from agencies.services.record import acting_person, record

NOT_YOURS = _("The business unit and administrators keep the list of private mail providers.")
LONGEST_SOURCE = 120


def domain_of(text: str) -> str:
    """What addresses of a provider end on, in small letters and without the @. Raises InvalidInput for what is none, and for one that is shipped."""
    domain = text.strip().removeprefix("@").lower()
    try:
        DomainNameValidator()(domain)
    except ValidationError as error:
        raise InvalidInput(gettext("Enter only what stands behind the @ of its addresses, such as mail.example."), field="domain") from error
    if domain in shipped_providers():
        raise InvalidInput(gettext("{domain} is among the shipped ones already.").format(domain=domain), field="domain")
    return domain


@transaction.atomic
def add_provider(*, actor: User | None, partnership: Partnership, domain: str, source: str, now: datetime) -> PrivateMailProvider:
    """Adds what stands behind the @ of a provider's addresses; `source` says who asked for it. `actor` None is the command line.

    Raises NotAllowed outside the keepers; InvalidInput for what is no domain, is shipped or was entered already, and for words that cannot be kept.
    """
    _guard(actor, partnership, now)
    row = PrivateMailProvider(partnership=partnership, domain=domain_of(domain), source=trimmed(source))
    if len(row.source) > LONGEST_SOURCE or not is_storable(row.source):
        raise InvalidInput(gettext("Say who asked for it in at most {most} characters.").format(most=LONGEST_SOURCE), field="source")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise InvalidInput(gettext("{domain} was entered already.").format(domain=row.domain), field="domain") from error
    form = gettext_noop("Private mail provider {domain} was added. Asked for by {source}.")
    form = form if row.source else gettext_noop("Private mail provider {domain} was added.")
    record(partnership.id, actor, said(form, domain=row.domain, source=row.source), now=now)
    return row


@transaction.atomic
def remove_provider(*, actor: User | None, partnership: Partnership, provider_id: UUID, now: datetime) -> str:
    """Takes one out again, and gives its domain; a shipped one stays. Raises NotFound where there is none, NotAllowed outside the keepers."""
    _guard(actor, partnership, now)
    row = PrivateMailProvider.objects.select_for_update().filter(pk=provider_id, partnership=partnership).first()
    if row is None:
        raise NotFound(gettext("This provider is not in the list any more."))
    row.delete()
    record(partnership.id, actor, said(gettext_noop("Private mail provider {domain} was taken out."), domain=row.domain), now=now)
    return row.domain


def _guard(actor: User | None, partnership: Partnership, now: datetime) -> None:
    if person := acting_person(actor, now):
        require(may_keep_mail_providers(person, partnership.id), NOT_YOURS)
