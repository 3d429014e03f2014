"""Who is signed in: Django's own way of knowing it, with the account read by a question that is put into SQL once. Every page asks it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import ModelBackend

from agencies.models import User
from agencies.ready import Ready

_BY_KEY: Ready[User] = Ready(lambda key: User.objects.filter(pk=key).order_by())


class AccountBackend(ModelBackend):
    """Accounts by e-mail address and passphrase, as Django's own backend keeps them."""

    def get_user(self, user_id: Any) -> User | None:
        """The open account with this key (a UUID, or its text); None where there is none, or none that may sign in."""
        try:
            user = _BY_KEY.first(user_id if isinstance(user_id, UUID) else UUID(str(user_id)))
        except ValueError:
            return None
        return user if user is not None and self.user_can_authenticate(user) else None
