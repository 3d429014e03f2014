"""Answering a request for access: opened with a reason, read through piece by piece, given without what is others', and erased in time."""

import csv
import html
import io
import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agencies.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from agencies.models import DirectoryEvent
from escalation.models import AccessRequest, Dispute, Notification, Reading
from escalation.services.keeping.access.asking import ask_about_person
from escalation.services.keeping.access.ending import expires_at
from escalation.services.keeping.access.giving import content_of
from escalation.services.keeping.access.known import request_of, requests_of
from escalation.services.keeping.access.making import make
from escalation.services.keeping.access.opening import ACCESS, OPEN_THE_REST, open_rest
from escalation.services.keeping.access.place import path_of
from escalation.services.keeping.due import end_what_is_over
from escalation.services.keeping.periods import lengths_of
from escalation.services.mail import compose
from escalation.services.reading import CHILD
from escalation.services.upkeep_due import remind_of_upkeep
from escalation.states import EventKind, Message, Verb
from tests.escalation.asked_access import WHY, about, about_child, chosen, held, made, piece, spoken_of
from tests.kept import kept_fixture
from tests.lot import as_written
from tests.web.page import Page
from tests.world import MONDAY, World, london

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_here")]
dispute = kept_fixture(spoken_of)
DAY = timedelta(days=1)


# -- opening -----------------------------------------------------------------------------------------------------------------------------------


def test_opening_is_kept_on_each_record_in_the_ledger_and_the_leads_are_told(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    assert row.disputes == [str(dispute.pk)]
    assert dispute.events.filter(kind=EventKind.READ_EARLY).count() == 1
    reading = Reading.objects.get(part=ACCESS)
    assert (reading.reader, reading.reason) == (world.cast.business_unit, WHY["reason"])
    told = set(Notification.objects.filter(kind=Message.LOOKED).values_list("recipient", flat=True))
    assert {world.cast.lead.pk, world.cast.receiving_lead.pk} <= told
    assert DirectoryEvent.objects.filter(words="A request for access was opened.").exists()


def test_what_has_not_left_its_agency_is_not_opened(world: World, dispute: Dispute) -> None:
    inside = world.log()
    assert str(inside.pk) not in about_child(world).disputes


def test_it_asks_who_and_how_they_made_sure(world: World, dispute: Dispute) -> None:
    for missing in ("reason", "identity"):
        with pytest.raises(InvalidInput):
            about_child(world, **{missing: " "})
    with pytest.raises(InvalidInput, match="Nothing is kept"):
        about_child(world, initials="ZQ")
    assert not AccessRequest.objects.exists()
    assert not Reading.objects.filter(part=ACCESS).exists()


def test_what_never_left_its_agency_is_refused_as_what_is_not_there(world: World) -> None:
    cast = world.cast
    world.log()
    by_reference = {"initials": "", "born_on": None, "agency": cast.school.pk}
    for field, asked, others in (("initials", {"initials": "AB"}, {"initials": "ZQ"}), ("reference", {"reference": "S-1001"}, {"reference": "S-9"})):
        for given in (asked, others):
            with pytest.raises(InvalidInput) as refusal:
                about_child(world, **(by_reference if field == "reference" else {}), **given)
            assert (refusal.value.message, refusal.value.field) == ("Nothing is kept about this child.", field)
    assert not AccessRequest.objects.exists()


def test_what_the_asker_may_not_know_of_waits_for_somebody_else_and_is_to_them_as_if_it_were_not_there(world: World, dispute: Dispute) -> None:
    cast, only = world.cast, {"initials": "", "born_on": None, "agency": world.cast.school.pk, "reference": "S-77"}
    other = world.sent(children=[{"initials": "CD", "born_on": "2014-01-09", "reference": "S-77"}])
    Dispute.objects.filter(pk=other.pk).update(conflicts=[str(cast.business_unit.pk)])
    barred, manager, place = world.person(cast.business_unit), world.person(cast.business_manager), cast.partnership.pk
    first = about(world, cast.receiver)
    assert first.disputes == [str(dispute.pk)]
    for given in (only, only, only | {"reference": "S-none"}):
        with pytest.raises(InvalidInput, match="Nothing is kept about this child"):
            about_child(world, **given)
    assert list(requests_of(barred, place)) == [first]
    rests = [row for row in requests_of(manager, place) if row.waits]
    assert len(rests) == 2, "of the child one, though it was asked twice"
    (rest,) = [row for row in rests if row.person == cast.receiver]
    assert (rest.disputes, rest.reason) == ([str(other.pk)], WHY["reason"])
    assert not Reading.objects.filter(part=ACCESS, dispute=other).exists(), "nobody opened it"
    assert set(Notification.objects.filter(action=OPEN_THE_REST).values_list("recipient", "dispute")) == {(cast.business_manager.pk, other.pk)}
    with pytest.raises(WrongState, match="Open it first"):
        make(manager, rest, chosen([]), now=MONDAY)
    client = Client()
    client.force_login(cast.business_manager)
    page = reverse("access-request", args=[rest.pk])
    assert "waits here for somebody else" in client.get(page).content.decode()
    client.post(page)
    read = client.get(page).content.decode()
    assert (other.reference in read, cast.receiver.email in read) == (True, False), "the account is in the first part"
    assert Reading.objects.filter(part=ACCESS, dispute=other, reader=cast.business_manager).exists()
    with pytest.raises(WrongState, match="meanwhile"):
        open_rest(manager, rest, now=MONDAY)


def test_a_rest_that_nobody_of_the_unit_may_open_is_told_to_who_sees_that_somebody_may_and_to_the_unit_once_somebody_may(
    world: World, dispute: Dispute
) -> None:
    cast, barred = world.cast, {world.cast.business_unit, world.cast.business_manager, world.cast.deputy_chair}
    other = world.sent(children=[{"initials": "CD", "born_on": "2014-01-09", "reference": "S-77"}])
    Dispute.objects.filter(pk=other.pk).update(conflicts=[str(user.pk) for user in barred])
    about(world, cast.receiver)
    lies = Notification.objects.filter(kind=Message.REST)
    assert set(lies.values_list("recipient", "dispute", "partnership")) == {
        (user.pk, None, cast.partnership.pk) for user in (cast.chair, cast.administrator)
    }
    subject, body = (str(part) for part in (compose(lies[0]).subject, compose(lies[0]).body))
    assert subject == "A request for access: part of it lies with nobody"
    assert not [word for word in (other.reference, cast.receiver.name, cast.raising.name) if word in subject + body]
    remind_of_upkeep(MONDAY)
    assert (lies.count(), Notification.objects.filter(action=OPEN_THE_REST).exists()) == (2, False), "each hears once"
    Dispute.objects.filter(pk=other.pk).update(conflicts=[str(cast.business_unit.pk)])
    remind_of_upkeep(MONDAY)
    assert Notification.objects.get(action=OPEN_THE_REST).recipient == cast.business_manager


def test_nobody_but_the_business_unit_opens_or_reads_one(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    for user in (world.cast.lead, world.cast.administrator, world.cast.auditor, world.cast.stranger):
        with pytest.raises(NotAllowed):
            ask_about_person(world.person(user), partnership=world.cast.partnership.pk, user=world.cast.raiser, now=MONDAY, **WHY)
        with pytest.raises(NotFound):
            request_of(world.person(user), row.pk)


# -- the file ----------------------------------------------------------------------------------------------------------------------------------


def test_the_file_holds_what_was_chosen_as_page_table_and_data(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    found = held(world, row)
    out, nameless = piece(found, "goes home to the same risk"), piece(found, "laughed")
    archive = made(world, row, leave_out=[out.key], without_names=[nameless.key])
    assert archive.namelist() == ["what-is-kept.html", "what-is-kept.csv", "what-is-kept.json"]
    page, table, data = (archive.read(name).decode() for name in archive.namelist())
    for text in (page, table, data):
        assert ("same risk" in text, "laughed" in text, "Mr Reid" in text) == (False, True, False)
    assert "left out" in page
    pieces = json.loads(data)["pieces"]
    assert len(pieces) == len(found) - 1
    assert [line for line in csv.reader(io.StringIO(table)) if "laughed" in line[2]][0][2].startswith("'=1+1")


def test_what_was_typed_is_no_markup_in_the_page(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text="<script>alert(1)</script>", private=False)
    assert "<script>" not in made(world, about_child(world)).read("what-is-kept.html").decode()


def test_making_and_taking_it_are_on_record(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    made(world, row)
    words = list(DirectoryEvent.objects.filter(words__startswith="The answer").order_by("recorded_at", "pk").values_list("words", flat=True))
    assert words[-1] == "The answer to a request for access was downloaded."
    assert words[-2].startswith("The answer to a request for access was made:")
    assert oct(path_of(row.pk).stat().st_mode)[-3:] == "600"


def test_a_request_that_nobody_answered_ends_when_no_answer_could_be_in_time(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    assert expires_at(row, lengths_of(row.partnership_id)) == london("2026-06-03 00:00")
    assert end_what_is_over(MONDAY + 92 * DAY)["answers erased"] == 0
    assert end_what_is_over(MONDAY + 93 * DAY)["answers erased"] == 1
    row.refresh_from_db()
    assert (row.disputes, row.erased_at) == ([], MONDAY + 93 * DAY)


def test_who_asked_and_how_they_were_known_go_three_years_after_the_end(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    made(world, row)
    end_what_is_over(london("2026-04-01 10:00"))
    assert end_what_is_over(london("2029-04-01 10:00"))["requests erased"] == 0
    assert end_what_is_over(london("2029-04-02 10:00"))["requests erased"] == 1
    assert end_what_is_over(london("2029-04-02 10:00"))["requests erased"] == 0
    row.refresh_from_db()
    assert (row.reason, row.identity, row.asked_by) == ("", "", world.cast.business_unit)
    assert DirectoryEvent.objects.filter(words="The reasons of old requests for access were erased: 1.").exists()


def test_after_its_time_the_file_is_gone_and_that_it_was_made_stays(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    made(world, row)
    assert end_what_is_over(MONDAY + 28 * DAY)["answers erased"] == 0
    assert path_of(row.pk).exists()
    assert end_what_is_over(MONDAY + 29 * DAY)["answers erased"] == 1
    assert not path_of(row.pk).exists()
    kept = AccessRequest.objects.get()
    assert (kept.disputes, kept.choices, kept.reason) == ([], {}, WHY["reason"])
    with pytest.raises(WrongState, match="time is over"):
        content_of(world.person(world.cast.business_unit), kept, MONDAY + 29 * DAY)
    with pytest.raises(WrongState, match="time is over"):
        make(world.person(world.cast.business_unit), kept, chosen([]), now=MONDAY + 29 * DAY)


def test_reading_through_what_is_held_about_a_child_is_a_look_at_who_it_is_and_about_a_colleague_is_none(world: World, dispute: Dispute) -> None:
    client = Client()
    client.force_login(world.cast.business_unit)

    def says_who(row: AccessRequest) -> bool:
        # What guards a form is drawn by lot too, and stands in no words.
        page = Page(client.get(reverse("access-request", args=[row.pk])).content.decode())
        return "AB" in as_written(page.one("main").text)

    assert (says_who(about(world, world.cast.receiver)), Reading.objects.filter(part=CHILD).count()) == (False, 0)
    assert says_who(about_child(world))
    looked = Reading.objects.get(part=CHILD)
    assert (looked.dispute, looked.reader, looked.reason) == (dispute, world.cast.business_unit, WHY["reason"])


def test_it_is_answered_on_pages(world: World, dispute: Dispute) -> None:
    client = Client()
    client.force_login(world.cast.business_unit)
    asked = {"initials": "AB", "born_on_0": "1", "born_on_1": "5", "born_on_2": "2015", **WHY}
    assert "Make sure first" in client.post(reverse("access-ask"), asked).content.decode()
    page = client.post(reverse("access-ask"), asked | {"is_sure": "on"}, follow=True).content.decode()
    row = AccessRequest.objects.get()
    out = piece(held(world, row), "laughed").key
    assert re.search(rf'id="without_names-{out}"\s+checked', page)
    assert re.search(r'id="leave_out-private-[^"]+"\s*>', page), "what says that each agency gives its own goes along"
    address = reverse("access-request", args=[row.pk])
    looks = Reading.objects.filter(part=ACCESS).count()
    read = html.unescape(str(re.search('name="read" value="([^"]+)"', page)[1]))  # type: ignore[index]
    given = {"leave_out": [out], "read": read}
    assert "Read it first" in client.post(address, given).content.decode()
    assert Reading.objects.filter(part=ACCESS).count() == looks + 1, "the answer to a wrong form shows the pieces too"
    assert "The answer is made" in client.post(address, given | {"is_read": "on"}, follow=True).content.decode()
    answer = client.get(reverse("access-file", args=[row.pk]))
    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("application/zip", 'attachment; filename="what-is-kept.zip"')
    assert answer.getvalue()[:2] == b"PK"


@pytest.mark.engines
def test_what_came_meanwhile_is_not_given_unread_and_comes_with_what_is_suggested(world: World, dispute: Dispute) -> None:
    cast = world.cast
    row = about_child(world)
    before = held(world, row)
    world.do(dispute, Verb.ADD_NOTE, cast.own_manager, text="Gareth Hughes wrote of it.", private=False)
    person = world.person(cast.business_unit)
    with pytest.raises(Conflict, match="Something changed"):
        make(person, row, chosen(before), now=MONDAY)
    row.refresh_from_db()
    assert row.made_at is None
    client = Client()
    client.force_login(cast.business_unit)
    new, old = piece(held(world, row), "Gareth Hughes"), piece(before, "laughed")
    given = {"read": " ".join(one.mark for one in before), "is_read": "on"}
    answer = client.post(reverse("access-request", args=[row.pk]), given)
    page = answer.content.decode()
    assert (answer.status_code, "Something changed since you opened this page" in page) == (400, True)
    assert re.search(rf'id="without_names-{new.key}"\s+checked', page), "as suggested"
    assert not re.search(rf'id="without_names-{old.key}"\s+checked', page), "as it was sent"


def test_a_long_answers_ticks_are_all_taken(world: World, dispute: Dispute) -> None:
    client = Client()
    client.force_login(world.cast.business_unit)
    row = about_child(world)
    read = " ".join(one.mark for one in held(world, row))
    ticks = {"leave_out": [f"line-{number}" for number in range(4000)], "without_names": [f"line-{number}" for number in range(4000)]}
    assert client.post(reverse("access-request", args=[row.pk]), {"read": read, "is_read": "on", **ticks}).status_code == 302
