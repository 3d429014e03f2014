"""Which requests for access somebody of the business unit knows of, and what was opened for one.

A request is theirs to know where everything that was opened for it is. Whoever has a conflict in one disagreement of it finds no such request, as
where there is none: that there is one would say that there is more than they see.
"""

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from agencies.errors import NotFound
from agencies.person import Person
from escalation import keeping_policy
from escalation.models import AccessRequest, Dispute
from escalation.querysets import DisputeQuerySet

NOT_THERE = _("There is no such request.")
RELATED = ("person", "asked_by", "opened_by", "made_by", "partnership")


def request_of(person: Person, request_id: UUID) -> AccessRequest:
    """The request, for the business unit of its partnership. Raises NotFound for any other."""
    row = AccessRequest.objects.select_related(*RELATED).filter(pk=request_id).first()
    if row is None or not keeping_policy.keeps_records_of(person, row.partnership_id) or not is_known(person, row):
        raise NotFound(NOT_THERE)
    return row


def requests_of(person: Person, partnership: UUID) -> Iterator[AccessRequest]:
    """Every request of the partnership that this person of its business unit may know of, the newest first. Two queries."""
    rows = list(AccessRequest.objects.filter(partnership=partnership).select_related(*RELATED))
    keys = {key for row in rows for key in row.disputes}
    seen = {str(key) for key in Dispute.objects.visible_to(person).filter(pk__in=keys).values_list("pk", flat=True)}
    return (row for row in rows if seen.issuperset(row.disputes) and str(person.id) not in row.closed_to)


def is_known(person: Person, row: AccessRequest) -> bool:
    """May this person know of everything that was opened for it, or was while it ran? Whoever may not neither makes the answer nor takes it."""
    return str(person.id) not in row.closed_to and opened_to(person, row).count() == len(row.disputes)


def check_known(person: Person, row: AccessRequest) -> None:
    """Raises NotFound, as for what is not there, where the request is not this person's to know any more."""
    if not is_known(person, row):
        raise NotFound(NOT_THERE)


def opened_to(person: Person, row: AccessRequest) -> DisputeQuerySet:
    """Of what it is about, the disagreements that this person may know of now: somebody of the unit may have a conflict in one."""
    return Dispute.objects.visible_to(person).filter(pk__in=row.disputes)


def still_kept(person: Person, row: AccessRequest) -> DisputeQuerySet:
    """Of these what was opened and is not anonymised: there is something in it to read and to give."""
    found: DisputeQuerySet = opened_to(person, row).filter(anonymised_at=None)
    return found.none() if row.waits else found
