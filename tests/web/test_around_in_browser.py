"""The pages of what stands around the stages in a real browser, looked at from every side of tests/journeys/closely.py."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, Route

from escalation.states import Answer, Ground, SubgroupMatter, Verb
from escalation.states import Route as Way
from escalation.web.verbs.pages import slug_of
from tests.cast import Cast
from tests.journeys.closely import WIDE, faults
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of
from tests.web.test_look_in_browser import SITE
from tests.world import london

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
Shown = tuple[Journey, Any, Verb | None]


def before_the_panel(cast: Cast) -> list[Shown]:
    """Bristol's panel, convened; a member has a conflict."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="He is home tonight.", to=3)
    journey.do(Verb.REFER, cast.own_board, ground=Ground.RISK, efforts="Three talks.", reason="No agreement.")
    journey.do(Verb.CHOOSE_ROUTE, cast.chair, route=Way.PANEL, reason="It is complex.")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    journey.do(Verb.CONVENE, cast.chair, meets_at=london("2026-03-17 10:00"), members=members)
    represent, declare = (journey, cast.raiser, Verb.REPRESENT), (journey, cast.police_manager, Verb.DECLARE_INTEREST)
    journey.do(Verb.DECLARE_INTEREST, cast.police_manager, interest="My sister teaches there.", conflicts=True)
    return [represent, declare, (journey, cast.chair, Verb.REPLACE_MEMBER), (journey, cast.chair, None)]


def with_a_conference(cast: Cast) -> list[Shown]:
    """Enfield, a conference asked for."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent()
    journey.do(Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    journey.do(Verb.REQUEST_CONFERENCE, cast.own_manager, reason="He is home.", supporter=cast.own_senior.pk)
    return [(journey, cast.receiver, Verb.ANSWER_CONFERENCE), (journey, cast.receiver, None), (journey, cast.own_manager, Verb.ADD_AGENCY)]


def shown(cast: Cast) -> list[Shown]:
    """Each page with who opens it, in a state in which it is open; None is the disagreement's own page."""
    soon = {"is_urgent": True, "respond_by": "2026-03-03T10:00+00:00"}
    urgent = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent(cast.social_care, cast.police, **soon)
    dissent = Journey(cast, "buckinghamshire", "2026-03-02 10:00").logged(door="conference_dissent")
    enfield = Journey(cast, "enfield", "2026-03-02 10:00").sent()
    enfield.do(Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    stuck = Journey(cast, "devon", "2026-03-02 10:00").logged()
    stuck.do(Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="He is home tonight.")
    serious = Journey(cast, "devon", "2026-03-02 10:00").logged()
    serious.do(Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="He is home tonight.")
    serious.do(Verb.PUT_TO_SUBGROUP, cast.raiser, matter=SubgroupMatter.STUCK, reason="Nobody moves.")
    return [
        (urgent, cast.own_manager, Verb.RECORD_ADVICE), (urgent, cast.police_manager, Verb.STAYS_OUT), (dissent, cast.lead, Verb.WEIGH_DISSENT),
        (dissent, cast.lead, None), (enfield, cast.own_manager, Verb.REQUEST_CONFERENCE), (stuck, cast.raiser, Verb.PUT_TO_SUBGROUP),
        (serious, cast.subgroup_chair, Verb.ANSWER_FOR_SUBGROUP), (serious, cast.subgroup_chair, None),
    ]  # fmt: skip


def put(page: Page, html: str) -> None:
    """Show the page, its static files from disk; nothing leaves the machine."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path.startswith(settings.STATIC_URL):
            return route.fulfill(path=Path(settings.ROOT) / "static" / path.removeprefix(settings.STATIC_URL))
        return route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page.unroute_all()
    page.route(f"{SITE}/**", answer)
    page.goto(f"{SITE}/page")


@pytest.mark.parametrize("pages", [shown, with_a_conference, before_the_panel])
def test_each_page_can_be_read_aloud_and_fits_a_phone(page: Page, cast: Cast, pages: Any) -> None:
    for journey, user, verb in pages(cast):
        html = page_of(journey, user, f"{slug_of(verb)}/" if verb else "")
        page.set_viewport_size(WIDE)
        put(page, html)
        name = verb.value if verb else "case"
        assert page.locator("h1").count() == 1, name
        assert faults(page) == [], name


@pytest.mark.parametrize("verb", [Verb.ACCEPT, Verb.PROPOSE_OUTCOME])
def test_whether_an_issue_is_still_to_settle_is_asked_of_what_events_overtook_alone(page: Page, cast: Cast, verb: Verb) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons="Yes.", actions="A visit today.")
    put(page, page_of(journey, cast.own_manager, f"{slug_of(verb)}/"))
    asked, left_open = page.get_by_role("group", name="is the issue behind it still to settle?"), page.get_by_label("What is still open")
    page.check("[name=kind][value=agreed_action]")
    assert (asked.is_visible(), left_open.is_visible()) == (False, True)
    page.check("[name=kind][value=overtaken]")
    assert asked.is_visible()
    page.check("[name=still_to_settle][value=yes]")
    page.check("[name=kind][value=agreed_action]")
    assert asked.is_visible(), "an answer stays in sight"
