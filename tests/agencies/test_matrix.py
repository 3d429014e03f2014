"""The matrix of seniority: titles, doubts, who may read it, and all of it as a file."""

import csv
import io
from datetime import date

import pytest

from agencies.matrix import matrices_for, matrix_csv, matrix_of
from agencies.models import Partnership
from agencies.person import person_of
from agencies.roles import AgencyKind
from tests.cast import Cast
from tests.factories import make_agency, make_partnership, make_post

pytestmark = [pytest.mark.engines, pytest.mark.django_db]


@pytest.fixture
def doubtful() -> Partnership:
    """Police with three titles, of which two are in doubt for one reason; and a school without any."""
    partnership = make_partnership()
    agency = make_agency(partnership, "=Police", kind=AgencyKind.POLICE)
    make_agency(partnership, "School", kind=AgencyKind.EDUCATION)
    for level, title in ((1, "A"), (2, "")):
        make_post(agency, level, title or "?", is_uncertain=True, uncertain_why="Broken")
    agency.posts.filter(title="?").update(title="")
    make_post(agency, 3, "C")
    make_post(agency, 3, "D")
    return partnership


def test_doubts_are_numbered_once_and_shared(doubtful: Partnership) -> None:
    matrix = matrix_of(doubtful)
    cells = matrix.rows[0][1]
    assert matrix.doubts == ("Broken",)
    assert [(cell[0].title, cell[0].note) for cell in cells if cell] == [("A", 1), ("", 1), ("C", 0)]


def test_the_file_has_every_agency_and_title_with_its_doubt_and_nothing_that_a_spreadsheet_would_carry_out(doubtful: Partnership) -> None:
    header, police, school = csv.reader(io.StringIO(matrix_csv(matrix_of(doubtful))))
    assert header[:3] == ["Agency", "Level 1: Practitioners", "Level 2: Team managers"]
    assert police == ["'=Police", "A (uncertain: Broken)", "No title readable (uncertain: Broken)", "C; D", "", ""]
    assert school == ["School", "", "", "", "", ""]


def test_a_matrix_without_people_is_everybodys_to_read(cast: Cast) -> None:
    published = make_partnership(name="Published")
    assert matrices_for(person_of(cast.raiser, date(2026, 5, 4))) == [cast.partnership, published]
