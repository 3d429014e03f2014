"""One agency of hundreds on a form: those of the small kinds are listed, and any other is found by part of its name, or by what it is."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext, ngettext

from agencies.finding import fitting, of_small_kinds
from agencies.models import Agency
from agencies.words import figure

# So many of what was looked for are listed: twice as many would weigh as much as all the rest of the page.
MOST = 25


def some_of(agencies: Sequence[Agency], *, chosen: Collection[str], name: str, kind: str | None) -> tuple[list[Agency], str]:
    """Those chosen so far (keys as text), then those looked for, at most MOST of them, and the words that say how many there are. Before anything
    was looked for, those of the kinds that have few. `kind` is None where the form does not ask for it."""
    first = [row for row in agencies if str(row.pk) in chosen]
    rest = [row for row in agencies if str(row.pk) not in chosen]
    by_kind = kind is not None
    if not (name or kind):
        found = of_small_kinds(rest, MOST)
        return first + found, _unasked(len(first) + len(found), len(agencies), by_kind=by_kind)
    found = fitting(rest, name=name, kind=kind or "")
    return first + found[:MOST], _note(len(found), len(agencies), by_kind=by_kind)


def _unasked(shown: int, every: int, *, by_kind: bool) -> str:
    if by_kind:
        words = gettext("{shown} of {all} agencies are listed here: those of which there are few. Find any other by its name or what it is.")
    else:
        words = gettext("{shown} of {all} agencies are listed here: those of which there are few. Find any other by part of its name.")
    return words.format(shown=figure(shown), all=figure(every))


def _note(found: int, every: int, *, by_kind: bool) -> str:
    if not found:
        words = gettext("None of {all} agencies is called so. Type less of the name, or choose another kind.")
        if not by_kind:
            words = gettext("None of {all} agencies is called so. Type less of the name.")
        return words.format(all=figure(every))
    if found > MOST:
        return gettext("The first {most} of {found} that fit. Type more of the name.").format(most=MOST, found=figure(found))
    return ngettext("{found} agency fits.", "{found} agencies fit.", found).format(found=figure(found))
