"""The controls of a day that has passed: the choice of today, yesterday or another date above the text fields of the other, and a time of day."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from agencies.web.past_days import DATE, NONE, OTHER, WHEN, chosen_day, near_days, typed_out
from agencies.web.widgets import Attrs, DateParts, MomentParts, Parts
from agencies.words import Words, day

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.utils.datastructures import MultiValueDict


class PastParts(Parts):
    """The choice of a day above the text fields of another; the value is the texts and then what was chosen.

    `empty` offers to give no day, in these words; `empty_first` puts that first and has it chosen, for what is usual.
    """

    template_name = "django/forms/widgets/past_day.html"

    def __init__(self, attrs: Attrs | None = None, *, empty: Words = "", empty_first: bool = False) -> None:
        super().__init__(attrs)
        self.empty, self.empty_first = empty, empty_first

    def value_from_datadict(self, data: Mapping[str, Any], files: "MultiValueDict[str, UploadedFile[Any]]", name: str) -> list[str]:
        parts = [str(part or "").strip() for part in super().value_from_datadict(data, files, name)]
        chosen = str(data.get(f"{name}{WHEN}") or "")
        on = chosen_day(chosen)
        if on is not None and on not in near_days():
            # The page was asked for on another day than it is sent on: what was meant is the date that stood there.
            chosen, parts[:DATE] = OTHER, parts[:DATE] if any(parts[:DATE]) else typed_out(on)
        elif on is None and chosen != OTHER:
            is_none = bool(self.empty) and data.get(f"{name}{WHEN}") == ""
            chosen = NONE if is_none else OTHER if any(parts[:DATE]) else ""
        return [*parts, chosen]

    def value_omitted_from_data(self, data: Mapping[str, object], files: Mapping[str, object], name: str) -> bool:
        return f"{name}{WHEN}" not in data and super().value_omitted_from_data(data, files, name)

    def decompress(self, value: object) -> list[str]:
        parts: list[str] = list(super().decompress(value) or ())
        on = chosen_day("-".join(part.rjust(2, "0") for part in reversed(parts[:DATE])))
        if on is None:
            return [*parts, ""]
        return [*([""] * DATE), *parts[DATE:], on.isoformat()] if on in near_days() else [*parts, OTHER]

    def landing(self, wrong: Sequence[int]) -> str:
        return super().landing(wrong) if wrong else f"{WHEN.removeprefix('_')}_0"

    def get_context(self, name: str, value: object, attrs: Attrs | None) -> dict[str, Any]:
        given = dict(attrs or {})
        focused = given.pop("autofocus", self.attrs.get("autofocus", False))
        if not given.get("wrong_parts"):
            # What is wrong is the choice: no text field is marked.
            given.pop("aria-invalid", None)
        values = value if isinstance(value, list | tuple) else self.decompress(value)
        context = super().get_context(name, values, given)
        widget = context["widget"]
        for part in widget["subwidgets"]:
            part["attrs"].pop("autofocus", None)
        chosen = str(values[len(self.labels)] or "") if len(values) > len(self.labels) else ""
        options = [
            {
                "value": "" if key == NONE else key,
                "label": label,
                "is_chosen": key == (chosen or (NONE if self.empty_first else "")),
                "id": f"{given.get('id', name)}_when_{at}",
            }
            for at, (key, label) in enumerate(self._options())
        ]
        options[0]["has_focus"] = focused
        widget |= {"options": options, "when": f"{name}{WHEN}", "date": widget["subwidgets"][:DATE], "time": widget["subwidgets"][DATE:]}
        return context

    def _options(self) -> list[tuple[str, str]]:
        today, yesterday = near_days()
        days = [
            (today.isoformat(), gettext("Today, {day}").format(day=day(today, year=False))),
            (yesterday.isoformat(), gettext("Yesterday, {day}").format(day=day(yesterday, year=False))),
            (OTHER, gettext("Another date")),
        ]
        none = [(NONE, str(self.empty))] if self.empty else []
        return [*none, *days] if self.empty_first else [*days, *none]


class PastDay(PastParts, DateParts):
    """A day that has passed."""


class PastMoment(PastParts, MomentParts):
    """A moment that has passed: its day, and its time of day."""
