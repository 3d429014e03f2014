"""Controls in GOV.UK's markup that Django does not have: hints beside choices, dates and moments in parts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.forms.widgets import ChoiceWidget
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.words import LONDON, Words, clock_time
from agencies.working_days import shown_at

Attrs = dict[str, Any]


class Hinted(ChoiceWidget):
    """Choices that may each carry a hint, by value; `inline` for two short answers, `small` for long lists."""

    def __init__(
        self, attrs: Attrs | None = None, choices: Any = (), *, hints: Mapping[str, Words] | None = None, inline: bool = False, small: bool = False
    ) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})
        self.inline, self.small = inline, small

    def get_context(self, name: str, value: object, attrs: Attrs | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return {**context, "widget": {**context["widget"], "inline": self.inline, "small": self.small}}

    def create_option(self, name: str, value: object, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().create_option(name, value, *args, **kwargs), "hint": self.hints.get(str(value), "")}


class Radios(Hinted, forms.RadioSelect):
    """One of several: radios."""


class Checkboxes(Hinted, forms.CheckboxSelectMultiple):
    """Any of several: checkboxes."""


class FindText(forms.TextInput):
    """Part of a name, the button that looks for it, whose words say what (a form may look for two things), and in `note` how many were found."""

    template_name = "django/forms/widgets/find.html"

    def __init__(self, button: Words) -> None:
        super().__init__({"class": "govuk-input--width-20", "autocomplete": "off"})
        self.button = button
        self.note: Words = ""

    def get_context(self, name: str, value: object, attrs: Attrs | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return {**context, "widget": {**context["widget"], "button": self.button, "note": self.note}}


class Parts(forms.MultiWidget):
    """Text fields under one legend. Only the parts that are wrong are marked as such."""

    template_name = "django/forms/widgets/parts.html"
    use_fieldset = True
    labels: Sequence[Words] = ()
    widths: Sequence[int] = ()
    numeric: Sequence[bool] = ()

    def __init__(self, attrs: Attrs | None = None) -> None:
        super().__init__([forms.TextInput() for label in self.labels], attrs)

    def get_context(self, name: str, value: object, attrs: Attrs | None) -> dict[str, Any]:
        given = dict(attrs or {})
        invalid = given.pop("aria-invalid", None)
        wrong = given.pop("wrong_parts", ()) or (range(len(self.labels)) if invalid else ())
        context = super().get_context(name, value, given)
        for index, part in enumerate(context["widget"]["subwidgets"]):
            part["label"] = self.labels[index]
            part["attrs"] |= {"class": f"govuk-input govuk-input--width-{self.widths[index]}"}
            if self.numeric[index]:
                part["attrs"]["inputmode"] = "numeric"
            if index in wrong:
                part["attrs"]["aria-invalid"] = "true"
        return context

    def landing(self, wrong: Sequence[int]) -> str:
        """The end of the id of the control that an error's link lands on: the first part that is wrong."""
        return str(wrong[0] if wrong else 0)

    def value_omitted_from_data(self, data: Mapping[str, object], files: Mapping[str, object], name: str) -> bool:
        return all(f"{name}_{index}" not in data for index in range(len(self.labels)))


class DateParts(Parts):
    """Day, month and year; the month may be typed as a name, so only day and year ask for the number keypad."""

    labels, widths, numeric = (_("Day"), _("Month"), _("Year")), (2, 3, 4), (True, False, True)

    def decompress(self, value: object) -> list[str]:
        return [str(value.day), str(value.month), str(value.year)] if isinstance(value, date) else ["", "", ""]


class MomentParts(Parts):
    """Day, month, year and time of day, London wall-clock."""

    labels, widths, numeric = (*DateParts.labels, _("Time, like 4:30pm")), (2, 3, 4, 5), (True, False, True, False)

    def decompress(self, value: object) -> list[str]:
        if not isinstance(value, datetime):
            return ["", "", "", ""]
        local = value.astimezone(LONDON) if timezone.is_aware(value) else value
        is_twice = len(shown_at(local.date(), local.time())) > 1
        zone = local.tzname() if is_twice else None
        return [str(local.day), str(local.month), str(local.year), " ".join(filter(None, (clock_time(local), zone)))]


class TimeText(forms.TextInput):
    """A time of day in one short field, shown back as people say it."""

    def __init__(self, attrs: Attrs | None = None) -> None:
        super().__init__({"class": "govuk-input--width-5"} | (attrs or {}))

    def format_value(self, value: object) -> str | None:
        return clock_time(value) if isinstance(value, time) else super().format_value(value)
