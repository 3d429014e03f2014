"""Shared mailboxes as recipients: an agency's instead of somebody, a post's as well as its holder. Reading needs somebody who signs in."""

import pytest
from django.test import Client
from django.urls import reverse

from agencies.errors import WrongState
from agencies.models import Agency, Post
from escalation.models import Clock, Dispute, Notification, StageRun
from escalation.services import mail
from escalation.services.outbox import deliver
from escalation.services.sweep import sweep
from escalation.states import Delivery, Message, Verb
from tests.cast import Cast
from tests.escalation.verbs import respond
from tests.factories import make_agency
from tests.world import World, london

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
TEAM, DESK = "team@socialcare.example", "desk@surgery.example"


def to(address: str) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(mailbox=address).order_by("created_at", "pk")
    return [(row.kind, row.action) for row in rows]


def words(dispute: Dispute, address: str) -> str:
    row = Notification.objects.select_related("dispute__partnership", "request").filter(dispute=dispute, mailbox=address)[0]
    composed = mail.compose(row)
    assert composed.to == [address]
    return str(composed.body)


def test_a_posts_mailbox_is_asked_and_reminded_as_well_as_its_holder(world: World, cast: Cast) -> None:
    Post.objects.filter(agency=cast.social_care, title="Team manager").update(mailbox=TEAM)
    dispute = world.sent()
    assert to(TEAM) == list(Notification.objects.filter(recipient=cast.receiver).values_list("kind", "action"))
    assert to(TEAM) == [(Message.ASSIGNED, "Respond: Stage 1")]
    sweep(london("2026-03-02 14:30"))
    sweep(london("2026-03-03 10:01"))
    assert [kind for kind, _ in to(TEAM)] == list(Notification.objects.filter(recipient=cast.receiver).order_by("pk").values_list("kind", flat=True))
    assert "this shared mailbox is their post's. To read it, somebody signs in." in words(dispute, TEAM)


def test_a_mailbox_of_another_post_or_of_an_earlier_holder_hears_nothing(world: World, cast: Cast) -> None:
    Post.objects.filter(agency=cast.social_care, title="Team manager").update(mailbox=TEAM)
    Post.objects.filter(agency=cast.social_care, title="Service manager").update(mailbox="others@socialcare.example")
    dispute = world.sent()
    before = len(to(TEAM))
    world.do(dispute, Verb.REASSIGN, cast.receiver, to=cast.receiving_lead.pk)
    assert (len(to(TEAM)), to("others@socialcare.example")) == (before, [])


def test_an_agencys_mailbox_is_asked_where_nobody_there_holds_it(world: World, cast: Cast) -> None:
    dispute = world.sent(make_agency(cast.partnership, "Northshire Surgery", mailbox=DESK))
    assert [kind for kind, _ in to(DESK)] == [Message.ASSIGNED]
    assert "please pass it to somebody who can sign in" in words(dispute, DESK)


def test_no_mailbox_of_the_agency_from_whose_people_it_is_kept_hears_of_it_though_nobody_there_holds_it(world: World, cast: Cast) -> None:
    Agency.objects.filter(pk=cast.school.pk).update(mailbox=DESK)
    told, kept = (respond(world, world.sent(is_restricted=is_restricted)) for is_restricted in (False, True))
    StageRun.objects.update(holder=None)
    Clock.objects.running().filter(agency=cast.school).update(owner=None)
    world.do(told, Verb.CHASE, cast.business_unit)
    assert Notification.objects.filter(dispute=told, mailbox=DESK).exists()
    with pytest.raises(WrongState):  # There is nobody to write to.
        world.do(kept, Verb.CHASE, cast.business_unit)
    sweep(london("2026-03-05 10:00"))
    assert Notification.objects.filter(dispute=kept, kind=Message.UNIT, recipient=cast.business_unit).exists()
    assert not Notification.objects.filter(dispute=kept, mailbox=DESK).exists()


def test_what_waits_for_a_mailbox_that_was_changed_meanwhile_does_not_leave(world: World, cast: Cast) -> None:
    Post.objects.filter(agency=cast.social_care, title="Team manager").update(mailbox=TEAM)
    held = world.sent()
    surgery = make_agency(cast.partnership, "Northshire Surgery", mailbox=DESK)
    unheld = world.sent(surgery)
    Post.objects.filter(mailbox=TEAM).update(mailbox="new@socialcare.example")
    Agency.objects.filter(pk=surgery.pk).update(mailbox="")
    deliver(world.now)
    rows = Notification.objects.filter(mailbox__in=[TEAM, DESK])
    assert {(row.state, row.trouble) for row in rows} == {(Delivery.DROPPED, "it is nobody's shared mailbox any more")}
    # The holder of the first was told; the second reached nobody, which its raising side must hear.
    undelivered = Notification.objects.filter(kind=Message.UNDELIVERED, recipient=cast.own_manager)
    assert list(undelivered.values_list("dispute", "action")) == [(unheld.pk, "Find another contact: the message did not arrive")]
    assert Notification.objects.filter(dispute=held, recipient=cast.receiver, state=Delivery.SENT).exists()


def test_what_is_for_a_mailbox_that_is_still_there_leaves(world: World, cast: Cast) -> None:
    Post.objects.filter(agency=cast.social_care, title="Team manager").update(mailbox=TEAM)
    world.sent()
    deliver(world.now)
    assert Notification.objects.get(mailbox=TEAM).state == Delivery.SENT


def test_no_copy_goes_where_a_response_is_not_awaited(world: World, cast: Cast) -> None:
    Post.objects.filter(agency=cast.school).update(mailbox="school@school.example")
    world.sent()
    assert to("school@school.example") == []


def test_the_agencys_page_shows_a_posts_mailbox_and_what_it_is_told(world: World, cast: Cast, client: Client) -> None:
    Post.objects.filter(agency=cast.social_care, title="Team manager").update(mailbox=TEAM)
    client.force_login(cast.raiser)
    page = client.get(reverse("agency", args=[cast.social_care.code])).content.decode()
    assert f"mailto:{TEAM}" in page
    assert "told as well as whoever holds the post" in page
