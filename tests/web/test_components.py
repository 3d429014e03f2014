"""Every component is rendered with the context that its comment describes, and says what it must to someone who cannot see it."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string

from tests.web import samples
from tests.web.page import Page

FOLDER = Path(settings.ROOT) / "templates" / "components"
CASES = [(name, context) for name, contexts in samples.COMPONENTS.items() for context in contexts]


def component(name: str, **context: Any) -> Page:
    return Page(render_to_string(f"components/{name}.html", context))


@pytest.mark.parametrize(("name", "context"), CASES)
def test_a_component_renders_its_sample(name: str, context: samples.Context) -> None:
    html = render_to_string(f"components/{name}.html", context)
    assert "None" not in html
    assert len(Page(html).ids) == len(set(Page(html).ids))


def test_every_component_has_a_sample() -> None:
    ours = {path.stem for path in FOLDER.glob("*.html")}
    assert set(samples.COMPONENTS) <= ours
    assert {"clock_badge", "timeline", "next_step", "work_row", "stage_tracker"} <= set(samples.COMPONENTS)


def test_a_row_of_my_work_is_one_sentence() -> None:
    spoken = component("work_row", row=samples.WORK[0]).one("li").spoken
    assert spoken.startswith("Respond: Stage 1, ESC-7K3M2Q, from Riverside Primary School. Threshold or level of need, raised Monday 30 March")
    assert " by M. Ellis. Overdue: due Tuesday 7 April" in spoken
    assert spoken.endswith(", 4:30pm, 1 working day late.")


def test_the_stage_tracker_tells_stages_apart_in_words() -> None:
    stages = [one.text for one in component("stage_tracker", stages=samples.STAGES).all("li")]
    assert stages[0].endswith("no response by Monday 30 March, 4:30pm")
    assert stages[1] == "Stage 1b, heads of service: skipped"
    assert "now, due" in stages[2]
    assert stages[3] == "Stage 3, board members: to come"


def test_a_stage_that_was_left_out_has_not_the_mark_of_one_that_is_done() -> None:
    marks = [one.attrs["class"].split("--")[-1] for one in component("stage_tracker", stages=samples.STAGES).all("li")]
    assert marks == ["done", "passed", "now", "ahead", "ahead"]


def test_only_the_stage_of_now_is_marked_as_the_current_step() -> None:
    page = component("stage_tracker", stages=samples.STAGES)
    assert [one.attrs.get("aria-current") for one in page.all("li")] == [None, None, "step", None, None]


def test_a_correction_strikes_out_the_old_words() -> None:
    page = component("timeline", entries=samples.ENTRIES)
    assert page.one("del").text == "Struck out: A strategy discussion is planned for Thursday."
    assert page.one("ins").text.startswith("Corrected to: A strategy discussion is planned for Friday")


def test_when_it_was_recorded_is_said_only_where_it_differs() -> None:
    recorded = component("timeline", entries=samples.ENTRIES).all(class_="c-record__recorded")
    assert len(recorded) == 1
    assert "31 March" in recorded[0].text


def test_what_people_typed_is_escaped() -> None:
    entry = samples.ENTRIES[0] | {"text": "<script>alert(1)</script>", "title": "<b>x</b>"}
    page = component("timeline", entries=[entry])
    assert not page.all("script")
    assert not page.all("b")


def test_every_change_link_says_what_it_changes() -> None:
    links = [one.text for one in component("summary_list", rows=samples.ROWS).all("a") if one.text.startswith("Change")]
    assert links == ["Change what is disputed", "Change Impact on the child", "Change Outcome sought"]


def test_a_table_has_a_caption_scopes_and_a_region_that_takes_focus() -> None:
    page = component("data_table", **samples.TABLE)
    region = page.one("div", role="region")
    assert region.attrs["tabindex"] == "0"
    assert page.one("caption").attrs["id"] == region.attrs["aria-labelledby"]
    assert {one.attrs["scope"] for one in page.all("th")} == {"col", "row"}


def test_the_sorted_column_says_so() -> None:
    assert component("data_table", **samples.TABLE).all("th")[0].attrs["aria-sort"] == "ascending"


def test_a_table_without_rows_is_a_sentence_and_no_heads_of_columns_over_nothing() -> None:
    page = component("data_table", **samples.TABLE | {"rows": [], "empty": "Nothing stands in this list now."})
    assert (page.all("table"), page.one("p").text) == ([], "Nothing stands in this list now.")


def test_the_working_out_gives_each_skipped_day_its_reason() -> None:
    days = [one.text for one in component("working_out", working_out=samples.WORKING_OUT).all("li")]
    assert any(text.startswith("Friday 3 April") and text.endswith("not counted: Good Friday") for text in days)
    assert any(text.startswith("Tuesday 14 April") and text.endswith("working day 5") for text in days)


def test_the_next_step_offers_the_likeliest_verb_as_its_only_button() -> None:
    page = component("next_step", step=samples.STEP)
    assert page.one("a", class_="govuk-button").text == "Respond"
    assert len(page.all("a", href="#longer")) == 1


def test_a_message_is_announced_and_takes_focus() -> None:
    page = component("messages", messages=[Message(constants.SUCCESS, "Response sent"), Message(constants.INFO, "Also this")])
    first, second = page.all(class_="govuk-notification-banner")
    assert (first.attrs["role"], second.attrs["role"]) == ("alert", "region")
    assert "autofocus" in first.attrs
    assert "govuk-notification-banner--success" in first.attrs["class"]


def test_a_figure_and_its_words_are_one_link() -> None:
    assert component("figure_strip", figures=samples.FIGURES).all("a")[0].text == "3 overdue now"
