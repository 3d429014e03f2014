"""Display only: dates and times in London, tags, figures, lists, error summaries. No rule and no query lives here."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BaseFormSet
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, to_locale

from agencies import wall_clock, words

register = template.Library()
REFERENCE = re.compile(r"\bESC-[0-9A-Z]{6}\b")
# A word of more letters than a column of a printed list is wide; parts of what is written for one sign stay whole.
LONG_WORD = re.compile(r"[^\s<>&;]{31,}")
ADDRESS = re.compile(r"@[\w-]+(?:\.[\w-]+)+")


@register.filter
def moment(value: datetime | None) -> str:
    """As "Tuesday 7 April, 4:30pm" in London; with the year where it is not this year. Empty for None."""
    return words.moment(value, today=wall_clock.today()) if value else ""


@register.filter
def full_moment(value: datetime | None) -> str:
    """As "Tuesday 7 April 2026, 4:30pm" in London, for what is printed or kept. Empty for None."""
    return words.moment(value, today=wall_clock.today(), year=True) if value else ""


@register.filter
def day(value: date | None) -> str:
    """As "Tuesday 7 April" (of an instant: its London day); with the year where it is not this year. Empty for None."""
    return _day(value, year=False)


@register.filter
def full_day(value: date | None) -> str:
    """As "Tuesday 7 April 2026", for what is printed or kept. Empty for None."""
    return _day(value, year=True)


@register.filter
def short_day(value: date | None) -> str:
    """As "7 April 2026", without the day of the week. Empty for None."""
    return words.short_day(value) if value else ""


def _day(value: date | None, *, year: bool) -> str:
    if not value:
        return ""
    local = value.astimezone(words.LONDON).date() if isinstance(value, datetime) else value
    return words.day(local, year=year or local.year != wall_clock.today().year)


@register.filter
def whole_references(value: str) -> SafeString:
    """Text, or markup that has no reference in an attribute, in which no line ends within the reference of a disagreement."""
    return mark_safe(REFERENCE.sub(r'<span class="c-nowrap">\g<0></span>', conditional_escape(value)))  # noqa: S308 - escaped just here # nosec B703, B308


@register.filter
def broken_in_long_words(value: SafeString) -> SafeString:
    """Markup in whose words of more than 30 letters a line may end after every 15, so that an unbroken name leaves no column."""
    return mark_safe(LONG_WORD.sub(lambda found: "<wbr>".join(re.findall(".{1,15}", found[0])), value))  # noqa: S308 - it was escaped, and no text is added # nosec B703, B308


@register.filter
def broken_in_addresses(value: SafeString) -> SafeString:
    """Markup in whose e-mail addresses a line may end after the @ and after each point, so that a narrow column cuts none of their words."""
    return mark_safe(ADDRESS.sub(lambda found: re.sub(r"([@.])", r"\1<wbr>", found[0]), value))  # noqa: S308 - it was escaped, and no text is added # nosec B703, B308


@register.filter
def clock_time(value: datetime | time | None) -> str:
    """As "4:30pm": of an instant in London, or of a time of day. Empty for None."""
    return words.clock_time(value.astimezone(words.LONDON) if isinstance(value, datetime) else value) if value is not None else ""


@register.simple_tag
def when(value: datetime | None) -> str | SafeString:
    """The moment filter's words inside a time element that carries the exact instant."""
    return format_html('<time datetime="{}">{}</time>', value.astimezone(words.LONDON).isoformat(timespec="minutes"), moment(value)) if value else ""


@register.filter
def figure(number: int) -> str:
    """As "1,234"; words that count something have their plural in the template, which a translator then sees."""
    return words.figure(number)


@register.filter
def joined(values: Iterable[object]) -> str:
    """As "a, b and c"."""
    return words.joined(values)


@register.simple_tag
def page_language() -> str:
    """The language in force as HTML's lang attribute takes it: "en-GB"."""
    return to_locale(get_language() or settings.LANGUAGE_CODE).replace("_", "-")


@register.simple_tag
def tag(word: str, tone: str = "info") -> SafeString:
    """A status word as a tag; tone is overdue, soon, later, done or info and only repeats what the word says."""
    return format_html('<strong class="govuk-tag c-tag--{}">{}</strong>', tone, word)


@register.simple_tag
def phone(number: str) -> str | SafeString:
    """A telephone number as a link that a phone can dial; plain text where nothing in it can be dialled."""
    dialled = re.sub(r"[^\d+]", "", re.split(r"(?i)\s*(?:ext|extension|x)\.?\s*\d", number)[0])
    return format_html('<a class="c-nowrap" href="tel:{}">{}</a>', dialled, number) if dialled else number


@register.filter
def lines(text: object) -> list[str]:
    """The lines of a text, one after the other."""
    return str(text).splitlines()


@register.simple_tag
def error_prefix(*sources: Any) -> str:
    """As "Error: " for the title of a page any of whose forms or formsets has errors."""
    return gettext("Error: ") if any(True for _ in _problems(sources)) else ""


@register.inclusion_tag("components/error_summary.html")
def error_summary(*sources: Any) -> dict[str, Any]:
    """All errors of these forms and formsets, in the order of the page. Anything else that is passed is ignored.

    Where several say the same, each says its field too: the links lead to different ones.
    """
    items = list(_problems(sources))
    often = Counter(item["message"] for item in items)
    for item in items:
        if often[item["message"]] > 1 and item["target"]:
            item["message"] = gettext("{message}: {field}").format(**item)
    return {"items": items}


def _problems(sources: Iterable[Any]) -> Iterator[dict[str, str]]:
    for source in sources:
        if isinstance(source, BaseFormSet) and source.is_bound:
            # That there are too few is said beside each empty control already, in words that lead somewhere.
            is_said = any(form.errors for form in source.forms)
            wrong = [one for one in source.non_form_errors().as_data() if not (is_said and one.code == "too_few_forms")]
            yield from ({"message": words.as_error(message), "target": ""} for one in wrong for message in one.messages)
            yield from _problems(source.forms)
        elif isinstance(source, BaseForm) and source.is_bound:
            yield from _form_problems(source)


def _form_problems(form: BaseForm) -> Iterator[dict[str, str]]:
    yield from ({"message": str(message), "target": ""} for message in form.non_field_errors())
    for field in form:
        target = getattr(field, "error_target", field.id_for_label)
        yield from ({"message": str(message), "target": target, "field": str(field.label)} for message in field.errors)
