"""What the timetable starts, and how often."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from agencies.models import ApiToken, Membership
from agencies.services.members import end_membership
from agencies.services.tokens import make_token
from config.celery import app
from tests.cast import Cast
from tests.house.source import ROOT


def test_every_row_names_a_task_that_a_worker_knows() -> None:
    app.loader.import_default_modules()
    assert {row["task"] for row in app.conf.beat_schedule.values()} <= set(app.tasks)


@pytest.mark.django_db
def test_within_a_minute_whoever_has_no_seat_any_more_has_no_access_either(cast: Cast) -> None:
    """By the row itself: how often it comes, and what it then does to a program's token."""
    app.loader.import_default_modules()
    row = app.conf.beat_schedule["end_access"]
    make_token(cast.other_practitioner, now=timezone.now())
    app.tasks[row["task"]].apply(throw=True)
    assert ApiToken.objects.filter(user=cast.other_practitioner).exists()
    for row_of_role in Membership.objects.filter(user=cast.other_practitioner):
        end_membership(actor=None, membership=row_of_role, now=timezone.now() - timedelta(days=1))
    app.tasks[row["task"]].apply(throw=True)
    assert not ApiToken.objects.filter(user=cast.other_practitioner).exists()
    assert row["schedule"] <= 30


def test_access_ends_within_a_minute_however_seldom_the_clocks_are_looked_at() -> None:
    told = {**os.environ, "CONCORD_SWEEP_SECONDS": "600"}
    asked = "from config.celery import app; print(app.conf.beat_schedule['end_access']['schedule'], app.conf.beat_schedule['sweep']['schedule'])"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env=told, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["30.0", "600"]
