"""Filters of the board that one of the unit saved: their own, each name once, at most twenty, and the board shows through them what it would show."""

from uuid import UUID

import pytest

from agencies.errors import InvalidInput, NotFound
from escalation.models import MessageSettings
from reports.board_filters import MOST, delete_filter, filters_of, rename_filter, save_filter
from reports.models import SavedFilter
from tests.cast import Cast
from tests.escalation.asked_access import about, held
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
NOW = london("2026-03-03 10:01")
PATH = "/board/filters/"


def unit(cast: Cast) -> Visitor:
    return Visitor(cast.business_unit, NOW)


def saved(cast: Cast, name: str = "Police") -> SavedFilter:
    return save_filter(cast.business_unit.pk, cast.partnership, name, shown="open", agency=cast.police, stage=1)


def names(cast: Cast) -> list[str]:
    return [each.name for each in filters_of(cast.business_unit.pk, cast.partnership)]


def test_what_the_board_shows_is_saved_under_a_name_and_comes_back_by_its_link(cast: Cast, world: World) -> None:
    listed, other = world.sent(cast.police), world.sent()
    visitor = unit(cast)
    page = visitor.page("/board/", list="open", agency=str(cast.police.pk), stage="1")
    way = page.one("a", href=f"{PATH}?list=open&agency={cast.police.pk}&stage=1")
    assert way.text == "Save this filter"
    form = visitor.page(way.attrs["href"])
    assert "It shows: Open in all: Northshire Police, stage 1." in form.one("main").text
    given = {one.attrs["name"]: one.attrs["value"] for one in form.all("input", type="hidden") if one.attrs["name"] != "csrfmiddlewaretoken"}
    answer = visitor.post(PATH, given | {"name": "  Police,  first stage "})
    assert answer.status_code == 302
    board = visitor.page("/board/")
    link = next(one for one in board.all("a") if one.text == "Police, first stage")
    assert link.attrs["href"] == answer["Location"] == f"/board/?list=open&agency={cast.police.pk}&stage=1#list"
    assert "aria-current" not in link.attrs
    shown = visitor.page(link.attrs["href"].removesuffix("#list"))
    assert next(one for one in shown.all("a") if one.text == "Police, first stage").attrs["aria-current"] == "true"
    words = shown.one("main").text
    assert (listed.reference in words, other.reference in words) == (True, False)


def test_a_name_that_one_has_is_refused_beside_the_field_and_nothing_typed_is_lost(cast: Cast) -> None:
    saved(cast)
    answer = unit(cast).post(PATH, {"list": "soon", "name": "POLICE"})
    text = answer.content.decode()
    assert "You have a filter of this name. Enter another name" in text
    assert 'href="#id_name"' in text
    assert 'value="POLICE"' in text
    assert 'name="list" value="soon"' in text
    assert names(cast) == ["Police"]


def test_the_name_is_plain_text_on_the_page(cast: Cast) -> None:
    saved(cast, "<b>Police</b> & health")
    text = unit(cast).get("/board/").content.decode()
    assert "&lt;b&gt;Police&lt;/b&gt; &amp; health" in text
    assert "<b>Police" not in text


def test_another_of_the_unit_has_names_of_their_own(cast: Cast) -> None:
    mine = saved(cast)
    other = Visitor(cast.business_manager, NOW)
    assert not [one for one in other.page("/board/").all("a") if one.text == "Police"]
    save_filter(cast.business_manager.pk, cast.partnership, "Police", shown="overdue")
    for path, given in ((f"{PATH}{mine.pk}/", {"name": "Mine"}), (f"{PATH}{mine.pk}/delete/", {})):
        assert other.post(path, given).status_code == 404
    assert names(cast) == ["Police"]


def test_twenty_are_kept_and_no_more(cast: Cast) -> None:
    for number in range(MOST):
        saved(cast, f"Filter {number}")
    with pytest.raises(InvalidInput, match="Delete one first"):
        saved(cast, "One more")
    assert "You have 20 saved filters, which is the most." in unit(cast).post(PATH, {"name": "One more"}).content.decode()
    delete_filter(filters_of(cast.business_unit.pk, cast.partnership)[0].pk, cast.business_unit.pk, cast.partnership)
    saved(cast, "One more")
    assert len(names(cast)) == MOST


def test_it_is_renamed_also_to_its_own_name_written_otherwise_but_to_no_other_of_ones_own(cast: Cast) -> None:
    first, visitor = saved(cast), unit(cast)
    saved(cast, "Health")
    path = f"{PATH}{first.pk}/"
    assert visitor.page(path).one("input", name="name").attrs["value"] == "Police"
    assert visitor.post(path, {"name": "police"}).status_code == 302
    assert "The filter is called “police” now." in visitor.page("/board/").one("body").text
    assert "You have a filter of this name" in visitor.post(path, {"name": "health"}).content.decode()
    assert names(cast) == ["Health", "police"]


def test_it_is_deleted_by_a_button(cast: Cast) -> None:
    path = f"{PATH}{saved(cast).pk}/delete/"
    visitor = unit(cast)
    assert visitor.get(path).status_code == 405
    assert visitor.post(path).status_code == 302
    assert names(cast) == []
    assert visitor.post(path).status_code == 404


def test_what_is_none_of_ones_own_is_not_there(cast: Cast) -> None:
    mine = saved(cast)
    for key, user in ((mine.pk, cast.business_manager.pk), (UUID(int=1), cast.business_unit.pk)):
        with pytest.raises(NotFound):
            rename_filter(key, user, cast.partnership, "Mine")
        with pytest.raises(NotFound):
            delete_filter(key, user, cast.partnership)


def test_an_agency_of_another_partnership_cannot_be_saved(cast: Cast) -> None:
    answer = unit(cast).post(PATH, {"agency": str(cast.stranger.memberships.all()[0].agency_id), "name": "Elsewhere"})
    assert answer.status_code == 404
    assert names(cast) == []


def test_who_asks_what_is_kept_is_given_their_own_filters_of_that_partnership_and_nobody_elses(cast: Cast, world: World) -> None:
    saved(cast, "Mine")
    save_filter(cast.business_unit.pk, cast.elsewhere, "Away", shown="open")
    save_filter(cast.chair.pk, cast.partnership, "The chair’s", shown="open")
    MessageSettings.objects.create(user=cast.business_unit, digest=False)
    found = [each for each in held(world, about(world, cast.business_unit)) if each.section == "Choices"]
    assert [each.text for each in found] == ["“Mine”: open in all, Northshire Police, stage 1", "Without the business unit’s message of the morning"]
    assert not [each for each in held(world, about(world, cast.receiver)) if each.section == "Choices"]
