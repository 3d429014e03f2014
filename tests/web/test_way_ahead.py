"""Before something is sent to a stage, its page says to whom it goes there and by when they are to answer."""

import pytest

from escalation.engine.perform import Seen
from escalation.models import Dispute
from escalation.states import Verb
from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db
RISK = {"ground": "risk", "reason": "He is home tonight."}


def sent(visitor: Visitor, dispute: Dispute, slug: str, **typed: str) -> str:
    """What the page says that comes of the verb's form."""
    answer = visitor.post(f"/d/{dispute.reference}/{slug}/", {"seen": str(Seen.of(World.fresh(dispute))), **typed})
    return Page(answer.content.decode()).one("main").spoken


def test_before_it_moves_up_one_reads_to_which_stage_whom_and_by_when(cast: Cast, world: World, dispute: Dispute) -> None:
    """Two working days for the response at stage 2 (BRI-10): from Monday to Wednesday. Past it, whoever the stage above asks for."""
    manager = Visitor(cast.own_manager, world.now)
    chosen = {f"holder_{cast.social_care.pk}": str(cast.receiving_senior.pk)}
    check = sent(manager, dispute, "move-up", **RISK, to="2", **chosen)
    for words in ("Stage 2", "Northshire Social Care", "Gareth Hughes, service manager", "the response is due Wednesday 4 March"):
        assert words in check, words
    higher = sent(manager, dispute, "move-up", **RISK, to="3", paused="1", **chosen)
    assert "Hannah Cohen, director" in higher
    assert "Gareth Hughes" not in higher


def test_who_sends_on_reads_whom_and_by_when_and_it_goes_to_whom_the_writer_chose(cast: Cast, world: World) -> None:
    dispute = world.log(holders={str(cast.social_care.pk): str(cast.receiving_lead.pk)})
    page = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/send-on/").one("main").spoken
    for words in ("Stage 1", "Fiona Adeyemi, safeguarding service manager", "the response is due Tuesday 3 March"):
        assert words in page, words
    world.do(dispute, Verb.SEND_ON, cast.own_manager)
    assert dispute.requests.get().holder == cast.receiving_lead


def test_whom_the_writer_chose_is_asked_only_while_they_can_act(cast: Cast, world: World) -> None:
    dispute = world.log(holders={str(cast.social_care.pk): str(cast.receiving_lead.pk)})
    cast.receiving_lead.holdings.all().delete()
    cast.receiving_lead.memberships.all().delete()
    world.do(dispute, Verb.SEND_ON, cast.own_manager)
    assert dispute.requests.get().holder == cast.receiver


def test_before_it_is_referred_one_reads_before_whom_it_comes(cast: Cast, world: World, dispute: Dispute) -> None:
    """The chair acknowledges within two working days (BRI-12)."""
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground="risk", reason="He is home tonight.", to=3)
    check = sent(Visitor(cast.own_board, world.now), dispute, "refer", **RISK, efforts="Three stages.")
    assert "Moses Okafor" in check
    assert "receipt is to be acknowledged by Wednesday 4 March" in check
