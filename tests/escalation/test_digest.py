"""The business unit's message of the morning: once a working day, counts and a link, nothing where there is nothing, and put off by who will."""

from datetime import date

import pytest

from agencies.models import ClosureDay
from escalation.models import Notification
from escalation.services.digest import TOLD, choose_digest, digest_words, write_digests
from escalation.services.keeping.due import end_what_is_over
from escalation.services.outbox import deliver
from escalation.services.sweep import sweep
from escalation.services.unit_lists import counts
from escalation.states import Delivery, Message, Verb
from tests.cast import Cast
from tests.escalation.keeping import ended, later
from tests.escalation.learning import NARRATIVE, learnt
from tests.kept import kept_fixture
from tests.mail_server import MailServer
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
TUESDAY, WEDNESDAY = "2026-03-03 09:00", "2026-03-04 09:00"


@kept_fixture
def world(cast: Cast) -> World:
    """Sent on Monday 2 March at ten and due on Tuesday at ten."""
    world = World(cast)
    world.sent()
    return world


def digests() -> list[tuple[str, str]]:
    rows = Notification.objects.filter(kind=Message.DIGEST).exclude(state=Delivery.DROPPED).order_by("created_at", "recipient__name")
    return list(rows.values_list("recipient__name", "action"))


def test_each_of_the_unit_gets_one_at_the_opening_and_no_other_that_day(world: World, cast: Cast) -> None:
    for moment in ("2026-03-03 08:59", TUESDAY, "2026-03-03 09:01", "2026-03-03 11:00", "2026-03-03 15:00"):
        write_digests(london(moment))
    assert digests() == [("Kiran Patel", "1 due today"), ("Laura Finch", "1 due today")]


@pytest.mark.parametrize("moment", ["2026-03-07 09:00", "2026-03-08 09:00", "2026-04-03 09:00", "2026-03-05 09:00"])
def test_weekends_bank_holidays_and_closure_days_are_quiet(world: World, cast: Cast, moment: str) -> None:
    """Saturday, Sunday, Good Friday, and a day on which the partnership's office is closed."""
    ClosureDay.objects.create(partnership=cast.partnership, day=date(2026, 3, 5), words="Training day")
    write_digests(london(moment))
    assert digests() == []


def test_the_opening_is_the_partnerships_own(world: World, cast: Cast) -> None:
    type(cast.partnership).objects.filter(pk=cast.partnership.pk).update(opens="10:00")
    write_digests(london(TUESDAY))
    assert digests() == []
    write_digests(london("2026-03-03 10:00"))
    assert len(digests()) == 2


def test_a_morning_without_anything_is_looked_at_once_and_nobody_is_written_to(cast: Cast) -> None:
    world = World(cast, now=london("2026-03-03 09:30"))
    assert write_digests(london(TUESDAY)) == 0
    world.sent(is_urgent=True, respond_by="2026-03-03T12:00:00+00:00", out_of_hours="Rang.")
    assert write_digests(london("2026-03-03 09:40")) == 0
    assert digests() == []


def test_a_morning_that_was_missed_is_not_made_up_for_in_the_afternoon(world: World) -> None:
    assert write_digests(london("2026-03-03 12:00")) == 0
    assert write_digests(london(WEDNESDAY)) == 2


def test_a_morning_in_which_no_mail_left_is_not_told_of_beside_the_next(world: World, cast: Cast, mail_server: MailServer) -> None:
    for morning in (TUESDAY, WEDNESDAY):
        write_digests(london(morning))
    deliver(london("2026-03-04 09:01"))
    rows = Notification.objects.filter(kind=Message.DIGEST, recipient=cast.business_unit).order_by("created_at")
    assert list(rows.values_list("state", "trouble")) == [(Delivery.DROPPED, "its morning is over"), (Delivery.SENT, "")]


def test_its_numbers_are_those_of_the_board_and_of_the_learning_list(world: World, cast: Cast) -> None:
    world.now = london("2026-03-02 11:00")
    learnt(world, due_on=date(2026, 3, 3))
    sweep(london(WEDNESDAY))
    write_digests(london(WEDNESDAY))
    found = counts(cast.partnership, london(WEDNESDAY), reader=world.person(cast.business_unit))
    assert (found["overdue"], found["learning"]) == (1, 1)
    assert digests()[0][1] == "1 overdue, 1 learning action overdue" == digest_words(found)


def test_what_has_had_its_time_is_told_until_the_unit_has_decided(cast: Cast) -> None:
    world = World(cast)
    dispute = ended(world)
    with later(world):
        end_what_is_over(world.now)
        write_digests(world.now)
        assert digests() == [("Kiran Patel", "1 due for review"), ("Laura Finch", "1 due for review")]
        world.do(dispute, Verb.ANONYMISE, cast.business_unit)
    with later(world, "2036-04-02 10:00"):
        assert write_digests(world.now) == 0


def test_it_fits_its_column_however_much_there_is() -> None:
    assert len(digest_words(dict.fromkeys(TOLD, 9_999))) <= 120


def test_it_leads_to_the_board_and_names_nothing(world: World, cast: Cast, mail_server: MailServer) -> None:
    world.now = london("2026-03-02 11:00")
    learnt(world, due_on=date(2026, 3, 3))
    write_digests(london(WEDNESDAY))
    deliver(london(WEDNESDAY))
    taken = [one for one in mail_server.taken if one["subject"] == "This morning: where things stand"]
    assert {one["to"] for one in taken} == {cast.business_unit.email, cast.business_manager.email}
    text = taken[0]["text"].replace("\r\n", "\n")
    assert "On the board this morning: 1 overdue, 1 learning action overdue\n" in text
    assert "http://testserver/board/" in text
    assert "To put it off, or on again: http://testserver/account/messages/" in text
    said = text + taken[0]["html"]
    assert not [word for word in ("ESC-", NARRATIVE, cast.school.name, cast.social_care.name, *(u.name for _, u in cast.users())) if word in said]


def test_who_puts_it_off_gets_none_until_it_is_put_on_again(world: World, cast: Cast) -> None:
    choose_digest(cast.business_unit.pk, wanted=False)
    write_digests(london(TUESDAY))
    assert [name for name, _ in digests()] == ["Laura Finch"]
    choose_digest(cast.business_unit.pk, wanted=True)
    write_digests(london(WEDNESDAY))
    assert "Kiran Patel" in [name for name, _ in digests()]


def test_the_unit_chooses_on_a_page_and_others_are_told_that_there_is_nothing_to_choose(world: World, cast: Cast) -> None:
    visitor = Visitor(cast.business_unit, london(TUESDAY))
    assert visitor.post("/account/messages/", {"digest": ""}).status_code == 400
    assert visitor.post("/account/messages/", {"digest": "no"}).status_code == 302
    assert visitor.page("/account/messages/").one("input", name="digest", value="no").attrs.get("checked") is not None
    write_digests(london(TUESDAY))
    assert [name for name, _ in digests()] == ["Laura Finch"]
    raiser = Visitor(cast.raiser, london(TUESDAY))
    assert not raiser.page("/account/messages/").all("input", name="digest")
    assert raiser.post("/account/messages/", {"digest": "no"}).status_code == 200


def test_what_is_urgent_does_not_wait_for_the_morning(cast: Cast, mail_server: MailServer) -> None:
    world = World(cast, now=london("2026-03-07 22:00"))
    world.log(is_urgent=True, respond_by=london("2026-03-08 02:00").isoformat(), out_of_hours="Rang the night desk.")
    assert write_digests(world.now) == 0
    assert deliver(world.now).sent > 0
