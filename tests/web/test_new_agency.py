"""Adding an agency on pages: by those who keep the directory, all or nothing, each mistake beside its field."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, DirectoryEvent, Membership, Post, PostHolding, SeniorityLevel, User
from agencies.services.passphrases import send_asked_links
from tests.cast import Cast
from tests.journeys.desk import Desk

pytestmark = pytest.mark.django_db
DETAILS = {"name": "Oakfield Nursery", "kind": "early_years", "external": "no", "mailbox": "office@oakfield.example", "phone": "01632 960001"}
CONTACT = {
    "level": "2", "title": "Nursery manager", "role": "safeguarding_lead", "name": "Ann New", "email": "Ann.New@oakfield.example", "phone": "",
}  # fmt: skip


@pytest.fixture
def keeper(cast: Cast, client: Client) -> Client:
    for number in (1, 2):
        SeniorityLevel.objects.get_or_create(partnership=cast.partnership, number=number)
    client.force_login(cast.administrator, backend="agencies.backend.AccountBackend")
    return client


def rows(*contacts: dict[str, str], **more: str) -> dict[str, str]:
    fields = {f"contact-{number}-{name}": text for number, one in enumerate(contacts) for name, text in one.items()}
    return fields | {"contact-TOTAL_FORMS": str(len(contacts)), "contact-INITIAL_FORMS": "0"} | more


def details(client: Client, **changes: str) -> Any:
    return client.post(reverse("agency-add"), DETAILS | changes)


def contacts(client: Client, *given: dict[str, str], **more: str) -> Any:
    return client.post(reverse("agency-add-contacts"), rows(*given, **more))


def save(client: Client) -> Any:
    return client.post(reverse("agency-add-check"), follow=True)


@pytest.mark.parametrize("part", ["administrator", "business_unit"])
def test_a_keeper_adds_an_agency_with_its_contact_within_what_the_table_says(cast: Cast, keeper: Client, part: str) -> None:
    desk = Desk(getattr(cast, part))
    desk.go(reverse("directory"))
    desk.follow(reverse("agency-add"))
    desk.press("Continue", **{name: text for name, text in DETAILS.items() if name != "external"})
    desk.press("Continue", **{f"contact__0__{name}": text for name, text in CONTACT.items() if text})
    assert not Agency.objects.filter(name="Oakfield Nursery").exists()
    desk.press("Save the agency")
    assert desk.path == "/directory/agencies/oakfield-nursery/"
    assert "Oakfield Nursery is in the directory." in desk.text
    assert "Gaps" in desk.text
    desk.effort.within("add an agency")


def test_what_is_stored_is_what_an_import_stores_and_the_contact_gets_a_link(cast: Cast, keeper: Client) -> None:
    second = CONTACT | {"level": "1", "title": "Key worker", "role": "practitioner", "name": "Bob New", "email": "bob@oakfield.example"}
    details(keeper, acts_through=cast.social_care.code, acts_from_level="2")
    assert contacts(keeper, CONTACT, add="1").headers["Location"].endswith("?add=1")
    assert len(keeper.get(f"{reverse('agency-add-contacts')}?add=1").context["formset"].forms) == 2
    contacts(keeper, CONTACT, second)
    save(keeper)
    agency = Agency.objects.get(code="oakfield-nursery")
    posts = Post.objects.filter(agency=agency).values_list("level__number", "title", "is_lead")
    held = PostHolding.objects.filter(post__agency=agency).values_list("user__email", "post__title")
    roles = Membership.objects.filter(agency=agency).values_list("user__email", "role")
    assert (agency.kind, agency.is_external, agency.mailbox, agency.phone) == ("early_years", False, DETAILS["mailbox"], DETAILS["phone"])
    assert (agency.acting_agency, agency.acting_from_level) == (cast.social_care, 2)
    assert set(posts) == {(2, "Nursery manager", True), (1, "Key worker", False)}
    assert set(held) == {("ann.new@oakfield.example", "Nursery manager"), ("bob@oakfield.example", "Key worker")}
    assert set(roles) == {("ann.new@oakfield.example", "safeguarding_lead"), ("bob@oakfield.example", "practitioner")}
    lines = [event.words for event in DirectoryEvent.objects.filter(partnership=cast.partnership, actor=cast.administrator)]
    assert any(words.startswith("Directory imported.") for words in lines)
    assert "Ann New: safeguarding lead of Oakfield Nursery." in lines
    send_asked_links(timezone.now())
    assert {message.to[0] for message in mail.outbox} == {"ann.new@oakfield.example", "bob@oakfield.example"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "HILLSIDE school"}, "name"),
        ({"kind": ""}, "kind"),
        ({"mailbox": "office"}, "mailbox"),
        ({"phone": "0" * 41}, "phone"),
        ({"acts_through": "northshire-social-care"}, "acts_from_level"),
        ({"acts_from_level": "2"}, "acts_from_level"),
        ({"acts_through": "nobody-here", "acts_from_level": "2"}, "acts_through"),
    ],
)
def test_a_mistake_in_the_details_stands_beside_its_field(keeper: Client, changes: dict[str, str], field: str) -> None:
    form = details(keeper, **changes).context["form"]
    assert list(form.errors) == [field]
    assert form["kind"].value() == (DETAILS | changes)["kind"]
    assert keeper.get(reverse("agency-add-contacts")).headers["Location"] == reverse("agency-add")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "ann"}, "email"), ({"email": ""}, "email"), ({"name": ""}, "name"), ({"title": ""}, "title"), ({"level": "9"}, "level"),
        ({"level": ""}, "level"), ({"role": "chair"}, "role"), ({"phone": "0" * 41}, "phone"),
        ({"email": "raiser"}, "email"), ({"email": "closed"}, "email"), ({"email": "own"}, "role"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_contact_stands_beside_its_field_and_nothing_is_stored(
    cast: Cast, keeper: Client, changes: dict[str, str], field: str
) -> None:
    cast.nobody.is_active = False
    cast.nobody.save()
    others = {"raiser": cast.raiser.email, "closed": cast.nobody.email, "own": cast.administrator.email}
    changed = CONTACT | changes
    if changed["email"] in others:
        changed["name"] = cast.administrator.name if changed["email"] == "own" else changed["name"]
        changed["email"] = others[changed["email"]]
    before = (Agency.objects.count(), User.objects.count(), Post.objects.count())
    details(keeper)
    form = contacts(keeper, CONTACT | {"email": "first@oakfield.example", "title": "Owner"}, changed).context["formset"].forms[1]
    assert list(form.errors) == [field]
    assert form["title"].value() == changed["title"]
    assert keeper.get(reverse("agency-add-check")).headers["Location"] == reverse("agency-add-contacts")
    assert (Agency.objects.count(), User.objects.count(), Post.objects.count()) == before


def test_the_same_contact_twice_is_said_and_can_be_removed(keeper: Client) -> None:
    details(keeper)
    form = contacts(keeper, CONTACT, CONTACT).context["formset"].forms[1]
    assert form.errors["email"] == ["Row 2: work e-mail address repeats row 1"]
    assert contacts(keeper, CONTACT, CONTACT, remove="1").headers["Location"] == reverse("agency-add-contacts")
    assert len(keeper.get(reverse("agency-add-contacts")).context["formset"].forms) == 1


def test_what_became_wrong_before_saving_is_listed_and_nothing_is_stored(cast: Cast, keeper: Client) -> None:
    details(keeper)
    contacts(keeper, CONTACT)
    Agency.objects.create(partnership=cast.partnership, code="oakfield", name="Oakfield nursery")
    answer = save(keeper)
    assert answer.status_code == 400
    assert "Name of the agency is that of another agency in the directory too" in answer.content.decode()
    assert not User.objects.filter(email="ann.new@oakfield.example").exists()
    assert details(keeper, name="Oakfield Nursery South").status_code == 302
    assert save(keeper).redirect_chain[-1][0] == "/directory/agencies/oakfield-nursery-south/"


def test_another_agency_of_the_same_address_gets_a_number(cast: Cast, keeper: Client) -> None:
    Agency.objects.create(partnership=cast.partnership, code="oakfield-nursery", name="Oakfield")
    details(keeper)
    contacts(keeper, CONTACT)
    assert save(keeper).redirect_chain[-1][0] == "/directory/agencies/oakfield-nursery-2/"
