"""`manage.py annual_report`: one line that says what it did, or one that says why not; and never half a file."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
import time_machine
from django.core.management import CommandError, call_command

from reports.periods import Year
from tests.factories import make_partnership
from tests.kept import kept_fixture
from tests.reports.builders import World, make_world
from tests.reports.generated import generate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def november() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@kept_fixture
def world() -> World:
    return make_world(slug="northshire")


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("annual_report", *arguments, stdout=out)
    return out.getvalue()


def title(path: Path) -> str:
    with pikepdf.open(path) as file:
        return str(file.docinfo.Title)


def test_it_writes_the_report_and_says_so_in_one_line(world: World, tmp_path: Path) -> None:
    generate(world, 2, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW)
    path = tmp_path / "report.pdf"
    said = run("2025", "--output", str(path))
    assert said.startswith(f"Wrote the internal edition of 2025/26, for Northshire Safeguarding Children Partnership: {path}, ")
    assert said.count("\n") == 1
    assert title(path).startswith("Professional disagreements 2025/26")


def test_a_year_without_data_gives_a_report_that_says_so(world: World, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    assert "which has no disagreement on record" in run("2024", "--edition", "public", "--output", str(path))
    assert path.read_bytes().startswith(b"%PDF")


def test_a_running_year_is_named_as_such(world: World, tmp_path: Path) -> None:
    assert "of 2026/27 so far" in run("2026", "--output", str(tmp_path / "report.pdf"))


def test_a_running_year_is_not_published_and_leaves_no_file(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="The public edition of 2026/27 can be made once the year is over, from 1 April 2027 on."):
        run("2026", "--edition", "public", "--output", str(tmp_path / "report.pdf"))
    assert list(tmp_path.iterdir()) == []


def test_without_an_output_it_goes_into_the_current_folder(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("2025")
    assert [path.name for path in tmp_path.iterdir()] == ["northshire-annual-report-2025-internal.pdf"]


@pytest.mark.parametrize("year", ["26", "next", "2026-27", "1999", "99999999999999999999"])
def test_a_bad_year_is_one_plain_line(world: World, year: str) -> None:
    with pytest.raises(CommandError, match="Give the year in which the reporting year begins"):
        run(year)


def test_a_year_to_come_is_refused_and_leaves_no_file(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="The year 2027/28 has not begun. It begins on 1 April 2027."):
        run("2027", "--output", str(tmp_path / "report.pdf"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        run("2025", "--output", str(tmp_path / "none" / "report.pdf"))


def test_a_folder_in_place_of_a_file_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is a folder"):
        run("2025", "--output", str(tmp_path))


@pytest.mark.parametrize("path", ["/proc/report.pdf", "x" * 300])
def test_where_nothing_can_be_written_it_says_so(world: World, path: str) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        run("2025", "--output", path)


def test_the_old_report_stays_where_the_new_one_fails(world: World, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_text("old")
    with pytest.raises(CommandError):
        run("2027", "--output", str(path))
    assert path.read_text() == "old"


def test_one_of_several_partnerships_with_disagreements_must_be_named(world: World) -> None:
    for each in (world, make_world(slug="elsewhere")):
        generate(each, 2, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW)
    with pytest.raises(CommandError, match="Say whose report with --partnership: elsewhere, northshire."):
        run("2025")


def test_without_a_name_it_is_the_one_with_disagreements(world: World, tmp_path: Path) -> None:
    busy = make_world(slug="busy", name="Busy Partnership")
    generate(busy, 2, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW)
    assert "for Busy Partnership" in run("2023", "--output", str(tmp_path / "report.pdf"))  # Of a year with nothing: it is printed sooner.


def test_a_partnership_that_is_not_there_is_refused_with_those_that_are(world: World) -> None:
    with pytest.raises(CommandError, match="There is no partnership nowhere; there is: northshire."):
        run("2025", "--partnership", "nowhere")


def test_without_a_partnership_there_is_nothing_to_report() -> None:
    with pytest.raises(CommandError, match="There is no partnership yet."):
        run("2025")


def test_an_unknown_edition_is_refused(world: World) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        run("2025", "--edition", "secret")


def test_a_partnership_to_practise_in_is_reported_by_its_own_clock(world: World, tmp_path: Path) -> None:
    """Its trainer has gone on by a year: 2027/28 runs there, and has not begun anywhere else."""
    make_partnership(slug="practice", is_practice=True, is_invented=True, ahead=timedelta(days=365))
    path = str(tmp_path / "report.pdf")
    assert "of 2027/28 so far" in run("2027", "--partnership", "practice", "--output", path)
    with pytest.raises(CommandError, match="has not begun"):
        run("2027", "--partnership", "northshire", "--output", path)
