"""What is left out in the tests, or done once, comes to the same as what Django does: the two side by side, wherever a test could tell."""

import copy
from contextvars import copy_context
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from asgiref.local import Local
from django.conf import LazySettings, settings
from django.core.exceptions import FieldError
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
    expressions,
)
from django.db.models.functions import Coalesce, Lower
from django.db.models.sql.datastructures import MultiJoin
from django.db.models.sql.query import Query
from django.test import Client, override_settings
from django.urls import Resolver404, URLResolver, get_resolver, path, reverse
from django.urls.resolvers import RegexPattern
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, override
from django.utils.translation.trans_real import DjangoTranslation

from escalation.models import Dispute, Event
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
    monkeypatch.setattr(SQLiteCursorWrapper, "convert_query", brisk._convert_query)
    monkeypatch.setattr(expressions.BaseExpression, "copy", brisk._copy)
    monkeypatch.setattr(Query, "names_to_path", brisk._names_to_path)
    monkeypatch.setattr(DjangoTranslation, "gettext", brisk._gettext)
    monkeypatch.setattr(brisk._Local, "__getattr__", brisk._found_here)


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


STATEMENTS = ("SELECT 1", "SELECT %s", "SELECT %s, '%%', '%%s' WHERE a LIKE '%%' AND b = %s", "")


def test_a_statement_has_its_places_marked_as_django_marks_them_the_first_time_and_the_second() -> None:
    for statement in STATEMENTS * 2:
        assert brisk.converted(None, statement) == brisk._convert_query(None, statement)
    named = "SELECT %(one)s, %(other)s"
    assert brisk.converted(None, named, param_names=["one", "other"]) == "SELECT :one, :other"


def every_kind() -> list[Any]:
    """Expressions of most kinds, as written and as a query has resolved them."""
    written = [
        Value(1), Lower("reference"), Coalesce("reference", Value("")), Count("events"), ExpressionWrapper(Q(pk=None), output_field=BooleanField()),
        Case(When(state="open", then=Value(1)), default=Value(0)), Exists(Dispute.objects.filter(pk=OuterRef("pk"))),
        Subquery(Dispute.objects.values("pk")), Func(F("reference"), function="UPPER"), F("reference").desc(),
    ]  # fmt: skip
    rows = Dispute.objects.annotate(**{f"a{at}": each for at, each in enumerate(written[:-1])}).filter(reference__startswith="E", wake_at=None)
    return [*written, *rows.query.annotations.values(), *rows.query.where.children]


def test_a_part_of_a_query_is_copied_as_it_is_and_by_itself() -> None:
    for part in every_kind():
        vars(part)["convert_value"] = print  # what Django works out anew for a copy
        other = brisk.copied(part)
        assert (type(other), vars(other)) == (type(part), vars(copy.copy(part)))
        other.is_summary = "of the copy alone"
        assert vars(part).get("is_summary") != "of the copy alone"


def all_kinds(kind: type) -> set[type]:
    return {kind}.union(*map(all_kinds, kind.__subclasses__()))


def test_no_part_of_a_query_has_a_way_of_its_own_of_being_copied() -> None:
    ways = {"__copy__", "__reduce__", "__reduce_ex__", "__setstate__", "__slots__", "__getnewargs_ex__"}
    assert {kind for kind in all_kinds(expressions.BaseExpression) if ways & set().union(*map(vars, kind.__mro__[:-1]))} == set()


NAMES = (
    "pk", "reference__startswith", "partnership__name__in", "events__body__text__seen__icontains", "requests__agency", "children__references__pk__lt",
    "raised__count", "created_at__date__gt", "events", "no_such_name", "events__no_such_name__pk",
)  # fmt: skip


def ways_of(rows: Any) -> list[Any]:
    """Where each of the names leads from the rows' table, or what Django says of it; what was given is not kept by whoever gave it."""
    found: list[Any] = []
    for name in NAMES * 2:
        for at, flags in enumerate(((True, False), (False, True))):
            try:
                way = rows.query.names_to_path(name.split("__"), rows.query.get_meta(), *flags)
            except (FieldError, MultiJoin) as error:
                found.append((name, at, type(error), str(error)))
                continue
            found.append((name, at, *map(copy.copy, way)))
            way[0].clear()
            way[3].clear()
    return found


def test_names_lead_where_django_finds_that_they_do_also_where_the_query_calls_something_so(request: pytest.FixtureRequest) -> None:
    plain = Dispute.objects.all()
    counted = plain.annotate(raised=Count("events"))
    joined = plain.annotate(raised=FilteredRelation("requests", condition=Q(requests__ended_at=None)))
    found = [ways_of(rows) for rows in (plain, counted, joined, plain, Event.objects.all())]
    request.getfixturevalue("as_django_does")
    assert found == [ways_of(rows) for rows in (plain, counted, joined, plain, Event.objects.all())]
    assert found[0] == found[3]
    assert len({str(one) for one in found}) == 4


def in_each(words: Any) -> list[tuple[type, str]]:
    """What a word is, without a language, in ours, and in one in which Django has it."""
    found = [gettext(words)]
    for language in ("en-gb", "de"):
        with override(language):
            found.append(gettext(words))
    return [(type(one), str(one)) for one in found]


def test_a_word_is_said_as_django_says_it_in_each_language_and_whether_it_is_safe(request: pytest.FixtureRequest) -> None:
    words: list[Any] = ["Sunday", mark_safe("Sunday"), "no such word", "", "Sunday\r\n", gettext_lazy("Sunday"), mark_safe("<b>so</b>"), "<b>so</b>"]
    found = [in_each(one) for one in words * 2]
    request.getfixturevalue("as_django_does")
    assert found == [in_each(one) for one in words * 2]
    assert {found[0][2], found[1][2]} == {(str, "Sonntag"), (SafeString, "Sonntag")}


@pytest.mark.parametrize("is_brisk", [True, False])
def test_what_one_thread_holds_is_not_found_by_another_nor_once_it_is_taken_away(request: pytest.FixtureRequest, *, is_brisk: bool) -> None:
    if not is_brisk:
        request.getfixturevalue("as_django_does")
    holder, seen = Local(), list[object]()
    holder.kept = "mine"
    # As newer versions of Python begin a thread: with what the one that began it holds.
    other = Thread(target=copy_context().run, args=(lambda: seen.append(getattr(holder, "kept", "nothing")),))
    other.start()
    other.join()
    assert (holder.kept, seen) == ("mine", ["nothing"])
    del holder.kept
    with pytest.raises(AttributeError, match="kept"):
        _ = holder.kept


@pytest.mark.django_db
@pytest.mark.parametrize("is_brisk", [True, False])
def test_a_page_and_an_address_that_leads_nowhere_are_answered_alike(request: pytest.FixtureRequest, *, is_brisk: bool) -> None:
    if not is_brisk:
        request.getfixturevalue("as_django_does")
    answers = [Client().get(address) for address in ("/healthz", "/sign-in/", "/nowhere/")]
    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert "Page not found" in answers[2].content.decode()
