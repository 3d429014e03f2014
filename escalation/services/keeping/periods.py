"""How long each sort of record is kept: the product's defaults, and what a partnership sets in their place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput
from agencies.models import Partnership, User
from agencies.policy import require
from agencies.said import Said, named, said, shown
from agencies.said import said_of as ngettext
from agencies.services.record import acting_person, record
from agencies.words import Words
from agencies.working_days import instant, london
from escalation import keeping_policy
from escalation.models import KeepingPeriod
from escalation.states import RecordClass

YEAR, DAY = "year", "day"
NOT_YOURS = _("Only the partnership's business unit decides how long records are kept.")


@dataclass(frozen=True, slots=True)
class Period:
    """One sort's rule: its default and bounds, in years or days, from when it counts, and whether a job ends it by itself."""

    record_class: RecordClass
    default: int
    unit: str
    least: int
    most: int
    counts_from: Words
    ends: Words
    by_itself: bool = True

    def words(self, length: int) -> str:
        """As "10 years" or "1 day"."""
        return shown(self.said(length))

    def said(self, length: int) -> Said:
        """The same, for a sentence that is kept."""
        return ngettext("{n} year", "{n} years", length) if self.unit == YEAR else ngettext("{n:,} day", "{n:,} days", length)


# Law names no single period for this record. Ten years is a default to think from: longer than most complaints and reviews, and each one is
# looked at before anything goes.
PERIODS = {
    period.record_class: period
    for period in (
        Period(
            RecordClass.CASES, 10, YEAR, 1, 99, _("its closing or withdrawal"),
            _("it is listed for review: somebody keeps it longer with a reason, or anonymises it; nothing of it goes by itself"), by_itself=False,
        ),
        Period(RecordClass.DRAFTS, 30, DAY, 7, 1825, _("when its writer last saved it"), _("it is erased, with everything typed")),
        Period(
            RecordClass.MESSAGES, 2, YEAR, 1, 20, _("when it was written"),
            _("its words and a team’s address are erased; to whom and when stays"),
        ),
        Period(RecordClass.HOLDS, 6, YEAR, 1, 99, _("the lifting"), _("both reasons are erased; that there was a hold, by whom and when stays")),
        Period(RecordClass.BUNDLES, 28, DAY, 1, 92, _("its making"), _("the file is erased, with what was opened and chosen for it")),
        Period(
            RecordClass.REQUESTS, 3, YEAR, 1, 20, _("the end of its answer"),
            _("both are erased; that there was a request, by whom and when stays"),
        ),
        Period(
            RecordClass.ACCOUNTS, 6, YEAR, 3, 99, _("the closing"),
            _("name, address and ways of signing in are erased, once no disagreement that is kept names the person"),
        ),
        Period(
            RecordClass.PRACTICE, 90, DAY, 1, 1825, _("its end, or when it was brought in from an earlier log"),
            _("it is anonymised without a review: everything in it is invented"),
        ),
    )
}  # fmt: skip


def lengths_of(partnership_id: UUID) -> dict[RecordClass, int]:
    """How long this partnership keeps each sort: its own setting, else the default. One query."""
    own = dict(KeepingPeriod.objects.filter(partnership=partnership_id).values_list("record_class", "length"))
    return {record_class: own.get(record_class.value, period.default) for record_class, period in PERIODS.items()}


def kept_since(record_class: RecordClass, length: int, now: datetime) -> datetime:
    """What began to count before this instant has had its time: midnight in London, so many years or days before today."""
    today = london(now).date()
    day = years_before(today, length) if PERIODS[record_class].unit == YEAR else today - timedelta(days=length)
    return instant(day, time.min)


def kept_until(record_class: RecordClass, length: int, began: datetime) -> datetime:
    """When `kept_since` first lies behind this beginning: midnight in London of the day after so many years or days."""
    after = london(began).date() + timedelta(days=1)
    day = years_after(after, length) if PERIODS[record_class].unit == YEAR else after + timedelta(days=length)
    return instant(day, time.min)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 1 March for the 29th where that year has none. Where it has one, 29 February comes before 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def years_before(day: date, years: int) -> date:
    """The same day so many years before; 28 February for the 29th where that year has none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@transaction.atomic
def set_periods(*, actor: User | None, partnership: Partnership, lengths: Mapping[RecordClass, int], now: datetime) -> list[str]:
    """Sets the periods that differ from what is kept now; gives a sentence for each, which also stands on the directory's record.

    Raises NotAllowed for anybody but the business unit, InvalidInput beside the sort whose length lies outside its bounds.
    """
    if person := acting_person(actor, now):
        require(keeping_policy.keeps_records_of(person, partnership.pk), NOT_YOURS)
    for record_class, length in lengths.items():
        period = PERIODS[record_class]
        if not period.least <= length <= period.most:
            raise InvalidInput(
                gettext("Enter from {least} to {most}.").format(least=period.least, most=period.words(period.most)), field=record_class.value
            )
    before, sentences = lengths_of(partnership.pk), []
    for record_class, length in lengths.items():
        if length != before[record_class]:
            KeepingPeriod.objects.update_or_create(partnership=partnership, record_class=record_class, defaults={"length": length})
            words = _changed(PERIODS[record_class], length, before[record_class])
            record(partnership.pk, actor, words, now=now)
            sentences.append(shown(words))
    return sentences


def _changed(period: Period, length: int, before: int) -> Said:
    form = gettext_noop("{record_class}: kept {length}, not {before}.")
    return said(form, record_class=named(period.record_class.label), length=period.said(length), before=period.said(before))
