"""Single sign-on against a real OpenID provider, a process of its own on loopback."""

from dataclasses import replace
from typing import Any

import pyotp
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Authenticator, ExternalIdentity, SignInEvent, User
from agencies.providers import Provider
from agencies.roles import Role
from agencies.services.identity import second_factor
from agencies.services.identity.single_sign_on import reliable_address
from agencies.sessions import PROVED
from agencies.sign_ins import Means, SignInKind, Visit
from agencies.web.identity.single_sign_on import is_anew
from tests import servers
from tests.cast import Cast
from tests.factories import make_member
from tests.web.organisation import Organisation, arrive, begun, is_in, organisation, provider
from tests.web.page import Page
from tests.world import MONDAY

__all__ = ["organisation", "provider"]
pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SITE = "http://testserver"


def test_the_sign_in_page_offers_it(provider: Provider) -> None:
    assert "Sign in with Northshire Council" in Client().get("/sign-in/").content.decode()


def test_a_verified_address_of_the_directory_signs_in_and_is_known_by_its_subject_from_then_on(
    organisation: Organisation, provider: Provider, cast: Cast
) -> None:
    organisation.knows("s-1", email=cast.receiver.email.upper(), email_verified=True)
    client, answer = arrive(organisation, "s-1")
    assert (answer.headers["Location"], is_in(client)) == ("/directory/", True)
    organisation.knows("s-1", email="renamed@example.org", email_verified=True)
    assert is_in(arrive(organisation, "s-1")[0])
    assert ExternalIdentity.objects.get().user == cast.receiver
    assert SignInEvent.objects.filter(kind=SignInKind.SIGNED_IN).first().means == Means.ORGANISATION  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("subject", "claims"),
    [
        ("unverified", {"email_verified": False}),
        ("silent", {}),
        ("worded", {"email_verified": "true"}),
        ("unknown", {"email": "unknown@example.org", "email_verified": True}),
    ],
)
def test_nobody_is_let_in_whose_address_is_not_verified_or_not_known(
    organisation: Organisation, provider: Provider, cast: Cast, subject: str, claims: dict[str, Any]
) -> None:
    count = User.objects.count()
    organisation.knows(subject, **({"email": cast.receiver.email} | claims))
    client, answer = arrive(organisation, subject)
    assert (answer.status_code, is_in(client), User.objects.count()) == (403, False, count)
    assert "does not lead to an account here" in answer.content.decode()


@pytest.mark.parametrize("part", ["stranger", "nobody"])
def test_only_people_of_the_providers_partnership_get_in(organisation: Organisation, provider: Provider, cast: Cast, part: str) -> None:
    organisation.knows(part, email=getattr(cast, part).email, email_verified=True)
    assert not is_in(arrive(organisation, part)[0])


def test_an_address_that_the_organisation_alone_vouches_for_opens_no_other_partnership_and_no_administration(
    organisation: Organisation, provider: Provider, cast: Cast, settings: Any
) -> None:
    """Who keeps a directory may enter anybody's address in it: with an organisation of its own it would have the whole account."""
    make_member(cast.stranger, cast.partnership, Role.AUDITOR)
    User.objects.filter(pk=cast.auditor.pk).update(is_staff=True)
    for part in ("stranger", "auditor"):
        organisation.knows(f"more-{part}", email=getattr(cast, part).email, email_verified=True)
        client, answer = arrive(organisation, f"more-{part}")
        assert (answer.status_code, is_in(client)) == (403, False)
    assert not ExternalIdentity.objects.exists()
    settings.CONCORD_PROVIDERS = (replace(provider, trusted_domains=("example.org",)),)
    assert is_in(arrive(organisation, "more-stranger")[0])


def test_a_closed_account_stays_closed(organisation: Organisation, provider: Provider, cast: Cast) -> None:
    organisation.knows("closed", email=cast.lead.email, email_verified=True)
    arrive(organisation, "closed")
    User.objects.filter(pk=cast.lead.pk).update(is_active=False)
    assert not is_in(arrive(organisation, "closed")[0])


def test_a_second_account_with_the_same_address_is_not_taken_for_the_first(organisation: Organisation, provider: Provider, cast: Cast) -> None:
    for subject in ("first", "second"):
        organisation.knows(subject, email=cast.raiser.email, email_verified=True)
    assert is_in(arrive(organisation, "first")[0])
    assert not is_in(arrive(organisation, "second")[0])


def test_the_own_second_factor_is_asked_unless_the_organisation_saw_one(
    organisation: Organisation, provider: Provider, cast: Cast, settings: Any
) -> None:
    second_factor.set_required_roles(actor=None, partnership=cast.partnership, roles=frozenset({Role.LEAD}), now=MONDAY)
    organisation.knows("lead", email=cast.lead.email, email_verified=True, amr=["pwd", "mfa"])
    assert arrive(organisation, "lead")[0].get("/directory/").headers["Location"] == "/account/second-factor/"
    settings.CONCORD_PROVIDERS = (replace(provider, second_factor=("mfa",)),)
    assert is_in(arrive(organisation, "lead")[0])


def test_what_the_organisation_saw_counts_on_when_the_own_factor_goes(
    organisation: Organisation, provider: Provider, cast: Cast, settings: Any
) -> None:
    settings.CONCORD_PROVIDERS = (replace(provider, second_factor=("mfa",)),)
    organisation.knows("lead", email=cast.lead.email, email_verified=True, amr=["pwd", "mfa"])
    now = timezone.now()
    second_factor.add_app(user=cast.lead, secret=SECRET, code=pyotp.TOTP(SECRET).at(now), visit=Visit(), now=now)
    client, _ = arrive(organisation, "lead")
    session = client.session
    session[PROVED] = now.timestamp()
    session.save()
    client.post("/account/second-factor/app/remove/")
    assert not Authenticator.objects.exists()
    second_factor.set_required_roles(actor=None, partnership=cast.partnership, roles=frozenset({Role.LEAD}), now=now)
    assert is_in(client)


def test_an_answer_that_another_browser_asked_for_is_refused(organisation: Organisation, provider: Provider, cast: Cast) -> None:
    organisation.knows("s-9", email=cast.receiver.email, email_verified=True)
    there = begun(Client())
    victim = Client()
    assert victim.get(organisation.sign_in(there, "s-9")).status_code == 502
    assert not is_in(victim)


def test_an_answer_works_once(organisation: Organisation, provider: Provider, cast: Cast) -> None:
    organisation.knows("s-8", email=cast.receiver.email, email_verified=True)
    client = Client()
    back = organisation.sign_in(begun(client), "s-8")
    assert client.get(back).status_code == 302
    client.post("/sign-out/")
    assert client.get(back).status_code == 502


@pytest.mark.parametrize("query", ["", "?error=access_denied&state=x", "?code=made-up&state=made-up", "?code=%01&state=%7F"])
def test_a_made_up_answer_is_a_plain_page(provider: Provider, query: str) -> None:
    answer = Client().get(f"/sign-in/with/entra/back/{query}")
    assert answer.status_code == 502
    assert "Sign in another way" in answer.content.decode()


def test_a_provider_that_is_away_is_a_plain_page(provider: Provider, settings: Any) -> None:
    settings.CONCORD_PROVIDERS = (replace(provider, issuer=f"http://127.0.0.1:{servers.free_port()}"),)
    answer = Client().post("/sign-in/with/entra/")
    assert answer.status_code == 502
    assert "does not answer" in answer.content.decode()


def test_it_confirms_who_one_is_and_only_the_same_person(organisation: Organisation, provider: Provider, cast: Cast) -> None:
    organisation.knows("me", email=cast.own_manager.email, email_verified=True)
    organisation.knows("other", email=cast.own_senior.email, email_verified=True)
    client, _ = arrive(organisation, "me")
    assert arrive(organisation, "other", client)[1].status_code == 403
    assert arrive(organisation, "me", client)[1].headers["Location"] == "/directory/"
    assert SignInEvent.objects.first().kind == SignInKind.PROVED  # type: ignore[union-attr]


def test_whoever_has_a_second_factor_here_confirms_with_it_where_the_organisation_saw_none(
    organisation: Organisation, provider: Provider, cast: Cast
) -> None:
    organisation.knows("both", email=cast.own_manager.email, email_verified=True)
    client, _ = arrive(organisation, "both")
    now = timezone.now()
    second_factor.add_app(user=cast.own_manager, secret=SECRET, code=pyotp.TOTP(SECRET).at(now), visit=Visit(), now=now)
    code = second_factor.new_codes(user=cast.own_manager, visit=Visit(), now=now)[0]
    asked = arrive(organisation, "both", client)[1].headers["Location"]
    assert asked == "/account/confirm/?next=%2Fdirectory%2F"
    page = Page(client.get(asked).content.decode())
    assert [one.attrs["name"] for one in page.all("input") if one.attrs["name"] in {"password", "code"}] == ["code"]
    assert not SignInEvent.objects.filter(kind=SignInKind.PROVED).exists()
    assert client.post("/account/confirm/", {"code": code, "next": "/directory/"}).headers["Location"] == "/directory/"
    assert SignInEvent.objects.get(kind=SignInKind.PROVED).means == Means.RECOVERY


@pytest.mark.parametrize(("claims", "anew"), [({"auth_time": 701}, True), ({"auth_time": 700}, False), ({"auth_time": "999"}, False), ({}, False)])
def test_only_an_organisation_that_says_that_it_was_just_now_confirms_anything(claims: dict[str, Any], anew: bool) -> None:
    assert is_anew(claims, 1000) is anew


def test_coming_from_an_organisation_confirms_only_where_one_signed_in_there_anew(
    organisation: Organisation, provider: Provider, cast: Cast, settings: Any
) -> None:
    settings.CONCORD_CONFIRM_MINUTES = 10
    organisation.knows("anew", email=cast.business_unit.email, email_verified=True)
    client, _ = arrive(organisation, "anew")
    assert client.get(reverse("hold")).status_code == 200
    session = client.session
    del session[PROVED]
    session.save()
    assert client.get(reverse("hold")).headers["Location"].startswith(reverse("confirm"))


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({"upn": "A@council.example"}, "a@council.example"),
        ({"upn": "a@council.example.elsewhere.example"}, ""),
        ({"upn": "a@elsewhere.example", "email_verified": True}, ""),
        ({}, ""),
    ],
)
def test_where_domains_are_trusted_no_other_address_is(claims: dict[str, Any], found: str) -> None:
    provider = Provider("k", "K", "p", "https://i.example", "c", "s", email_claim="upn", trusted_domains=("council.example",))
    assert reliable_address(provider, claims) == found
