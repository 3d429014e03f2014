"""Answering a request for access: opened with a reason, read through piece by piece, given without what is others', and erased in time."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput, NotAllowed, NotFound, WrongState
from agencies.models import DirectoryEvent
from escalation.models import AccessRequest, Dispute, Notification, Reading
from escalation.services.keeping.access.asking import ACCESS, ask_about_child, ask_about_person, request_of
from escalation.services.keeping.access.bundle import content_of, make, path_of
from escalation.services.keeping.access.items import REMOVED, Piece, pieces_of
from escalation.services.keeping.due import end_what_is_over
from escalation.states import EventKind, Message, Verb
from tests.cast import Cast
from tests.escalation.verbs import respond
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
WHY = {"reason": "Asked by letter of 1 March.", "identity": "Seen with a passport."}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.VAR = tmp_path
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def dispute(world: World) -> Dispute:
    """Sent and answered, with a private note, and a word about somebody else."""
    cast = world.cast
    found = world.sent()
    world.do(found, Verb.ADD_NOTE, cast.own_manager, text="Rashida Shah told me of her brother.", private=True)
    world.do(found, Verb.ADD_NOTE, cast.own_manager, text="=1+1 said Mr Reid, and Shah laughed.", private=False)
    return respond(world, found)


def about_child(world: World, **more: Any) -> AccessRequest:
    given = {"initials": "AB", "born_on": date(2015, 5, 1), **WHY, **more}
    return ask_about_child(world.person(world.cast.business_unit), partnership=world.cast.partnership.pk, now=MONDAY, **given)


def about(world: World, user: Any) -> AccessRequest:
    return ask_about_person(world.person(world.cast.business_unit), partnership=world.cast.partnership.pk, user=user, now=MONDAY, **WHY)


def piece(found: list[Piece], words: str) -> Piece:
    return next(one for one in found if words in one.text)


# -- opening -----------------------------------------------------------------------------------------------------------------------------------


def test_opening_is_kept_on_each_record_in_the_ledger_and_the_leads_are_told(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    assert row.disputes == [str(dispute.pk)]
    assert dispute.events.filter(kind=EventKind.READ_EARLY).count() == 1
    reading = Reading.objects.get(part=ACCESS)
    assert (reading.reader, reading.reason) == (world.cast.business_unit, WHY["reason"])
    told = set(Notification.objects.filter(kind=Message.LOOKED).values_list("recipient", flat=True))
    assert {world.cast.lead.pk, world.cast.receiving_lead.pk} <= told
    assert DirectoryEvent.objects.filter(words="A request for access was opened: about a child.").exists()


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


def test_nobody_but_the_business_unit_opens_or_reads_one(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    for user in (world.cast.lead, world.cast.administrator, world.cast.auditor, world.cast.stranger):
        with pytest.raises(NotAllowed):
            ask_about_person(world.person(user), partnership=world.cast.partnership.pk, user=world.cast.raiser, now=MONDAY, **WHY)
        with pytest.raises(NotFound):
            request_of(world.person(user), row.pk)


# -- the pieces --------------------------------------------------------------------------------------------------------------------------------


def test_a_childs_request_holds_who_it_is_and_what_was_typed_but_no_agencys_reference(world: World, dispute: Dispute) -> None:
    found = pieces_of(about_child(world))
    whole = "\n".join(one.text for one in found)
    assert "AB, born 1 May 2015" in whole
    assert "closed without an assessment" in whole
    assert "S-1001" not in whole


def test_private_notes_are_flagged_and_left_out_unless_somebody_decides_otherwise(world: World, dispute: Dispute) -> None:
    found = piece(pieces_of(about_child(world)), "her brother")
    assert (found.leave_out, "Private note of Hillside School: ask that agency first" in found.flags) == (True, True)


def test_names_of_others_are_found_whole_and_by_surname_and_removed(world: World, dispute: Dispute) -> None:
    found = piece(pieces_of(about_child(world)), "laughed")
    assert {"Reid", "Shah"} <= set(found.names)
    assert found.given(without_names=True) == f"=1+1 said Mr {REMOVED}, and {REMOVED} laughed."
    assert found.given(without_names=False) == found.text


def test_a_colleagues_request_holds_their_account_their_doings_and_what_names_them(world: World, dispute: Dispute) -> None:
    cast = world.cast
    found = pieces_of(about(world, cast.receiver))
    sections = list(dict.fromkeys(one.section for one in found))
    assert sections[0] == "Account"
    assert f"Disagreement {dispute.reference}" in sections
    assert cast.receiver.email in found[0].text
    assert "We looked again." in piece(found, "We looked again.").text
    named = piece(found, "her brother")
    assert "Somebody else wrote it about the person" in named.flags
    assert not any("goes home to the same risk" in one.text for one in found), "what others wrote and does not name them"
    assert not any("AB, born" in one.text for one in found)


def test_another_child_in_the_same_disagreement_is_flagged(world: World) -> None:
    world.sent(children=[{"initials": "AB", "born_on": "2015-05-01"}, {"initials": "CD", "born_on": "2017-01-01"}])
    found = pieces_of(about_child(world))
    assert "Another child is in this disagreement" in piece(found, "closed without an assessment").flags
    assert "Make sure that it is this child and not another" in piece(found, "CD, born").flags


# -- the file ----------------------------------------------------------------------------------------------------------------------------------


def made(world: World, row: AccessRequest, **chosen: Any) -> zipfile.ZipFile:
    person = world.person(world.cast.business_unit)
    make(person, row, **{"leave_out": [], "without_names": [], "now": MONDAY, **chosen})
    return zipfile.ZipFile(io.BytesIO(content_of(person, row, MONDAY)))


def test_the_file_holds_what_was_chosen_as_page_table_and_data(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    found = pieces_of(row)
    out, nameless = piece(found, "her brother"), piece(found, "laughed")
    archive = made(world, row, leave_out=[out.key], without_names=[nameless.key])
    assert archive.namelist() == ["what-is-kept.html", "what-is-kept.csv", "what-is-kept.json"]
    page, table, data = (archive.read(name).decode() for name in archive.namelist())
    for text in (page, table, data):
        assert ("her brother" in text, "laughed" in text, "Mr Reid" in text) == (False, True, False)
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
    words = list(DirectoryEvent.objects.order_by("recorded_at", "pk").values_list("words", flat=True))
    assert words[-1] == "The answer to a request for access was downloaded."
    assert words[-2].startswith("The answer to a request for access was made:")
    assert oct(path_of(row.pk).stat().st_mode)[-3:] == "600"


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
        make(world.person(world.cast.business_unit), kept, leave_out=[], without_names=[], now=MONDAY + 29 * DAY)


def test_it_is_answered_on_pages(world: World, dispute: Dispute) -> None:
    client = Client()
    client.force_login(world.cast.business_unit)
    asked = {"initials": "AB", "born_on_0": "1", "born_on_1": "5", "born_on_2": "2015", **WHY}
    assert "Make sure first" in client.post(reverse("access-ask"), asked).content.decode()
    page = client.post(reverse("access-ask"), asked | {"is_sure": "on"}, follow=True).content.decode()
    row = AccessRequest.objects.get()
    out = piece(pieces_of(row), "her brother").key
    assert re.search(rf'id="out-{out}"\s+checked', page)
    address = reverse("access-request", args=[row.pk])
    assert "Read it first" in client.post(address, {"leave_out": [out]}).content.decode()
    assert "The answer is made" in client.post(address, {"leave_out": [out], "is_read": "on"}, follow=True).content.decode()
    answer = client.get(reverse("access-file", args=[row.pk]))
    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("application/zip", 'attachment; filename="what-is-kept.zip"')
    assert Reading.objects.filter(part=ACCESS).count() > 1
    assert "AB" not in address
