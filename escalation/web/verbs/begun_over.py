"""Words that wait on the page of a step that cannot be done any more: to be copied, or dropped."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agencies.services.identity.kept_forms import drop_words, kept_at
from agencies.sessions import keeps_words
from agencies.web.access import user_of
from agencies.web.given_back import given_back, kept_now
from agencies.words import Words, upper_first
from escalation.engine.case import Case
from escalation.states import Verb
from escalation.web.access import case_url

DROP = "drop-words"


def begun_over(request: HttpRequest, case: Case, verb: Verb, why: Words) -> HttpResponse | None:
    """What the person had typed on this page, with `why` it cannot be sent; None where nothing of theirs waits here. One query at most."""
    found = kept_at(user_of(request), request.get_full_path(), request.path) if request.method == "GET" and keeps_words(request.session) else None
    texts = given_back(found[1]) if found is not None else []
    if found is None or not texts:
        return None
    context = {
        "texts": [(upper_first(name), text) for name, text in texts],
        "kept_at": found[0].kept_at,
        "step": verb.label,
        "why": why,
        "reference": case.dispute.reference,
        "back_url": case_url(case.dispute.reference),
        "drop": DROP,
    }
    return render(request, "escalation/verbs/begun_over.html", context, status=409)


def dropped(request: HttpRequest) -> HttpResponse | None:
    """The words of this page, and of no other, are dropped; None where nobody asked for it."""
    if request.method != "POST" or DROP not in request.POST:
        return None
    drop_words(user_of(request), request.get_full_path())
    # What waits on the same verb's page about another entry stays.
    kept_now(request)
    messages.success(request, _("Your words are dropped."))
    return redirect("my-work")
