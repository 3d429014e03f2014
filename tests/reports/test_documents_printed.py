"""Documents at their doors: the list, the page, the PDF and the interface for programs; who gets them, and that every print is kept."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
import time_machine

from agencies.models import Partnership, User
from escalation.models import Dispute, Event, Reading
from escalation.states import Verb
from reports.documents.kinds import DocumentKind
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.kept import kept_fixture
from tests.procedures.journey import Journey
from tests.reports.paper import bristol_at_stage_3, bristol_at_stage_4
from tests.web.signed_in import Visitor
from tests.world import london

pytestmark = pytest.mark.django_db
NOW = london("2026-03-09 16:30")


@kept_fixture
def world(cast: Cast) -> Journey:
    """At the fourth stage."""
    return bristol_at_stage_4(cast)


@pytest.fixture
def journey(world: Journey) -> Journey:
    return world


@pytest.fixture
def _monday(journey: Journey) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def path(dispute: Dispute, rest: str = "") -> str:
    return f"/d/{dispute.reference}/view/documents/{rest}"


def prints(user: User) -> list[str]:
    return list(Reading.objects.filter(reader=user).order_by("recorded_at", "pk").values_list("part", flat=True))


def test_the_case_page_leads_to_its_documents(cast: Cast, journey: Journey) -> None:
    page = Visitor(cast.own_board, NOW).page(f"/d/{journey.now.reference}/")
    assert "Forms, letters and packs to print" in [link.text for link in page.all("a", href=path(journey.now))]


def test_a_document_on_screen_keeps_the_frame_with_the_partnership_and_its_front_door(cast: Cast, journey: Journey) -> None:
    Partnership.objects.filter(pk=cast.partnership.pk).update(front_door_day="0117 496 0300")
    page = Visitor(cast.own_board, NOW).page(path(journey.now, "record-of-escalation/"))
    assert cast.partnership.name in page.one("header").text
    assert "0117 496 0300" in page.one("footer").text


def test_who_may_not_read_it_is_not_led_to_documents(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    visitor = Visitor(cast.business_unit, london("2026-03-02 11:00"))
    assert visitor.page(f"/d/{journey.now.reference}/").all("a", href=path(journey.now)) == []
    assert visitor.get(path(journey.now)).status_code == 403
    assert visitor.get(path(journey.now, "record-of-escalation/")).status_code == 403
    assert visitor.get(path(journey.now, "record-of-escalation.pdf")).status_code == 403
    assert prints(cast.business_unit) == ["case"]


def test_a_stranger_finds_nothing_there(cast: Cast, journey: Journey) -> None:
    for rest in ("", "monitoring/", "monitoring.pdf"):
        assert Visitor(cast.stranger, NOW).get(path(journey.now, rest)).status_code == 404


def test_the_list_says_what_is_asked_for_now(cast: Cast, journey: Journey) -> None:
    page = Visitor(cast.own_board, NOW).page(path(journey.now))
    assert [heading.text for heading in page.all("h2")][:2] == ["Asked for now", "Also to print"]
    assert {link.attrs["href"] for link in page.all("a")} >= {path(journey.now, rest) for rest in ("monitoring/", "panel-pack/", "panel-pack.pdf")}


def test_the_page_is_stamped_with_who_printed_it_and_when(cast: Cast, journey: Journey) -> None:
    page = Visitor(cast.receiving_board, NOW).page(path(journey.now, "monitoring/"))
    assert any(one.text == "Printed by Hannah Cohen, Monday 9 March 2026, 4:30pm." for one in page.all("p"))
    assert page.one("h1").text == "Monitoring form"


def test_every_table_of_a_page_has_its_heads_and_a_name(cast: Cast, journey: Journey) -> None:
    page = Visitor(cast.own_board, NOW).page(path(journey.now, "panel-pack/"))
    assert all(head.attrs.get("scope") in {"row", "col"} for head in page.all("th"))
    named = len(page.all("caption")) + len([one for one in page.all("table") if "aria-labelledby" in one.attrs])
    regions = [one for one in page.all("div", role="region") if "aria-labelledby" in one.attrs]
    assert named + len(regions) == len(page.all("table"))


def test_every_print_is_kept_as_a_reading_of_that_document(cast: Cast, journey: Journey) -> None:
    visitor = Visitor(cast.own_board, NOW)
    visitor.get(path(journey.now))
    assert prints(cast.own_board) == []
    visitor.get(path(journey.now, "monitoring/"))
    visitor.get(path(journey.now, "panel-pack.pdf"))
    assert sorted(prints(cast.own_board)) == ["print: monitoring", "print: panel_pack"]


def test_printing_changes_nothing_of_the_disagreement(cast: Cast, journey: Journey) -> None:
    before = (journey.now.revision, Event.objects.filter(dispute=journey.dispute).count())
    for kind in DocumentKind:
        Visitor(cast.own_board, NOW).get(path(journey.now, f"{kind.slug}/"))
    assert (journey.now.revision, Event.objects.filter(dispute=journey.dispute).count()) == before


def test_the_child_is_named_only_when_asked_and_that_look_is_kept_too(cast: Cast, journey: Journey) -> None:
    visitor = Visitor(cast.own_board, NOW)
    assert b"1 May 2015" not in visitor.get(path(journey.now, "monitoring/")).content
    assert b"1 May 2015" in visitor.get(path(journey.now, "monitoring/"), child="yes").content
    assert sorted(prints(cast.own_board)) == ["child", "print: monitoring", "print: monitoring"]


def test_who_may_not_know_the_child_does_not_get_it_on_paper(cast: Cast, journey: Journey) -> None:
    for user in (cast.business_unit, cast.chair):
        assert Visitor(user, NOW).get(path(journey.now, "monitoring/"), child="yes").status_code == 403
        assert Visitor(user, NOW).page(path(journey.now, "monitoring/")).all("a", href="?child=yes") == []
    assert Visitor(cast.own_board, NOW).get(path(journey.now, "panel-pack/"), child="yes").status_code == 403


def test_a_document_that_is_not_there_yet_leads_back_to_the_list(cast: Cast, journey: Journey) -> None:
    answer = Visitor(cast.own_board, NOW).get(path(journey.now, "outcome-letter.pdf"))
    assert (answer.status_code, answer["Location"]) == (302, path(journey.now))
    assert prints(cast.own_board) == []


def test_an_auditor_says_why_first(cast: Cast, journey: Journey) -> None:
    visitor = Visitor(cast.auditor, NOW)
    reason = f"/d/{journey.now.reference}/view/reason/"
    assert visitor.get(path(journey.now, "monitoring.pdf"))["Location"] == reason
    visitor.post(reason, {"reason": "Audit of March"})
    assert visitor.get(path(journey.now, "monitoring.pdf")).status_code == 200
    assert Reading.objects.get(reader=cast.auditor).reason == "Audit of March"


def test_the_first_look_by_way_of_a_document_opens_the_request(cast: Cast) -> None:
    journey = bristol_at_stage_3(cast)
    asked = journey.now.requests.get(run__left_at=None)
    assert asked.opened_at is None
    Visitor(cast.receiving_board, NOW).get(path(journey.now, "monitoring/"))
    asked = journey.now.requests.get(run__left_at=None)
    assert asked.opened_at == NOW


def test_a_page_takes_as_many_queries_for_a_long_record_as_for_a_short_one(cast: Cast, journey: Journey) -> None:
    short = Visitor(cast.own_board, NOW).queries(path(journey.now, "panel-pack/"))
    journey.at("2026-03-10 10:00", "2026-03-11 16:01", "2026-03-12 10:00", "2026-03-13 10:00")
    for day in range(20):
        journey.do(Verb.ADD_NOTE, cast.own_board, text=f"Day {day}.")
    later = Visitor(cast.own_board, london("2026-03-13 11:00"))
    assert 5 < later.queries(path(journey.now, "panel-pack/")) == short < 50


@pytest.mark.usefixtures("_monday")
def test_programs_get_the_list_and_the_pdf(cast: Cast, journey: Journey) -> None:
    caller = Caller(cast.own_board)
    listed = caller.get(f"disputes/{journey.now.reference}/documents/").json()["documents"]
    assert [(one["kind"], one["is_due"]) for one in listed[:2]] == [("monitoring", True), ("panel_pack", True)]
    answer = caller.client.get(listed[0]["pdf"])
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "application/pdf", "no-store")
    with pikepdf.open(io.BytesIO(answer.content)) as file:
        assert str(file.docinfo.Title).startswith("Monitoring form: ESC-")
    assert prints(cast.own_board) == ["print: monitoring"]


@pytest.mark.usefixtures("_monday")
def test_a_print_that_needs_too_much_leads_to_the_page_with_words(cast: Cast, journey: Journey, settings: Any) -> None:
    settings.CONCORD_PRINT_MB = 60
    visitor = Visitor(cast.own_board, journey.world.now)
    answer = visitor.get(path(journey.now, "monitoring.pdf"))
    assert answer.headers["Location"] == path(journey.now, "monitoring/")
    assert "This is too much for one PDF" in visitor.page(answer.headers["Location"]).one("main").text
    called = Caller(cast.own_board).get(f"disputes/{journey.now.reference}/documents/monitoring.pdf")
    assert (called.status_code, called.json()["code"]) == (409, "wrong_state")


@pytest.mark.usefixtures("_monday")
@pytest.mark.parametrize("megabytes", [70, 85, 100, 115, 130])
def test_with_hardly_enough_memory_a_print_is_made_or_refused_with_words_and_never_breaks(
    cast: Cast, journey: Journey, settings: Any, megabytes: int
) -> None:
    settings.CONCORD_PRINT_MB = megabytes
    answer = Visitor(cast.own_board, journey.world.now).get(path(journey.now, "monitoring.pdf"))
    assert answer.content.startswith(b"%PDF") or answer.headers["Location"] == path(journey.now, "monitoring/")


@pytest.mark.usefixtures("_monday")
def test_programs_are_refused_as_people_are(cast: Cast, journey: Journey) -> None:
    base = f"disputes/{journey.now.reference}/documents/"
    assert Caller(cast.stranger).get(base).status_code == 404
    assert Caller(cast.own_board).get(f"{base}outcome_letter.pdf").json() == {
        "code": "wrong_state",
        "detail": "There is no outcome letter before each side has confirmed the outcome.",
    }
    assert Caller(cast.own_board).get(f"{base}invoice.pdf").status_code == 404
