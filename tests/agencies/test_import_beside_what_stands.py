"""A file of the directory beside what another file, or another row, said before: nothing wins without a word."""

from datetime import date

import pytest

from agencies.models import Cover, Partnership, PostHolding
from tests.agencies.test_directory_import import PEOPLE, WHOLE, imported, mistakes

pytestmark = [pytest.mark.engines, pytest.mark.django_db]

THREE = PEOPLE + "b@example.org,Ben,police,manager,,\nc@example.org,Cy,police,manager,,\n"
SHAH = "r.shah@example.org"


def cover(*rows: str) -> dict[str, str]:
    return {"cover.csv": "\n".join(("person,deputy,starts,ends", *(f"{SHAH},{row}" for row in rows)))}


def held(first: str, second: str) -> dict[str, str]:
    """R. Shah by two roles, each row naming the same post; as deputy, since and until."""
    rows = f"{SHAH},R. Shah,police,manager,Sergeant,2,{first}\n{SHAH},R. Shah,police,safeguarding_lead,Sergeant,2,{second}\n"
    return WHOLE | {"people.csv": "email,name,agency,role,post,level,deputy,since,until\n" + rows}


def test_a_file_brings_no_second_deputy_into_days_in_which_one_covers_already() -> None:
    imported(WHOLE | {"people.csv": THREE} | cover("b@example.org,2026-06-01,2026-06-30"))
    here = Partnership.objects.get()
    second = cover("c@example.org,2026-06-30,2026-07-03")
    words = "lies in days in which Ben covers already, from 1 June 2026 to 30 June 2026: one deputy at a time."
    assert mistakes(second, partnership=here) == [f"cover.csv, row 2, column starts: {words}"]
    assert Cover.objects.get().deputy.name == "Ben"
    imported(cover("b@example.org,2026-06-01,2026-06-29", "c@example.org,2026-06-30,2026-07-03"), partnership=here)
    assert sorted(Cover.objects.values_list("deputy__name", "ends")) == [("Ben", date(2026, 6, 29)), ("Cy", date(2026, 7, 3))]


def test_days_within_longer_cover_are_told_for_each_row() -> None:
    rows = ("b@example.org,2026-06-01,2026-06-30", "b@example.org,2026-06-05,2026-06-06", "c@example.org,2026-06-10,2026-06-12")
    found = mistakes(WHOLE | {"people.csv": THREE} | cover(*rows))
    assert found == [f"cover.csv, row {row}, column starts: lies in the days of row 2: one deputy at a time." for row in (3, 4)]


def test_two_rows_that_place_somebody_differently_in_one_post_are_refused() -> None:
    found = mistakes(held("0,,", "1,,2020-02-02"))
    words = "is not what row 2 says of the same post: write the same in both, or leave the post out of one."
    assert found == [f"people.csv, row 3, column {column}: {words}" for column in ("deputy", "until")]
    imported(held("1,,", "1,,"))
    assert PostHolding.objects.get().rank == 1
    assert not any(imported(held("1,,", "1,,")).changed.values())


def test_a_post_that_reads_like_one_in_the_directory_is_refused_until_it_is_written_the_same() -> None:
    here = imported(WHOLE).partnership
    rows = "agency,level,title\npolice,2,sergeant\npolice,1,Sergeant\n"
    words = 'differs from "Sergeant" in the directory only in spaces or capitals: write it the same.'
    assert mistakes({"posts.csv": rows}, partnership=here) == [f"posts.csv, row 2, column title: {words}"]
    assert imported({"posts.csv": rows.replace("sergeant", "Sergeant")}, partnership=here).made["posts"] == 1


def test_an_agency_that_reads_like_one_in_the_directory_is_refused() -> None:
    here = imported(WHOLE).partnership
    row = "code,name,kind\nother,northshire\u2003police,police\n"
    words = "is that of another agency in the directory too: add what tells the two apart, such as the place."
    assert mistakes({"agencies.csv": row}, partnership=here) == [f"agencies.csv, row 2, column name: {words}"]


def test_columns_behind_the_last_name_are_passed_over_where_they_are_empty() -> None:
    assert imported(WHOLE | {"levels.csv": "level,name, ,,\n1,Practitioners,,\u00a0,\n2,Team managers\n,,,,\n"}).made["levels"] == 2


def test_what_stands_behind_the_last_name_is_told_once_for_each_column() -> None:
    found = mistakes(WHOLE | {"levels.csv": "level,name,,,\n1,Practitioners,,x,\n2,Team managers,,y,z\n0,None,,,,end\n"})
    words = "which the heading does not name: name it, or put a text with a comma in quotation marks."
    assert found == [
        f"levels.csv, row 2: has something in column 4, {words}",
        f"levels.csv, row 3: has something in column 5, {words}",
        "levels.csv, row 4: has 3 cells, the heading 2: put a text with a comma in quotation marks.",
        'levels.csv, row 4, column level: "0" is not a whole number from 1 to 9.',
    ]
