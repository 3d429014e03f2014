"""What somebody had typed, given back where the form itself is not shown again: nothing that a person would have to think of once more is lost."""

import re
from collections.abc import Iterator, Mapping, Sequence

from django.http import HttpRequest

from agencies.readable import is_storable
from agencies.services.identity.kept_forms import OWN, SECRET
from agencies.web.field_names import field_name, is_written
from agencies.web.past_days import with_days_typed

# What a choice holds says nothing to a person: a row's key, or two, or a word of ours without spaces.
KEY = re.compile(r"[\w.:-]{1,64}(?: [0-9a-f-]{36})?")
PART = re.compile(r"(.+)_([0-3])", re.DOTALL)
UNREADABLE = "\ufffd"


def typed_texts(request: HttpRequest) -> list[tuple[str, str]]:
    """What stood in the posted form. To be shown only where the form came from a page of ours."""
    return given_back(dict(request.POST.lists()))


def given_back(typed: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """(what the field is called, text) of all that was written, in the form's order, a date in one piece; no secret, no token, nothing that only the
    page can read, as the keys of choices. A character that cannot be stored is replaced by the sign for it."""
    found: list[tuple[str, str]] = []
    for name, texts in _whole_dates(with_days_typed(typed, also_near=True)):
        if not OWN.fullmatch(name) and not any(secret in name for secret in SECRET):
            found += [(field_name(_readable(name)), _readable(text)) for text in texts if _is_worth_it(name, text)]
    return found


def _whole_dates(typed: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Sequence[str]]]:
    """The answers, those to the parts of a date or moment as one."""
    for name, texts in typed.items():
        part = PART.fullmatch(name)
        if part is None or not all(f"{part[1]}_{number}" in typed for number in range(3)):
            yield name, texts
        elif part[2] == "0":
            yield part[1], [" ".join(text for number in range(4) for text in typed.get(f"{part[1]}_{number}", ()) if text)]


def _is_worth_it(name: str, text: str) -> bool:
    return bool(text.strip()) and (is_written(name) or not KEY.fullmatch(text))


def _readable(text: str) -> str:
    return text if is_storable(text) else "".join(sign if is_storable(sign) else UNREADABLE for sign in text)


def kept_now(request: HttpRequest) -> None:
    """The form of this very request was kept for later, for somebody who is still signed in."""
    request.concord_kept = True  # type: ignore[attr-defined]
