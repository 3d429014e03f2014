"""What a partnership knows of mail besides what is shipped."""

from typing import ClassVar

from django.core.validators import DomainNameValidator
from django.db import models

from agencies.keys import new_key

from .partnership import Partnership


class PrivateMailProvider(models.Model):
    """A provider of private mailboxes besides the shipped ones (`agencies.private_mail`), entered by who keeps the directory or the installation."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="mail_providers", db_index=False)
    domain = models.CharField(
        max_length=253, validators=[DomainNameValidator()], help_text="What stands behind the @ of its addresses, such as mail.example."
    )
    source = models.CharField(max_length=120, blank=True, help_text="Who asked for it.")

    class Meta:
        ordering: ClassVar = ["domain"]
        verbose_name = "private mail provider"
        constraints: ClassVar = [models.UniqueConstraint(fields=["partnership", "domain"], name="private_mail_provider_once")]

    def __str__(self) -> str:
        return self.domain
