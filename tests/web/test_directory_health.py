"""What the directory lacks, with the way to mend it, and what nobody who can act holds."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from agencies.models import Agency, DirectoryEvent, Post, PostHolding, User
from escalation.models import Dispute, Notification
from escalation.services.files.scanning import watch_scanner
from escalation.states import Delivery, Message
from tests.cast import Cast
from tests.escalation.attached import nobody
from tests.factories import make_holding, make_post
from tests.web.signed_in import Visitor
from tests.world import MONDAY

URL = "/directory/health/"


def lacks(visitor: Visitor, agency: Agency) -> Iterator[tuple[str, str]]:
    """What the page says of an agency, each with where its link leads."""
    page = visitor.page(URL)
    rows = [one for one in page.all("li") if agency.name in one.text]
    links = {link.text: link.attrs["href"] for link in page.all("a", class_="c-small")}
    for row in rows:
        way = next(href for text, href in links.items() if row.text.endswith(text))
        yield row.text.split(". ")[0], way


@pytest.fixture
def unit(cast: Cast) -> Visitor:
    return Visitor(cast.business_unit, MONDAY)


def test_each_thing_that_is_missing_leads_to_where_it_is_mended(cast: Cast, unit: Visitor) -> None:
    make_post(cast.police, 3, "Inspector")
    found = dict(lacks(unit, cast.police))
    people = f"{reverse('my-people')}?agency=northshire-police"
    assert found["No safeguarding lead"] == people
    assert found["Nobody holds the post “Inspector”"] == people
    assert found["No out-of-hours contact"] == reverse("contacts", args=["northshire-police"])
    assert found["Nobody at level 4: the business unit is asked"] == reverse("directory-import")
    assert found["2 contacts not confirmed lately"] == reverse("agency", args=["northshire-police"])


def test_the_unit_alone_is_told_that_the_virus_scanner_is_away_here_and_on_its_board(cast: Cast, unit: Visitor, settings: Any) -> None:
    words = "The virus scanner has not answered since Monday 2 March 2026, 10am."

    def said(visitor: Visitor, path: str = URL) -> bool:
        return words in visitor.page(path).all("main")[0].text

    assert not said(unit)
    settings.CONCORD_SCANNER = nobody()
    watch_scanner(MONDAY)
    assert (said(unit), said(unit, reverse("board")), said(Visitor(cast.lead, MONDAY))) == (True, True, False)


def test_a_lead_alone_has_nobody_who_deputises(cast: Cast, unit: Visitor) -> None:
    assert "Nobody deputises for the safeguarding lead" in dict(lacks(unit, cast.school))
    make_holding(Post.objects.get(title="Designated safeguarding lead"), cast.own_manager, rank=1)
    assert "Nobody deputises for the safeguarding lead" not in dict(lacks(unit, cast.school))


def test_a_post_with_a_deputy_only_is_told_apart(cast: Cast, unit: Visitor) -> None:
    PostHolding.objects.filter(post__title="Head of year").update(rank=1)
    assert "Nobody holds the post “Head of year”, only a deputy" in dict(lacks(unit, cast.school))


def test_an_out_of_hours_contact_is_missed_until_it_is_given(cast: Cast, unit: Visitor) -> None:
    given = {"phone": "0117 900 0000", "out_of_hours": "Duty head, 0117 900 0111", "mailbox": ""}
    assert unit.post(reverse("contacts", args=["hillside-school"]), given).status_code == 302
    assert "No out-of-hours contact" not in dict(lacks(unit, cast.school))
    words = DirectoryEvent.objects.latest("recorded_at").words
    assert words == "How Hillside School is reached was changed: phone, out-of-hours contact."


def test_a_mistake_in_the_contacts_is_said_and_nothing_kept(cast: Cast, unit: Visitor) -> None:
    answer = unit.post(reverse("contacts", args=["hillside-school"]), {"phone": "1", "mailbox": "no address"})
    assert "Enter an e-mail address" in answer.content.decode()
    assert Agency.objects.get(pk=cast.school.pk).phone == ""


def test_an_address_from_which_the_newest_message_came_back_is_named(cast: Cast, unit: Visitor, dispute: Dispute) -> None:
    message = {"dispute": dispute, "recipient": cast.receiver, "kind": Message.ASSIGNED, "action": "Respond", "not_before": MONDAY}
    Notification.objects.create(key="a", created_at=MONDAY, state=Delivery.BOUNCED, **message)
    assert "A message to Rashida Shah came back" in dict(lacks(unit, cast.social_care))
    Notification.objects.create(key="b", created_at=MONDAY, state=Delivery.SENT, **message)
    assert "A message to Rashida Shah came back" not in dict(lacks(unit, cast.social_care))


def test_what_somebody_holds_who_cannot_sign_in_is_listed(cast: Cast, unit: Visitor, dispute: Dispute) -> None:
    assert "everything that is open is held by somebody who can sign in" in unit.page(URL).one("main").text
    User.objects.filter(pk=cast.receiver.pk).update(is_active=False)
    words = unit.page(URL).one("main").text
    assert f"1 request held: {dispute.reference}" in words


def test_a_lead_sees_the_own_agency_alone(cast: Cast) -> None:
    words = Visitor(cast.lead, MONDAY).page(URL).one("main").text
    assert "Hillside School" in words
    assert "Northshire Police" not in words
    assert "Held by nobody" not in words


@pytest.mark.parametrize("part", ["raiser", "receiver", "chair"])
def test_others_are_refused(cast: Cast, part: str) -> None:
    visitor = Visitor(getattr(cast, part), MONDAY)
    assert visitor.get(URL).status_code == 403
    assert visitor.get(reverse("contacts", args=["hillside-school"])).status_code == 404


def test_the_keepers_say_for_how_long_a_confirmed_contact_counts(cast: Cast, unit: Visitor) -> None:
    assert [link.text for link in unit.page(URL).all("a", href=reverse("contact-check"))] == ["How long a confirmation counts"]
    assert unit.page(reverse("contact-check")).one("input", name="months").attrs["value"] == "6"
    wrong = unit.post(reverse("contact-check"), {"months": "25"})
    assert (wrong.status_code, "Enter a number of months from 1 to 24" in wrong.content.decode()) == (400, True)
    unit.post(reverse("contact-check"), {"months": "12"})
    cast.partnership.refresh_from_db()
    assert cast.partnership.contacts_count_for.days == 366
    assert DirectoryEvent.objects.latest("recorded_at").words == "A confirmed contact counts for 12 months."
