"""What Django does at each step for nobody here is left out of the tests, or done once. A plugin.

Which patterns an address was held against without success is told on a programmer's page alone, which nobody is shown; what an address leads to does
not change while a process runs; and a setting is looked up some hundred times a page, each time through a guard of what stands for somebody lazily.
Together they took a tenth of a page that is short.
"""

from typing import Any

from django.conf import LazySettings
from django.urls import ResolverMatch
from django.urls.resolvers import URLResolver

MOST = 5000
# Django's own, which tests/house/test_brisk.py holds what stands here against.
_resolve = URLResolver.resolve
_extend_tried = URLResolver._extend_tried  # type: ignore[attr-defined]
_looked_up = LazySettings.__getattribute__
_known: dict[tuple[URLResolver, str], ResolverMatch] = {}


def resolved(resolver: URLResolver, path: Any) -> ResolverMatch:
    """Where the address leads, found once. Raises Resolver404 each time where it leads nowhere."""
    asked = resolver, str(path)
    if asked not in _known:
        if len(_known) >= MOST:
            _known.clear()
        _known[asked] = _resolve(resolver, path)
    return _known[asked]


def pytest_configure() -> None:
    """For all of the run."""
    URLResolver._extend_tried = staticmethod(lambda tried, pattern, sub_tried=None: None)  # type: ignore[attr-defined]
    URLResolver.resolve = resolved  # type: ignore[assignment, method-assign]
    LazySettings.__getattribute__ = object.__getattribute__  # type: ignore[method-assign]
