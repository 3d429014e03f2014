"""What people who are gone still hold is looked for each half minute: by who may be gone, and by the keys of what they hold, however much is open."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Membership, PostHolding, User
from agencies.roles import Role
from escalation.querysets import Among
from escalation.services.held_keys import Place, by_holder
from escalation.services.left_over import pass_on_left
from tests.cast import Cast
from tests.escalation.leaving import NIGHT
from tests.factories import make_agency, make_member
from tests.world import World, london

pytestmark = pytest.mark.django_db
# A day more than a week before.
LONG_AGO = london("2026-02-22 12:00")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL weighs its ways by the rows there are")
@pytest.mark.parametrize("place", by_holder(), ids=lambda place: f"{place[0].__name__}.{place[1]}")
def test_what_somebody_holds_is_found_by_an_index_of_its_holders_over_what_is_open(place: Place, cast: Cast) -> None:
    """However many there are, and were: as SQLite says, which goes by the statement alone."""
    model, holder = place
    names = [index.name for index in model._meta.indexes if index.fields[0] == holder and index.condition is not None]
    found = by_holder()[place].filter(Among(holder, [cast.receiver.pk, cast.chair.pk])).order_by().values("pk").explain()
    assert any(f"INDEX {name} ({holder}_id=?" in found for name in names), found


def closed_long_ago(cast: Cast) -> None:
    User.objects.filter(pk=cast.receiver.pk).update(is_active=False, closed_at=LONG_AGO)


def ended_long_ago(cast: Cast) -> None:
    for rows in (Membership, PostHolding):
        rows.objects.filter(user=cast.receiver).update(until=LONG_AGO.date())


def acts_for_a_retired_one(cast: Cast) -> None:
    """Social care, which holds it, for a school that is no longer in use."""
    make_agency(cast.partnership, "Closed School", is_active=False, acting_agency=cast.social_care, acting_from_level=1)


def works_elsewhere_since(cast: Cast) -> None:
    """One who sits in a school that is no longer in use."""
    make_member(cast.receiver, make_agency(cast.partnership, "Closed School", is_active=False), Role.PRACTITIONER)


@pytest.mark.parametrize("lately", [None, closed_long_ago, ended_long_ago, acts_for_a_retired_one, works_elsewhere_since])
def test_with_nobody_gone_in_the_last_week_the_directory_alone_is_asked(world: World, lately: Callable[[Cast], None] | None) -> None:
    """Whoever left before, and whichever agency was retired: each run costs the same as long as they are found by the hourly one."""
    world.sent()
    if lately is not None:
        lately(world.cast)
    with CaptureQueriesContext(connection) as questions:
        assert pass_on_left(NIGHT) == 0
    assert len(questions) == 6
    assert not any('"escalation_' in question["sql"] for question in questions)
    assert pass_on_left(NIGHT, of_all=True) == (lately in {closed_long_ago, ended_long_ago})
