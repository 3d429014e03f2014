"""The second factor through real pages: set up, asked for, lost, and required by a role."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from agencies.errors import InvalidInput
from agencies.models import Authenticator, DirectoryEvent, Partnership, Passkey, RecoveryCode, SignInEvent, User
from agencies.required import is_required
from agencies.roles import Role
from agencies.services.identity import second_factor as service
from agencies.sign_ins import Means, SignInKind, Visit
from tests.cast import Cast
from tests.factories import PASSWORD, make_cover, make_holding, make_post, make_user
from tests.web.page import Page
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Desk:
    """Browsers at a moment that the test moves."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self.traveller, self.now = traveller, MONDAY

    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        self.traveller.move_to(self.now, tick=False)

    def code(self, secret: str = SECRET) -> str:
        """What the app shows now."""
        return pyotp.TOTP(secret).at(self.now)

    def first_step(self, user: User, going_to: str = "/directory/") -> tuple[Client, Any]:
        client = Client()
        return client, client.post("/sign-in/", {"email": user.email, "password": PASSWORD, "next": going_to})

    def with_app(self, user: User) -> User:
        """The user with an app and ten recovery codes."""
        service.add_app(user=user, secret=SECRET, code=self.code(), visit=Visit(), now=self.now)
        self.wait(30)
        return user


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield Desk(traveller)


def is_in(client: Client) -> bool:
    return client.get("/directory/").status_code == 200


def test_an_app_is_set_up_by_its_first_code_and_brings_recovery_codes(cast: Cast, desk: Desk) -> None:
    client, _ = desk.first_step(cast.lead)
    page = Page(client.get("/account/second-factor/app/").content.decode())
    secret = page.one("span", class_="c-key").text.replace(" ", "")
    assert [one.text for one in page.all("svg") if "main" in one.inside] == ["QR code for your authenticator app"]
    assert "This code is not right" in client.post("/account/second-factor/app/", {"code": "000000"}).content.decode()
    answer = Page(client.post("/account/second-factor/app/", {"code": desk.code(secret)}).content.decode())
    codes = [one.text for one in answer.all("li") if one.text.count("-") == 6]
    assert len(set(codes)) == 10
    assert secret not in Authenticator.objects.get().sealed_secret
    assert not RecoveryCode.objects.filter(digest__in=codes).exists()


def test_from_then_on_the_passphrase_alone_lets_nobody_in(cast: Cast, desk: Desk) -> None:
    client, answer = desk.first_step(desk.with_app(cast.lead))
    assert answer.url == "/sign-in/second/"
    assert not is_in(client)
    assert client.post("/sign-in/second/", {"code": desk.code()}).headers["Location"] == "/directory/"
    assert is_in(client)
    assert SignInEvent.objects.filter(kind=SignInKind.SIGNED_IN).get().means == Means.APP


def test_a_code_works_once(cast: Cast, desk: Desk) -> None:
    desk.with_app(cast.lead)
    first, second = desk.first_step(cast.lead)[0], desk.first_step(cast.lead)[0]
    first.post("/sign-in/second/", {"code": desk.code()})
    assert "was used already" in second.post("/sign-in/second/", {"code": desk.code()}).content.decode()
    assert (is_in(first), is_in(second)) == (True, False)


@pytest.mark.parametrize(("seconds", "fits"), [(-29, True), (31, True), (-90, False), (90, False)])
def test_a_clock_may_be_half_a_minute_off(desk: Desk, seconds: int, fits: bool) -> None:
    code = pyotp.TOTP(SECRET).at(MONDAY + timedelta(seconds=seconds))
    assert (service.step_of(SECRET, code, after=0, now=MONDAY) is not None) == fits


@pytest.mark.parametrize(("name", "hashed"), [("sha256", hashlib.sha256), ("sha1", hashlib.sha1)])
def test_an_app_is_asked_for_sha_256_and_taken_by_what_its_first_code_shows(cast: Cast, desk: Desk, name: str, hashed: Any) -> None:
    assert "algorithm=SHA256" in service.app_address(SECRET, cast.lead)
    shows = pyotp.TOTP(SECRET, digest=hashed)
    service.add_app(user=cast.lead, secret=SECRET, code=shows.at(desk.now), visit=Visit(), now=desk.now)
    assert Authenticator.objects.get().digest == name
    desk.wait(30)
    client, _ = desk.first_step(cast.lead)
    client.post("/sign-in/second/", {"code": shows.at(desk.now)})
    assert is_in(client)


def test_an_installation_may_refuse_apps_that_know_sha_1_alone(cast: Cast, desk: Desk, settings: Any) -> None:
    settings.CONCORD_SHA1_APPS = False
    with pytest.raises(InvalidInput, match="older method"):
        desk.with_app(cast.lead)
    newer = pyotp.TOTP(SECRET, digest=hashlib.sha256).at(desk.now)
    service.add_app(user=cast.lead, secret=SECRET, code=newer, visit=Visit(), now=desk.now)
    assert Authenticator.objects.get().digest == "sha256"


def test_after_a_change_the_same_page_ends_all_other_sessions(cast: Cast, desk: Desk) -> None:
    other, here = desk.first_step(cast.lead)[0], desk.first_step(cast.lead)[0]
    secret = Page(here.get("/account/second-factor/app/").content.decode()).one("span", class_="c-key").text.replace(" ", "")
    codes = Page(here.post("/account/second-factor/app/", {"code": desk.code(secret)}).content.decode())
    removed = Page(here.post("/account/second-factor/app/remove/", follow=True).content.decode())
    for page in (codes, removed):
        assert "You are signed in on 1 other device." in page.one("main").text
        assert "/account/sessions/end/" in [one.attrs.get("action") for one in page.all("form")]
    here.post("/account/sessions/end/")
    assert (is_in(other), is_in(here)) == (False, True)
    assert "other device" not in here.get("/account/second-factor/").content.decode()


def test_guessing_codes_is_slowed_and_shut_out(cast: Cast, desk: Desk) -> None:
    client, _ = desk.first_step(desk.with_app(cast.lead))
    for _ in range(10):
        answer = client.post("/sign-in/second/", {"code": "000000"})
    assert answer.status_code == 429
    assert client.post("/sign-in/second/", {"code": desk.code()}).status_code == 429
    assert not is_in(client)


def test_the_second_step_is_over_after_ten_minutes(cast: Cast, desk: Desk) -> None:
    client, _ = desk.first_step(desk.with_app(cast.lead))
    desk.wait(601)
    assert client.post("/sign-in/second/", {"code": desk.code()}).headers["Location"] == "/sign-in/"
    assert not is_in(client)


def test_a_recovery_code_works_once_in_any_spelling(cast: Cast, desk: Desk) -> None:
    code = service.new_codes(user=desk.with_app(cast.lead), visit=Visit(), now=desk.now)[3]
    client, _ = desk.first_step(cast.lead)
    client.post("/sign-in/second/", {"code": code.upper().replace("-", " ")})
    assert is_in(client)
    again, _ = desk.first_step(cast.lead)
    again.post("/sign-in/second/", {"code": code})
    assert not is_in(again)


def test_new_recovery_codes_end_the_old_ones(cast: Cast, desk: Desk) -> None:
    old = service.new_codes(user=desk.with_app(cast.lead), visit=Visit(), now=desk.now)[0]
    service.new_codes(user=cast.lead, visit=Visit(), now=desk.now)
    client, _ = desk.first_step(cast.lead)
    client.post("/sign-in/second/", {"code": old})
    assert not is_in(client)


# -- required by a role ------------------------------------------------------------------------------------------------


def reads(made: Any) -> int:
    """What a program is answered with this token."""
    return int(APIClient().get("/api/v1/me/", headers={"Authorization": f"Bearer {made.json()['token']}"}).status_code)


def require(partnership: Partnership, *roles: Role) -> None:
    service.set_required_roles(actor=None, partnership=partnership, roles=frozenset(roles), now=MONDAY)


def test_whoever_must_have_one_gets_no_further_than_setting_it_up(cast: Cast, desk: Desk) -> None:
    require(cast.partnership, Role.LEAD)
    client, _ = desk.first_step(cast.lead)
    for path in ("/directory/", "/account/", "/directory/people/", "/my-work/"):
        assert client.get(path).headers["Location"] == "/account/second-factor/", path
    secret = Page(client.get("/account/second-factor/app/").content.decode()).one("span", class_="c-key").text.replace(" ", "")
    client.post("/account/second-factor/app/", {"code": desk.code(secret)})
    assert is_in(client)


def test_other_roles_and_other_partnerships_are_asked_nothing(cast: Cast, desk: Desk) -> None:
    require(cast.partnership, Role.LEAD)
    assert all(is_in(desk.first_step(user)[0]) for user in (cast.raiser, cast.stranger))


def test_a_role_or_a_rule_that_comes_later_is_asked_of_whoever_is_signed_in_already(cast: Cast, desk: Desk) -> None:
    lead, _ = desk.first_step(cast.lead)
    proven = Client()
    desk.with_app(cast.receiving_lead)
    proven.post("/sign-in/", {"email": cast.receiving_lead.email, "password": PASSWORD})
    proven.post("/sign-in/second/", {"code": desk.code()})
    assert is_in(lead)
    assert is_in(proven)
    require(cast.partnership, Role.LEAD)
    assert lead.get("/directory/").headers["Location"] == "/account/second-factor/"
    assert is_in(proven)


def test_what_was_shown_counts_no_longer_once_the_last_factor_is_gone(cast: Cast, desk: Desk) -> None:
    desk.with_app(cast.lead)
    client, _ = desk.first_step(cast.lead)
    client.post("/sign-in/second/", {"code": desk.code()})
    client.post("/account/second-factor/app/remove/")
    assert not Authenticator.objects.exists()
    assert is_in(client)
    require(cast.partnership, Role.LEAD)
    assert client.get("/directory/").headers["Location"] == "/account/second-factor/"


def test_it_counts_no_longer_in_any_other_session_and_for_no_token_either_also_once_another_is_set_up(cast: Cast, desk: Desk) -> None:
    desk.with_app(cast.lead)
    client, _ = desk.first_step(cast.lead)
    client.post("/sign-in/second/", {"code": desk.code()})
    desk.wait(30)
    elsewhere, _ = desk.first_step(cast.lead)
    elsewhere.post("/sign-in/second/", {"code": desk.code()})
    desk.wait(30)
    made = token(cast.lead, code=desk.code())
    assert client.post("/account/second-factor/app/remove/").status_code == 302
    assert (is_in(elsewhere), reads(made)) == (True, 200)
    require(cast.partnership, Role.LEAD)
    assert (elsewhere.get("/directory/").status_code, reads(made)) == (302, 401)
    desk.with_app(cast.lead)
    assert (elsewhere.get("/directory/").status_code, reads(made), reads(token(cast.lead, code=desk.code()))) == (302, 401, 200)


def test_it_counts_as_long_as_another_factor_is_left(cast: Cast, desk: Desk) -> None:
    desk.with_app(cast.lead)
    client, _ = desk.first_step(cast.lead)
    client.post("/sign-in/second/", {"code": desk.code()})
    desk.wait(30)
    made = token(cast.lead, code=desk.code())
    Passkey.objects.create(user=cast.lead, label="Key", credential_id="a", attested="b", added_at=desk.now)
    client.post("/account/second-factor/app/remove/")
    require(cast.partnership, Role.LEAD)
    assert (is_in(client), reads(made)) == (True, 200)


def test_a_token_made_without_a_factor_reads_nothing_once_one_is_needed_and_one_made_with_it_does(cast: Cast, desk: Desk) -> None:
    without = token(cast.lead)
    desk.with_app(cast.receiving_lead)
    with_one = token(cast.receiving_lead, code=desk.code())
    assert (reads(without), reads(with_one)) == (200, 200)
    require(cast.partnership, Role.LEAD)
    assert (reads(without), reads(with_one)) == (401, 200)


def test_a_post_or_cover_that_brings_the_role_counts(cast: Cast, desk: Desk) -> None:
    require(cast.partnership, Role.BOARD_MEMBER)
    assert is_required(cast.receiving_board, MONDAY)
    assert not is_required(cast.receiver, MONDAY)


def test_the_last_factor_cannot_be_removed_by_whoever_must_have_one(cast: Cast, desk: Desk) -> None:
    require(cast.partnership, Role.LEAD)
    client, _ = desk.first_step(desk.with_app(cast.lead))
    client.post("/sign-in/second/", {"code": desk.code()})
    assert "Add another before" in client.post("/account/second-factor/app/remove/", follow=True).content.decode()
    require(cast.partnership)
    client.post("/account/second-factor/app/remove/")
    assert not Authenticator.objects.exists()


def test_the_keepers_name_the_roles_on_a_page(cast: Cast, desk: Desk) -> None:
    client, _ = desk.first_step(cast.administrator)
    answer = client.post("/directory/second-factor/", {"roles": ["chair", "business_unit"]}, follow=True)
    assert "Saved." in answer.content.decode()
    assert Partnership.objects.get(pk=cast.partnership.pk).second_factor_roles == ["business_unit", "chair"]
    assert DirectoryEvent.objects.first().words == "A second factor is now asked of: business unit, chair."  # type: ignore[union-attr]
    assert desk.first_step(cast.lead)[0].post("/directory/second-factor/", {"roles": []}).status_code == 403


def test_a_lost_one_is_removed_by_a_keeper_and_by_nobody_else(cast: Cast, desk: Desk) -> None:
    begun, _ = desk.first_step(cast.raiser)
    desk.with_app(cast.raiser)
    path = f"/directory/second-factor/{cast.raiser.pk}/reset/"
    assert desk.first_step(cast.lead)[0].post(path).status_code == 404
    keeper, _ = desk.first_step(cast.business_unit)
    assert "1 passkey" not in keeper.get("/directory/second-factor/").content.decode()
    unsaid = keeper.post(path, {"proof": "an e-mail"}).content.decode()
    assert ("Choose how you know that it is them" in unsaid, Authenticator.objects.count()) == (True, 1)
    assert "was removed" in keeper.post(path, {"proof": "rung_back"}, follow=True).content.decode()
    words = DirectoryEvent.objects.latest("recorded_at", "id").words
    assert words.endswith("How they proved who they are: I rang them at the telephone number that the directory holds.")
    assert not is_in(begun), "what was begun with the lost device goes on"
    assert is_in(desk.first_step(cast.raiser)[0])
    line = SignInEvent.objects.filter(user=cast.raiser, kind=SignInKind.FACTOR_REMOVED).get()
    assert line.by == cast.business_unit


def test_a_new_partnership_asks_everybody_in_production_until_its_keepers_name_the_roles(settings: Any) -> None:
    assert service.required_at_first() == []
    settings.CONCORD_SECOND_FACTOR_FOR_ALL = True
    keeper = User.objects.create_superuser("keeper@example.org", PASSWORD, name="Keeper")
    client = Client()
    client.force_login(keeper)
    page = Page(client.get("/administration/agencies/partnership/add/").content.decode())
    given = {one.attrs["name"]: one.attrs.get("value", "") for one in page.all("input") if one.attrs.get("type") != "submit" and "name" in one.attrs}
    given |= {"name": "New Partnership", "slug": "new-partnership", "nation": "scotland"}
    assert client.post("/administration/agencies/partnership/add/", given).status_code == 302
    made = Partnership.objects.get(slug="new-partnership")
    assert set(made.second_factor_roles) == set(Role.values)
    # The administration has no say in it, and reads nothing of what is sent: its keepers name the roles, on their page alone.
    where = f"/administration/agencies/partnership/{made.pk}/change/"
    for sent in ("[]", "[" * 200_000, r'"\ud800"', "9" * 5_000, "NaN"):
        assert client.post(where, given | {"second_factor_roles": sent}).status_code == 302, sent[:20]
    made.refresh_from_db()
    assert set(made.second_factor_roles) == set(Role.values)


# -- programs and the administration -----------------------------------------------------------------------------------


def token(user: User, **more: str) -> Any:
    return APIClient().post("/api/v1/token/", {"email": user.email, "passphrase": PASSWORD, **more}, format="json")


def test_a_program_sends_the_code_as_well(cast: Cast, desk: Desk) -> None:
    desk.with_app(cast.lead)
    assert list(token(cast.lead).json()["errors"]) == ["code"]
    assert list(token(cast.lead, code="000000").json()["errors"]) == ["code"]
    assert token(cast.lead, code=desk.code()).status_code == 201


def test_a_program_is_refused_where_a_factor_is_needed_and_none_is_there(cast: Cast, desk: Desk) -> None:
    require(cast.partnership, Role.LEAD)
    assert "set one up first" in token(cast.lead).json()["errors"]["code"][0]


def test_the_administration_has_no_door_of_its_own(cast: Cast, desk: Desk, settings: Any) -> None:
    keeper = User.objects.create_superuser("keeper@example.org", PASSWORD, name="Keeper")
    settings.CONCORD_STAFF_NEED_SECOND_FACTOR = True
    assert Client().post("/administration/login/", {"username": keeper.email, "password": PASSWORD}).headers["Location"].startswith("/sign-in/?next=")
    client, _ = desk.first_step(keeper, "/administration/")
    assert client.get("/administration/").headers["Location"] == "/account/second-factor/"


def test_the_page_lists_whom_a_post_or_cover_alone_requires_to_have_one_as_signing_in_does(desk: Desk, cast: Cast) -> None:
    """A deputy in the lead's post without any role, a colleague who covers for the lead, and the lead; nobody else is asked."""
    Partnership.objects.filter(pk=cast.partnership.pk).update(second_factor_roles=[Role.LEAD])
    deputy = make_user("Deputy By Post")
    make_holding(make_post(cast.school, 3, "Safeguarding office", is_lead=True), deputy, rank=1)
    make_cover(cast.lead, cast.colleague, MONDAY.date(), MONDAY.date())
    client = Client()
    client.force_login(cast.business_unit, backend="agencies.backend.AccountBackend")
    rows = Page(client.get("/directory/second-factor/").content.decode()).all("div", **{"class": "govuk-summary-list__row"})
    marked = {row.text for row in rows if "Needs one" in row.text}
    names = {user.name for user in User.objects.all() if is_required(user, MONDAY)}
    assert {name for name in names if any(words.startswith(name) for words in marked)} == names
    assert len(marked) == len(names)
    assert names >= {deputy.name, cast.colleague.name, cast.lead.name}
    assert cast.raiser.name not in names
