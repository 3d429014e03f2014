"""Adding somebody and ending a role, by those who may."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.errors import InvalidInput, NotAllowed
from agencies.models import Cover, DirectoryEvent, Membership, Partnership, User
from agencies.roles import Role
from agencies.services.accounts import close_account, invite
from agencies.services.cover import set_cover
from agencies.services.identity.sessions import end_all_of
from agencies.services.passphrases import send_asked_links
from agencies.sign_ins import Visit
from agencies.working_days import london
from tests.cast import Cast
from tests.factories import make_holding, make_member, make_post, make_user

NEW = {"name": "Ann New", "email": "Ann.New@Example.org", "role": "practitioner", "job_title": "Teacher"}


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def as_part(client: Client, cast: Cast, part: str) -> Client:
    client.force_login(getattr(cast, part), backend="agencies.backend.AccountBackend")
    return client


def add(client: Client, cast: Cast, code: str = "hillside-school", **changes: str) -> Any:
    return client.post(reverse("person-add-to", args=[code]), NEW | changes, follow=True)


def test_a_lead_adds_a_colleague_who_gets_a_link(client: Client, cast: Cast) -> None:
    answer = add(as_part(client, cast, "lead"), cast, supervisor=str(cast.own_manager.id))
    send_asked_links(timezone.now())
    assert "Ann New is now practitioner of Hillside School." in answer.content.decode()
    row = Membership.objects.get(user__email="ann.new@example.org")
    assert (row.job_title, row.supervisor) == ("Teacher", cast.own_manager)
    assert mail.outbox[0].to == ["ann.new@example.org"]


def test_somebody_with_an_account_keeps_their_name_and_gets_no_link(client: Client, cast: Cast) -> None:
    add(as_part(client, cast, "lead"), cast, email=cast.nobody.email)
    send_asked_links(timezone.now())
    assert Membership.objects.filter(user=cast.nobody, agency=cast.school).exists()
    assert User.objects.get(id=cast.nobody.id).name == "Victor Blank"
    assert not mail.outbox


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "ann"}, "Enter an e-mail address, like name@example.org"),
        ({"name": ""}, "Enter their full name"),
        ({"role": ""}, "Choose a role"),
        ({"role": "safeguarding_lead"}, "choose one of the answers listed"),
        ({"role": "chair"}, "choose one of the answers listed"),
    ],
)
def test_a_mistake_is_said_and_nobody_added(client: Client, cast: Cast, changes: dict[str, str], words: str) -> None:
    assert words in add(as_part(client, cast, "lead"), cast, **changes).content.decode()
    assert not User.objects.filter(email="ann.new@example.org").exists()


def test_a_role_held_already_is_said_beside_the_address(client: Client, cast: Cast) -> None:
    page = add(as_part(client, cast, "lead"), cast, email=cast.raiser.email).content.decode()
    assert "This person has the role already" in page


@pytest.mark.parametrize(("part", "code"), [("raiser", "hillside-school"), ("own_manager", "hillside-school"), ("lead", "northshire-police")])
def test_others_find_no_such_page(client: Client, cast: Cast, part: str, code: str) -> None:
    assert as_part(client, cast, part).get(reverse("person-add-to", args=[code])).status_code == 404


def test_whoever_gives_a_role_that_ends_cover_is_told_so(client: Client, cast: Cast) -> None:
    today = london(timezone.now()).date()
    set_cover(actor=cast.administrator, person=cast.subgroup_chair, deputy=cast.auditor, starts=today, ends=today, now=timezone.now())
    as_part(client, cast, "business_manager")
    data = {"name": cast.subgroup_chair.name, "email": cast.subgroup_chair.email, "role": Role.PANEL_MEMBER}
    ended = f"Nobody covers for {cast.subgroup_chair.name} in"
    assert ended not in client.post(reverse("person-add"), data, follow=True).content.decode()
    assert ended in client.post(reverse("person-add"), data | {"role": Role.CHAIR}, follow=True).content.decode()
    assert not Cover.objects.filter(ends__gte=today).exists()


def test_the_unit_adds_a_panel_member(client: Client, cast: Cast) -> None:
    url = reverse("person-add")
    as_part(client, cast, "business_unit").post(url, NEW | {"role": "panel_member"})
    assert Membership.objects.filter(user__email="ann.new@example.org", agency=None, role=Role.PANEL_MEMBER).exists()


def test_a_lead_ends_one_of_two_roles_after_being_asked_once_more(client: Client, cast: Cast) -> None:
    row = make_member(cast.raiser, cast.school, Role.MANAGER)
    url = reverse("role-end", args=[row.id])
    as_part(client, cast, "lead")
    assert "Hand over first what goes with this one" in client.get(url).content.decode()
    assert "Aled Morgan is no longer manager or supervisor of Hillside School." in client.post(url, follow=True).content.decode()
    assert client.post(url).status_code == 404
    assert Membership.objects.on(timezone.localdate()).get(user=cast.raiser).role == Role.PRACTITIONER


def test_the_last_role_ends_where_the_work_is_handed_over(client: Client, cast: Cast) -> None:
    url = reverse("role-end", args=[cast.raiser.memberships.get().id])
    leave = reverse("leave", args=["hillside-school", cast.raiser.id])
    assert as_part(client, cast, "lead").post(url).headers["Location"] == leave
    assert Membership.objects.on(timezone.localdate()).filter(user=cast.raiser).exists()
    assert leave in client.get(reverse("my-people")).content.decode()


@pytest.mark.parametrize("part", ["own_manager", "receiving_lead", "stranger", "chair"])
def test_others_end_no_role(client: Client, cast: Cast, part: str) -> None:
    url = reverse("role-end", args=[cast.raiser.memberships.get().id])
    assert as_part(client, cast, part).post(url).status_code == 404
    assert Membership.objects.on(timezone.localdate()).filter(user=cast.raiser).exists()


def test_nobody_ends_their_own(client: Client, cast: Cast) -> None:
    url = reverse("role-end", args=[cast.lead.memberships.get().id])
    assert as_part(client, cast, "lead").post(url).status_code == 404


def test_a_closed_account_is_not_opened_by_an_invitation(cast: Cast) -> None:
    cast.nobody.is_active = False
    cast.nobody.save()
    with pytest.raises(InvalidInput, match="closed account"):
        invite(actor=cast.lead, email=cast.nobody.email, name="X", place=cast.school, role=Role.PRACTITIONER, now=timezone.now())


def test_a_lead_learns_nothing_of_people_of_another_partnership_by_trying_addresses(client: Client, cast: Cast) -> None:
    closed = make_user("Gone Elsewhere")
    make_member(closed, cast.elsewhere, Role.ADMINISTRATOR)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    url = reverse("person-add-to", args=["hillside-school"])
    said = set()
    for user in (cast.stranger, closed):
        sent = {"email": user.email, "name": "Whoever", "role": Role.PRACTITIONER}
        page = as_part(client, cast, "lead").post(url, sent, follow=True).content.decode()
        assert "Only the business unit can add this address. Ask them." in page
        said |= {name for name in (cast.stranger.name, closed.name) if name in page}
    assert said == set()
    assert not Membership.objects.filter(user__in=[cast.stranger, closed], partnership=cast.partnership).exists()


def test_the_unit_gives_somebody_of_another_partnership_a_role_which_is_told_there_and_whose_keepers_still_sign_them_out(cast: Cast) -> None:
    keeper = make_user("Keeper Elsewhere")
    make_member(keeper, cast.elsewhere, Role.BUSINESS_MANAGER)
    now = timezone.now()
    invite(actor=cast.business_unit, email=cast.stranger.email, name="X", place=cast.school, role=Role.PRACTITIONER, now=now)
    words = DirectoryEvent.objects.get(partnership=cast.elsewhere).words
    assert words.startswith(f"{cast.stranger.name} was given a role in another partnership too.")
    assert "Hillside" not in words
    end_all_of(actor=keeper, user=cast.stranger, visit=Visit(), now=now)
    with pytest.raises(NotAllowed):
        close_account(actor=keeper, user=cast.stranger, now=now)


def test_who_only_practised_is_added_by_a_lead_as_before(cast: Cast) -> None:
    learner = make_user("Only Practised")
    practice = Partnership.objects.create(name="To practise in", slug="to-practise-in", is_invented=True, is_practice=True)
    make_member(learner, practice, Role.ADMINISTRATOR)
    added = invite(actor=cast.lead, email=learner.email, name="X", place=cast.school, role=Role.PRACTITIONER, now=timezone.now())
    assert added.user == learner


def test_a_refused_invitation_leaves_no_account(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        invite(actor=cast.lead, email="x@example.org", name="X", place=cast.police, role=Role.PRACTITIONER, now=timezone.now())
    assert not User.objects.filter(email="x@example.org").exists()


@pytest.mark.parametrize(("part", "ways"), [("own_manager", 1), ("lead", 7), ("business_unit", 14)])
def test_no_line_of_ones_people_leads_to_what_one_may_not_do(client: Client, cast: Cast, part: str, ways: int) -> None:
    # A deputy in a lead's post, and somebody with a seat elsewhere too, are among the lead's people.
    make_holding(make_post(cast.school, 2, is_lead=True), cast.own_manager, rank=1)
    make_member(cast.colleague, cast.police, Role.PRACTITIONER)
    page = as_part(client, cast, part).get(reverse("my-people")).content.decode()
    offered = re.findall(r'href="(/directory/[^"]*/(?:cover|leave|change|end)/)"', page)
    assert len(offered) >= ways
    assert {address: client.get(address).status_code for address in offered} == dict.fromkeys(offered, 200)
