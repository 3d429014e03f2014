"""What people who are gone still hold is looked for each half minute: by who may be gone, and by the keys of what they hold, however much is open."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalation.querysets import Among
from escalation.services.held_keys import Place, by_holder
from escalation.services.left_over import pass_on_left
from tests.cast import Cast
from tests.world import World, london

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL weighs its ways by the rows there are")
@pytest.mark.parametrize("place", by_holder(), ids=lambda place: f"{place[0].__name__}.{place[1]}")
def test_what_somebody_holds_is_found_by_an_index_of_its_holders_over_what_is_open(place: Place, cast: Cast) -> None:
    """However many there are, and were: as SQLite says, which goes by the statement alone."""
    model, holder = place
    names = [index.name for index in model._meta.indexes if index.fields[0] == holder and index.condition is not None]
    found = by_holder()[place].filter(Among(holder, [cast.receiver.pk, cast.chair.pk])).order_by().values("pk").explain()
    assert any(f"INDEX {name} ({holder}_id=?" in found for name in names), found


def test_with_nobody_gone_the_directory_alone_is_asked(world: World) -> None:
    world.sent()
    with CaptureQueriesContext(connection) as questions:
        assert pass_on_left(london("2026-03-03 00:05")) == 0
    assert len(questions) == 4
    assert not any('"escalation_' in question["sql"] for question in questions)
