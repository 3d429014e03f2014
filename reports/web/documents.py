"""The documents of one disagreement: the list, each as a page to print, and each as a PDF."""

import logging
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from agencies import wall_clock
from agencies.errors import DomainError, WrongState
from agencies.web.access import person_for, refused
from agencies.web.identity.confirming import confirm_first
from agencies.web.too_much import heavy
from escalation import policy
from escalation.engine.case import Case
from escalation.services.reading import CHILD, PRINT
from escalation.web.access import open_case
from escalation.web.case import entrance, opened, reason_given
from reports import pdf, tasks
from reports.documents import prepared
from reports.documents.kinds import BY_SLUG, DocumentKind
from reports.documents.offers import REFUSAL, documents_for
from reports.documents.printing import document_of, file_name, is_long, markup, may_name_child
from reports.models import PreparedDocument

logger = logging.getLogger(__name__)


@require_safe
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """What can be printed of this disagreement: what its procedure asks for by now, then the rest."""
    found = entrance(request, reference)
    if isinstance(found, HttpResponse):
        return found
    case, _ = found
    if not policy.reads_narrative(person_for(request), case):
        raise PermissionDenied(gettext(REFUSAL))
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
    context = document_of(chosen, case, person_for(request), wall_clock.now(), with_child=with_child)
    names = may_name_child(chosen, person_for(request), case)
    return render(request, "reports/documents/document.html", context | {"kind": chosen, "with_child": with_child, "may_name_child": names})


@heavy
@confirm_first
@require_safe
def document_pdf(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """One document as a PDF: at once, or a long one in the background. The print is kept as a reading."""
    found = _asked_for(request, reference, kind)
    if isinstance(found, HttpResponse):
        return found
    case, chosen, with_child = found
    now, person = wall_clock.now(), person_for(request)
    html = markup(document_of(chosen, case, person, now, with_child=with_child))
    if is_long(html):
        row, is_new = prepared.ask_for(case, chosen, person, with_child=with_child, now=now)
        if not is_new or _start(row):
            return redirect("document-prepared", case.dispute.reference, row.pk)
    try:
        return _file(pdf.print_html(html).content, chosen, case.dispute.reference)
    except pdf.TooHeavy as error:
        messages.warning(request, error.message)
        return redirect("document", case.dispute.reference, kind)


@confirm_first
@require_safe
def document_prepared(request: HttpRequest, reference: str, prepared_id: UUID) -> HttpResponse:
    """A long document: the PDF once it is there, until then a page that says so. For whoever asked for it, and nobody else.

    Each time that it is given out is kept as a reading, as the asking was.
    """
    case, now = open_case(request, reference), wall_clock.now()
    dispute = case.dispute
    row = get_object_or_404(PreparedDocument, pk=prepared_id, dispute=dispute, requested_by=person_for(request).id)
    kind, reason = DocumentKind(row.kind), reason_given(request, case)
    if reason is None:
        return redirect("case-reason", dispute.reference)
    if row.is_underway(now):
        return render(request, "reports/documents/prepared.html", {"kind": kind, "reference": dispute.reference, "row": row})
    try:
        content = prepared.content_of(row, now)
    except WrongState as error:
        messages.warning(request, error.message)
        return redirect("documents", dispute.reference)
    except DomainError as error:
        raise refused(error) from error
    _kept(request, case, kind, reason, with_child=row.with_child)
    return _file(content, kind, dispute.reference)


def _file(content: bytes, kind: DocumentKind, reference: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name(kind, reference)}"'
    return response


def _start(row: PreparedDocument) -> bool:
    """Hands the document to the background worker; where that cannot be reached, it is made at once instead."""
    try:
        tasks.prepare.delay(str(row.pk))
    except (OperationalError, OSError):
        logger.exception("Document %s could not be handed to the worker", row.pk)
        prepared.drop(row)
        return False
    return True


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
        prepared.require_print(chosen, case, person, with_child=with_child)
    except WrongState as error:
        messages.warning(request, error.message)
        return redirect("documents", case.dispute.reference)
    except DomainError as error:
        raise refused(error) from error
    return _kept(request, case, chosen, reason, with_child=with_child), chosen, with_child


def _kept(request: HttpRequest, case: Case, kind: DocumentKind, reason: str, *, with_child: bool) -> Case:
    """The case, the print of this document kept as a reading, and beside it that it names the child."""
    case = opened(request, case, f"{PRINT}: {kind.value}", reason)
    return opened(request, case, CHILD, reason) if with_child else case
