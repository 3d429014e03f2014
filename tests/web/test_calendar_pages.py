"""The working-day calendar and what it does to running dates, on their pages."""

from typing import Any

import pytest
from django.urls import reverse

from agencies.models import ClosureDay
from agencies.roles import Role
from escalation.models import Dispute
from escalation.states import Ground, Verb
from tests.cast import Cast
from tests.factories import make_agency, make_member
from tests.web.signed_in import Visitor
from tests.world import World, london

NOW = london("2026-04-10 15:00")
DAY: dict[str, Any] = {"day_0": "13", "day_1": "4", "day_2": "2026", "kind": "closure", "words": "Flood", "source": "The council"}


@pytest.fixture
def unit(cast: Cast) -> Visitor:
    return Visitor(cast.business_unit, NOW)


@pytest.fixture
def dispute(cast: Cast) -> Dispute:
    """In Stage 2 since Friday at 10:00: due on Tuesday at 10:00."""
    world = World(cast, now=london("2026-04-10 09:00"))
    found = world.sent()
    world.now = london("2026-04-10 10:00")
    world.do(found, Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="It will not wait.")
    return found


def test_the_unit_enters_a_day_and_is_shown_what_would_move(unit: Visitor, dispute: Dispute) -> None:
    answer = unit.post(reverse("calendar"), DAY)
    assert answer.headers["Location"] == reverse("redate")
    page = unit.page(reverse("redate"))
    row = next(one.text for one in page.all("tr") if dispute.reference in one.text and "Respond" in one.text)
    assert "Tuesday 14 April, 10am" in row
    assert "Wednesday 15 April, 10am" in row


def test_confirming_moves_them_and_nothing_is_left_to_move(unit: Visitor, dispute: Dispute) -> None:
    unit.post(reverse("calendar"), DAY)
    unit.post(reverse("redate"))
    assert "1 disagreement was dated again. Their people are told by e-mail." in unit.get(reverse("calendar")).content.decode()
    assert "No running date would change" in unit.get(reverse("redate")).content.decode()


def test_an_administrator_is_told_how_many_but_not_which(cast: Cast, dispute: Dispute) -> None:
    administrator = Visitor(cast.administrator, NOW)
    administrator.post(reverse("calendar"), DAY)
    page = administrator.get(reverse("redate")).content.decode()
    assert dispute.reference not in page
    assert "1 disagreement that you may not see would move too." in page


@pytest.mark.parametrize("is_restricted", [True, False])
def test_whoever_has_a_role_in_an_agency_reads_of_no_number_that_they_do_not_see(cast: Cast, dispute: Dispute, is_restricted: bool) -> None:
    """Their page is the same where one is kept from their agency; the dates move all the same."""
    make_member(cast.lead, cast.partnership, Role.ADMINISTRATOR)
    Dispute.objects.filter(pk=dispute.pk).update(is_restricted=is_restricted, raising_agency=cast.school if is_restricted else cast.police)
    lead = Visitor(cast.lead, NOW)
    assert lead.post(reverse("calendar"), DAY).headers["Location"] == reverse("redate")
    page = lead.get(reverse("redate")).content.decode()
    assert "this page does not say whether there are any" in page
    assert (dispute.reference in page, "would move too" in page, "no running date that you may see" in page) == (False, False, True)
    lead.post(reverse("redate"))
    assert "Each date that had to move was dated again." in lead.get(reverse("calendar")).content.decode()
    assert "No running date would change" in Visitor(cast.business_unit, NOW).get(reverse("redate")).content.decode()


def test_a_day_that_has_passed_says_what_it_does(unit: Visitor) -> None:
    unit.post(reverse("calendar"), DAY | {"day_0": "9"})
    assert "The day has passed: what ended before now stays as it is." in unit.get(reverse("calendar")).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day_0": "11"}, "That is a Saturday"),
        ({"words": ""}, "Enter why"),
        ({"kind": ""}, "Choose what it is"),
        ({"day_1": "13"}, "The day must be a real date"),
    ],
)
def test_a_mistake_is_said_beside_the_field_and_what_was_typed_stays(unit: Visitor, changes: dict[str, str], words: str) -> None:
    answer = unit.post(reverse("calendar"), DAY | changes)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page
    assert 'value="The council"' in page
    assert not ClosureDay.objects.exists()


def test_a_day_can_be_taken_out_again(unit: Visitor, cast: Cast) -> None:
    row = ClosureDay.objects.create(partnership=cast.partnership, day="2026-04-13", words="Flood")
    assert unit.post(reverse("day-remove", args=[row.pk])).headers["Location"] == reverse("redate")
    assert not ClosureDay.objects.exists()
    assert unit.post(reverse("day-remove", args=[row.pk])).status_code == 404


def test_everybody_reads_the_calendar_and_only_the_keepers_change_it(cast: Cast) -> None:
    make_agency(cast.partnership)
    lead = Visitor(cast.lead, NOW)
    page = lead.get(reverse("calendar")).content.decode()
    assert "Bank holidays of England and Wales" in page
    assert "Enter a day" not in page
    assert lead.post(reverse("calendar"), DAY).status_code == 403
    assert lead.get(reverse("redate")).status_code == 403
