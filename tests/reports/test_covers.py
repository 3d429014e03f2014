"""A partnership's own colour and mark on its reports: chosen, looked at, confirmed; a report that was made keeps what it had."""

import io
import re
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from agencies.errors import InvalidInput, WrongState
from reports import covers, services
from reports.figures import Cover, Document, Edition
from reports.issuing import issue, public_document
from reports.models import IssuedEdition, Report, ReportCover, ReportEvent
from reports.periods import Year
from tests.escalation.uploads import camera_picture, pdf, picture
from tests.kept import kept_fixture
from tests.reports.builders import World, make_world
from tests.reports.test_pdf import of_kind
from tests.web.test_styles import contrast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PURPLE, WORDS = "#4b2a6b", "Logo of Northshire"
MARK = {"colour": PURPLE, "mark": "new", "alternative": WORDS}


def mark(form: str = "PNG", mode: str = "RGBA", size: tuple[int, int] = (300, 120)) -> bytes:
    return picture(form, mode, size)


def upload(content: bytes, name: str = "mark.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def chosen(world: World, colour: str = PURPLE, file: SimpleUploadedFile | None = None, **given: Any) -> ReportCover:
    words = {"alternative": WORDS, "keep_mark": False} | given
    return covers.choose(partnership=world.partnership, colour=colour, upload=file, by=world.unit, now=NOW, **words)


def confirmed(world: World, row: ReportCover, now: datetime = NOW) -> ReportCover:
    return covers.confirm(world.partnership, row.pk, by=world.unit, now=now)


@kept_fixture
def world() -> World:
    """Northshire with its mark in force."""
    world = make_world()
    confirmed(world, chosen(world, file=upload(mark())))
    return world


@pytest.fixture
def client(world: World) -> Client:
    client = Client()
    client.force_login(world.unit, backend="agencies.backend.AccountBackend")
    return client


def made(world: World, edition: Edition = Edition.PUBLIC) -> Report:
    with time_machine.travel(NOW, tick=False):
        if edition is Edition.PUBLIC:
            issue(world.partnership, public_document(world.partnership, Year(2025), NOW), NOW)
        report, _is_new = services.ask_for_report(partnership=world.partnership, year=Year(2025), edition=edition, asked_by=world.unit, now=NOW)
        assert services.make_report(report.pk)
    report.refresh_from_db()
    return report


def test_the_contrast_is_that_of_the_guidelines() -> None:
    """Held against the second way of counting it that the styles' tests have, and against the guidelines' own two ends."""
    colours = ["#000000", "#ffffff", "#0d5257", PURPLE, "#767676", "#777777", "#ff0000", "#04080a"]
    assert [covers.contrast_on_white(each) for each in colours] == [pytest.approx(contrast(each, "#ffffff")) for each in colours]
    assert covers.contrast_on_white("#000000") == pytest.approx(21)
    assert covers.contrast_on_white("#ffffff") == pytest.approx(1)


@pytest.mark.parametrize(("colour", "words"), [
    ("#777777", "too weak on white: 4.4 to 1"), ("#ffdd33", "too weak on white: 1.3 to 1"), ("purple", "Write the colour as #"),
    ("#12345", "Write the colour as #"), ("#0d5257; }", "Write the colour as #"), ("#١٢٣٤٥٦", "Write the colour as #"),
])  # fmt: skip
def test_a_weak_or_unreadable_colour_is_refused_in_words(world: World, colour: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        chosen(world, colour)
    assert caught.value.field == "colour"
    assert covers.waiting_cover(world.partnership) is None


def test_the_weakest_grey_that_the_guidelines_allow_is_taken_however_it_is_written(world: World) -> None:
    assert chosen(world, " 767676 ").colour == "#767676"
    assert chosen(world, "#4B2A6B").colour == PURPLE


BAD: tuple[tuple[str, Callable[[], bytes], str], ...] = (
    ("mark.svg", lambda: b"<svg/>", "This kind of file is not taken"),
    ("mark.png", lambda: b"<svg/>", "a web page or a drawing"),
    ("mark.png", lambda: mark()[:-60], "damaged or cut off"),
    ("mark.pdf", pdf, "a PNG or a JPEG"),
    ("mark.png", lambda: picture("PNG", size=(40, 30)), "40 by 30 dots"),
    ("mark.png", lambda: picture("PNG", "1", size=(2_001, 4)), "2001 by 4 dots"),
    ("mark.png", lambda: bytes(200_001), "larger than 200 kB"),
)


@pytest.mark.parametrize(("name", "content", "words"), BAD)
def test_a_picture_that_is_no_mark_is_refused_in_words(world: World, name: str, content: Callable[[], bytes], words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        chosen(world, file=upload(content(), name))
    assert caught.value.field == "upload"
    assert covers.waiting_cover(world.partnership) is None


def test_a_mark_is_written_anew_and_tells_nothing_of_who_made_it(world: World) -> None:
    big = io.BytesIO()
    with Image.open(io.BytesIO(camera_picture())) as small:
        small.resize((200, 150)).save(big, "JPEG", exif=small.getexif(), comment=b"taken at home")
    kept = b64decode(chosen(world, file=upload(big.getvalue(), "mark.jpg")).picture.partition(",")[2])
    assert b"Aled Morgan" in big.getvalue()
    assert b"Aled Morgan" not in kept
    assert b"taken at home" not in kept
    assert kept != big.getvalue()


def test_a_mark_needs_its_words_and_without_a_mark_there_are_none(world: World) -> None:
    with pytest.raises(InvalidInput, match="Say in words") as caught:
        chosen(world, keep_mark=True, alternative=" ")
    assert caught.value.field == "alternative"
    row = chosen(world, keep_mark=False)
    assert (row.picture, row.alternative) == ("", "")


def test_only_the_choice_that_was_looked_at_is_confirmed_and_the_record_says_by_whom(world: World) -> None:
    first = chosen(world, "#0a5a8a", keep_mark=True)
    second = chosen(world, "#1b6238", keep_mark=True)
    with pytest.raises(WrongState, match="chosen meanwhile"):
        confirmed(world, first)
    assert covers.cover_of(world.partnership).colour == PURPLE  # type: ignore[union-attr]
    confirmed(world, second, NOW + timedelta(minutes=1))
    cover = covers.cover_of(world.partnership)
    assert cover
    assert (cover.colour, cover.alternative, bool(cover.picture)) == ("#1b6238", WORDS, True)
    said = ReportEvent.objects.order_by("recorded_at").values_list("words", "actor")
    assert list(said) == [(f"Chose the cover of reports: colour {colour}, with a mark.", world.unit.pk) for colour in (PURPLE, "#1b6238")]


def test_back_to_our_own_design_is_a_choice_too(world: World) -> None:
    confirmed(world, chosen(world, ""), NOW + timedelta(minutes=1))
    assert covers.cover_of(world.partnership) is None


def test_a_report_carries_it_on_paper_and_as_a_page_and_keeps_it_when_another_is_chosen(world: World, settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    report = made(world)
    content = services.file_of(report, NOW)
    confirmed(world, chosen(world, "#1b6238"), NOW + timedelta(minutes=1))
    services.path_of(report).unlink()
    assert services.file_of(report, NOW) == content
    page = services.html_of(report)
    assert page.count(f'alt="{WORDS}"') == 1
    assert f"--brand: {PURPLE};" in page
    assert not re.findall(r"(?:src|href)=\"(?!#|data:image/png;base64,)|url\(|@import", page)
    assert Document.of(report.figures).cover == Cover(PURPLE, ReportCover.objects.get(colour=PURPLE).picture, WORDS)
    with pikepdf.open(io.BytesIO(content)) as file:
        assert str(of_kind(file, "/Figure")[0].Alt) == WORDS
    path = tmp_path / "cover.pdf"
    path.write_bytes(content)
    assert [finding.message for finding in pdfua.validate(str(path)).findings] == []
    assert IssuedEdition.objects.get().document["cover"] is None


def test_the_unit_chooses_looks_and_confirms_on_pages(world: World, client: Client) -> None:
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        refused = client.post(reverse("report-cover"), {"colour": "#ffdd33", "mark": "none", "alternative": "x"})
        assert "Error: " in refused.content.decode()
        assert refused.content.decode().count("too weak on white: 1.3 to 1") == 2
        sent = client.post(reverse("report-cover"), MARK | {"colour": "#0a5a8a", "upload": upload(mark())})
        assert sent.status_code == 302
        check = client.get(sent["Location"]).content.decode()
        assert "Its contrast with white is 7.3 to 1" in check
        assert f"read aloud as: {WORDS}" in check
        before = covers.cover_of(world.partnership)
        row = covers.waiting_cover(world.partnership)
        assert row
        done = client.post(reverse("report-cover-check"), {"cover": str(row.pk)}, follow=True).content.decode()
    assert "Those that were made keep theirs." in done
    assert "Confirmed by Kiran Patel" in done
    after = covers.cover_of(world.partnership)
    assert before
    assert after
    assert (before.colour, after.colour) == (PURPLE, "#0a5a8a")


@pytest.mark.parametrize(("given", "words"), [
    ({"colour": "", "mark": "new", "alternative": WORDS}, "Choose the picture"),
    ({"colour": "", "mark": "none", "alternative": "", "upload": True}, "You chose a picture"),
])  # fmt: skip
def test_a_mark_and_its_file_must_agree(client: Client, given: dict[str, Any], words: str) -> None:
    data = given | ({"upload": upload(mark())} if given.get("upload") else {})
    assert words in client.post(reverse("report-cover"), data).content.decode()
    assert not ReportCover.objects.filter(confirmed_at=None).exists()


def test_leaving_it_and_confirming_nothing_change_nothing(world: World, client: Client) -> None:
    chosen(world, "#1b6238")
    assert "stays as it was" in client.post(reverse("report-cover-check"), {"leave": "yes"}, follow=True).content.decode()
    assert "chosen meanwhile" in client.post(reverse("report-cover-check"), {"cover": "soon"}, follow=True).content.decode()
    assert client.get(reverse("report-cover-check")).status_code == 302
    assert covers.cover_of(world.partnership).colour == PURPLE  # type: ignore[union-attr]
