"""Three years together, as a partnership with few disagreements publishes them: counted, proven, and never beside one of them alone."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pdfua
import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput, WrongState
from reports import services
from reports.api.figures import shown as given_to_programs
from reports.disclosure import SMALL
from reports.earlier import NOTHING, joined, of_last_year, published
from reports.editions import suppressed
from reports.exports import as_csv
from reports.figures import Document, Edition, Table, Unit
from reports.issuing import issue, public_document
from reports.measures import Scope, figures_of
from reports.models import IssuedEdition, Report
from reports.periods import Pool, Year, period_of, read_years
from reports.proof import Hiding
from reports.sums import grids_of
from tests.reports.bounds import exposed, one_way_only
from tests.reports.builders import World, make_world
from tests.reports.generated import generate
from tests.reports.odd_ends import add_returns, leave_some_out
from tests.reports.test_exports import BELOW

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 5, 3, 12, tzinfo=UTC)
POOL = Pool(2026)
A_YEAR = (9, 14, 7, 11, 12)  # Disagreements of 2022/23 and the four years after it.


def write(world: World, numbers: tuple[int, ...], first: int) -> None:
    for at, number in enumerate(numbers):
        generate(world, number, starts=Year(first + at).starts, ends=Year(first + at).ends, now=NOW, seed=first + at)


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Five small years, made once for the module; each test's own doings are undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world(with_posts=True)
        write(world, A_YEAR, 2022)
        add_returns(world)
        leave_some_out(world)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(kept: World) -> World:
    return kept


def scope(world: World) -> Scope:
    return Scope(world.partnership, POOL, NOW, Edition.PUBLIC)


def public(world: World, period: Year | Pool = POOL) -> Document:
    return public_document(world.partnership, period, NOW)


def published_of(world: World, period: Year | Pool = POOL) -> Document:
    document = public(world, period)
    issue(world.partnership, document, NOW)
    return document


def tables_of(document: Document) -> dict[str, Table]:
    return {table.key: table for section in document.sections for table in section.tables}


def test_three_years_run_from_the_first_of_april_to_the_last_of_march() -> None:
    assert [str(day) for day in (POOL.first_day, POOL.last_day)] == ["2024-04-01", "2027-03-31"]
    assert (POOL.label, POOL.before(), [part.label for part in POOL.quarters()]) == (
        "2024/25 to 2026/27", Year(2023), ["2024/25", "2025/26", "2026/27"],
    )  # fmt: skip
    assert period_of(2026, ["2024-04-01", "2027-03-31"]) == POOL == read_years("2026", 3)
    with pytest.raises(InvalidInput):
        read_years("2001", 3)


def test_no_hidden_count_of_three_years_can_be_worked_out(world: World) -> None:
    found = suppressed(figures_of(scope(world)))
    assert found.unproven == set()
    assert all(move[name] and Hiding(found.system, found.hidden).fits(move) for name, move in found.proofs.items())
    for table in found.tables.values():
        for row in table.rows if table.counts_people else ():
            assert not [cell for column, cell in zip(table.columns, row.cells, strict=True) if column.unit is Unit.COUNT and cell.value in SMALL]
        assert not [name for grid in grids_of(table) for name in exposed(grid, found.system.values, found.hidden)] or not table.counts_people
    left, right = ["open@2023", "raised"], ["closed", "withdrawn", "open"]
    assert one_way_only(left, right, found.system.values, found.hidden) == []


def test_together_more_is_shown_than_of_one_year(world: World) -> None:
    def shown(period: Year | Pool) -> int:
        return sum(
            bool(cell.number)
            for table in tables_of(public(world, period)).values() if table.counts_people
            for row in table.rows
            for column, cell in zip(table.columns, row.cells, strict=True) if column.unit is Unit.COUNT
        )  # fmt: skip

    assert shown(POOL) > shown(Year(2026))


@pytest.mark.parametrize("alone", [2024, 2027])
def test_what_was_published_by_itself_or_beside_the_next_is_not_published_with_others(world: World, alone: int) -> None:
    IssuedEdition.objects.create(partnership=world.partnership, year=alone, issued_at=NOW, document=public(world, Year(2022)).as_json())
    with pytest.raises(InvalidInput, match=f"The public edition of {Year(alone).label} was issued"):
        public(world)


def test_what_was_published_with_others_is_not_published_by_itself(world: World) -> None:
    published_of(world)
    for year in POOL.years:
        with pytest.raises(InvalidInput, match="The public edition of 2024/25 to 2026/27 was issued"):
            public(world, year)


def test_three_years_do_not_overlap_with_another_three_and_may_be_issued_again(world: World) -> None:
    published_of(world)
    with pytest.raises(InvalidInput, match="was issued"):
        public(world, Pool(2025))
    assert public(world) == public(world)
    assert IssuedEdition.objects.get().period == POOL


def test_nothing_that_was_issued_meanwhile_can_be_set_against_it(world: World) -> None:
    document = public(world)
    published_of(world, Year(2025))
    with pytest.raises(InvalidInput, match="The public edition of 2025/26"):
        issue(world.partnership, document, NOW)


def test_the_year_after_stands_alone_and_gives_nothing_of_the_three_away(world: World) -> None:
    """Three to the end of March 2026 were published; 2026/27 is told without them but for what was open, as it was published."""
    before = tables_of(published_of(world, Pool(2025)))
    after = public(world, Year(2026))
    assert not {"change", "change-in-time", "learning-before"} & tables_of(after).keys()
    cells = {cell.key: cell for row in tables_of(after)["other"].rows for cell in row.cells}
    was = next(cell for row in before["other"].rows for cell in row.cells if cell.key == "open")
    assert (cells["open@2025"].value, cells["open@2025"].mark) == (was.value, was.mark)


def test_three_years_after_another_three_do_not_tell_what_those_hid_of_their_end(world: World) -> None:
    """Whatever stood open between the two, hidden in the first, is not left as the only hidden one in the sum of the second."""
    first = published(tables_of(public(world, Pool(2023))).values())
    earlier = joined(NOTHING, of_last_year(replace(first, hidden=first.hidden | {"open"}, shown={}), "@2023"))
    found = suppressed(figures_of(scope(world)), earlier)
    assert "open@2023" in found.hidden
    assert found.unproven == set()
    assert one_way_only(["open@2023", "raised"], ["closed", "withdrawn", "open"], found.system.values, found.hidden) == []


def test_only_what_is_over_and_only_for_the_public(world: World) -> None:
    with pytest.raises(InvalidInput, match="not over yet"):
        public_document(world.partnership, Pool(2027), NOW)
    with pytest.raises(InvalidInput, match="are a public edition"):
        services.figures(world.partnership, POOL, Edition.INTERNAL, NOW)
    with pytest.raises(InvalidInput, match="are a public edition"):
        services.ask_for_report(partnership=world.partnership, year=POOL, edition=Edition.INTERNAL, asked_by=world.unit, now=NOW)


def test_its_sentences_speak_of_three_years(world: World) -> None:
    document = public(world)
    text = json.dumps(document.as_json(), ensure_ascii=False)
    assert document.summary[0].startswith("In the three years from 1 April 2024 to 31 March 2027, ")
    assert "Three reporting years are counted together" in text
    for wrong in ("the year runs", "in the year,", "Whole year", "year's", "by quarter"):
        assert wrong not in text


def test_page_data_file_programs_and_paper_agree(world: World, settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    client = Client()
    with time_machine.travel(NOW, tick=False):
        client.force_login(world.unit, backend="agencies.backend.AccountBackend")
        asked = {"edition": "public", "years": "3"}
        page = client.get(reverse("report-year", args=[2026]), {**asked, "chapter": "volume"}).content.decode()
        published_of(world)
        report, _is_new = services.ask_for_report(partnership=world.partnership, year=POOL, edition=Edition.PUBLIC, asked_by=world.unit, now=NOW)
        assert services.make_report(report.pk)
    report.refresh_from_db()
    frozen, now = services.stored_document(report), public(world)
    assert frozen.sections == now.sections
    assert (str(report), services.file_name(report)) == (
        "Public edition 2024/25 to 2026/27", f"{world.partnership.slug}-annual-report-2024-to-2026-public.pdf",
    )  # fmt: skip
    assert [finding.message for finding in pdfua.validate(str(services.path_of(report))).findings] == []
    programs = [table for chapter in given_to_programs(now)["chapters"] for table in chapter["tables"]]
    figures = [figure["text"] for table in programs for row in table["rows"] for figure in row["figures"]]
    lines = [row for row in csv.reader(io.StringIO(as_csv(now))) if row[0] not in {"About", "Chapter", *BELOW} and row[3]]
    assert len(lines) == len(figures)
    assert [sign or number for *_names, number, _unit, sign in lines if sign] == [text for text in figures if text.startswith("[")]
    paper = services.html_of(report)
    for text in ("2024/25 to 2026/27", "Disagreements raised, by year", "All three years"):
        assert text in page
        assert text in paper
    assert IssuedEdition.objects.count() == 1


def test_a_report_of_three_years_that_were_never_issued_is_not_made(world: World) -> None:
    with pytest.raises(WrongState, match="The public edition of 2024/25 to 2026/27 is not issued yet"):
        services.ask_for_report(partnership=world.partnership, year=POOL, edition=Edition.PUBLIC, asked_by=world.unit, now=NOW)
    assert not Report.objects.exists()


def test_the_page_says_why_it_cannot_be(world: World) -> None:
    published_of(world, Year(2025))
    client = Client()
    with time_machine.travel(NOW, tick=False):
        client.force_login(world.unit, backend="agencies.backend.AccountBackend")
        page = client.get(reverse("report-year", args=[2026]), {"edition": "public", "years": "3"}).content.decode()
        assert "publish the one or the other" in page
        assert client.get(reverse("report-year", args=[2026]), {"years": "2"}).status_code == 404
        told = client.get(reverse("report-data", args=[2026, "csv"]), {"edition": "public", "years": "3"}, follow=True).content.decode()
        assert "The public edition of 2024/25 to 2026/27 is not issued yet" in told
