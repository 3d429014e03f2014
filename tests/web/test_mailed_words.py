"""What a message names is what the page that it leads to shows to whoever got it."""

import re

import pytest

from agencies.models import User
from escalation.models import Dispute, Notification
from escalation.services import mail
from escalation.states import Message
from tests.cast import Cast
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db


def named_way(dispute: Dispute, user: User) -> str:
    """How the message that asks somebody says that they hand it over."""
    asked = Notification.objects.filter(dispute=dispute, recipient=user, kind=Message.ASSIGNED).latest("created_at")
    found = re.search(r'open it and choose "(.+?)"', str(mail.compose(asked).body))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("who", ["own_manager", "receiver"])
def test_the_way_to_hand_over_is_a_link_of_the_page_of_whoever_must_act(cast: Cast, world: World, who: str) -> None:
    """At the stop inside the own agency, and where the other agency is asked."""
    user = getattr(cast, who)
    dispute = world.log() if who == "own_manager" else world.sent()
    page = Visitor(user, world.now).page(f"/d/{dispute.reference}/")
    assert named_way(dispute, user) in [link.text for link in page.all("a")]


def test_the_page_that_hands_over_is_called_as_its_link(cast: Cast, world: World) -> None:
    dispute = world.log()
    page = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/reassign/")
    assert page.one("h1").text.endswith(named_way(dispute, cast.own_manager))
    assert [option.text for option in page.all("label") if cast.lead.name in option.text]
