"""“Confirm it is you”: asked after ten minutes, before what gives out records or changes who may do what."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pyotp
import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from agencies.models import Cover, KeptForm, Membership, Session, SignInEvent, User
from agencies.services.identity import kept_forms, second_factor
from agencies.sign_ins import SignInKind, Visit
from escalation.engine.perform import Seen
from escalation.models import LegalHold
from escalation.states import Verb
from escalation.web.verbs.pages import PAGES, slug_of
from reports.documents.kinds import DocumentKind
from tests.access.routes import routes
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.web.page import Page
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ADD = "/directory/people/add/hillside-school/"
NEW = {"name": "Ann New", "email": "ann.new@example.org", "role": "practitioner", "job_title": "Teacher", "phone": ""}
CONFIRMED = {
    "person-add", "person-add-to", "role-change", "role-end", "leave", "leave-partnership", "directory-import", "cover",
    "agency-add", "agency-add-contacts", "agency-add-check",
    "report-data", "agency-data", "agency-scorecard", "report-download", "report-html", "board-data", "standing-data", "findings-data",
    "audit-data", "report-issue",
    "second-factor", "app-add", "app-remove", "codes-make", "passkey-begin", "passkey-add", "passkey-remove", "second-factor-rules", "factors-reset",
    "sessions-end-of", "session-end", "sessions-end", "keeping-periods", "child-names", "hold", "hold-lift", "access-ask", "access-request",
    "access-file", "access-piece-file", "processing-data",
    "document-pdf", "document-prepared",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _ten_minutes(settings: Any) -> None:
    settings.CONCORD_CONFIRM_MINUTES = 10


@pytest.fixture
def later(cast: Cast) -> Iterator[Client]:
    """The school's lead, eleven minutes after signing in."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = Client()
        client.force_login(cast.lead)
        traveller.shift(timedelta(minutes=11))
        yield client


def test_what_is_one_page_too_many_to_keep_is_given_back_before_confirming(later: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms, "MOST", 0)
    answer = later.post(ADD, {"name": "Olive O’Brien"})
    assert (answer.status_code, "Olive O’Brien" in answer.content.decode(), KeptForm.objects.exists()) == (409, True, False)


def test_these_doors_ask_and_no_other() -> None:
    found = {name for name, pattern in routes(get_resolver()) if getattr(pattern.callback, "confirms_first", False)}
    assert found == CONFIRMED


def test_anonymising_and_placing_and_lifting_a_hold_ask_and_no_other_verb(cast: Cast) -> None:
    assert {verb for verb, page in PAGES.items() if page.confirms} == {Verb.ANONYMISE, Verb.PLACE_HOLD, Verb.LIFT_HOLD}
    world = World(cast)
    dispute = world.log()
    world.do(dispute, Verb.PLACE_HOLD, cast.lead, reason="An inquest.")
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = Client()
        client.force_login(cast.lead)
        traveller.shift(timedelta(minutes=11))
        for verb in (Verb.ANONYMISE, Verb.PLACE_HOLD, Verb.LIFT_HOLD):
            page = f"/d/{dispute.reference}/{slug_of(verb)}/"
            for answer in (client.get(page), client.post(page, {"seen": "1.1", "reason": "Over.", "confirmed": "on"})):
                assert (answer.status_code, answer.headers["Location"]) == (302, f"/account/confirm/?{urlencode({'next': page})}")
        assert LegalHold.objects.get().lifted_at is None
        assert confirm(client, PASSWORD, page).url == page
        assert client.post(page, {"seen": str(Seen.of(world.fresh(dispute))), "reason": "Over."}).status_code == 302
    assert LegalHold.objects.get().lifted_at == MONDAY + timedelta(minutes=11)


def test_within_ten_minutes_of_signing_in_nobody_is_asked(cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = Client()
        client.force_login(cast.lead)
        traveller.shift(timedelta(minutes=9, seconds=59))
        assert client.get(ADD).status_code == 200


def confirm(client: Client, password: str, next_page: str = ADD) -> Any:
    return client.post("/account/confirm/", {"password": password, "next": next_page})


def test_later_one_confirms_and_goes_on_where_one_was(later: Client) -> None:
    asked = later.get(ADD)
    assert asked.headers["Location"] == "/account/confirm/?next=%2Fdirectory%2Fpeople%2Fadd%2Fhillside-school%2F"
    assert "Confirm it is you" in later.get(asked.headers["Location"]).content.decode()
    assert confirm(later, PASSWORD).url == ADD
    assert later.get(ADD).status_code == 200
    assert SignInEvent.objects.first().kind == SignInKind.PROVED  # type: ignore[union-attr]


def test_who_sits_at_an_open_screen_gives_nobody_access_by_cover(later: Client, cast: Cast) -> None:
    page = reverse("cover", args=[cast.own_manager.pk])
    days = {f"{name}_{number}": part for name in ("starts", "ends") for number, part in enumerate(("9", "3", "2026"))}
    typed = {"deputy": str(cast.colleague.pk), **days}
    assert later.post(page, typed).headers["Location"].startswith("/account/confirm/")
    assert not Cover.objects.exists()
    confirm(later, PASSWORD, page)
    assert later.post(page, typed).headers["Location"] == reverse("my-people")
    assert Cover.objects.get().deputy == cast.colleague


def test_a_wrong_passphrase_is_refused_and_counted(later: Client) -> None:
    assert "This is not your passphrase" in confirm(later, "wrong").content.decode()
    for _ in range(9):
        answer = confirm(later, "wrong")
    assert answer.status_code == 429
    assert later.get(ADD).status_code == 302


def test_what_was_typed_comes_back_unsent(later: Client) -> None:
    later.post(ADD, NEW, headers={"Referer": f"http://testserver{ADD}"})
    assert not Membership.objects.filter(user__email=NEW["email"]).exists()
    confirm(later, PASSWORD)
    page = Page(later.get(ADD).content.decode())
    assert page.one("input", name="name").attrs["value"] == "Ann New"
    later.post(ADD, NEW)
    assert Membership.objects.filter(user__email=NEW["email"]).exists()


def test_it_never_leads_off_the_site(later: Client) -> None:
    assert confirm(later, PASSWORD, "https://elsewhere.example/").url.startswith("/")


def test_confirming_gives_the_session_a_new_key(later: Client) -> None:
    before = later.session.session_key
    confirm(later, PASSWORD)
    assert later.session.session_key not in {None, before}
    assert Session.objects.filter(session_key=before).count() == 0
    stolen = Client()
    stolen.cookies["sessionid"] = before or ""
    assert stolen.get("/my-work/").status_code == 302


def test_whoever_has_a_second_factor_shows_it_too(later: Client, cast: Cast) -> None:
    now = timezone.now()
    second_factor.add_app(user=cast.lead, secret=SECRET, code=pyotp.TOTP(SECRET).at(now), visit=Visit(), now=now)
    code = second_factor.new_codes(user=cast.lead, visit=Visit(), now=now)[0]
    assert "Enter the code" in confirm(later, PASSWORD).content.decode()
    for typed in ({"password": PASSWORD, "code": "000000"}, {"password": "wrong", "code": code}):
        assert later.post("/account/confirm/", typed | {"next": ADD}).status_code == 200
        assert later.get(ADD).status_code == 302
    assert later.post("/account/confirm/", {"password": PASSWORD, "code": code, "next": ADD}).headers["Location"] == ADD
    assert later.get(ADD).status_code == 200


def test_an_account_is_changed_in_the_administration_only_after_confirming(cast: Cast) -> None:
    keeper = User.objects.create_superuser("keeper@example.org", PASSWORD, name="Keeper")
    page = f"/administration/agencies/user/{cast.lead.pk}/change/"
    typed = {"email": "new@example.org", "name": cast.lead.name, "phone": "", "is_active": "on"}
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = Client()
        client.force_login(keeper)
        traveller.shift(timedelta(minutes=11))
        for answer in (client.get(page), client.post(page, typed)):
            assert answer.headers["Location"] == f"/account/confirm/?{urlencode({'next': page})}"
        assert User.objects.get(pk=cast.lead.pk).email == cast.lead.email
        confirm(client, PASSWORD, page)
        assert client.post(page, typed).status_code == 302
    assert User.objects.get(pk=cast.lead.pk).email == "new@example.org"


def test_a_document_of_a_disagreement_leaves_as_a_file_only_after_confirming_and_opens_as_a_page_before(cast: Cast) -> None:
    world = World(cast)
    address = f"/d/{world.sent().reference}/view/documents/{DocumentKind.ESCALATION_RECORD.slug}"
    with time_machine.travel(MONDAY, tick=False) as traveller:
        client = Client()
        client.force_login(cast.lead)
        traveller.shift(timedelta(minutes=11))
        assert client.get(f"{address}/").status_code == 200
        assert client.get(f"{address}.pdf?child=yes").headers["Location"] == f"/account/confirm/?{urlencode({'next': f'{address}.pdf?child=yes'})}"
        confirm(client, PASSWORD)
        assert client.get(f"{address}.pdf?child=yes").headers["Content-Type"] == "application/pdf"
