"""Marked words over a disagreement's pages, for everybody: none shows what the disagreement's own page does not, and none without a trace."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from agencies.errors import InvalidInput, NotFound
from agencies.models import User
from escalation.engine.case import load
from escalation.engine.perform import possible
from escalation.models import AgreedAction, Clock, Dispute, Reading
from escalation.selectors.case_file import case_file
from escalation.services.reading import CASE, HOLDS
from escalation.states import Answer, EventKind, Ground, Outcome, Verb
from escalation.web.verbs.pages import PAGES, slug_of
from reports.documents.kinds import DocumentKind
from tests.access.routes import routes
from tests.cast import Cast
from tests.escalation.verbs import refused
from tests.kept import kept_fixture
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db
WHAT, SOUGHT, RESPONSE, WORDING, ACTION = "Avocet", "Bittern", "Curlew", "Dunlin", "Egret"
INSIDE_ACTION, INSIDE_NOTE, PRIVATE_NOTE, INSIDE_MOMENT = "Fulmar", "Gannet", "Heron", "7:13am"
MARKS = (WHAT, SOUGHT, RESPONSE, WORDING, ACTION, INSIDE_ACTION, INSIDE_NOTE, PRIVATE_NOTE, INSIDE_MOMENT)


@dataclass
class Marked:
    """A disagreement whose outcome was put to the sides; the business unit has not been told."""

    world: World
    dispute: Dispute

    def address(self, verb: Verb) -> str:
        return f"/d/{self.dispute.reference}/{slug_of(verb)}/"

    def visitor(self, user: User) -> Visitor:
        return Visitor(user, self.world.now)

    def looks(self, user: User) -> int:
        return Reading.objects.filter(dispute=self.dispute, reader=user).count()


def marked(world: World) -> Marked:
    """Logged; what belongs inside the raising agency entered where the procedure has a place for that; sent, answered, and an outcome put."""
    cast = world.cast
    dispute = world.log(what=WHAT, outcome_sought=SOUGHT)
    world.do(dispute, Verb.ADD_NOTE, cast.raiser, text=PRIVATE_NOTE, private=True)
    world.do(dispute, Verb.ADD_NOTE, cast.own_manager, text=INSIDE_NOTE)
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, what=INSIDE_ACTION, agency=cast.school.pk, due_at=world.now + timedelta(days=2))
    early = world.now.replace(hour=7, minute=13)
    world.do(dispute, Verb.RECORD_CONTACT, cast.own_manager, happened=early, how="phone", whom="Them", said=INSIDE_NOTE, reached=False)
    if dispute.stage == 0:
        world.do(dispute, Verb.SEND_ON, cast.own_manager)
    else:
        world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground=Ground.NOT_RESOLVED, reason="It is not settled.")
    receiver = dispute.requests.get().holder
    assert receiver is not None
    world.do(dispute, Verb.RESPOND, receiver, answer=Answer.DISAGREES, reasons=RESPONSE)
    world.do(dispute, Verb.ADD_ACTION, receiver, what=ACTION, agency=cast.social_care.pk, due_at=world.now + timedelta(days=2))
    holder = world.fresh(dispute).runs.latest("number").holder
    assert holder is not None
    world.do(dispute, Verb.PROPOSE_OUTCOME, holder, kind=Outcome.POSITION_KEPT, wording=WORDING)
    assert world.fresh(dispute).unit_told_at is None
    return Marked(world, world.fresh(dispute))


@kept_fixture
def dispute(world: World) -> list[Marked]:
    """The same under Bristol's procedure, with a stop before the first stage, and under Devon's, whose first stage lies inside the raising agency."""
    return [marked(world), marked(World(world.cast, "devon"))]


def shown(response: Any) -> set[str]:
    """The marks on a page."""
    text = response.content.decode()
    return {mark for mark in MARKS if mark in text}


def test_no_verb_s_page_shows_what_the_disagreement_s_page_does_not_and_none_without_a_look_on_record(cast: Cast, dispute: list[Marked]) -> None:
    """Everybody on every page of theirs; of those of one agency who read the same and may do the same, one."""
    met, walked = set[str](), set[Any]()
    for one in dispute:
        case = load([one.dispute.pk], now=one.world.now, lock=False)[0]
        for part, user in cast.users():
            visitor, person = one.visitor(user), one.world.person(user)
            page = visitor.get(f"/d/{one.dispute.reference}/", every="1")
            readable, verbs = shown(page), [verb for verb in possible(case, person) if verb in PAGES]
            if page.status_code == 404:
                assert visitor.get(one.address(Verb.ADD_NOTE)).status_code == 404, part
            like = one.dispute.pk, person.agency_ids, frozenset(readable), frozenset(verbs)
            for verb in [] if page.status_code == 404 or like in walked else verbs:
                before = one.looks(user)
                answer = visitor.get(one.address(verb))
                assert shown(answer) <= readable, (part, verb)
                assert one.looks(user) == before + (answer.status_code == 200), (part, verb)
                met |= shown(answer)
            walked.add(like)
    assert met == set(MARKS), "the walk itself must have met every mark"


@pytest.mark.parametrize("verb", [Verb.ADD_NOTE, Verb.CORRECT])
def test_a_form_that_is_sent_without_having_been_opened_is_one_look(cast: Cast, dispute: list[Marked], verb: Verb) -> None:
    one, met = dispute[0], 0
    for user in (cast.raiser, cast.lead, cast.receiver, cast.receiving_senior, cast.business_unit, cast.police_manager):
        answers = [one.visitor(user).post(one.address(verb)) for _ in range(2)]
        assert one.looks(user) == (answers[0].status_code in {200, 400})
        met += bool(shown(answers[1]))
    assert met >= 2


def test_no_page_of_a_disagreement_shows_a_typed_word_without_a_reading_on_record(cast: Cast, dispute: list[Marked]) -> None:
    """Every address that takes nothing but the reference, and every document."""
    names = [name for name, entry in routes() if ":" not in name and set(getattr(entry.pattern, "converters", ())) == {"reference"}]
    assert {"case", "case-print", "readers", "documents"} <= set(names)
    one, met = dispute[0], set()
    addresses = [reverse(name, args=[one.dispute.reference]) for name in names]
    addresses += [reverse("document", args=[one.dispute.reference, kind.slug]) for kind in DocumentKind]
    for user in (cast.raiser, cast.lead, cast.receiver, cast.receiving_lead, cast.business_unit):
        for address in addresses:
            before = one.looks(user)
            answer = one.visitor(user).get(address)
            if not answer.streaming and shown(answer):
                assert one.looks(user) > before, (user.name, address)
                met.add(address)
    assert len(met) > 2


def test_the_receiving_side_s_first_look_may_be_the_verb_s_page_which_can_be_sent_then(cast: Cast, world: World) -> None:
    one = Marked(world, world.sent())
    visitor = one.visitor(cast.receiver)
    page = visitor.page(one.address(Verb.RESPOND))
    assert one.dispute.requests.get().opened_at == world.now
    typed = {"seen": page.one("input", name="seen").attrs["value"], "answer": Answer.DISAGREES, "reasons": "We looked again.", "confirmed": "1"}
    assert visitor.post(one.address(Verb.RESPOND), typed).status_code == 302


def test_what_is_typed_anew_is_the_same_look_for_an_hour(cast: Cast, world: World) -> None:
    one = Marked(world, world.sent())
    one.visitor(cast.own_manager).get(one.address(Verb.ADD_NOTE))
    for _ in range(3):
        one.visitor(cast.own_manager).post(one.address(Verb.ADD_NOTE), {"text": ""})
    assert list(Reading.objects.filter(reader=cast.own_manager).values_list("part", flat=True)) == [CASE]
    world.now += HOLDS
    one.visitor(cast.own_manager).post(one.address(Verb.ADD_NOTE), {"text": ""})
    assert one.looks(cast.own_manager) == 2


@pytest.mark.parametrize("part", ["holder", "other_practitioner", "business_unit"])
def test_what_stayed_inside_the_raising_agency_is_not_there_for_others_by_any_door(cast: Cast, dispute: list[Marked], part: str) -> None:
    one = dispute[1]
    user = getattr(cast, part, one.dispute.requests.get().holder)
    inside = AgreedAction.objects.get(dispute=one.dispute, event__stage=1)
    with refused(one.dispute, NotFound):
        one.world.do(one.dispute, Verb.COMPLETE_ACTION, user, action=inside.pk)
    line = one.dispute.events.get(kind=EventKind.CONTACT)
    if part != "other_practitioner":
        with refused(one.dispute, NotFound):
            one.world.do(one.dispute, Verb.CONFIRM_HAPPENED, user, number=line.number)


def test_an_action_that_stayed_inside_is_finished_there_and_neither_it_nor_its_date_is_seen_outside(cast: Cast, dispute: list[Marked]) -> None:
    one = dispute[1]
    case = load([one.dispute.pk], now=one.world.now, lock=False)[0]
    own, other = (case_file(case, one.world.person(user), one.world.now) for user in (cast.own_manager, cast.other_practitioner))
    assert ({row.what for row in own.actions}, {row.what for row in other.actions}) == ({INSIDE_ACTION, ACTION}, {ACTION})
    inside = AgreedAction.objects.get(dispute=one.dispute, event__stage=1)
    clock = Clock.objects.get(action=inside)
    assert ({clock.pk} & {row.clock for row in own.clocks}, {clock.pk} & {row.clock for row in other.clocks}) == ({clock.pk}, set())
    one.world.do(one.dispute, Verb.COMPLETE_ACTION, cast.own_manager, action=inside.pk)
    inside.refresh_from_db()
    assert inside.done_at == one.world.now


def test_nothing_is_put_on_an_agency_that_does_not_know_of_it(cast: Cast, world: World) -> None:
    devon = World(cast, "devon")
    dispute = devon.log()
    given = {"what": "Ring them.", "due_at": devon.now + timedelta(days=1)}
    with refused(dispute, InvalidInput, "inside your own agency"):
        devon.do(dispute, Verb.ADD_ACTION, cast.own_manager, agency=cast.social_care.pk, **given)
    devon.do(dispute, Verb.ADD_ACTION, cast.own_manager, agency=cast.school.pk, **given)
