"""A list that may be very long: a page of it, or of what is looked for in it. What somebody typed stands in no address, and in nobody's log of them:
it is sent as a form and kept in the session."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from agencies.roles import AgencyKind
from agencies.web.given_back import kept_now

Row = TypeVar("Row")
# So many stand on a page.
SHOWN = 25
FIND, FOUND, PAGE = "find", "found", "page"
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """A page of a list. `found` is how many fit what is looked for, all where nothing is; `is_long` where there are more than stand on a page."""

    rows: Sequence[Row]
    found: int
    is_long: bool
    name: str
    kind: str
    next_url: str
    first_url: str
    all_url: str

    @property
    def is_asked(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.name or self.kind)

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        """What an agency may be, to choose from."""
        return [(one.value, one.label) for one in AgencyKind]


def page_number(request: HttpRequest, name: str = PAGE) -> int:
    """Which page of a list the address names, from 1; the first where it names none that can be."""
    text = request.GET.get(name, "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 5 else 1


def looks(request: HttpRequest) -> bool:
    """Whether the form that looks for something was sent, and no other of the page."""
    return request.method == "POST" and FIND in request.POST


def look_for(request: HttpRequest, part: str = "") -> HttpResponse:
    """Keeps what was typed, and leads to the page that lists what is found, at its `part`."""
    # What is typed in another form of the page was not sent by this.
    kept_now(request)
    request.session[_place(request)] = {key: request.POST.get(key, "")[:LONGEST] for key in ("name", "kind")}
    return redirect(request.path + _address(request, **{FOUND: "1"}) + part)


def looked_for(request: HttpRequest) -> tuple[str, str]:
    """Part of the name, and the kind, a value of AgencyKind; empty where they are not asked for."""
    kept = request.session.get(_place(request), {}) if FOUND in request.GET else {}
    kind = kept.get("kind", "")
    return kept.get("name", ""), kind if kind in AgencyKind.values else ""


def a_page_of(request: HttpRequest, found: Sequence[Row], *, every: int, part: str = "", shown: int = SHOWN) -> Listed[Row]:
    """The page that is asked for of what was found among so many, `shown` at a time; its links lead to `part` of the page."""
    page, (name, kind) = page_number(request), looked_for(request)
    this = {FOUND: "1"} if name or kind else {}
    return Listed(
        rows=found[(page - 1) * shown : page * shown],
        found=len(found),
        is_long=every > shown,
        name=name,
        kind=kind,
        next_url=_address(request, **this, **{PAGE: str(page + 1)}) + part if len(found) > page * shown else "",
        first_url=_address(request, **this) + part if page > 1 else "",
        all_url=request.path + _address(request).removesuffix("?") + part,
    )


def _place(request: HttpRequest) -> str:
    """Where the session keeps what is looked for on this page."""
    assert request.resolver_match is not None  # noqa: S101 - for the type checker # nosec B101
    return f"{request.resolver_match.view_name}_looked_for"


def _address(request: HttpRequest, **more: str) -> str:
    """What else the address says, with this."""
    asked = [(name, value) for name, values in request.GET.lists() for value in values if name not in {FOUND, PAGE}]
    return f"?{urlencode([*asked, *more.items()])}"
