"""Reading for a reason and who looked, as people meet them on pages."""

import pytest

from escalation.engine.perform import Seen
from escalation.models import Dispute, Reading
from escalation.services.reading import EARLY
from tests.cast import Cast
from tests.web.signed_in import Visitor
from tests.world import World, answers

pytestmark = pytest.mark.django_db
REASON = "A serious incident was notified."


def test_the_unit_confirms_its_reason_and_then_reads_what_was_typed(cast: Cast, world: World, dispute: Dispute) -> None:
    unit, url = Visitor(cast.business_unit, world.now), f"/d/{dispute.reference}/read-early/"
    typed = {"seen": str(Seen.of(dispute)), "reason": REASON}
    assert "Check before you send it" in unit.post(url, typed).content.decode()
    assert not Reading.objects.filter(part=EARLY).exists()
    assert answers()["what"] not in unit.page(f"/d/{dispute.reference}/").one("main").text
    assert unit.post(url, typed | {"confirmed": "1"}).status_code == 302
    page = unit.page(f"/d/{dispute.reference}/").one("main").text
    assert answers()["what"] in page
    assert "See who the child is" not in page
    assert set(Reading.objects.filter(reader=cast.business_unit, reason=REASON).values_list("part", flat=True)) == {EARLY, "case"}


def test_a_lead_reads_who_looked_and_why_from_the_disagreements_page(cast: Cast, world: World, dispute: Dispute) -> None:
    Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/view/child/")
    unit = Visitor(cast.business_unit, world.now)
    unit.post(f"/d/{dispute.reference}/read-early/", {"seen": str(Seen.of(dispute)), "reason": REASON, "confirmed": "1"})
    lead = Visitor(cast.lead, world.now)
    assert any(link.attrs["href"].endswith("/view/readers/") for link in lead.page(f"/d/{dispute.reference}/").all("a"))
    words = lead.page(f"/d/{dispute.reference}/view/readers/").one("main").text
    for said in ("Rashida Shah", "Saw who the child is", "Kiran Patel", REASON, "Priya Nair", "(your agency)"):
        assert said in words
    assert lead.get(f"/d/{dispute.reference}/view/readers/", after="nonsense").status_code == 404


def test_whoever_needs_no_reason_is_not_asked_for_one(cast: Cast, world: World, dispute: Dispute) -> None:
    answer = Visitor(cast.lead, world.now).get(f"/d/{dispute.reference}/view/reason/")
    assert answer.headers["Location"] == f"/d/{dispute.reference}/"
