"""Before something is sent to a stage, its page says to whom it goes there and by when they are to answer."""

import pytest

from escalation.engine.own_clocks import REPLY
from escalation.engine.perform import Seen
from escalation.models import Clock, Dispute
from escalation.procedures.schema import shipped
from escalation.services import drafts
from escalation.states import Measure, RequestState, Verb
from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import LONDON, World, answers

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
    assert "It goes through" not in check


def test_a_referral_says_through_whom_of_the_business_unit_it_goes(cast: Cast) -> None:
    """BRO-05: to the partnership through its business manager. Bristol's text names no such way (BRI-12)."""
    world = World(cast, "bromley")
    dispute = world.sent()
    for stage in (2, 3):
        holder = dispute.runs.get(left_at=None).holder
        assert holder is not None
        world.do(dispute, Verb.MOVE_UP, holder, ground="risk", reason="He is home tonight.", to=stage)
    check = sent(Visitor(cast.lead, world.now), dispute, "refer", **RISK, efforts="Three stages.")
    assert "It goes through Laura Finch, the partnership’s business manager" in check


def said_before(page: Page) -> list[str]:
    """The moments that a page says would run."""
    return sorted(one.attrs["datetime"] for one in page.all("time") if "strong" in one.inside)


def running_after(dispute: Dispute) -> list[str]:
    """The moments of the stage that runs: of each request awaited, and of whatever else the procedure dates."""
    clocks = Clock.objects.filter(run__dispute=dispute, run__left_at=None).running()
    asked = [clock for clock in clocks if clock.measures == Measure.RESPONSE or clock.key == REPLY]
    assert len(asked) == dispute.requests.filter(state=RequestState.AWAITING).count() == 1
    beside = [clock for clock in clocks if clock.is_procedural and clock not in asked]
    return sorted(clock.effective_due.astimezone(LONDON).isoformat(timespec="minutes") for clock in (*asked, *beside))


@pytest.mark.parametrize("key", sorted(shipped()))
def test_the_dates_said_before_it_is_sent_sent_on_or_moved_up_are_those_that_run_after(cast: Cast, key: str) -> None:
    """Bromley gives a stage a working week and the response no date (BRO-02), Enfield a meeting (ENF-01), Buckinghamshire five days (BUC-01)."""
    world = World(cast, key)
    writer = world.person(cast.raiser)
    draft = drafts.begin_draft(writer, agency=cast.raising.pk, procedure=world.version.procedure_id, now=world.now)
    drafts.save_draft(draft.pk, writer, answers(cast.receiving), now=world.now)
    before = said_before(Visitor(cast.raiser, world.now).page(f"/log/{draft.reference}/check/"))
    drafts.submit(draft.pk, writer, now=world.now)
    dispute = world.fresh(draft)
    if dispute.stage == 0:
        assert before == said_before(Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/send-on/"))
        world.do(dispute, Verb.SEND_ON, cast.own_manager)
    if key != "devon":  # Its first stage lies inside the own agency.
        assert before == running_after(dispute)
    holder = dispute.runs.get(left_at=None).holder
    assert holder is not None
    given = {**RISK, "to": str(world.fresh(dispute).stage + 1)}
    check = Visitor(holder, world.now).post(f"/d/{dispute.reference}/move-up/", {"seen": str(Seen.of(world.fresh(dispute))), **given})
    before = said_before(Page(check.content.decode()))
    world.do(dispute, Verb.MOVE_UP, holder, ground="risk", reason="He is home tonight.", to=world.fresh(dispute).stage + 1)
    assert before == running_after(dispute)
