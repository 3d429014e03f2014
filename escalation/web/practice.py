"""The trainer's button of a partnership to practise in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from agencies.errors import DomainError
from agencies.models import Partnership
from agencies.templatetags.ui import counted, full_moment
from agencies.web.access import home_url, partnership_for, refused, user_of
from escalation.services.practice import Forward, move_forward


@require_POST
def forward(request: HttpRequest) -> HttpResponse:
    """Moves the practice clock to the next working day, and says what followed. Back to the page it was pressed on. 404 where nobody practises."""
    partnership = get_object_or_404(Partnership, pk=partnership_for(request), is_practice=True)
    try:
        messages.success(request, _words(move_forward(actor=user_of(request), partnership=partnership)))
    except DomainError as error:
        messages.error(request, refused(error).message)
    return redirect(_back(request))


def _words(done: Forward) -> str:
    due = f"{counted(done.looked_at, 'disagreement,disagreements')} had something due, {done.moved} of them moved up without a click"
    return f"It is {full_moment(done.now)} here now. {due}, and {counted(done.messages, 'message was,messages were')} written."


def _back(request: HttpRequest) -> str:
    came = request.headers.get("Referer", "")
    return came if url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure()) else home_url()
