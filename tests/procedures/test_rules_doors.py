"""Doors with effect: what each procedure does where the matter is really something else."""

import pytest

from agencies.models import Agency, User
from agencies.roles import Role
from escalation.clocks import Unit
from escalation.engine.case import assemble
from escalation.models import Dispute
from escalation.procedures.definition import DoorDoes
from escalation.procedures.schema import shipped
from escalation.services.submission import Problems
from escalation.states import Advice, ClockState, Door, Ground, Verb
from tests.cast import Cast
from tests.factories import make_agency, make_holder
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of
from tests.world import london

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02 10:00"
STOPS = [(key, rule.door, "") for key, own in shipped().items() for rule in own.doors if rule.does == DoorDoes.STOP]
STOPS += [(key, rule.door, way.key) for key, own in shipped().items() for rule in own.doors for way in rule.ways if way.does == DoorDoes.STOP]


def refused(journey: Journey, **more: object) -> list[tuple[str, str]]:
    """What is said about a disagreement that the procedure does not take; nothing of it leaves the draft."""
    with pytest.raises(Problems) as caught:
        journey.logged(**more)
    assert not Dispute.objects.exclude(state="draft").exists()
    return caught.value.problems


@pytest.fixture
def senior(cast: Cast) -> User:
    """The school's senior officer, at level 4."""
    return make_holder(cast.school, 4, "Sol Amos", Role.SENIOR, title="Executive head")


@pytest.fixture
def their_senior(cast: Cast) -> User:
    """Social care's senior officer, at level 4."""
    return make_holder(cast.social_care, 4, "Tess Ray", Role.SENIOR, title="Head of service")


@pytest.fixture
def neighbour(cast: Cast) -> Agency:
    """Social care of another area."""
    agency = make_agency(cast.partnership, "Southshire Social Care", is_external=True)
    for level, name in ((2, "Ade Cole"), (3, "Bo Dunn"), (4, "Cy Eames")):
        make_holder(agency, level, name, Role.MANAGER if level == 2 else Role.SENIOR)
    return agency


@pytest.mark.parametrize(("key", "door", "way"), STOPS)
def test_what_a_procedure_does_not_take_is_refused_with_where_to_go(cast: Cast, key: str, door: Door, way: str) -> None:
    """ENF-10, DEV-14, BUC-10: neither by page nor by call is it stored as a disagreement."""
    (field, said), *_ = refused(Journey(cast, key, MONDAY), door=door, way=way)
    rule = shipped()[key].door(door)
    assert rule is not None
    words = rule.words if not way else next(each.words for each in rule.ways if each.key == way)
    assert (field, said) == ("way" if way else "door", f"It does not belong here. {words}")


def test_a_contested_way_of_managing_an_allegation_is_in_scope(cast: Cast) -> None:
    """ENF-10: the allegation itself and the conduct of a person are not."""
    assert Journey(cast, "enfield", MONDAY).sent(door=Door.ALLEGATION_HANDLING, themes=["allegation"]).stage == 1
    assert shipped()["enfield"].door(Door.CONDUCT).does == DoorDoes.STOP  # type: ignore[union-attr]


def test_dissent_from_a_conference_goes_to_the_own_agencys_stage_2_contact_and_starts_there(cast: Cast) -> None:
    """BUC-09: not to the line manager, and past stage 1."""
    journey = Journey(cast, "buckinghamshire", MONDAY).logged(door=Door.CONFERENCE_DISSENT)
    assert (journey.now.variant, journey.stage, journey.holder()) == ("conference_dissent", 0, cast.own_senior)
    journey.do(Verb.SEND_ON, cast.own_senior)
    assert (journey.stage, journey.asked()) == (2, {cast.receiving_lead})


def test_once_it_was_sent_on_the_same_contact_still_says_whether_they_share_it(cast: Cast) -> None:
    """BUC-09: nobody else of the own agency, the lead among them, takes the contact's place."""
    journey = Journey(cast, "buckinghamshire", MONDAY).logged(door=Door.CONFERENCE_DISSENT).do(Verb.SEND_ON, cast.own_senior)
    (case,) = assemble([journey.now], now=journey.world.now)
    assert cast.own_senior.pk in case.dissent_contacts
    assert case.hop_stage.name == "Designated person, operations manager or detective inspector"


def test_urgent_dissent_waits_for_nobody_and_is_still_put_to_the_contact(cast: Cast) -> None:
    """BUC-09: the contact is asked at once; who raised it may send it on at once."""
    soon = {"is_urgent": True, "respond_by": london("2026-03-02 18:00").isoformat()}
    journey = Journey(cast, "buckinghamshire", MONDAY).logged(door=Door.CONFERENCE_DISSENT, **soon)
    assert (journey.stage, journey.holder()) == (0, cast.own_senior)
    journey.do(Verb.SEND_ON, cast.raiser)
    assert journey.stage == 2


def test_without_a_door_it_is_the_line_manager_and_stage_1(cast: Cast) -> None:
    """BUC-09: the usual way beside it."""
    journey = Journey(cast, "buckinghamshire", MONDAY).logged()
    assert (journey.now.variant, journey.holder()) == ("", cast.own_manager)


def test_an_allegation_disputed_at_first_goes_to_the_designated_senior_manager(cast: Cast) -> None:
    """BUC-10, the first way: then from stage 1, as usual."""
    journey = Journey(cast, "buckinghamshire", MONDAY).logged(door=Door.ALLEGATION_HANDLING, way="at_first")
    assert (journey.now.variant, journey.holder()) == ("allegation_at_first", cast.own_senior)
    assert journey.do(Verb.SEND_ON, cast.own_senior).stage == 1


def test_an_allegation_left_unresolved_starts_with_the_named_senior_officers(cast: Cast, senior: User, their_senior: User) -> None:
    """BUC-10, the third way: no manager and no stage comes before."""
    journey = Journey(cast, "buckinghamshire", MONDAY).logged(door=Door.ALLEGATION_HANDLING, way="unresolved")
    assert (journey.stage, journey.holder(), journey.asked()) == (3, senior, {their_senior})


def test_which_of_the_three_ways_must_be_said(cast: Cast) -> None:
    """BUC-10."""
    for way in ("", "sideways"):
        ((field, said),) = refused(Journey(cast, "buckinghamshire", MONDAY), door=Door.ALLEGATION_HANDLING, way=way)
        assert (field, said[:16]) == ("way", "Say which it is:")
        Dispute.objects.all().delete()


def test_across_the_borough_what_managers_do_not_settle_goes_up_at_once(cast: Cast, neighbour: Agency) -> None:
    """ENF-12: due when it is refused, in place of by the next working day; no meeting of all key agencies stands between."""
    journey = Journey(cast, "enfield", MONDAY).sent(neighbour, door=Door.CROSS_BOROUGH)
    (manager,) = journey.asked()
    journey.at("2026-03-02 11:00").disagrees(manager).do(Verb.REJECT, cast.own_manager, reason="It stays unsafe.")
    assert journey.due("at_once") == london("2026-03-02 11:00")
    assert journey.clock("referral").state == ClockState.SUPERSEDED
    journey.do(Verb.MOVE_UP, cast.own_manager, ground=Ground.NOT_RESOLVED, reason="The managers do not settle it.")
    assert {holder.name for holder in journey.asked()} == {"Bo Dunn"}
    running = journey.now.clocks.filter(state=ClockState.RUNNING, is_procedural=True)
    assert set(running.values_list("key", flat=True)) == {"five_days"}


def test_inside_the_borough_the_next_working_day_and_the_meeting_stand(cast: Cast) -> None:
    """ENF-12: the usual way beside it."""
    journey = Journey(cast, "enfield", MONDAY).sent()
    journey.disagrees(cast.receiver).do(Verb.REJECT, cast.own_manager, reason="It stays unsafe.")
    assert not journey.now.clocks.filter(key="at_once").exists()
    journey.do(Verb.MOVE_UP, cast.own_manager, ground=Ground.NOT_RESOLVED, reason="No.")
    assert journey.clock("meeting").state == ClockState.RUNNING
    assert shipped()["enfield"].stage(1).clocks[1].within.unit == Unit.NEXT_WORKING_DAY


def test_another_borough_is_another_borough(cast: Cast) -> None:
    """ENF-12: the short way is not open against an agency of the own area."""
    ((field, said),) = refused(Journey(cast, "enfield", MONDAY), door=Door.CROSS_BOROUGH)
    assert (field, said[:32]) == ("receiving", "Choose an agency of another area")


def test_inside_one_agency_it_is_that_agency_that_is_asked(cast: Cast) -> None:
    """BRI-22: the door and the choice agree, and another person of the agency answers."""
    ((field, _),) = refused(Journey(cast, "bristol", MONDAY), door=Door.OWN_AGENCY)
    assert field == "receiving"
    Dispute.objects.all().delete()
    journey = Journey.__new__(Journey)
    journey.cast, journey.world = cast, Journey(cast, "bristol", "2026-03-02 10:01").world
    journey.sent(cast.school, door=Door.OWN_AGENCY)
    assert journey.now.is_own_agency
    assert journey.asked().isdisjoint({cast.raiser, journey.holder()})


def test_telling_the_designated_officer_is_a_task_until_it_is_recorded(cast: Cast) -> None:
    """BUC-10, the first way: on the page of whoever takes it first."""
    journey = Journey(cast, "buckinghamshire", MONDAY).logged(door=Door.ALLEGATION_HANDLING, way="at_first")
    task = "Record who told the local authority designated officer"
    before = page_of(journey, cast.own_senior)
    assert task in before
    assert "Completed" not in before
    journey.do(Verb.RECORD_ADVICE, cast.own_senior, whom=Advice.DESIGNATED_OFFICER, who="The officer on duty", told="How it is handled.")
    assert "Completed" in page_of(journey, cast.own_senior)
