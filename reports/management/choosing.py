"""Whose report a command makes."""

from django.core.management.base import CommandError

from agencies.models import Partnership
from reports import selectors


def chosen_partnership(slug: str | None) -> Partnership:
    """The one that is named; without a name the only one, or the only one with disagreements on record.

    Raises CommandError with a plain line where there is none or it is not clear which.
    """
    known = selectors.partnerships()
    if not known:
        raise CommandError("There is no partnership yet.")
    names = ", ".join(sorted(row.slug for row in known))
    if slug is None:
        busy = selectors.partnerships(with_disagreements=True)
        if len(busy) > 1:
            raise CommandError(f"Say whose report with --partnership: {names}.")
        return (busy or known)[0]
    found = next((row for row in known if row.slug == slug), None)
    if found is None:
        raise CommandError(f"There is no partnership {slug}; there is: {names}.")
    return found
