"""What Django does at each step for nobody here is left out of the tests, or done once. A plugin.

Which patterns an address was held against without success is told on a programmer's page alone, which nobody is shown; what an address leads to does
not change while a process runs; and a setting is looked up some hundred times a page, each time through a guard of what stands for somebody lazily.
Together they took a tenth of a page that is short. So with what a page asks and says: the places of a statement are marked as SQLite has them, a word
is looked for in catalogues, and that no language is in force is said in a whole sentence, each time anew; a part of a query is copied by the way of
whatever can be copied, and where the names in a condition lead is followed from table to table. Together a twentieth of all.
"""

from functools import lru_cache
from threading import get_ident
from typing import Any

from asgiref import local
from django.conf import LazySettings
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.models.expressions import BaseExpression
from django.db.models.sql.query import Query
from django.urls import ResolverMatch
from django.urls.resolvers import URLResolver
from django.utils.translation.trans_real import DjangoTranslation

MOST = 5000
MOST_STATEMENTS = 2000
# Django's own, which tests/house/test_brisk.py holds what stands here against.
_resolve = URLResolver.resolve
_extend_tried = URLResolver._extend_tried  # type: ignore[attr-defined]
_looked_up = LazySettings.__getattribute__
_convert_query: Any = SQLiteCursorWrapper.convert_query
_copy = BaseExpression.copy
_gettext = DjangoTranslation.gettext
_names_to_path: Any = Query.names_to_path
_Local: Any = local._DefaultLocal
_found_here = _Local.__getattr__
_known: dict[tuple[URLResolver, str], ResolverMatch] = {}
_ways: dict[tuple[Any, ...], Any] = {}


def resolved(resolver: URLResolver, path: Any) -> ResolverMatch:
    """Where the address leads, found once. Raises Resolver404 each time where it leads nowhere."""
    asked = resolver, str(path)
    if asked not in _known:
        if len(_known) >= MOST:
            _known.clear()
        _known[asked] = _resolve(resolver, path)
    return _known[asked]


@lru_cache(MOST_STATEMENTS)
def _marked(query: str) -> str:
    return str(_convert_query(None, query))


def converted(cursor: Any, query: str, *, param_names: list[str] | None = None) -> str:
    """The statement as SQLite takes it; one whose places are numbered is converted once."""
    return _marked(query) if param_names is None else str(_convert_query(cursor, query, param_names=param_names))


def copied(expression: Any) -> Any:
    """Another one like it, of its own state, as `copy.copy` makes it."""
    other: Any = object.__new__(type(expression))
    vars(other).update(expression.__getstate__())
    return other


def followed(query: Any, names: list[str], opts: Any, allow_many: Any = True, fail_on_missing: Any = False) -> tuple[Any, ...]:  # noqa: FBT002 - Django's
    """Where these names lead from a table, followed once, unless one could be what the query itself calls so. Raises what Django raises each time."""
    if opts is None or query._filtered_relations or not query.annotations.keys().isdisjoint(names):
        return tuple(_names_to_path(query, names, opts, allow_many, fail_on_missing))
    asked = opts, tuple(names), allow_many, fail_on_missing
    if asked not in _ways:
        if len(_ways) >= MOST:
            _ways.clear()
        _ways[asked] = _names_to_path(query, names, opts, allow_many, fail_on_missing)
    path, field, targets, rest = _ways[asked]
    return list(path), field, targets, list(rest)


def said(catalogue: DjangoTranslation, message: str) -> str:
    """What the catalogue says for the message, looked for once. A word that is marked as safe, or as what comes later, is looked for each time."""
    if type(message) is not str:
        return _gettext(catalogue, message)
    known = vars(catalogue).setdefault("_known", {})
    found: str | None = known.get(message)
    if found is None:
        found = known[message] = _gettext(catalogue, message)
    return found


def found_here(holder: Any, key: str) -> Any:
    """What the thread holds by this name. Raises AttributeError, which says the name and nothing of the holder."""
    kept = holder._storage._data.get(None)
    if kept is None or key not in kept.data or kept.thread_id != get_ident():
        raise AttributeError(key)
    return kept.data[key]


OURS: tuple[tuple[Any, str, Any], ...] = (
    (URLResolver, "_extend_tried", staticmethod(lambda tried, pattern, sub_tried=None: None)),
    (URLResolver, "resolve", resolved),
    (LazySettings, "__getattribute__", object.__getattribute__),
    (SQLiteCursorWrapper, "convert_query", converted),
    (BaseExpression, "copy", copied),
    (Query, "names_to_path", followed),
    (DjangoTranslation, "gettext", said),
    (_Local, "__getattr__", found_here),
)


def pytest_configure() -> None:
    """For all of the run."""
    for kind, name, ours in OURS:
        setattr(kind, name, ours)
