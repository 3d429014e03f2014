"""Long documents, made in the background for the one person who asked. Their files hold what people wrote: they are kept for an hour and no more."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import DomainError, NotAllowed, NotFound, WrongState
from agencies.models import Membership, PostHolding
from agencies.person import Person, person_of
from agencies.words import LONDON, in_english
from escalation.engine.case import Case, assemble
from escalation.models import Dispute, Event
from escalation.services.reading import recall_reason
from escalation.states import EventKind
from reports.documents.kinds import DocumentKind
from reports.documents.offers import require_document
from reports.documents.printing import as_pdf, document_of, may_name_child
from reports.models import UNFINISHED, PreparedDocument, Progress
from reports.pdf import IN_A_JOB

logger = logging.getLogger(__name__)
KEPT = timedelta(hours=1)
NOT_THE_CHILD = gettext_noop("Only who holds it in one of its agencies, who raised it, or who is to do an agreed action, sees who the child is.")
GONE = gettext_noop("That print is no longer kept. Make it again.")
BROKEN = gettext_noop("The document could not be made. The operator's log says why. Make it again, and tell the operator if it fails twice.")


def require_print(kind: DocumentKind, case: Case, person: Person, *, with_child: bool) -> None:
    """Raises NotAllowed or WrongState, with words, where this person may not have this document, or not with the child named on it."""
    require_document(kind, case, person)
    if with_child and not may_name_child(kind, person, case):
        raise NotAllowed(_(NOT_THE_CHILD))


def ask_for(case: Case, kind: DocumentKind, person: Person, *, with_child: bool, now: datetime) -> tuple[PreparedDocument, bool]:
    """The document to be made, and whether it is new: while the same is being made for the same person, that one is returned.

    The caller has asked `require_print`, and starts the making once the transaction is over.
    """
    same = PreparedDocument.objects.filter(
        dispute=case.dispute, kind=kind.value, with_child=with_child, requested_by=person.id, progress__in=UNFINISHED
    )
    found = same.first()
    if found is not None and found.is_underway(now):
        return found, False
    same.update(progress=Progress.FAILED, problem=BROKEN, finished_at=now)
    try:
        with transaction.atomic():
            return PreparedDocument.objects.create(
                dispute=case.dispute, kind=kind.value, with_child=with_child, requested_by_id=person.id, requested_at=now
            ), True
    except IntegrityError:
        return same.get(), False


def make(prepared_id: UUID, *, now: datetime) -> bool:
    """Makes a document that was asked for, as the person may read the record now (aware). Returns whether it did; one that is done is left alone."""
    if not PreparedDocument.objects.filter(pk=prepared_id, progress=Progress.WAITING).update(progress=Progress.PRINTING):
        return False
    row = PreparedDocument.objects.select_related("requested_by").get(pk=prepared_id)
    try:
        with in_english():
            case, person = _as_read_by(row, now)
        content = as_pdf(document_of(DocumentKind(row.kind), case, person, now, with_child=row.with_child), seconds=IN_A_JOB).content
        _write(path_of(row), content)
    except DomainError as error:
        _end(row, Progress.FAILED, now, error.message)
        return False
    except Exception:
        _end(row, Progress.FAILED, now, BROKEN)
        logger.exception("Document %s was not made", prepared_id)
        raise
    _end(row, Progress.DONE, now)
    return True


def _as_read_by(row: PreparedDocument, now: datetime) -> tuple[Case, Person]:
    """The disagreement and whoever asked, as they stand now. Raises NotFound, NotAllowed or WrongState where they may no longer have it."""
    person = person_of(row.requested_by, now.astimezone(LONDON).date())
    dispute = Dispute.objects.named_visible_to(person).select_related("partnership").filter(pk=row.dispute_id).first()
    if dispute is None:
        raise NotFound(_("There is no such disagreement, or it is not yours to see."))
    case = recall_reason(assemble([dispute], now=now)[0], person, now=now)
    require_print(DocumentKind(row.kind), case, person, with_child=row.with_child)
    return case, person


def content_of(row: PreparedDocument, now: datetime) -> bytes:
    """The PDF. Raises WrongState, with words, where it could not be made or is no longer kept, and what `require_print` raises.

    One that may hold words which were taken out of the record since it was asked for, or which its reader read by a role or post that has ended
    since, is kept no longer.
    """
    _as_read_by(row, now)
    if not row.is_done:
        raise WrongState(_(row.problem or BROKEN))
    path = path_of(row)
    if _lost_words(row) or _lost_a_seat(row, now):
        path.unlink(missing_ok=True)
    if now > row.requested_at + KEPT or not path.is_file():
        raise WrongState(_(GONE))
    return path.read_bytes()


def _lost_words(row: PreparedDocument) -> bool:
    return Event.objects.filter(dispute=row.dispute_id, kind=EventKind.ERASED, recorded_at__gte=row.requested_at).exists()


def _lost_a_seat(row: PreparedDocument, now: datetime) -> bool:
    """Told by days, as seats are: at the worst it is made again."""
    first, today = row.requested_at.astimezone(LONDON).date() - timedelta(days=1), now.astimezone(LONDON).date()
    ended = {"user": row.requested_by_id, "until__gte": first, "until__lt": today}
    return Membership.objects.filter(**ended).exists() or PostHolding.objects.filter(**ended).exists()


def drop(row: PreparedDocument) -> None:
    """Forgets a document that nobody will make."""
    PreparedDocument.objects.filter(pk=row.pk, progress=Progress.WAITING).delete()


def clear(now: datetime) -> int:
    """Takes away the files and rows of what was asked for more than an hour ago, and whatever lies there without a row. Returns how many files."""
    PreparedDocument.objects.filter(requested_at__lt=now - KEPT).delete()
    kept = {str(key) for key in PreparedDocument.objects.values_list("pk", flat=True)}
    gone = [path for path in _folder().glob("*") if path.stem not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def path_of(row: PreparedDocument) -> Path:
    """Where the file is kept."""
    return _folder() / f"{row.pk}.pdf"


def _folder() -> Path:
    return Path(settings.VAR) / "reports" / "prepared"


def _write(path: Path, content: bytes) -> None:
    """The whole file or none: written beside its place and moved there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.touch(mode=0o600)
    beside.write_bytes(content)
    beside.replace(path)


def _end(row: PreparedDocument, progress: Progress, now: datetime, problem: str = "") -> None:
    PreparedDocument.objects.filter(pk=row.pk, progress=Progress.PRINTING).update(progress=progress, problem=problem, finished_at=now)
