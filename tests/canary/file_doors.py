"""The files that leave with those who may take them: a panel's findings, an agency's own year, its scorecard, the standing report."""

import re

from django.urls import reverse

from agencies.models import User
from escalation.models import Dispute
from escalation.states import Ground, Route, Verb
from reports.models import ScorecardCheck
from tests.canary.run import Run, marked
from tests.canary.watching import MARK, Browser
from tests.factories import PASSWORD
from tests.world import london

YEAR = 2025


def a_panel_decides(run: Run) -> Dispute:
    """Another disagreement goes up at once; the chair convenes and decides on the pages, and writes down what is to be learnt."""
    cast, world = run.cast, run.world
    dispute = world.sent(what=marked("second"), impact=marked("second impact"))
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, to=3, ground=Ground.RISK, reason=marked("risk"))
    world.do(dispute, Verb.REFER, _holder(dispute), ground=Ground.RISK, efforts=marked("efforts"), reason=marked("referred"))
    world.do(dispute, Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-04-08 12:00"))
    world.do(dispute, Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason=marked("route"))
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    tie = {cast.police_manager.pk: marked("tie")}
    world.do(dispute, Verb.CONVENE, cast.chair, meets_at=london("2026-04-01 11:00"), members=members, place=marked("place"), interests=tie)
    for member in (cast.own_board, cast.receiving_board):
        world.do(dispute, Verb.DECLARE_INTEREST, member)
    run.at("2026-04-01 12:00")
    decided = {"decision": marked("decision"), "reasons": marked("grounds"), "dissent": marked("dissent"), "finding": marked("finding")}
    run.press(cast.chair, "decide", of=dispute, agreed="yes", heard_by=[str(key) for key in members], **decided)
    return dispute


def _holder(dispute: Dispute) -> User:
    holder = dispute.runs.get(left_at=None).holder
    assert holder is not None
    return holder


def files_are_taken(run: Run, dispute: Dispute) -> None:
    """By the lead, who finds the agency's figures wrong, by the chair and the unit, and then by somebody to whom none of them is due."""
    run.at("2026-04-01 13:00")
    lead, chair, unit = (_confirmed(run, user) for user in (run.cast.lead, run.cast.chair, run.cast.business_unit))
    year = reverse("agency-year", args=[YEAR])
    figures = re.search(r'name="figures" value="(\w+)"', lead.get(year).content.decode())
    assert figures
    for said in ({"is_right": "no", "note": ""}, {"is_right": "no", "note": marked("figures are wrong")}):
        lead.post(year, said | {"figures": figures[1]})
    assert MARK in ScorecardCheck.objects.get().note
    days = "?" + "&".join(f"{name}_{part}={value}" for name, at in (("first_day", 3), ("last_day", 4)) for part, value in enumerate((1, at, 2026)))
    unit.post(reverse("standing-make") + days)
    taken = {
        reverse("agency-data", args=[YEAR, "csv"]): lead,
        reverse("agency-scorecard", args=[YEAR]): lead,
        reverse("findings-data", args=["csv"]): chair,
        reverse("standing-data", args=["csv"]) + days: unit,
        reverse("board-data", args=["csv"]): unit,
    }
    for address, browser in taken.items():
        given = browser.get(address)
        assert given.status_code == 200, (address, given.status_code)
        assert given.headers["Content-Disposition"].startswith("attachment"), address
        assert run.browser(run.cast.raiser).get(address).status_code in {302, 403}, address
    found = chair.get(reverse("findings-data", args=["csv"])).content.decode()
    assert marked("finding") in found
    assert [name for name in (MARK.title(), dispute.reference) if name in found] == [], "no person, no agency, no disagreement"


def _confirmed(run: Run, user: User) -> Browser:
    browser = run.browser(user)
    assert browser.post(reverse("confirm"), {"password": PASSWORD}).status_code == 302
    return browser
