"""Signing in, the directory's pages, cover and the import, through a browser's eyes."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Cover, Membership, Partnership
from agencies.services.cover import set_cover
from agencies.services.directory_import import import_folder
from agencies.services.example import DATA
from agencies.services.passphrases import send_asked_links
from tests.cast import Cast
from tests.factories import PASSWORD, make_partnership, make_post


def signed_in(client: Client, cast: Cast, part: str) -> Client:
    client.force_login(getattr(cast, part), backend="agencies.backend.AccountBackend")
    return client


def sign_in(client: Client, email: str, password: str, **extra: str) -> Any:
    return client.post(reverse("sign-in"), {"email": email, "password": password, **extra})


# -- signing in --------------------------------------------------------------------------------------------------------


def test_the_right_passphrase_signs_in(client: Client, cast: Cast) -> None:
    answer = sign_in(client, cast.lead.email.upper(), PASSWORD)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(cast.lead.id)


def test_one_lands_on_the_page_one_was_going_to(client: Client, cast: Cast) -> None:
    assert client.get(reverse("directory")).headers["Location"] == "/sign-in/?next=/directory/"
    assert sign_in(client, cast.lead.email, PASSWORD, next="/directory/").url == "/directory/"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_signing_in_never_leads_off_the_site(client: Client, cast: Cast, elsewhere: str) -> None:
    assert sign_in(client, cast.lead.email, PASSWORD, next=elsewhere).url.startswith("/")
    assert "elsewhere" not in sign_in(Client(), cast.lead.email, PASSWORD, next=elsewhere).url


@pytest.mark.parametrize(("email", "password"), [("nobody@example.org", PASSWORD), ("lead", "wrong"), ("closed", PASSWORD)])
def test_a_wrong_pair_is_refused_in_the_same_words(client: Client, cast: Cast, email: str, password: str) -> None:
    cast.nobody.is_active = False
    cast.nobody.save()
    known = {"lead": cast.lead.email, "closed": cast.nobody.email}
    answer = sign_in(client, known.get(email, email), password)
    assert "do not match an account, or the account is closed" in answer.content.decode()


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [("", "x", "Enter your e-mail address"), ("x", "x", "Enter an e-mail address, like"), ("a@example.org", "", "Enter your passphrase")],
)
def test_what_is_missing_is_said_beside_the_field(client: Client, db: None, email: str, password: str, words: str) -> None:
    page = sign_in(client, email, password).content.decode()
    assert words in page
    assert "<title>Error: Sign in" in page


def test_ten_wrong_tries_close_the_door_politely(client: Client, cast: Cast) -> None:
    for _ in range(10):
        answer = sign_in(client, cast.lead.email, "wrong")
    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()
    assert sign_in(client, cast.lead.email, PASSWORD).status_code == 429
    assert sign_in(client, cast.raiser.email, PASSWORD).status_code == 302


def test_signing_out_needs_a_post(client: Client, cast: Cast) -> None:
    signed_in(client, cast, "lead")
    assert client.get(reverse("sign-out")).status_code == 405
    assert "You have signed out" in client.post(reverse("sign-out")).content.decode()
    assert client.get(reverse("directory")).status_code == 302


def test_a_closed_account_is_out_at_the_next_request(client: Client, cast: Cast) -> None:
    signed_in(client, cast, "lead")
    cast.lead.is_active = False
    cast.lead.save()
    assert client.get(reverse("directory")).status_code == 302


# -- passphrases -------------------------------------------------------------------------------------------------------


def ask_for_a_link(client: Client, email: str) -> str:
    """The page that answers; the job has then sent what may be sent."""
    answer = client.post(reverse("passphrase-forgotten"), {"email": email})
    send_asked_links(timezone.now())
    return answer.content.decode()


def code_sent() -> str:
    return next(urlsplit(word).fragment for word in str(mail.outbox[-1].body).split() if word.startswith("http"))


def open_link(client: Client) -> Any:
    return client.post(reverse("passphrase-open"), {"code": code_sent()}, follow=True)


def test_a_first_passphrase_is_set_by_a_link(client: Client, cast: Cast) -> None:
    cast.raiser.set_unusable_password()
    cast.raiser.save()
    ask_for_a_link(client, cast.raiser.email)
    form = open_link(client)
    client.post(form.redirect_chain[-1][0], {"password": "heron lamp seven violin"})
    assert sign_in(client, cast.raiser.email, "heron lamp seven violin").status_code == 302


def test_a_link_works_once(client: Client, cast: Cast) -> None:
    ask_for_a_link(client, cast.raiser.email)
    form = open_link(client)
    client.post(form.redirect_chain[-1][0], {"password": "heron lamp seven violin"})
    assert "no longer works" in open_link(Client()).content.decode()


@pytest.mark.parametrize("password", ["short", "password1234", "", "Summer2026Summer", "qwertyuiop[]asdf", "Aled Morgan 2026", "Hillside School 26"])
def test_a_poor_passphrase_is_refused(client: Client, cast: Cast, password: str) -> None:
    ask_for_a_link(client, cast.raiser.email)
    form = open_link(client)
    answer = client.post(form.redirect_chain[-1][0], {"password": password})
    assert "<title>Error: Set your passphrase" in answer.content.decode()


def test_nobody_learns_whether_an_address_has_an_account(client: Client, cast: Cast) -> None:
    known, unknown = ask_for_a_link(client, cast.raiser.email), ask_for_a_link(client, "unknown@example.org")
    assert known.replace(cast.raiser.email, "") == unknown.replace("unknown@example.org", "")
    assert len(mail.outbox) == 1


def test_an_address_gets_three_links_an_hour_at_the_most(client: Client, cast: Cast) -> None:
    for _ in range(5):
        ask_for_a_link(client, cast.raiser.email)
    assert len(mail.outbox) == 3


@pytest.mark.parametrize("code", ["abc.def", "#x", "."])
def test_a_made_up_link_says_so(client: Client, db: None, code: str) -> None:
    assert "no longer works" in client.post(reverse("passphrase-open"), {"code": code}, follow=True).content.decode()


# -- the directory -----------------------------------------------------------------------------------------------------


def test_the_directory_names_agencies_and_gaps(client: Client, cast: Cast) -> None:
    page = signed_in(client, cast, "raiser").get(reverse("directory")).content.decode()
    assert "Northshire Social Care" in page
    assert "No safeguarding lead" in page
    assert "Import from files" not in page


def test_the_frame_shows_the_partnership_and_the_person(client: Client, cast: Cast) -> None:
    page = signed_in(client, cast, "receiver").get(reverse("directory")).content.decode()
    assert "Northshire Safeguarding Partnership" in page
    assert "Rashida Shah" in page
    assert ">, Team manager<" in page
    assert "Practice system" in page


def test_an_agency_shows_its_posts_and_numbers(client: Client, cast: Cast) -> None:
    page = signed_in(client, cast, "raiser").get(reverse("agency", args=[cast.social_care.code])).content.decode()
    assert "Rashida Shah" in page
    assert "0117 900 0999" in page


def test_an_agency_of_another_partnership_is_not_found(client: Client, cast: Cast) -> None:
    assert signed_in(client, cast, "raiser").get(reverse("agency", args=["elsewhere-school"])).status_code == 404


@pytest.mark.parametrize("name", ["directory", "matrix", "my-people", "directory-import"])
def test_without_a_role_there_is_a_page_that_says_whom_to_ask(client: Client, cast: Cast, name: str) -> None:
    answer = signed_in(client, cast, "nobody").get(reverse(name))
    assert answer.status_code == 403
    assert "Your account has no role" in answer.content.decode()


def test_a_lead_confirms_a_contact(client: Client, cast: Cast) -> None:
    post = cast.own_manager.holdings.get().post
    answer = signed_in(client, cast, "lead").post(reverse("post-confirm", args=[post.id]), follow=True)
    assert "Head of year: contact confirmed today." in answer.content.decode()


def test_others_may_not_and_strangers_cannot_find_it(client: Client, cast: Cast) -> None:
    post = cast.own_manager.holdings.get().post
    assert signed_in(client, cast, "raiser").post(reverse("post-confirm", args=[post.id])).status_code == 403
    assert signed_in(client, cast, "stranger").post(reverse("post-confirm", args=[post.id])).status_code == 404
    assert client.get(reverse("post-confirm", args=[post.id])).status_code == 405


def test_the_matrix_says_in_words_what_is_uncertain(client: Client, cast: Cast) -> None:
    import_folder(DATA / "enfield", actor=None, partnership=None, now=timezone.now())
    page = signed_in(client, cast, "raiser").get(reverse("matrix-of", args=["enfield"])).content.decode()
    assert "uncertain, note 1" in page
    assert "Out of order: printed one level above Detective Inspector." in page


def test_a_matrix_with_people_is_for_its_own_partnership(client: Client, cast: Cast) -> None:
    signed_in(client, cast, "raiser")
    assert client.get(reverse("matrix-of", args=[cast.elsewhere.slug])).status_code == 404
    assert client.get(reverse("matrix-of", args=[make_partnership().slug])).status_code == 200


# -- people and cover --------------------------------------------------------------------------------------------------


def days(**changes: str) -> dict[str, str]:
    given = {"starts_0": "1", "starts_1": "6", "starts_2": "2099", "ends_0": "5", "ends_1": "6", "ends_2": "2099"}
    return given | changes


def test_a_lead_sets_cover(client: Client, cast: Cast) -> None:
    url = reverse("cover", args=[cast.own_manager.id])
    answer = signed_in(client, cast, "lead").post(url, days(deputy=str(cast.colleague.id)), follow=True)
    page = answer.content.decode()
    assert "(for Hillside School)" in signed_in(client, cast, "lead").get(url).content.decode()
    assert "Beth Lowe covers for Colin Reid, for Hillside School." in page
    assert "Withdraw" in page
    assert Cover.objects.get().deputy == cast.colleague


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"deputy": ""}, "Choose who covers"),
        ({"ends_2": "2098"}, "The last day must be the first day or later"),
        ({"starts_1": "13"}, "first day away"),
        ({"starts_0": "1", "starts_2": "2010", "ends_2": "2010"}, "The last day must be today or later"),
    ],
)
def test_a_mistake_in_cover_is_said_beside_its_field(client: Client, cast: Cast, changes: dict[str, str], words: str) -> None:
    data = days(deputy=str(cast.colleague.id)) | changes
    answer = signed_in(client, cast, "lead").post(reverse("cover", args=[cast.own_manager.id]), data)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Cover.objects.exists()


def test_a_deputy_from_outside_cannot_be_chosen(client: Client, cast: Cast) -> None:
    data = days(deputy=str(cast.police_manager.id))
    answer = signed_in(client, cast, "lead").post(reverse("cover", args=[cast.own_manager.id]), data)
    assert "choose one of the answers listed" in answer.content.decode()


@pytest.mark.parametrize("part", ["raiser", "receiving_lead", "stranger", "chair"])
def test_cover_for_people_of_others_is_not_found(client: Client, cast: Cast, part: str) -> None:
    assert signed_in(client, cast, part).get(reverse("cover", args=[cast.own_manager.id])).status_code == 404


def test_cover_ends_by_a_button(client: Client, cast: Cast) -> None:
    today = timezone.localdate()
    set_cover(actor=None, person=cast.own_manager, deputy=cast.colleague, starts=today, ends=today, now=timezone.now())
    url = reverse("cover-end", args=[Cover.objects.get().id])
    assert signed_in(client, cast, "raiser").post(url).status_code == 404
    assert "no longer covers" in signed_in(client, cast, "lead").post(url, follow=True).content.decode()
    assert client.post(url).status_code == 404


def test_nobody_to_cover_is_said(client: Client, cast: Cast) -> None:
    page = signed_in(client, cast, "police_manager").get(reverse("cover", args=[cast.police_manager.id])).content.decode()
    assert "nobody can cover" in page


# -- the import --------------------------------------------------------------------------------------------------------


def upload(client: Client, **files: str) -> Any:
    tables = [SimpleUploadedFile(f"{name}.csv", text.encode()) for name, text in files.items()]
    return client.post(reverse("directory-import"), {"tables": tables}, follow=True)


def test_the_unit_imports_from_files(client: Client, cast: Cast) -> None:
    texts = {"agencies": "code,name,kind\nnew,New Agency,police\n", "people": "email,name,agency,role\na@example.org,Ann,new,manager\n"}
    answer = upload(signed_in(client, cast, "business_unit"), **texts)
    assert "Imported. Northshire Safeguarding Partnership: made 1 agencies, 1 people, 1 roles" in answer.content.decode()
    assert Membership.objects.filter(user__email="a@example.org", agency__code="new").exists()


@pytest.mark.parametrize(("text", "name"), [("day,words\n2026-07-06,Training day\n", "redate"), ("day,words\n", "directory")])
def test_what_imported_days_off_would_do_to_running_dates_is_shown_next(client: Client, cast: Cast, text: str, name: str) -> None:
    answer = upload(signed_in(client, cast, "business_unit"), closure_days=text, levels="level,name\n6,Six\n")
    assert answer.redirect_chain == [(reverse(name), 302)]


def test_mistakes_are_listed_and_nothing_is_stored(client: Client, cast: Cast) -> None:
    page = upload(signed_in(client, cast, "business_unit"), levels="level,name\n6,Six\nx,Y\n").content.decode()
    assert "Nothing was imported: 1 mistake, listed below" in page
    assert "levels.csv, row 3, column level: &quot;x&quot; is not a whole number from 1 to 9." in page
    assert not cast.partnership.levels.filter(number=6).exists()


def test_no_file_and_a_wrong_name_are_told(client: Client, cast: Cast) -> None:
    signed_in(client, cast, "business_unit")
    assert "Choose one or more CSV files" in client.post(reverse("directory-import"), {}).content.decode()
    assert "is not a file of the directory" in upload(client, persons="x").content.decode()


@pytest.mark.parametrize("part", ["raiser", "lead", "chair", "auditor"])
def test_others_do_not_import(client: Client, cast: Cast, part: str) -> None:
    assert signed_in(client, cast, part).get(reverse("directory-import")).status_code == 403


def test_a_partnership_is_never_made_by_upload(client: Client, cast: Cast) -> None:
    upload(signed_in(client, cast, "administrator"), partnership="code,name\nmine,Mine\n")
    assert not Partnership.objects.filter(slug="mine").exists()


# -- limits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "most"), [("directory", 5), ("matrix", 7), ("my-people", 6)])
def test_a_page_costs_few_queries(client: Client, cast: Cast, name: str, most: int, django_assert_max_num_queries: Any) -> None:
    make_post(cast.police, 3)
    signed_in(client, cast, "business_unit").get(reverse(name))
    with django_assert_max_num_queries(most):
        client.get(reverse(name))


@pytest.mark.parametrize("part", ["lead", "business_unit", "chair"])
def test_the_administration_is_closed_to_everybody_without_an_installations_account(client: Client, cast: Cast, part: str) -> None:
    answer = signed_in(client, cast, part).get("/administration/", follow=True)
    assert (answer.status_code, len(answer.redirect_chain)) == (403, 1)
    assert "those who keep the installation" in answer.content.decode()


def test_the_administration_lets_the_installation_read_but_not_grant(client: Client, cast: Cast) -> None:
    cast.nobody.is_staff = cast.nobody.is_superuser = True
    cast.nobody.save()
    signed_in(client, cast, "nobody")
    for model in ("user", "partnership", "agency", "post", "membership", "directoryevent", "closureday", "cover"):
        assert client.get(f"/administration/agencies/{model}/").status_code == 200
    assert client.get("/administration/agencies/membership/add/").status_code == 403
    day = {"partnership": str(cast.partnership.id), "day": "24/12/2026", "words": "Closed"}
    assert client.post("/administration/agencies/closureday/add/", day).status_code == 302
    assert cast.partnership.directory_events.filter(words__contains="added in the administration").exists()


@pytest.mark.parametrize(
    ("model", "day", "more", "words"),
    [
        ("closureday", "26/12/2026", {}, "That is a Saturday"),
        ("closureday", "24/12/2062", {}, "The calendar covers 2012 to 2040 only."),
        ("closureday", "25/12/2026", {}, "is no working day already"),
        ("holidaychange", "23/12/2026", {"works": "on"}, "no bank holiday of the shipped calendar"),
    ],
)
def test_a_day_that_would_change_nothing_is_refused_in_the_administration_as_on_its_page(
    client: Client, cast: Cast, model: str, day: str, more: dict[str, str], words: str
) -> None:
    cast.nobody.is_staff = cast.nobody.is_superuser = True
    cast.nobody.save()
    form = {"partnership": str(cast.partnership.id), "day": day, "words": "Closed", **more}
    answer = signed_in(client, cast, "nobody").post(f"/administration/agencies/{model}/add/", form)
    assert words in answer.content.decode()
    assert not cast.partnership.directory_events.filter(words__contains="added in the administration").exists()


def test_a_day_that_is_entered_in_the_administration_says_that_running_dates_stay(client: Client, cast: Cast) -> None:
    cast.nobody.is_staff = cast.nobody.is_superuser = True
    cast.nobody.save()
    browser, form = signed_in(client, cast, "nobody"), {"partnership": str(cast.partnership.id), "day": "25/12/2026", "words": "Flood", "works": "on"}
    page = browser.post("/administration/agencies/holidaychange/add/", form, follow=True).content.decode()
    assert "Dates that run stay as they are" in page
    row = cast.partnership.holiday_changes.get()
    renamed = browser.post(f"/administration/agencies/holidaychange/{row.pk}/change/", {**form, "words": "Flood duty"}, follow=True)
    assert renamed.status_code == 200
    assert cast.partnership.holiday_changes.get().words == "Flood duty"
