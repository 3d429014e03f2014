"""Attached files by the interface: sent up as a form, listed, given out, and the same refusals as on the page."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from escalation.models import Attachment, Dispute, Event, Reading, Request
from escalation.services.files import intake
from escalation.states import EventKind, Verb
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.escalation.attached import LETTER, attach, clean_here, lying
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clean_here(tmp_path, settings, monkeypatch)


def send(caller: Caller, dispute: Dispute, name: str = "letter.txt", content: bytes = LETTER, *, key: str = "", **more: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    form = {"upload": SimpleUploadedFile(name, content), **more}
    return caller.client.post(f"/api/v1/disputes/{dispute.reference}/attach_file/", form, format="multipart", headers=headers)


def test_a_file_is_sent_up_listed_and_given_out(dispute: Dispute, cast: Cast) -> None:
    assert send(Caller(cast.receiver), dispute, about="Our letter", audience="parties").status_code == 200
    listed = Caller(cast.raiser).get(f"disputes/{dispute.reference}/files/").json()["files"]
    assert [(row["name"], row["about"], row["audience"], row["may_end"]) for row in listed] == [("letter.txt", "Our letter", "parties", False)]
    answer: Any = Caller(cast.raiser).client.get(f"/api/v1/disputes/{dispute.reference}/files/{listed[0]['id']}/", headers={"Accept": "text/plain"})
    assert b"".join(answer.streaming_content) == LETTER
    assert answer["Content-Disposition"] == 'attachment; filename="letter.txt"'
    assert Reading.objects.filter(dispute=dispute, reader=cast.raiser, part=f"file: {listed[0]['number']}").exists()


NOT_TAKEN: list[tuple[str, bytes, dict[str, str], str]] = [
    ("x.exe", LETTER, {}, "upload"),
    ("let\x00ter.txt", LETTER, {}, "upload"),
    ("letter.t\x00xt", LETTER, {}, "upload"),
    ("letter.txt", b"", {}, "upload"),
    ("letter.txt", b"\x00", {}, "upload"),
    ("letter.pdf", b"%PDF-1.7 and no more", {}, "upload"),
    ("letter.txt", LETTER, {"audience": "all"}, "audience"),
    ("letter.txt", LETTER, {"line": "x"}, "line"),
    ("letter.txt", LETTER, {"about": "a" * 201}, "about"),
    ("letter.txt", LETTER, {"surprise": "1"}, "surprise"),
    ("letter.txt", LETTER, {"about": "a\x00b"}, "about"),
]


@pytest.mark.engines
def test_what_is_not_taken_is_told_by_its_field_and_nothing_of_it_is_stored(world: World, cast: Cast) -> None:
    caller, dispute = Caller(cast.receiver), world.sent()
    lines = Event.objects.filter(dispute=dispute).count()
    answers = [(send(caller, dispute, name, content, **more), field) for name, content, more, field in NOT_TAKEN]
    assert [(answer.status_code, list(answer.json()["errors"])) for answer, _ in answers] == [(400, [field]) for _, field in answers]
    assert (lying(), Attachment.objects.count(), Event.objects.filter(dispute=dispute).count()) == ([], 0, lines)


@pytest.mark.parametrize("key", ["", "k1"])
def test_a_file_is_taken_in_before_the_database_is_held_and_not_again_for_a_replay(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    held: list[bool] = []
    depth = len(connection.savepoint_ids)

    def scan(_content: bytes) -> None:
        held.append(len(connection.savepoint_ids) > depth)

    monkeypatch.setattr(intake, "require_clean", scan)
    dispute, caller = world.sent(), Caller(cast.receiver)
    assert [send(caller, dispute, key=key).status_code for _ in range(2 if key else 1)] == [200] * (2 if key else 1)
    assert held == [False]
    assert (Attachment.objects.count(), len(lying())) == (1, 1)


def test_a_call_that_is_refused_after_its_file_was_taken_in_leaves_neither_file_nor_key(world: World, cast: Cast) -> None:
    dispute, caller = world.sent(), Caller(cast.receiver)
    assert send(caller, dispute, key="k1", line=999).json()["errors"] == {"line": ["Choose one of the entries offered."]}
    assert lying() == []
    assert send(caller, dispute, key="k1").status_code == 200


def test_the_list_is_a_reading_that_an_auditor_says_why_of(world: World, dispute: Dispute, cast: Cast) -> None:
    path = f"disputes/{dispute.reference}/files/"
    assert Caller(cast.auditor).get(path).json()["errors"] == {"reason": ["Say why you look at it."]}
    assert not Reading.objects.exists()
    assert Caller(cast.auditor).get(path, why="The yearly sample.").status_code == 200
    assert Caller(cast.receiver).get(path).status_code == 200
    assert [(row.reader, row.part, row.reason) for row in Reading.objects.order_by("pk")] == [
        (cast.auditor, "case", "The yearly sample."),
        (cast.receiver, "case", ""),
    ]
    assert Request.objects.get(dispute=dispute).opened_at == world.now


def test_the_same_call_twice_attaches_once_and_another_file_under_its_key_is_refused(world: World, cast: Cast) -> None:
    dispute, caller = world.sent(), Caller(cast.receiver)
    answers = [send(caller, dispute, key="k1"), send(caller, dispute, key="k1"), send(caller, dispute, content=b"Another letter.", key="k1")]
    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert (Attachment.objects.count(), len(lying())) == (1, 1)


def test_json_is_not_a_file(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.receiver).post(f"disputes/{dispute.reference}/attach_file/", {"upload": "hello"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_a_file_is_withdrawn_and_words_are_taken_out_by_call(world: World, dispute: Dispute, cast: Cast) -> None:
    file, caller = attach(world, dispute, cast.receiver), Caller(cast.receiver)
    assert caller.do(dispute, Verb.WITHDRAW_FILE, file=str(file.pk), reason="The wrong one.").status_code == 200
    assert caller.do(dispute, Verb.ADD_NOTE, text="Ffion was there.").status_code == 200
    note = Event.objects.get(dispute=dispute, kind=EventKind.NOTE)
    assert caller.do(dispute, Verb.REDACT, number=note.number, text={"text": "was there."}, why="Another child.").status_code == 200
    shown = caller.get(f"disputes/{dispute.reference}/events/").content.decode()
    assert "Ffion" not in shown
    assert "was there." in shown


def test_an_auditor_says_why_before_taking_a_file(world: World, dispute: Dispute, cast: Cast) -> None:
    file = attach(world, dispute, cast.receiver)
    path = f"disputes/{dispute.reference}/files/{file.pk}/"
    assert Caller(cast.auditor).get(path).json()["errors"] == {"reason": ["Say why you look at it."]}
    assert Caller(cast.auditor).get(path, why="The yearly sample.").status_code == 200
    assert Reading.objects.get(reader=cast.auditor).reason == "The yearly sample."
