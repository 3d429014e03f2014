"""Passkeys (WebAuthn), by Yubico's library. The device must have verified the person, so that a passkey alone is two factors."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from agencies.errors import InvalidInput
from agencies.models import Passkey, User
from agencies.readable import is_storable, trimmed
from agencies.services.identity.events import note
from agencies.sign_ins import Means, SignInKind, Visit

MOST = 10
REFUSED = _("This passkey could not be used. Try again, or choose another way.")
Options = dict[str, Any]
State = dict[str, Any]


def are_possible() -> bool:
    """Browsers make passkeys for names only, not for the figures of an address."""
    host = urlsplit(settings.CONCORD_BASE_URL).hostname or ""
    return "." in host.strip("0123456789.") or host == "localhost"


def registration(user: User) -> tuple[Options, State]:
    """What the browser needs to make a passkey, and what must be remembered until it answers."""
    who = PublicKeyCredentialUserEntity(id=user.pk.bytes, name=user.email, display_name=user.name)
    known = [_attested(row) for row in Passkey.objects.filter(user=user)]
    options, state = _server().register_begin(
        who, known, resident_key_requirement=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(options), state


@transaction.atomic
def add_passkey(*, user: User, state: State | None, answer: object, label: str, visit: Visit, now: datetime) -> Passkey:
    """Keeps the passkey that the browser made. Raises InvalidInput for an answer that does not fit, or the eleventh passkey."""
    if Passkey.objects.filter(user=user).count() >= MOST:
        raise InvalidInput(gettext("You have {most} passkeys already. Remove one first.").format(most=MOST))
    if not state or not isinstance(answer, Mapping):
        raise InvalidInput(REFUSED)
    try:
        made = _server().register_complete(state, answer)
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(REFUSED) from error
    attested = made.credential_data
    if attested is None or Passkey.objects.filter(credential_id=websafe_encode(attested.credential_id)).exists():
        raise InvalidInput(REFUSED)
    row = Passkey.objects.create(
        user=user,
        credential_id=websafe_encode(attested.credential_id),
        attested=b64encode(attested).decode(),
        sign_count=made.counter,
        label=trimmed(label)[:60] or "Passkey",
        added_at=now,
    )
    note(SignInKind.FACTOR_ADDED, user, visit, now=now, means=Means.PASSKEY)
    return row


def challenge(user: User | None) -> tuple[Options, State]:
    """What the browser needs to use a passkey: one of the person's, or, where it is not known who it is, any that the device offers."""
    known = [_attested(row) for row in Passkey.objects.filter(user=user)] if user else None
    options, state = _server().authenticate_begin(known, user_verification=UserVerificationRequirement.REQUIRED)
    return dict(options), state


def check_passkey(*, user: User | None, state: State | None, answer: object, visit: Visit, now: datetime) -> User:
    """The open account whose passkey answered; of `user`, where it is known who it must be.

    Raises InvalidInput for anything else: a wrong signature, another site, an old challenge, a device that did not verify the person, a count
    that does not go up where the device counts (a copy).
    """
    given: Mapping[str, Any] = answer if isinstance(answer, Mapping) else {}
    try:
        return _use(given, user, state or {}, now)
    except (ValueError, KeyError, TypeError) as error:
        note(SignInKind.SECOND_REFUSED, user, visit, now=now, means=Means.PASSKEY)
        raise InvalidInput(REFUSED) from error


@transaction.atomic
def _use(answer: Mapping[str, Any], user: User | None, state: State, now: datetime) -> User:
    row = _row_of(answer, user)
    if row is None:
        raise ValueError("not known")
    _server().authenticate_complete(state, [_attested(row)], answer)
    count = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    if (count or row.sign_count) and count <= row.sign_count:
        raise ValueError("a copy")
    row.sign_count, row.last_used_at = count, now
    row.save(update_fields=["sign_count", "last_used_at"])
    return row.user


def _row_of(answer: Mapping[str, Any], user: User | None) -> Passkey | None:
    found = Passkey.objects.select_for_update(of=("self",)).select_related("user").filter(user__is_active=True)
    key = str(answer.get("id", ""))[:1400]
    # JSON can spell NUL so that no reader of forms meets it, and PostgreSQL refuses to look for it.
    row = found.filter(credential_id=key).first() if is_storable(key) else None
    if row is None or (user is not None and row.user_id != user.pk):
        return None
    return row if user is not None or _handle(answer) == row.user_id else None


def _handle(answer: Mapping[str, Any]) -> UUID | None:
    """Whose the device says that the passkey is."""
    response = answer.get("response")
    raw = response.get("userHandle") if isinstance(response, Mapping) else None
    try:
        return UUID(bytes=websafe_decode(raw)) if isinstance(raw, str) else None
    except ValueError:
        return None


def _attested(row: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(b64decode(row.attested))


def _server() -> Fido2Server:
    site = urlsplit(settings.CONCORD_BASE_URL)
    origin = f"{site.scheme}://{site.netloc}"
    return Fido2Server(PublicKeyCredentialRpEntity(name="Concord", id=site.hostname or ""), verify_origin=lambda given: given == origin)
