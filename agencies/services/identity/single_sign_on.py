"""Whose account an organisation's sign-in belongs to. Only people who are in the directory already get in: nobody is created."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agencies.errors import DomainError
from agencies.models import ExternalIdentity, Partnership, User
from agencies.person import person_of
from agencies.providers import Provider
from agencies.readable import is_storable
from agencies.services.identity.events import note
from agencies.sign_ins import Means, SignInKind, Visit
from agencies.working_days import london

REFUSED = _(
    "Your organisation’s sign-in worked, but it does not lead to an account here. Ask your safeguarding lead or the business unit to enter you"
)


class NotInDirectory(DomainError):
    """No open account with a role in the provider's partnership fits; nobody is told why."""


def person_behind(provider: Provider, claims: Mapping[str, Any], visit: Visit, *, now: datetime) -> User:
    """The open account that checked claims belong to: by issuer and subject; the first time by an e-mail address that can be relied on.

    Raises NotInDirectory, and writes the refusal down.
    """
    user = _known(provider, claims) or _by_address(provider, claims, now)
    if user is None or not _belongs(user, provider, now):
        note(SignInKind.REFUSED, user, visit, now=now, means=Means.ORGANISATION)
        raise NotInDirectory(REFUSED)
    if not ExternalIdentity.objects.filter(user=user, issuer=provider.issuer).exists():
        _link(user, provider, claims, visit, now)
    return user


def note_unreliable(visit: Visit, *, now: datetime) -> None:
    """Write down that an organisation's answer could not be relied on. Nobody's account: what it says of whom it is counts for nothing."""
    note(SignInKind.REFUSED, None, visit, now=now, means=Means.ORGANISATION)


def providers_of(user: User) -> list[Provider]:
    """The organisations whose sign-in the person has used."""
    issuers = set(ExternalIdentity.objects.filter(user=user).values_list("issuer", flat=True))
    return [provider for provider in settings.CONCORD_PROVIDERS if provider.issuer in issuers]


def counts_as_second_factor(provider: Provider, claims: Mapping[str, Any]) -> bool:
    """Whether the provider says that it saw a second factor, in one of the ways that the installation accepts."""
    amr = claims.get("amr")
    said = {str(claims.get("acr", "")), *(str(one) for one in (amr if isinstance(amr, list) else []))}
    return bool(said & set(provider.second_factor))


def reliable_address(provider: Provider, claims: Mapping[str, Any]) -> str:
    """The address in lower case; empty where nobody vouches for it. Where domains are named, no other is taken, verified or not."""
    said = claims.get(provider.email_claim)
    address = said.strip().lower() if isinstance(said, str) and is_storable(said) else ""
    domain = address.rpartition("@")[2]
    if provider.trusted_domains:
        return address if domain in {one.lower() for one in provider.trusted_domains} else ""
    return address if claims.get("email_verified") is True and provider.email_claim == "email" else ""


def _known(provider: Provider, claims: Mapping[str, Any]) -> User | None:
    found = ExternalIdentity.objects.select_related("user").filter(issuer=provider.issuer, subject=str(claims.get("sub", "")))
    row = found.filter(user__is_active=True).first()
    return row.user if row else None


def _by_address(provider: Provider, claims: Mapping[str, Any], now: datetime) -> User | None:
    """Somebody who was linked to another account of the organisation is not found by the address any more: it may have been given to a new person.

    Where no domains are named, the organisation alone vouches for any address that there is, which opens no more than its own partnership.
    """
    address = reliable_address(provider, claims)
    if not address or not claims.get("sub"):
        return None
    found = User.objects.filter(email=address, is_active=True).exclude(external_identities__issuer=provider.issuer).first()
    return found if found is None or provider.trusted_domains or not _opens_more(found, provider, now) else None


def _opens_more(user: User, provider: Provider, now: datetime) -> bool:
    """Whether the account opens another real partnership too today, or the administration of the installation."""
    places = Partnership.objects.filter(pk__in=person_of(user, london(now).date()).partnership_ids, is_practice=False)
    return user.is_staff or user.is_superuser or places.exclude(slug=provider.partnership).exists()


def _belongs(user: User, provider: Provider, now: datetime) -> bool:
    """Whether the person has a role in the provider's partnership today."""
    person = person_of(user, london(now).date())
    return user.memberships.filter(partnership__slug=provider.partnership, partnership__in=person.partnership_ids).exists()


@transaction.atomic
def _link(user: User, provider: Provider, claims: Mapping[str, Any], visit: Visit, now: datetime) -> None:
    ExternalIdentity.objects.create(user=user, issuer=provider.issuer, subject=str(claims["sub"]), linked_at=now)
    note(SignInKind.LINKED, user, visit, now=now, means=Means.ORGANISATION)
