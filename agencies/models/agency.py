"""Agencies, their levels of seniority, their posts and who holds them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext as _

from agencies.keys import new_key
from agencies.querysets import AgencyQuerySet, HoldingQuerySet, PostQuerySet
from agencies.roles import AgencyKind

from .partnership import Partnership
from .user import User


class SeniorityLevel(models.Model):
    """A level of a partnership's matrix, 1 the most junior: posts at the same level are each other's counterparts."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="levels", db_index=False)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["partnership", "number"], name="level_number_once")]

    def __str__(self) -> str:
        words = _("Level {number}: {name}") if self.name else _("Level {number}")
        return words.format(number=self.number, name=self.name)


class Agency(models.Model):
    """A member organisation, or an external one that takes part in single disagreements (another borough)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="agencies", db_index=False)
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, choices=AgencyKind, default=AgencyKind.OTHER)
    is_external = models.BooleanField(default=False, help_text="Not a member: another borough's agency.")
    is_flat = models.BooleanField(default=False, help_text="The same person may act at more than one stage.")
    has_board_member = models.BooleanField(default=True)
    acting_agency = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="acts_for")
    acting_from_level = models.PositiveSmallIntegerField(null=True, blank=True, help_text="From this level on the acting agency acts for it.")
    mailbox = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    out_of_hours = models.CharField(max_length=120, blank=True, help_text="Whom to ring when the office is closed.")
    is_active = models.BooleanField(default=True)
    member_since = models.DateField(null=True, blank=True, help_text="The day it joined; empty where it has been a member from the beginning.")
    unseated_on = models.DateField(
        null=True, blank=True, editable=False, help_text="The day on which it was retired last, or another agency stopped acting for it."
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "agencies"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "code"], name="agency_code_once"),
            models.CheckConstraint(
                condition=models.Q(acting_agency=None, acting_from_level=None)
                | models.Q(acting_agency__isnull=False, acting_from_level__isnull=False),
                name="agency_acting_from_a_level",
            ),
            models.CheckConstraint(condition=~models.Q(acting_agency=models.F("id")), name="agency_acts_for_another"),
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """An agency's title at a level. `is_uncertain` marks a cell that the published matrix leaves in doubt: shown, never guessed."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="posts", db_index=False)
    level = models.ForeignKey(SeniorityLevel, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")
    title = models.CharField(max_length=160, blank=True, help_text="Empty only where the published matrix cannot be read.")
    is_lead = models.BooleanField(default=False, help_text="Safeguarding lead: DSL, named or designated professional.")
    is_board_member = models.BooleanField(default=False)
    is_uncertain = models.BooleanField(default=False)
    uncertain_why = models.CharField(max_length=300, blank=True)
    mailbox = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    out_of_hours = models.CharField(max_length=120, blank=True)
    confirmed_on = models.DateField(null=True, blank=True, help_text="When somebody last said that the contact is right.")
    confirmed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["agency__name", "level__number", "title"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "level", "title"], name="post_title_once_a_level"),
            # Two empty levels are not equal to a database: posts outside the matrix need their own rule.
            models.UniqueConstraint(fields=["agency", "title"], condition=models.Q(level=None), name="post_title_once_without_level"),
            # A cell that cannot be read must say why.
            models.CheckConstraint(condition=models.Q(is_uncertain=False) | ~models.Q(uncertain_why=""), name="post_doubt_has_a_reason"),
            models.CheckConstraint(condition=~models.Q(title="") | models.Q(is_uncertain=True), name="post_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title or _("Not readable")


class PostHolding(models.Model):
    """A person in a post, as its holder or as a deputy (in `rank` order, the holder being 0)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="holdings", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="holdings")
    rank = models.PositiveSmallIntegerField(default=0)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="The last day in the post.")

    objects = HoldingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "user"], name="holding_once"),
            models.CheckConstraint(
                condition=models.Q(since=None) | models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="holding_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.post}"
