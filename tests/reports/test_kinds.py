"""In the public edition no kind of agency stands for one school or charity, and a later edition keeps to how an earlier one counted."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agencies.models import Agency
from agencies.roles import AgencyKind
from reports.editions import suppressed
from reports.figures import Document, Edition, Table
from reports.issuing import issue, public_document
from reports.kinds import KINDS, told_as_one, too_few
from reports.measures import Scope, figures_of
from reports.periods import Year
from tests.factories import make_agency
from tests.kept import kept_fixture
from tests.reports.builders import SOME_AGENCIES, Life, World, make_world
from tests.reports.generated import generate

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
JUNE, DAY, YEAR = datetime(2025, 6, 2, 9, tzinfo=UTC), timedelta(days=1), Year(2025)
BY_KIND = ("kinds", "answering", "silent-kinds", "directory", "actions")


@kept_fixture
def world() -> World:
    """Two schools, and one agency of every other kind that there is."""
    world = make_world(SOME_AGENCIES, with_posts=True)
    generate(world, 60, starts=YEAR.starts, ends=YEAR.ends, now=NOW, seed=3)
    return world


def tables_of(document: Document) -> dict[str, Table]:
    return {table.key: table for section in document.sections for table in section.tables}


def named_in(tables: dict[str, Table]) -> set[str]:
    """Every kind that a row or a column of the tables by kind is called by."""
    labels = {str(kind.label) for kind in AgencyKind}
    found = {row.label for key in BY_KIND if key in tables for row in tables[key].rows}
    return labels & (found | {column.label for column in tables["kinds"].columns})


LARGE = {"Children's social care", "Early help", "Youth offending service", "Police"} | {
    "Health commissioner and primary care", "Community health", "Acute hospital", "Mental health"
}  # fmt: skip


def test_small_kinds_are_told_by_name_where_they_are_two_and_large_ones_always(world: World) -> None:
    members = Counter(agency.get_kind_display() for agency in world.agencies)
    assert (members["School or college"], members["Police"], members["Voluntary sector"]) == (2, 1, 1)
    tables = tables_of(public_document(world.partnership, YEAR, NOW))
    assert named_in(tables) == {"School or college"} | LARGE & set(members)
    rows = {row.label: [cell.value for cell in row.cells] for row in tables["silent-kinds"].rows}
    assert rows["Other agencies"][1] == len(set(members) - LARGE) - 1
    assert {key for key in BY_KIND if key in tables and any(row.label == "Other agencies" for row in tables[key].rows)} >= {
        "silent-kinds",
        "directory",
    }
    assert all("so none stands for one school or charity" in tables[key].note for key in ("silent-kinds", "directory"))


def test_each_disagreement_counts_once_for_those_that_are_told_as_one(world: World) -> None:
    """A nursery and a charity, each the only one of its kind, were both asked."""
    before = figures_of(Scope(world.partnership, YEAR, NOW, Edition.PUBLIC))["kinds"]
    alone = [agency for agency in world.agencies if agency.kind in {AgencyKind.EARLY_YEARS, AgencyKind.VOLUNTARY}]
    life = Life.begin(world, JUNE, world.agencies[2], alone, NOW, themes=["delay"])
    run = life.enter(1, JUNE)
    for agency in alone:
        life.ask(run, agency, JUNE, due=JUNE + DAY, answered=JUNE, until=JUNE + DAY)
    world.save()
    after = figures_of(Scope(world.partnership, YEAR, NOW, Edition.PUBLIC))["kinds"]
    [row] = [row for row in after.rows if row.name == "education"]
    [was] = [row for row in before.rows if row.name == "education"]
    [at] = [at for at, column in enumerate(after.columns) if column.name == "together"]
    assert row.cells[at].number == was.cells[at].number + 1


def test_the_internal_edition_tells_each_kind_by_name(world: World) -> None:
    inside = figures_of(Scope(world.partnership, YEAR, NOW, Edition.INTERNAL))
    assert "Other agencies" not in {row.label for row in inside["kinds"].rows} | {column.label for column in inside["kinds"].columns}
    assert "Police" in {row.label for row in inside["kinds"].rows}


def test_one_that_joined_in_the_year_makes_no_kind_of_two(world: World) -> None:
    make_agency(world.partnership, "Second Charity", kind=AgencyKind.VOLUNTARY, member_since=JUNE.date())
    assert "Voluntary sector" not in named_in(tables_of(public_document(world.partnership, YEAR, NOW)))
    Agency.objects.filter(name="Second Charity").update(member_since=YEAR.first_day)
    assert "Voluntary sector" in named_in(tables_of(public_document(world.partnership, YEAR, NOW)))


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"voluntary": 1, "education": 9}, {"voluntary", "education"}),
        ({"voluntary": 1, "early_years": 1, "education": 9}, {"voluntary", "early_years"}),
        ({"voluntary": 1, "education": 9, "early_years": 4}, {"voluntary", "early_years"}),
        ({"other": 1, "education": 9, "early_years": 4}, {"other", "early_years"}),
        ({"voluntary": 1, "police": 1, "education": 9}, {"voluntary", "police"}),
        ({"police": 1, "social_care": 1, "education": 9}, set()),
        ({"education": 9, "early_years": 4}, set()),
    ],
)
def test_one_alone_is_told_with_the_kind_that_has_the_fewest(members: dict[str, int], told: set[str]) -> None:
    assert {kind for kind in too_few(members) if members.get(kind)} == told


def test_nothing_is_put_together_where_each_kind_has_two() -> None:
    assert too_few(dict.fromkeys(KINDS, 2)) == frozenset()


def test_a_re_issue_counts_kinds_as_the_first_edition_did_whoever_has_joined_since(world: World) -> None:
    first = public_document(world.partnership, YEAR, NOW)
    issue(world.partnership, first, NOW)
    make_agency(world.partnership, "Second Charity", kind=AgencyKind.VOLUNTARY)
    generate(world, 9, starts=YEAR.starts, ends=YEAR.ends, now=NOW, seed=9)
    again = public_document(world.partnership, YEAR, NOW)
    assert named_in(tables_of(again)) == named_in(tables_of(first))
    issue(world.partnership, again, NOW)
    told = told_as_one(tables_of(first).values())
    assert told is not None
    assert told >= {"voluntary", "early_years", "other"}
    assert told_as_one(tables_of(again).values()) == told
    # The year after has the two of them from its first day, and says so.
    Agency.objects.filter(name="Second Charity").update(member_since=YEAR.last_day)
    later = Scope(world.partnership, Year(2026), NOW, Edition.PUBLIC)
    assert AgencyKind.VOLUNTARY.value not in later.kinds_as_one


def test_an_edition_that_was_issued_with_every_kind_by_name_is_kept_to_as_well(world: World) -> None:
    """As they were issued before kinds were put together: from both together what is hidden must not be told."""
    by_name = replace(Scope(world.partnership, YEAR, NOW, Edition.PUBLIC), told_as_one=frozenset())
    tables = suppressed(figures_of(by_name)).tables
    first = public_document(world.partnership, YEAR, NOW)
    shown = [replace(part, tables=tuple(tables.get(table.key, table) for table in part.tables)) for part in first.sections]
    issue(world.partnership, replace(first, sections=tuple(shown)), NOW)
    again = tables_of(public_document(world.partnership, YEAR, NOW))
    assert "Voluntary sector" in named_in(again)
    assert told_as_one(again.values()) == frozenset()
