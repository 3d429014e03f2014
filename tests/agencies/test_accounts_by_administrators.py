"""What an administrator does to somebody else's account stands on record: changes in the administration, and signing somebody out."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import DirectoryEvent, SignInEvent, User
from agencies.sign_ins import SignInKind
from tests.agencies.test_sessions import browser, is_in
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(cast: Cast) -> User:
    return User.objects.create_superuser("keeper@example.org", PASSWORD, name="Keeper")


@pytest.fixture
def desk(keeper: User) -> Client:
    client = Client()
    client.force_login(keeper)
    return client


def save(desk: Client, user: User, **changed: Any) -> int:
    """The account's form as it stands, some fields changed; a switch that is off is not sent."""
    fields = {name: getattr(user, name) for name in ("email", "name", "phone", "is_active", "is_staff", "is_superuser")} | changed
    sent = {name: value for name, value in fields.items() if value is not False}
    return desk.post(reverse("admin:agencies_user_change", args=[user.pk]), sent).status_code


def lines() -> list[str]:
    return list(DirectoryEvent.objects.order_by("recorded_at", "id").values_list("words", flat=True))


def test_another_address_and_a_staff_flag_are_lines_of_the_directorys_record(cast: Cast, desk: Client, keeper: User) -> None:
    old = cast.lead.email
    assert save(desk, cast.lead, email="P.Nair@example.org", is_staff=True) == 302
    assert lines() == [
        f"The e-mail address of Priya Nair was changed from {old} to p.nair@example.org in the administration.",
        "Priya Nair now has access to the installation’s administration.",
    ]
    assert set(DirectoryEvent.objects.values_list("actor", "partnership")) == {(keeper.pk, cast.partnership.pk)}


def test_the_person_sees_that_their_account_was_changed(cast: Cast, desk: Client) -> None:
    save(desk, cast.lead, phone="0117 900 0003")
    assert "The account was changed by an administrator" in browser(cast.lead).get("/account/").content.decode()


def test_an_account_without_a_place_in_a_partnership_has_its_line_too(cast: Cast, desk: Client, keeper: User) -> None:
    save(desk, cast.nobody, is_superuser=True)
    line = SignInEvent.objects.get(kind=SignInKind.ACCOUNT_CHANGED)
    assert (line.user, line.by) == (cast.nobody, keeper)
    assert lines() == []


def test_a_name_that_would_be_shown_in_another_order_is_refused_there(cast: Cast, desk: Client) -> None:
    assert save(desk, cast.lead, name="Priya \u202eriaN") == 200
    assert lines() == []


def test_saving_without_a_change_writes_nothing(cast: Cast, desk: Client) -> None:
    save(desk, cast.lead)
    assert lines() == []
    assert not SignInEvent.objects.filter(kind=SignInKind.ACCOUNT_CHANGED).exists()


def test_an_account_that_is_closed_there_is_out_at_once(cast: Cast, desk: Client) -> None:
    page, program = browser(cast.lead), Caller(cast.lead).client
    save(desk, cast.lead, is_active=False)
    assert lines() == ["The account of Priya Nair was closed in the administration."]
    assert (is_in(page), program.get("/api/v1/me/").status_code) == (False, 401)


def test_a_keeper_signs_somebody_out_everywhere_and_the_account_stays_open(cast: Cast) -> None:
    page, program = browser(cast.raiser), Caller(cast.raiser).client
    answer = browser(cast.administrator).post(reverse("sessions-end-of", args=[cast.raiser.pk]), follow=True)
    assert "Aled Morgan was signed out everywhere: 1 session and 1 token." in answer.content.decode()
    assert (is_in(page), program.get("/api/v1/me/").status_code, is_in(browser(cast.raiser))) == (False, 401, True)
    assert SignInEvent.objects.get(user=cast.raiser, kind=SignInKind.SESSION_ENDED).by == cast.administrator
    assert lines() == ["Aled Morgan was signed out everywhere: 1 session and 1 token."]


def test_nobody_else_ends_somebodys_sessions(cast: Cast) -> None:
    page = browser(cast.raiser)
    assert browser(cast.lead).post(reverse("sessions-end-of", args=[cast.raiser.pk])).status_code == 404
    assert browser(cast.business_unit).post(reverse("sessions-end-of", args=[cast.business_unit.pk])).status_code == 403
    assert is_in(page)
