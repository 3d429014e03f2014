"""Opening very many disagreements within an hour: the business unit is told once a day, and past the most it stops."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from pytest_django import DjangoAssertNumQueries, Settings

from agencies.errors import TooMuch
from agencies.models import Membership, SignInEvent, User
from agencies.sign_ins import SignInKind
from escalation.engine.case import load
from escalation.engine.perform import Seen
from escalation.models import Dispute, Notification, Reading
from escalation.selectors.readers import who_looked
from escalation.services.guest_door import person_of_guest
from escalation.services.mail import compose
from escalation.services.reading import CASE, CHILD, EARLY, FILE, look, record_reading
from escalation.services.wanted import sort_out
from escalation.states import Message, Verb
from reports.taken import keep_taken
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.escalation.asked_access import WHY, about, about_child, made
from tests.escalation.attached import attach, clean_here
from tests.guests import invited
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db
MANY, MOST = 2, 3


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> None:
    settings.CONCORD_CASES_AN_HOUR, settings.CONCORD_MOST_CASES_AN_HOUR = MANY, MOST
    settings.CONCORD_TAKEN_A_DAY = MANY


@pytest.fixture
def answers(tmp_path: Path, settings: Settings) -> None:
    """Where answers lie until they are given."""
    settings.VAR = tmp_path


def opened(world: World, user: User, disputes: list[Dispute], part: str = CASE, minutes: int = 0) -> None:
    """The person looks at each of them, so many minutes from now."""
    at = world.now + timedelta(minutes=minutes)
    with time_machine.travel(at, tick=False):
        for case in load([dispute.pk for dispute in disputes], now=at, lock=False):
            look(case, world.person(user), part, now=at)


def told(kind: Message = Message.READ_MUCH) -> list[User | None]:
    return [row.recipient for row in Notification.objects.filter(kind=kind).order_by("recipient__name")]


def lines(kind: SignInKind) -> list[User | None]:
    return [row.user for row in SignInEvent.objects.filter(kind=kind)]


@pytest.fixture
def sent(world: World) -> list[Dispute]:
    return [world.sent() for _ in range(MOST + 1)]


@pytest.mark.engines
def test_up_to_the_number_nobody_is_told_and_past_it_the_business_unit_is(world: World, sent: list[Dispute]) -> None:
    cast = world.cast
    opened(world, cast.lead, sent[:MANY])
    assert (told(), lines(SignInKind.READ_MUCH)) == ([], [])
    opened(world, cast.lead, sent[MANY : MANY + 1])
    assert set(told()) == {cast.business_unit, cast.business_manager}
    assert lines(SignInKind.READ_MUCH) == [cast.lead]
    assert Reading.objects.filter(reader=cast.lead).count() == MANY + 1


def test_it_is_told_once_a_day_and_again_the_day_after(world: World, sent: list[Dispute]) -> None:
    opened(world, world.cast.lead, sent[:MOST])
    opened(world, world.cast.lead, sent[:MOST], minutes=23 * 60)
    assert (len(told()), len(lines(SignInKind.READ_MUCH))) == (2, 1)
    opened(world, world.cast.lead, sent[:MOST], minutes=25 * 60)
    assert (len(told()), len(lines(SignInKind.READ_MUCH))) == (4, 2)


def test_one_disagreement_counts_once_however_often_and_whatever_of_it_is_opened(world: World, sent: list[Dispute]) -> None:
    for part in (CASE, CHILD, "print: panel_pack", f"{FILE}: 3", CASE):
        opened(world, world.cast.lead, sent[:MANY], part)
    assert told() == []


def test_what_was_opened_an_hour_ago_does_not_count(world: World, sent: list[Dispute]) -> None:
    opened(world, world.cast.lead, sent[:MANY])
    opened(world, world.cast.lead, sent[MANY : 2 * MANY], minutes=60)
    assert told() == []


@pytest.mark.engines
def test_a_few_each_hour_are_told_too_once_they_are_many_in_a_day_and_are_not_stopped(world: World, sent: list[Dispute], settings: Settings) -> None:
    settings.CONCORD_CASES_A_DAY = MOST
    for hours, dispute in enumerate(sent[:MOST]):
        opened(world, world.cast.lead, [dispute], minutes=61 * hours)
    assert told() == []
    opened(world, world.cast.lead, sent[:1], minutes=61 * MOST)
    assert told() == [], "One that was opened before counts once."
    opened(world, world.cast.lead, sent[MOST:], minutes=61 * MOST)
    assert set(told()) == {world.cast.business_unit, world.cast.business_manager}
    assert Reading.objects.filter(reader=world.cast.lead, dispute=sent[MOST]).exists()


def test_what_was_opened_the_day_before_does_not_count_in_the_day(world: World, sent: list[Dispute], settings: Settings) -> None:
    settings.CONCORD_CASES_A_DAY = MOST
    for hours, dispute in enumerate(sent):
        opened(world, world.cast.lead, [dispute], minutes=8 * 61 * hours)
    assert told() == []


@pytest.mark.engines
def test_prints_and_files_are_counted_as_taken_each_once_and_told_past_the_number(world: World, dispute: Dispute) -> None:
    for part in ("print", "print", f"{FILE}: 3"):
        opened(world, world.cast.lead, [dispute], part)
    assert told(Message.TOOK_MUCH) == []
    opened(world, world.cast.lead, [dispute], CASE)
    opened(world, world.cast.lead, [dispute], f"{FILE}: 4", minutes=24 * 60 - 1)
    assert set(told(Message.TOOK_MUCH)) == {world.cast.business_unit, world.cast.business_manager}
    assert (lines(SignInKind.TOOK_MUCH), told()) == ([world.cast.lead], [])


@pytest.mark.engines
def test_an_answer_to_a_request_for_access_is_counted_as_taken_with_each_disagreement_in_it(world: World, cast: Cast, answers: None) -> None:
    """Each download of an answer, and once a day what is in it; the leads of its agencies see that it was taken, and why."""
    held = world.sent()
    made(world, about_child(world))
    assert told(Message.TOOK_MUCH) == []
    made(world, about_child(world))
    assert (set(told(Message.TOOK_MUCH)), lines(SignInKind.TOOK_MUCH)) == ({cast.business_manager}, [cast.business_unit])
    looks = who_looked(load([held.pk], now=world.now, lock=False)[0], world.person(cast.receiving_lead)).looks
    assert [(look.who, look.reason) for look in looks if look.part == "Took it out in the answer to a request for access"] == [
        (cast.business_unit.name, WHY["reason"])
    ] * 2


def test_answers_that_hold_no_disagreement_are_counted_too(world: World, cast: Cast, answers: None) -> None:
    for number in range(MANY + 1):
        assert told(Message.TOOK_MUCH) == [], number
        made(world, about(world, cast.auditor))
    assert told(Message.TOOK_MUCH) == [cast.business_manager]


@pytest.mark.engines
def test_figures_that_are_taken_count_among_themselves(world: World, cast: Cast) -> None:
    for number in range(1, MANY + 2):
        assert told(Message.TOOK_MUCH) == []
        keep_taken(cast.partnership, cast.business_unit.pk, f"Took the figures of {number}.", world.now + timedelta(hours=number))
    assert told(Message.TOOK_MUCH) == [cast.business_manager]
    message = compose(Notification.objects.get(kind=Message.TOOK_MUCH))
    assert "/account/sign-ins/" in message.body
    assert cast.business_unit.name not in f"{message.subject} {message.body}"


def test_figures_of_three_days_are_not_much(world: World, cast: Cast) -> None:
    for number in range(MANY + 1):
        keep_taken(cast.partnership, cast.business_unit.pk, "Took the figures.", world.now + timedelta(days=number))
    assert told(Message.TOOK_MUCH) == []


def test_of_who_sits_alone_in_the_unit_the_administrators_are_told(world: World, sent: list[Dispute]) -> None:
    cast = world.cast
    Membership.objects.filter(user=cast.business_manager).delete()
    opened(world, cast.business_unit, sent[: MANY + 1])
    assert told() == [cast.administrator]
    assert Visitor(cast.administrator, world.now).get("/account/sign-ins/").status_code == 200


@pytest.mark.engines
def test_past_the_most_no_other_opens_what_was_opened_still_does_and_an_hour_later_all_do(world: World, sent: list[Dispute]) -> None:
    lead = world.cast.lead
    opened(world, lead, sent[:MOST])
    for _ in range(2):
        with pytest.raises(TooMuch, match=f"{MOST} disagreements within an hour"):
            opened(world, lead, sent[MOST:])
    assert not Reading.objects.filter(reader=lead, dispute=sent[MOST]).exists()
    assert lines(SignInKind.READ_STOPPED) == [lead]
    opened(world, lead, sent[:MOST])
    opened(world, lead, sent[MOST:], minutes=61)
    assert Reading.objects.filter(reader=lead, dispute=sent[MOST]).count() == 1


def test_each_person_is_counted_alone_and_somebody_without_an_account_not_at_all(world: World, sent: list[Dispute]) -> None:
    opened(world, world.cast.lead, sent[:MANY])
    opened(world, world.cast.receiver, sent[MANY : 2 * MANY])
    guest = invited(world, sent[0])
    record_reading(load([sent[0].pk], now=world.now, lock=False)[0], person_of_guest(guest), CASE, now=world.now)
    assert told() == []


def test_what_the_unit_opens_for_a_reason_that_the_leads_are_told_of_does_not_count(world: World, sent: list[Dispute]) -> None:
    unit = world.cast.business_unit
    for dispute in sent:
        world.do(dispute, Verb.READ_EARLY, unit, reason="A serious incident was notified.")
    assert Reading.objects.filter(reader=unit, part=EARLY).count() == len(sent)
    opened(world, unit, sent[:MANY])
    assert told() == []


def test_of_the_unit_the_others_are_told_and_who_sits_there_alone_themselves(world: World, sent: list[Dispute]) -> None:
    cast = world.cast
    opened(world, cast.business_unit, sent[: MANY + 1])
    assert told() == [cast.business_manager]


def test_the_message_leaves_at_once_says_nothing_of_anybody_and_leads_to_the_accounts(world: World, sent: list[Dispute]) -> None:
    opened(world, world.cast.lead, sent[: MANY + 1])
    row = Notification.objects.filter(kind=Message.READ_MUCH).select_related("partnership", "recipient").first()
    assert row is not None
    night = world.now.replace(hour=23)
    assert sort_out([row], night).send == [row]
    message = compose(row)
    said = f"{message.subject} {message.body}"
    assert "/account/sign-ins/" in said
    assert not [word for word in (world.cast.lead.name, world.cast.school.name, *(dispute.reference for dispute in sent)) if word in said]
    assert mail.outbox == []


def test_the_unit_reads_whose_account_it_was_and_so_does_whoever_it_was(world: World, sent: list[Dispute]) -> None:
    cast = world.cast
    opened(world, cast.lead, sent[: MANY + 1])
    words = str(SignInKind.READ_MUCH.label)
    page = Visitor(cast.business_manager, world.now).page("/account/sign-ins/").one("main").text
    assert words in page
    assert cast.lead.name in page
    assert words in Visitor(cast.lead, world.now).page("/account/").one("main").text
    assert words not in Visitor(cast.receiver, world.now).page("/account/sign-ins/").one("main").text


@pytest.mark.parametrize("path", ["", "view/child/", "view/print/", "add-note/"])
def test_every_page_that_is_a_reading_is_stopped_with_a_page_that_says_so(world: World, sent: list[Dispute], path: str) -> None:
    opened(world, world.cast.lead, sent[:MOST])
    answer = Visitor(world.cast.lead, world.now).get(f"/d/{sent[MOST].reference}/{path}")
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    words = Page(answer.content.decode()).one("main").text
    assert "Too many in a short time" in words
    assert sent[MOST].reference not in words


def test_a_form_sent_unopened_shows_nothing_of_it_either_and_keeps_what_was_typed(world: World, sent: list[Dispute]) -> None:
    opened(world, world.cast.lead, sent[:MOST])
    typed = {"text": "We rang the duty team twice.", "happened_at_0": "x"}
    answer = Visitor(world.cast.lead, world.now).post(f"/d/{sent[MOST].reference}/add-note/", typed)
    assert answer.status_code == 429
    words = Page(answer.content.decode()).one("main").text
    assert ("closed without an assessment" in words, typed["text"] in words) == (False, True)
    done = Visitor(world.cast.lead, world.now).post(f"/d/{sent[MOST].reference}/add-note/", {**typed, "seen": str(Seen.of(sent[MOST]))})
    assert done.status_code == 302, "what is done is not reading"


def test_a_file_is_not_given_out_either(
    world: World, sent: list[Dispute], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean_here(tmp_path, settings, monkeypatch)
    file = attach(world, sent[MOST], world.cast.receiver)
    opened(world, world.cast.lead, sent[:MOST])
    assert Visitor(world.cast.lead, world.now).get(f"/d/{sent[MOST].reference}/view/files/{file.pk}/").status_code == 429
    assert not Reading.objects.filter(reader=world.cast.lead, part__startswith=FILE).exists()


def test_programs_are_stopped_likewise(world: World, sent: list[Dispute]) -> None:
    opened(world, world.cast.lead, sent[:MOST])
    with time_machine.travel(world.now, tick=False):
        answer: Any = Caller(world.cast.lead).get(f"disputes/{sent[MOST].reference}/")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (429, "too_many_calls", "3600")


def test_the_lists_count_for_nothing(cast: Cast, world: World, sent: list[Dispute]) -> None:
    unit = Visitor(cast.business_manager, world.now)
    for path in ("/board/?list=open", "/my-work/", "/board/?list=overdue"):
        unit.page(path)
    assert (len(sent), Reading.objects.count(), told()) == (MOST + 1, 0, [])


def test_keeping_a_reading_takes_one_query_more_than_its_row(
    world: World, dispute: Dispute, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case, person = load([dispute.pk], now=world.now, lock=False)[0], world.person(world.cast.lead)
    with django_assert_num_queries(2):
        record_reading(case, person, CASE, now=world.now)
