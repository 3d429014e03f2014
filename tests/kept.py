"""Rows that many tests begin with, written once and kept while the tests need them. A pytest plugin.

They lie in transactions that stay open around the tests' own, one within the other: the cast, in it a world, in it a disagreement. Before each test
those above what it asks for are rolled back and those that it misses are begun, so that a test meets the rows it names and no others; its own
transaction becomes a savepoint in the uppermost. Of the Python objects each test gets its own copy. A test that commits for itself
(`transaction=True`, `live_server`) finds an empty database, and its fixtures build.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

T = TypeVar("T")
COMMITTING = {"transactional_db", "live_server", "django_db_reset_sequences"}
BUILDERS: dict[str, Callable[[Any], Any]] = {}
"""Who writes the rows of each fixture out of the value of the one below, the lowest first."""


def kept_as(name: str) -> Callable[[Callable[[Any], T]], Callable[[Any], T]]:
    """Names the builder of a fixture's rows. Builders are registered from the lowest to the uppermost."""

    def register(builder: Callable[[Any], T]) -> Callable[[Any], T]:
        BUILDERS[name] = builder
        return builder

    return register


@dataclass(frozen=True)
class Layer:
    """A transaction and what its rows stand for."""

    transaction: transaction.Atomic
    value: Any


class Layers:
    """The open transactions, the lowest first."""

    def __init__(self, blocker: DjangoDbBlocker) -> None:
        self._blocker, self._open = blocker, list[Layer]()
        self.stand_back = 0
        """How many transactions of others, longer than a test, are open: none of ours can begin or end within them."""

    def reach(self, height: int) -> None:
        """As many layers as this are there, and none above them."""
        if self.stand_back:
            return
        if height == len(self._open):
            return
        with self._blocker.unblock():
            while len(self._open) > height:
                transaction.set_rollback(True)
                self._open.pop().transaction.__exit__(None, None, None)
            for build in list(BUILDERS.values())[len(self._open) : height]:
                layer = transaction.atomic()
                layer.__enter__()
                self._open.append(Layer(layer, build(self._open[-1].value if self._open else None)))

    def own(self, name: str) -> Any:
        """The test's own copy of what a fixture stands for; None where its rows are not kept."""
        at = list(BUILDERS).index(name)
        return copy.deepcopy(self._open[at].value) if at < len(self._open) else None


def commits(item: pytest.Item) -> bool:
    """Whether the test runs outside any transaction of ours."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(COMMITTING & set(getattr(item, "fixturenames", ())))


def height(item: pytest.Item) -> int:
    """How many layers the test stands on: as far as the fixtures that it uses are the shared ones, and not its module's own."""
    if commits(item):
        return 0
    used = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]  # pytest says it nowhere else
    shared = [name in used and used[name][-1].func.__module__ == builder.__module__ for name, builder in BUILDERS.items()]
    return next((at for at, is_shared in enumerate(shared) if not is_shared), len(shared))


LAYERS = pytest.StashKey[Layers]()


@pytest.fixture(scope="session")
def layers(django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config) -> Iterator[Layers]:
    """The run's layers; none is left at its end."""
    made = pytestconfig.stash[LAYERS] = Layers(django_db_blocker)
    yield made
    made.reach(0)


def lasts(fixturedef: pytest.FixtureDef[Any]) -> bool:
    """Whether the fixture writes rows for more than one test, in a transaction of its own."""
    ours = __name__, "tests.record_guard"
    return fixturedef.scope == "module" and "django_db_blocker" in fixturedef.argnames and fixturedef.func.__module__ not in ours


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[None]:
    """The last moments at which layers can be put or left: before pytest-django begins the test's transaction, for nothing can be put below it;
    before a module begins one that lasts; and before Playwright's loop begins and ends, in which Django has another connection."""
    if fixturedef.argname == "_django_db_helper":
        request.getfixturevalue("layers").reach(height(request.node))
    if not lasts(fixturedef) and fixturedef.argname != "playwright":
        return (yield)
    layers = request.config.stash.get(LAYERS, None) or request.getfixturevalue("layers")
    layers.reach(0)
    done = yield
    if lasts(fixturedef):
        layers.stand_back += 1
        fixturedef.addfinalizer(lambda: setattr(layers, "stand_back", layers.stand_back - 1))
    else:
        fixturedef.addfinalizer(lambda: layers.reach(0))
    return done


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within each file, tests that stand on the same layers follow one another, so that few are built twice."""
    files = {path: at for at, path in enumerate(dict.fromkeys(item.path for item in items if not commits(item)))}
    order = {id(item): (files.get(item.path, 0), height(item)) if not commits(item) else (len(files), 0) for item in items}
    items.sort(key=lambda item: order[id(item)])
