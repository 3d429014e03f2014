"""What somebody types is kept while they type: the page sends it every half minute and when it goes out of sight."""

from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from agencies.models import User
from agencies.services.identity.kept_forms import MOST, is_full, keep_form, worth_keeping
from agencies.services.identity.sessions import limits_of
from agencies.sessions import SessionStore
from agencies.templatetags.ui import clock_time
from agencies.web.access import user_of
from agencies.web.given_back import kept_now
from agencies.web.identity.sessions import ACTION, PAGE, own_address
from agencies.web.identity.time_limit import end_by_time, outside_time

PASS = "kept-pass"  # noqa: S105 - the name of a field # nosec B105
SIGNER = Signer(salt="concord.keeping")


def pass_for(user: User, page: str) -> str:
    """Goes out with a page that somebody was given: what they type on it, and only they, may be kept for it."""
    return SIGNER.signature(f"{user.pk} {page}")


@outside_time
@login_not_required
@never_cache
@sensitive_post_parameters()
@require_POST
def keep_typing(request: HttpRequest) -> HttpResponse:
    """Keeps what is typed so far. 403 for a page that was not given to this person, and for nobody; 413 for too much; 409 for one page too many.

    It is no use of the session: what a script sends by itself never puts off its end.
    """
    page, action = request.POST.get(PAGE, ""), own_address(request.POST.get(ACTION, ""))
    if not (request.user.is_authenticated and action and _was_given(user_of(request), page, request.POST.get(PASS, ""))):
        return HttpResponse(status=403)
    now = timezone.now()
    is_over = not limits_of(request.session, now).left(now)
    typed = {name: values for name, values in request.POST.lists() if name not in {PAGE, ACTION, PASS}}
    row = keep_form(user=user_of(request), page=page, action=action, typed=typed.items(), now=now)
    if is_over:
        end_by_time(request)
        return HttpResponse(status=403)
    if isinstance(request.session, SessionStore):
        request.session.is_use = False
    kept_now(request)
    return said_kept(row.kept_at) if row is not None else _not_kept(user_of(request), typed)


def _not_kept(user: User, typed: dict[str, list[str]]) -> HttpResponse:
    words = worth_keeping(typed.items())
    if words is None or not words:
        return HttpResponse(status=204 if words is not None else 413)
    if not is_full(user):
        return HttpResponse(status=413)
    return HttpResponse(not_kept_words(), status=409, content_type="text/plain; charset=utf-8")


def not_kept_words() -> str:
    """Why what somebody types is not kept, where as many of their pages wait as are kept."""
    said = _("What you type here is not kept: {n} pages wait with words that you have not sent. Send this before you leave, or send one of those.")
    return said.format(n=MOST)


def said_kept(at: datetime) -> HttpResponse:
    """What the page's script shows and has read out."""
    return HttpResponse(_("Kept at {time}.").format(time=clock_time(at)), content_type="text/plain; charset=utf-8")


def _was_given(user: User, page: str, signature: str) -> bool:
    try:
        SIGNER.unsign(f"{user.pk} {page}{SIGNER.sep}{signature}")
    except BadSignature:
        return False
    return True
