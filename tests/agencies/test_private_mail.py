"""Providers of private mailboxes: a shipped list, to which those who keep directory or installation add for a partnership; the record says so."""

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import DirectoryEvent, PrivateMailProvider, User
from agencies.private_mail import is_private_provider
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def add(cast: Cast, domain: str) -> str:
    """What the administration's page says of it; nothing where it was taken."""
    desk = Client()
    desk.force_login(User.objects.get_or_create(email="keeper@example.org", defaults={"is_staff": True, "is_superuser": True})[0])
    sent = {"partnership": str(cast.partnership.pk), "domain": domain, "source": "The business unit"}
    answer = desk.post(reverse("admin:agencies_privatemailprovider_add"), sent)
    return answer.content.decode() if answer.status_code == 200 else ""


def test_one_that_is_added_counts_at_once_for_its_partnership_and_the_record_says_so(cast: Cast) -> None:
    place, other = cast.partnership.pk, cast.elsewhere.pk
    assert is_private_provider("gmail.com", place)
    assert not is_private_provider("mail.example", place)
    assert add(cast, "Mail.Example") == ""
    assert (is_private_provider("mail.example", place), is_private_provider("mail.example", other)) == (True, False)
    assert DirectoryEvent.objects.get().words == "Private mail provider mail.example added in the administration."


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("gmail.com", "gmail.com is among the shipped ones already"),
        ("somebody@mail.example", "Enter only what stands behind the @"),
        ("MAIL.example", "already exists"),
    ],
)
def test_one_that_is_there_or_is_none_is_refused_where_it_was_typed(cast: Cast, domain: str, words: str) -> None:
    PrivateMailProvider.objects.create(partnership=cast.partnership, domain="mail.example")
    assert words in add(cast, domain)
    assert not DirectoryEvent.objects.exists()


def test_the_unit_adds_one_on_its_page_and_takes_it_out_again(cast: Cast) -> None:
    place, unit, page = cast.partnership.pk, Client(), reverse("mail-providers")
    unit.force_login(cast.business_unit)
    unit.post(page, {"domain": "@Mail.Example", "source": "A lead"})
    assert is_private_provider("mail.example", place)
    assert "Asked for by A lead" in unit.get(page).content.decode()
    unit.post(reverse("mail-provider-remove", args=[PrivateMailProvider.objects.get().pk]))
    assert not is_private_provider("mail.example", place)
    lines = DirectoryEvent.objects.order_by("recorded_at", "id").values_list("words", "actor")
    assert list(lines) == [
        ("Private mail provider mail.example was added. Asked for by A lead.", cast.business_unit.pk),
        ("Private mail provider mail.example was taken out.", cast.business_unit.pk),
    ]


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("", "Enter what stands behind the @ of its addresses"),
        ("Gmail.com", "gmail.com is among the shipped ones already"),
        ("somebody@mail.example", "Enter only what stands behind the @"),
        ("mail", "Enter only what stands behind the @"),
        ("MAIL.example", "mail.example was entered already"),
    ],
)
def test_on_the_page_too_it_is_refused_where_it_was_typed(cast: Cast, domain: str, words: str) -> None:
    PrivateMailProvider.objects.create(partnership=cast.partnership, domain="mail.example")
    unit = Client()
    unit.force_login(cast.business_unit)
    answer = unit.post(reverse("mail-providers"), {"domain": domain, "source": ""})
    assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert not DirectoryEvent.objects.exists()
