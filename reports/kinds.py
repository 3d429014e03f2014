"""Which kinds of agency a public edition counts together, so that none of them stands for one school, nursery or charity: pure."""

from collections.abc import Iterable, Mapping

from agencies.roles import AgencyKind
from reports.figures import Table

LEAST_AGENCIES = 2
TOGETHER = "together"  # What they are called where rows and columns have keys.
KINDS = frozenset(kind.value for kind in AgencyKind)
# Kinds of which a place has many, most of them small: where one alone is a member, a figure would be about the few people who work there. Of the
# other kinds (council services, police, health) a place ordinarily has one, large and publicly known as a member.
SMALL = frozenset({AgencyKind.EDUCATION.value, AgencyKind.EARLY_YEARS.value, AgencyKind.VOLUNTARY.value, AgencyKind.OTHER.value})
SILENT = "silent-kinds"


def too_few(members: Mapping[str, int]) -> frozenset[str]:
    """The kinds that are told as one, of so many member agencies of each: small ones with fewer than two, and "other", whose name they take.

    Where that is one agency still, the kind with the fewest joins it.
    """
    few = {kind for kind in SMALL if members.get(kind, 0) < LEAST_AGENCIES} | {AgencyKind.OTHER.value}
    for kind in sorted((kind for kind in KINDS - few if members.get(kind)), key=lambda kind: (members[kind], kind)):
        if sum(members.get(each, 0) for each in few) != 1:
            break
        few.add(kind)
    return frozenset(few) if len(few) > 1 else frozenset()


def told_as_one(printed: Iterable[Table]) -> frozenset[str] | None:
    """The kinds that an issued edition counted together: those of which its list of members has no row. None where it has no such list."""
    tables = {table.key: table for table in printed}
    if SILENT not in tables:
        return None
    names = {row.name for table in tables.values() for row in table.rows} | {column.name for table in tables.values() for column in table.columns}
    return KINDS - {row.name for row in tables[SILENT].rows} if TOGETHER in names else frozenset()
