"""The clock of a partnership to practise in: its trainer moves it forward, and nothing moves it back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.calendars import calendar_of
from agencies.errors import InvalidInput
from agencies.models import Partnership, User
from agencies.policy import may_move_clock, require
from agencies.said import long_day, said, time_of
from agencies.services.record import acting_person, record
from agencies.words import WEEKDAYS
from agencies.working_days import instant, london

FARTHEST = timedelta(days=400)
NOT_PRACTICE = _("Only the clock of a partnership to practise in can be moved.")


@transaction.atomic
def move_clock(*, actor: User | None, partnership: Partnership) -> datetime:
    """Moves the partnership's clock to the same time of its next working day, and gives that moment (aware, UTC).

    `actor` None is the command line. Raises InvalidInput for a partnership of real people, and where its clock is more than 400 days ahead;
    NotAllowed for anybody but its trainers.
    """
    row = Partnership.objects.select_for_update().get(pk=partnership.pk)
    if not row.is_practice:
        raise InvalidInput(NOT_PRACTICE)
    if row.ahead > FARTHEST:
        raise InvalidInput(gettext("The clock is more than 400 days ahead. Begin with a new practice partnership."))
    world = timezone.now()
    now = world + row.ahead
    trainer = acting_person(actor, now)
    require(trainer is None or may_move_clock(trainer, row.id), gettext("Its business unit and administrators move the clock."))
    here = london(now)
    later = instant(calendar_of(row).add(here.date(), 1), here.time())
    row.ahead = later - world
    row.save(update_fields=["ahead"])
    there = london(later)
    places = {"weekday": said(WEEKDAYS[there.weekday()]), "day": long_day(there.date()), "time": time_of(there)}
    words = said(gettext_noop("The practice clock was moved forward to {weekday} {day}, {time}."), **places)
    record(row.id, actor, words, now=later)
    return later
