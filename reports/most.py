"""What is the most, as far as the figures that are shown tell: of one column's rows, and which kind of agency raised it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agencies.roles import AgencyKind
from reports.figures import Cell, Mark, Row, Table
from reports.kinds import TOGETHER
from reports.said import listing, small
from reports.said import said_of as ngettext

MOST_ALIKE = 3
NO_KIND = {AgencyKind.OTHER.value, TOGETHER}  # They say of no agency what it is.


def largest(rows: Iterable[Row]) -> Row | None:
    """The row with the most in its first column; None where there is none above 0, or where a hidden one may be larger, as far as the total tells."""
    listed = list(rows)
    body, whole = [row for row in listed if not row.is_total], next((row.cells[0] for row in listed if row.is_total), Cell())
    best = max(body, key=lambda row: row.cells[0].number, default=None)
    if best is None or not best.cells[0].number:
        return None
    hidden = whole.number - sum(row.cells[0].number for row in body)
    if any(row.cells[0].mark is Mark.HIDDEN for row in body) and (whole.mark or hidden < 0 or best.cells[0].number <= hidden):
        return None
    return best


def number(cell: Cell) -> int | None:
    """The count, 0 where the table has no such row; None where it is hidden."""
    return None if cell.mark else cell.number


def kind_raised_most(tables: Mapping[str, Table]) -> str:
    """The kind of agency that raised the most, or those few, as far as the pairs of kinds that are shown tell; empty where they are too many.

    Where a hidden kind may have as many, or several that were put together have, it is the most of those shown by themselves. One raised with two
    kinds stands in two pairs: where that leaves it open who raised more, it is said who did so counted in pairs.
    """
    best = _best_kinds(tables)
    if best is None or len(best.names) > MOST_ALIKE:
        return ""
    many, kinds = len(best.names), listing(best.names, ", ")
    if best.is_of_all and best.is_sure:
        return ngettext(
            "Of all kinds of agency, {kinds} raised the most", "Of all kinds of agency these raised the most, as many each: {kinds}",
            many, kinds=kinds,
        )  # fmt: skip
    if best.is_of_all:
        return ngettext(
            "Of all kinds of agency, {kinds} raised the most, counted in pairs",
            "Of all kinds of agency these raised the most, counted in pairs, as many each: {kinds}",
            many, kinds=kinds,
        )  # fmt: skip
    if best.is_sure:
        return ngettext(
            "Of the kinds of agency shown by themselves, {kinds} raised the most",
            "Of the kinds of agency shown by themselves these raised the most, as many each: {kinds}",
            many, kinds=kinds,
        )  # fmt: skip
    return ngettext(
        "Of the kinds of agency shown by themselves, {kinds} raised the most, counted in pairs",
        "Of the kinds of agency shown by themselves these raised the most, counted in pairs, as many each: {kinds}",
        many, kinds=kinds,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _BestKinds:
    """The names of the kinds of agency with the most pairs. `is_sure`: they raised the most too. `is_of_all`: nothing else has as many."""

    names: list[str]
    is_sure: bool
    is_of_all: bool


def _best_kinds(tables: Mapping[str, Table]) -> _BestKinds | None:
    """None where none is shown by itself."""
    table = tables.get("kinds")
    if table is None or table.most_first is None:
        return None
    at = table.most_first
    whole, raised = number(table.total(at)), number(tables["raised"].total(2))
    seen = {row: row.cells[at].number for row in table.rows if not row.is_total and not row.cells[at].mark}
    named = {row: count for row, count in seen.items() if not row.of and row.name not in NO_KIND}
    if not any(named.values()):
        return None
    most = max(named.values())
    alike = [small(row.label) for row, count in named.items() if count == most]
    hidden = 0 if len(seen) == len([row for row in table.rows if not row.is_total]) else most if whole is None else whole - sum(seen.values())
    beside = max(hidden, *(count for row, count in seen.items() if row not in named), 0)
    others = max((count for count in named.values() if count < most), default=0)
    twice = most if whole is None or raised is None else abs(whole - raised)
    is_of_all = beside < most
    rival = max(others, beside) if is_of_all else others
    return _BestKinds(alike, twice == 0 or (len(alike) == 1 and rival < most - twice), is_of_all)
