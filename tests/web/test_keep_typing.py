"""What is typed is kept while it is typed: for who typed it, on a page that they were given, until it is sent."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from agencies.models import KeptForm
from agencies.person import person_of
from agencies.services.identity import kept_forms
from agencies.services.identity.kept_forms import MOST_TYPED
from escalation.models import Dispute
from escalation.services.drafts import begin_draft, save_draft
from escalation.services.kept_words import forget_kept_words
from escalation.states import State
from tests.canary.watching import MARK, watched
from tests.web.page import Page
from tests.web.signed_in import BACKEND
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
KEEP = "/session/typing/"


class Desk:
    """The receiving manager on the page that responds, at a browser that keeps what is typed."""

    def __init__(self, world: World, traveller: time_machine.Traveller) -> None:
        self.cast, self.traveller, self.now = world.cast, traveller, MONDAY
        dispute = world.sent()
        self.page = f"/d/{dispute.reference}/respond/"
        self.at(world.cast.receiver)
        self.given = self.pass_of(self.page)

    def at(self, user: Any, **how: Any) -> None:
        self.client = Client(**how)
        self.client.force_login(user, backend=BACKEND)

    def wait(self, **span: int) -> None:
        self.now += timedelta(**span)
        self.traveller.move_to(self.now, tick=False)

    def look(self) -> Page:
        return Page(self.client.get(self.page).content.decode())

    def pass_of(self, page: str) -> str:
        found = Page(self.client.get(page).content.decode()).all("div", **{"data-keeping": ""})
        return str(found[0].attrs["data-pass"]) if found else ""

    def keep(self, reasons: str = "No assessment is needed.", **more: str) -> Any:
        sent = {"kept-page": self.page, "kept-action": self.page, "kept-pass": self.given, "answer": "disagrees", "reasons": reasons}
        return self.client.post(KEEP, sent | more)

    def left(self) -> int:
        return int(self.client.get("/session/left/").json()["left"])

    def send(self, **more: str) -> Any:
        seen = self.look().one("input", name="seen").attrs["value"]
        return self.client.post(self.page, {"seen": seen, "answer": "disagrees", "reasons": "No assessment is needed.", **more})


@pytest.fixture
def desk(world: World, settings: Any) -> Iterator[Desk]:
    settings.CONCORD_IDLE_MINUTES, settings.CONCORD_SESSION_HOURS = 30, 12
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield Desk(world, traveller)


def test_of_two_forms_on_a_page_each_is_kept_and_goes_when_it_is_sent_itself(desk: Desk) -> None:
    desk.keep("Typed before.")
    desk.keep()
    desk.keep("For the file.", **{"kept-action": "/elsewhere/"})
    shown = desk.look()
    assert shown.one("textarea", name="reasons").text.strip() == "No assessment is needed."
    # No form of this page goes there: it is given back to be copied.
    assert "For the file." in [one.attrs.get("value") for one in shown.all("input", readonly="")]
    assert desk.send(confirmed="1").status_code == 302
    assert KeptForm.objects.get().action == "/elsewhere/"


def test_it_is_back_on_the_page_in_the_same_session_with_a_sentence_that_says_so(desk: Desk) -> None:
    desk.wait(minutes=42)
    desk.at(desk.cast.receiver)
    assert desk.keep().content.decode() == "Kept at 10:42am."
    shown = desk.look()
    assert shown.one("textarea", name="reasons").text.strip() == "No assessment is needed."
    assert "kept on Monday 2 March 2026, 10:42am. It has not been sent yet." in shown.one("main").text


def test_what_was_begun_is_found_again_from_my_work_and_the_disagreement_until_it_is_sent(desk: Desk) -> None:
    desk.wait(minutes=12)
    desk.keep()
    case = desk.page.removesuffix("respond/")
    for place in ("/my-work/", case):
        shown = Page(desk.client.get(place).content.decode())
        assert [one.text for one in shown.all("a", href=desk.page) if "main" in one.inside][0].startswith("Respond"), place
        assert "Monday 2 March, 10:12am" in shown.one("main").text
    assert desk.send(confirmed="1").status_code == 302
    for place in ("/my-work/", case):
        assert not [one for one in Page(desk.client.get(place).content.decode()).all("a", href=desk.page) if "main" in one.inside]
    desk.at(desk.cast.receiving_lead)
    assert "begun" not in desk.client.get("/my-work/").content.decode().lower()


def test_it_goes_when_the_form_is_sent_and_stays_through_a_refusal_and_the_check_page(desk: Desk) -> None:
    desk.keep()
    assert desk.send(answer="").status_code == 400
    assert desk.send().status_code == 200
    assert KeptForm.objects.exists()
    assert desk.send(confirmed="1").status_code == 302
    assert not KeptForm.objects.exists()


def test_it_is_no_use_of_the_session_whatever_is_sent(desk: Desk) -> None:
    desk.wait(minutes=20)
    for words in ("One", "One", "One and two"):
        assert desk.keep(words).status_code == 200
    assert desk.left() == 600


def test_when_the_time_is_over_the_words_are_kept_and_the_session_is_not(desk: Desk) -> None:
    desk.wait(minutes=31)
    assert desk.keep().status_code == 403
    assert KeptForm.objects.get().user == desk.cast.receiver
    assert desk.left() == 0


def test_what_is_emptied_again_is_not_put_back_and_counts_as_nothing_begun(desk: Desk) -> None:
    desk.keep()
    assert desk.keep(reasons="", answer="").status_code == 200
    assert desk.look().one("textarea", name="reasons").text.strip() == ""
    assert "You had emptied this page" in desk.look().one("main").text
    assert not [one for one in Page(desk.client.get("/my-work/").content.decode()).all("a", href=desk.page) if "main" in one.inside]


def draft_of(desk: Desk) -> str:
    """The question of a draft of the raiser's that asks what is disputed, answered and kept by Continue."""
    cast = desk.cast
    person = person_of(cast.raiser, MONDAY.date())
    draft = begin_draft(person, agency=cast.raising.pk, now=MONDAY)
    save_draft(draft.pk, person, {"what": "The name of a child, by mistake."}, now=MONDAY)
    desk.at(cast.raiser)
    desk.page = f"/log/{draft.reference}/matter/"
    desk.given = desk.pass_of(desk.page)
    return str(draft.reference)


def test_words_deleted_from_a_drafts_question_stay_away(desk: Desk) -> None:
    draft_of(desk)
    assert "by mistake" in desk.look().one("textarea", name="what").text
    desk.client.post(KEEP, {"kept-page": desk.page, "kept-action": desk.page, "kept-pass": desk.given, "what": ""})
    assert desk.look().one("textarea", name="what").text.strip() == ""


def test_of_another_agency_the_person_suggested_is_chosen_though_words_were_kept_while_it_was_the_one_before(desk: Desk) -> None:
    """What was kept names nobody of the agency that is asked now; the other words are back."""
    cast, draft = desk.cast, draft_of(desk)
    desk.page = f"/log/{draft}/counterpart/"
    desk.client.post(f"/log/{draft}/agency/", {"receiving": [str(cast.police.pk)]})
    desk.given = desk.pass_of(desk.page)
    kept = {f"holder_{cast.police.pk}": str(cast.police_manager.pk), "disputed_name": "The duty officer", "kept-pass": desk.given}
    desk.client.post(KEEP, kept | {"kept-page": desk.page, "kept-action": desk.page})
    desk.client.post(f"/log/{draft}/agency/", {"receiving": [str(cast.social_care.pk)]})
    shown = desk.look()
    asked = [one for one in shown.all("input", name=f"holder_{cast.social_care.pk}") if "checked" in one.attrs]
    assert [one.attrs["value"] for one in asked] == [str(cast.receiver.pk)]
    assert shown.one("input", name="disputed_name").attrs["value"] == "The duty officer"


def test_words_on_a_drafts_question_are_kept_as_long_as_the_draft(desk: Desk) -> None:
    reference = draft_of(desk)
    desk.keep()
    assert forget_kept_words(MONDAY + timedelta(days=60)) == 0
    desk.client.post(f"/log/{reference}/delete/", {})
    assert not KeptForm.objects.exists()


def test_words_on_a_drafts_question_go_once_it_is_a_draft_no_more(desk: Desk) -> None:
    reference = draft_of(desk)
    desk.keep()
    Dispute.objects.filter(reference=reference).update(state=State.WITHDRAWN, ended_at=MONDAY)
    assert forget_kept_words(MONDAY) == 1


def test_words_on_a_disagreement_are_kept_while_it_runs_and_thirty_days_after_they_were_kept(desk: Desk) -> None:
    desk.keep()
    assert forget_kept_words(MONDAY + timedelta(days=60)) == 0
    Dispute.objects.update(state=State.CLOSED, ended_at=MONDAY, wake_at=None)
    assert [forget_kept_words(MONDAY + timedelta(days=days)) for days in (30, 31)] == [0, 1]


def test_words_typed_on_the_phone_are_in_a_session_that_was_open_before(desk: Desk) -> None:
    laptop = desk.client
    laptop.get("/my-work/")
    desk.at(desk.cast.receiver)
    desk.keep("From the phone.")
    desk.client = laptop
    assert desk.look().one("textarea", name="reasons").text.strip() == "From the phone."
    assert [one for one in Page(laptop.get("/my-work/").content.decode()).all("a", href=desk.page) if "main" in one.inside]
    assert desk.send(confirmed="1").status_code == 302
    assert not KeptForm.objects.exists()


def test_nothing_is_given_up_for_a_page_too_many_and_its_writer_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms, "MOST", 1)
    desk.keep("First")
    assert desk.keep("First, longer").status_code == 200
    desk.page = desk.page.replace("respond", "add-note")
    desk.given = desk.pass_of(desk.page)
    refused = desk.keep("Second")
    assert (refused.status_code, "is not kept" in refused.content.decode()) == (409, True)
    assert KeptForm.objects.get().page.endswith("/respond/")


def test_of_a_page_that_is_not_theirs_nothing_is_kept(desk: Desk) -> None:
    mine = desk.given
    desk.at(desk.cast.stranger)
    desk.given = desk.pass_of(desk.page)
    assert desk.given == ""
    for tried in (desk.given, mine, desk.pass_of("/my-work/")):
        assert desk.keep(**{"kept-pass": tried}).status_code == 403
    assert not KeptForm.objects.exists()


def test_a_role_that_may_not_respond_gets_nothing_kept_there(desk: Desk) -> None:
    desk.at(desk.cast.raiser)
    assert desk.client.get(desk.page).status_code == 403
    assert desk.keep(**{"kept-pass": desk.pass_of(desk.page)}).status_code == 403
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/x", ""])
def test_only_for_a_form_that_goes_to_a_page_of_ours(desk: Desk, address: str) -> None:
    assert desk.keep(**{"kept-action": address}).status_code == 403
    assert not KeptForm.objects.exists()


def test_more_than_any_form_takes_is_not_kept_and_what_was_kept_stays(desk: Desk) -> None:
    desk.keep("Short")
    assert desk.keep("x" * (MOST_TYPED + 1)).status_code == 413
    assert desk.look().one("textarea", name="reasons").text.strip() == "Short"


def test_nobody_and_a_forged_form_keep_nothing(desk: Desk) -> None:
    desk.client = Client()
    assert desk.keep().status_code == 403
    desk.at(desk.cast.receiver, enforce_csrf_checks=True)
    assert desk.keep().status_code == 403
    assert not KeptForm.objects.exists()


def test_no_word_of_it_is_in_a_log_line_or_an_address(desk: Desk) -> None:
    with watched() as seen:
        desk.keep(f"{MARK} writes")
        desk.keep(f"{MARK} writes", **{"kept-pass": "x"})
        desk.look()
    assert MARK not in "".join(seen.lines + seen.access + seen.addresses)
    assert MARK not in KeptForm.objects.get().sealed


def test_a_form_that_holds_only_what_its_page_put_in_was_not_begun(desk: Desk) -> None:
    own = {"kept-page": desk.page, "kept-action": desk.page, "kept-pass": desk.given, "seen": "1.2", "action-TOTAL_FORMS": "3"}
    assert desk.client.post(KEEP, own).status_code == 204
    assert not KeptForm.objects.exists()
