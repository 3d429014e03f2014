"""Second factors together: what somebody has, whether they must have one, and checking a code that they typed."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput
from agencies.models import Authenticator, Partnership, Passkey, RecoveryCode, User
from agencies.person import person_of
from agencies.policy import may_keep_account, may_keep_directory, require
from agencies.required import is_required
from agencies.roles import Role
from agencies.said import listing, named, said, small
from agencies.services.identity import tries
from agencies.services.identity.events import note
from agencies.services.identity.kept_forms import seal_forms_anew
from agencies.services.identity.sessions import end_everywhere, forget_shown
from agencies.services.identity.signing_in import TooManyTries
from agencies.services.record import Giving, acting_person, record
from agencies.sign_ins import Digest, Means, Proof, SignInKind, Visit
from agencies.vault import is_current, seal, unseal
from agencies.working_days import london

STEP_SECONDS = 30
CODES, GROUPS = 10, 7
# Crockford's letters and digits: nothing that looks like something else.
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
WRONG_CODE = _("This code is not right, or was used already. Enter the newest code of your app, or a recovery code that you have not used.")
TOO_OLD = _("Your app makes its codes by an older method (SHA-1), which is switched off here. Set up a passkey, or use an app that knows SHA-256.")
LAST_ONE = _("Your role needs a second factor. Add another before you remove this one.")


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody has besides a passphrase."""

    app: Authenticator | None
    passkeys: tuple[Passkey, ...]
    codes_left: int

    def __bool__(self) -> bool:
        return self.app is not None or bool(self.passkeys)

    @property
    def count(self) -> int:
        """How many, recovery codes aside."""
        return len(self.passkeys) + (self.app is not None)


def factors_of(user: User) -> Factors:
    """The person's second factors. Three queries."""
    app = Authenticator.objects.filter(user=user).first()
    return Factors(app, tuple(Passkey.objects.filter(user=user)), RecoveryCode.objects.filter(user=user, used_at=None).count())


def required_at_first() -> list[str]:
    """Who needs a second factor in a partnership that is new: by setting everybody, until its keepers name the roles."""
    return [role.value for role in Role] if settings.CONCORD_SECOND_FACTOR_FOR_ALL else []


@transaction.atomic
def set_required_roles(*, actor: User | None, partnership: Partnership, roles: frozenset[Role], now: datetime) -> None:
    """Names the roles that need a second factor, from now on, in every session and for every token. Raises NotAllowed for others than its keepers."""
    if person := acting_person(actor, now):
        require(may_keep_directory(person, partnership.pk), gettext("Only the business unit or an administrator of the partnership sets this."))
    partnership.second_factor_roles = [role.value for role in Role if role in roles]
    partnership.save(update_fields=["second_factor_roles"])
    names = listing(small(named(role.label)) for role in Role if role in roles) if roles else said(gettext_noop("no role"))
    record(partnership.pk, actor, said(gettext_noop("A second factor is now asked of: {roles}."), roles=names), now=now)


def new_secret() -> str:
    """A secret for an authenticator app, 160 bits in base 32."""
    return pyotp.random_base32()


def app_address(secret: str, user: User) -> str:
    """What the app reads from the picture. It asks for SHA-256; an app that does not know it passes over that and shows codes of SHA-1."""
    return _totp(secret, Digest.SHA256).provisioning_uri(name=user.email, issuer_name="Concord")


@transaction.atomic
def add_app(*, user: User, secret: str, code: str, visit: Visit, now: datetime) -> None:
    """Adds the app, or puts it in place of the one before, once it has shown a code of the secret: its first code tells which digest it knows.

    Raises InvalidInput beside `code`; for an app that knows SHA-1 alone, too, where the installation takes none (setting).
    """
    digest, step = next(((one, step) for one in Digest if (step := step_of(secret, code, after=0, now=now, digest=one)) is not None), (None, None))
    if digest is None:
        raise InvalidInput(gettext("This code is not right. Enter the newest one that the app shows."), field="code")
    if digest == Digest.SHA1 and not settings.CONCORD_SHA1_APPS:
        raise InvalidInput(TOO_OLD, field="code")
    fields = {"sealed_secret": seal(secret), "digest": digest, "last_step": step, "added_at": now}
    Authenticator.objects.update_or_create(user=user, defaults=fields)
    note(SignInKind.FACTOR_ADDED, user, visit, now=now, means=Means.APP)


def step_of(secret: str, code: str, *, after: int, now: datetime, digest: str = Digest.SHA1) -> int | None:
    """The half minute that the code belongs to: this one, the last or the next, and later than `after`; None for a wrong code."""
    totp, typed = _totp(secret, digest), "".join(code.split())
    present = int(now.timestamp()) // STEP_SECONDS
    fitting = [step for step in (present, present - 1, present + 1) if constant_time_compare(totp.generate_otp(step), typed)]
    return next((step for step in fitting if step > after), None)


def _totp(secret: str, digest: str) -> pyotp.TOTP:
    return pyotp.TOTP(secret, interval=STEP_SECONDS, digest=getattr(hashlib, Digest(digest).value))


@transaction.atomic
def remove_factor(*, user: User, passkey: Passkey | None, visit: Visit, now: datetime) -> None:
    """Removes a passkey, or the app where none is named; with the last, what was shown of it counts no longer in any session or for any token.

    Raises InvalidInput for the last factor of somebody who must have one.
    """
    if factors_of(user).count <= 1 and is_required(user, now):
        raise InvalidInput(LAST_ONE)
    found = Passkey.objects.filter(user=user, pk=passkey.pk) if passkey else Authenticator.objects.filter(user=user)
    if found.delete()[0]:
        note(SignInKind.FACTOR_REMOVED, user, visit, now=now, means=Means.PASSKEY if passkey else Means.APP)
    if not factors_of(user):
        RecoveryCode.objects.filter(user=user).delete()
        forget_shown(user)


@transaction.atomic
def remove_all_of(*, actor: User, user: User, proof: Proof, visit: Visit, now: datetime) -> None:
    """For somebody who lost their device and their codes: removes every factor, so that they set one up anew after their passphrase, and ends what
    was begun with the lost one: every session and every token.

    How the actor knows who asks stands on the directory's record with it.

    Raises NotAllowed unless the actor keeps the directory of every partnership in which the person sits, and for oneself.
    """
    asks, whose = person_of(actor, london(now).date()), person_of(user, london(now).date())
    require(
        may_keep_account(asks, whose), gettext("Only the business unit or an administrator of the partnership removes somebody else’s second factor.")
    )
    for rows in (Authenticator.objects.filter(user=user), Passkey.objects.filter(user=user), RecoveryCode.objects.filter(user=user)):
        rows.delete()
    note(SignInKind.FACTOR_REMOVED, user, visit, now=now, by=actor)
    end_everywhere(user=user, but=None, visit=visit, now=now, by=actor)
    for partnership_id in whose.partnership_ids:
        words = said(
            gettext_noop("The second factor of {name} was removed. How they proved who they are: {proof}."), name=user.name, proof=named(proof.label)
        )
        record(partnership_id, actor, words, now=now, giving=Giving(user.pk))


@transaction.atomic
def new_codes(*, user: User, visit: Visit, now: datetime) -> list[str]:
    """Ten fresh recovery codes of 140 bits, shown this once; earlier ones work no longer."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(GROUPS)) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, code)) for code in codes)
    note(SignInKind.CODES_MADE, user, visit, now=now)
    return codes


def check_code(*, user: User, code: str, visit: Visit, now: datetime) -> Means:
    """Says by what the person showed who they are: a code of their app or a recovery code, which is used up.

    Raises InvalidInput beside `code`, and TooManyTries, counted apart from passphrases.
    """
    verdict = tries.take(tries.SECOND, str(user.pk), now=now)
    if verdict.wait:
        raise TooManyTries(verdict.seconds)
    means = _means_of(user, code, now)
    if means is None:
        note(SignInKind.SECOND_REFUSED, user, visit, now=now)
        raise InvalidInput(WRONG_CODE, field="code")
    tries.forget(tries.SECOND, str(user.pk))
    return means


@transaction.atomic
def _means_of(user: User, code: str, now: datetime) -> Means | None:
    if RecoveryCode.objects.filter(user=user, digest=_digest(user, code), used_at=None).update(used_at=now):
        return Means.RECOVERY
    app = Authenticator.objects.select_for_update().filter(user=user).first()
    secret = unseal(app.sealed_secret) if app else None
    step = step_of(secret, code, after=app.last_step, now=now, digest=app.digest) if app and secret else None
    if app is None or step is None:
        return None
    app.last_step, app.sealed_secret = step, seal(secret or "")
    app.save(update_fields=["last_step", "sealed_secret"])
    return Means.APP


@transaction.atomic
def seal_anew() -> tuple[int, int]:
    """Seals every app's secret, and what people typed and have not sent, with the present secret of the installation, in the present way; says how
    many, and how many apps' secrets cannot be opened."""
    done, lost = seal_forms_anew(), 0
    for app in Authenticator.objects.select_for_update().order_by("pk"):
        secret = unseal(app.sealed_secret)
        if secret is None:
            lost += 1
        elif not is_current(app.sealed_secret):
            Authenticator.objects.filter(pk=app.pk).update(sealed_secret=seal(secret))
            done += 1
    return done, lost


def _digest(user: User, code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(f"{user.pk}:{plain}".encode()).hexdigest()
