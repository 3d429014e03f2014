"""What of the guarded block is in the record: a keyed digest of each of its rows, in the line that says that it was given or put right.

Without the record's key nobody can try initials and birthdays against a digest, so it tells nothing and may stay when the row is erased. A full name
has a digest of its own: it is erased alone, where the partnership takes none any more.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from agencies.ready import Ready
from escalation.engine.chain import age_of, canonical, instant, keyed
from escalation.engine.change import Change
from escalation.models import Child, ChildReference, EarlierChild, EarlierReference

# The fact that holds them: by the row's key, and for a full name by `name:` and the row's key.
GUARDED = "guarded"
Row = Child | EarlierChild | ChildReference | EarlierReference


def rows_of(disputes: Collection[UUID]) -> Iterator[tuple[UUID, Row]]:
    """Every row of the guarded block of these disagreements, each with its disagreement. Four queries, one where there are no children."""
    children = _CHILDREN(*disputes)
    related: defaultdict[UUID, list[Row]] = defaultdict(list)
    for question in _RELATED if children else ():
        for row in question(*disputes):
            related[row.child_id].append(row)
    for child in children:
        yield child.dispute_id, child
        yield from ((child.dispute_id, row) for row in related[child.pk])


_CHILDREN: Ready[Child] = Ready(lambda *disputes: Child.objects.filter(dispute__in=disputes))
_RELATED: tuple[Ready[Any], ...] = (
    Ready(lambda *disputes: EarlierChild.objects.filter(child__dispute__in=disputes)),
    Ready(lambda *disputes: ChildReference.objects.filter(child__dispute__in=disputes)),
    Ready(lambda *disputes: EarlierReference.objects.filter(child__dispute__in=disputes)),
)


def guarded(change: Change) -> dict[str, dict[str, str]]:
    """The fact for a line of this change: the block's rows as the change leaves them. Called once they are all added or touched."""
    rows = {row.pk: row for _, row in rows_of([change.case.dispute.pk])}
    rows |= {key: row for kind in (Child, ChildReference) for key, row in change.touched.get(kind, {}).items() if isinstance(row, Row)}
    rows |= {row.pk: row for row in change.added if isinstance(row, Row)}
    return {GUARDED: {name: keyed(text) for row in rows.values() for name, text in _spelt(row)}}


def emptied(dispute: UUID) -> dict[str, dict[str, str]]:
    """The same once anonymising has emptied the block: its children are there and nobody."""
    children = [Child(pk=key, ordinal=ordinal) for key, ordinal in Child.objects.filter(dispute=dispute).values_list("pk", "ordinal")]
    return {GUARDED: {name: keyed(text) for child in children for name, text in _spelt(child)}}


def faults(said: dict[str, str], rows: Iterable[Row]) -> Iterator[str]:
    """What is not as the record says; a full name that is gone may have been erased."""
    missing = {name for name in said if not name.startswith("name:")}
    for row in rows:
        missing.discard(str(row.pk))
        for name, text in _spelt(row):
            if name not in said:
                yield f"has {_word(row)} that was added"
            elif age_of(said[name], text) is None:
                yield f"had {_word(row)} altered"
    for _ in missing:
        yield "has lost a part of who the child is"


def _word(row: Row) -> str:
    if isinstance(row, Child):
        return f"who child {row.ordinal} is"
    return "who a child was before" if isinstance(row, EarlierChild) else "an agency’s reference of a child"


def _spelt(row: Row) -> Iterator[tuple[str, bytes]]:
    """Each part of the row that has a digest, by its name in the fact, as it is hashed."""
    parts: list[Any] = [type(row).__name__, str(row.pk)]
    if isinstance(row, Child | EarlierChild):
        parts += [row.initials, str(row.born_on or ""), row.is_unborn]
        if row.name:
            yield f"name:{row.pk}", canonical(["name", str(row.pk), row.name])
    else:
        parts += [str(row.agency_id), row.reference]
    parts += [row.ordinal] if isinstance(row, Child) else [str(row.child_id)]
    parts += [instant(row.until)] if isinstance(row, EarlierChild | EarlierReference) else []
    yield str(row.pk), canonical(parts)
