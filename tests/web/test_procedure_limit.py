"""One limit of a procedure is changed from a day on, on its page: shown before it is published, and nothing that runs is touched."""

from dataclasses import replace

import pytest
import time_machine
from django.urls import reverse

from agencies.errors import InvalidInput
from agencies.models import User
from agencies.roles import Role
from escalation.clocks import Unit, Within
from escalation.engine.definitions import definition_of
from escalation.models import Dispute, ProcedureVersion
from escalation.services.limits import limits_of, with_limit
from escalation.services.procedures import version_in_force
from escalation.states import EventKind, Measure
from tests.cast import Cast
from tests.escalation.procedure_texts import accepted, clock, stage, text
from tests.factories import make_member
from tests.journeys.desk import Desk
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
NEXT_WEEK = {"from_day_0": "9", "from_day_1": "3", "from_day_2": "2026"}


def first(world: World) -> str:
    """The response of Stage 1."""
    return limits_of(definition_of(world.version.pk))[0].key


def url(world: World) -> str:
    return reverse("procedure-limit", args=[world.version.pk])


def sent(world: World, user: User, **typed: str) -> tuple[int, str]:
    answer = Visitor(user, world.now).post(url(world), {"limit": first(world), "amount": "2", **NEXT_WEEK, **typed})
    return answer.status_code, Page(answer.content.decode()).one("main").text if answer.content else ""


def test_a_limit_is_changed_from_a_day_at_the_cost_that_the_table_says(cast: Cast, world: World, dispute: Dispute) -> None:
    with time_machine.travel(MONDAY, tick=False):
        desk = Desk(cast.administrator)
        desk.go(reverse("procedure", args=[world.version.pk]))
        desk.follow(url(world))
        desk.press("See what it does", limit=first(world), amount="2", from_day=("9", "3", "2026"))
        assert "within 2 working days of" in desk.text
        assert "1 running disagreement keeps the limit that it began under." in desk.text
        desk.press("Publish the new version")
    desk.effort.within("change a limit")
    newest = ProcedureVersion.objects.filter(procedure=world.version.procedure_id).latest("number")
    assert version_in_force(newest.procedure, MONDAY.date()) == world.version
    assert (newest.number, str(newest.in_force_from)) == (world.version.number + 1, "2026-03-09")
    before, after = ({one.key: one.clock.within.words() for one in limits_of(definition_of(key))} for key in (world.version.pk, newest.pk))
    assert {key: words for key, words in after.items() if before[key] != words} == {first(world): "2 working days"}
    assert world.fresh(dispute).version == world.version


def test_whoever_has_a_role_in_an_agency_is_told_no_number_of_what_runs(cast: Cast, world: World, dispute: Dispute) -> None:
    """It would hold what is kept from their agency."""
    make_member(cast.lead, cast.partnership, Role.ADMINISTRATOR)
    assert "Every disagreement that runs keeps the limit that it began under." in sent(world, cast.lead)[1]
    assert "1 running disagreement keeps" in sent(world, cast.administrator)[1]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amount": "1"}, "That is the limit already"),
        ({"amount": "0"}, "Enter a whole number, such as 3"),
        ({"amount": "1001"}, "Enter a whole number from 1 to 1000"),
        ({"from_day_2": "2025", "confirmed": "1"}, "Enter today or a day to come"),
        ({"from_day_2": "9999", "confirmed": "1"}, "more than three years ahead"),
        ({"limit": ""}, "Choose a limit of this procedure"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_published(cast: Cast, world: World, typed: dict[str, str], words: str) -> None:
    status, said = sent(world, cast.business_unit, **typed)
    assert (status, words in said) == (400, True), said
    assert ProcedureVersion.objects.filter(procedure=world.version.procedure_id).count() == 1


def test_only_its_keepers_change_it_and_only_its_newest_version(cast: Cast, world: World) -> None:
    shown = reverse("procedure", args=[world.version.pk])
    assert sent(world, cast.lead, confirmed="1")[0] == 403
    assert [len(Visitor(user, world.now).page(shown).all("a", href=url(world))) for user in (cast.lead, cast.business_unit)] == [0, 1]
    assert sent(world, cast.business_unit, confirmed="1")[0] == 302
    status, words = sent(world, cast.business_unit, confirmed="1", amount="3")
    assert (status, "A newer version was published meanwhile" in words) == (409, True)
    assert not Visitor(cast.business_unit, world.now).page(shown).all("a", href=url(world))


def test_what_an_older_version_has_wrong_elsewhere_stands_in_no_limits_way() -> None:
    """A clock that the import would refuse by now: a second response in one stage."""
    definition = accepted(text(stage("one", clocks=clock() + clock('key = "second"\nmeasures = "meeting"\nfrom = "rejected"')), stage("two")))
    one = definition.stage(1)
    wrong = replace(one.clocks[1], measures=Measure.RESPONSE, ends_on=(EventKind.ANSWERED,))
    older = replace(definition, stages=(replace(one, clocks=(one.clocks[0], wrong)), definition.stage(2)))
    assert with_limit(older, "one:clocks:response", 3)[1].within == Within(3, Unit.WORKING_DAY)
    with pytest.raises(InvalidInput, match="from 1 to"):
        with_limit(older, "one:clocks:response", 0)
