"""The documents of one disagreement: the list, each as a page to print, and each as a PDF."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agencies.errors import DomainError, NotAllowed, WrongState
from agencies.web.access import person_for, refused
from escalation import policy
from escalation.engine.case import Case
from escalation.services.reading import CHILD, PRINT
from escalation.web.case import entrance, opened
from reports.documents.kinds import BY_SLUG, DocumentKind
from reports.documents.offers import REFUSAL, documents_for, require_document
from reports.documents.printing import as_pdf, document_of, file_name, may_name_child

NOT_THE_CHILD = "Only those who hold this disagreement in one of its agencies, and the person who raised it, see who the child is."


@require_safe
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """What can be printed of this disagreement: what its procedure asks for by now, then the rest."""
    found = entrance(request, reference)
    if isinstance(found, HttpResponse):
        return found
    case, _ = found
    if not policy.reads_narrative(person_for(request), case):
        raise PermissionDenied(REFUSAL)
    offers = documents_for(case, person_for(request))
    context = {
        "reference": case.dispute.reference,
        "matter": case.procedure.matter_word,
        "due": [offer for offer in offers if offer.is_due],
        "others": [offer for offer in offers if not offer.is_due],
    }
    return render(request, "reports/documents/documents.html", context)


@require_safe
def document(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """One document as a page to print. The print is kept as a reading."""
    found = _asked_for(request, reference, kind)
    if isinstance(found, HttpResponse):
        return found
    case, chosen, with_child = found
    context = document_of(chosen, case, person_for(request), timezone.now(), with_child=with_child)
    names = may_name_child(chosen, person_for(request), case)
    return render(request, "reports/documents/document.html", context | {"kind": chosen, "with_child": with_child, "may_name_child": names})


@require_safe
def document_pdf(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """One document as a PDF. The print is kept as a reading."""
    found = _asked_for(request, reference, kind)
    if isinstance(found, HttpResponse):
        return found
    case, chosen, with_child = found
    printed = as_pdf(document_of(chosen, case, person_for(request), timezone.now(), with_child=with_child))
    response = HttpResponse(printed.content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name(chosen, case.dispute.reference)}"'
    return response


def _asked_for(request: HttpRequest, reference: str, kind: str) -> tuple[Case, DocumentKind, bool] | HttpResponse:
    """The disagreement, the document and whether the child is named on it, the print kept; or where the person is sent instead.

    Raises Http404 where there is no such disagreement or kind or the person may not know of it, PermissionDenied where they may not print it.
    """
    chosen = BY_SLUG.get(kind)
    found = entrance(request, reference)
    if isinstance(found, HttpResponse):
        return found
    if chosen is None:
        raise Http404
    (case, reason), person = found, person_for(request)
    with_child = request.GET.get("child") == "yes"
    try:
        require_document(chosen, case, person)
        if with_child and not may_name_child(chosen, person, case):
            raise NotAllowed(NOT_THE_CHILD)
    except WrongState as error:
        messages.warning(request, error.message)
        return redirect("documents", case.dispute.reference)
    except DomainError as error:
        raise refused(error) from error
    case = opened(request, case, f"{PRINT}: {chosen.value}", reason)
    return (opened(request, case, CHILD, reason) if with_child else case), chosen, with_child
