"""A file of a disagreement, given out to be saved: never shown in the browser, never kept on the way."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.web.access import person_for
from agencies.web.downloads import saved
from escalation.services.files.giving import find_file, give
from escalation.web.access import on_refusal
from escalation.web.case import entrance


@require_safe
def download(request: HttpRequest, reference: str, file_id: UUID) -> HttpResponseBase:
    """The file, to be saved. 404 where it is not there, not the person's to see, or has left the record: alike. Each download is a reading."""
    found = entrance(request, reference)
    if isinstance(found, HttpResponse):
        return found
    (case, reason), person = found, person_for(request)
    try:
        given = give(case, person, find_file(case, person, file_id), now=wall_clock.now(), reason=reason)
    except DomainError as error:
        return on_refusal(request, error, reference=case.dispute.reference) or HttpResponse(status=400)
    return saved(given.content, name=given.name, media_type=given.kind.media_type)
