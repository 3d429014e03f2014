"""Fields that Django does not have: dates, times and moments as people type them, and text of several paragraphs."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.readable import LONGEST
from agencies.web.past_days import DATE, NONE, OTHER, chosen_day, settled, typed_out
from agencies.web.past_widgets import PastDay, PastMoment, PastParts
from agencies.web.typed import either_half, real_date, time_of_day, with_zone
from agencies.web.widgets import DateParts, MomentParts, Parts, TimeText
from agencies.words import LONDON, Words, clock_time, joined, upper_first
from agencies.working_days import shown_at

GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
DATE_PARTS = (_("a day"), _("a month"), _("a year"))
ENTER = _("Enter {subject}")
PASSPHRASE, PASSPHRASE_MISSING = _("Passphrase"), _("Enter your passphrase")
THE_DATE, THE_TIME, THE_MOMENT = _("the date"), _("the time"), _("the date and time")


def wrong(message: str, parts: Sequence[int], code: str = "invalid") -> ValidationError:
    """An error that knows which parts of a date (0 day, 1 month, 2 year, 3 time) it is about."""
    return ValidationError(message, code=code, params={"parts": tuple(parts)})


def which_half(typed: str) -> str:
    """What is asked of whoever typed a time that may be of the morning or of the afternoon; empty for any other."""
    halves = either_half(typed)
    if halves is None:
        return ""
    return gettext("Say whether you mean {morning} or {afternoon}").format(morning=clock_time(halves[0]), afternoon=clock_time(halves[1]))


def typed_parts(value: object, count: int) -> list[str]:
    """What was typed into each part, without space around it; empty where nothing came."""
    given = [str(part or "").strip() for part in value] if isinstance(value, list | tuple) else []
    return [*given, *[""] * count][:count]


class CurrentPassphrase(forms.CharField):
    """The passphrase that somebody has now. Pasting and password managers are welcome."""

    def __init__(self, *, label: Words = PASSPHRASE, missing: Words = PASSPHRASE_MISSING) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        super().__init__(label=label, max_length=500, strip=False, error_messages={"required": missing}, widget=widget)


class Paragraphs(forms.CharField):
    """Text of several lines, as long as any door takes. A line break counts as one character, as people count, not as the two a browser sends."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = LONGEST, rows: int = 6, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.widget.attrs["rows"] = rows

    def to_python(self, value: object) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class WholeNumber(forms.IntegerField):
    """A whole number, also as the pages write one: in groups of three."""

    def to_python(self, value: Any) -> int | None:  # noqa: ANN401 - what was sent
        typed = value.strip() if isinstance(value, str) else value
        return super().to_python(typed.replace(",", "") if isinstance(typed, str) and GROUPED.fullmatch(typed) else typed)


class DatePartsField(forms.Field):
    """A date in three parts; the month may be a number or a name. Cleans to a date or None.

    `subject` names it in messages ("the date you spoke"); `not_future` refuses days after today in London.
    """

    widget: type[Parts] = DateParts

    def __init__(self, *, subject: Words = THE_DATE, not_future: bool = False, **kwargs: Any) -> None:
        kwargs["error_messages"] = {"required": format_lazy(ENTER, subject=subject)} | kwargs.get("error_messages", {})
        super().__init__(**kwargs)
        self.subject, self.not_future = subject, not_future

    def to_python(self, value: object) -> date | None:
        typed = typed_parts(value, 3)
        if not any(typed):
            self.allow_nothing(3)
            return None
        return self.read_date(typed)

    def allow_nothing(self, parts: int) -> None:
        """Refuse an empty date where one is asked for."""
        if self.required:
            raise wrong(str(self.error_messages["required"]), range(parts), "required")

    def read_date(self, typed: list[str]) -> date:
        """The date in the first three typed parts; a ValidationError that names the missing or wrong part otherwise."""
        missing = [index for index, part in enumerate(typed[:3]) if not part]
        if missing:
            parts = joined(DATE_PARTS[index] for index in missing)
            raise wrong(self.told(gettext("{subject} must include {parts}"), parts=parts), missing, "incomplete")
        found = real_date(*typed[:3])
        if found is None:
            if typed[2].isdecimal() and len(typed[2]) != 4:
                raise wrong(gettext("Year must include 4 numbers"), [2])
            raise wrong(self.told(gettext("{subject} must be a real date")), range(3))
        if self.not_future and found > wall_clock.today():
            raise wrong(self.told(gettext("{subject} must be today or in the past")), range(3))
        return found

    def told(self, form: str, **places: str) -> str:
        """A message with the subject, as a sentence begins with it."""
        return form.format(subject=upper_first(self.subject), **places)


class TimeField(forms.Field):
    """A time of day such as 4:30pm or 16:30. Cleans to a time or None; `subject` names it in messages."""

    widget = TimeText

    def __init__(self, *, subject: Words = THE_TIME, **kwargs: Any) -> None:
        kwargs["error_messages"] = {"required": format_lazy(ENTER, subject=subject)} | kwargs.get("error_messages", {})
        super().__init__(**kwargs)
        self.subject = subject

    def to_python(self, value: object) -> time | None:
        if value is None or not str(value).strip():
            return None
        found = time_of_day(str(value))
        if found is None:
            words = gettext("{subject} must be a time, like 4:30pm or 16:30").format(subject=upper_first(self.subject))
            raise ValidationError(which_half(str(value)) or words, code="invalid")
        return found


class MomentField(DatePartsField):
    """A date and a time of day in London. Cleans to an instant in UTC or None.

    The hour that the clocks skip in spring is refused; of the hour that comes twice in autumn it is asked which was meant: BST, the first, or GMT.
    """

    widget: type[Parts] = MomentParts

    def __init__(self, *, subject: Words = THE_MOMENT, **kwargs: Any) -> None:
        super().__init__(subject=subject, **kwargs)

    def to_python(self, value: object) -> datetime | None:
        typed = typed_parts(value, 4)
        if not any(typed):
            self.allow_nothing(4)
            return None
        on = self.read_date(typed)
        if not typed[3]:
            raise wrong(self.told(gettext("{subject} must include a time")), [3], "incomplete")
        words, zone = with_zone(typed[3])
        at = time_of_day(words)
        if at is None:
            raise wrong(which_half(words) or gettext("Time must be a time of day, like 4:30pm or 16:30"), [3])
        found = self.instant(on, at, zone)
        if self.not_future and found > wall_clock.now():
            raise wrong(self.told(gettext("{subject} must be in the past")), range(4))
        return found

    def instant(self, on: date, at: time, zone: str) -> datetime:
        """The instant, in UTC, at which clocks in London showed this; refused where they skipped it, or showed it twice and no `zone` says which."""
        instants = {moment.astimezone(LONDON).tzname() or "": moment for moment in shown_at(on, at)}
        if not instants:
            raise wrong(gettext("The clocks went forward over that hour: give the time as it was shown"), [3])
        if zone and zone not in instants:
            raise wrong(gettext("{zone} was not London’s time on that day: leave it out").format(zone=zone), [3])
        if not zone and len(instants) > 1:
            words = gettext("The clocks went back over that hour, so {time} came twice: type {time} BST for the first, or {time} GMT for the second")
            raise wrong(words.format(time=clock_time(at)), [3])
        return instants[zone] if zone else next(iter(instants.values()))


class Past(DatePartsField):
    """What is asked as a day that has passed: today, yesterday, or another date in three parts.

    `empty` offers, in its words, to give none; `empty_first` has that chosen already. Only for what need not be answered.
    """

    past_widget: type[PastParts] = PastDay

    def __init__(self, *, subject: Words = THE_DATE, empty: Words = "", empty_first: bool = False, **kwargs: Any) -> None:
        super().__init__(subject=subject, not_future=True, widget=self.past_widget(empty=empty, empty_first=empty_first), **kwargs)
        self.none_words, self.count = empty, len(self.past_widget.labels)

    def as_typed(self, value: object) -> list[str]:
        """The answer as if every part of it had been typed; refused where a day was chosen and something else typed too."""
        typed, chosen = settled(value, self.count)
        on, has_date = chosen_day(chosen), any(typed[:DATE])
        if chosen == NONE and any(typed):
            raise wrong(
                gettext("You chose “{choice}” and typed a day or a time too: choose which it is").format(choice=self.none_words),
                range(len(typed)),
                "two",
            )
        if on is not None and has_date and real_date(*typed[:DATE]) != on:
            raise wrong(gettext("You chose one day and typed another: choose “Another date”, or empty its boxes"), range(DATE), "two")
        if chosen == OTHER and not has_date:
            raise wrong(str(self.error_messages["required"]), range(DATE), "required")
        if not chosen and any(typed):
            raise wrong(self.told(gettext("{subject} must include a day")), (), "incomplete")
        return [*typed_out(on), *typed[DATE:]] if on is not None else typed

    def allow_nothing(self, parts: int) -> None:
        super().allow_nothing(0)


class PastDayField(Past):
    """A day that has passed. Cleans to a date or None."""

    def to_python(self, value: object) -> date | None:
        return super().to_python(self.as_typed(value))


class PastMomentField(Past, MomentField):
    """A moment that has passed: the day so, and a time of day in London. Cleans to an instant in UTC or None."""

    past_widget = PastMoment

    def to_python(self, value: object) -> datetime | None:
        return MomentField.to_python(self, self.as_typed(value))
