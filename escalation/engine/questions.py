"""Which disagreement somebody means, asked at nearly every step: each question is put into SQL once and then only filled."""

from uuid import UUID

from django.db.models import F

from agencies.ready import Ready
from escalation.models import Dispute
from escalation.querysets import Known

# Of a query of what somebody may know of (`known_each`), what they ask for.
BY_REFERENCE: Ready[Dispute] = Ready(lambda text, known: Dispute.objects.filter(Known(F("pk"), known), reference=text).select_related("partnership"))
IS_KNOWN: Ready[tuple[UUID]] = Ready(lambda key, known: Dispute.objects.filter(Known(F("pk"), known), pk=key).values_list("pk"))
READ: Ready[Dispute] = Ready(lambda key: Dispute.objects.filter(pk=key).select_related("partnership"))
LOCKED: Ready[Dispute] = Ready(lambda key: Dispute.objects.filter(pk=key).select_related("partnership").select_for_update(of=("self",)))
