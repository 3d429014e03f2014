"""The page on which somebody is replaced."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from agencies.models import Departure, Membership, User
from escalation.models import Dispute, Request
from tests.cast import Cast
from tests.factories import make_holder
from tests.web.signed_in import Visitor
from tests.world import MONDAY


@pytest.fixture
def successor(cast: Cast) -> User:
    return make_holder(cast.social_care, 2, "Sam Underwood", title="Team manager, second team")


@pytest.fixture
def given(successor: User) -> dict[str, Any]:
    return {"successor": str(successor.pk), "when": "now"}


def url(cast: Cast, leaver: User | None = None) -> str:
    return reverse("leave", args=[cast.social_care.code, (leaver or cast.receiver).pk])


def test_the_page_shows_what_is_held_and_by_whom_it_may_be_read(cast: Cast, dispute: Dispute, successor: User) -> None:
    page = Visitor(cast.receiving_lead, MONDAY).get(url(cast)).content.decode()
    assert "Rashida Shah leaves Northshire Social Care" in page
    assert "1 request held" in page
    assert dispute.reference in page
    hidden = Visitor(cast.administrator, MONDAY).get(url(cast)).content.decode()
    assert "1 request held" in hidden
    assert dispute.reference not in hidden


def test_nothing_happens_before_the_check_is_confirmed(cast: Cast, dispute: Dispute, given: dict[str, Any]) -> None:
    lead = Visitor(cast.receiving_lead, MONDAY)
    assert "Check before Rashida Shah leaves" in lead.post(url(cast), given).content.decode()
    assert Request.objects.get(dispute=dispute).holder == cast.receiver
    assert lead.post(url(cast), given | {"confirmed": "1"}).headers["Location"] == reverse("my-people")
    assert Request.objects.get(dispute=dispute).holder.name == "Sam Underwood"  # type: ignore[union-attr]


def test_an_answer_can_be_changed_and_nothing_typed_is_lost(cast: Cast, given: dict[str, Any]) -> None:
    page = Visitor(cast.receiving_lead, MONDAY).post(url(cast), given | {"takes_posts": "on", "change": "1"}).content.decode()
    assert f'<option value="{given["successor"]}" selected>Sam Underwood' in page
    assert "checked" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"successor": ""}, "Choose who takes over"),
        ({"when": ""}, "Answer “When does it end?”"),
        ({"when": "later"}, "Enter the last day"),
        ({"when": "later", "last_day_0": "1", "last_day_1": "1", "last_day_2": "2020", "confirmed": "1"}, "The last day must be today or later"),
    ],
)
def test_a_mistake_is_said_beside_the_field(cast: Cast, given: dict[str, Any], changes: dict[str, str], words: str) -> None:
    assert words in Visitor(cast.receiving_lead, MONDAY).post(url(cast), given | changes).content.decode()
    assert not Departure.objects.exists()


def test_a_later_day_is_planned_and_can_be_withdrawn(cast: Cast, given: dict[str, Any]) -> None:
    lead = Visitor(cast.receiving_lead, MONDAY)
    day = {"when": "later", "last_day_0": "6", "last_day_1": "3", "last_day_2": "2026", "confirmed": "1"}
    lead.post(url(cast), given | day)
    people = lead.get(reverse("my-people")).content.decode()
    assert "Last day Friday 6 March 2026; Sam Underwood takes over" in people
    lead.post(reverse("leave-withdraw", args=[Departure.objects.get().pk]))
    assert not Departure.objects.exists()
    assert Membership.objects.get(user=cast.receiver).until is None


def test_whoever_left_cannot_open_a_page_any_more(cast: Cast, dispute: Dispute, given: dict[str, Any]) -> None:
    leaver = Visitor(cast.receiver, MONDAY)
    assert leaver.get(f"/d/{dispute.reference}/").status_code == 200
    Visitor(cast.receiving_lead, MONDAY + timedelta(minutes=1)).post(url(cast), given | {"confirmed": "1"})
    assert leaver.get(f"/d/{dispute.reference}/").status_code == 302


@pytest.mark.parametrize("part", ["receiver", "own_manager", "lead", "receiving_senior", "chair", "stranger"])
def test_others_find_no_such_page(cast: Cast, part: str) -> None:
    assert Visitor(getattr(cast, part), MONDAY).get(url(cast)).status_code == 404


def test_one_place_is_shown_for_the_partnerships_own_people(cast: Cast) -> None:
    page = Visitor(cast.business_manager, MONDAY).get(reverse("leave-partnership", args=[cast.chair.pk])).content.decode()
    assert "Moses Okafor is chair" in page
