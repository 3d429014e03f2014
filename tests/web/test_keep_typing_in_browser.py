"""What is typed is kept while it is typed, in a real browser: the tab is closed, and every word is there again."""

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from agencies.models import KeptForm, User
from escalation.services import drafts
from escalation.states import Answer, Verb
from tests.factories import PASSWORD
from tests.web.test_directory_in_browser import problems
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "It was closed “without a call” <again>.\n\nTwo paragraphs & a half."
LATER = "One word more."


def draft(world: World) -> str:
    return drafts.begin_draft(
        world.person(world.cast.raiser), agency=world.cast.raising.pk, procedure=world.version.procedure_id, now=world.now
    ).reference


def opened(context: BrowserContext, site: str, path: str, user: User) -> Page:
    """The page in a tab of its own, whose clock moves by hand; through the sign-in page where nobody is signed in yet."""
    page = context.new_page()
    page.clock.install()
    page.goto(site + path)
    if "/sign-in/" in page.url:
        page.fill("[name=email]", user.email)
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        page.wait_for_url(site + path)
    return page


def with_a_second_form(route: Route) -> None:
    """The page as it is, with another form beside its own."""
    answer = route.fetch()
    html = answer.text()
    token = html.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    second = f'<form method="post" action="/elsewhere/"><input type="hidden" name="csrfmiddlewaretoken" value="{token}"><input name="more"></form>'
    route.fulfill(response=answer, body=html.replace("</main>", f"{second}</main>"))


def sends(page: Page, what: str) -> None:
    """The half minute passes, or the page goes out of sight: what is typed is sent."""
    with page.expect_response("**/typing/") as answer:
        if what == "half a minute":
            page.clock.fast_forward(31_000)
        else:
            page.evaluate(
                "Object.defineProperty(document, 'hidden', {value: true, configurable: true}); document.dispatchEvent(new Event('visibilitychange'))"
            )
    assert answer.value.status == 200


@pytest.mark.parametrize("where", ["a page of the log", "a verb's page"])
def test_a_tab_that_is_closed_while_somebody_types_costs_no_word(where: str, world: World, context: BrowserContext, live_server: LiveServer) -> None:
    user, field = (world.cast.raiser, "what") if where == "a page of the log" else (world.cast.receiver, "reasons")
    path = f"/log/{draft(world)}/matter/" if field == "what" else f"/d/{world.sent().reference}/respond/"
    tab = opened(context, live_server.url, path, user)
    tab.fill(f"[name={field}]", WORDS)
    tab.locator("main [type=radio]").first.check()
    sends(tab, "half a minute")
    expect(tab.locator("main form [aria-live]")).to_contain_text("Kept at ")
    assert problems(tab) == []
    tab.fill(f"[name={field}]", f"{WORDS} {LATER}")
    sends(tab, "out of sight")
    tab.close()
    tab = opened(context, live_server.url, path, user)
    expect(tab.locator(f"[name={field}]")).to_have_value(f"{WORDS} {LATER}")
    expect(tab.locator("main [type=radio]").first).to_be_checked()
    expect(tab.locator("main")).to_contain_text("It has not been sent yet")
    assert tab.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_who_signs_out_while_typing_finds_every_word_again(world: World, context: BrowserContext, live_server: LiveServer) -> None:
    path = f"/log/{draft(world)}/matter/"
    tab = opened(context, live_server.url, path, world.cast.raiser)
    tab.route(f"**{path}", with_a_second_form)
    tab.reload()
    tab.fill("[name=what]", WORDS)
    tab.fill("[name=more]", LATER)
    tab.click("text=Sign out")
    expect(tab.locator("main")).to_contain_text("You have signed out")
    assert set(KeptForm.objects.values_list("action", flat=True)) == {path, "/elsewhere/"}
    tab.close()
    expect(opened(context, live_server.url, path, world.cast.raiser).locator("[name=what]")).to_have_value(WORDS)


def test_while_the_server_is_away_that_is_said_aloud_and_tried_again_without_another_word(
    world: World, context: BrowserContext, live_server: LiveServer
) -> None:
    tab = opened(context, live_server.url, f"/log/{draft(world)}/matter/", world.cast.raiser)
    line = tab.locator("main form [aria-live]")
    tab.fill("[name=what]", WORDS)
    sends(tab, "half a minute")
    expect(line).to_contain_text("Kept at ")
    tab.route("**/session/typing/", lambda route: route.abort())
    tab.fill("[name=what]", f"{WORDS} {LATER}")
    with tab.expect_event("requestfailed", lambda request: request.url.endswith("/session/typing/")):
        tab.clock.fast_forward(31_000)
    expect(line).to_contain_text("cannot be kept at the moment")
    expect(line).to_have_attribute("aria-live", "polite")
    tab.unroute("**/session/typing/")
    sends(tab, "half a minute")
    expect(line).to_contain_text("Kept at ")
    expect(line).to_have_attribute("aria-live", "polite")


def test_an_answer_that_comes_after_a_later_one_says_nothing_any_more(world: World, context: BrowserContext, live_server: LiveServer) -> None:
    tab = opened(context, live_server.url, f"/log/{draft(world)}/matter/", world.cast.raiser)
    line = tab.locator("main form [aria-live]")
    held: list[Route] = []
    tab.route("**/session/typing/", lambda route: route.abort() if held else held.append(route))
    tab.fill("[name=what]", WORDS)
    with tab.expect_request("**/session/typing/"):
        tab.clock.fast_forward(31_000)
    tab.fill("[name=what]", f"{WORDS} {LATER}")
    tab.clock.fast_forward(31_000)
    expect(line).to_contain_text("cannot be kept at the moment")
    held[0].fulfill(status=200, body="Kept at 1am.")
    expect(line).to_contain_text("cannot be kept at the moment")


def test_the_way_back_past_an_error_finds_the_question_and_the_words(world: World, context: BrowserContext, live_server: LiveServer) -> None:
    tab = opened(context, live_server.url, f"/log/{draft(world)}/matter/", world.cast.raiser)
    tab.fill("[name=what]", WORDS)
    tab.click("main form button:has-text('Continue')")
    expect(tab.locator(".govuk-error-summary")).to_be_visible()
    tab.locator("[name=themes]").first.check()
    tab.locator("[name=basis]").first.check()
    tab.click("main form button:has-text('Continue')")
    tab.wait_for_url("**/impact/")
    tab.go_back()
    expect(tab.locator("[name=what]")).to_have_value(WORDS)


def test_a_form_that_is_sent_empty_was_not_begun_though_its_page_put_something_into_it(
    world: World, context: BrowserContext, live_server: LiveServer
) -> None:
    dispute, cast = world.sent(), world.cast
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    tab = opened(context, live_server.url, f"/d/{dispute.reference}/reject/", cast.own_manager)
    assert tab.locator("main input[type=hidden][name=agency]").input_value()
    tab.click("main form button:has-text('Record this')")
    expect(tab.locator(".govuk-error-summary")).to_be_visible()
    sends(tab, "out of sight")
    assert not KeptForm.objects.filter(is_emptied=False).exists()
