"""Signing in and out for programs."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from agencies.models import ApiToken
from agencies.services.accounts import close_account
from agencies.services.tokens import make_token, note_use
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.world import MONDAY, london

pytestmark = pytest.mark.django_db
WRONG = "The e-mail address and passphrase do not match an account, or the account is closed"


def sign_in(email: str, passphrase: str = PASSWORD, **more: object) -> Any:
    return APIClient().post("/api/v1/token/", {"email": email, "passphrase": passphrase, **more}, format="json")


def test_the_right_passphrase_gives_a_token_that_works(cast: Cast) -> None:
    answer = sign_in(cast.raiser.email)
    assert answer.status_code == 201
    client = APIClient(headers={"Authorization": f"Bearer {answer.json()['token']}"})
    assert client.get("/api/v1/me/").json()["name"] == "Aled Morgan"


def test_the_address_may_be_typed_in_capitals(cast: Cast) -> None:
    assert sign_in(cast.raiser.email.upper()).status_code == 201


def test_the_token_itself_is_stored_nowhere(cast: Cast) -> None:
    secret = sign_in(cast.raiser.email).json()["token"]
    row = ApiToken.objects.get()
    assert secret not in {row.digest, row.passphrase_mark, row.label}
    assert len(row.digest) == 64


def test_an_unknown_address_is_refused_in_the_same_words(cast: Cast) -> None:
    assert sign_in("aled@elsewhere.example").json()["detail"] == WRONG


def test_what_is_no_address_is_refused_beside_its_field(cast: Cast) -> None:
    assert list(sign_in("aled.morgan").json()["errors"]) == ["email"]


def test_a_wrong_passphrase_is_refused_in_the_words_of_the_page(cast: Cast) -> None:
    answer = sign_in(cast.raiser.email, "not-the-passphrase")
    assert (answer.status_code, answer.json()["detail"]) == (401, WRONG)


def test_a_closed_account_is_refused(cast: Cast) -> None:
    cast.raiser.is_active = False
    cast.raiser.save()
    assert sign_in(cast.raiser.email).json()["detail"] == WRONG


def test_after_ten_wrong_passphrases_the_right_one_does_not_help(cast: Cast) -> None:
    for _ in range(10):
        sign_in(cast.raiser.email, "not-the-passphrase")
    answer = sign_in(cast.raiser.email)
    assert (answer.status_code, answer.headers["Content-Type"]) == (429, "application/json")
    assert int(answer.headers["Retry-After"]) >= 900
    assert not ApiToken.objects.exists()


def test_signing_in_too_often_from_one_address_is_slowed(cast: Cast) -> None:
    answers = [sign_in(f"somebody.{n}@example.org").status_code for n in range(21)]
    assert answers[-2:] == [401, 429]


def test_an_expired_token_is_refused(cast: Cast) -> None:
    caller = Caller(cast.raiser)
    with time_machine.travel(london("2026-04-01 11:01")):
        answer = caller.get("me/")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Concord"')


def test_a_token_works_until_its_last_moment(cast: Cast) -> None:
    caller = Caller(cast.raiser)
    with time_machine.travel(london("2026-04-01 09:59")):
        assert caller.get("me/").status_code == 200


def test_closing_the_account_ends_its_tokens_at_once(cast: Cast) -> None:
    caller = Caller(cast.raiser)
    cast.raiser.is_active = False
    cast.raiser.save()
    assert caller.get("me/").status_code == 401


def test_an_account_that_is_opened_again_does_not_bring_its_tokens_back(cast: Cast) -> None:
    caller = Caller(cast.raiser)
    close_account(actor=None, user=cast.raiser, now=MONDAY)
    cast.raiser.is_active = True
    cast.raiser.save()
    assert caller.get("me/").status_code == 401


def test_a_new_passphrase_ends_every_token(cast: Cast) -> None:
    caller = Caller(cast.raiser)
    cast.raiser.set_password("another-long-passphrase")
    cast.raiser.save()
    assert caller.get("me/").status_code == 401


def test_an_ended_token_is_refused(cast: Cast) -> None:
    caller = Caller(cast.raiser)
    assert caller.client.delete("/api/v1/token/").status_code == 204
    assert caller.get("me/").status_code == 401


def test_ending_a_token_leaves_the_others(cast: Cast) -> None:
    one, other = Caller(cast.raiser), Caller(cast.raiser)
    one.client.delete("/api/v1/token/")
    assert other.get("me/").status_code == 200


def test_a_token_for_reading_reads_and_does_not_write(cast: Cast) -> None:
    caller = Caller(cast.raiser, is_read_only=True)
    assert caller.get("disputes/").status_code == 200
    assert caller.post("disputes/").status_code == 403


def test_a_token_for_reading_can_be_ended(cast: Cast) -> None:
    assert Caller(cast.raiser, is_read_only=True).client.delete("/api/v1/token/").status_code == 204


@pytest.mark.parametrize("days", [0, 91, 10**30, "soon", True])
def test_a_token_lasts_from_one_day_to_ninety(cast: Cast, days: object) -> None:
    answer = sign_in(cast.raiser.email, days=days)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["days"])


def test_the_twenty_first_token_ends_the_oldest(cast: Cast) -> None:
    first = make_token(cast.raiser, now=MONDAY).row
    for minute in range(1, 21):
        make_token(cast.raiser, now=MONDAY.replace(minute=minute))
    assert ApiToken.objects.count() == 20
    assert not ApiToken.objects.filter(pk=first.pk).exists()


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", "Bearer é\x01", "bearer concord_" + "a" * 5000])
def test_what_is_no_token_is_answered_with_401(cast: Cast, header: str) -> None:
    answer = APIClient(headers={"Authorization": header}).get("/api/v1/me/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_use_is_noted_once_an_hour_of_a_token_that_was_read_before_too(cast: Cast, django_assert_num_queries: Any) -> None:
    token = make_token(cast.raiser, now=MONDAY).row
    for minutes, queries in ((0, 1), (30, 0), (60, 1)):
        with django_assert_num_queries(queries):
            note_use(token, now=MONDAY + timedelta(minutes=minutes))


def test_use_is_noted_once_an_hour(cast: Cast) -> None:
    caller = Caller(cast.raiser)
    caller.get("me/")
    with time_machine.travel(london("2026-03-02 10:30")):
        caller.get("me/")
    assert ApiToken.objects.get().last_used_at == MONDAY
