"""The one door for a passphrase: who passes, who waits, who is shut out, and what is kept of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2PasswordHasher
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from agencies.models import SignInEvent, TryCount
from agencies.services.identity import tries
from agencies.services.identity.events import forget_old, note
from agencies.services.identity.signing_in import TooManyTries, Tried, WrongPassphrase, check_passphrase, in_words
from agencies.services.passphrases import set_new_passphrase
from agencies.sign_ins import SignInKind, Visit
from config.settings import base
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
OFFICE = Visit("203.0.113.9", "Firefox on Windows")
SECOND = timedelta(seconds=1)


class Door:
    """Somebody who tries passphrases; `now` is moved by hand."""

    def __init__(self) -> None:
        self.now = MONDAY

    def knock(self, email: str, passphrase: str = "wrong", visit: Visit = OFFICE) -> str:
        """in, wrong, or the seconds to wait. A moment passes with each."""
        self.now += timedelta(microseconds=1)
        try:
            check_passphrase(Tried(email, passphrase), visit, now=self.now)
        except WrongPassphrase:
            return "wrong"
        except TooManyTries as error:
            return str(error.seconds)
        return "in"

    def patiently(self, email: str, times: int) -> list[str]:
        """Wrong tries, each after waiting as long as was asked for."""
        answers = []
        for _ in range(times):
            answers.append(self.knock(email))
            self.now += timedelta(seconds=61)
        return answers


@pytest.fixture
def door() -> Iterator[Door]:
    with time_machine.travel(MONDAY, tick=False):
        yield Door()


def test_four_tries_are_free_and_each_further_one_must_wait_twice_as_long(cast: Cast, door: Door) -> None:
    assert [door.knock(cast.lead.email) for _ in range(9)] == ["wrong"] * 5 + ["4", "8", "16", "32"]


def test_who_waits_may_try_again(cast: Cast, door: Door) -> None:
    for _ in range(6):
        door.knock(cast.lead.email)
    door.now += 3 * SECOND
    assert door.knock(cast.lead.email, PASSWORD) == "8"
    door.now += 8 * SECOND
    assert door.knock(cast.lead.email, PASSWORD) == "in"


def test_ten_tries_shut_the_door_however_patient(cast: Cast, door: Door) -> None:
    assert door.patiently(cast.lead.email, 10) == ["wrong"] * 9 + ["900"]
    assert door.knock(cast.lead.email, PASSWORD) == str(900 - 61)


def test_it_opens_again_after_a_quarter_of_an_hour_however_often_it_was_tried(cast: Cast, door: Door) -> None:
    for _ in range(30):
        door.knock(cast.lead.email)
    door.now += timedelta(minutes=15)
    assert door.knock(cast.lead.email, PASSWORD) == "in"


def test_an_address_without_an_account_is_answered_alike(cast: Cast, door: Door) -> None:
    known = [door.knock(cast.lead.email) for _ in range(12)]
    assert [door.knock("nobody@example.org", visit=Visit("203.0.113.10")) for _ in range(12)] == known


def test_an_address_without_an_account_costs_the_same_work(cast: Cast, door: Door, settings: Any) -> None:
    def work(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            door.knock(email)
        return [query["sql"].split(" ")[0] for query in captured.captured_queries]

    work("first@example.org")
    cast.nobody.is_active = False
    cast.nobody.save()
    assert work("nobody@example.org") == work(cast.lead.email) == work(cast.nobody.email)


def test_an_address_without_an_account_costs_as_much_hashing(cast: Cast, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes longest, and so what a clock would tell: one passphrase is hashed, whether there is an account, a closed one or none."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return str(encode(hasher, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    cast.nobody.is_active = False
    cast.nobody.save()
    found = {}
    for email in ("nobody@example.org", cast.lead.email, cast.nobody.email):
        hashed.clear()
        door.knock(email, "a guess")
        found[email] = list(hashed)
    assert list(found.values()) == [["a guess"]] * 3


@pytest.fixture
def hashed_slowly(settings: Any) -> None:
    """As in production: the tests hash quickly elsewhere."""
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS


@pytest.mark.usefixtures("hashed_slowly")
def test_a_passphrase_is_kept_by_argon2_and_one_that_was_kept_otherwise_so_once_it_is_used(cast: Cast, door: Door) -> None:
    cast.lead.set_password(PASSWORD)
    assert cast.lead.password.startswith("argon2$argon2id$")
    cast.lead.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1_000)
    cast.lead.save()
    assert door.knock(cast.lead.email, PASSWORD) == "in"
    cast.lead.refresh_from_db()
    assert cast.lead.password.startswith("argon2$argon2id$")


def test_guessing_from_many_places_counts_together(cast: Cast, door: Door) -> None:
    for number in range(10):
        door.knock(cast.lead.email, visit=Visit(f"203.0.113.{number}"))
    assert door.knock(cast.lead.email, PASSWORD, Visit("198.51.100.1")) == "900"


def test_one_place_that_tries_many_accounts_is_slowed(cast: Cast, door: Door) -> None:
    answers = [door.knock(f"somebody.{number}@example.org") for number in range(33)]
    assert answers[:31] == ["wrong"] * 31
    assert set(answers[31:]) != {"wrong"}
    assert door.knock(cast.lead.email, PASSWORD, Visit("198.51.100.1")) == "in"


def test_whoever_tries_without_a_pause_does_not_keep_the_others_of_an_office_out(cast: Cast, door: Door) -> None:
    """At most thirty seconds after the last try that counted, the next one does, however many came too soon meanwhile."""
    for number in range(tries.ADDRESS.free + 8):
        tries.take(tries.ADDRESS, OFFICE.address, now=MONDAY + number * SECOND)
    last = MONDAY + timedelta(minutes=2)
    assert not tries.take(tries.ADDRESS, OFFICE.address, now=last).wait
    for seconds in (5, 15, 25):
        assert tries.take(tries.ADDRESS, OFFICE.address, now=last + seconds * SECOND).seconds == 30 - seconds
    assert door.knock(cast.lead.email, PASSWORD) != "in"
    door.now = last + 30 * SECOND
    assert door.knock(cast.lead.email, PASSWORD) == "in"


def test_spraying_from_one_line_is_slowed_whichever_of_its_addresses_it_uses(cast: Cast) -> None:
    waits = [tries.take(tries.ADDRESS, f"2001:db8:1:2::{number:x}", now=MONDAY).wait for number in range(tries.ADDRESS.free + 2)]
    assert waits[0] == timedelta(0) < waits[-1]


def test_the_right_passphrase_begins_the_count_anew(cast: Cast, door: Door) -> None:
    for _ in range(4):
        door.knock(cast.lead.email)
    assert door.knock(cast.lead.email, PASSWORD) == "in"
    assert [door.knock(cast.lead.email) for _ in range(4)] == ["wrong"] * 4


def test_a_new_passphrase_opens_the_door(cast: Cast, door: Door) -> None:
    for _ in range(10):
        door.knock(cast.lead.email)
    set_new_passphrase(user=cast.lead, passphrase="heron lamp seven violin", visit=OFFICE, now=MONDAY)
    assert door.knock(cast.lead.email, "heron lamp seven violin") == "in"


def test_what_is_counted_names_nobody(cast: Cast, door: Door) -> None:
    door.knock(cast.lead.email)
    assert all(len(row.key) == 64 for row in TryCount.objects.all())
    assert TryCount.objects.count() == 2


def test_old_counts_are_forgotten(cast: Cast, door: Door) -> None:
    door.knock(cast.lead.email)
    assert tries.forget_old_tries(MONDAY + timedelta(minutes=14)) == 0
    assert tries.forget_old_tries(MONDAY + timedelta(minutes=16)) == 2


def test_each_try_is_a_line_without_what_was_typed(cast: Cast, door: Door) -> None:
    door.knock(cast.lead.email, "a-secret-typed-wrong")
    door.knock("my-passphrase@example.org")
    known, unknown = SignInEvent.objects.order_by("recorded_at", "id")
    assert (known.user, known.kind, known.address, known.device) == (cast.lead, SignInKind.REFUSED, "203.0.113.9", "Firefox on Windows")
    assert (unknown.user, unknown.kind) == (None, SignInKind.REFUSED)
    assert "secret" not in str(known.__dict__) + str(unknown.__dict__)


def test_tries_at_a_shut_door_are_not_written_down_without_end(cast: Cast, door: Door) -> None:
    for _ in range(40):
        door.knock(cast.lead.email)
    kinds = list(SignInEvent.objects.order_by("recorded_at", "id").values_list("kind", flat=True))
    assert kinds == [SignInKind.REFUSED] * 5 + [SignInKind.TOO_SOON] * 4 + [SignInKind.LOCKED]


@pytest.mark.parametrize("how", ["update", "delete"])
def test_the_database_refuses_to_change_or_remove_a_line(cast: Cast, how: str) -> None:
    line = note(SignInKind.SIGNED_IN, cast.lead, OFFICE, now=MONDAY)
    rows = SignInEvent.objects.filter(pk=line.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(device="x") if how == "update" else rows.delete()


def test_a_line_of_two_years_ago_may_go(cast: Cast) -> None:
    note(SignInKind.SIGNED_IN, cast.lead, OFFICE, now=MONDAY - timedelta(days=1100))
    note(SignInKind.SIGNED_IN, cast.lead, OFFICE, now=MONDAY)
    assert forget_old(MONDAY) == 1
    assert SignInEvent.objects.get().recorded_at == MONDAY


@pytest.mark.parametrize(("seconds", "words"), [(1, "1 second"), (32, "32 seconds"), (119, "119 seconds"), (121, "3 minutes"), (900, "15 minutes")])
def test_a_wait_is_said_as_people_say_it(seconds: int, words: str) -> None:
    assert in_words(seconds) == words
