"""Looking for one of very many on a question page of logging: what was looked for and chosen waits, as all that is typed does."""

from collections.abc import Mapping

from django.http import HttpRequest

from agencies import wall_clock
from agencies.services.identity.kept_forms import Typed, keep_form, kept_at
from agencies.sessions import keeps_words
from agencies.web.access import user_of
from agencies.web.identity.keeping import not_kept_words

# The button that looks, beside the one that goes on.
FIND = "find"


def waiting_here(request: HttpRequest) -> Typed:
    """What the person had typed on this page, so that it lists what they had found when it is loaded anew. One query where words of theirs wait."""
    found = kept_at(user_of(request), request.get_full_path()) if keeps_words(request.session) else None
    return found[1] if found is not None else {}


def kept_for_later(request: HttpRequest, typed: Mapping[str, list[str]]) -> str:
    """Lets it wait for the person on this page; where it cannot, the words that say so."""
    user, page = user_of(request), request.get_full_path()
    if not any(map(any, typed.values())) and kept_at(user, page) is None:
        return ""
    row = keep_form(user=user, page=page, action=request.path, typed=typed.items(), now=wall_clock.now())
    return "" if row is not None else not_kept_words()
