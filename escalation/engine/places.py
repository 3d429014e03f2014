"""Of the partnerships of some disagreements the calendar and the directory, each read once."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from agencies.calendars import calendars_of
from agencies.edition import current_edition
from agencies.models import Partnership
from agencies.ready import Ready
from agencies.working_days import LONDON, Calendar
from escalation.counterparts import Directory
from escalation.models import Dispute, Party


def places_of(
    disputes: list[Dispute], parties: defaultdict[UUID, list[Party]], now: datetime, edition: str | None
) -> dict[UUID, tuple[Calendar, Directory]]:
    """Each partnership's calendar and the directory of the agencies involved, as they stand today in London."""
    today = now.astimezone(LONDON).date()
    agencies: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for dispute in disputes:
        agencies[dispute.partnership_id].add(dispute.raising_agency_id)
        agencies[dispute.partnership_id].update(party.agency_id for party in parties[dispute.pk])
    edition = current_edition() if edition is None else edition
    calendars = calendars_of(_partnerships(disputes), edition=edition)
    return {key: (calendars[key], Directory.load(key, among, today, edition=edition)) for key, among in agencies.items()}


_READ: Ready[Partnership] = Ready(lambda *keys: Partnership.objects.filter(pk__in=keys))


def _partnerships(disputes: list[Dispute]) -> list[Partnership]:
    """The partnerships of these disagreements, each read once where it did not come with them, and shared by all that are of it."""
    wanted = {dispute.partnership_id for dispute in disputes if not Dispute.partnership.is_cached(dispute)}
    read = {row.pk: row for row in _READ(*wanted)} if wanted else {}
    for dispute in disputes:
        if dispute.partnership_id in read:
            dispute.partnership = read[dispute.partnership_id]
    return list({dispute.partnership_id: dispute.partnership for dispute in disputes}.values())
