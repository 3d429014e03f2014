"""Every component in a real browser: what axe finds, what fits on a phone, where focus goes, what a double click does."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from playwright.sync_api import Page, Route, ViewportSize

from tests.journeys.closely import NARROW, WIDE, ask, axe, faults
from tests.web import samples

pytestmark = pytest.mark.browser
SITE = "http://concord.test"
GALLERY = """
{% extends "base.html" %}{% block title %}Every component{% endblock %}
{% block back %}<a class="govuk-back-link" href="#">Back</a>{% endblock %}
{% block main %}
{% include "components/case_heading.html" with reference=heading.reference title=heading.title raising=heading.raising status=heading.status only %}
{% include "components/figure_strip.html" with figures=figures only %}
<div class="c-case"><div class="c-case__next">{% include "components/next_step.html" with step=step only %}</div><div class="c-case__record">
{% include "components/stage_tracker.html" with stages=stages only %}
<h2>Clocks</h2>{% for due in dues %}{% include "components/clock_badge.html" with due=due only %}{% endfor %}
{% include "components/summary_list.html" with rows=rows only %}{% include "components/task_list.html" with items=tasks only %}
<h2>Record</h2>{% include "components/timeline.html" with entries=entries only %}</div></div>
<h2>Work</h2><ul class="c-list c-work">{% for row in work %}{% include "components/work_row.html" with row=row only %}{% endfor %}</ul>
{% include "components/data_table.html" with id=table.id caption=table.caption columns=table.columns rows=table.rows only %}
{% include "components/pagination.html" with next_url="#n" first_url="#f" label="disagreements" only %}
{% endblock %}"""
QUESTIONS = """
{% extends "base.html" %}{% block title %}Questions{% endblock %}{% block heading %}Questions{% endblock %}
{% block content %}<div class="c-split"><form method="post" action="/sent" novalidate>{{ form }}
<button class="govuk-button">Continue</button></form><aside class="c-help"><h2>Help</h2><p>What helps with this.</p></aside></div>{% endblock %}"""
PANEL = '{% extends "base.html" %}{% block main %}{% include "components/panel_confirmation.html" %}{% endblock %}'
PAUSE = '{% extends "base.html" %}{% block main %}{% include "components/interruption.html" %}{% endblock %}'

# Something wrong in every control.
WRONG = samples.SampleForm(
    {"arose_0": "3", "arose_2": "2026", "time": "noonish", "spoke_0": "32", "spoke_1": "3", "spoke_2": "2026", "spoke_3": "9am"},
    {"evidence": SimpleUploadedFile("empty.txt", b"")},
)

PAGES: dict[str, tuple[str, samples.Context]] = {
    "gallery": (
        GALLERY,
        {
            "messages": [Message(constants.SUCCESS, "Response sent")],
            "heading": samples.HEADING,
            "figures": samples.FIGURES,
            "step": samples.STEP,
            "stages": samples.STAGES,
            "dues": [samples.LATE, samples.TODAY, samples.LATER, samples.MET],
            "rows": samples.ROWS,
            "tasks": samples.TASKS,
            "entries": samples.ENTRIES,
            "work": samples.WORK,
            "table": samples.TABLE,
        },
    ),
    "questions": (QUESTIONS, {"form": WRONG}),
    "sent": (PANEL, samples.CONFIRMATION),
    "pause": (PAUSE, samples.INTERRUPTION),
    "waiting": (GALLERY, {"step": samples.WAITING, "heading": samples.HEADING, "entries": samples.ENTRIES, "table": samples.TABLE}),
}
TEXTS = [("What is disputed", "They closed it without an assessment. " * 3), ("Where", "Room 4")]
# What comes in place of a page: not like this, not for them, not there, not again so soon, broken, and no longer, with what was typed.
ERRORS: dict[str, samples.Context] = {
    "400.html": {"words": "It holds characters that cannot be kept.", "names": ["What is disputed"], "texts": TEXTS},
    "403.html": {"exception": "You cannot do this here: close. The disagreement’s page shows who can."},
    "403_csrf.html": {"texts": TEXTS, "page": "#page"},
    "404.html": {},
    "429.html": {"message": "You have done very much in a few minutes: wait 2 minutes, then go on.", "texts": TEXTS},
    "500.html": {"reference_number": "7K3M-2Q9W"},
    "agencies/identity/signed_out_meanwhile.html": {"texts": TEXTS, "waits": True, "sign_in_url": "#sign-in"},
    "escalation/moved_on.html": {"was_first": True, "message": "It has moved on.", "texts": TEXTS, "reference": "ESC-7K3M2Q", "back_url": "#case"},
}


def answer(route: Route) -> None:
    """Serves the pages above and the static files from disk; nothing leaves the machine."""
    path = route.request.url.removeprefix(SITE).split("?")[0]
    if path.startswith(settings.STATIC_URL):
        return route.fulfill(path=Path(settings.ROOT) / "static" / path.removeprefix(settings.STATIC_URL))
    name = path.strip("/")
    source, context = (f'{{% extends "{name}" %}}', ERRORS[name]) if name in ERRORS else PAGES.get(name, PAGES["sent"])
    html = engines["django"].from_string(source).render(samples.SHELL | context)
    return route.fulfill(body=html, content_type="text/html; charset=utf-8")


@pytest.fixture
def site(page: Page) -> Page:
    page.route(f"{SITE}/**", answer)
    return page


@pytest.mark.parametrize("name", PAGES)
def test_every_component_bears_a_close_look(site: Page, name: str) -> None:
    site.set_viewport_size(WIDE)
    site.goto(f"{SITE}/{name}")
    assert faults(site) == []


def test_every_error_page_says_what_is_wrong_leads_on_and_fits_on_a_phone(site: Page) -> None:
    site.set_viewport_size(NARROW)
    for name in ERRORS:
        site.goto(f"{SITE}/{name}")
        heading, ways = site.locator("h1"), site.locator("main a[href]:not([href^='#typed'])")
        assert (name, heading.count(), [*axe(site), *ask(site, "narrow")]) == (name, 1, [])
        assert site.title().startswith(heading.inner_text()), name
        assert ways.count(), f"{name} leads nowhere"


BAD = """<html lang="en"><title>Bad</title>
<style>a:focus, button:focus { outline: none } button { border: 0 } p { overflow: hidden; height: 1em }</style>
<div class="govuk-error-summary" tabindex="-1"><a href="#far">Wrong</a></div><h1>Bad</h1><p>Words that are cut off<br>on the next line</p>
<button class="govuk-button" tabindex="3">Go</button><div id="far" style="width: 700px">Wide</div></html>"""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("errors", ["the focus is at <body", "leads to <body"]),
        ("keyboard", ["an order of its own", "the first stop", "does not show its focus: <a", "does not show its focus: <button"]),
        ("forced", ["has no edge: <button", "does not show its focus: <a"]),
        ("narrow", ["pixels wide on 320", "is cut off: <p", "with spaced text"]),
        ("enlarged", ["is cut off: <p"]),
    ],
)
def test_a_close_look_names_what_is_wrong(page: Page, question: str, words: list[str]) -> None:
    page.set_viewport_size(NARROW if question == "narrow" else WIDE)
    page.set_content(BAD)
    page.emulate_media(forced_colors="active" if question == "forced" else "none")
    found = ask(page, question)
    assert [word for word in words if not any(word in one for one in found)] == [], found


def test_on_a_phone_axe_finds_nothing(site: Page) -> None:
    site.set_viewport_size(NARROW)
    site.goto(f"{SITE}/gallery")
    assert axe(site) == []


def test_the_link_of_every_kind_of_error_brings_the_keyboard_to_its_control(site: Page) -> None:
    site.goto(f"{SITE}/questions")
    links = site.locator(".govuk-error-summary a").evaluate_all("links => links.map(link => link.hash.slice(4))")
    assert links == ["danger_0", "theme_0", "person", "impact", "arose_1", "time", "spoke_0", "agency", "evidence", "sure"]
    assert ask(site, "errors") == []


def test_focus_goes_to_the_error_summary_and_its_links_land(site: Page) -> None:
    site.goto(f"{SITE}/questions")
    assert "govuk-error-summary" in site.evaluate("document.activeElement.className")
    site.click(".govuk-error-summary a[href='#id_danger_0']")
    assert site.evaluate("document.activeElement.id") == "id_danger_0"
    site.click(".govuk-error-summary a[href='#id_arose_1']")
    assert site.evaluate("document.activeElement.id") == "id_arose_1"


@pytest.mark.parametrize("size", [{"width": 320, "height": 640}, WIDE])
def test_with_the_control_its_question_and_what_is_wrong_come_into_sight(site: Page, size: ViewportSize) -> None:
    site.set_viewport_size(size)
    site.goto(f"{SITE}/questions")
    links = site.locator(".govuk-error-summary a")
    for index in range(links.count()):
        links.nth(index).click()
        question, control = site.evaluate(QUESTION_AND_CONTROL)
        assert min(question, control) >= 0, links.nth(index).inner_text()
        assert max(question, control) < size["height"], links.nth(index).inner_text()


def test_focus_goes_to_what_has_just_been_done(site: Page) -> None:
    site.goto(f"{SITE}/gallery")
    assert "govuk-notification-banner" in site.evaluate("document.activeElement.className")


# Where the legend or label of what has the focus begins, and where the control does.
QUESTION_AND_CONTROL = """() => {
  const control = document.activeElement;
  const question = control.closest(".govuk-form-group--error").querySelector("legend, label");
  return [question.getBoundingClientRect().top, control.getBoundingClientRect().top];
}"""
SUBMIT_TWICE = """() => {
  const refused = [];
  document.addEventListener("submit", (event) => { refused.push(event.defaultPrevented); event.preventDefault(); });
  const form = document.querySelector("form[action='/sent']");
  form.requestSubmit();
  form.requestSubmit();
  return refused;
}"""


def test_the_second_of_two_clicks_sends_nothing(site: Page) -> None:
    site.goto(f"{SITE}/questions")
    assert site.evaluate(SUBMIT_TWICE) == [False, True]
    button = site.locator("form[action='/sent'] button")
    assert button.get_attribute("aria-disabled") == "true"
    assert button.is_visible()


def test_a_form_can_be_sent_again_after_coming_back_to_it(site: Page) -> None:
    site.goto(f"{SITE}/questions")
    site.evaluate(SUBMIT_TWICE)
    site.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow'))")
    assert site.locator("form[action='/sent'] button").get_attribute("aria-disabled") is None


def test_the_skip_link_is_the_first_stop_of_the_keyboard(site: Page) -> None:
    site.goto(f"{SITE}/sent")
    site.keyboard.press("Tab")
    assert site.evaluate("document.activeElement.textContent") == "Skip to main content"


def test_a_page_weighs_less_than_150_kilobytes(site: Page) -> None:
    sizes: list[int] = []
    site.on("response", lambda response: sizes.append(len(response.body())))
    site.goto(f"{SITE}/gallery", wait_until="networkidle")
    assert 1_000 < sum(sizes) < 150_000
