"""The register of who processed what: from the ledgers, by agency and period, as a page and as every line."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.models import Membership, PostHolding, User
from agencies.roles import Role
from agencies.services.members import give_role, leave_agency
from escalation.engine.case import load
from escalation.engine.perform import perform
from escalation.models import Dispute, Reading
from escalation.record_policy import stay_inside, stays_inside
from escalation.services.guest_door import person_of_guest
from escalation.states import Answer, Audience, EventKind, Verb
from reports import policy, processing
from reports.models import ReportEvent
from reports.periods import Period
from tests.cast import Cast
from tests.escalation.attached import attach, clean_here
from tests.factories import make_holding, make_member
from tests.guests import invited
from tests.kept import kept_fixture
from tests.world import MONDAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
ASKED = {"first_0": "1", "first_1": "3", "first_2": "2026", "last_0": "31", "last_1": "3", "last_2": "2026"}


@pytest.fixture(autouse=True)
def _in_april() -> Iterator[None]:
    with time_machine.travel("2026-04-01T10:00:00Z", tick=False):
        yield


@kept_fixture
def dispute(world: World) -> Dispute:
    found = world.sent()
    Reading.objects.create(dispute=found, reader=world.cast.receiver, part="case", recorded_at=MONDAY)
    Reading.objects.create(dispute=found, reader=world.cast.auditor, part="case", reason="=A yearly sample.", recorded_at=MONDAY)
    return found


def whole(world: World, user: User, agency: Any = None, period: Period = MARCH) -> set[tuple[str, str, str]]:
    found = processing.steps(world.person(user), world.cast.partnership, agency, period)
    return {(step.who, step.did, step.what) for step in found}


def test_it_holds_who_recorded_and_who_looked(world: World, dispute: Dispute) -> None:
    found = whole(world, world.cast.business_unit)
    assert {("Aled Morgan", "Recorded", "Logged"), ("Rashida Shah", "Looked", "Case"), ("Sian Doyle", "Looked", "Case")} <= found


def test_an_agencys_part_is_what_its_people_did(world: World, dispute: Dispute) -> None:
    found = whole(world, world.cast.business_unit, world.cast.social_care)
    assert {who for who, _, _ in found} == {"Rashida Shah"}


def test_somebody_in_a_post_alone_is_of_the_agency_too(world: World, dispute: Dispute) -> None:
    cast = world.cast
    Membership.objects.filter(user=cast.receiver).delete()
    found = processing.steps(world.person(cast.business_unit), cast.partnership, cast.social_care, MARCH)
    assert {(step.who, step.agency) for step in found} == {("Rashida Shah", "Northshire Social Care")}
    sums = processing.summed(world.person(cast.receiving_lead), cast.partnership, cast.social_care, MARCH)
    assert [(one.who, one.agency) for one in sums] == [("Rashida Shah", "Northshire Social Care")]
    post = PostHolding.objects.get(user=cast.receiver).post
    make_holding(post, cast.raiser)
    schools = {step.who for step in processing.steps(world.person(cast.lead), cast.partnership, cast.school, MARCH)}
    assert cast.raiser.name in schools, "what was done for the school stays the school's"


def test_a_lead_asks_about_the_own_agency_alone_and_sees_what_they_may_know_of(world: World, dispute: Dispute) -> None:
    cast = world.cast
    hidden = world.log(is_restricted=True)
    own = policy.agencies_for(world.person(cast.lead), cast.partnership)
    assert own == [cast.school]
    found = processing.steps(world.person(cast.lead), cast.partnership, cast.school, MARCH)
    assert {step.reference for step in found} == {dispute.reference}
    assert hidden.reference not in {step.reference for step in found}
    assert policy.agencies_for(world.person(cast.raiser), cast.partnership) is None


def test_that_two_were_linked_is_in_the_register_of_those_alone_who_may_know_of_both(world: World, dispute: Dispute) -> None:
    cast, linked = world.cast, ("Aled Morgan", "Recorded", "Linked with another disagreement")
    before = [(one.who, one.recorded) for one in processing.summed(world.person(cast.lead), cast.partnership, cast.school, MARCH)]
    hidden = world.sent(is_restricted=True)
    world.do(dispute, Verb.LINK, cast.raiser, other=hidden.reference)
    assert linked in whole(world, cast.business_unit, cast.school)
    assert linked not in whole(world, cast.lead, cast.school)
    assert [(one.who, one.recorded) for one in processing.summed(world.person(cast.lead), cast.partnership, cast.school, MARCH)] == before


def test_a_day_outside_the_period_is_not_counted(world: World, dispute: Dispute) -> None:
    assert whole(world, world.cast.business_unit, None, Period(date(2026, 3, 3), date(2026, 3, 31))) == set()


def summed(world: World, agency: Any = None) -> list[tuple[str, str, int, int, int]]:
    found = processing.summed(world.person(world.cast.business_unit), world.cast.partnership, agency, MARCH)
    return [(row.who, row.agency, row.recorded, row.looked, len(row.disagreements)) for row in found]


def test_the_sums_are_those_of_the_lines(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ACKNOWLEDGE, world.cast.receiver)
    place = world.cast.social_care
    assert summed(world, place) == [("Rashida Shah", place.name, 1, 1, 1)]
    lines = processing.steps(world.person(world.cast.business_unit), world.cast.partnership, None, MARCH)
    counted = Counter((step.who, step.agency, step.did) for step in lines)
    assert len(counted) > 3
    both = [((who, place, did), number) for who, place, *sums, _ in summed(world) for did, number in zip(("Recorded", "Looked"), sums, strict=True)]
    assert {key: number for key, number in both if number} == counted


def test_what_an_agency_keeps_to_itself_is_in_its_own_register_alone(
    world: World, dispute: Dispute, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = world.cast
    clean_here(tmp_path, settings, monkeypatch)
    before = summed(world)
    parties, own = (attach(world, dispute, cast.own_manager, audience=audience) for audience in (Audience.PARTIES, Audience.AGENCY))
    world.do(dispute, Verb.ADD_NOTE, cast.own_manager, text="Ask legal.", private=True)
    for file in (parties, own):
        Reading.objects.create(dispute=dispute, reader=cast.own_manager, part=f"file: {file.event.number}", recorded_at=MONDAY)
    looks = [("Colin Reid", "Looked", f"File: {file.event.number}") for file in (parties, own)]
    theirs = {("Colin Reid", "Recorded", "Note"), ("Colin Reid", "Recorded", "File attached"), *looks}
    assert theirs <= whole(world, cast.lead, cast.school)
    assert theirs.isdisjoint(whole(world, cast.business_unit) | whole(world, cast.business_unit, cast.school))
    assert summed(world) == before


def test_what_happened_inside_the_raising_agency_before_it_was_sent_is_in_its_own_register_alone(world: World) -> None:
    cast, inside = world.cast, world.log()
    world.do(inside, Verb.ADD_NOTE, cast.own_manager, text="I doubt it.")
    Reading.objects.create(dispute=inside, reader=cast.own_manager, part="case", recorded_at=MONDAY)
    world.now += timedelta(hours=1)
    world.do(inside, Verb.SEND_ON, cast.own_manager)
    note = inside.events.get(kind=EventKind.NOTE)
    world.do(inside, Verb.CORRECT, cast.own_manager, number=note.number, text={"text": "I doubted it."}, why="It is over.")
    world.do(inside, Verb.REDACT, cast.own_manager, number=note.number, text={"text": "I it."}, why="Not needed.")
    recorded = {("Colin Reid", "Recorded", what) for what in ("Note", "Sent on by the own agency", "Correction", "Typed text erased")}
    theirs = {("Colin Reid", "Looked", "Case"), *recorded}
    assert theirs <= whole(world, cast.lead, cast.school)
    for agency in (None, cast.school):
        found = whole(world, cast.business_unit, agency)
        assert theirs.isdisjoint(found)
        assert {what for who, _, what in found if who == "Colin Reid"} == {"Stage begun", "Sent to the other agency"}
        assert "Logged" in {what for *_, what in found}


def test_a_file_that_went_out_with_the_disagreement_is_in_the_register_of_each_agency_that_may_open_it(
    world: World, cast: Cast, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attached at the own manager, for the parties; withdrawn later."""
    clean_here(tmp_path, settings, monkeypatch)
    sent = world.log()
    file = attach(world, sent, cast.own_manager, audience=Audience.PARTIES)
    world.do(sent, Verb.SEND_ON, cast.own_manager)
    Reading.objects.create(dispute=sent, reader=cast.receiver, part=f"file: {file.event.number}", recorded_at=MONDAY)
    world.do(sent, Verb.WITHDRAW_FILE, cast.own_manager, file=file.pk, reason="The wrong one.")
    theirs = {
        ("Rashida Shah", "Looked", f"File: {file.event.number}"),
        *(("Colin Reid", "Recorded", what) for what in ("File attached", "File withdrawn", "Typed text erased")),
    }
    assert theirs <= whole(world, cast.receiving_lead) | whole(world, cast.receiving_lead, cast.social_care)
    assert theirs.isdisjoint(whole(world, cast.business_unit))


def test_rows_and_a_single_line_answer_alike_whether_it_stays_inside(cast: Cast) -> None:
    """Devon's first stage is the own agency's, and its lines carry that stage."""
    world = World(cast, "devon")
    dispute = world.log()
    world.do(dispute, Verb.ADD_NOTE, cast.raiser, text="I doubt it.")
    note = dispute.events.get(kind=EventKind.NOTE)
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground="not_resolved", reason="We are clear now.")
    for line in (note, dispute.events.get(kind=EventKind.SUBMITTED)):
        world.do(dispute, Verb.CORRECT, cast.raiser, number=line.number, text=dict.fromkeys(line.body.text, "Put right."), why="A slip.")
    case = load([dispute.pk], now=world.now, lock=False)[0]
    hidden = {line.number for line in dispute.events.all() if stays_inside(case, line)}
    assert {line.number for line in dispute.events.filter(stay_inside())} == hidden
    assert note.stage == 1
    assert {note.number, dispute.events.filter(kind=EventKind.CORRECTED).earliest("number").number} <= hidden


def test_two_of_the_same_name_are_two(world: World, dispute: Dispute) -> None:
    cast = world.cast
    User.objects.filter(pk=cast.receiving_senior.pk).update(name=cast.receiver.name)
    Reading.objects.create(dispute=dispute, reader=cast.receiving_senior, part="case", recorded_at=MONDAY)
    assert summed(world, cast.social_care) == [("Rashida Shah", cast.social_care.name, 0, 1, 1)] * 2


def test_what_a_guest_recorded_and_looked_at_counts_for_the_agency_that_asked_them(world: World, dispute: Dispute) -> None:
    cast = world.cast
    guest = invited(world, dispute)
    Reading.objects.create(dispute=dispute, guest=guest, part="case", recorded_at=MONDAY)
    perform(dispute.pk, Verb.ACKNOWLEDGE, actor=person_of_guest(guest), now=MONDAY)
    amira = "Amira Jones, Practice manager (no account)"
    for agency, there in ((cast.social_care, True), (None, True), (cast.school, False)):
        assert ((amira, cast.social_care.name, 1, 1, 1) in summed(world, agency)) is there
        assert ((amira, "Recorded", "Acknowledged") in whole(world, cast.business_unit, agency)) is there


def test_what_the_unit_does_on_behalf_of_an_agency_is_not_what_its_people_did(world: World, dispute: Dispute) -> None:
    cast = world.cast
    world.do(dispute, Verb.RESPOND, cast.business_unit, answer=Answer.DISAGREES, reasons="Told us by telephone.")
    assert dispute.events.get(kind=EventKind.ANSWERED).agency == cast.social_care
    assert {who for who, *_ in summed(world, cast.social_care)} == {"Rashida Shah"}
    assert {who for who, _, _ in whole(world, cast.business_unit, cast.social_care)} == {"Rashida Shah"}
    assert [place for who, place, *_ in summed(world) if who == "Kiran Patel"] == [cast.partnership.name]


def test_who_sits_in_two_agencies_counts_for_each_what_they_did_for_it(world: World, dispute: Dispute) -> None:
    cast = world.cast
    make_member(cast.receiver, cast.school, Role.PRACTITIONER)
    world.do(dispute, Verb.ACKNOWLEDGE, cast.receiver)
    recorded = [
        (agency, ("Rashida Shah", "Recorded", "Acknowledged") in whole(world, cast.business_unit, agency))
        for agency in (cast.school, cast.social_care)
    ]
    assert recorded == [(cast.school, False), (cast.social_care, True)]


def test_the_sums_are_of_every_line_also_where_the_file_is_cut(world: World, dispute: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processing, "MOST", 2)
    unit = world.person(world.cast.business_unit)
    assert len(processing.steps(unit, world.cast.partnership, None, MARCH)) == 2
    assert sum(recorded + looked for _, _, recorded, looked, _ in summed(world)) > 2
    client = Client()
    client.force_login(world.cast.business_unit)
    assert "The data file holds the newest" in client.get(reverse("processing"), ASKED).content.decode()


def test_page_and_file_say_the_same_and_the_file_is_on_record(world: World, dispute: Dispute) -> None:
    client = Client()
    client.force_login(world.cast.business_unit)
    page = client.get(reverse("processing"), ASKED).content.decode()
    assert "Sian Doyle" in page
    answer = client.get(reverse("processing-data"), ASKED)
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0] == list(processing.HEADER)
    assert len(rows) - 1 == len(processing.steps(world.person(world.cast.business_unit), world.cast.partnership, None, MARCH))
    assert "'=A yearly sample." in {row[-1] for row in rows}
    assert ReportEvent.objects.get().words.startswith("Took the register of who processed what, everybody, 1 March 2026 to 31 March 2026")


@pytest.mark.parametrize("wrong", [{"first_1": "13"}, {"last_1": "2"}, {"agency": "x"}, {"last_2": "9999"}])
def test_days_and_agencies_that_cannot_be_are_said_beside_their_field(world: World, dispute: Dispute, wrong: dict[str, str]) -> None:
    client = Client()
    client.force_login(world.cast.business_unit)
    answer = client.get(reverse("processing"), ASKED | wrong)
    assert (answer.status_code, "There is a problem" in answer.content.decode()) == (400, True)


def test_a_lead_finds_it_and_the_list_for_review_on_the_own_agencys_page_and_a_senior_manager_does_not(world: World) -> None:
    for user, found in ((world.cast.lead, True), (world.cast.own_senior, False)):
        client = Client()
        client.force_login(user)
        page = client.get(reverse("my-agency")).content.decode()
        assert ((reverse("processing") in page), (reverse("keeping") in page)) == (found, found)


def test_who_changed_agencies_counts_for_each_what_they_did_while_they_sat_there(world: World, dispute: Dispute) -> None:
    cast = world.cast
    world.now += timedelta(days=1)
    leave_agency(actor=None, user=cast.receiver, agency=cast.social_care, now=world.now)
    give_role(actor=None, user=cast.receiver, place=cast.school, role=Role.PRACTITIONER, now=world.now)
    for minutes in (1, 2):
        Reading.objects.create(dispute=dispute, reader=cast.receiver, part="case", recorded_at=world.now + timedelta(minutes=minutes))
    unit = world.person(cast.business_unit)
    for agency, looks in ((cast.social_care, 1), (cast.school, 2)):
        lines = [step for step in processing.steps(unit, cast.partnership, agency, MARCH) if step.who == "Rashida Shah"]
        assert [(step.agency, step.did) for step in lines] == [(agency.name, "Looked")] * looks
        assert ("Rashida Shah", agency.name, 0, looks, 1) in summed(world, agency)
    assert {row[:4] for row in summed(world) if row[0] == "Rashida Shah"} == {
        ("Rashida Shah", cast.social_care.name, 0, 1), ("Rashida Shah", cast.school.name, 0, 2),
    }  # fmt: skip
