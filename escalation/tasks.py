"""The recurring jobs, as thin shells over services that may run late, twice, or at the same time."""

from celery import shared_task
from django.utils import timezone

from agencies.services.leavers import end_access_without_seat
from escalation.services.bounces.reading import folder_of, read_maildir
from escalation.services.digest import write_digests
from escalation.services.failing import settle_what_is_over
from escalation.services.files.scanning import watch_scanner
from escalation.services.files.tidying import tidy
from escalation.services.givings import tell_of_givings
from escalation.services.guest_door import send_asked_codes
from escalation.services.guest_typing import forget_behind_closed_doors
from escalation.services.handover import carry_out_due
from escalation.services.keeping.due import end_what_is_over
from escalation.services.kept_words import forget_kept_words
from escalation.services.learning_due import remind_of_learning
from escalation.services.left_over import pass_on_left
from escalation.services.outbox import deliver
from escalation.services.practice import keep_messages
from escalation.services.reviews_due import remind_of_reviews
from escalation.services.seals import seal_partnerships
from escalation.services.sweep import sweep
from escalation.services.upkeep_due import remind_of_upkeep


@shared_task(name="escalation.tasks.sweep")
def sweep_clocks() -> None:
    """Look at every clock whose moment has come."""
    sweep()


@shared_task(name="escalation.tasks.deliver")
def deliver_messages() -> None:
    """Send what may leave; keep what is practice; write down what is to be told of the directory, for the next time."""
    deliver()
    keep_messages()
    tell_of_givings()


@shared_task(name="escalation.tasks.send_codes")
def send_codes() -> None:
    """Send the one-time codes that guests asked for, and forget what was typed behind doors that have closed."""
    now = timezone.now()
    send_asked_codes(now)
    forget_behind_closed_doors(now)


@shared_task(name="escalation.tasks.read_bounces")
def read_bounce_reports() -> None:
    """Read the reports of messages that came back."""
    read_maildir(folder_of())


@shared_task(name="escalation.tasks.watch_scanner")
def watch_virus_scanner() -> None:
    """Ask whether the virus scanner answers."""
    watch_scanner(timezone.now())


@shared_task(name="escalation.tasks.seal")
def seal_records() -> None:
    """Seal what was written since the last seals."""
    seal_partnerships()


@shared_task(name="escalation.tasks.tidy_files")
def tidy_files() -> None:
    """Remove what a crash left in the files' folder."""
    tidy(timezone.now())


@shared_task(name="escalation.tasks.hand_over")
def hand_over_due() -> None:
    """Move the work of people whose last day is over."""
    carry_out_due(timezone.now())


@shared_task(name="escalation.tasks.end_access")
def end_access() -> None:
    """End the access of people whose last role is over, and move what they, and whoever lost one role of several, can hold no longer."""
    now = timezone.now()
    end_access_without_seat(now)
    pass_on_left(now)


@shared_task(name="escalation.tasks.look_for_left")
def look_for_left() -> None:
    """Look through everything that is open for what its holder can hold no longer for another reason than the end of a role of their own."""
    pass_on_left(timezone.now(), of_all=True)


@shared_task(name="escalation.tasks.settle_failures")
def settle_failures() -> None:
    """Take off the operator's list what failed once and has nothing to be tried any more."""
    settle_what_is_over(timezone.now())


@shared_task(name="escalation.tasks.write_digests")
def morning_digests() -> None:
    """Tell each business unit in the morning how much there is."""
    write_digests(timezone.now())


@shared_task(name="escalation.tasks.remind_of_learning")
def learning_reminders() -> None:
    """Remind the owners of learning actions before their day and after it."""
    remind_of_learning(timezone.now())


@shared_task(name="escalation.tasks.remind_of_reviews")
def review_reminders() -> None:
    """Remind the business unit of a procedure whose review is due."""
    remind_of_reviews(timezone.now())


@shared_task(name="escalation.tasks.remind_of_upkeep")
def upkeep_reminders() -> None:
    """Remind writers of drafts that wait, and holders of posts of entries that want to be confirmed."""
    remind_of_upkeep(timezone.now())


@shared_task(name="escalation.tasks.end_keeping")
def end_keeping() -> None:
    """List for review what was kept long enough, and erase what goes by itself, with what was typed about it and not sent."""
    now = timezone.now()
    end_what_is_over(now)
    forget_kept_words(now)
