"""Reading for a reason and who looked, as programs meet them."""

from datetime import timedelta

import pytest

from agencies.services.members import leave_agency
from escalation.models import Dispute
from escalation.states import Verb
from tests.api.conftest import Calls
from tests.cast import Cast
from tests.web.signed_in import Visitor
from tests.world import World, answers

pytestmark = pytest.mark.django_db
REASON = "A serious incident was notified."


def test_the_unit_reads_it_whole_after_giving_its_reason(world: World, cast: Cast, caller: Calls) -> None:
    dispute, unit = world.sent(), caller(cast.business_unit)
    assert unit.get(f"disputes/{dispute.reference}/").json()["narrative"] is False
    assert unit.do(dispute, Verb.READ_EARLY, reason=REASON).status_code == 200
    read = unit.get(f"disputes/{dispute.reference}/").json()
    assert answers()["what"] in [row["value"] for row in read["summary"]]
    assert unit.get(f"disputes/{dispute.reference}/children/").status_code == 403


def test_a_lead_is_answered_with_every_reading_and_others_with_a_refusal(world: World, cast: Cast, caller: Calls, dispute: Dispute) -> None:
    caller(cast.receiver).get(f"disputes/{dispute.reference}/")
    caller(cast.business_unit).do(dispute, Verb.READ_EARLY, reason=REASON)
    found = caller(cast.receiving_lead).get(f"disputes/{dispute.reference}/readings/").json()
    assert {(row["who"], row["reason"], row["is_own"]) for row in found["readings"]} == {("Kiran Patel", REASON, False), ("Rashida Shah", "", True)}
    assert found["following"] is None
    assert caller(cast.receiver).get(f"disputes/{dispute.reference}/readings/").status_code == 403


def test_somebody_who_left_since_is_named_by_the_agency_of_then_on_the_page_and_by_the_interface(
    world: World, cast: Cast, caller: Calls, dispute: Dispute
) -> None:
    caller(cast.receiver).get(f"disputes/{dispute.reference}/")
    leave_agency(actor=None, user=cast.receiver, agency=cast.social_care, now=world.now + timedelta(hours=1))
    [row] = caller(cast.receiving_lead).get(f"disputes/{dispute.reference}/readings/").json()["readings"]
    assert (row["who"], row["place"], row["is_own"]) == ("Rashida Shah", "Northshire Social Care", True)
    page = Visitor(cast.lead, world.now + timedelta(hours=2)).page(f"/d/{dispute.reference}/view/readers/")
    assert "Northshire Social Care" in page.one("table").text
    assert cast.partnership.name not in page.one("table").text
