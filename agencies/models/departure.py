"""Somebody leaves an agency, or the partnership's own people, from a day, and who takes over."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key

from .agency import Agency
from .partnership import Partnership
from .user import User


class Departure(models.Model):
    """The end of all that a person holds in one place: an agency, or the partnership itself where `agency` is empty.

    The roles and posts end by their own dates; the work moves to the successor once the last day is over, and then `done_at` is set.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="departures")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, null=True, blank=True, related_name="departures")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="departures")
    successor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    last_day = models.DateField()
    takes_posts = models.BooleanField(default=False, help_text="The successor takes over the person's posts too.")
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    planned_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["last_day"]
        constraints: ClassVar = [
            # One plan at a time for a person in a place.
            models.UniqueConstraint(fields=["agency", "person"], condition=models.Q(done_at=None), name="one_open_departure"),
            models.UniqueConstraint(fields=["partnership", "person"], condition=models.Q(done_at=None, agency=None), name="one_open_own_departure"),
        ]
        indexes: ClassVar = [
            # The recurring job: what is still to be handed over.
            models.Index(fields=["last_day"], condition=models.Q(done_at=None), name="departure_to_do"),
        ]

    def __str__(self) -> str:
        return f"{self.person} until {self.last_day}"

    @property
    def place(self) -> Agency | Partnership:
        """Where the person leaves."""
        return self.agency or self.partnership
