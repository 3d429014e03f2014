"""What somebody began to write about a disagreement and has not sent: where it is kept for them, so that they find it again."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from agencies import wall_clock
from agencies.person import Person
from agencies.services.identity.kept_forms import kept_pages
from agencies.sessions import keeps_words
from agencies.templatetags.ui import moment
from agencies.web.access import edition_for, parts_of, person_for, user_of
from escalation import policy
from escalation.engine.case import Case, assemble
from escalation.engine.perform import VERBS
from escalation.models import Dispute
from escalation.selectors.case_file import CaseFile
from escalation.states import Verb


def begun_by(request: HttpRequest, shown: CaseFile | None = None) -> list[dict[str, Any]]:
    """Each as a row of My work, the newest first, and last those steps that cannot be done any more: their words are there to be copied or dropped.
    Of one disagreement where it is `shown`.

    No query where nothing waits for the person, one for the one that is shown, three for all. What they may not know of any more is left out.
    """
    if not keeps_words(request.session):
        return []
    rows = [row for page, kept_at in kept_pages(user_of(request)) if (row := _row(page, moment(kept_at))) is not None]
    if shown is not None:
        of_it = [row for row in rows if row["reference"] == shown.reference]
        return _in_order(of_it, lambda row: row["verb"] in shown.verbs)
    cases = _cases(request, {row["reference"] for row in rows})
    person = person_for(request)
    known = [row for row in rows if row["reference"] in cases]
    return _in_order(known, lambda row: _can_be_done(cases[row["reference"]], person, row["verb"]))


def _cases(request: HttpRequest, references: set[str]) -> dict[str, Case]:
    """Those of them that the person may know of, as they stand. Two queries, however many."""
    found = Dispute.objects.named_visible_to(person_for(request)).filter(reference__in=references).select_related("partnership") if references else ()
    return {case.dispute.reference: case for case in assemble(list(found), now=wall_clock.now(), edition=edition_for(request))}


def _can_be_done(case: Case, person: Person, verb: Verb) -> bool:
    return policy.may(person, verb, case) and VERBS[verb].ready(case, person) is None


def _in_order(rows: list[dict[str, Any]], can_be_done: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Those that can be gone on with, then the others, which say that they cannot."""
    possible = [row for row in rows if can_be_done(row)]
    return possible + [row | _over(row) for row in rows if row not in possible]


def _over(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "is_over": True,
        "ask": _("Your words for “{step}”").format(step=row["ask"]),
        "who": _("begun {moment}; it cannot be done any more: copy your words, or drop them").format(moment=row["at"]),
    }


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
        "verb": Verb(name),
        "is_over": False,
        "ask": Verb(name).label,
        "who": _("begun {moment}, not sent yet").format(moment=at),
        "at": at,
    }
