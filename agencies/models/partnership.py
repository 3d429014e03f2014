"""A local safeguarding partnership: the tenant. Its calendar, office hours and front door."""

from datetime import time, timedelta
from typing import ClassVar

from django.db import models

from agencies.holidays import Nation
from agencies.keys import new_key

CONTACT_MONTHS = 6


class Partnership(models.Model):
    """The agencies of an area that share one procedure for resolving professional disagreements."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    nation = models.CharField(max_length=20, choices=[(n.value, n.label) for n in Nation], default=Nation.ENGLAND_AND_WALES.value)
    opens = models.TimeField(default=time(9))
    closes = models.TimeField(default=time(17))
    unit_name = models.CharField(max_length=120, default="Business unit")
    unit_email = models.EmailField(blank=True)
    unit_phone = models.CharField(max_length=40, blank=True)
    front_door_name = models.CharField(max_length=120, default="Children's front door")
    front_door_day = models.CharField(max_length=40, blank=True)
    front_door_night = models.CharField(max_length=40, blank=True)
    second_factor_roles = models.JSONField(default=list, blank=True, help_text="Roles whose holders need a second factor to sign in.")
    contact_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="For how many months a confirmed contact counts as confirmed; empty: six."
    )
    is_invented = models.BooleanField(default=False, help_text="Invented people and data: every page says so.")
    is_practice = models.BooleanField(
        default=False, help_text="For training: messages go nowhere, and the trainer moves the clock. Set when it is made, and never after."
    )
    ahead = models.DurationField(default=timedelta, help_text="How far the trainer has moved the clock of a practice partnership forward.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(closes__gt=models.F("opens")), name="partnership_closes_after_it_opens"),
            models.CheckConstraint(condition=models.Q(is_practice=False) | models.Q(is_invented=True), name="practice_has_invented_data"),
            models.CheckConstraint(condition=models.Q(is_practice=True) | models.Q(ahead=timedelta()), name="only_practice_is_ahead"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def contacts_count_for(self) -> timedelta:
        """How long after its confirmation a contact of the directory counts as confirmed: 183 days for six months."""
        return timedelta(days=(self.contact_months or CONTACT_MONTHS) * 61 // 2)

    @property
    def unit_contact(self) -> str:
        """How its business unit is reached: the phone, else the address; empty where neither is known."""
        return self.unit_phone or self.unit_email
