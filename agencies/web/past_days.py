"""A day that has passed, asked as people remember it: today, yesterday, or another date in its parts; with a time of day where a moment is asked."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.web.widgets import Attrs, DateParts, MomentParts, Parts
from agencies.words import Words, day

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.utils.datastructures import MultiValueDict

WHEN = "_when"
# What is chosen beside a near day, which is kept as the date that stood on the page: tomorrow it is still that date. A page says none with no words.
OTHER, NONE = "other", "none"
DATE = 3  # parts: day, month, year


def near_days() -> tuple[date, date]:
    """Today and yesterday, in London."""
    today = wall_clock.today()
    return today, today - timedelta(days=1)


def chosen_day(chosen: str) -> date | None:
    """The near day that was chosen; None for another date, none, or what no page offers."""
    try:
        return date.fromisoformat(chosen)
    except ValueError:
        return None


def typed_out(on: date) -> list[str]:
    """Its day, month and year as somebody would type them."""
    return [str(on.day), str(on.month), f"{on.year:04}"]


def with_days_typed(typed: Mapping[str, Sequence[str]], *, also_near: bool = False) -> dict[str, list[str]]:
    """The answers by the names of their controls, with a chosen day as if it had been typed: one that no page offers any more as today or yesterday,
    and `also_near` those that still are."""
    found = {name: list(texts) for name, texts in typed.items()}
    for name in [name for name in found if name.endswith(WHEN)]:
        on = chosen_day("".join(found[name][-1:]))
        if on is not None and (also_near or on not in near_days()):
            found[name] = [OTHER]
            found |= {f"{name.removesuffix(WHEN)}_{number}": [part] for number, part in enumerate(typed_out(on))}
    return found


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

    labels = (*DateParts.labels, _("Time, like 4:30pm"))


def settled(value: object, count: int) -> tuple[list[str], str]:
    """The `count` texts of an answer, and what was chosen; of what somebody's program sends without a choice none."""
    given = [str(part or "").strip() for part in value] if isinstance(value, list | tuple) else []
    return [*given[:count], *[""] * (count - len(given))], "".join(given[count : count + 1])
