"""What people choose for themselves."""

from django.db import models

from agencies.models import User


class MessageSettings(models.Model):
    """Which of the messages that ask for nothing somebody gets. No row: all of them."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="message_settings")
    digest = models.BooleanField(default=True, help_text="The business unit's message of the morning.")

    def __str__(self) -> str:
        return f"Digest {'on' if self.digest else 'off'}"
