"""The directory is read anew when, and only when, somebody changed it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from agencies.edition import current_edition
from agencies.models import Agency, ClosureDay, Cover, HolidayChange, Membership, Partnership, Post, PostHolding, SeniorityLevel, User
from agencies.person import person_of
from agencies.roles import Role
from agencies.selectors import partnership_with_agencies
from agencies.snapshot import load_snapshot
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
TODAY = date(2026, 3, 2)


def _of(model: Any) -> Any:
    return model.objects.order_by("pk")[0]


CHANGES: dict[str, Callable[[Cast], Any]] = {
    "an agency is renamed": lambda cast: Agency.objects.filter(pk=cast.school.pk).update(name="Hilltop School"),
    "an agency is added": lambda cast: Agency.objects.create(partnership=cast.partnership, code="new", name="New"),
    "a partnership's unit is renamed": lambda cast: Partnership.objects.filter(pk=cast.partnership.pk).update(unit_name="Unit"),
    "a post is retitled": lambda _cast: Post.objects.filter(pk=_of(Post).pk).update(title="Head"),
    "a post is taken away": lambda cast: Post.objects.create(agency=cast.school, title="Passing").delete(),
    "somebody leaves a post": lambda _cast: PostHolding.objects.filter(pk=_of(PostHolding).pk).update(until=TODAY),
    "somebody gets a role": lambda cast: Membership.objects.create(partnership=cast.partnership, user=cast.raiser, role=Role.AUDITOR, since=TODAY),
    "a role ends": lambda _cast: Membership.objects.filter(pk=_of(Membership).pk).update(until=TODAY),
    "somebody is covered for": lambda cast: Cover.objects.create(
        person=cast.raiser, deputy=cast.own_manager, starts=TODAY, ends=TODAY + timedelta(1)
    ),
    "a level is renamed": lambda _cast: SeniorityLevel.objects.filter(pk=_of(SeniorityLevel).pk).update(name="Heads"),
    "somebody has another name": lambda cast: User.objects.filter(pk=cast.raiser.pk).update(name="Jo Lee"),
    "somebody has another telephone": lambda cast: User.objects.filter(pk=cast.raiser.pk).update(phone="0117 496 0000"),
    "a closure day is entered": lambda cast: ClosureDay.objects.create(partnership=cast.partnership, day=TODAY, words="Training"),
    "a bank holiday is moved": lambda cast: HolidayChange.objects.create(partnership=cast.partnership, day=TODAY, words="Moved", works=False),
    "an account is closed": lambda cast: User.objects.filter(pk=cast.raiser.pk).update(is_active=False),
    "somebody is added": lambda _cast: User.objects.create_user("new@example.org", name="New"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_makes_another_edition(cast: Cast, change: Callable[[Cast], Any]) -> None:
    before = current_edition()
    change(cast)
    assert before != current_edition() != ""


def test_signing_in_makes_none(cast: Cast) -> None:
    before = current_edition()
    User.objects.filter(pk=cast.raiser.pk).update(last_login="2026-03-02T10:00Z", password="x")
    assert current_edition() == before


def test_a_change_that_is_taken_back_was_none(cast: Cast) -> None:
    before = current_edition()
    with transaction.atomic():
        User.objects.filter(pk=cast.raiser.pk).update(name="Jo Lee")
        assert person_of(User.objects.get(pk=cast.raiser.pk), TODAY).name == "Jo Lee"
        transaction.set_rollback(True)
    assert current_edition() == before


def test_what_was_read_of_an_edition_is_not_read_again(cast: Cast) -> None:
    first = load_snapshot(cast.partnership.pk, [cast.school.pk], TODAY)
    with CaptureQueriesContext(connection) as queries:
        assert load_snapshot(cast.partnership.pk, [cast.school.pk], TODAY) is first
    assert len(queries) == 1


@pytest.mark.parametrize(
    "asked",
    [
        lambda cast: load_snapshot(cast.partnership.pk, [cast.police.pk], TODAY),
        lambda cast: load_snapshot(cast.partnership.pk, [cast.school.pk], TODAY + timedelta(1)),
    ],
)
def test_another_question_is_read(cast: Cast, asked: Callable[[Cast], Any]) -> None:
    assert asked(cast) is not load_snapshot(cast.partnership.pk, [cast.school.pk], TODAY)


def test_another_edition_is_read(cast: Cast) -> None:
    first = load_snapshot(cast.partnership.pk, [cast.school.pk], TODAY)
    Agency.objects.filter(pk=cast.school.pk).update(name="Hilltop School")
    assert load_snapshot(cast.partnership.pk, [cast.school.pk], TODAY).agencies[cast.school.pk].name == "Hilltop School"
    assert first.agencies[cast.school.pk].name == cast.school.name


def test_two_changes_that_were_begun_from_the_same_edition_are_two(cast: Cast) -> None:
    marks = set()
    for name in ("Jo Lee", "Jo Leigh"):
        with transaction.atomic():
            User.objects.filter(pk=cast.raiser.pk).update(name=name)
            marks.add(current_edition())
            transaction.set_rollback(True)
    assert len(marks) == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_anothers_change_counts_from_when_it_is_committed(cast: Cast) -> None:
    def elsewhere() -> str:
        try:
            return person_of(User.objects.get(pk=cast.raiser.pk), TODAY).name
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        before = other.submit(elsewhere).result()
        with transaction.atomic():
            User.objects.filter(pk=cast.raiser.pk).update(name="Jo Lee")
            assert person_of(User.objects.get(pk=cast.raiser.pk), TODAY).name == "Jo Lee"
            assert other.submit(elsewhere).result() == before
        assert other.submit(elsewhere).result() == "Jo Lee"


def test_whoever_has_read_the_mark_asks_nothing_more(cast: Cast) -> None:
    edition = current_edition()
    first = partnership_with_agencies(cast.partnership.pk, edition=edition)
    snapshot = load_snapshot(cast.partnership.pk, [cast.school.pk], TODAY, edition=edition)
    person = person_of(cast.raiser, TODAY, edition=edition)
    with CaptureQueriesContext(connection) as queries:
        assert partnership_with_agencies(cast.partnership.pk, edition=edition) is first
        assert load_snapshot(cast.partnership.pk, [cast.school.pk], TODAY, edition=edition) is snapshot
        assert person_of(cast.raiser, TODAY, edition=edition) is person
        assert cast.school in first.agencies.all()
    assert len(queries) == 0


def test_a_partnership_is_read_again_with_its_agencies_once_either_changed(cast: Cast) -> None:
    partnership_with_agencies(cast.partnership.pk)
    Partnership.objects.filter(pk=cast.partnership.pk).update(name="Northmoor")
    Agency.objects.filter(pk=cast.school.pk).update(name="Hilltop School")
    found = partnership_with_agencies(cast.partnership.pk)
    assert (found.name, "Hilltop School" in {agency.name for agency in found.agencies.all()}) == ("Northmoor", True)
