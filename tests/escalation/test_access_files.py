"""Attached files in the answer to a request for access: listed for whoever answers, and given only where somebody read and chose them."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput, NotFound, WrongState
from escalation.models import Attachment, Dispute, Reading
from escalation.services.keeping.access import making
from escalation.services.keeping.access.items import ANOTHERS, UNREAD, file_of
from escalation.services.keeping.access.known import request_of
from escalation.services.keeping.access.making import make
from escalation.services.keeping.access.pieces import Piece
from escalation.services.keeping.access.place import path_of
from escalation.states import Audience, Verb
from tests.escalation.asked_access import WHY, about, about_child, chosen, held, made, whole
from tests.escalation.attached import LETTER, attach, clean_here, lying, upload
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(monday_here: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clean_here(tmp_path, settings, monkeypatch)


@pytest.fixture
def dispute(world: World) -> Dispute:
    found = world.sent()
    attach(world, found, world.cast.receiver, upload_as=upload("Minutes of Mr Reid.txt"), about="What was said")
    return found


def of_files(found: list[Piece]) -> list[Piece]:
    return [one for one in found if one.file is not None]


def test_a_childs_files_are_listed_with_name_size_who_and_when_for_whoever_may_see_them(world: World, dispute: Dispute) -> None:
    cast = world.cast
    for audience in (Audience.PARTIES, Audience.AGENCY):
        attach(world, dispute, cast.receiver, upload_as=upload(f"{audience}.txt"), audience=audience)
    found = held(world, about_child(world))
    (minutes,) = of_files(found)
    assert minutes.text == f"Name: Minutes of Mr Reid.txt\nAbout: What was said\nPlain text, {len(LETTER)} bytes"
    assert minutes.head == "Monday 2 March 2026, 10am: File attached, by Rashida Shah, Northshire Social Care"
    assert (minutes.flags[0], minutes.leave_out, "Reid" in minutes.names) == (UNREAD, False, True)
    assert "parties.txt" not in whole(found)


def test_of_a_colleague_their_own_files_are_given_and_others_are_left_out_unless_somebody_chooses_so(world: World, dispute: Dispute) -> None:
    cast = world.cast
    attach(world, dispute, cast.own_manager, upload_as=upload("Plan.txt"))
    attach(world, dispute, cast.own_manager, upload_as=upload("Letter to Rashida Shah.txt"))
    found = of_files(held(world, about(world, cast.receiver)))
    assert [(one.leave_out, ANOTHERS in one.flags) for one in found] == [(False, False), (True, True), (False, False)]


def test_the_file_is_in_the_answer_where_it_was_chosen_under_a_name_that_tells_nothing(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    (minutes,) = of_files(held(world, row))
    assert [name for name in made(world, row).namelist() if name.startswith("files/")] == []
    archive = made(world, row, with_files=[minutes.key], without_names=[minutes.key])
    assert archive.read("files/1.txt") == LETTER
    lines = json.loads(archive.read("what-is-kept.json"))["pieces"]
    assert [line["file"] for line in lines if line["file"]] == ["files/1.txt"]
    page, table = archive.read("what-is-kept.html").decode(), archive.read("what-is-kept.csv").decode()
    assert '<a href="files/1.txt">' in page
    assert "files/1.txt" in table
    assert "Reid" not in page
    assert Reading.objects.get(part=f"file: {minutes.file.event.number}").reader == world.cast.business_unit  # type: ignore[union-attr]


def test_a_file_that_is_left_out_does_not_go_with_it(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    (minutes,) = of_files(held(world, row))
    archive = made(world, row, with_files=[minutes.key], leave_out=[minutes.key])
    assert "files/1.txt" not in archive.namelist()
    assert not Reading.objects.filter(part__startswith="file").exists()


def test_a_damaged_file_stops_the_answer_and_leaves_the_one_that_was_made(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    found = held(world, row)
    made(world, row)
    before = path_of(row.pk).read_bytes()
    (path,) = Path(configured.CONCORD_FILES_DIR).glob(f"??/{lying()[0]}")
    path.write_bytes(b"Something else.")
    person = world.person(world.cast.business_unit)
    with pytest.raises(WrongState, match="not as it was attached"):
        make(person, row, chosen(found, with_files=[of_files(found)[0].key]), now=MONDAY)
    kept = request_of(person, row.pk)
    assert (path_of(row.pk).read_bytes(), kept.choices["with_files"]) == (before, [])
    assert [each.name for each in path_of(row.pk).parent.iterdir()] == [path_of(row.pk).name]


def test_more_files_than_one_answer_takes_are_refused(world: World, dispute: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MOST_BYTES", len(LETTER) - 1)
    row = about_child(world)
    found = held(world, row)
    with pytest.raises(InvalidInput, match="500 MB"):
        make(world.person(world.cast.business_unit), row, chosen(found, with_files=[of_files(found)[0].key]), now=MONDAY)


def test_a_withdrawn_file_is_no_piece_any_more(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    (minutes,) = of_files(held(world, row))
    world.do(dispute, Verb.WITHDRAW_FILE, world.cast.receiver, file=minutes.file.pk, reason="Not ours.")  # type: ignore[union-attr]
    found = held(world, row)
    assert of_files(found) == []
    assert "Minutes" not in whole(found)


def test_it_is_chosen_on_the_page(world: World, dispute: Dispute) -> None:
    client = Client()
    client.force_login(world.cast.business_unit)
    row = about_child(world)
    found = held(world, row)
    (minutes,) = of_files(found)
    address = reverse("access-request", args=[row.pk])
    page = client.get(address).content.decode()
    assert f'id="with_files-{minutes.key}"' in page
    door = reverse("access-piece-file", args=[row.pk, minutes.file.pk])  # type: ignore[union-attr]
    assert door in page
    assert client.get(door).getvalue() == LETTER
    assert Reading.objects.get(part__startswith="file").reason == WHY["reason"]
    sent = {"read": " ".join(one.mark for one in found), "with_files": [minutes.key], "is_read": "on"}
    assert "The answer is made" in client.post(address, sent, follow=True).content.decode()
    row.refresh_from_db()
    assert row.choices["with_files"] == [minutes.key]


def test_a_file_opens_there_for_whoever_answers_while_it_is_a_piece_of_this_request(world: World, dispute: Dispute) -> None:
    cast = world.cast
    row, unit, other = about_child(world), world.person(cast.business_unit), world.sent(children=[{"initials": "ZQ", "born_on": "2016-01-01"}])
    seen = Attachment.objects.get()
    narrow = attach(world, dispute, cast.receiver, upload_as=upload("parties.txt"), audience=Audience.PARTIES)
    elsewhere = attach(world, other, cast.receiver)
    assert file_of(row, unit, seen.pk, now=MONDAY)[1] == seen
    for file in (narrow, elsewhere):
        with pytest.raises(NotFound):
            file_of(row, unit, file.pk, now=MONDAY)
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(cast.business_unit.pk)])
    with pytest.raises(NotFound):
        file_of(row, unit, seen.pk, now=MONDAY)
    assert file_of(row, world.person(cast.business_manager), seen.pk, now=MONDAY)[1] == seen
