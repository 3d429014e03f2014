"""A report's questions are put into SQL once for all that are alike: what is asked is what would be asked if each were put anew."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from agencies.person import person_of
from agencies.roles import AgencyKind, Role
from escalation.models import Dispute, StageDefinition
from escalation.procedures.definition import Sides
from escalation.visibility import open_to_unit
from reports import put_once
from reports.asking import Asking, Query, summed
from reports.figures import Edition
from reports.measures import Scope, figures_of
from reports.own import KNOWN
from reports.periods import Period, Pool, Year
from reports.put_once import Alike
from reports.readers import counted_for, for_many
from reports.subgroups import Subgroup
from tests.factories import make_member, make_user
from tests.kept import kept_fixture
from tests.reports.builders import SOME_AGENCIES, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
NOW, LATER = datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2027, 2, 3, 9, 30, tzinfo=UTC)
OTHERS = (*SOME_AGENCIES[:4], ("Bridge School", AgencyKind.EDUCATION))
Worlds = tuple[World, World]
Made = Callable[[World], Scope]


@kept_fixture
def worlds() -> Worlds:
    """Two partnerships with other agencies, of which other kinds are told as one, and another number of stages; neither with a disagreement."""
    one, other = make_world(with_posts=True), make_world(OTHERS, name="Southshire Partnership")
    StageDefinition.objects.create(version=other.version, position=5, key="stage-5", number="5", name="The minister", sides=Sides.PARTNERSHIP)
    return one, other


def of_a_year(number: int, edition: Edition = Edition.INTERNAL, now: datetime = LATER) -> Made:
    return lambda world: Scope(world.partnership, Year(number), now, edition, within=for_many if edition is Edition.PUBLIC else None)


def of_days(first: date, last: date, now: datetime = LATER) -> Made:
    return lambda world: Scope(world.partnership, Period(first, last), now, Edition.INTERNAL)


def of_an_agency(at: int, number: int, to: datetime | None = None) -> Made:
    return lambda world: Scope(world.partnership, Year(number), LATER, Edition.INTERNAL, own=world.agencies[at], to=to)


def read_by(at: int, number: int) -> Made:
    """An agency's own year as somebody reads it who sits in another agency."""

    def made(world: World) -> Scope:
        reader = make_user()
        make_member(reader, world.agencies[at], Role.PRACTITIONER)
        scope = of_an_agency(1, number)(world)
        return replace(scope, within=counted_for(person_of(reader, LATER.date())))

    return made


ALIKE: dict[str, list[Made]] = {
    # With and without a 29 February, and of other moments at which summer time begins and ends.
    "years that are over": [of_a_year(2025), of_a_year(2023), of_a_year(2019, now=NOW)],
    "public years": [of_a_year(2024, Edition.PUBLIC), of_a_year(2023, Edition.PUBLIC, NOW)],
    "a year that runs": [of_a_year(2026, now=NOW), of_a_year(2026), of_a_year(2027, now=datetime(2028, 2, 29, 23, 30, tzinfo=UTC))],
    "three years": [
        lambda world: Scope(world.partnership, Pool(2025), NOW, Edition.PUBLIC),
        lambda world: Scope(world.partnership, Pool(2021), LATER, Edition.PUBLIC),
    ],
    # Of a whole year the days before it begin a year before it; of nearly one, of as many months, they do not.
    "days": [
        of_days(date(2025, 4, 1), date(2026, 3, 31)),
        of_days(date(2025, 7, 1), date(2026, 6, 20)),
        of_days(date(2024, 2, 29), date(2025, 1, 5)),
    ],
    "an agency's own": [of_an_agency(0, 2025), of_an_agency(3, 2023)],
    "what is counted for a reader": [read_by(0, 2025), read_by(3, 2023)],
    "as much of an agency's year": [
        of_an_agency(1, 2025, datetime(2025, 9, 7, tzinfo=UTC)),
        of_an_agency(2, 2023, datetime(2023, 6, 1, tzinfo=UTC)),
    ],
}  # fmt: skip


def tables(scope: Scope) -> object:
    """All that is counted over the scope: of an agency's own side those of its own report too."""
    if scope.own is None:
        return figures_of(scope)
    return scope.asking.together({key: lambda key=key: KNOWN[key].figures(scope) for key in KNOWN}, scope.alike)  # type: ignore[misc]


def asked(scope: Scope) -> list[str]:
    """The statements that were asked, as the engine was given them."""
    with CaptureQueriesContext(connection) as queries:
        tables(scope)
    return [query["sql"] for query in queries]


def anew(scope: Scope) -> list[str]:
    """The same, put into SQL for this scope alone."""
    put_once._KEPT.clear()
    return asked(scope)


@dataclass(frozen=True)
class Walk:
    """What alike scopes ask, one after the other, then backwards, and each put anew; of the last, how many of its questions are kept then."""

    kept: list[list[str]]
    backwards: list[list[str]]
    anew: list[list[str]]
    questions: int


# By their name: what is put into SQL for it takes as long as a hundred tests.
WALKED: dict[str, Walk] = {}


def walk(worlds: Worlds, name: str) -> Walk:
    """Of the scopes of that name in the first world, and of the last in the other."""
    if name not in WALKED:
        *others, last = ALIKE[name]
        scopes = [*((worlds[0], make) for make in (*others, last)), (worlds[1], last)]
        put_once._KEPT.clear()
        kept = [asked(make(world)) for world, make in scopes]
        backwards = [asked(make(world)) for world, make in reversed(scopes)]
        # For the first of them it was put anew already.
        WALKED[name] = Walk(kept, backwards, [kept[0], *(anew(make(world)) for world, make in scopes[1:])], sum(map(len, put_once._KEPT.values())))
    return WALKED[name]


@pytest.mark.parametrize("name", ALIKE)
def test_what_was_put_for_one_asks_of_another_what_would_be_asked_if_it_were_put_anew(worlds: Worlds, name: str) -> None:
    walked = walk(worlds, name)
    assert walked.kept == walked.backwards[::-1] == walked.anew


@pytest.mark.parametrize("name", ALIKE)
def test_all_that_the_measures_ask_is_kept(worlds: Worlds, name: str) -> None:
    """Else a moment is missing among those that a scope gives."""
    walked = walk(worlds, name)
    assert walked.questions == sum(len(re.findall(r"\bq\d+ \(c0", statement)) for statement in walked.anew[-1]) > 20


def test_of_a_subgroup_and_of_what_one_reader_alone_may_know_of_nothing_is_kept(worlds: Worlds) -> None:
    whole = Scope(worlds[0].partnership, Year(2025), NOW, Edition.INTERNAL, within=for_many)
    reader = person_of(worlds[0].person, NOW.date())
    assert whole.alike is not None
    assert replace(whole, within=partial(open_to_unit, reader)).alike is None
    assert replace(whole, subgroup=Subgroup("Learning group", ("Learning group",), ())).alike is None


def submitted_since(moment: datetime) -> Query:
    return summed(Dispute.objects.filter(submitted_at__gte=moment), number=Count("id"))


def test_what_asks_by_a_moment_that_is_not_given_is_put_anew(worlds: Worlds) -> None:
    made = list[datetime]()

    def counted(moment: datetime, *given: datetime) -> None:
        def question() -> Query:
            made.append(moment)
            return submitted_since(moment)

        asking = Asking()
        asking.together({"since": lambda: asking.each(question)}, Alike("since", given))

    put_once._KEPT.clear()
    for moment in (NOW, LATER):
        counted(moment, moment)
    assert made == [NOW]
    for moment in (NOW, LATER):
        counted(moment)
    assert made == [NOW, NOW, LATER]
    # Of two things that were one and the same when it was put it may have been either.
    for moment in (NOW, LATER):
        counted(moment, NOW, moment)
    assert made == [NOW, NOW, LATER, NOW, LATER]


def test_what_is_asked_after_an_answer_is_put_anew_for_it_may_follow_from_that(worlds: Worlds) -> None:
    def numbered(first: int) -> list[str]:
        asking = Asking()

        def twice() -> object:
            asking.each(submitted_since(NOW))
            return asking.each(summed(Dispute.objects.filter(stage=first), number=Count("id")))

        with CaptureQueriesContext(connection) as queries:
            asking.together({"twice": twice}, Alike("twice", (NOW,)))
        return [query["sql"] for query in queries]

    put_once._KEPT.clear()
    (first, one), (again, two) = numbered(1), numbered(2)
    assert first == again
    assert one != two
