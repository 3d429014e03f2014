"""Whoever only practised until then begins anew with their first place among real people, by whatever door it is given."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from agencies.models import (
    ApiToken,
    AskedLink,
    Authenticator,
    DirectoryEvent,
    ExternalIdentity,
    Passkey,
    RecoveryCode,
    Session,
    SignInEvent,
    User,
)
from agencies.roles import Role
from agencies.services.accounts import invite, note_account_change
from agencies.services.directory_import import import_files
from agencies.services.members import give_role
from agencies.services.new_agency import NewAgency, add_agency
from agencies.services.passphrases import ask_for_link, practice_links, send_asked_links, user_behind
from agencies.services.tokens import make_token
from agencies.sign_ins import SignInKind, Visit
from tests.cast import Cast, build_cast
from tests.factories import PASSWORD, make_member, make_user
from tests.world import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
LINE = "Aled Morgan only practised until now: what opened their account has ended, and they are invited to set a new passphrase."


@pytest.fixture
def trained(db: None) -> Cast:
    """The cast, in a partnership to practise in; its raiser is signed in, and has all that opens an account."""
    cast = build_cast(is_practice=True)
    open_every_way(cast.raiser)
    return cast


@pytest.fixture
def real(trained: Cast) -> Cast:
    return build_cast()


def open_every_way(user: User) -> None:
    assert Client().post("/sign-in/", {"email": user.email, "password": PASSWORD}).status_code == 302
    make_token(user, now=MONDAY)
    Authenticator.objects.create(user=user, sealed_secret="x", added_at=MONDAY)
    Passkey.objects.create(user=user, label="Key", credential_id="a", attested="b", added_at=MONDAY)
    RecoveryCode.objects.create(user=user, digest="d")
    ExternalIdentity.objects.create(user=user, issuer="https://i.example", subject="s", linked_at=MONDAY)


def ways(user: User) -> int:
    """How many rows open the account, or keep it open, beside the passphrase."""
    return sum(
        model._default_manager.filter(user=user).count() for model in (Authenticator, Passkey, RecoveryCode, ExternalIdentity, ApiToken, Session)
    )


def people_csv(user: User) -> str:
    return f"email,name,agency,role\n{user.email},{user.name},hillside-school,practitioner\n"


def by_page(real: Cast, user: User) -> None:
    invite(actor=real.lead, email=user.email, name=user.name, place=real.school, role=Role.PRACTITIONER, now=MONDAY)


def by_server(real: Cast, user: User) -> None:
    give_role(actor=None, user=user, place=real.partnership, role=Role.MEDIATOR, now=MONDAY)


def by_import(real: Cast, user: User) -> None:
    import_files({"people.csv": people_csv(user)}, actor=real.administrator, partnership=real.partnership, now=MONDAY)


def by_new_agency(real: Cast, user: User) -> None:
    contact = {"level": "2", "title": "Manager", "role": "manager", "name": user.name, "email": user.email, "phone": ""}
    details = {"name": "Rivers Trust", "kind": "voluntary", "external": "", "mailbox": "", "phone": ""}
    add_agency(NewAgency(details, [contact]), actor=real.administrator, partnership=real.partnership, now=MONDAY)


DOORS: tuple[Callable[[Cast, User], None], ...] = (by_page, by_server, by_import, by_new_agency)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_with_the_first_real_place_all_that_opened_the_account_ends_and_one_invitation_is_mailed(
    trained: Cast, real: Cast, door: Callable[[Cast, User], None]
) -> None:
    user = trained.raiser
    assert ways(user) == 6
    door(real, user)
    user = User.objects.get(pk=user.pk)
    assert (ways(user), user.has_usable_password()) == (0, False)
    assert Client().post("/sign-in/", {"email": user.email, "password": PASSWORD}).status_code == 200
    assert SignInEvent.objects.filter(user=user, kind=SignInKind.BEGUN_ANEW).count() == 1
    assert DirectoryEvent.objects.get(words=LINE).partnership == real.partnership
    assert send_asked_links(MONDAY) == 1
    assert [(message.to, message.subject) for message in mail.outbox] == [([user.email], "An account for you in Concord")]
    assert practice_links(trained.partnership.pk) == []
    code = next(word for word in mail.outbox[0].body.split() if "#" in word)
    assert user_behind(urlsplit(code).fragment) == user


def test_by_the_import_on_the_server_too(trained: Cast, real: Cast, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(people_csv(trained.raiser), encoding="utf-8")
    call_command("import_directory", str(tmp_path), partnership=real.partnership.slug)
    assert not User.objects.get(pk=trained.raiser.pk).has_usable_password()
    assert AskedLink.objects.filter(email=trained.raiser.email, is_invitation=True).count() == 1


def test_a_link_that_stood_on_the_page_of_messages_opens_nothing_any_more(trained: Cast, real: Cast) -> None:
    made = invite(actor=trained.lead, email="wren@example.org", name="Wren Tully", place=trained.school, role=Role.PRACTITIONER, now=MONDAY)
    send_asked_links(MONDAY)
    [shown] = practice_links(trained.partnership.pk)
    code = urlsplit(next(word for word in shown.body.split() if "#" in word)).fragment
    assert user_behind(code) == made.user
    by_page(real, made.user)
    assert user_behind(code) is None


def test_the_second_real_place_a_second_practice_and_whoever_never_practised_keep_all_they_have(trained: Cast, real: Cast) -> None:
    give_role(actor=None, user=trained.raiser, place=build_cast(is_practice=True).partnership, role=Role.MEDIATOR, now=MONDAY)
    assert ways(trained.raiser) == 6
    make_member(trained.receiver, real.school, Role.PRACTITIONER)
    for user in (trained.receiver, real.receiver, make_user("New Colleague")):
        by_import(real, user)
        give_role(actor=None, user=user, place=real.partnership, role=Role.MEDIATOR, now=MONDAY)
        assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    assert not SignInEvent.objects.filter(kind=SignInKind.BEGUN_ANEW).exists()


def test_whoever_practised_and_is_let_into_the_administration_begins_anew_and_an_operator_who_practises_does_not(trained: Cast, real: Cast) -> None:
    for user in (trained.raiser, trained.lead):
        user.is_staff = True
        user.save()
    note_account_change(actor=real.administrator, user=trained.raiser, before={"is_staff": False}, visit=Visit(), now=MONDAY)
    assert (ways(trained.raiser), User.objects.get(pk=trained.raiser.pk).has_usable_password()) == (0, False)
    assert DirectoryEvent.objects.filter(words=LINE, partnership=trained.partnership).exists()
    by_server(real, trained.lead)
    assert User.objects.get(pk=trained.lead.pk).check_password(PASSWORD)


def test_an_invitation_that_waits_is_kept_once(real: Cast) -> None:
    for _ in range(2):
        ask_for_link(email=real.lead.email, is_invitation=True, now=MONDAY)
    assert send_asked_links(MONDAY) == 1
    ask_for_link(email=real.lead.email, is_invitation=True, now=MONDAY)
    assert send_asked_links(MONDAY) == 1
