"""Long documents: made in the background, for whoever asked and nobody else, kept for an hour."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from kombu.exceptions import OperationalError

from agencies.errors import WrongState
from agencies.models import Membership, PostHolding
from agencies.roles import Role
from agencies.services.members import end_membership
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import Event, Reading
from escalation.services.record import add_note
from escalation.states import EventKind, Verb
from reports import tasks
from reports.documents import prepared, printing
from reports.documents.kinds import DocumentKind
from reports.files import write_whole
from reports.models import PreparedDocument, Progress
from tests.cast import Cast
from tests.factories import make_member
from tests.kept import kept_fixture
from tests.procedures.journey import Journey
from tests.reports.paper import bristol_at_stage_4, case_of
from tests.web.signed_in import Visitor
from tests.world import london

pytestmark = pytest.mark.django_db
NOW = london("2026-03-09 16:30")


@kept_fixture
def world(cast: Cast) -> Journey:
    """At the fourth stage."""
    return bristol_at_stage_4(cast)


@pytest.fixture
def journey(world: Journey, settings: Any, tmp_path: Path) -> Journey:
    settings.VAR = tmp_path
    return world


@dataclass
class Made:
    """A pack that was made for the school's board member; whether it was, each time that the message came; its file's mode, and what that holds."""

    row: PreparedDocument
    each_time: list[bool]
    mode: int
    content: bytes


@kept_fixture
def dispute(world: Journey) -> Made:
    """Its file goes with the folder."""
    with TemporaryDirectory() as folder, override_settings(VAR=Path(folder)):
        row = asked(world, world.cast)
        each_time = [prepared.make(row.pk, now=NOW) for _message in range(2)]
        row.refresh_from_db()
        path = prepared.path_of(row)
        return Made(row, each_time, path.stat().st_mode, path.read_bytes())


@pytest.fixture
def made(journey: Journey, dispute: Made) -> PreparedDocument:
    """With its file where this test's are."""
    write_whole(prepared.path_of(dispute.row), dispute.content)
    return dispute.row


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every document counts as long; what is handed to the worker is written down."""
    found: list[str] = []
    monkeypatch.setattr(printing, "LONGEST_AT_ONCE", 100)
    monkeypatch.setattr(tasks.prepare, "delay", found.append)
    return found


def pack(journey: Journey, rest: str = "panel-pack.pdf") -> str:
    return f"/d/{journey.now.reference}/view/documents/{rest}"


def asked(journey: Journey, cast: Cast) -> PreparedDocument:
    row, _ = prepared.ask_for(
        case_of(journey), DocumentKind.PANEL_PACK, journey.world.person(cast.own_board), with_child=False, now=journey.world.now
    )
    return row


def test_a_record_of_two_hundred_entries_is_long_and_a_usual_one_is_not(cast: Cast, journey: Journey) -> None:
    person = journey.world.person(cast.own_board)

    def is_long() -> bool:
        document = printing.document_of(DocumentKind.PANEL_PACK, case_of(journey), person, journey.world.now)
        return printing.is_long(printing.markup(document))

    assert not is_long()
    with transaction.atomic():
        (case,) = load([journey.dispute.pk], now=journey.world.now)
        change = Change(case, now=journey.world.now, actor=person, agency=cast.school.pk)
        for _ in range(200):
            add_note(change, text="The family was not in when the social worker called, and left no message. " * 4)
        commit([change])
    assert is_long()


def test_a_long_one_is_handed_to_the_worker_and_opened_when_it_is_there(cast: Cast, journey: Journey, handed: list[str]) -> None:
    visitor = Visitor(cast.own_board, NOW)
    where = visitor.get(pack(journey))["Location"]
    assert where == pack(journey, f"prepared/{handed[0]}/")
    assert visitor.page(where).one("h1").text == f"{journey.now.reference}Panel pack: being made"
    assert prepared.make(PreparedDocument.objects.get().pk, now=NOW)
    answer = visitor.get(where)
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert list(Reading.objects.filter(reader=cast.own_board).values_list("part", flat=True)) == ["print: panel_pack"] * 2, "asked for, and given out"
    visitor.get(where)
    assert Reading.objects.filter(reader=cast.own_board, part="print: panel_pack").count() == 3


def test_two_clicks_are_one_document(cast: Cast, journey: Journey, handed: list[str]) -> None:
    visitor = Visitor(cast.own_board, NOW)
    assert visitor.get(pack(journey))["Location"] == visitor.get(pack(journey))["Location"]
    assert len(handed) == PreparedDocument.objects.count() == 1


def test_a_message_that_comes_twice_makes_it_once(dispute: Made) -> None:
    assert dispute.each_time == [True, False]


def test_without_a_worker_it_is_made_at_once(cast: Cast, journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_key: str) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(printing, "LONGEST_AT_ONCE", 100)
    monkeypatch.setattr(tasks.prepare, "delay", unreachable)
    answer = Visitor(cast.own_board, NOW).get(pack(journey))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert not PreparedDocument.objects.exists()


def test_nobody_else_opens_it(cast: Cast, journey: Journey, made: PreparedDocument) -> None:
    address = pack(journey, f"prepared/{made.pk}/")
    for user in (cast.receiving_board, cast.own_manager, cast.chair, cast.stranger):
        assert Visitor(user, NOW).get(address).status_code == 404
    assert Visitor(cast.own_board, NOW).get(address).status_code == 200


def test_whoever_has_left_since_neither_gets_it_made_nor_opens_it(cast: Cast, journey: Journey) -> None:
    row = asked(journey, cast)
    PostHolding.objects.filter(user=cast.own_board).delete()
    Membership.objects.filter(user=cast.own_board).delete()
    case = journey.now
    case.runs.filter(holder=cast.own_board).update(holder=cast.own_senior)
    assert not prepared.make(row.pk, now=NOW)
    row.refresh_from_db()
    assert (row.progress, row.problem) == (Progress.FAILED, "There is no such disagreement, or it is not yours to see.")
    assert Visitor(cast.own_board, NOW).get(pack(journey, f"prepared/{row.pk}/")).status_code == 404


def test_it_is_kept_for_an_hour_and_no_trace_stays(made: PreparedDocument) -> None:
    row = made
    assert prepared.clear(row.requested_at + timedelta(minutes=59)) == 0
    assert prepared.path_of(row).is_file()
    with pytest.raises(WrongState, match="no longer kept"):
        prepared.content_of(row, row.requested_at + timedelta(minutes=61))
    prepared.path_of(row).with_suffix(".part").touch()
    assert prepared.clear(row.requested_at + timedelta(minutes=61)) == 2
    assert list(prepared.path_of(row).parent.iterdir()) == []
    assert not PreparedDocument.objects.exists()


def test_the_file_is_readable_by_the_product_alone(dispute: Made) -> None:
    assert dispute.mode & 0o077 == 0


def test_one_that_failed_says_so_on_the_list(cast: Cast, journey: Journey) -> None:
    row = asked(journey, cast)
    PreparedDocument.objects.update(progress=Progress.FAILED, problem=prepared.BROKEN)
    answer = Visitor(cast.own_board, NOW).get(pack(journey, f"prepared/{row.pk}/"))
    assert (answer.status_code, answer["Location"]) == (302, pack(journey, ""))


def test_the_clearing_is_on_the_beats_table() -> None:
    assert tasks.clear_prepared.app.conf.beat_schedule["clear_prepared"]["task"] == tasks.clear_prepared.name


def test_one_that_was_made_before_words_were_taken_out_is_given_out_no_more_and_its_file_is_gone(cast: Cast, journey: Journey) -> None:
    journey.do(Verb.ADD_NOTE, cast.own_board, text="His sister Ffion was there.")
    note = Event.objects.filter(dispute=journey.now, kind=EventKind.NOTE).latest("number")
    row = asked(journey, cast)
    prepared.make(row.pk, now=NOW)
    row.refresh_from_db()
    assert prepared.content_of(row, NOW)[:5] == b"%PDF-"
    journey.do(Verb.REDACT, cast.own_board, number=note.number, text={"text": "His sister was there."}, why="Another child.")
    with pytest.raises(WrongState, match="no longer kept"):
        prepared.content_of(row, NOW)
    assert not prepared.path_of(row).exists()


def test_one_that_was_made_for_two_seats_is_given_out_no_more_once_one_of_them_ended(cast: Cast, journey: Journey) -> None:
    """The private notes of an agency stood in it, which whoever keeps the other seat alone may not read."""
    other = make_member(cast.own_board, cast.social_care, Role.MANAGER)
    row = asked(journey, cast)
    prepared.make(row.pk, now=NOW)
    visitor, where = Visitor(cast.own_board, NOW), pack(journey, f"prepared/{row.pk}/")
    assert visitor.get(where).status_code == 200
    end_membership(actor=None, membership=other, now=NOW)
    assert visitor.get(where).status_code == 302
    assert not prepared.path_of(row).exists()
    row.refresh_from_db()
    with pytest.raises(WrongState, match="no longer kept"):
        prepared.content_of(row, NOW)
