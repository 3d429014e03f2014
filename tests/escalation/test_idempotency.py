"""A call that is sent again is done once."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from agencies.errors import Conflict, InvalidInput
from agencies.models import User
from escalation.models import RememberedCall
from escalation.services import idempotency
from escalation.services.idempotency import Answer, KeyReused, StillBeingDone, digest_of, once, once_in_turn
from tests.factories import make_user
from tests.world import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
ONE = digest_of("POST /a/", b"{}")
FIRST = Answer(201, {"reference": "ESC-7K3M2Q"})


@pytest.fixture
def user() -> User:
    return make_user()


def at_once(user: UUID, key: str, digest: str, act: Callable[[], Answer], *, now: datetime) -> Answer:
    """What needs no time before it writes."""
    return once(user, key, digest, nullcontext(act), now=now)


def never() -> Answer:
    raise AssertionError("it was done again")


def test_a_new_call_is_done(user: User) -> None:
    assert at_once(user.pk, "k", ONE, lambda: FIRST, now=MONDAY) == FIRST


def test_the_same_call_gets_its_first_answer(user: User) -> None:
    at_once(user.pk, "k", ONE, lambda: FIRST, now=MONDAY)
    assert at_once(user.pk, "k", ONE, never, now=MONDAY) == Answer(201, {"reference": "ESC-7K3M2Q"}, is_replay=True)


def test_the_same_call_of_another_person_is_another_call(user: User) -> None:
    at_once(user.pk, "k", ONE, lambda: FIRST, now=MONDAY)
    assert not at_once(make_user().pk, "k", ONE, lambda: FIRST, now=MONDAY).is_replay


@pytest.mark.parametrize("other", [digest_of("POST /b/", b"{}"), digest_of("POST /a/", b"[]")])
def test_another_address_or_body_under_the_same_key_is_refused(user: User, other: str) -> None:
    at_once(user.pk, "k", ONE, lambda: FIRST, now=MONDAY)
    with pytest.raises(KeyReused):
        at_once(user.pk, "k", other, never, now=MONDAY)


def test_while_the_first_is_being_done_the_second_is_told_so(user: User) -> None:
    def sends_it_again() -> Answer:
        with pytest.raises(Conflict, match="still being done"):
            at_once(user.pk, "k", ONE, never, now=MONDAY)
        return FIRST

    assert at_once(user.pk, "k", ONE, sends_it_again, now=MONDAY) == FIRST


def test_what_a_refused_call_did_is_undone_and_its_key_is_free(user: User) -> None:
    def changes_its_mind() -> Answer:
        make_user("Nobody Else")
        raise InvalidInput("No.")

    with pytest.raises(InvalidInput):
        at_once(user.pk, "k", ONE, changes_its_mind, now=MONDAY)
    assert not User.objects.filter(name="Nobody Else").exists()
    assert at_once(user.pk, "k", ONE, lambda: FIRST, now=MONDAY) == FIRST


def test_what_needs_time_is_done_before_the_transaction_once_and_left_after_it(user: User) -> None:
    said: list[tuple[str, int]] = []

    def act() -> Answer:
        said.append(("done", len(connection.savepoint_ids)))
        return FIRST

    @contextmanager
    def ready() -> Iterator[Callable[[], Answer]]:
        said.append(("entered", len(connection.savepoint_ids)))
        try:
            yield act
        finally:
            said.append(("left", len(connection.savepoint_ids)))

    outside = len(connection.savepoint_ids)
    assert [once(user.pk, "k", ONE, ready(), now=MONDAY).is_replay for _ in range(2)] == [False, True]
    assert said == [("entered", outside), ("done", outside + 1), ("left", outside)]


def test_a_key_is_free_again_where_nothing_was_ready(user: User) -> None:
    @contextmanager
    def unready() -> Iterator[Callable[[], Answer]]:
        raise InvalidInput("No.")
        yield never

    with pytest.raises(InvalidInput):
        once(user.pk, "k", ONE, unready(), now=MONDAY)
    assert at_once(user.pk, "k", ONE, lambda: FIRST, now=MONDAY) == FIRST


@pytest.mark.parametrize(("seconds", "is_done"), [(119, False), (120, True)])
def test_a_call_whose_process_died_may_be_taken_up_after_two_minutes(user: User, seconds: int, is_done: bool) -> None:
    RememberedCall.objects.create(user=user, key="k", digest=ONE, started_at=MONDAY)
    later = MONDAY + timedelta(seconds=seconds)
    if is_done:
        assert at_once(user.pk, "k", ONE, lambda: FIRST, now=later) == FIRST
    else:
        with pytest.raises(Conflict):
            at_once(user.pk, "k", ONE, never, now=later)


def test_after_a_day_a_call_is_forgotten(user: User) -> None:
    at_once(user.pk, "k", ONE, lambda: FIRST, now=MONDAY)
    at_once(make_user().pk, "other", ONE, lambda: FIRST, now=MONDAY + timedelta(days=1))
    assert not RememberedCall.objects.filter(user=user).exists()


def test_who_waits_is_given_the_first_ones_answer_and_goes_ahead_where_it_was_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    for ended, replay in ((lambda row: row.update(status=302, answer={"to": "/d/"}), True), (lambda row: row.delete(), False)):
        RememberedCall.objects.all().delete()
        RememberedCall.objects.create(user=user, key="k", digest=ONE, started_at=MONDAY)
        monkeypatch.setattr(time, "sleep", lambda _seconds, end=ended: end(RememberedCall.objects.all()))
        assert once_in_turn(user.pk, "k", ONE, nullcontext(lambda: FIRST), now=MONDAY).is_replay == replay


def test_who_has_waited_long_enough_is_told_to_send_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    RememberedCall.objects.create(user=user, key="k", digest=ONE, started_at=MONDAY)
    monkeypatch.setattr(idempotency, "PATIENCE_SECONDS", -1)
    with pytest.raises(StillBeingDone):
        once_in_turn(user.pk, "k", ONE, nullcontext(never), now=MONDAY)
