"""Somebody's first place among real people, where they only practised until then: what opened their account is made anew.

A trainer hands out accounts to practise with, and reads their links on a page: the passphrase, or whatever else opens such an account, may be that of
somebody else. Every door by which a place is given asks here before and after.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from agencies.models import Authenticator, ExternalIdentity, Partnership, Passkey, RecoveryCode, User
from agencies.roles import DirectoryDoor
from agencies.said import said
from agencies.services.identity.events import note
from agencies.services.identity.sessions import end_sessions_of
from agencies.services.passphrases import ask_for_link, only_practising
from agencies.services.record import Giving, record
from agencies.services.tokens import end_tokens_of
from agencies.sign_ins import SignInKind, Visit


def before_first_place(users: Collection[UUID], partnership: Partnership) -> set[UUID]:
    """Of those who are about to be given a place in the partnership, those for whom it is the first outside practice. One query at most."""
    return set() if partnership.is_practice else only_practising(users)


@transaction.atomic
def after_first_place(
    users: Collection[UUID], partnership: Partnership, *, actor: User | None, now: datetime, door: DirectoryDoor | None = None
) -> None:
    """Once they have it: each begins anew, with a line on the directory's record. `users` is what `before_first_place` gave; `now` is aware."""
    for user in User.objects.select_for_update(no_key=True).filter(pk__in=users).order_by("pk"):
        record(partnership.pk, actor, begin_anew(user, actor=actor, now=now), now=now, giving=Giving(user.pk), door=door)


def begin_anew(user: User, *, actor: User | None, now: datetime) -> str:
    """The person's passphrase, second factors, links to an organisation's account, sessions and tokens end, links that stood on the page of messages
    open nothing any more, and an invitation goes to their address. Called in the transaction of what gave the place.

    Writes a line of the record of signing in, and gives the sentence for the directory's.
    """
    user.set_unusable_password()
    user.save(update_fields=["password"])
    for model in (Authenticator, Passkey, RecoveryCode, ExternalIdentity):
        model._default_manager.filter(user=user).delete()
    end_tokens_of(user)
    end_sessions_of(user)
    note(SignInKind.BEGUN_ANEW, user, Visit(), now=now, by=actor)
    ask_for_link(email=user.email, is_invitation=True, now=now)
    form = gettext_noop("{name} only practised until now: what opened their account has ended, and they are invited to set a new passphrase.")
    return said(form, name=user.name)
