"""Checking who somebody is: the one door for a passphrase, whether it was typed on a page or sent by a program."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import authenticate
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from agencies.errors import DomainError
from agencies.models import User
from agencies.services.identity import tries
from agencies.services.identity.events import note
from agencies.sign_ins import SignInKind, Visit

WRONG = _("The e-mail address and passphrase do not match an account, or the account is closed")


class WrongPassphrase(DomainError):
    """No such account, a closed one, or another passphrase: nobody is told which."""


class TooManyTries(DomainError):
    """Come back in `seconds`. Said alike of addresses that have an account and of those that have none."""

    def __init__(self, seconds: int) -> None:
        super().__init__(gettext("Too many wrong tries. Wait {time}, then try again").format(time=in_words(seconds)))
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Tried:
    """A passphrase as it was given."""

    email: str
    passphrase: str


@sensitive_variables("tried")
def check_passphrase(tried: Tried, visit: Visit, *, now: datetime) -> User:
    """The open account that the address and passphrase belong to; the count of its wrong tries begins anew.

    Raises WrongPassphrase, or TooManyTries before the passphrase is looked at. Whether the address has an account changes neither the words nor
    the work done: an unknown address is hashed too. Success is noted by whoever signs the person in.
    """
    email = tried.email.strip().lower()
    known = User.objects.filter(email=email).first()
    account, address = tries.take(tries.ACCOUNT, email, now=now), tries.take(tries.ADDRESS, visit.address, now=now)
    wait = max(account.seconds, address.seconds)
    if wait:
        if not account.was_shut:
            note(SignInKind.LOCKED if account.has_shut else SignInKind.TOO_SOON, known, visit, now=now)
        raise TooManyTries(wait)
    user = authenticate(None, email=email, password=tried.passphrase)
    if not isinstance(user, User):
        note(SignInKind.LOCKED if account.has_shut else SignInKind.REFUSED, known, visit, now=now)
        raise TooManyTries(int(tries.WINDOW.total_seconds())) if account.has_shut else WrongPassphrase(WRONG)
    tries.forget(tries.ACCOUNT, email)
    tries.give_back(tries.ADDRESS, visit.address)
    return user


def in_words(seconds: int) -> str:
    """A span as people say it: seconds below two minutes, else whole minutes, rounded up."""
    if seconds < 120:
        return ngettext("{n} second", "{n} seconds", seconds).format(n=seconds)
    minutes = -(-seconds // 60)
    return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
