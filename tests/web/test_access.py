"""References as people type them, and what a refusal becomes."""

import pytest
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from agencies.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from escalation.services.submission import Problems
from escalation.web.access import on_refusal, read_reference
from tests.cast import Cast
from tests.web.page import Page

TYPED = "We cannot agree to this before the meeting on Thursday."


class ReasonForm(forms.Form):
    reason = forms.CharField()


@pytest.mark.parametrize("typed", ["ESC-7K3M2Q", "esc 7k3m2q", "7K3M2Q", " e.s.c-7k3 m2q ", "ESC7K3M2Q"])
def test_a_reference_is_read_in_any_case_and_spacing(typed: str) -> None:
    assert read_reference(typed) == "ESC-7K3M2Q"


def test_letters_that_no_reference_uses_are_read_as_the_figures_they_look_like() -> None:
    assert read_reference("esc-oil123") == "ESC-011123"


@pytest.mark.parametrize("typed", ["", "ESC-", "ESC-12", "Smith, John", "ESC-12345678"])
def test_what_cannot_be_a_reference_is_none(typed: str) -> None:
    assert read_reference(typed) is None


def test_bad_input_lands_beside_its_field() -> None:
    form = ReasonForm({"reason": "x"})
    assert on_refusal(RequestFactory().post("/"), InvalidInput("Say why.", field="reason"), form=form) is None
    assert form.errors["reason"] == ["Say why."]


def test_bad_input_of_a_field_that_is_not_there_lands_above_the_form() -> None:
    form = ReasonForm({"reason": "x"})
    on_refusal(RequestFactory().post("/"), Problems([("elsewhere", "Choose one."), ("reason", "Say why.")]), form=form)
    assert form.non_field_errors() == ["Choose one."]
    assert form.errors["reason"] == ["Say why."]


@pytest.mark.django_db
@pytest.mark.parametrize("error", [Conflict("Somebody else was first."), WrongState("It is closed.")])
def test_a_state_that_has_moved_is_a_polite_page_with_what_was_typed(cast: Cast, error: WrongState) -> None:
    request = RequestFactory().post("/", {"reason": TYPED})
    request.user = cast.raiser
    response = on_refusal(request, error, form=ReasonForm(), reference="ESC-7K3M2Q")
    assert response is not None
    assert response.status_code == 409
    words = Page(response.content.decode()).one("main").text
    assert error.message in words
    assert TYPED in words


def test_what_is_not_there_and_what_is_not_allowed_go_on_as_such() -> None:
    request = RequestFactory().post("/")
    with pytest.raises(Http404):
        on_refusal(request, NotFound("No."))
    with pytest.raises(PermissionDenied, match="Not you"):
        on_refusal(request, NotAllowed("Not you."))
