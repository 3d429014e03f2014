"""A person who can sign in. The e-mail address is the name they sign in with."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from agencies.keys import new_key
from agencies.querysets import UserQuerySet


class UserManager(BaseUserManager["User"]):
    """Creates people. E-mail addresses are kept in lower case, since people do not tell the cases apart."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with this address. Without a password the account can only be reached by an invitation or a reset."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator of the installation: settings and accounts, never a disagreement."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may see and do follows from memberships and posts, not from this row."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="When the account was closed; empty for an open one.")
    goes_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When name and address go, as an hourly job last found it; empty where that is not near."
    )
    erased_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="From here on it has no name and no address.")

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering: ClassVar = ["name", "email"]
        constraints: ClassVar = [
            # One account an address whatever its capitals: sign-in looks it up in lower case.
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The person's name, as Django's admin asks for it."""
        return self.name

    @property
    def key(self) -> uuid.UUID:
        """The person's key."""
        return self.id
