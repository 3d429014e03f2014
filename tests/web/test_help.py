"""Help, the calculator of working days, and the notices."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client, override_settings

from agencies.models import Partnership
from escalation.states import Theme
from escalation.web.guide import GUIDES
from escalation.web.log_forms import ChildForm, ImpactForm, MatterForm, StartForm
from escalation.web.log_page import STEPS
from escalation.web.log_tried import TriedForm
from tests.bench.weight import ALL_AIM, HTML_AIM, weigh
from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
START = {"start_0": "6", "start_1": "mar", "start_2": "2026", "start_3": "4:30pm"}


def test_help_explains_the_clock_rule_the_words_and_who_sees_what(cast: Cast) -> None:
    World(cast)
    words = Visitor(cast.raiser, MONDAY).page("/help/").one("main").text
    assert "1 working day from Friday 4:30pm is Monday 4:30pm" in words
    assert "The business unit sees that it exists" in words
    assert "The person at the same level in the other agency." in words


def test_help_leads_to_a_page_of_the_guide_for_each_role_with_its_pictures(cast: Cast) -> None:
    visitor = Visitor(cast.raiser, MONDAY)
    links = [link for link in visitor.page("/help/").all("a") if link.attrs["href"].startswith("/help/guide/")]
    assert {link.attrs["href"] for link in links} == {
        f"/help/guide/{path.stem}/" for path in settings.CONCORD_GUIDE.glob("*.md") if path.stem != "README"
    }
    for link in links:
        page = visitor.page(link.attrs["href"])
        assert page.one("h1").text == link.text
        weight = weigh(visitor.get(link.attrs["href"]).content.decode())
        assert (weight.html < HTML_AIM, weight.everything < ALL_AIM) == (True, True), (link.text, weight)
        assert page.all("img")
        assert all(image.attrs["alt"] and finders.find(image.attrs["src"].removeprefix("/static/")) for image in page.all("img"))


def test_the_guide_is_read_as_it_is_written(cast: Cast) -> None:
    page = Visitor(cast.raiser, MONDAY).page("/help/guide/safeguarding-lead/")
    assert page.all("a", href="/help/guide/manager/")[0].text == "manager"
    words = page.one("main").text
    assert "Directory, then My people and cover: give and end roles" in words
    assert not re.search(r"[*`#]|\]\(", words)


def test_what_a_text_of_the_guide_holds_is_shown_and_never_run(cast: Cast, tmp_path: Path) -> None:
    text = "# <b>Cadeirydd</b>\n\n- a *<i>b</i>*\n  c\n- d\n1. <script>e</script>\n"
    (tmp_path / "cy" / "guide").mkdir(parents=True)
    (tmp_path / "cy" / "guide" / "chair.md").write_text(text, encoding="utf-8")
    with override_settings(LOCALE_PATHS=[tmp_path], LANGUAGE_CODE="cy"):
        page = Visitor(cast.raiser, MONDAY).page("/help/guide/chair/")
        english = Visitor(cast.raiser, MONDAY).page("/help/guide/manager/")
    assert page.one("h1").text == "<b>Cadeirydd</b>"
    assert [item.text for item in page.all("li") if "main" in item.inside][:3] == ["a <i>b</i> c", "d", "<script>e</script>"]
    assert english.one("h1").text == "Manager"


def test_help_says_of_the_guides_what_the_guide_says(root: Path) -> None:
    listed = re.findall(r"^- \[(.+)\]\((.+)\.md\): (.+)$", (root / "docs" / "guide" / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {role: (str(whose), str(about)) for role, whose, about in GUIDES} == {role: (whose, about) for whose, role, about in listed}


def test_the_calculator_shows_the_moment_and_each_day(cast: Cast) -> None:
    words = Visitor(cast.raiser, MONDAY).page("/help/working-days/", **START, days="1", rule="roll_forward").one("main").text
    assert "Due Monday 9 March 2026, 4:30pm" in words
    assert "Saturday 7 March: not counted: Saturday" in words


def test_whole_days_run_to_the_end_of_the_last(cast: Cast) -> None:
    words = Visitor(cast.raiser, MONDAY).page("/help/working-days/", **START, days="1", rule="plain").one("main").text
    assert "Due Monday 9 March 2026, end of day" in words


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"days": "0"}, "Working days must be 1 or more"),
        ({"days": "many"}, "Working days must be a whole number"),
        ({"days": ""}, "Enter how many working days"),
        ({"days": "1", "start_2": "1812"}, "covers"),
        ({"days": "1", "start_0": "31", "start_1": "2"}, "must be a real date"),
    ],
)
def test_what_cannot_be_counted_is_said_beside_the_field(cast: Cast, given: dict[str, str], message: str) -> None:
    page = Visitor(cast.raiser, MONDAY).page("/help/working-days/", **START | {"rule": "plain"} | given)
    assert page.one("title").text.startswith("Error: ")
    assert any(message in one.text for one in page.all(class_="govuk-error-message"))


@pytest.mark.parametrize("path", ["/accessibility/", "/privacy/", "/blank-form/"])
def test_the_notices_and_the_form_for_paper_are_open_to_anybody(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 200
    assert len(Page(response.content.decode()).all("h1")) == 1


def test_the_form_for_paper_asks_what_has_to_be_said_before_a_disagreement_is_sent() -> None:
    said = " ".join(Page(Client().get("/blank-form/").content.decode()).one("main").text.split())
    assert all(str(step.title) in said for step in STEPS if step.needed)
    for form, name in (StartForm, "danger"), (MatterForm, "what"), (ImpactForm, "outcome_sought"), (TriedForm, "tried"), (ChildForm, "born"):
        assert str(form.base_fields[name].label) in said
    assert all(str(theme.label) in said for theme in Theme)


def test_the_accessibility_statement_leads_to_the_office_and_to_who_enforces_it(cast: Cast) -> None:
    Partnership.objects.filter(pk=cast.partnership.pk).update(unit_phone="01632 960 123", unit_email="office@example.org")
    page = Visitor(cast.raiser, MONDAY).page("/accessibility/")
    links = [one.attrs.get("href", "") for one in page.all("a")]
    assert {"tel:01632960123", "mailto:office@example.org", "https://www.equalityadvisoryservice.com/"} <= set(links)


def test_the_accessibility_statement_names_each_gap_and_the_days_that_its_paper_does() -> None:
    paper = (Path(__file__).parents[2] / "docs/accessibility.md").read_text()
    page = Page(Client().get("/accessibility/").content.decode())
    gaps = re.findall(r"^\d\. \*\*(.+?)\.?\*\*", paper.partition("## Known gaps")[2].partition("\n## ")[0], re.MULTILINE)
    assert len(gaps) == 8
    assert [gap for gap in gaps if not any(one.text.startswith(gap) for one in page.all("li"))] == []
    days = re.search(r"On (.+? 20\d\d) by the makers", paper)
    assert days is not None
    assert f"tests made on {days[1]} by" in page.one("main").text
    assert "partially compliant" in page.one("main").text


@pytest.mark.parametrize("path", ["/help/", "/help/guide/chair/", "/help/working-days/", "/my-work/", "/log/", "/d/ESC-ABCDEF/", "/search/?q=x"])
def test_everything_else_asks_to_sign_in(path: str) -> None:
    assert Client().get(path).headers["Location"].startswith("/sign-in/")
