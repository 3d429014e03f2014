"""Two at once, on a real PostgreSQL: of the last two of the business unit who sit in no agency one goes, and the other's end waits and is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from threading import Event

import pytest
from django.db import connections, transaction

from agencies.errors import InvalidInput
from agencies.models import Membership, User
from agencies.roles import Role
from agencies.services.accounts import close_account
from agencies.services.apart import closed_to_unit
from agencies.services.members import end_membership
from tests.cast import Cast
from tests.factories import make_member, make_user
from tests.world import MONDAY

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
Act = Callable[[User, User], object]


def ends(actor: User, user: User) -> None:
    end_membership(actor=actor, membership=Membership.objects.get(user=user, agency=None), now=MONDAY)


def closes(actor: User, user: User) -> None:
    close_account(actor=actor, user=user, now=MONDAY)


@pytest.mark.parametrize(("first", "second"), [(ends, ends), (ends, closes), (closes, ends), (closes, closes)])
def test_the_last_two_who_are_apart_do_not_go_at_the_same_moment(cast: Cast, first: Act, second: Act) -> None:
    manager, other = cast.business_manager, make_user("Third Unit")
    make_member(manager, cast.school, Role.PRACTITIONER)
    make_member(other, cast.partnership, Role.BUSINESS_UNIT)
    is_done, may_commit = Event(), Event()

    def goes_first() -> None:
        try:
            with transaction.atomic():
                first(manager, cast.business_unit)
                is_done.set()
                may_commit.wait(20)
        finally:
            connections.close_all()

    def goes_second() -> None:
        try:
            second(manager, other)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        gone = pool.submit(goes_first)
        assert is_done.wait(5), gone.result()
        refused = pool.submit(goes_second)
        with pytest.raises(TimeoutError):
            refused.result(timeout=0.3)
        may_commit.set()
        gone.result(timeout=20)
        with pytest.raises(InvalidInput, match="Everybody of the business unit would then sit in Hillside School"):
            refused.result(timeout=20)
    assert closed_to_unit(cast.partnership.pk, MONDAY.date()) == frozenset()
