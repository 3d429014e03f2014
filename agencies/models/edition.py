"""Which edition of the directory is in force."""

from django.db import models


class DirectoryEdition(models.Model):
    """One row, which the database itself writes: another mark after each change of people, agencies, posts, roles, cover or partnerships.

    A mark is random and never comes again, so that what somebody read under it and rolled back is not taken for what somebody else committed.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    mark = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.mark
