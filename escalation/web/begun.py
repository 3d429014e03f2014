"""What somebody began to write about a disagreement and has not sent: where it is kept for them, so that they find it again."""

from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from agencies.services.identity.kept_forms import kept_pages
from agencies.sessions import keeps_words
from agencies.templatetags.ui import moment
from agencies.web.access import parts_of, person_for, user_of
from escalation.models import Dispute
from escalation.states import Verb


def begun_by(request: HttpRequest, reference: str = "") -> list[dict[str, Any]]:
    """Each as a row of My work, the newest first; of one disagreement, which the person may know of, where its reference is given.

    No query where nothing waits for the person, two at most. What they may not know of any more is left out.
    """
    if not keeps_words(request.session):
        return []
    rows = [row for page, kept_at in kept_pages(user_of(request)) if (row := _row(page, moment(kept_at))) is not None]
    if reference:
        return [row for row in rows if row["reference"] == reference]
    asked = {row["reference"] for row in rows}
    known = (
        set(Dispute.objects.named_visible_to(person_for(request)).filter(reference__in=asked).values_list("reference", flat=True)) if asked else set()
    )
    return [row for row in rows if row["reference"] in known]


def _row(page: str, at: str) -> dict[str, Any] | None:
    """None for the page of no verb: a question of a draft is found by the draft."""
    try:
        found = resolve(parts_of(page).path)
    except Resolver404:
        return None
    name = found.kwargs["slug"].replace("-", "_") if found.view_name == "verb" else ""
    if name not in set(Verb):
        return None
    return {
        "reference": found.kwargs["reference"],
        "url": page,
        "ask": Verb(name).label,
        "who": _("begun {moment}, not sent yet").format(moment=at),
        "at": at,
    }
