"""Where people practise no mail leaves: the link for a passphrase is read on the page of messages, unless its reader has a real place as well."""

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail

from agencies.roles import Role
from agencies.services.accounts import invite
from agencies.services.passphrases import ask_for_link, practice_links, send_asked_links, set_new_passphrase, user_behind
from agencies.sign_ins import Visit
from tests.cast import Cast, build_cast
from tests.factories import make_member
from tests.web.signed_in import Visitor
from tests.world import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def trained(db: None) -> Cast:
    """The cast, in a partnership to practise in."""
    return build_cast(is_practice=True)


def page(cast: Cast) -> str:
    return Visitor(cast.raiser, MONDAY).page("/messages/").one("main").text


def test_an_invitation_is_read_on_the_page_until_its_link_is_used(trained: Cast) -> None:
    invite(actor=trained.lead, email="wren@example.org", name="Wren Tully", place=trained.school, role=Role.PRACTITIONER, now=MONDAY)
    assert send_asked_links(MONDAY) == 0
    assert mail.outbox == []
    words = page(trained)
    assert "Wren Tully wren@example.org" in words
    assert "An account for you in Concord" in words
    assert "No message has been written yet" not in words
    found = re.search(r"http://\S+", practice_links(trained.partnership.pk)[0].body)
    user = user_behind(urlsplit(found.group()).fragment if found else "")
    assert user is not None
    set_new_passphrase(user=user, passphrase="a-long-enough-one-2026", visit=Visit(), now=MONDAY)
    assert "wren@example.org" not in page(trained)


def test_who_has_a_place_elsewhere_gets_theirs_by_mail_and_it_stands_on_no_page(trained: Cast) -> None:
    real = build_cast()
    make_member(trained.receiver, real.partnership, Role.MEDIATOR)
    for user in (trained.receiver, trained.raiser, real.lead):
        ask_for_link(email=user.email, now=MONDAY)
    assert send_asked_links(MONDAY) == 2
    assert {to for message in mail.outbox for to in message.to} == {trained.receiver.email, real.lead.email}
    assert [link.user for link in practice_links(trained.partnership.pk)] == [trained.raiser]
    assert practice_links(real.partnership.pk) == []
