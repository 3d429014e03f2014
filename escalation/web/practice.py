"""The trainer's button of a partnership to practise in."""

from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from agencies.errors import DomainError
from agencies.models import Partnership
from agencies.templatetags.ui import full_moment
from agencies.web.access import next_url, partnership_for, refused, user_of
from agencies.words import figure
from escalation.services.practice import Forward, move_forward
from escalation.web.verbs.sending import done_once


@require_POST
def forward(request: HttpRequest) -> HttpResponse:
    """Moves the practice clock to the next working day, and says what followed; sent twice, once. Back to the page it was pressed on. 404 where
    nobody practises."""
    partnership = get_object_or_404(Partnership, pk=partnership_for(request), is_practice=True)

    def act(_: dict[str, Any]) -> str:
        messages.success(request, _words(move_forward(actor=user_of(request), partnership=partnership)))
        return next_url(request)

    try:
        return done_once(request, nullcontext({}), act)
    except DomainError as error:
        messages.error(request, refused(error).message)
    return redirect(next_url(request))


def _words(done: Forward) -> str:
    """The moment that it is, what fell due, what of it moved up by itself, and how many messages that brought."""
    words = [gettext("It is {moment} here now.").format(moment=full_moment(done.now))]
    if done.looked_at:
        due = ngettext("{n} disagreement had something due.", "{n} disagreements had something due.", done.looked_at)
        moved = ngettext("{n} moved up without a click.", "{n} moved up without a click.", done.moved)
        words += [
            due.format(n=figure(done.looked_at)),
            moved.format(n=figure(done.moved)) if done.moved else gettext("None moved up without a click."),
        ]
    else:
        words.append(gettext("Nothing was due."))
    sent = ngettext("{n} message was written.", "{n} messages were written.", done.messages).format(n=figure(done.messages))
    return " ".join([*words, sent if done.messages else gettext("No message was written.")])
