"""Several of one thing on a page, each of which can be removed by a button."""

from typing import TYPE_CHECKING, Any

from django.forms import BaseFormSet
from django.http import QueryDict

from agencies.words import Words

if TYPE_CHECKING:
    Alike = BaseFormSet[Any]
else:
    Alike = BaseFormSet


class Several(Alike):
    """Forms that are alike. Where there is more than one, each says in its labels and its errors which it is: `one` as "Child {number}"."""

    one: Words = ""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if self.total_form_count() > 1:
            form.which = str(self.one).format(number=i + 1)
        return form


def without_removed(data: QueryDict, prefix: str, most: int, least: int = 2) -> QueryDict:
    """The posted forms without the one whose Remove was pressed, the others moved up; as posted where there are fewer than
    `least`, or more than `most`."""
    gone, count = data.get("remove", ""), data.get(f"{prefix}-TOTAL_FORMS", "")
    if not gone.isdecimal() or not count.isdecimal() or int(count) < least or int(count) > most:
        return data
    changed = data.copy()
    left = [index for index in range(int(count)) if index != int(gone)]
    for name in [name for name in changed if name.startswith(f"{prefix}-") and name.split("-")[1].isdecimal()]:
        del changed[name]
    for new, old in enumerate(left):
        for name in [name for name in data if name.startswith(f"{prefix}-{old}-")]:
            changed.setlist(name.replace(f"{prefix}-{old}-", f"{prefix}-{new}-", 1), data.getlist(name))
    changed[f"{prefix}-TOTAL_FORMS"] = str(len(left))
    return changed
