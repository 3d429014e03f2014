"""What stands around every page: the partnership, who is signed in, where one can go, and the figures to ring."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from agencies.models import Partnership
from agencies.person import Person
from escalation import policy
from escalation.web.access import person_for

FOOTER = (("Help", "help"), ("Accessibility", "accessibility"), ("Privacy", "privacy"))


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context that the base template reads; nothing but the footer for somebody who is not signed in. One query beside the person's two."""
    links = [{"label": label, "url": url} for label, name in FOOTER if (url := _address(name))]
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"footer_links": links, "home_url": _address("my-work")}
    person = person_for(request)
    partnership = partnership_for(request)
    return {
        "footer_links": links,
        "home_url": _address("my-work"),
        "nav": _navigation(request, person),
        "partnership": _named(partnership),
        "practice": partnership is not None and partnership.is_invented,
        "account": {"name": person.name or str(user), "detail": _detail(person), "sign_out_url": _address("sign-out")},
    }


def partnership_for(request: HttpRequest) -> Partnership | None:
    """The partnership of the person's first seat, read once a request; None for somebody without a seat."""
    if not hasattr(request, "concord_partnership"):
        key = person_for(request).partnership_id
        request.concord_partnership = Partnership.objects.filter(pk=key).first() if key else None  # type: ignore[attr-defined]
    found: Partnership | None = request.concord_partnership  # type: ignore[attr-defined]
    return found


def _navigation(request: HttpRequest, person: Person) -> list[dict[str, Any]]:
    entries = [("My work", "my-work", True), ("Log a disagreement", "log", policy.may_log(person)), ("Directory", "directory", bool(person.seats))]
    entries += [("Procedure", "procedure", bool(person.seats)), ("Board", "board", policy.may_see_board(person))]
    entries += [("Learning", "learning", person.is_unit), ("Reports", "reports", person.is_unit or person.is_chair), ("Help", "help", True)]
    shown = [(label, _address(name)) for label, name, allowed in entries if allowed]
    return [{"label": label, "url": url, "current": _is_current(request.path, url)} for label, url in shown if url]


def _is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def _address(name: str) -> str:
    """The page's address; empty where this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _named(partnership: Partnership | None) -> dict[str, str]:
    if partnership is None:
        return {}
    return {
        "name": partnership.name,
        "front_door": partnership.front_door_name,
        "front_door_day": partnership.front_door_day,
        "front_door_night": partnership.front_door_night,
        "unit_name": partnership.unit_name,
        "unit_phone": partnership.unit_phone,
        "unit_email": partnership.unit_email,
    }


def _detail(person: Person) -> str:
    """The first seat's post or role."""
    return next((seat.post_title or seat.role.label for seat in person.seats), "")
