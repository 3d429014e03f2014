"""What every page's frame shows: whose partnership this is, who is signed in, where one can go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import ceil
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.models import Membership, Partnership
from agencies.person import Person
from agencies.policy import may_move_clock
from agencies.roles import AGENCY_ROLES, CHAIR_ROLES, LEARNING_ROLES, SUBGROUP_ROLES, UNIT_ROLES, Role
from agencies.services.identity.sessions import limits_of
from agencies.sessions import SessionStore
from agencies.web.access import home_url, own_partnership, person_for
from agencies.web.identity.keeping import pass_for
from agencies.web.remembered import remember
from agencies.working_days import london

EVERYBODY: frozenset[Role] = frozenset()
REPORTS = UNIT_ROLES
# Label, name of the address, and whom it is for. A page that this installation does not have is left out.
NAVIGATION = (
    (_("My work"), "my-work", EVERYBODY),
    (_("Log a disagreement"), "log", AGENCY_ROLES | UNIT_ROLES),
    (_("Board"), "board", UNIT_ROLES),
    (_("My agency"), "my-agency", frozenset({Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER})),
    (_("Board’s page"), "board-page", CHAIR_ROLES | {Role.BOARD_MEMBER}),
    (_("Findings"), "report-findings", CHAIR_ROLES | {Role.PANEL_MEMBER}),
    (_("Directory"), "directory", EVERYBODY),
    (_("Procedure"), "procedures", EVERYBODY),
    (_("Learning"), "learning", LEARNING_ROLES),
    (_("Reports"), "reports", REPORTS),
    (_("Standing report"), "report-standing", SUBGROUP_ROLES),
    (_("Audits"), "audits", frozenset({Role.AUDITOR})),
    (_("Help"), "help", EVERYBODY),
)
MOST_FRONT_DOORS = 4
FOOTER = ((_("Help"), "help"), (_("Accessibility"), "accessibility"), (_("Privacy"), "privacy"))


@dataclass(frozen=True, slots=True)
class ShownPartnership:
    """The partnership as the frame shows it."""

    name: str
    front_door: str = ""
    front_door_day: str = ""
    front_door_night: str = ""
    is_invented: bool = False
    id: UUID | None = None
    is_practice: bool = False
    ahead: timedelta = wall_clock.NONE


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `partnership`, `nav`, `account`, `home_url`, `practice` and `is_invented` (the same), `messages_url` in a
    practice system, `footer_links`.

    Three queries for somebody signed in, fewer where the page asked already, one for anybody else.
    Before signing in nobody's partnership is known; whether this is a practice system is, and `front_doors`, whom one rings here.
    """
    footer = [{"label": label, "url": url} for label, name in FOOTER if (url := _url(name))]
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        places = list(Partnership.objects.annotate(has_people=Exists(Membership.objects.filter(partnership=OuterRef("pk")))).order_by("name"))
        invented = any(row.is_invented for row in places)
        staffed = [row for row in places if row.has_people]
        remember(staffed)
        doors = front_doors(staffed)
        return {"practice": invented, "is_invented": invented, "front_doors": doors, "footer_links": footer, "home_url": "/"}
    person = person_for(request)
    shown = _shown(request)
    return {
        "partnership": shown,
        "nav": navigation(person, request.path) if person.seats else [],
        "account": {"name": person.name, "detail": _detail(person), "url": reverse("account"), "sign_out_url": reverse("sign-out")},
        "time_limit": _time_limit(request),
        "keeping": {"page": (page := request.get_full_path()), "pass": pass_for(user, page)},
        "home_url": home_url(),
        "practice": shown is not None and shown.is_invented,
        "is_invented": shown is not None and shown.is_invented,
        "messages_url": _url("messages") if shown is not None and shown.is_invented else "",
        "practice_clock": _practice_clock(person, shown, page),
        "footer_links": footer,
    }


def navigation(person: Person, path: str) -> list[dict[str, Any]]:
    """The pages that this person can go to. The current one is the entry whose address begins the path, the longest if several do."""
    found = [(label, url) for label, name, roles in NAVIGATION if (not roles or person.sits_anywhere_as(*roles)) and (url := _url(name))]
    current = max((url for _, url in found if path == url or (url != "/" and path.startswith(url))), key=len, default=None)
    return [{"label": label, "url": url, "current": url == current} for label, url in found]


def _shown(request: HttpRequest) -> ShownPartnership | None:
    row = own_partnership(request)
    if row is None:
        return None
    remember([row])
    return shown(row)


def shown(row: Partnership) -> ShownPartnership:
    """The partnership for the frame of a page: its name, and its front door by day and by night."""
    front_door = (row.front_door_name, row.front_door_day, row.front_door_night)
    return ShownPartnership(row.name, *front_door, row.is_invented, row.id, row.is_practice, row.ahead)


def front_doors(places: Sequence[Partnership]) -> dict[str, Any]:
    """Of these partnerships, each with people, those with a number to ring, for somebody whose own is not known.

    The real ones where there is one, by name where they are several, and none at all where they are more than the foot of a page holds.
    """
    real = [row for row in places if not row.is_invented and not row.is_practice] or places
    found = [shown(row) for row in real if row.front_door_day or row.front_door_night]
    return {"places": found if len(found) <= MOST_FRONT_DOORS else [], "by_name": len(real) > 1}


def _practice_clock(person: Person, shown: ShownPartnership | None, page: str) -> dict[str, Any] | None:
    """What the banner of a partnership to practise in says of its clock: the moment that it is there, where a trainer moves it, and back to where."""
    if shown is None or not shown.is_practice or shown.id is None:
        return None
    return {
        "now": wall_clock.now_in(shown) if shown.ahead else None,
        "forward_url": _url("practice-forward") if may_move_clock(person, shown.id) else "",
        "page": page,
        "sending": token_urlsafe(16),
    }


def _detail(person: Person) -> str:
    return person.job_title(person.seats[0].agency_id) if person.seats else ""


def _time_limit(request: HttpRequest) -> dict[str, Any]:
    """Seconds left from now on, from when the dialog warns, after how long a pause one signs in again, and until when at the latest one need not."""
    now = timezone.now()
    limits = limits_of(getattr(request, "session", None) or SessionStore(), now)
    return {
        "left": limits.left(now),
        "warn": settings.CONCORD_WARNING_SECONDS,
        "latest": london(limits.end),
        "idle_in_words": _minutes(settings.CONCORD_IDLE_MINUTES),
        "minutes_in_words": [_minutes(number) for number in range(1, ceil(settings.CONCORD_WARNING_SECONDS / 60) + 1)],
    }


def _minutes(number: int) -> str:
    """As "3 minutes"; what is left of the last one is not counted."""
    return ngettext("{n} minute", "{n} minutes", number).format(n=number) if number > 1 else gettext("less than a minute")


def _url(name: str) -> str | None:
    return _address(name, get_script_prefix())


@lru_cache(maxsize=256)
def _address(name: str, _prefix: str) -> str | None:
    """A page's address where the installation lies under this prefix, found once: every page names a dozen. None where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
