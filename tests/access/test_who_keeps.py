"""Who decides how long a record is kept: the page of one and the list of those due say the same of everybody."""

import pytest

from escalation import keeping_policy
from escalation.engine.case import load
from escalation.models import Dispute
from tests.world import World

pytestmark = pytest.mark.django_db
KEEP = {
    "sent": {"business_manager", "business_unit"},
    "sent, kept from the leads": {"business_manager", "business_unit"},
    "never sent": {"lead"},
    "never sent, kept from the leads": {"raiser"},
}


def test_the_page_of_one_and_the_list_name_the_same_keepers(world: World) -> None:
    logged = {
        "sent": world.sent(),
        "sent, kept from the leads": world.sent(is_restricted=True),
        "never sent": world.log(),
        "never sent, kept from the leads": world.log(is_restricted=True),
    }
    Dispute.objects.filter(pk=logged["never sent, kept from the leads"].pk).update(sent_at=None)
    cases = {case.dispute.pk: case for case in load([row.pk for row in logged.values()], now=world.now, lock=False)}
    people = {part: world.person(user) for part, user in world.cast.users()}
    for what, row in logged.items():
        shown = {part for part, person in people.items() if keeping_policy.keeps_record(person, cases[row.pk])}
        listed = {part for part, person in people.items() if Dispute.objects.filter(keeping_policy.kept_by(person), pk=row.pk).exists()}
        assert shown == listed == KEEP[what], what
