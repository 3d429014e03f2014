"""How long words that somebody typed and did not send are kept: as long as the draft, or the disagreement while it runs, that they are about."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.db.models import Q
from django.urls import Resolver404, resolve

from agencies.models import KeptForm
from agencies.services.identity.kept_forms import KEPT_FOR, forget_forms, leave_out
from escalation.models import Dispute
from escalation.references import read_reference
from escalation.states import LIVE, State

OF_A_DRAFT = "log-"
# The pages that ask for a child's full name, where names are taken, and what it is called there: of a draft's children each has one.
ASKS_NAMES = Q(page__contains="/child/") | Q(page__contains="/correct-child/")
CHILD_NAME = re.compile(r"(?:child-\d+-)?name", re.ASCII)


class About(NamedTuple):
    """What is typed on a page is about: a disagreement's reference, empty for none, and whether the page is one of its draft."""

    reference: str
    is_draft: bool


def forget_kept_words(now: datetime) -> int:
    """Removes what nobody came back for; says how many. May run late or twice.

    What was typed about a draft goes once it is no draft any more; what is about a disagreement that has ended, or about none, 30 days after it was
    kept, and at once with an anonymised one. Two queries, three where something goes.
    """
    rows = [(key, _about(page), at) for key, page, at in KeptForm.objects.order_by().values_list("pk", "page", "kept_at")]
    asked = {about.reference for _key, about, _at in rows if about.reference}
    found = dict(Dispute.objects.filter(reference__in=asked, anonymised_at=None).values_list("reference", "state")) if asked else {}
    return forget_forms([key for key, about, at in rows if _is_over(about, found, is_old=at < now - KEPT_FOR)])


def _is_over(about: About, states: Mapping[str, str], *, is_old: bool) -> bool:
    if not about.reference:
        return is_old
    state = states.get(about.reference)
    if about.is_draft:
        return state != State.DRAFT
    return state is None or (is_old and state not in LIVE)


def forget_words_about_draft(reference: str) -> int:
    """Removes what was typed on the pages of a draft that is deleted."""
    rows = KeptForm.objects.filter(page__contains=reference).order_by().values_list("pk", "page")
    return forget_forms([key for key, page in rows if _about(page) == About(reference, is_draft=True)])


def forms_that_ask_names(partnership: UUID) -> list[tuple[UUID, KeptForm]]:
    """What was typed and not sent on pages that ask for a child's full name, with the key of the partnership's disagreement it is about.

    Two queries.
    """
    rows = [(_about(row.page).reference, row) for row in KeptForm.objects.filter(ASKS_NAMES).order_by()]
    asked = {about for about, _row in rows}
    found = dict(Dispute.objects.filter(partnership=partnership, reference__in=asked).values_list("reference", "pk")) if asked else {}
    return [(found[about], row) for about, row in rows if about in found]


def leave_names_out(forms: Iterable[KeptForm]) -> None:
    """Takes the children's full names out of these. One query for each that holds any."""
    for row in forms:
        leave_out(row, CHILD_NAME)


def _about(page: str) -> About:
    try:
        found = resolve(unquote(urlsplit(page).path))
    except (Resolver404, ValueError):
        return About("", is_draft=False)
    reference = read_reference(str(found.kwargs.get("reference", "")))
    return About(reference or "", is_draft=(found.url_name or "").startswith(OF_A_DRAFT))
