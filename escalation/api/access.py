"""The way from a call to a person and to a disagreement: once, for every address."""

import re
from typing import cast

from django.utils.translation import gettext as _
from rest_framework.request import Request

from agencies import wall_clock
from agencies.errors import InvalidInput, NotFound
from agencies.models import User
from agencies.person import Person, person_of
from agencies.readable import trimmed
from escalation import policy
from escalation.engine import questions
from escalation.engine.case import Case, assemble, load
from escalation.querysets import known_each
from escalation.services.reading import CASE, look, recall_reason

REFERENCE = re.compile(r"ESC-[0-9A-HJKMNP-TV-Z]{6}")


def person_for(request: Request) -> Person:
    """Who calls, with the seats of today in London, worked out once a call (two queries)."""
    known = getattr(request, "concord_person", None)
    if known is None:
        known = person_of(cast("User", request.user), wall_clock.today())
        if known.ahead:
            wall_clock.go_ahead(known.ahead)
            known = person_of(cast("User", request.user), wall_clock.today())
        request.concord_person = known  # type: ignore[attr-defined]
    return cast("Person", known)


def open_case(request: Request, reference: str, *, whole: bool = False) -> Case:
    """The disagreement of this reference as it stands now; `whole` for showing it.

    Raises NotFound where there is none or the person may not know of it: the two look the same.
    """
    wanted = reference.upper()
    known = known_each(person_for(request), wall_clock.today())
    dispute = questions.BY_REFERENCE.first(wanted, known) if REFERENCE.fullmatch(wanted) else None
    if dispute is None:
        raise NotFound(_("There is no such disagreement, or it is not yours to see."))
    wall_clock.stand_in(dispute.partnership)
    now = wall_clock.now()
    return recall_reason(assemble([dispute], now=now, whole=whole)[0], person_for(request), now=now)


def read_case(request: Request, reference: str, part: str, *, reason: str = "") -> Case:
    """The same for reading it: the reading is kept, and the receiving side's first look marks its request as opened.

    Raises InvalidInput where the person must say why first and does not.
    """
    case = open_case(request, reference, whole=True)
    person, now = person_for(request), wall_clock.now()
    return look(case, person, part, now=now, reason=reason_for(case, person, reason))


def known_case(request: Request, reference: str, *, reason: str, whole: bool = False) -> Case:
    """The same for what is no reading of it but whoever only audits may not see without saying why: of them it is kept as one.

    Raises InvalidInput where the person must say why first and does not.
    """
    case = open_case(request, reference, whole=whole)
    if policy.says_why_first(person_for(request), case):
        return look(case, person_for(request), CASE, now=wall_clock.now(), reason=reason_for(case, person_for(request), reason))
    return case


def reason_for(case: Case, person: Person, reason: str) -> str:
    """The reason as it is kept. Raises InvalidInput where the person must say why first and does not."""
    if policy.says_why_first(person, case) and not trimmed(reason):
        raise InvalidInput(_("Say why you look at it."), field="reason")
    return trimmed(reason)


def again(case: Case) -> Case:
    """The same disagreement after something was done to it, for whoever did it: even where it is no longer theirs to see."""
    return load([case.dispute.pk], now=wall_clock.now(), lock=False)[0]
