"""A day that has passed, asked as people remember it: today, yesterday, or another date in its parts; with a time of day where a moment is asked."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from agencies import wall_clock

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


def settled(value: object, count: int) -> tuple[list[str], str]:
    """The `count` texts of an answer, and what was chosen; of what somebody's program sends without a choice none."""
    given = [str(part or "").strip() for part in value] if isinstance(value, list | tuple) else []
    return [*given[:count], *[""] * (count - len(given))], "".join(given[count : count + 1])
