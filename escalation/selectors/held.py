"""What somebody holds, for the page on which they are replaced, and what is held by nobody who can act. Reads only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import ngettext

from agencies.models import Membership, Partnership
from agencies.person import Person
from agencies.words import figure
from escalation.models import Dispute, Notification
from escalation.services.held import Held, HeldKind
from escalation.states import Delivery

COUNTED: dict[HeldKind, Callable[[int], str]] = {
    HeldKind.STAGE: lambda n: ngettext("{n} stage held", "{n} stages held", n).format(n=figure(n)),
    HeldKind.REQUEST: lambda n: ngettext("{n} request held", "{n} requests held", n).format(n=figure(n)),
    HeldKind.ACTION: lambda n: ngettext("{n} agreed action", "{n} agreed actions", n).format(n=figure(n)),
    HeldKind.PLAN: lambda n: ngettext("{n} action plan led", "{n} action plans led", n).format(n=figure(n)),
    HeldKind.REFERRAL: lambda n: ngettext("{n} referral", "{n} referrals", n).format(n=figure(n)),
    HeldKind.PANEL: lambda n: ngettext("{n} panel seat", "{n} panel seats", n).format(n=figure(n)),
    HeldKind.OFFER: lambda n: ngettext("{n} offer to mediate", "{n} offers to mediate", n).format(n=figure(n)),
    HeldKind.BESIDE: lambda n: ngettext("{n} question beside the stages", "{n} questions beside the stages", n).format(n=figure(n)),
    HeldKind.TURN: lambda n: ngettext("{n} next step", "{n} next steps", n).format(n=figure(n)),
    HeldKind.LEARNING: lambda n: ngettext("{n} learning point", "{n} learning points", n).format(n=figure(n)),
    HeldKind.DRAFT: lambda n: ngettext("{n} draft", "{n} drafts", n).format(n=figure(n)),
}


@dataclass(frozen=True, slots=True)
class HeldLine:
    """How many of a kind, and the references of those that the person who looks may see."""

    kind: HeldKind
    number: int
    references: tuple[str, ...]

    @property
    def words(self) -> str:
        """As "1 stage held", "2 drafts"."""
        return COUNTED[self.kind](self.number)


def lines_for(viewer: Person, found: Sequence[Held]) -> list[HeldLine]:
    """The items by kind, for somebody who looks: what they may not see is counted, but a restricted disagreement of their own agency is not."""
    disputes = Dispute.objects.filter(pk__in={item.dispute_id for item in found})
    seen = dict(disputes.visible_to(viewer).values_list("pk", "reference"))
    kept_from = set(disputes.filter(is_restricted=True, raising_agency__in=viewer.agency_ids).values_list("pk", flat=True)) - seen.keys()
    lines = []
    for kind in HeldKind:
        keys = [item.dispute_id for item in found if item.kind is kind and item.dispute_id not in kept_from]
        if keys:
            lines.append(HeldLine(kind, len(keys), tuple(sorted({seen[key] for key in keys if key in seen}))))
    return lines


def bounced_in(partnership: Partnership, today: date) -> list[tuple[UUID, str]]:
    """(agency, name) of its active people from whose address the newest message that left came back, by name. One query."""
    newest = Notification.objects.filter(recipient=OuterRef("user"), state__in=(Delivery.BOUNCED, Delivery.SENT)).order_by("-created_at", "-pk")
    rows = Membership.objects.on(today).filter(partnership=partnership, agency__isnull=False, user__is_active=True)
    found = rows.annotate(last=Subquery(newest.values("state")[:1])).filter(last=Delivery.BOUNCED)
    return sorted({(row.agency_id, row.user.name) for row in found.select_related("user") if row.agency_id}, key=lambda pair: (pair[1], pair[0]))
