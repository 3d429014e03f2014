"""A draft that waits and an entry of the directory that wants to be confirmed: each reminder once, in office hours, without a word of the case."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from agencies.models import Post, PostHolding
from agencies.services.posts import set_contact_check
from escalation.models import Dispute, Notification
from escalation.services import drafts
from escalation.services.outbox import deliver
from escalation.services.upkeep_due import remind_of_upkeep
from escalation.states import Delivery, Message
from tests.cast import Cast
from tests.factories import make_holder
from tests.mail_server import MailServer
from tests.world import World, answers, london

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _confirmed(cast: Cast) -> None:
    """Every entry of the directory was confirmed on Sunday 1 March 2026."""
    Post.objects.update(confirmed_on=date(2026, 3, 1))


@pytest.fixture
def draft(cast: Cast, world: World) -> Dispute:
    """Saved on Friday 6 March 2026 at four."""
    person, at = world.person(cast.raiser), london("2026-03-06 16:00")
    begun = drafts.begin_draft(person, agency=cast.school.pk, procedure=world.version.procedure_id, now=at)
    drafts.save_draft(begun.pk, person, answers(cast.social_care), now=at)
    return begun


def told(kind: Message) -> list[tuple[str, str]]:
    """Who is told what, in order."""
    rows = Notification.objects.filter(kind=kind).order_by("created_at", "recipient__email").select_related("recipient")
    return [(row.recipient.email if row.recipient else "", row.action) for row in rows]


def test_a_draft_is_recalled_on_the_next_working_day_once_and_says_when_it_is_erased(cast: Cast, draft: Dispute) -> None:
    for same_day_or_weekend in ("2026-03-06 23:00", "2026-03-07 10:00", "2026-03-08 10:00"):
        assert remind_of_upkeep(london(same_day_or_weekend)) == 0
    assert remind_of_upkeep(london("2026-03-09 00:10")) == 1
    assert remind_of_upkeep(london("2026-03-10 10:00")) == 0
    # Thirty days, as the partnership keeps drafts, after the day on which it was saved.
    words = "A draft waits: finish it or delete it. It is erased by itself on 6 April 2026"
    assert told(Message.DRAFT) == [(cast.raiser.email, words)]
    assert Notification.objects.get(kind=Message.DRAFT).not_before == london("2026-03-09 09:00")


def test_one_that_is_written_on_is_recalled_after_that_day_anew(cast: Cast, world: World, draft: Dispute) -> None:
    remind_of_upkeep(london("2026-03-09 10:00"))
    drafts.save_draft(draft.pk, world.person(cast.raiser), {"what": "More."}, now=london("2026-03-09 11:00"))
    assert [remind_of_upkeep(london(at)) for at in ("2026-03-09 12:00", "2026-03-10 10:00", "2026-03-11 10:00")] == [0, 1, 0]


def test_what_was_sent_meanwhile_is_not_recalled(cast: Cast, world: World, draft: Dispute, mail_server: MailServer) -> None:
    remind_of_upkeep(london("2026-03-09 08:00"))
    drafts.submit(draft.pk, world.person(cast.raiser), now=london("2026-03-09 08:30"))
    deliver(london("2026-03-09 09:00"))
    row = Notification.objects.get(kind=Message.DRAFT)
    assert (row.state, row.trouble) == (Delivery.DROPPED, "it was sent meanwhile")
    assert remind_of_upkeep(london("2026-03-10 10:00")) == 0


def test_the_message_of_a_draft_leads_to_it_and_says_nothing_of_it(cast: Cast, draft: Dispute, mail_server: MailServer) -> None:
    call = london("2026-03-09 09:30")
    remind_of_upkeep(call)
    deliver(call)
    [mail] = mail_server.taken
    assert f"/d/{draft.reference}/" in mail["text"]
    assert "Nobody else sees a draft." in mail["text"]
    assert "closed without an assessment" not in mail["text"]


@pytest.fixture
def held(cast: Cast) -> Post:
    """The receiver's post, whose entry was confirmed on Monday 1 September 2025."""
    post = PostHolding.objects.filter(user=cast.receiver, rank=0).select_related("post").first()
    assert post is not None
    Post.objects.filter(pk=post.post_id).update(confirmed_on=date(2025, 9, 1))
    return Post.objects.get(pk=post.post_id)


def test_whoever_holds_a_post_is_asked_half_a_year_after_its_entry_was_confirmed_and_once(cast: Cast, world: World, held: Post) -> None:
    assert remind_of_upkeep(london("2026-03-03 10:00")) == 0
    assert remind_of_upkeep(london("2026-03-04 10:00")) == 1
    assert remind_of_upkeep(london("2026-03-30 10:00")) == 0
    assert told(Message.CONTACTS) == [(cast.receiver.email, "Say whether your entry in the directory is still right")]
    assert remind_of_upkeep(london("2026-08-31 10:00")) == 0
    Post.objects.update(confirmed_on=date(2026, 8, 1))
    assert remind_of_upkeep(london("2026-12-01 10:00")) == 0
    Post.objects.update(confirmed_on=date(2026, 3, 4))
    assert remind_of_upkeep(london("2026-12-01 10:00")) > 0


def test_whoever_never_confirmed_an_entry_is_asked_too_but_nobody_at_the_first_level(cast: Cast, world: World, held: Post) -> None:
    post = PostHolding.objects.get(user=cast.own_manager, rank=0).post
    Post.objects.filter(pk__in=[post.pk, held.pk]).update(confirmed_on=None)
    below = make_holder(cast.school, 1, "Teacher")
    assert Post.objects.get(holdings__user=below).confirmed_on is None
    assert remind_of_upkeep(london("2026-03-04 10:00")) == 2
    assert {address for address, _ in told(Message.CONTACTS)} == {cast.own_manager.email, cast.receiver.email}
    assert remind_of_upkeep(london("2026-08-31 10:00")) == 0


@pytest.mark.parametrize(("months", "last_day"), [(1, "2026-03-31"), (6, "2026-08-31"), (12, "2027-03-02")])
def test_a_confirmation_counts_for_as_long_as_the_partnership_says(cast: Cast, world: World, months: int, last_day: str) -> None:
    """From Sunday 1 March 2026 on: 30, 183 and 366 days."""
    set_contact_check(actor=cast.administrator, partnership=cast.partnership, months=months, now=world.now)
    asked = Notification.objects.filter(kind=Message.CONTACTS, partnership=cast.partnership)
    remind_of_upkeep(london(f"{last_day} 10:00"))
    assert not asked.exists()
    remind_of_upkeep(london(f"{last_day} 10:00") + timedelta(days=1))
    assert asked.exists()


def test_it_reaches_them_and_leads_to_the_directory(cast: Cast, world: World, held: Post, mail_server: MailServer) -> None:
    remind_of_upkeep(london("2026-03-04 10:00"))
    deliver(london("2026-03-04 10:00"))
    [mail] = [mail for mail in mail_server.taken if cast.receiver.email in str(mail)]
    assert "/directory/" in mail["text"]


def test_the_command_does_what_the_job_does(cast: Cast, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    Post.objects.update(confirmed_on=timezone.localdate())
    call_command("remind_of_upkeep")
    assert capsys.readouterr().out.strip() == "Nothing waits, or everybody was reminded."
