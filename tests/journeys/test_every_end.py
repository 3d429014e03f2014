"""Every end that each procedure allows, by the pages: agreed, kept or overtaken at each stage, withdrawn, and by each of the partnership's
routes; and reopened after each, into a new run of the stage that it ended in. Each page is gone to by its address: that people find it from the
disagreement's page in a browser, and how it moves on from stage to stage, is shown by the journey of each procedure."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from agencies.models import Agency, User
from escalation.models import Request
from escalation.procedures.definition import ProcedureDefinition, StageDefinition
from escalation.procedures.schema import shipped
from escalation.states import Outcome, Route, State, Verb
from escalation.web.access import verb_url
from tests.journeys.course import Course, Desks
from tests.journeys.journey import Journey
from tests.world import LONDON, World, london

WORDING = "Social care assesses within ten working days."
AGREED = Outcome.AGREED_ACTION
# How it ends at the first, second and third stage that has two sides, and from the fourth on.
BETWEEN = (AGREED, Outcome.POSITION_KEPT, Outcome.OVERTAKEN, AGREED)
OF_ROUTE = {
    Route.MEDIATION: Outcome.MEDIATED, Route.PANEL: Outcome.PANEL_DECISION, Route.LIAISON: Outcome.LIAISON, Route.REVIEW: Outcome.ADVICE_TAKEN,
}  # fmt: skip
# The ends that the published texts allow before the partnership (BRI-12, BRO-05, DEV-07, ENF-01); Buckinghamshire's text has no such stage.
ROUTES = {
    "bristol": {Route.MEDIATION, Route.PANEL},
    "bromley": {Route.PANEL, Route.LIAISON},
    "devon": {Route.REVIEW, Route.MEDIATION},
    "enfield": {Route.MEDIATION, Route.LIAISON},
    "buckinghamshire": set(),
}


# How each thing that a stage may ask for is done.
DOES: dict[Verb, dict[str, Callable[[Course[Any], User], Any]]] = {
    Verb.RECORD_MEETING: {
        "how": lambda _j, _user: "meeting",
        "who": lambda _j, user: user.name,
        "summary": lambda _j, _user: "Who sees the child, and when.",
    },
    Verb.ADD_ACTION: {
        "what": lambda _j, _user: "A visit.",
        "agency": lambda j, _user: str(j.cast.social_care.pk),
        "due_at": lambda _j, _user: london("2026-03-20 17:00"),
    },
    Verb.NAME_LEAD_MANAGER: {"manager": lambda _j, user: str(user.pk)},
}


@pytest.mark.django_db
@pytest.mark.parametrize("key", sorted(ROUTES))
def test_it_ends_and_is_reopened_in_every_way_that_the_procedure_allows(desks: Desks, key: str) -> None:
    _ends_in_every_way(desks, key)


@pytest.mark.everything
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", sorted(ROUTES))
def test_it_does_so_in_browser_windows_too(journey: Journey, key: str) -> None:
    _ends_in_every_way(journey, key)


def _ends_in_every_way(j: Course[Any], key: str) -> None:
    procedure = shipped()[key]
    world = _is_sent(j, key)
    _is_withdrawn_and_reopened(j)
    kinds = iter(BETWEEN)
    for stage in procedure.stages:
        if stage.is_partnership:
            _ends_by_each_route(j, stage, ROUTES[key])
        elif not stage.is_own:
            _ends_at(j, next(kinds))
            _is_reopened(j)
        if stage.position < procedure.last:
            _goes_on(j, world, procedure, stage.position)
    if not ROUTES[key]:
        _ends_at(j, Outcome.OVERTAKEN)
    _is_closed_for_good(j)


def _is_sent(j: Course[Any], key: str) -> World:
    """What the other journeys show in full: it was logged, and sent on by the own manager where there is that stop."""
    world = World(j.cast, key)
    world.sent()
    j.key = key
    return world


def _is_withdrawn_and_reopened(j: Course[Any]) -> None:
    """Not while anybody still believes the child at risk."""
    window = j.as_(j.cast.lead)
    window.go(f"{j.address}withdraw/")
    window.fill(still_at_risk="yes", reason="It is settled.")
    window.press("Continue", refused=True)
    assert "still believes the child at risk" in window.text
    assert j.dispute.state == State.OPEN
    j.do(j.cast.lead, Verb.WITHDRAW, found=False, still_at_risk="no", reason="The referral was reopened.")
    assert j.dispute.state == State.WITHDRAWN
    _is_reopened(j)


def _is_reopened(j: Course[Any]) -> None:
    """A new run of the stage in which it ended."""
    stage, runs = j.dispute.stage, j.dispute.runs.count()
    j.do(j.cast.lead, Verb.REOPEN, found=False, reason="The same thing happened again.")
    dispute = j.dispute
    assert (dispute.state, dispute.stage, dispute.runs.count(), dispute.outcome) == (State.OPEN, stage, runs + 1, "")


def _ends_at(j: Course[Any], kind: Outcome) -> None:
    """One side proposes, the other confirms the same words; what the stage asks for before an agreed action is done first."""
    raising, (_, receiving) = _raising(j), next(_receiving(j))
    if kind == AGREED:
        _does_what_is_asked(j, raising, receiving)
    behind = {"still_to_settle": "no"} if kind == Outcome.OVERTAKEN else {}
    j.do(raising, Verb.PROPOSE_OUTCOME, found=False, kind=kind.value, wording=WORDING, **behind)
    assert j.dispute.state == State.OPEN
    j.do(receiving, Verb.CONFIRM_OUTCOME, found=False)
    assert (j.dispute.state, j.dispute.outcome) == (State.RESOLVED, kind)


def _does_what_is_asked(j: Course[Any], raising: User, receiving: User) -> None:
    """What the stage's page lists before an agreed action: meeting, plan, lead manager (BRO-03, BRO-04, ENF-01)."""
    window = j.as_(raising)
    window.go(j.address)
    listed = {verb for verb in DOES if window.leads_to(verb_url(j.dispute.reference, verb), aria_describedby=True)}
    for verb in sorted(listed):
        answers = {name: value(j, receiving) for name, value in DOES[verb].items()}
        j.do(raising, verb, found=False, **answers)


def _goes_on(j: Course[Any], world: World, procedure: ProcedureDefinition, position: int) -> None:
    onward = procedure.stage(position + 1)
    # BUC-06: the other side hears first that the business unit will be told.
    warned = {"told_other_side": True} if onward.warns_other_side and j.dispute.unit_told_at is None else {}
    if onward.is_partnership:
        world.do(j.dispute, Verb.REFER, j.cast.lead, ground="risk", efforts="We met at each stage.", reason="The risk goes on.", **warned)
    else:
        world.do(j.dispute, Verb.MOVE_UP, _raising(j), ground="risk", reason="The risk goes on.", **warned)
    j.jobs()
    assert j.dispute.stage == position + 1


def _ends_by_each_route(j: Course[Any], stage: StageDefinition, routes: set[Route]) -> None:
    """The chair chooses, the route comes to something, each agency confirms or receives it; then the next route, after a reopening."""
    assert stage.partnership is not None
    assert set(stage.partnership.routes) - {Route.BACK} == routes
    chosen = sorted(routes)
    for route in chosen:
        _goes_by(j, route)
        for _, user in _receiving(j):
            j.do(user, Verb.CONFIRM_OUTCOME, found=False)
        assert j.dispute.state == State.OPEN
        j.do(_raising(j), Verb.CONFIRM_OUTCOME, found=False)
        assert (j.dispute.state, j.dispute.outcome) == (State.RESOLVED, OF_ROUTE[route])
        if route != chosen[-1]:
            _is_reopened(j)


def _goes_by(j: Course[Any], route: Route) -> None:
    cast, referral = j.cast, j.dispute.referrals.latest("run__number")
    chair = referral.chair or cast.chair
    mediator = {"mediator": str(cast.mediator.pk)} if route == Route.MEDIATION else {}
    j.do(chair, Verb.CHOOSE_ROUTE, found=False, route=route.value, reason="It fits what is in question.", **mediator)
    if route == Route.PANEL:
        seats = [(cast.school, cast.own_senior), (cast.social_care, cast.receiving_board), (cast.police, j.company.police_senior)]
        soon = datetime.now(LONDON) + timedelta(minutes=2)
        j.do(chair, Verb.CONVENE, found=False, meets_at=soon, members=[f"{agency.pk} {user.pk}" for agency, user in seats])
        for _, member in seats:
            j.do(member, Verb.DECLARE_INTEREST, found=False, conflicts="no")
        j.clock.shift(timedelta(minutes=3))
    decides = cast.mediator if route == Route.MEDIATION else chair
    j.do(decides, Verb.DECIDE, found=False, agreed="yes", decision=WORDING, reasons="Both sides were heard.")


def _is_closed_for_good(j: Course[Any]) -> None:
    """What was done before the last reopening does not count: a minute later everything is done anew."""
    j.clock.shift(60)
    (_, receiving), cast = next(_receiving(j)), j.cast
    j.close(cast.lead, (_raising(j), cast.school), (receiving, cast.social_care), feedback_by=_raising(j), found=False)
    j.is_closed()


# Who and what is asked.


def _raising(j: Course[Any]) -> User:
    run = j.dispute.runs.order_by("-number")[0]
    assert run.holder is not None
    return run.holder


def _receiving(j: Course[Any]) -> Iterator[tuple[Agency, User]]:
    """Each receiving agency with who holds its request, or held the last one before the partnership."""
    latest = {row.agency: row.holder for row in Request.objects.filter(dispute=j.dispute).order_by("run__number").select_related("agency", "holder")}
    yield from ((agency, user) for agency, user in latest.items() if user is not None)
