"""What is left out in the tests, or done once, comes to the same as what Django does: the two side by side, wherever a test could tell."""

from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings, settings
from django.test import Client, override_settings
from django.urls import Resolver404, URLResolver, get_resolver, path, reverse
from django.urls.resolvers import RegexPattern

from tests import brisk
from tests.access.asking import own_routes
from tests.access.routes import Addresses
from tests.cast import Cast
from tests.world import World

NOWHERE = ("/nowhere/", "/disputes", "/healthz/x", "//", "/\x00", "/directory/agencies/", "/%2e%2e/", "")


@pytest.fixture
def as_django_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses are found and settings looked up by Django's own again."""
    monkeypatch.setattr(URLResolver, "resolve", brisk._resolve)
    monkeypatch.setattr(URLResolver, "_extend_tried", staticmethod(brisk._extend_tried))
    monkeypatch.setattr(LazySettings, "__getattribute__", brisk._looked_up)


def led(resolver: URLResolver, address: str) -> Any:
    """Where an address leads, all of it that a page can ask for; which address it was that leads nowhere."""
    try:
        found = resolver.resolve(address)
    except Resolver404 as error:
        return error.args[0]["path"]
    return found.func, found.args, found.kwargs, found.view_name, found.namespaces, found.app_names, found.route, vars(found)["captured_kwargs"]


@pytest.fixture
def addresses(cast: Cast, world: World) -> list[str]:
    """One address of every route of ours, and some that lead nowhere."""
    there = Addresses(cast, world)
    return [*(there.of(name, pattern) for name, pattern in own_routes().items()), *NOWHERE]


@pytest.mark.django_db
def test_every_address_leads_where_django_finds_it_the_first_time_and_the_second(addresses: list[str], request: pytest.FixtureRequest) -> None:
    resolver = get_resolver()
    found = [[led(resolver, address) for address in addresses] for _time in range(2)]
    assert found[0] == found[1]
    request.getfixturevalue("as_django_does")
    assert found[0] == [led(resolver, address) for address in addresses]
    assert {where for where in found[0] if isinstance(where, str)} == {address.removeprefix("/") for address in NOWHERE}


def test_what_an_address_names_is_not_mixed_up_with_another_of_its_kind_nor_after_very_many() -> None:
    def named(address: str) -> dict[str, Any]:
        return get_resolver().resolve(address).kwargs

    keys = [UUID(int=place) for place in (1, 2)]
    found = [named(reverse("api:agency", args=(key,))) for key in keys]
    assert [list(given.values()) for given in found] == [[key] for key in keys]
    for place in range(brisk.MOST + 1):
        get_resolver().resolve(reverse("api:agency", args=(UUID(int=place),)))
    assert len(brisk._known) <= brisk.MOST
    assert [named(reverse("api:agency", args=(key,))) for key in keys] == found


def test_one_map_of_addresses_is_not_asked_for_another() -> None:
    def first() -> None: ...

    def second() -> None: ...

    maps = [URLResolver(RegexPattern(r"^/"), [path("here/", view)]) for view in (first, second)]
    assert [resolver.resolve("/here/").func for resolver in maps] == [first, second]


def looked_up(name: str) -> object:
    return getattr(settings, name, "not there")


def test_every_setting_is_what_django_looks_up(request: pytest.FixtureRequest) -> None:
    names = [*dir(settings), "NO_SUCH_SETTING", "configured", "_wrapped"]
    found = {name: looked_up(name) for name in names if not name.startswith("__")}
    request.getfixturevalue("as_django_does")
    assert found == {name: looked_up(name) for name in found}
    assert len(found) > 100
    assert found["NO_SUCH_SETTING"] == "not there"


@pytest.mark.parametrize("is_brisk", [True, False])
def test_a_setting_that_is_changed_or_taken_away_for_a_while_is_so_for_that_while(request: pytest.FixtureRequest, *, is_brisk: bool) -> None:
    if not is_brisk:
        request.getfixturevalue("as_django_does")
    before = settings.APPEND_SLASH
    with override_settings(APPEND_SLASH=not before, OF_A_TEST="x"):
        assert settings.APPEND_SLASH is not before
        assert looked_up("OF_A_TEST") == "x"
        del settings.APPEND_SLASH
        assert looked_up("APPEND_SLASH") == "not there"
    assert (settings.APPEND_SLASH, looked_up("OF_A_TEST")) == (before, "not there")


@pytest.mark.django_db
@pytest.mark.parametrize("is_brisk", [True, False])
def test_a_page_and_an_address_that_leads_nowhere_are_answered_alike(request: pytest.FixtureRequest, *, is_brisk: bool) -> None:
    if not is_brisk:
        request.getfixturevalue("as_django_does")
    answers = [Client().get(address) for address in ("/healthz", "/sign-in/", "/nowhere/")]
    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert "Page not found" in answers[2].content.decode()
