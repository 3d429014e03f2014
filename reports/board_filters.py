"""Saved filters of the board: each person's own, at most twenty, each name once. The board's door asks who may."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput, NotFound
from agencies.models import Agency, Partnership, User
from escalation.selectors.board import BY_KEY
from escalation.services.keeping.access.account import tells_of_its_own
from escalation.services.keeping.access.pieces import Piece
from escalation.services.words import needed, short
from reports.models import SavedFilter
from reports.saved_filter import LONGEST_NAME

MOST = 20
FULL = _("You have {most} saved filters, which is the most. Delete one first.")


def filters_of(user: UUID, partnership: Partnership) -> list[SavedFilter]:
    """The person's own in this partnership, by name: one query."""
    return by_name(SavedFilter.objects.filter(user=user, partnership=partnership))


def by_name(filters: Iterable[SavedFilter]) -> list[SavedFilter]:
    """In the order in which a page lists them."""
    return sorted(filters, key=lambda saved: saved.name.lower())


def save_filter(
    user: UUID, partnership: Partnership, name: str, *, shown: str, agency: Agency | None = None, stage: int | None = None
) -> SavedFilter:
    """Keep what is looked at under a name: a list of the board by its key, an agency of this partnership, a stage.

    Raises InvalidInput, for the name, where the person has one of that name or has twenty.
    """
    with transaction.atomic():
        _hold(user)
        own = filters_of(user, partnership)
        if len(own) >= MOST:
            raise InvalidInput(FULL.format(most=MOST), field="name")
        return SavedFilter.objects.create(user_id=user, partnership=partnership, name=_free(name, own), shown=shown, agency=agency, stage=stage)


def rename_filter(key: UUID, user: UUID, partnership: Partnership, name: str) -> SavedFilter:
    """Give one of the person's own another name. Raises NotFound for anything else, InvalidInput for a name that another of theirs has."""
    with transaction.atomic():
        _hold(user)
        found = filter_of(key, user, partnership)
        found.name = _free(name, [each for each in filters_of(user, partnership) if each.pk != key])
        found.save(update_fields=["name"])
    return found


def delete_filter(key: UUID, user: UUID, partnership: Partnership) -> str:
    """Delete one of the person's own; returns its name. Raises NotFound for anything else."""
    found = filter_of(key, user, partnership)
    found.delete()
    return found.name


@tells_of_its_own
def filters_told(user: User, partnership: UUID) -> Iterator[Piece]:
    """What is kept of somebody's filters, for the answer to their request for access: the name that they gave it, and what it shows."""
    for saved in SavedFilter.objects.filter(user=user, partnership=partnership).select_related("agency").order_by("name"):
        parts = [BY_KEY[saved.shown].words if saved.shown in BY_KEY else saved.shown, saved.agency.name if saved.agency else ""]
        stage = gettext("stage {number}").format(number=saved.stage) if saved.stage else ""
        words = gettext("“{name}”: {shown}").format(name=saved.name, shown=", ".join(str(part) for part in (*parts, stage) if part))
        yield Piece(f"filter-{saved.pk}", gettext("Choices"), gettext("Saved filter of the board"), words)


def filter_of(key: UUID, user: UUID, partnership: Partnership) -> SavedFilter:
    """One of the person's own. Raises NotFound for anything else, somebody else's too."""
    found = SavedFilter.objects.filter(pk=key, user=user, partnership=partnership).select_related("agency").first()
    if found is None:
        raise NotFound(gettext("There is no such filter."))
    return found


def _hold(user: UUID) -> None:
    """One change of somebody's filters at a time: two clicks are not two of one name, nor twenty-one."""
    User.objects.select_for_update().get(pk=user)


def _free(name: str, others: list[SavedFilter]) -> str:
    """The name on one line, which none of these has in any case. Raises InvalidInput."""
    words = short(" ".join(needed(name, "name", gettext("Enter a name for the filter.")).split()), "name", LONGEST_NAME)
    if words.lower() in {each.name.lower() for each in others}:
        raise InvalidInput(gettext("You have a filter of this name. Enter another name."), field="name")
    return words
