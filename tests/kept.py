"""Rows that many tests begin with, written once and kept while the tests need them. A pytest plugin.

They lie in transactions that stay open around the tests' own, one within the other: the cast, in it a world, in it a disagreement, the shared one
or the one with which a file's tests begin. Before each test those above what it asks for are rolled back and those that it misses are begun, so that
a test meets the rows it names and no others; its own transaction becomes a savepoint in the uppermost. Of the Python objects each test gets its own
copy. A test that commits for itself (`transaction=True`, `live_server`) finds an empty database, and its fixtures build.
"""

import copy
import inspect
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from tests.lot import HAND

T = TypeVar("T")
Builder = Callable[[Any], Any]
COMMITTING = {"transactional_db", "live_server", "django_db_reset_sequences"}
BUILDERS: dict[str, Builder] = {}
"""Who writes the rows of each shared fixture out of the value of the one below, the lowest first."""


def kept_as(name: str) -> Callable[[Callable[[Any], T]], Callable[[Any], T]]:
    """Names the builder of a fixture's rows. Builders are registered from the lowest to the uppermost."""

    def register(builder: Callable[[Any], T]) -> Callable[[Any], T]:
        BUILDERS[name] = builder
        return builder

    return register


def kept_fixture(builder: Callable[..., T]) -> Any:
    """A file's own fixture in place of a shared one, `world` or `dispute`, whose rows are kept like the shared ones: the builder takes the fixture
    it stands on, or nothing where it begins from an empty database. Nothing else that a test puts in place (a clock, a setting) is there while the
    rows are written."""
    below = [one.name for one in inspect.signature(builder).parameters.values() if one.kind is one.POSITIONAL_OR_KEYWORD]

    def given(layers: "Layers", **stood_on: Any) -> T:
        kept: T | None = layers.own(written)
        return kept if kept is not None else builder(**stood_on)

    def written(value: Any) -> T:
        return builder(value) if below else builder()

    given.__name__, given.__doc__, given.__module__ = builder.__name__, builder.__doc__, builder.__module__
    given.__signature__ = inspect.Signature([inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in ("layers", *below)])  # type: ignore[attr-defined]
    given.builder, written.__module__, written.__qualname__ = written, builder.__module__, builder.__qualname__  # type: ignore[attr-defined]
    return pytest.fixture(given)


@dataclass(frozen=True)
class Layer:
    """A transaction, who wrote its rows, and what gives a copy of what they stand for."""

    transaction: transaction.Atomic
    builder: Builder
    copied: Callable[[], Any]


def copying(value: Any) -> Callable[[], Any]:
    """What gives a copy of the value as it is now. Unpickling takes a fifth of the time of copying; what cannot be pickled is copied."""
    try:
        frozen = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, TypeError, AttributeError):
        return partial(copy.deepcopy, value)
    return partial(pickle.loads, frozen)


class Layers:
    """The open transactions, the lowest first."""

    def __init__(self, blocker: DjangoDbBlocker) -> None:
        self._blocker, self._open = blocker, list[Layer]()
        self.stand_back = 0
        """How many transactions of others, longer than a test, are open: none of ours can begin or end within them."""

    def reach(self, wanted: Sequence[Builder]) -> None:
        """The layers of these builders are there, and none above them."""
        if self.stand_back:
            return
        there = [layer.builder for layer in self._open]
        if there == list(wanted):
            return
        same = next((at for at, pair in enumerate(zip(there, wanted, strict=False)) if pair[0] is not pair[1]), min(len(there), len(wanted)))
        with self._blocker.unblock():
            while len(self._open) > same:
                transaction.set_rollback(True)
                self._open.pop().transaction.__exit__(None, None, None)
            for builder in wanted[same:]:
                self._begin(builder)

    def _begin(self, builder: Builder) -> None:
        """The builder's rows above the others. Where it fails none of them stay: they would be in the way of every test that comes after."""
        layer = transaction.atomic()
        layer.__enter__()
        try:
            with HAND.follows_from(f"{builder.__module__}.{builder.__qualname__}"):
                made = copying(builder(self._open[-1].copied() if self._open else None))
            self.settle()
        except BaseException:
            layer.__exit__(*sys.exc_info())
            raise
        self._open.append(Layer(layer, builder, made))

    def settle(self) -> None:
        """What is deferred to the end of a transaction is checked now, of the rows that stay for many tests: else PostgreSQL does it at the end of
        each of them for all that lie below it, which took longer than the tests."""
        with self._blocker.unblock():
            connection.check_constraints()

    def own(self, builder: Builder) -> Any:
        """The test's own copy of what the builder made; None where its rows are not kept."""
        return next((layer.copied() for layer in self._open if layer.builder is builder), None)


def commits(item: pytest.Item) -> bool:
    """Whether the test runs outside any transaction of ours."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(COMMITTING & set(getattr(item, "fixturenames", ())))


def stands_on(item: pytest.Item) -> list[Builder]:
    """The layers under the test: as far as the fixtures that it uses are the shared ones, or a file's own that is kept too."""
    if commits(item):
        return []
    used = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]  # pytest says it nowhere else
    found: list[Builder] = []
    for name, builder in BUILDERS.items():
        if name not in used:
            continue
        function = used[name][-1].func
        own = getattr(function, "builder", None)
        if own is None and getattr(function, "__module__", "") != builder.__module__:
            break
        found.append(own or builder)
    return found


LAYERS = pytest.StashKey[Layers]()


@pytest.fixture(scope="session")
def layers(django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config) -> Iterator[Layers]:
    """The run's layers; none is left at its end."""
    made = pytestconfig.stash[LAYERS] = Layers(django_db_blocker)
    yield made
    made.reach([])


@cache
def lasts(fixturedef: pytest.FixtureDef[Any]) -> bool:
    """Whether the fixture writes rows for more than one test, in a transaction of its own."""
    ours = __name__, "tests.record_guard"
    return fixturedef.scope in {"module", "package"} and "django_db_blocker" in fixturedef.argnames and fixturedef.func.__module__ not in ours


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[None]:
    """The last moments at which layers can be put or left: before pytest-django begins the test's transaction, for nothing can be put below it;
    before a module begins one that lasts; and before Playwright's loop begins and ends, in which Django has another connection."""
    if fixturedef.argname == "_django_db_helper":
        request.getfixturevalue("layers").reach(stands_on(request.node))
    if not lasts(fixturedef) and fixturedef.argname != "playwright":
        return (yield)
    layers = request.config.stash.get(LAYERS, None) or request.getfixturevalue("layers")
    layers.reach([])
    done = yield
    if lasts(fixturedef):
        layers.settle()
        layers.stand_back += 1
        fixturedef.addfinalizer(lambda: setattr(layers, "stand_back", layers.stand_back - 1))
    else:
        fixturedef.addfinalizer(lambda: layers.reach([]))
    return done


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within each file, tests that stand on the same layers follow one another, so that few are built twice. Files with rows that last come first:
    where processes share the tests, the first of them begins there, and what another takes over from it is the end of its share."""
    files = {path: at for at, path in enumerate(dict.fromkeys(item.path for item in items if not commits(item)))}
    lasting = {item.path for item in items if any(lasts(each[-1]) for each in item._fixtureinfo.name2fixturedefs.values())}  # type: ignore[attr-defined]

    def place(item: pytest.Item) -> tuple[bool, int, int, str]:
        layers = stands_on(item)
        return item.path not in lasting, len(files) if commits(item) else files[item.path], len(layers), layers[-1].__module__ if layers else ""

    items.sort(key=place)
