"""The page of any verb: ask, check where a mistake would cost, do, say what was done."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.errors import DomainError, InvalidInput, TooMuch, WrongState
from agencies.person import Person
from agencies.web.access import person_for
from agencies.web.identity.confirming import confirm_first
from agencies.web.too_much import goes_on_where
from escalation import policy
from escalation.engine.case import Case
from escalation.engine.perform import VERBS, Seen, perform, possible, rehearse
from escalation.selectors.asked import stage_tasks
from escalation.selectors.glance import glance
from escalation.selectors.own_entry import own_entry
from escalation.selectors.words import words_of
from escalation.services import every_verb
from escalation.services.files.intake import with_file_taken_in
from escalation.services.reading import CASE, record_again
from escalation.states import EventKind, Verb
from escalation.web.access import case_url, moved_on, on_refusal, open_case, url_after, verb_url
from escalation.web.case import opened, reason_given
from escalation.web.finding import before, finds
from escalation.web.urgent import is_urgent
from escalation.web.verbs.answering import AcceptForm
from escalation.web.verbs.base import THEN_ATTACH, Pause, VerbForm
from escalation.web.verbs.begun_over import begun_over, dropped
from escalation.web.verbs.checking import posted, rows_of
from escalation.web.verbs.ending import ProposeOutcomeForm
from escalation.web.verbs.page import VerbPage
from escalation.web.verbs.pages import BY_SLUG, PAGES, page_of
from escalation.web.verbs.sending import PAUSED, REDIRECT, done_once, sent_before

__all__ = ["every_verb", "verb_page"]
# What a link may already name: the entry to correct or to confirm, the action that is done, the child, the other disagreement.
POINTED_AT = ("number", "action", "child", "other", "file")
SETTLING = (AcceptForm, ProposeOutcomeForm)


@goes_on_where(is_urgent)
@require_http_methods(["GET", "POST"])
def verb_page(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """Ask for what the verb needs and do it. 404: not the person's to see; 403: not theirs to do; 409: not possible now.

    For some verbs one confirms first who one is.
    """
    verb = BY_SLUG.get(slug)
    if verb is None:
        raise Http404
    if (gone := dropped(request)) is not None:
        return gone
    ask = confirm_first(_ask) if PAGES[verb].confirms else _ask
    return ask(request, reference, verb)


def _ask(request: HttpRequest, reference: str, verb: Verb) -> HttpResponse:
    """As the case stands now; what was sent before and done is answered as it was then, though it could not be done again."""
    try:
        answer = _as_it_stands(request, reference, verb)
    except (Http404, PermissionDenied):
        if (before := sent_before(request)) is None:
            raise
        return before
    return answer if answer.status_code == REDIRECT else sent_before(request) or answer


def _as_it_stands(request: HttpRequest, reference: str, verb: Verb) -> HttpResponse:
    case = open_case(request, reference)
    person = person_for(request)
    if not policy.may(person, verb, case):
        not_yours = _("You cannot do this here. The disagreement's page shows who can.")
        if (instead := begun_over(request, case, verb, not_yours) or _recorded(request, case, verb)) is not None:
            return instead
        raise PermissionDenied(not_yours)
    refusal = VERBS[verb].ready(case, person)
    if refusal:
        instead = begun_over(request, case, verb, refusal) or _recorded(request, case, verb, refusal)
        return instead or moved_on(request, WrongState(refusal), case.dispute.reference)
    page = page_of(verb, case, person)
    form = _form(request, case, page)
    if nothing := form.refusal():
        return begun_over(request, case, verb, nothing) or moved_on(request, WrongState(nothing), case.dispute.reference)
    if request.method == "POST" and (following := form.leads_on()):
        return redirect(f"{verb_url(case.dispute.reference, verb)}?{urlencode(following)}")
    if request.method == "POST" and "change" not in request.POST and not finds(request, form) and form.is_valid():
        for step in (_asked_first, _do):
            if (answer := step(request, case, verb, page, form)) is not None:
                return answer
            if form.errors:
                break
    return _page(request, case, page, form)


def _asked_first(request: HttpRequest, case: Case, verb: Verb, page: VerbPage, form: VerbForm) -> HttpResponse | None:
    """The page before the deed, for what is unusual or is to be checked. What the service would refuse is refused in its place, as by `_do`."""
    pause = form.pause() if PAUSED not in request.POST else None
    if pause is None and (not page.check or "confirmed" in request.POST):
        return None
    try:
        rehearse(case, verb, actor=form.person, **_said(form))
    except DomainError as error:
        return on_refusal(request, error, form=form, reference=case.dispute.reference)
    if pause is not None:
        return render(request, "escalation/verbs/pause.html", _context(case, page, form) | _paused(request, case, pause))
    more = {"rows": rows_of(form), "fields": posted(request.POST)}
    return render(request, "escalation/verbs/check.html", _context(case, page, form) | more)


def _said(form: VerbForm) -> dict[str, Any]:
    """What the person saw and when it happened, and the service's arguments."""
    seen = Seen.parse(form.cleaned_data["seen"])
    return {"seen": seen, "happened": form.cleaned_data.get("happened_at"), **form.given()}


def _recorded(request: HttpRequest, case: Case, verb: Verb, refusal: str = "") -> HttpResponse | None:
    """Whoever comes back to what they have done reads that it was recorded, and when; None for everybody else, and for what is sent."""
    own = own_entry(case, person_for(request).id, verb) if request.method == "GET" else None
    if own is None:
        return None
    words = _("Your entry “{entry}” was recorded on {moment}.").format(entry=EventKind(own.kind).label, moment=words_of(own.recorded_at))
    context = {"recorded": words, "message": refusal, "reference": case.dispute.reference, "back_url": case_url(case.dispute.reference)}
    return render(request, "escalation/moved_on.html", context)


def _paused(request: HttpRequest, case: Case, pause: Pause) -> dict[str, Any]:
    """The interruption page, and what was answered, to be carried through it."""
    return {
        "title": pause.title,
        "lines": pause.lines,
        "proceed": {"label": pause.proceed, "name": PAUSED},
        "back": {"label": pause.stay, "url": case_url(case.dispute.reference)},
        "fields": posted(request.POST),
    }


def _form(request: HttpRequest, case: Case, page: VerbPage) -> VerbForm:
    """The verb's form as the case stands: with what was typed, or with what a link points at."""
    person = person_for(request)
    pointed = {name: request.GET[name] for name in POINTED_AT if name in request.GET}
    waiting = before(request) if request.method == "GET" else {}
    form = page.form(request.POST or None, request.FILES or None, case=case, person=person, initial=waiting | pointed)
    if page.then_attach and policy.may(person, Verb.ATTACH_FILE, case):
        form.fields[THEN_ATTACH] = forms.BooleanField(label=page.then_attach, required=False)
    return form


def _do(request: HttpRequest, case: Case, verb: Verb, page: VerbPage, form: VerbForm) -> HttpResponse | None:
    """Call the service. None where its refusal belongs beside a field: the form is shown again."""
    told: list[str] = []

    def act(given: dict[str, Any]) -> str:
        done = perform(case.dispute.pk, verb, actor=form.person, **(_said(form) | given))
        told.append(page.words_after(done))
        if form.cleaned_data.get(THEN_ATTACH):
            return f"{verb_url(case.dispute.reference, Verb.ATTACH_FILE)}?number={done.events[0].number}"
        return url_after(form.person, case.dispute.reference)

    try:
        answer = done_once(request, with_file_taken_in(form.given()), act)
    except DomainError as error:
        return on_refusal(request, error, form=form, reference=case.dispute.reference)
    for words in told:
        messages.success(request, words)
    return answer


def _context(case: Case, page: VerbPage, form: VerbForm) -> dict[str, Any]:
    """What both pages of a verb have: nothing of it that was typed by others."""
    return {"case": case, "dispute": case.dispute, "page": page, "form": form, "back_url": case_url(case.dispute.reference)}


def _page(request: HttpRequest, case: Case, page: VerbPage, form: VerbForm) -> HttpResponse:
    """The form beside what it is about: a look at the disagreement, kept like one at its own page."""
    found = _looked(request, case)
    if isinstance(found, HttpResponse):
        return found
    if found is not case:
        case, form = found, _form(request, found, page)
    rows = glance(case, form.person, wall_clock.now())
    first = [row for row in rows if "of" in row] if form.about_response else []
    beside = {
        "first": first,
        "glance": [row for row in rows if row not in first],
        "asked": _asked(case, form.person) if page.form in SETTLING else [],
    }
    context = _context(case, page, form) | beside
    return render(request, "escalation/verbs/form.html", context, status=400 if form.is_bound and form.errors else 200)


def _looked(request: HttpRequest, case: Case) -> Case | HttpResponse:
    """The case as it stands once the look is kept; or what the person sees instead, with nothing of it but what they typed themselves.

    A page that is shown anew with what was typed is the same look for an hour.
    """
    reason = reason_given(request, case)
    if request.method == "GET":
        return redirect("case-reason", case.dispute.reference) if reason is None else opened(request, case, CASE, reason)
    if reason is None:
        return moved_on(request, InvalidInput(_("Say why you look at it.")), case.dispute.reference)
    try:
        record_again(case, person_for(request), CASE, now=wall_clock.now(), reason=reason)
    except (InvalidInput, TooMuch) as error:
        return moved_on(request, error, case.dispute.reference)
    return case


def _asked(case: Case, person: Person) -> list[dict[str, Any]]:
    """What the stage asks for before an agreed action may settle it, where anything is still to do."""
    tasks = [task for task in stage_tasks(case) if task.verb is not None]
    if all(task.done for task in tasks):
        return []
    can = possible(case, person)
    return [
        {
            "title": task.title,
            "url": verb_url(case.dispute.reference, task.verb) if task.verb in can and not task.done else "",
            "done": task.done,
            "word": _("Completed") if task.done else _("To do"),
        }
        for task in tasks
        if task.verb is not None
    ]
