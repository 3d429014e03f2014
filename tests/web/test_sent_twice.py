"""A verb's form that is sent twice is done once: a double click without JavaScript, a slow line, the way back and forward again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from agencies.models import User
from escalation.models import Attachment, Dispute, Event, Notification, RememberedCall
from escalation.states import EventKind, Verb
from escalation.web.verbs.pages import slug_of
from tests.cast import Cast
from tests.escalation.test_sweep_concurrency import at_once
from tests.escalation.verbs import resolved
from tests.web.page import Page
from tests.world import World

TWICE = "You sent this twice. It was done once."

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast: Cast) -> World:
    """Bristol's procedure, now."""
    return World(cast, now=timezone.now())


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(client: Client, dispute: Dispute, verb: Verb) -> tuple[str, dict[str, str]]:
    """The verb's page, and what the page itself puts into its form."""
    address = f"/d/{dispute.reference}/{slug_of(verb)}/"
    hidden = Page(client.get(address).content.decode()).all("input", type="hidden")
    return address, {one.attrs["name"]: one.attrs.get("value", "") for one in hidden if one.attrs["name"] in {"seen", "sending"}}


def made(dispute: Dispute, kind: EventKind) -> int:
    return Event.objects.filter(dispute=dispute, kind=kind).count()


def where_led(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get("Location", "")


Case = tuple[Verb, str, EventKind, dict[str, Any]]
CASES: tuple[Case, ...] = (
    (Verb.RECORD_CONTACT, "own_manager", EventKind.CONTACT, {"how": "phone", "whom": "R. Shah", "said": "No answer.", "reached": "no"}),
    (Verb.ASK_TO_MOVE_UP, "raiser", EventKind.MOVE_ASKED, {"reason": "Nothing happens."}),
    (Verb.RESPOND, "receiver", EventKind.ANSWERED, {"answer": "disagrees", "reasons": "No.", "confirmed": "1"}),
    (Verb.RECORD_LEARNING, "own_manager", EventKind.LEARNING, {"issue": "Thresholds are read in two ways."}),
)


@pytest.mark.engines
@pytest.mark.parametrize(("verb", "part", "kind", "typed"), CASES, ids=[case[0].value for case in CASES])
def test_a_form_sent_twice_is_done_once_and_leads_to_the_same_place(
    world: World, cast: Cast, verb: Verb, part: str, kind: EventKind, typed: Any
) -> None:
    dispute = world.sent()
    if verb is Verb.RECORD_LEARNING:
        resolved(world, dispute)
    client = browser(getattr(cast, part))
    address, own = asked(client, dispute, verb)
    first = client.post(address, own | typed)
    told = Notification.objects.count()
    second = client.post(address, own | typed)
    assert where_led(second) == where_led(first) == (302, f"/d/{dispute.reference}/")
    assert (made(dispute, kind), Notification.objects.count()) == (1, told)
    assert TWICE in client.get(f"/d/{dispute.reference}/").content.decode()


def test_a_file_sent_twice_is_attached_once_and_another_of_that_name_too(world: World, cast: Cast, dispute: Dispute) -> None:
    client = browser(cast.receiver)
    address, own = asked(client, dispute, Verb.ATTACH_FILE)
    for words in (b"We met on 2 March.", b"We met on 2 March.", b"We met on 3 March."):
        client.post(address, own | {"about": "", "audience": "readers", "upload": SimpleUploadedFile("minutes.txt", words)})
    assert Attachment.objects.of(dispute).count() == 2


def test_a_form_keeps_its_key_through_a_mistake_and_the_check_page(world: World, cast: Cast, dispute: Dispute) -> None:
    client = browser(cast.receiver)
    address, own = asked(client, dispute, Verb.RESPOND)
    for typed in ({"answer": "disagrees", "reasons": ""}, {"answer": "disagrees", "reasons": "No."}):
        page = Page(client.post(address, own | typed).content.decode())
        assert own["sending"]
        assert page.one("input", name="sending").attrs["value"] == own["sending"]
    assert not RememberedCall.objects.exists()


def test_who_goes_back_and_writes_something_else_adds_it(world: World, cast: Cast, dispute: Dispute) -> None:
    client = browser(cast.raiser)
    address, own = asked(client, dispute, Verb.ADD_NOTE)
    for text in ("We rang.", "We rang again.", "We rang."):
        client.post(address, own | {"text": text})
    assert made(dispute, EventKind.NOTE) == 2


def test_two_forms_with_the_same_words_are_two(world: World, cast: Cast, dispute: Dispute) -> None:
    client = browser(cast.raiser)
    for _ in range(2):
        address, own = asked(client, dispute, Verb.ADD_NOTE)
        client.post(address, own | {"text": "We rang."})
    assert made(dispute, EventKind.NOTE) == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_waits_for_the_first_and_is_led_where_it_was(world: World, cast: Cast) -> None:
    dispute = world.sent()
    client = browser(cast.raiser)
    address, own = asked(client, dispute, Verb.ASK_TO_MOVE_UP)
    cookies = client.cookies

    def click() -> Callable[[], Any]:
        other = Client()
        other.cookies = cookies
        return lambda: other.post(address, own | {"reason": "Nothing happens."})

    assert [where_led(answer) for answer in at_once(click(), click(), click())] == [(302, f"/d/{dispute.reference}/")] * 3
    assert made(dispute, EventKind.MOVE_ASKED) == 1


def test_the_way_back_to_what_was_done_says_that_it_was_recorded_and_when(world: World, cast: Cast, dispute: Dispute) -> None:
    client = browser(cast.receiver)
    address, own = asked(client, dispute, Verb.RESPOND)
    client.post(address, own | {"answer": "disagrees", "reasons": "No.", "confirmed": "1"})
    back = client.get(address)
    words = Page(back.content.decode()).one("main").text
    assert (back.status_code, "Your entry “Response” was recorded on" in words) == (200, True)
    other = browser(cast.receiving_lead).get(address)
    assert "was recorded on" not in Page(other.content.decode()).one("main").text
    for answer in (back, other):
        assert "Nothing of what you entered" not in answer.content.decode()
