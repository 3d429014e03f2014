"""A partnership's matrix of seniority: every agency's titles by level, never people. Reads only."""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from agencies.models import Agency, Membership, Partnership, Post, SeniorityLevel
from agencies.person import Person
from agencies.roles import AgencyKind
from agencies.sheets import neutral


@dataclass(frozen=True, slots=True)
class Cell:
    """One title in the matrix; `note` is the number of the doubt that it stands under, 0 for none."""

    title: str
    note: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """A partnership's levels and titles; `rows` are (agency, cells by level); `doubts` are numbered from 1."""

    partnership: Partnership
    levels: tuple[SeniorityLevel, ...]
    rows: tuple[tuple[Agency, tuple[tuple[Cell, ...], ...]], ...]
    doubts: tuple[str, ...]


def matrix_of(partnership: Partnership) -> Matrix:
    """The partnership's matrix: titles, never people. Doubts are collected and numbered, the same doubt once."""
    levels = tuple(partnership.levels.all())
    order = {kind: at for at, kind in enumerate(AgencyKind.values)}
    agencies = list(Agency.objects.active().filter(partnership=partnership, is_external=False))
    agencies.sort(key=lambda agency: (order[agency.kind], agency.name))
    doubts: dict[str, int] = {}
    cells: dict[tuple[UUID, UUID | None], list[Cell]] = defaultdict(list)
    place = {agency.id: at for at, agency in enumerate(agencies)}
    for post in sorted(Post.objects.cells(partnership.id), key=lambda post: (place.get(post.agency_id, 0), post.level.number if post.level else 0)):
        note = doubts.setdefault(post.uncertain_why, len(doubts) + 1) if post.is_uncertain else 0
        cells[post.agency_id, post.level_id].append(Cell(post.title, note))
    rows = tuple((agency, tuple(tuple(cells[agency.id, level.id]) for level in levels)) for agency in agencies)
    return Matrix(partnership, levels, rows, tuple(doubts))


def matrices_for(person: Person) -> list[Partnership]:
    """Whose matrices the person may read: their own partnerships', and published ones that hold no people at all."""
    somebody = Membership.objects.filter(partnership=OuterRef("pk"))
    published = Partnership.objects.filter(~Exists(somebody))
    return sorted(
        Partnership.objects.filter(id__in=person.partnership_ids) | published, key=lambda row: (row.id not in person.partnership_ids, row.name)
    )


def matrix_csv(matrix: Matrix) -> str:
    """All of it, safe to open in a spreadsheet: a line for each agency, and beside a title that is in doubt why."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Agency"), *(neutral(str(level)) for level in matrix.levels)])
    for agency, cells in matrix.rows:
        writer.writerow([neutral(agency.name), *(neutral("; ".join(_in_words(cell, matrix.doubts) for cell in titles)) for titles in cells)])
    return out.getvalue()


def _in_words(cell: Cell, doubts: tuple[str, ...]) -> str:
    title = cell.title or _("No title readable")
    return _("{title} (uncertain: {why})").format(title=title, why=doubts[cell.note - 1]) if cell.note else title
