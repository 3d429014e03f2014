"""Looking for one child: the one way from what somebody typed to the disagreements about it. Whoever asks shows only what its reader may know of."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput
from agencies.readable import trimmed
from agencies.words import Words
from escalation.models import Child, ChildReference
from escalation.services.words import same_initials

Birth = tuple[str, date | None]
# A child in one disagreement, the key of its row, with the key of that disagreement.
Rows = dict[UUID, UUID]
WHICH_CHILD = _("Enter initials and a date of birth, or an agency with its reference for the child.")


def same_child(partnerships: Collection[UUID], births: Iterable[Birth], references: Iterable[tuple[UUID, str]]) -> Rows:
    """In these partnerships' disagreements each child born then with these initials, or known to an agency by this reference in any case and spacing.

    One query at most: each half goes by its own index.
    """
    born = [Q(initials=initials, born_on=born_on) for initials, born_on in births if born_on is not None]
    known = [(agency, reference) for agency, reference in references if trimmed(reference)]
    halves: list[QuerySet[Any, tuple[UUID, UUID]]] = []
    if born:
        halves.append(Child.objects.filter(reduce(or_, born), dispute__partnership__in=partnerships).order_by().values_list("pk", "dispute"))
    if known:
        rows = ChildReference.objects.known_as(known).filter(child__dispute__partnership__in=partnerships)
        halves.append(rows.order_by().values_list("child", "child__dispute"))
    return dict(halves[0].union(*halves[1:])) if halves else {}


def same_as(partnerships: Collection[UUID], rows: Rows) -> Rows:
    """These, and the same child wherever else: by its initials and birth, or by any agency's reference. Three queries, none for none."""
    if not rows:
        return {}
    births = set(Child.objects.filter(pk__in=rows).values_list("initials", "born_on"))
    known = set(ChildReference.objects.filter(child__in=rows).values_list("agency", "reference"))
    return rows | same_child(partnerships, births, known)


def about_child(
    partnerships: Collection[UUID], *, initials: str, born_on: date | None, agency: UUID | None, reference: str, which: Words = WHICH_CHILD
) -> Rows:
    """Everything about the one child that is named by initials and date of birth, or by an agency's reference for it.

    A brother or sister in the same disagreement is another child. Raises InvalidInput, with `which`, where nobody is named clearly.
    """
    if trimmed(initials) and born_on is not None:
        return same_as(partnerships, same_child(partnerships, [(same_initials(initials), born_on)], []))
    if trimmed(reference) and agency is not None:
        return same_as(partnerships, same_child(partnerships, [], [(agency, trimmed(reference))]))
    raise InvalidInput(which, field="born_on" if trimmed(initials) else "initials")


def nothing_kept(initials: str) -> InvalidInput:
    """That nothing is kept about the child who was named so, beside what named it."""
    return InvalidInput(gettext("Nothing is kept about this child."), field="initials" if trimmed(initials) else "reference")
