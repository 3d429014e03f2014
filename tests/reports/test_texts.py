"""Words in a report: written by the business unit, in a public edition only once a named person signed them."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput, WrongState
from agencies.roles import Role
from escalation.models import Dispute, Event, EventBody
from escalation.states import EventKind, LeftOut, State
from reports import services, texts
from reports.figures import Document, Edition
from reports.models import Passage, ReportEvent
from reports.periods import Year
from tests.factories import make_member, make_user
from tests.kept import kept_fixture
from tests.reports.builders import Life, World, make_world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
START = datetime(2025, 6, 2, 9, tzinfo=UTC)
YEAR = Year(2025)
FOUND = "The threshold document was read in two ways."


@kept_fixture
def world() -> World:
    world = make_world()
    life = Life.begin(world, START, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"])
    life.enter(1, START)
    life.finish(START + timedelta(days=3), State.CLOSED)
    event = life.event(EventKind.DECIDED, START, START)
    event.facts = {"route": "panel"}
    event.body = EventBody(text={"finding": FOUND})
    event.body.save()
    world.save()
    return world


def written(world: World, text: str = "A calm year.", chapter: str = "volume", event: Event | None = None) -> Passage:
    passage = texts.write(partnership=world.partnership, year=YEAR, chapter=chapter, text=text, by=world.unit, now=NOW, event=event)
    assert passage
    return passage


def report(world: World, edition: Edition) -> str:
    return json.dumps(services.figures(world.partnership, YEAR, edition, NOW).as_json(), ensure_ascii=False)


def finding(world: World) -> Event:
    return Event.objects.get(dispute__partnership=world.partnership, kind=EventKind.DECIDED)


def test_a_comment_stands_in_the_internal_edition_and_in_the_public_one_only_when_signed(world: World) -> None:
    passage = written(world)
    assert "A calm year." in report(world, Edition.INTERNAL)
    assert "A calm year." not in report(world, Edition.PUBLIC)
    texts.sign(passage.pk, seen="A calm year.", by=world.unit, now=NOW)
    assert "A calm year." in report(world, Edition.PUBLIC)
    assert '"signed_by": "Kiran Patel"' in report(world, Edition.PUBLIC)


def test_changed_words_are_unsigned(world: World) -> None:
    texts.sign(written(world).pk, seen="A calm year.", by=world.unit, now=NOW)
    assert written(world, "A busy year.").signed_at is None
    assert "A busy year." not in report(world, Edition.PUBLIC)


def test_that_signed_words_are_signed_no_more_is_on_record_whether_they_were_changed_or_deleted(world: World) -> None:
    for text in ("A busy year.", ""):
        texts.sign(written(world).pk, seen="A calm year.", by=world.unit, now=NOW)
        texts.write(partnership=world.partnership, year=YEAR, chapter="volume", text=text, by=world.unit, now=NOW)
    assert ReportEvent.objects.filter(words__startswith="Changed the words on volume of 2025/26 that were signed").count() == 2


def test_a_signature_is_of_the_day_in_london(world: World) -> None:
    texts.sign(written(world).pk, seen="A calm year.", by=world.unit, now=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    assert '"signed_on": "2026-07-01"' in report(world, Edition.PUBLIC)


def test_of_two_who_write_the_same_the_second_reads_the_firsts_words_before_theirs_take_their_place(world: World, client: Client) -> None:
    client.force_login(world.unit, backend="agencies.backend.AccountBackend")
    page = reverse("report-text", args=[2025, "volume"])
    written(world, "A busy year.")
    answer = client.post(page, {"text": "A calm year.", "seen": ""})
    assert answer.status_code == 200
    assert "Somebody changed these words while you wrote" in (shown := unescape(answer.content.decode()))
    assert "A busy year." in shown
    assert "A calm year." in shown
    client.post(page, {"text": "A calm year.", "seen": "A busy year."})
    assert Passage.objects.get().text == "A calm year."


def test_words_that_were_changed_while_they_were_read_are_not_signed(world: World) -> None:
    passage = written(world)
    written(world, "A busy year.")
    with pytest.raises(WrongState, match="changed while you read"):
        texts.sign(passage.pk, seen="A calm year.", by=world.unit, now=NOW)


def test_a_signature_can_be_taken_back_and_both_are_on_record(world: World) -> None:
    passage = texts.sign(written(world).pk, seen="A calm year.", by=world.unit, now=NOW)
    texts.unsign(passage.pk, by=world.unit, now=NOW)
    assert "A calm year." not in report(world, Edition.PUBLIC)
    assert len(ReportEvent.objects.filter(actor=world.unit, words__contains="volume of 2025/26")) == 2


def test_a_finding_is_public_only_in_the_words_that_were_signed(world: World) -> None:
    assert FOUND in report(world, Edition.INTERNAL)
    assert FOUND not in report(world, Edition.PUBLIC)
    passage = written(world, "Thresholds were read in two ways.", texts.FINDINGS, finding(world))
    assert "Thresholds were read" not in report(world, Edition.PUBLIC)
    texts.sign(passage.pk, seen=passage.text, by=world.unit, now=NOW)
    assert "Thresholds were read" in report(world, Edition.PUBLIC)
    assert FOUND not in report(world, Edition.PUBLIC)


def test_what_is_printed_of_findings_in_public_tells_neither_when_nor_by_which_route(world: World) -> None:
    """Their rows by month and route would count what the edition hides of each route."""
    passage = written(world, "Thresholds were read in two ways.", texts.FINDINGS, finding(world))
    texts.sign(passage.pk, seen=passage.text, by=world.unit, now=NOW)
    sections = services.figures(world.partnership, YEAR, Edition.PUBLIC, NOW).sections
    [table] = [each for section in sections for each in section.tables if each.key == "findings"]
    assert [(row.label, [cell.value for cell in row.cells]) for row in table.rows] == [("1", ["Thresholds were read in two ways."])]


def test_a_signed_finding_of_a_test_is_in_no_edition_and_its_signature_can_still_be_taken_back(world: World) -> None:
    event = finding(world)
    passage = written(world, "Thresholds were read in two ways.", texts.FINDINGS, event)
    texts.sign(passage.pk, seen=passage.text, by=world.unit, now=NOW)
    Dispute.objects.filter(pk=event.dispute_id).update(left_out=LeftOut.TEST)
    assert "Thresholds were read" not in report(world, Edition.PUBLIC) + report(world, Edition.INTERNAL)
    client = Client()
    client.force_login(world.unit, backend="agencies.backend.AccountBackend")
    with time_machine.travel(NOW, tick=False):
        page = client.get(reverse("report-texts", args=[2025])).content.decode()
        assert page.count("Thresholds were read in two ways.") == 1
        assert reverse("report-finding", args=[2025, event.pk]) not in page
        client.post(reverse("report-sign", args=[passage.pk]), {"take_back": "yes"})
    Dispute.objects.filter(pk=event.dispute_id).update(left_out="")
    assert "Thresholds were read" not in report(world, Edition.PUBLIC)


def test_no_words_is_no_comment_and_too_many_are_refused(world: World) -> None:
    written(world)
    assert texts.write(partnership=world.partnership, year=YEAR, chapter="volume", text="  ", by=world.unit, now=NOW) is None
    assert not Passage.objects.exists()
    with pytest.raises(InvalidInput, match="At most 3,000 characters; this has 3,001"):
        written(world, "a" * 3_001)


def test_a_document_with_a_comment_survives_storage(world: World) -> None:
    written(world)
    document = services.figures(world.partnership, YEAR, Edition.INTERNAL, NOW)
    assert Document.of(json.loads(json.dumps(document.as_json()))) == document


def test_a_comment_that_is_deleted_stands_no_more_beside_figures_that_were_just_counted(world: World, client: Client) -> None:
    written(world, "About Mrs Smith.")
    client.force_login(world.unit, backend="agencies.backend.AccountBackend")
    with time_machine.travel(NOW, tick=False) as clock:

        def page(address: str = "") -> str:
            return unescape(client.get(reverse("report-year", args=[2025]) + address).content.decode())

        chapter = re.findall(r'href="(\?[^"]*chapter=volume[^"]*)"', page())[0]
        clock.shift(timedelta(minutes=1))
        assert "Mrs Smith" in page(chapter)
        texts.write(partnership=world.partnership, year=YEAR, chapter="volume", text="", by=world.unit, now=NOW)
        assert "Mrs Smith" not in page(chapter)


def test_the_unit_writes_and_signs_on_pages(world: World) -> None:
    client = Client()
    client.force_login(world.unit, backend="agencies.backend.AccountBackend")
    with time_machine.travel(NOW, tick=False):
        client.post(reverse("report-text", args=[2025, "volume"]), {"text": "One line.\r\nAnother."})
        client.post(reverse("report-finding", args=[2025, finding(world).pk]), {"text": "Thresholds."})
        page = client.get(reverse("report-texts", args=[2025])).content.decode()
        assert "Not signed:" in page
        for passage in Passage.objects.all():
            client.post(reverse("report-sign", args=[passage.pk]), {"seen": passage.text.replace("\n", "\r\n")})
        page = client.get(reverse("report-texts", args=[2025])).content.decode()
    assert page.count("Signed for publication</strong> by Kiran Patel") == 2
    assert "Not signed:" not in page
    assert "Another." in report(world, Edition.PUBLIC)


def test_no_chapter_of_that_name_is_not_found(world: World) -> None:
    client = Client()
    client.force_login(world.unit, backend="agencies.backend.AccountBackend")
    with time_machine.travel(NOW, tick=False):
        assert client.get(reverse("report-text", args=[2025, "weather"])).status_code == 404
        assert client.get(reverse("report-finding", args=[2025, world.partnership.pk])).status_code == 404


@pytest.mark.parametrize("role", [Role.CHAIR, Role.DEPUTY_CHAIR, Role.PANEL_MEMBER])
def test_chair_and_panel_read_the_years_findings_as_they_were_recorded_and_no_name(world: World, role: Role) -> None:
    reader = make_user()
    make_member(reader, world.partnership, role)
    client = Client()
    client.force_login(reader, backend="agencies.backend.AccountBackend")
    with time_machine.travel(NOW, tick=False):
        page = client.get(reverse("report-findings"), {"year": "2025"}).content.decode()
        assert "Mediation and panels" in page
        assert FOUND in page
        assert f'href="{reverse("report-findings")}"' in page
        assert not [agency.name for agency in world.agencies if agency.name in page]
        assert finding(world).dispute.reference not in page
        assert FOUND not in client.get(reverse("report-findings"), {"year": "2024"}).content.decode()
        for year in ("2031", "soon"):
            assert client.get(reverse("report-findings"), {"year": year}).status_code == 404
