"""The time that is left: asked by the page, extended by the person, and the last moment's words kept."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agencies.services.identity.kept_forms import keep_form, worth_keeping
from agencies.services.identity.sessions import limits_of, note_use
from agencies.web.access import parts_of, user_of
from agencies.web.identity.time_limit import end_by_time, outside_time
from agencies.web.identity.writer import hold

PAGE, ACTION = "kept-page", "kept-action"


def _time(request: HttpRequest) -> JsonResponse:
    now = timezone.now()
    if not request.user.is_authenticated:
        return JsonResponse({"left": 0, "may_extend": False})
    limits = limits_of(request.session, now)
    return JsonResponse({"left": limits.left(now), "may_extend": limits.may_extend})


@outside_time
@login_not_required
@never_cache
@require_safe
def time_left(request: HttpRequest) -> HttpResponse:
    """How many seconds are left, and whether using the session would give more. Asking is no use."""
    return _time(request)


@outside_time
@login_not_required
@never_cache
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """The person is still there: the idle time begins anew, unless it is over already."""
    now = timezone.now()
    if request.user.is_authenticated and limits_of(request.session, now).left(now):
        request.session.modified = True
        note_use(request.session, now)
    return _time(request)


@outside_time
@login_not_required
@never_cache
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """The page sends what is typed on it in the last moment, if anything; then the session ends. Answers alike to somebody who is not signed in.

    What finds no room among the person's pages waits in this browser until they sign in again; 409 where it cannot wait either.
    """
    page, action = (own_address(request.POST.get(name, "")) for name in (PAGE, ACTION))
    is_lost = False
    if request.user.is_authenticated:
        now, typed = timezone.now(), {name: values for name, values in request.POST.lists() if name not in {PAGE, ACTION}}
        is_kept = not (page and action and typed) or keep_form(user=user_of(request), page=page, action=action, typed=typed.items(), now=now)
        end_by_time(request)
        is_lost = not is_kept and not hold(request, page=page, action=action, typed=typed.items(), now=now) and worth_keeping(typed.items()) != {}
    return HttpResponse(status=409 if is_lost else 204)


def own_address(address: str) -> str:
    """The path and query of an address on this site; empty for anything else."""
    parts = parts_of(address)
    return f"{parts.path}{'?' if parts.query else ''}{parts.query}" if not parts.netloc and parts.path.startswith("/") else ""
