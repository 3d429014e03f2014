"""Every page of a disagreement for everybody in the cast, under each procedure: a page, a refusal or nothing, never a failure or too much."""

import pytest

from escalation.engine.case import assemble
from escalation.models import Dispute
from escalation.policy import reads_narrative, sees_child
from escalation.states import Ground, Verb
from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db
# Devon's first stage lies inside the raising agency; Bristol's business unit reads nothing before stage 3.
STATIONS = [("bristol", False), ("bromley", True), ("buckinghamshire", True), ("devon", False), ("devon", True), ("enfield", True)]
WHAT = "closed without an assessment"
AREA = "Threshold or level of need"


def raised(world: World, *, higher: bool) -> Dispute:
    """Sent to the other agency; `higher`: moved up once more."""
    dispute = world.sent()
    holder = dispute.runs.latest("number").holder
    assert holder is not None
    if higher:
        world.do(dispute, Verb.MOVE_UP, holder, ground=Ground.RISK, reason="It will not wait.")
    return world.fresh(dispute)


@pytest.mark.parametrize(("key", "higher"), STATIONS)
def test_each_of_the_cast_reads_what_the_policy_says(cast: Cast, key: str, higher: bool) -> None:
    world = World(cast, key)
    dispute = raised(world, higher=higher)
    case = assemble([dispute], now=world.now)[0]
    for part, user in cast.users():
        person = world.person(user)
        visitor = Visitor(user, world.now)
        seen = Dispute.objects.visible_to(person).filter(pk=dispute.pk).exists()
        response = visitor.get(f"/d/{dispute.reference}/")
        if user == cast.auditor and seen:
            assert response.headers["Location"].endswith("/view/reason/")
            continue
        assert response.status_code == (200 if seen else 404), part
        if seen:
            assert (WHAT in Page(response.content.decode()).one("main").text) == reads_narrative(person, case), part
        assert (visitor.get(f"/d/{dispute.reference}/view/child/").status_code == 200) == (seen and sees_child(person, case)), part
        if seen or key == "bristol":
            work = visitor.get("/my-work/")
            assert work.status_code == 200, part
            assert reads_narrative(person, case) or AREA not in work.content.decode(), f"{part} reads in My work what it is about"
