"""How a post is reached, on a page: its shared mailbox entered, changed and removed by those who keep the agency's entries."""

from typing import Any

import pytest
from django.urls import reverse

from agencies.errors import InvalidInput, NotAllowed
from agencies.models import DirectoryEvent, Post
from agencies.services.contacts import change_contacts, change_post_contacts
from escalation.models import Notification
from escalation.services.sweep import sweep
from escalation.states import Message
from tests.cast import Cast
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db
BOX = "duty.team@northshire.example"


def post_of(cast: Cast) -> Post:
    """The post in which the receiver is asked at the first stage."""
    return Post.objects.select_related("agency").get(agency=cast.social_care, holdings__user=cast.receiver)


def place(cast: Cast) -> str:
    return reverse("post-contacts", args=[post_of(cast).pk])


def lines() -> list[str]:
    found = DirectoryEvent.objects.filter(words__contains="is reached was changed").order_by("recorded_at")
    return [words.partition(": ")[2] for words in found.values_list("words", flat=True)]


@pytest.mark.parametrize("part", ["business_unit", "receiving_lead"])
def test_a_mailbox_is_entered_changed_and_removed_each_with_a_line_that_does_not_quote_it(cast: Cast, part: str) -> None:
    keeper, kept = Visitor(getattr(cast, part), MONDAY), {name: getattr(post_of(cast), name) for name in ("phone", "out_of_hours")}
    assert any(link.attrs.get("href") == place(cast) for link in keeper.page(reverse("agency", args=[cast.social_care.code])).all("a"))
    for typed in (BOX, "other.team@northshire.example", ""):
        assert keeper.post(place(cast), kept | {"mailbox": typed}).status_code == 302
        assert post_of(cast).mailbox == typed
    assert lines() == ["shared mailbox.", "shared mailbox.", "shared mailbox (removed)."]
    keeper.post(place(cast), kept | {"mailbox": ""})
    assert len(lines()) == 3


def test_a_mailbox_that_was_entered_is_told_with_the_holder_from_then_on(cast: Cast) -> None:
    world = World(cast)
    Visitor(cast.business_unit, MONDAY).post(place(cast), {"mailbox": BOX})
    world.sent()
    sweep(london("2026-03-02 14:30"))
    told = set(Notification.objects.filter(mailbox=BOX).values_list("kind", flat=True))
    assert told == {Message.ASSIGNED, Message.HALF_WAY}


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("mailbox", "duty team", "Enter an e-mail address, like name@example.org"),
        ("mailbox", "a@b.example, c@d.example", "Enter an e-mail address"),
        ("mailbox", f"{'a' * 250}@x.example", "at most 254 characters"),
        ("phone", "1" * 41, "at most 40 characters"),
        ("out_of_hours", "x" * 121, "at most 120 characters"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_kept(cast: Cast, field: str, typed: str, words: str) -> None:
    before = post_of(cast).phone
    answer: Any = Visitor(cast.business_unit, MONDAY).post(place(cast), {"phone": "0117 496 0999", field: typed})
    shown = answer.content.decode()
    assert (answer.status_code, words in shown, f'id="id_{field}_error"' in shown, typed in shown) == (400, True, True, True)
    assert (post_of(cast).phone, post_of(cast).mailbox, lines()) == (before, "", [])


@pytest.mark.parametrize("part", ["receiver", "receiving_senior", "lead", "stranger"])
def test_nobody_else_changes_it_and_what_is_not_theirs_looks_as_if_it_were_not_there(cast: Cast, part: str) -> None:
    visitor = Visitor(getattr(cast, part), MONDAY)
    absent = reverse("post-contacts", args=["00000000-0000-0000-0000-000000000001"])
    assert {visitor.get(path).status_code for path in (place(cast), absent)} == {404}
    assert visitor.post(place(cast), {"mailbox": BOX}).status_code == 404
    assert post_of(cast).mailbox == ""


def test_the_service_refuses_too(cast: Cast) -> None:
    given = {"phone": "", "out_of_hours": "", "now": MONDAY}
    with pytest.raises(NotAllowed):
        change_post_contacts(actor=cast.receiver, post=post_of(cast), mailbox=BOX, **given)
    with pytest.raises(InvalidInput, match="Enter an e-mail address"):
        change_post_contacts(actor=cast.business_unit, post=post_of(cast), mailbox="duty", **given)
    with pytest.raises(InvalidInput, match="Enter an e-mail address"):
        change_contacts(actor=cast.business_unit, agency=cast.social_care, mailbox="duty", **given)
