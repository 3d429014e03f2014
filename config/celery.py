"""The Celery application and the one beat table. Every job is a sweep of rows: a message lost costs one interval and no more."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
app = Celery("concord")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A message that nobody took before the next one is due is dropped, or a long pause would be followed by a crowd.
app.conf.beat_schedule = {
    "sweep": {"task": "escalation.tasks.sweep", "schedule": 60.0, "options": {"expires": 55}},
    "deliver": {"task": "escalation.tasks.deliver", "schedule": 30.0, "options": {"expires": 25}},
    "seal": {"task": "escalation.tasks.seal", "schedule": 60.0, "options": {"expires": 55}},
}
