"""Fields in GOV.UK's markup: what Django's own templates get wrong, one test a trap."""

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from agencies.templatetags.ui import error_summary
from agencies.web.forms import Form
from agencies.web.widgets import Checkboxes, Radios
from tests.web.page import Element, Page
from tests.web.samples import HeadedForm, SampleForm

CONTROLS = {"input", "select", "textarea"}
WRONG_DATE = {"arose_0": "3", "arose_2": "2026"}


class Attempt(Form):
    who = forms.CharField(label="Who did you try to reach?")


def page_of(form: forms.BaseForm) -> Page:
    return Page(str(form))


def whole_page(**context: object) -> Page:
    return Page(render_to_string("base.html", context))


def summary(**context: object) -> list[Element]:
    """What stands inside the error summary of a page with this context."""
    return Page(render_to_string("components/error_summary.html", error_summary(*context.values()))).elements


def sent(**data: str) -> SampleForm:
    return SampleForm(data)


def test_every_error_link_lands_on_a_control() -> None:
    form = sent(**WRONG_DATE)
    controls = {one.attrs.get("id") for one in page_of(form).elements if one.tag in CONTROLS}
    targets = [one.attrs["href"].removeprefix("#") for one in summary(form=form) if one.tag == "a"]
    assert len(targets) == len(form.errors)
    assert set(targets) <= controls


@pytest.mark.parametrize(("name", "target"), [("danger", "id_danger_0"), ("theme", "id_theme_0"), ("agency", "id_agency"), ("sure", "id_sure")])
def test_a_groups_error_link_lands_on_its_first_choice(name: str, target: str) -> None:
    assert sent()[name].error_target == target  # type: ignore[attr-defined]


def test_a_dates_error_link_lands_on_the_part_that_is_missing() -> None:
    assert sent(**WRONG_DATE)["arose"].error_target == "id_arose_1"  # type: ignore[attr-defined]


def test_only_the_missing_part_of_a_date_is_marked_wrong() -> None:
    page = page_of(sent(**WRONG_DATE))
    assert [page.one(id=f"id_arose_{part}").attrs.get("aria-invalid") for part in range(3)] == [None, "true", None]


def test_a_date_left_empty_is_marked_wrong_in_every_part() -> None:
    page = page_of(sent())
    assert [page.one(id=f"id_arose_{part}").attrs.get("aria-invalid") for part in range(3)] == ["true"] * 3


def test_the_group_is_described_by_its_hint_and_its_error() -> None:
    page = page_of(sent())
    fieldset = next(one for one in page.all("fieldset") if one.attrs.get("aria-describedby", "").startswith("id_danger"))
    assert fieldset.attrs["aria-describedby"] == "id_danger_helptext id_danger_error"
    assert not any("aria-describedby" in one.attrs and "id_danger_error" in one.attrs["aria-describedby"] for one in page.all("input"))


def test_a_text_is_described_by_its_hint_its_error_and_its_limit() -> None:
    described = page_of(sent()).one("textarea").attrs["aria-describedby"]
    assert described == "id_impact_helptext id_impact_error id_impact_limit"


@pytest.mark.parametrize("form", [SampleForm(), SampleForm(WRONG_DATE)], ids=["fresh", "refused"])
def test_whatever_describes_a_control_is_on_the_page(form: SampleForm) -> None:
    page = page_of(form)
    described = {ref for one in page.elements for ref in one.attrs.get("aria-describedby", "").split()}
    assert described
    assert described <= set(page.ids)


@pytest.mark.parametrize("form", [SampleForm(), SampleForm(WRONG_DATE)], ids=["fresh", "refused"])
def test_every_label_belongs_to_a_control(form: SampleForm) -> None:
    page = page_of(form)
    assert {one.attrs["for"] for one in page.all("label")} <= set(page.ids)


def test_no_control_lets_the_browser_judge_or_cut() -> None:
    for one in page_of(sent()).elements:
        assert not {"required", "maxlength", "pattern", "min", "max"} & one.attrs.keys(), one


def test_a_refused_form_gives_back_what_was_typed() -> None:
    page = page_of(sent(impact="Missing school", arose_0="3", arose_1="foo", arose_2="2026", danger="no"))
    assert page.one("textarea").text == "Missing school"
    assert page.one(id="id_arose_1").attrs["value"] == "foo"
    assert "checked" in page.one(id="id_danger_1").attrs


def test_the_same_words_stand_in_the_summary_and_at_the_field() -> None:
    form = sent(**WRONG_DATE)
    at_fields = [one.text.removeprefix("Error: ") for one in page_of(form).all("p", class_="govuk-error-message")]
    assert [one.text for one in summary(form=form) if one.tag == "li"] == at_fields


def test_the_page_itself_opens_with_the_summary() -> None:
    page = whole_page(form=sent())
    order = [one for one in page.elements if "govuk-error-summary" in one.attrs.get("class", "").split() or one.tag == "h1"]
    assert [one.tag for one in order] == ["div", "h1"]
    assert "autofocus" in order[0].attrs


def test_the_title_says_that_there_is_an_error() -> None:
    assert whole_page(form=sent()).one("title").text.startswith("Error: ")


def test_the_title_of_a_fresh_form_says_nothing_of_errors() -> None:
    assert not whole_page(form=SampleForm()).one("title").text.startswith("Error")


def test_a_formsets_errors_reach_the_summary_and_the_title() -> None:
    formset = forms.formset_factory(Attempt)({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-who": ""})
    assert whole_page(formset=formset).one("title").text.startswith("Error: ")
    assert [one.attrs["href"] for one in summary(formset=formset) if one.tag == "a"] == ["#id_form-0-who"]


def test_an_error_of_a_formset_as_a_whole_is_in_the_summary() -> None:
    rows = forms.formset_factory(Attempt, min_num=2, validate_min=True)
    formset = rows({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-who": "D. Okafor"})
    assert any("at least 2" in one.text for one in summary(formset=formset) if one.tag == "li")


def test_an_error_of_the_form_as_a_whole_is_in_the_summary_without_a_link() -> None:
    form = SampleForm({})
    form.add_error(None, "Someone else has moved it")
    first = [one for one in summary(form=form) if one.tag in {"li", "a"}][0]
    assert (first.tag, first.text) == ("li", "Someone else has moved it")


def test_two_forms_with_prefixes_share_no_id() -> None:
    ids = [*page_of(SampleForm(prefix="one")).ids, *page_of(SampleForm(prefix="two")).ids]
    assert len(ids) == len(set(ids))


def test_no_id_comes_twice_in_a_form() -> None:
    ids = page_of(sent()).ids
    assert len(ids) == len(set(ids))


def test_a_heading_field_holds_the_pages_one_h1() -> None:
    heading = page_of(HeadedForm()).one("h1")
    assert heading.text == "Is the child in danger now?"
    assert heading.inside[-1] == "legend"


def test_an_optional_field_says_so_and_one_required_sometimes_does_not() -> None:
    class Some(Form):
        sometimes_required = ("why",)
        note = forms.CharField(required=False)
        why = forms.CharField(required=False)

    labels = [one.text for one in page_of(Some()).all("label")]
    assert labels == ["Note (optional)", "Why"]


def test_a_choices_hint_describes_that_choice() -> None:
    page = page_of(SampleForm())
    assert page.one(id="id_danger_0").attrs["aria-describedby"] == "id_danger_0_hint"
    assert "aria-describedby" not in page.one(id="id_danger_1").attrs


def test_small_and_inline_choices_carry_their_class() -> None:
    class Some(Form):
        one = forms.ChoiceField(choices=[("a", "A")], widget=Radios(inline=True))
        many = forms.MultipleChoiceField(choices=[("a", "A")], widget=Checkboxes(small=True))

    page = page_of(Some())
    assert page.all(class_="govuk-radios--inline")
    assert page.all(class_="govuk-checkboxes--small")


def test_add_another_can_start_the_page_at_the_new_field() -> None:
    form = SampleForm()
    form.focus("person")
    assert "autofocus" in page_of(form).one(id="id_person").attrs


def test_messages_name_the_field_where_its_author_wrote_none() -> None:
    errors = SampleForm(MultiValueDict({"person": ["x" * 61]})).errors
    assert errors["danger"] == ["Answer “Is the child in danger now?”"]
    assert errors["impact"] == ["Enter impact on the child"]
    assert errors["sure"] == ["Tick “I have told my manager”"]
    assert errors["person"] == ["“Who did you speak to?”: at most 60 characters; this has 61"]


def test_an_error_of_one_sentence_stands_without_its_full_stop_and_several_sentences_as_they_are() -> None:
    form = SampleForm(MultiValueDict({"person": ["R. Shah"]}))
    form.add_error("person", "Somebody else was first.")
    form.add_error("person", "This is not the newest code. Enter the one that the app shows.")
    form.add_error(None, ["Choose one.", "Was it R. Shah, or “A. Rossi”? Say which."])
    assert form.errors["person"] == ["Somebody else was first", "This is not the newest code. Enter the one that the app shows."]
    assert form.non_field_errors() == ["Choose one", "Was it R. Shah, or “A. Rossi”? Say which."]


def test_an_authors_own_message_stands() -> None:
    class Some(Form):
        who = forms.CharField(error_messages={"required": "Say who it was"})

    assert Some({}).errors["who"] == ["Say who it was"]
