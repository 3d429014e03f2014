"""The list, the case file and its parts: who sees what."""

from typing import Any

import pytest

from agencies.models import User
from escalation.models import Dispute, Reading
from escalation.states import State, Verb
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.lot import as_written
from tests.world import World

pytestmark = pytest.mark.django_db
TYPED = "without an assessment"


def read(user: User | None, dispute: Dispute, part: str = "", *, why: str = "") -> Any:
    return Caller(user).get(f"disputes/{dispute.reference}/{part}", why=why)


def test_the_receiver_reads_the_whole_file(dispute: Dispute, cast: Cast) -> None:
    shown = read(cast.receiver, dispute).json()
    assert shown["narrative"] is True
    assert TYPED in shown["summary"][0]["value"]
    assert [action["verb"] for action in shown["actions"]][:2] == ["acknowledge", "respond"]


def test_the_business_unit_knows_of_it_and_reads_nothing_that_was_typed(dispute: Dispute, cast: Cast) -> None:
    answer = read(cast.business_unit, dispute)
    assert (answer.json()["narrative"], answer.json()["summary"]) == (False, [])
    assert TYPED not in answer.content.decode()


def test_the_record_gives_the_business_unit_lines_without_their_words(dispute: Dispute, cast: Cast) -> None:
    answer = read(cast.business_unit, dispute, "events/")
    assert [event["kind"] for event in answer.json()["events"]]
    assert TYPED not in answer.content.decode()


@pytest.mark.parametrize("part", ["", "events/", "clocks/", "children/", "counterparts/"])
def test_a_stranger_is_answered_as_if_there_were_nothing(world: World, cast: Cast, part: str, dispute: Dispute) -> None:
    absent = Caller(cast.stranger).get(f"disputes/ESC-ZZZZZZ/{part}")
    answer = read(cast.stranger, dispute, part)
    assert (answer.status_code, answer.json()) == (404, absent.json())


@pytest.mark.parametrize("part", ["", "events/", "clocks/", "children/", "counterparts/"])
def test_without_a_token_nothing_is_read(dispute: Dispute, part: str) -> None:
    assert read(None, dispute, part).status_code == 401


@pytest.mark.parametrize("reference", ["ESC-ILOU00", "ESC-7K3M2", "x", "%00", "ESC-7K3M2Q%00", "..%2f", "é"])
def test_what_is_no_reference_is_not_found(world: World, cast: Cast, reference: str) -> None:
    assert Caller(cast.raiser).client.get(f"/api/v1/disputes/{reference}/").status_code == 404


def test_a_reference_may_be_typed_in_small_letters(world: World, cast: Cast) -> None:
    reference = world.log().reference.lower()
    assert Caller(cast.raiser).get(f"disputes/{reference}/").status_code == 200


def test_each_reading_is_kept(world: World, cast: Cast, dispute: Dispute) -> None:
    read(cast.receiver, dispute)
    assert list(Reading.objects.filter(dispute=dispute).values_list("reader__name", "part")) == [("Rashida Shah", "case")]


def test_the_receiving_side_s_first_look_marks_the_request_as_opened(world: World, cast: Cast, dispute: Dispute) -> None:
    read(cast.receiver, dispute)
    assert dispute.requests.get().opened_at == world.now


def test_the_child_is_shown_to_those_who_hold_it_and_each_look_is_kept(world: World, cast: Cast, dispute: Dispute) -> None:
    shown = read(cast.raiser, dispute, "children/").json()["children"]
    child = {"initials": "AB", "name": "", "born": "1 May 2015", "references": ["S-1001"], "earlier": [], "earlier_references": []}
    assert shown == [{"id": str(dispute.children.get().pk), **child}]
    assert Reading.objects.filter(dispute=dispute, reader=cast.raiser, part="child").exists()


def test_the_other_agency_s_reference_of_the_child_is_not_shown(dispute: Dispute, cast: Cast) -> None:
    assert read(cast.receiver, dispute, "children/").json()["children"][0]["references"] == []


def test_the_business_unit_never_sees_the_child(world: World, cast: Cast, dispute: Dispute) -> None:
    answer = read(cast.business_unit, dispute, "children/")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert not Reading.objects.filter(dispute=dispute, part="child").exists()


@pytest.mark.parametrize("part", ["", "events/", "clocks/", "counterparts/"])
def test_nothing_else_names_the_child(dispute: Dispute, cast: Cast, part: str) -> None:
    words = as_written(read(cast.receiver, dispute, part).content.decode())
    assert "S-1001" not in words
    assert "2015" not in words


def test_a_clock_comes_with_each_day_counted_or_skipped(dispute: Dispute, cast: Cast) -> None:
    clocks = read(cast.receiver, dispute, "clocks/").json()["clocks"]
    response = next(clock for clock in clocks if clock["key"] == "response")
    assert (response["due_at"], response["standing"]["word"]) == ("2026-03-03T10:00:00Z", "Due")
    assert {line["day"]: line["counted"] for line in response["working_out"]["lines"]}["2026-03-03"] is True


def test_the_own_agency_s_hop_is_not_among_the_other_side_s_clocks(world: World, cast: Cast, dispute: Dispute) -> None:
    own, other = (read(user, dispute, "clocks/").json()["clocks"] for user in (cast.own_manager, cast.receiver))
    assert [clock["stage"] for clock in own if clock["stage"] == 0]
    assert not [clock["stage"] for clock in other if clock["stage"] == 0]


def test_who_acts_on_each_side_is_said_with_the_reason(dispute: Dispute, cast: Cast) -> None:
    shown = read(cast.own_manager, dispute, "counterparts/?stage=2").json()
    receiving = next(row for row in shown["counterparts"] if row["side"] == "receiving")
    assert receiving["suggested"]["name"] in {"Fiona Adeyemi", "Gareth Hughes"}
    assert receiving["suggested"]["why"]


@pytest.mark.parametrize("stage", ["7", "-1", "x", "9" * 400])
def test_a_stage_that_the_procedure_lacks_is_refused(dispute: Dispute, cast: Cast, stage: str) -> None:
    answer = read(cast.own_manager, dispute, f"counterparts/?stage={stage}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["stage"])


def references(user: User, **query: Any) -> list[str]:
    return [row["reference"] for row in Caller(user).get("disputes/", **query).json()["results"]]


def test_the_list_shows_what_the_person_may_know_of(world: World, cast: Cast) -> None:
    mine, other = world.sent(), world.log(cast.police, raiser=cast.colleague)
    assert references(cast.raiser) == [mine.reference]
    assert references(cast.stranger) == []
    assert set(references(cast.lead)) == {mine.reference, other.reference}


def test_the_list_is_filtered(world: World, cast: Cast) -> None:
    sent, hop = world.sent(), world.log(cast.police)
    assert references(cast.raiser, stage=0) == [hop.reference]
    assert references(cast.raiser, agency=str(cast.social_care.pk)) == [sent.reference]
    assert references(cast.raiser, state=State.RESOLVED) == []
    assert references(cast.receiver, role="held") == [sent.reference]
    assert references(cast.receiver, role="raised") == []


def test_what_is_overdue_can_be_asked_for(dispute: Dispute, cast: Cast, traveller: Any) -> None:
    late = dispute
    traveller.move_to("2026-03-03T10:00:01Z")
    assert references(cast.raiser, overdue="true") == [late.reference]
    assert references(cast.raiser, overdue="false") == []


def test_at_the_due_moment_itself_nothing_is_overdue(dispute: Dispute, cast: Cast, traveller: Any) -> None:
    traveller.move_to("2026-03-03T10:00:00Z")
    assert references(cast.raiser, overdue="true") == []


def test_pages_lead_through_the_whole_list_once(world: World, cast: Cast) -> None:
    every = {world.log().reference for _ in range(5)}
    caller, found = Caller(cast.raiser), []
    page = caller.get("disputes/", limit=2).json()
    while page["next"]:
        found += [row["reference"] for row in page["results"]]
        page = caller.client.get(page["next"]).json()
    found += [row["reference"] for row in page["results"]]
    assert (len(found), set(found)) == (5, every)


@pytest.mark.parametrize(
    ("name", "value"),
    [("state", "lost"), ("stage", "8"), ("stage", "9" * 30), ("overdue", "perhaps"), ("agency", "x"), ("role", "chair"), ("limit", "0"),
     ("limit", "101"), ("cursor", "x"), ("cursor", "%00"), ("cursor", "MjAyNi0wMy0wMn54"), ("cursor", "é"), ("state", "\x00"), ("stat", "open")],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_beside_its_name(world: World, cast: Cast, name: str, value: str) -> None:
    answer = Caller(cast.raiser).get("disputes/", **{name: value})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])


def test_the_list_takes_as_many_queries_for_twenty_as_for_one(world: World, cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _ in range(20):
        world.log()
    caller = Caller(cast.raiser)
    with django_assert_max_num_queries(20):
        assert len(caller.get("disputes/").json()["results"]) == 20


def test_a_draft_that_came_back_is_its_writer_s_to_see_and_nobody_else_s(world: World, cast: Cast) -> None:
    dispute = world.log()
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Say what was tried.")
    assert read(cast.raiser, dispute).json()["state"] == "draft"
    assert read(cast.own_manager, dispute).status_code == 404


def test_no_answer_may_be_kept_on_the_way(dispute: Dispute, cast: Cast) -> None:
    assert read(cast.receiver, dispute).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("part", ["", "events/", "clocks/", "counterparts/", "documents/"])
def test_an_auditor_says_why_before_reading_and_the_reason_is_kept(world: World, cast: Cast, part: str, dispute: Dispute) -> None:
    refused = read(cast.auditor, dispute, part)
    assert (refused.status_code, Reading.objects.count()) == (400, 0)
    assert "Say why you look at it" in refused.content.decode()
    assert read(cast.auditor, dispute, part, why="March’s sample – Year 2").status_code == 200
    assert Reading.objects.get().reason == "March’s sample – Year 2"


def test_a_reason_in_the_address_is_refused_since_addresses_are_logged(cast: Cast, dispute: Dispute) -> None:
    refused = read(cast.auditor, dispute, "?reason=Sample")
    assert (refused.status_code, Reading.objects.count()) == (400, 0)
    assert "in the header X-Reason" in refused.content.decode()


@pytest.mark.parametrize("place", ["me/", "agencies/", "agencies/{agency}/", "levels/", "procedures/", "procedures/{version}/"])
def test_an_address_that_takes_no_query_refuses_what_it_would_leave_aside(world: World, cast: Cast, place: str) -> None:
    caller, address = Caller(cast.raiser), place.format(agency=cast.school.pk, version=world.version.pk)
    refused = caller.get(f"{address}?active=false")
    assert (refused.status_code, refused.json()["errors"]) == (400, {"active": ["This is not something that is asked."]})
    assert caller.get(address).status_code == 200


def test_what_a_query_gives_twice_is_refused_instead_of_the_last_being_taken(cast: Cast, dispute: Dispute) -> None:
    caller = Caller(cast.raiser)
    refused = caller.get("disputes/?state=open&state=closed&limit=1&limit=2")
    twice = ["This is given twice: send it once."]
    assert (refused.status_code, refused.json()["errors"]) == (400, {"state": twice, "limit": twice})
    assert [row["reference"] for row in caller.get("disputes/?state=open&limit=2").json()["results"]] == [dispute.reference]


@pytest.mark.parametrize("header", ["%ff%fe", "Sample %C3", "Sample %00", "Sample \xe9"])
def test_a_reason_that_is_no_text_is_refused_and_not_kept_with_other_signs_in_its_place(cast: Cast, dispute: Dispute, header: str) -> None:
    refused = Caller(cast.auditor).client.get(f"/api/v1/disputes/{dispute.reference}/", headers={"X-Reason": header})
    assert (refused.status_code, refused.json()["errors"]) == (400, {"reason": ["Send the reason in X-Reason as percent-encoded UTF-8."]})
    assert not Reading.objects.exists()


def test_a_reason_that_cannot_be_kept_is_refused(cast: Cast, dispute: Dispute) -> None:
    for why in ("x" * 201, "NUL \0"):
        assert (read(cast.auditor, dispute, why=why).status_code, Reading.objects.count()) == (400, 0)


def test_nobody_else_is_asked_for_a_reason(dispute: Dispute, cast: Cast) -> None:
    assert read(cast.receiver, dispute).status_code == 200
    assert Reading.objects.get().reason == ""
