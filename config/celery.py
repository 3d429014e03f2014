"""The Celery application and the one beat table. Every job is a sweep of rows: a message lost costs one interval and no more."""

import os

from celery import Celery

from config import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.prod")
app = Celery("concord")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

SECONDS = env.number("CONCORD_SWEEP_SECONDS", 60)
# Access ends within a minute however seldom the clocks are looked at.
HALF_A_MINUTE = min(SECONDS / 2, 30.0)


def each(task: str, seconds: float) -> dict[str, object]:
    """One line of the table. A message that nobody took before the next is due is dropped, or a long pause would be followed by a crowd."""
    return {"task": f"escalation.tasks.{task}", "schedule": seconds, "options": {"expires": max(seconds - 1, 1)}}


# Only where one is configured: reports of messages that came back, delivered to a Maildir; and the virus scanner.
SOME = {"read_bounces": env.text("CONCORD_BOUNCE_MAILDIR", ""), "watch_scanner": env.socket("CONCORD_SCANNER")}
app.conf.beat_schedule = {task: each(task, SECONDS) for task, is_set in SOME.items() if is_set} | {
    "sweep": each("sweep", SECONDS),
    "deliver": each("deliver", SECONDS / 2),
    "seal": each("seal", SECONDS),
    "remind_of_reviews": each("remind_of_reviews", 3600),
    "remind_of_learning": each("remind_of_learning", 3600),
    "remind_of_upkeep": each("remind_of_upkeep", 3600),
    "write_digests": each("write_digests", SECONDS),
    "end_keeping": each("end_keeping", 3600),
    "hand_over": each("hand_over", SECONDS),
    "tidy_files": each("tidy_files", 3600),
    "end_access": each("end_access", HALF_A_MINUTE),
    "look_for_left": each("look_for_left", 3600),
    "settle_failures": each("settle_failures", 3600),
    # Somebody waits for a link, or a code, with the page open.
    "send_links": {"task": "agencies.tasks.send_links", "schedule": 10.0, "options": {"expires": 9.0}},
    "send_codes": {"task": "escalation.tasks.send_codes", "schedule": 10.0, "options": {"expires": 9.0}},
    "tidy_sign_ins": {"task": "agencies.tasks.tidy_sign_ins", "schedule": 3600.0, "options": {"expires": 3599.0}},
    "keep_months": {"task": "reports.keep_months", "schedule": SECONDS, "options": {"expires": max(SECONDS - 1, 1)}},
    "clear_prepared": {"task": "reports.clear_prepared", "schedule": 600.0, "options": {"expires": 599.0}},
}
