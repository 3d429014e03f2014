"""Reports are asked for once, made once, frozen, and made again identically."""

import io
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.test import override_settings

from agencies.errors import InvalidInput, WrongState
from reports import pdf, services, tasks, written
from reports.checksums import checksum_of
from reports.figures import Document, Edition
from reports.files import write_whole
from reports.issuing import issue, public_document
from reports.models import PATIENCE, IssuedEdition, Progress, Report, ReportEvent
from reports.periods import Pool, Year
from tests.kept import kept_fixture
from tests.pseudo import OPEN, marked
from tests.reports.builders import World, make_world
from tests.reports.generated import generate
from tests.reports.printed_words import words

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
# A report that was made, and its file.
Kept = tuple[Report, bytes]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@kept_fixture
def world() -> World:
    return make_world()


def ask(world: World, now: datetime = NOW, year: int = 2025) -> tuple[Report, bool]:
    return services.ask_for_report(partnership=world.partnership, year=Year(year), edition=Edition.INTERNAL, asked_by=world.unit, now=now)


@kept_fixture
def dispute(world: World) -> Kept:
    """Of a year with nothing in it."""
    with TemporaryDirectory() as folder, override_settings(VAR=Path(folder)):
        report, _ = ask(world)
        tasks.make(str(report.pk))
        report.refresh_from_db()
        return report, services.path_of(report).read_bytes()


@pytest.fixture
def report(dispute: Kept) -> Report:
    """With its file where this test's are."""
    report, content = dispute
    write_whole(services.path_of(report), content)
    return report


def test_a_report_is_made_and_kept_with_its_figures_and_checksums(report: Report) -> None:
    assert report.is_done
    assert report.pages > 3
    assert report.figures_checksum == checksum_of(report.figures)
    assert services.path_of(report).stat().st_size == report.size


def test_an_edition_that_is_refused_when_it_is_issued_leaves_no_file(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, three = tmp_path / "report.pdf", public_document(world.partnership, Pool(2025), NOW)

    def meanwhile(document: Document) -> pdf.Printed:
        issue(world.partnership, three, NOW)
        return pdf.Printed(b"%PDF", 1)

    monkeypatch.setattr(services, "print_document", meanwhile)
    with pytest.raises(InvalidInput, match="was issued"):
        written.write_annual_report(world.partnership, Year(2025), Edition.PUBLIC, path, NOW, is_to_be_issued=True)
    assert not path.exists()
    assert [edition.period for edition in IssuedEdition.objects.all()] == [Pool(2025)]


def test_an_edition_whose_file_cannot_be_written_was_not_issued(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.pdf"

    def meanwhile(document: Document) -> pdf.Printed:
        path.mkdir()
        return pdf.Printed(b"%PDF", 1)

    monkeypatch.setattr(services, "print_document", meanwhile)
    with pytest.raises(InvalidInput, match="cannot be written"):
        written.write_annual_report(world.partnership, Year(2025), Edition.PUBLIC, path, NOW, is_to_be_issued=True)
    assert not IssuedEdition.objects.exists()


def test_asking_twice_makes_one_report(world: World) -> None:
    first, is_new = ask(world)
    second, is_new_too = ask(world)
    assert (is_new, is_new_too) == (True, False)
    assert first == second


def test_the_other_edition_is_another_report(world: World) -> None:
    first, _ = ask(world)
    issue(world.partnership, public_document(world.partnership, Year(2025), NOW), NOW)
    second, is_new = services.ask_for_report(partnership=world.partnership, year=Year(2025), edition=Edition.PUBLIC, asked_by=world.unit, now=NOW)
    assert is_new
    assert first != second


def test_one_that_was_lost_with_its_worker_is_given_up_for_a_new_one(world: World) -> None:
    lost, _ = ask(world)
    fresh, is_new = ask(world, NOW + PATIENCE)
    lost.refresh_from_db()
    assert is_new
    assert fresh != lost
    assert (lost.progress, lost.problem) == (Progress.FAILED, services.LOST)


def test_a_message_that_comes_twice_makes_it_once(report: Report) -> None:
    assert services.make_report(report.pk) is False


def test_a_message_for_no_report_does_nothing(world: World) -> None:
    assert services.make_report(uuid4()) is False


def test_a_year_to_come_is_refused_before_anything_is_kept(world: World) -> None:
    with pytest.raises(InvalidInput, match="has not begun"):
        ask(world, year=2027)
    assert not Report.objects.exists()


def test_a_file_that_was_changed_is_not_given_out(world: World, report: Report) -> None:
    """It is made again to the byte, although its year has disagreements by then. One that is gone is made again in `test_standing_made.py`."""
    content = services.path_of(report).read_bytes()
    generate(world, 5, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW, seed=9)
    services.path_of(report).write_bytes(b"%PDF forged")
    assert services.file_of(report, NOW) == content
    assert services.path_of(report).read_bytes() == content


def of_another_release(report: Report) -> bytes:
    """The file of the report as an earlier release printed it, with pages that look otherwise."""
    content = b"%PDF of an earlier release"
    services.path_of(report).write_bytes(content)
    Report.objects.filter(pk=report.pk).update(file_checksum=sha256(content).hexdigest())
    report.refresh_from_db()
    return content


def test_a_file_that_cannot_be_made_again_as_it_was_is_refused_marked_and_told_to_the_operator(
    report: Report, caplog: pytest.LogCaptureFixture
) -> None:
    """First lost, then altered: each time it is refused and the operator is told, and it is on record once."""
    content = of_another_release(report)
    assert services.file_of(report, NOW) == content
    path, found = services.path_of(report), "Found the file of 2025/26, internal edition, lost or altered, and another when it was made again."
    for left in (None, b"%PDF forged"):
        caplog.clear()
        path.unlink() if left is None else path.write_bytes(left)
        with pytest.raises(WrongState, match="made again today it is not the same"):
            services.file_of(report, NOW)
        report.refresh_from_db()
        assert (report.differs_at, [row.words for row in ReportEvent.objects.all()]) == (NOW, [found])
        [said] = [record for record in caplog.records if record.levelname == "ERROR"]
        assert f"report {report.pk} is lost or altered" in said.getMessage()
        assert (path.read_bytes() if path.exists() else None) == left, "what is there stays as the proof that it was altered"


def test_it_can_be_had_as_it_is_printed_today_and_says_so_on_its_cover(report: Report) -> None:
    of_another_release(report)
    services.path_of(report).unlink()
    with pikepdf.open(io.BytesIO(services.made_anew(report, NOW))) as file:
        cover = words(file.pages[0]).replace(" ", "")
    for sentence in ("Printed again on 22 November 2026 from the figures as they were kept.", "It is not the file that was made on"):
        assert sentence.replace(" ", "") in cover  # Its lines are broken without a space.
    assert not services.path_of(report).exists()
    report.figures["partnership"] = "Somewhere else"
    with pytest.raises(WrongState, match="not those that it was made with"):
        services.made_anew(report, NOW)


def test_once_the_file_that_was_made_is_back_nothing_is_marked_any_more(report: Report) -> None:
    content = of_another_release(report)
    Report.objects.filter(pk=report.pk).update(differs_at=NOW)  # As it is left by the refusal above.
    report.refresh_from_db()
    assert services.file_of(report, NOW) == content
    report.refresh_from_db()
    assert report.differs_at is None


def test_figures_that_were_changed_are_not_printed(report: Report) -> None:
    report.figures["partnership"] = "Somewhere else"
    with pytest.raises(WrongState, match="not those that it was made with"):
        services.remade(report)


def test_a_report_that_is_not_ready_has_no_file(world: World) -> None:
    report, _ = ask(world)
    with pytest.raises(WrongState, match="not ready"):
        services.file_of(report, NOW)


def test_one_that_cannot_be_kept_is_marked_as_failed_and_leaves_nothing(world: World, settings: object) -> None:
    report, _ = ask(world)
    settings.VAR = Path("/proc/none")  # type: ignore[attr-defined]
    assert services.make_report(report.pk) is False
    report.refresh_from_db()
    assert report.progress == Progress.FAILED
    assert "cannot be written" in report.problem


def test_why_it_failed_is_stored_in_english_whatever_the_worker_speaks(world: World) -> None:
    report, _ = ask(world)
    Report.objects.filter(pk=report.pk).update(edition=Edition.PUBLIC)
    with marked():
        assert services.make_report(report.pk) is False
    report.refresh_from_db()
    assert "is not issued yet" in report.problem
    assert OPEN not in report.problem


def test_patience_ends(world: World) -> None:
    report, _ = ask(world)
    assert report.is_underway(NOW + PATIENCE - timedelta(seconds=1))
    assert not report.is_underway(NOW + PATIENCE)
