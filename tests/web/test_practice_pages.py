"""Practising on pages: a plain banner on each, the trainer's button, and everything on the practice clock."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from agencies.models import Partnership, User
from agencies.person import person_of
from agencies.roles import Role
from escalation.engine.perform import Seen
from escalation.models import Dispute
from escalation.services.guest_door import practice_codes, send_asked_codes
from escalation.states import EventKind, Verb
from tests.api.conftest import Caller
from tests.cast import Cast, build_cast
from tests.factories import make_member
from tests.guests import invited
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
FRIDAY = london("2026-03-06 10:05")
# Sent then it is overdue two working days after FRIDAY at 10:05, and moves up by itself five minutes later.
SENT = london("2026-03-06 10:10")
FORWARD = "/practice/forward/"


@pytest.fixture
def trained(db: None) -> Cast:
    """The cast, in a partnership to practise in."""
    return build_cast(is_practice=True)


def test_the_trainer_moves_the_clock_and_reads_what_followed(trained: Cast) -> None:
    World(trained, now=FRIDAY).sent()
    trainer = Visitor(trained.business_unit, FRIDAY)
    assert "Move the clock forward a working day" in trainer.page("/my-work/").one(class_="c-practice").text
    assert trainer.post(FORWARD).status_code == 302
    page = trainer.page("/my-work/")
    assert "Its clock stands at Monday 9 March 2026, 10:05am" in page.one(class_="c-practice").text
    assert "It is Monday 9 March 2026, 10:05am here now. 1 disagreement had something due. None moved up without a click." in page.one("main").text


def test_a_double_click_without_javascript_moves_it_once(trained: Cast) -> None:
    """Also where the clock stands so far ahead that what was remembered a day ago is long forgotten there."""
    Partnership.objects.filter(pk=trained.partnership.pk).update(ahead=timedelta(days=3))
    trainer = Visitor(trained.business_unit, FRIDAY)
    key = {"sending": trainer.page("/my-work/").one("input", name="sending").attrs["value"]}
    assert [trainer.post(FORWARD, key | {"next": "/my-work/"}).status_code for _ in range(2)] == [302, 302]
    page = trainer.page("/my-work/")
    assert "Its clock stands at Tuesday 10 March 2026, 10:05am" in page.one(class_="c-practice").text
    assert "It was done once" in page.one("main").text
    trainer.post(FORWARD, {"sending": page.one("input", name="sending").attrs["value"]})
    assert "Wednesday 11 March" in trainer.page("/my-work/").one(class_="c-practice").text


def test_everybody_in_it_sees_the_same_clock_and_only_the_trainer_the_button(trained: Cast) -> None:
    World(trained, now=SENT).sent()
    Visitor(trained.business_unit, FRIDAY).post(FORWARD)
    Visitor(trained.business_unit, FRIDAY).post(FORWARD)
    receiver = Visitor(trained.receiver, FRIDAY)
    page = receiver.page("/my-work/")
    assert "Its clock stands at Tuesday 10 March 2026, 10:05am" in page.one(class_="c-practice").text
    assert "Move the clock" not in page.one("body").text
    assert "Overdue 1 thing" in page.one("main").text
    assert "working hours late" in page.one("main").text


@pytest.mark.parametrize("who", ["raiser", "receiver", "chair"])
def test_nobody_else_moves_it(trained: Cast, who: str) -> None:
    assert Visitor(getattr(trained, who), FRIDAY).post(FORWARD).status_code == 403
    assert not Partnership.objects.get(pk=trained.partnership.pk).ahead


def test_where_people_are_real_there_is_no_such_address(cast: Cast) -> None:
    assert Visitor(cast.business_unit, FRIDAY).post(FORWARD).status_code == 404
    assert "Move the clock" not in Visitor(cast.business_unit, FRIDAY).page("/my-work/").one("body").text


def test_the_interface_answers_on_the_practice_clock_too(trained: Cast) -> None:
    dispute = World(trained, now=SENT).sent()
    for _ in range(2):
        Visitor(trained.business_unit, FRIDAY).post(FORWARD)
    with time_machine.travel(FRIDAY, tick=False):
        assert Caller(trained.receiver).get(f"disputes/{dispute.reference}/").json()["is_overdue"] is True


def test_the_next_request_is_on_the_worlds_clock_again(trained: Cast) -> None:
    cast = build_cast()
    Visitor(trained.business_unit, FRIDAY).post(FORWARD)
    Visitor(trained.receiver, FRIDAY).page("/my-work/")
    World(cast, now=FRIDAY).sent()
    assert "Due later 1 thing" in Visitor(cast.receiver, FRIDAY).page("/my-work/").one("main").text


@pytest.fixture
def both(trained: Cast) -> tuple[User, Dispute, Dispute]:
    """Somebody who practises in a partnership that stands three days ahead, and has a role among real people since; one disagreement of each."""
    real = build_cast()
    Partnership.objects.filter(pk=trained.partnership.pk).update(ahead=timedelta(days=3))
    for place in (trained.social_care, real.social_care):
        make_member(trained.receiver, place, Role.LEAD)
    assert person_of(trained.receiver, FRIDAY.date()).partnership_id == trained.partnership.pk
    return trained.receiver, World(trained, now=FRIDAY).sent(), World(real, now=FRIDAY).sent()


@pytest.mark.parametrize("door", ["page", "program"])
def test_what_somebody_does_among_real_people_is_on_the_world_s_clock_though_they_practise_elsewhere(
    both: tuple[User, Dispute, Dispute], door: str
) -> None:
    user, drill, real = both
    visitor = Visitor(user, SENT)
    for dispute, moment in ((real, SENT), (drill, SENT + timedelta(days=3))):
        page = f"/d/{dispute.reference}/add-note/"
        with time_machine.travel(SENT, tick=False):
            if door == "page":
                seen = visitor.page(page).one("input", name="seen").attrs["value"]
                assert visitor.post(page, {"text": "We look again.", "seen": seen}).status_code == 302
            else:
                assert Caller(user).do(dispute, Verb.ADD_NOTE, text="We look again.").status_code == 200
        assert dispute.events.get(kind=EventKind.NOTE).recorded_at == moment


def test_the_banner_says_when_it_is_there_to_whoever_has_a_role_elsewhere_too(both: tuple[User, Dispute, Dispute]) -> None:
    words = Visitor(both[0], FRIDAY).page("/my-work/").one(class_="c-practice").text
    assert "Its clock stands at Monday 9 March 2026, 10:05am" in words


def test_whoever_has_no_account_answers_on_the_practice_clock(trained: Cast) -> None:
    world = World(trained, now=FRIDAY + timedelta(days=3))
    Partnership.objects.filter(pk=trained.partnership.pk).update(ahead=timedelta(days=3))
    guest = invited(world, dispute := world.sent())
    client, door = Client(), f"/guest/{guest.link}/"
    typed = {"seen": str(Seen.of(world.fresh(dispute))), "answer": "agrees", "reasons": "So it was.", "actions": "A visit.", "confirmed": "1"}
    with time_machine.travel(FRIDAY, tick=False):
        client.post(door)
        send_asked_codes(FRIDAY)
        ((_row, _subject, letter),) = practice_codes(trained.partnership.pk, FRIDAY)
        client.post(f"{door}code/", {"code": re.findall(r"\d{4} \d{4}", letter)[0]})
        assert "Your answer is recorded" in client.post(f"{door}request/", typed).content.decode()
    assert dispute.events.get(kind=EventKind.ANSWERED).recorded_at == world.now
