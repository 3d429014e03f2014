"""One's own account: where one is signed in, and what happened."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies.errors import NotFound
from agencies.policy import may_keep_directory
from agencies.services.identity.events import events_in, events_of
from agencies.services.identity.sessions import end_everywhere, end_session, sessions_of
from agencies.visits import in_words, visit_of
from agencies.web.access import partnership_for, person_for, user_of
from agencies.web.identity.confirming import confirm_first
from agencies.web.long_list import page_number

SHOWN = 10


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in, and the newest of what happened with their account."""
    user = user_of(request)
    context = {
        "sessions": sessions_of(user, this=request.session.session_key, now=timezone.now()),
        "events": events_of(user)[:SHOWN],
    }
    return render(request, "agencies/identity/account.html", context)


@confirm_first
@require_POST
def session_end(request: HttpRequest, line_id: str) -> HttpResponse:
    """Ends one of the person's own sessions."""
    try:
        device = end_session(user=user_of(request), line_id=line_id, visit=visit_of(request), now=timezone.now())
    except NotFound as error:
        raise Http404 from error
    messages.success(request, _("Signed out on {device}.").format(device=in_words(device) or _("that device")))
    return redirect("account")


@confirm_first
@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Ends every other session of the person, and every token that a program of theirs holds."""
    ended = end_everywhere(user=user_of(request), but=request.session.session_key, visit=visit_of(request), now=timezone.now())
    messages.success(request, _("Signed out everywhere else: {words}.").format(words=ended.words()))
    return redirect("account")


@require_safe
def sign_ins(request: HttpRequest) -> HttpResponse:
    """What happened with the accounts of the partnership's people, for whoever keeps its accounts; everybody else sees their own."""
    partnership_id = partnership_for(request)
    all_of_them = may_keep_directory(person_for(request), partnership_id)
    found = events_in(partnership_id) if all_of_them else events_of(user_of(request))
    page = page_number(request)
    rows = list(found[(page - 1) * 50 : page * 50 + 1])
    context = {"events": rows[:50], "of_all": all_of_them, "next_page": page + 1 if len(rows) > 50 else None, "first": page == 1}
    return render(request, "agencies/identity/sign_ins.html", context)
