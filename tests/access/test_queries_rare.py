"""First looks at what is rare: three agencies, a panel that is to meet, resolved and closed, with people who look there for the first time. At most
fifteen questions, as anywhere."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from agencies import person
from escalation.models import Dispute
from escalation.states import Answer, Outcome, Verb
from reports.documents.kinds import DocumentKind
from tests.access.test_queries import MOST, counted
from tests.cast import Cast
from tests.escalation.learning import learnt
from tests.escalation.verbs import closed, proposed, resolved, routed
from tests.guests import invited
from tests.web.signed_in import BACKEND
from tests.world import World, london

pytestmark = pytest.mark.django_db
NOT_THEIRS = 404
LOOKING = (
    "raiser", "own_manager", "lead", "own_board", "receiver", "receiving_lead", "receiving_board", "police_manager", "business_unit", "chair",
    "mediator", "panel_member",
)  # fmt: skip


def three(world: World) -> Dispute:
    """Social care disagreed, police have been asked too, and a call and a note stand on the record."""
    cast = world.cast
    dispute = world.sent(cast.social_care, cast.police)
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    world.do(dispute, Verb.ADD_NOTE, cast.own_manager, text="A note.")
    return dispute


def three_agreed(world: World) -> Dispute:
    """Of three agencies two confirmed."""
    cast, dispute = world.cast, three(world)
    world.do(dispute, Verb.RESPOND, cast.police_manager, answer=Answer.AGREES, reasons="We agree.", actions="A visit.")
    world.do(dispute, Verb.PROPOSE_OUTCOME, cast.own_manager, kind=Outcome.AGREED_ACTION, wording="A visit.")
    world.do(dispute, Verb.CONFIRM_OUTCOME, cast.receiver)
    return dispute


def three_resolved(world: World) -> Dispute:
    """All confirmed; the file confirmed by none."""
    dispute = three_agreed(world)
    world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.police_manager)
    return dispute


def panel(world: World) -> Dispute:
    """Convened, with nobody's declaration of interests yet; the chair's date agreed."""
    cast = world.cast
    dispute = routed(world, world.sent(), "panel")
    seats = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    world.do(dispute, Verb.CONVENE, cast.business_manager, meets_at=london("2026-03-17 10:00"), members=seats)
    return dispute


def panel_of_three(world: World) -> Dispute:
    """The same between three agencies."""
    cast = world.cast
    dispute = routed(world, world.sent(cast.social_care, cast.police), "panel")
    seats = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    world.do(dispute, Verb.CONVENE, cast.business_manager, meets_at=london("2026-03-17 10:00"), members=seats)
    return dispute


def with_guest(world: World) -> Dispute:
    """Somebody without an account is to answer."""
    dispute = world.sent()
    invited(world, dispute)
    return dispute


def about_one_child(world: World) -> Dispute:
    """Another disagreement is about the same child, and a third is linked."""
    cast, dispute = world.cast, three(world)
    world.sent(cast.social_care, cast.police)
    other = world.sent(cast.police, children=[{"initials": "ZZ", "born_on": "2016-01-01"}])
    world.do(dispute, Verb.LINK, cast.lead, other=other.reference)
    return dispute


STATES: dict[str, Callable[[World], Dispute]] = {
    "three agencies": three,
    "three agencies, proposed": three_agreed,
    "three agencies, resolved": three_resolved,
    "proposed": lambda world: proposed(world, world.sent()),
    "resolved": lambda world: resolved(world, world.sent()),
    "closed": lambda world: closed(world, world.sent()),
    "mediation": lambda world: routed(world, world.sent()),
    "panel": panel,
    "panel of three": panel_of_three,
    "a guest": with_guest,
    "several about one child": about_one_child,
    "learning": lambda world: learnt(world).dispute,
}


@pytest.fixture
def looks(world: World) -> Iterator[Callable[[Any, str], tuple[Any, int]]]:
    browsers: dict[Any, Client] = {}

    def look(user: Any, address: str) -> tuple[Any, int]:
        if user.pk not in browsers:
            browsers[user.pk] = Client()
            browsers[user.pk].force_login(user, backend=BACKEND)
        # Nobody has been here since this process began, as where several serve.
        person._read._kept.cache_clear()
        return counted(lambda: browsers[user.pk].get(address))

    with time_machine.travel(world.now.timestamp(), tick=False):
        yield look


@pytest.mark.parametrize("state", STATES)
def test_nobodys_first_look_at_a_rare_state_asks_more_than_fifteen_times(
    cast: Cast, world: World, looks: Callable[[Any, str], tuple[Any, int]], state: str
) -> None:
    dispute, over, seen = STATES[state](world), {}, 0
    for part in LOOKING:
        for address in (f"/d/{dispute.reference}/", "/my-work/", f"/d/{dispute.reference}/view/print/"):
            answer, number = looks(getattr(cast, part), address)
            seen += answer.status_code == 200
            if number > MOST:
                over[part, address] = number
            if answer.status_code == NOT_THEIRS:
                # Nothing of it stands in their My work or is printed for them, and a My work without it is no rare state.
                break
    assert over == {}
    assert seen > len(LOOKING)


@pytest.mark.parametrize("state", ["panel", "resolved"])
def test_no_document_asks_more_than_fifteen_times_with_the_child_on_it_and_people_from_elsewhere(
    cast: Cast, world: World, looks: Callable[[Any, str], tuple[Any, int]], state: str
) -> None:
    dispute, asked = STATES[state](world), {}
    for kind in DocumentKind:
        for address in (f"/d/{dispute.reference}/view/documents/{kind.slug}/", f"/d/{dispute.reference}/view/documents/{kind.slug}/?child=yes"):
            answer, number = looks(cast.lead, address)
            if answer.status_code == 200:
                asked[address] = number
    assert len(asked) >= 6
    assert {address: number for address, number in asked.items() if number > MOST} == {}
