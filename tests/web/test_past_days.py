"""A day that has passed is chosen where it is near and typed where it is not; what was meant stays what it was, whenever it is sent."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from agencies.web.fields import PastDayField, PastMomentField
from agencies.web.forms import Form
from agencies.web.given_back import given_back
from agencies.web.past_days import with_days_typed
from escalation.engine.perform import Seen
from escalation.models import Dispute, Event
from escalation.states import EventKind
from tests.cast import Cast
from tests.web.page import Page
from tests.world import World, london

# A Tuesday in summer, so that London is an hour ahead of UTC.
TUESDAY = datetime(2026, 4, 7, 12, tzinfo=UTC)
TODAY, YESTERDAY = "2026-04-07", "2026-04-06"


class Told(Form):
    on = PastDayField(label="When was it?", subject="the day you told them")


class Rang(Form):
    at = PastMomentField(label="When was it?", subject="the moment you rang", required=False, empty="Just now", empty_first=True)


def told(**typed: str) -> Any:
    return Told(typed)


def rang(**typed: str) -> Any:
    return Rang(typed)


def errors(form: Form) -> list[str]:
    return [str(message) for messages in form.errors.values() for message in messages]


@pytest.fixture
def tuesday() -> Any:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


@pytest.mark.usefixtures("tuesday")
class TestWhatIsChosen:
    """Which day an answer names."""

    @pytest.mark.parametrize(("chosen", "meant"), [(TODAY, date(2026, 4, 7)), (YESTERDAY, date(2026, 4, 6))])
    def test_a_near_day_needs_no_typing(self, chosen: str, meant: date) -> None:
        form = told(on_when=chosen, on_0="", on_1="", on_2="")
        assert form.is_valid()
        assert form.cleaned_data["on"] == meant

    def test_the_choices_name_their_dates(self) -> None:
        labels = [one.text for one in Page(str(Told())).all("label")]
        assert labels[:3] == ["Today, Tuesday 7 April", "Yesterday, Monday 6 April", "Another date"]

    def test_another_date_is_typed_in_three_boxes(self) -> None:
        form = told(on_when="other", on_0="1", on_1="apr", on_2="2026")
        assert form.is_valid()
        assert form.cleaned_data["on"] == date(2026, 4, 1)

    def test_who_fills_the_boxes_and_chooses_nothing_means_another_date(self) -> None:
        form = told(on_0="1", on_1="4", on_2="2026")
        assert form.is_valid()
        assert form.cleaned_data["on"] == date(2026, 4, 1)
        assert "checked" in Page(str(form)).one("input", value="other").attrs

    def test_a_moment_needs_its_time_of_day_alone(self) -> None:
        form = rang(at_when=YESTERDAY, at_3="4:30pm")
        assert form.is_valid()
        assert form.cleaned_data["at"] == datetime(2026, 4, 6, 15, 30, tzinfo=UTC)

    def test_just_now_is_chosen_beforehand_and_needs_nothing(self) -> None:
        page = Page(str(Rang()))
        assert "checked" in page.one("input", id="id_at_when_0").attrs
        assert page.one("legend").text == "When was it?"
        form = rang(at_when="")
        assert form.is_valid()
        assert form.cleaned_data["at"] is None


@pytest.mark.usefixtures("tuesday")
class TestWhatIsWrong:
    """What is said, and where its link lands."""

    def test_nothing_chosen_lands_on_the_first_choice(self) -> None:
        form = told(on_0="", on_1="", on_2="")
        assert errors(form) == ["Enter the day you told them"]
        assert form["on"].error_target == "id_on_when_0"
        assert "aria-invalid" not in Page(str(form)).one("input", name="on_0").attrs

    def test_another_date_without_one_lands_in_its_first_box(self) -> None:
        form = told(on_when="other")
        assert errors(form) == ["Enter the day you told them"]
        assert form["on"].error_target == "id_on_0"

    def test_a_near_day_and_another_in_the_boxes_are_not_guessed_between(self) -> None:
        form = told(on_when=TODAY, on_0="1", on_1="4", on_2="2026")
        assert errors(form) == ["You chose one day and typed another: choose “Another date”, or empty its boxes"]
        assert Page(str(form)).one("input", name="on_0").attrs["aria-invalid"] == "true"

    def test_a_near_day_typed_out_as_well_is_the_same_day(self) -> None:
        assert told(on_when=TODAY, on_0="7", on_1="4", on_2="2026").is_valid()

    def test_just_now_and_a_time_are_not_guessed_between(self) -> None:
        assert errors(rang(at_when="", at_3="9am")) == ["You chose “Just now” and typed a day or a time too: choose which it is"]

    def test_a_day_without_its_time_lands_on_the_time(self) -> None:
        form = rang(at_when=TODAY)
        assert errors(form) == ["The moment you rang must include a time"]
        assert form["at"].error_target == "id_at_3"

    def test_a_time_without_a_day_lands_on_the_choice(self) -> None:
        form = rang(at_3="9am")
        assert errors(form) == ["The moment you rang must include a day"]
        assert form["at"].error_target == "id_at_when_0"

    def test_a_time_later_today_is_not_in_the_past(self) -> None:
        assert errors(rang(at_when=TODAY, at_3="2pm")) == ["The moment you rang must be in the past"]

    def test_a_day_to_come_is_refused_also_where_a_program_names_it_as_chosen(self) -> None:
        assert errors(told(on_when="2026-04-08")) == ["The day you told them must be today or in the past"]

    @pytest.mark.parametrize("nonsense", ["2026-02-31", "tomorrow", "0000-00-00", "\ud800", "9" * 500])
    def test_a_choice_that_no_page_offers_is_none(self, nonsense: str) -> None:
        assert errors(told(on_when=nonsense)) == ["Enter the day you told them"]

    def test_a_program_may_leave_out_what_need_not_be_given(self) -> None:
        with pytest.raises(ValidationError):
            PastDayField().clean(None)
        assert PastMomentField(required=False).clean(None) is None


def test_today_on_a_page_of_yesterday_is_still_yesterday(tuesday: time_machine.Traveller) -> None:
    tuesday.move_to(datetime(2026, 4, 8, 0, 30, tzinfo=UTC), tick=False)
    form = told(on_when=YESTERDAY, on_0="", on_1="", on_2="")
    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2026, 4, 6)
    page = Page(str(form))
    assert [page.one("input", name=f"on_{part}").attrs["value"] for part in range(3)] == ["6", "4", "2026"]
    assert "checked" in page.one("input", value="other").attrs


@pytest.mark.usefixtures("tuesday")
def test_a_kept_day_is_shown_as_today_only_while_it_is() -> None:
    assert with_days_typed({"on_when": [TODAY]}) == {"on_when": [TODAY]}
    long_ago = {"on_when": ["other"], "on_0": ["3"], "on_1": ["4"], "on_2": ["2026"]}
    assert with_days_typed({"on_when": ["2026-04-03"], "on_0": [""], "on_1": [""], "on_2": [""]}) == long_ago


@pytest.mark.usefixtures("tuesday")
def test_a_chosen_day_is_given_back_as_a_date() -> None:
    typed = {"given_on_when": [YESTERDAY], "given_on_0": [""], "given_on_1": [""], "given_on_2": [""], "words": ["Told in person."]}
    assert given_back(typed) == [("when they were told", "6 4 2026"), ("words", "Told in person.")]


@pytest.mark.django_db
def test_a_call_of_yesterday_is_recorded_with_both_moments(cast: Cast, world: World, dispute: Dispute) -> None:
    """The world's Monday is 2 March 2026."""
    client = Client()
    client.force_login(cast.own_manager, backend="agencies.backend.AccountBackend")
    address = f"/d/{dispute.reference}/record-contact/"
    typed = {"how": "phone", "whom": "The duty desk", "said": "Nobody rang back.", "reached": "no", "seen": str(Seen.of(World.fresh(dispute)))}
    with time_machine.travel(world.now, tick=False):
        answer = client.post(address, typed | {"happened_at_when": "2026-03-01", "happened_at_3": "11am"})
    assert answer.status_code == 302
    line = Event.objects.get(dispute=dispute, kind=EventKind.CONTACT)
    assert (line.happened_at, line.recorded_at) == (london("2026-03-01 11:00"), world.now)


@pytest.mark.django_db
def test_what_was_chosen_yesterday_and_kept_comes_back_as_the_date_it_was(cast: Cast, world: World, dispute: Dispute) -> None:
    client = Client()
    address = f"/d/{dispute.reference}/record-contact/"
    with time_machine.travel(world.now, tick=False) as traveller:
        client.force_login(cast.own_manager, backend="agencies.backend.AccountBackend")
        given = Page(client.get(address).content.decode()).all("div", **{"data-keeping": ""})[0].attrs["data-pass"]
        kept = {"kept-page": address, "kept-action": address, "kept-pass": given, "whom": "The duty desk"}
        client.post("/session/typing/", kept | {"happened_at_when": "2026-03-01", "happened_at_3": "9am"})
        traveller.move_to(london("2026-03-03 09:30"), tick=False)
        client = Client()
        client.force_login(cast.own_manager, backend="agencies.backend.AccountBackend")
        page = Page(client.get(address).content.decode())
    assert "checked" in page.one("input", name="happened_at_when", value="other").attrs
    assert [page.one("input", name=f"happened_at_{part}").attrs["value"] for part in range(4)] == ["1", "3", "2026", "9am"]
