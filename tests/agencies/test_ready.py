"""Questions that are put into SQL once give what the queries give that they were made of."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.transaction import TransactionManagementError

from agencies.models import Agency, Membership, User
from agencies.ready import Compiled, Ready
from agencies.roles import Role
from agencies.working_days import LONDON
from tests.cast import Cast

pytestmark = pytest.mark.engines


def seats(key: Any) -> "QuerySet[Membership]":
    return Membership.objects.filter(partnership=key).select_related("user", "agency").defer("job_title").order_by("role", "pk")


def names(key: Any) -> "QuerySet[Any, tuple[Any, ...]]":
    of_members = Membership.objects.filter(partnership=key).annotate(mark=Value("seat")).values_list("pk", "role", "mark").order_by()
    return of_members.union(
        Agency.objects.filter(partnership=key).annotate(mark=Value("place")).values_list("pk", "name", "mark").order_by(), all=True
    )


def test_rows_come_as_the_query_gives_them_with_those_read_beside_them(cast: Cast) -> None:
    ready: Ready[Membership] = Ready(seats)
    for key in (cast.elsewhere.id, cast.partnership.id, cast.elsewhere.id):
        wanted, found = list(seats(key)), ready(key)
        assert [vars(row).keys() for row in found] == [vars(row).keys() for row in wanted]
        assert [(row.pk, row.user, row.agency, row.until) for row in found] == [(row.pk, row.user, row.agency, row.until) for row in wanted]
    assert found


def test_what_comes_with_a_row_and_what_was_left_for_later_is_there(cast: Cast, django_assert_num_queries: Any) -> None:
    ready: Ready[Membership] = Ready(seats)
    row = next(row for row in ready(cast.partnership.id) if row.user_id == cast.raiser.id)
    assert row.get_deferred_fields() == {"job_title"}
    assert row.job_title == "Teacher"
    with django_assert_num_queries(0):
        assert (row.user.name, row.agency.name if row.agency else "") == (cast.raiser.name, cast.school.name)


def test_values_come_as_they_were_named_also_of_two_tables_at_once(cast: Cast) -> None:
    ready: Ready[tuple[Any, ...]] = Ready(names)
    assert sorted(ready(cast.partnership.id)) == sorted(names(cast.partnership.id))
    assert ready(cast.elsewhere.id) != ready(cast.partnership.id)


def test_a_query_in_sql_can_be_given_and_one_that_finds_nothing_asks_nothing(cast: Cast, django_assert_num_queries: Any) -> None:
    ready: Ready[User] = Ready(lambda text, among: User.objects.filter(name__gte=text, pk__in=among).order_by("name"))
    everybody = User.objects.order_by().values("pk")
    of_school = everybody.filter(Q(memberships__agency=cast.school) & Q(name__gt=""))
    for text, among in (("", of_school), ("M", everybody), ("A", of_school)):
        assert ready(text, Compiled.of(among)) == list(User.objects.filter(name__gte=text, pk__in=among).order_by("name"))
    with django_assert_num_queries(0):
        assert ready("A", Compiled.of(everybody.none())) == []


def test_the_first_is_the_first_or_none(cast: Cast) -> None:
    ready: Ready[Membership] = Ready(seats)
    assert ready.first(cast.partnership.id) == seats(cast.partnership.id).first()
    assert ready.first(cast.raiser.id) is None


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_and_nowhere_else() -> None:
    key = User.objects.create_user("a.person@example.org", name="A Person").pk
    ready: Ready[User] = Ready(lambda key: User.objects.filter(pk=key).select_for_update())
    with transaction.atomic():
        assert [row.pk for row in ready(key)] == [key]
    with pytest.raises(TransactionManagementError):
        ready(key)


def test_a_question_that_does_not_use_what_is_given_is_refused(cast: Cast) -> None:
    with pytest.raises(TypeError, match="cannot be filled in"):
        Ready(lambda key: User.objects.all())(cast.raiser.id)


def test_what_is_worked_out_beside_a_row_comes_as_the_query_gives_it(cast: Cast) -> None:
    def question(key: Any) -> "QuerySet[Membership]":
        rows = Membership.objects.filter(partnership=key).annotate(named=F("user__name"), leads=Q(role=Role.LEAD))
        return rows.select_related("agency").order_by("pk")

    def told(rows: Iterable[Any]) -> list[tuple[Any, ...]]:
        return [(row.pk, row.named, row.leads, row.agency) for row in rows]

    found = told(Ready(question)(cast.partnership.id))
    assert found == told(question(cast.partnership.id))
    assert {(cast.lead.name, True), (cast.raiser.name, False)} <= {(name, leads) for _key, name, leads, _agency in found}


def test_moments_can_be_given_to_the_part_of_a_second(cast: Cast) -> None:
    ready: Ready[User] = Ready(lambda moment, key: User.objects.filter(joined_at__lte=moment, pk=key))
    joined = datetime(2026, 3, 2, 10, 0, 0, 7, tzinfo=UTC)
    User.objects.filter(pk=cast.raiser.id).update(joined_at=joined)
    for moment, found in ((joined, [cast.raiser]), (joined - timedelta(microseconds=1), []), (joined.astimezone(LONDON), [cast.raiser])):
        assert ready(moment, cast.raiser.id) == found


def test_days_and_any_number_of_keys_can_be_given_and_none_find_nothing(cast: Cast, django_assert_num_queries: Any) -> None:
    ready: Ready[Membership] = Ready(lambda day, *keys: Membership.objects.filter(agency__in=keys, since__lte=day).order_by("pk"))
    Membership.objects.update(since=date(2026, 3, 2))
    agencies = [cast.school.id, cast.social_care.id]
    for keys in (agencies[:1], agencies, agencies[1:]):
        assert ready(date(2026, 3, 2), *keys) == list(Membership.objects.filter(agency__in=keys).order_by("pk")) != []
        assert ready(date(2026, 3, 1), *keys) == []
    with django_assert_num_queries(0):
        assert ready(date(2026, 3, 2)) == []
