"""Doors, ways and what is asked only of some, in one call: the same rules as the pages."""

from dataclasses import replace
from typing import Any

import pytest

from escalation.engine.definitions import definition_of
from escalation.models import Dispute, Draft, ProcedureVersion
from escalation.procedures.schema import shipped
from escalation.services.procedures import publish
from escalation.states import EventKind
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.side_by_side import both_in_force
from tests.world import World, answers, chosen, london

pytestmark = pytest.mark.django_db


def call(cast: Cast, user: Any, **more: Any) -> Any:
    """Log it in one call, under the newest procedure."""
    procedure = str(World(cast, more.pop("key", "buckinghamshire"), now=london("2026-03-02 10:00")).version.procedure_id)
    return Caller(user).post("disputes/", answers(cast.social_care, procedure=procedure, **more))


@pytest.fixture(autouse=True)
def _at_its_moment(world: World) -> None:
    """The calls are made on the Monday of the tests."""


def test_what_the_procedure_does_not_take_is_refused_with_where_to_go(cast: Cast) -> None:
    """ENF-10: by call as by page; nothing is left behind."""
    answer = call(cast, cast.raiser, key="enfield", door="conduct")
    words = shipped()["enfield"].door("conduct").words  # type: ignore[union-attr]
    assert (answer.status_code, answer.json()["errors"]) == (400, {"door": [f"It does not belong here. {words}"]})
    assert not Draft.objects.exists()


def test_a_door_that_asks_wants_its_way(cast: Cast) -> None:
    answer = call(cast, cast.raiser, door="allegation_handling")
    assert list(answer.json()["errors"]) == ["way"]


def test_a_way_is_taken_by_its_key(cast: Cast) -> None:
    """BUC-10."""
    answer = call(cast, cast.raiser, door="allegation_handling", way="at_first")
    assert (answer.status_code, answer.json()["stage"], answer.json()["stage_name"]) == (201, 0, "Designated senior manager for allegations")
    assert Dispute.objects.get().variant == "allegation_at_first"


def test_a_way_without_a_door_is_a_slip(cast: Cast) -> None:
    assert call(cast, cast.raiser, way="at_first").json()["errors"] == {"way": ["Say first what it is."]}


def test_the_capacity_of_a_17_year_old_is_asked_for(cast: Cast) -> None:
    """BUC-08."""
    children = [{"initials": "AB", "born_on": "2009-01-01"}]
    assert list(call(cast, cast.raiser, children=children).json()["errors"]) == ["capacity_in_doubt"]
    assert call(cast, cast.raiser, children=children, capacity_in_doubt=False).status_code == 201


def test_whom_one_has_rung_stands_on_the_record(cast: Cast) -> None:
    """BRI-02."""
    body = {"is_urgent": True, "respond_by": "2026-03-02T18:00", "spoken_to": "R. Shah", "spoken_at": "2026-03-02T09:30"}
    assert call(cast, cast.raiser, key="bristol", **body).status_code == 201
    event = Dispute.objects.get().events.get(kind=EventKind.CONTACT)
    assert (event.happened_at, chosen(event)) == (london("2026-03-02 09:30"), {"reached": True})
    later = {**body, "spoken_at": "2026-03-02T17:00"}
    assert call(cast, cast.raiser, key="bristol", **later).json()["errors"] == {"spoken_at": ["That moment has not come yet."]}
    long_ago = {**body, "spoken_at": "2016-03-02T09:30"}
    assert call(cast, cast.raiser, key="bristol", **long_ago).json()["errors"] == {"spoken_at": ["That is more than a year ago."]}


def test_a_restricted_one_goes_by_the_business_unit_and_only_a_restricted_one(cast: Cast) -> None:
    """BRO-11."""
    kept = {"through_partnership": True, "kept_from": [str(cast.lead.pk)]}
    assert list(call(cast, cast.raiser, key="bromley", **kept).json()["errors"]) == ["kept_from", "through_partnership"]
    assert call(cast, cast.raiser, key="bromley", is_restricted=True, **kept).status_code == 201
    assert (Dispute.objects.get().runs.get().holder, Dispute.objects.get().conflicts) == (cast.business_manager, [str(cast.lead.pk)])


@pytest.mark.parametrize("named", ["business_manager", "receiver", "raiser", "chair"])
def test_it_is_kept_from_people_of_the_own_agency_alone_as_the_page_offers_them(cast: Cast, named: str) -> None:
    """BRO-11: nobody of the other side or the partnership is shut out by being named, nor does one name oneself."""
    user = getattr(cast, named)
    refused = call(cast, cast.raiser, is_restricted=True, kept_from=[str(cast.lead.pk), str(user.pk)])
    words = "Choose people of the agency that raises it, other than who raises or writes it."
    assert (refused.status_code, refused.json()["errors"]) == (400, {"kept_from": [words]})
    assert not Dispute.objects.exists()
    assert call(cast, cast.raiser, is_restricted=True, kept_from=[str(cast.lead.pk)]).status_code == 201


def test_the_record_says_from_how_many_it_is_kept(cast: Cast) -> None:
    kept = [str(cast.lead.pk), str(cast.own_manager.pk)]
    assert call(cast, cast.raiser, is_restricted=True, kept_from=[*kept, kept[0]]).status_code == 201
    assert Dispute.objects.get().events.get(kind=EventKind.SUBMITTED).facts["kept_from"] == 2


def test_a_third_party_logs_by_call_where_the_procedure_lets_it(cast: Cast) -> None:
    """DEV-09."""
    behalf = {"agency": str(cast.school.pk), "raiser": str(cast.raiser.pk)}
    assert call(cast, cast.reviewer, key="enfield", **behalf).status_code == 403
    assert call(cast, cast.reviewer, key="devon", **behalf).status_code == 201
    assert Dispute.objects.get().is_third_party


def test_a_procedure_tells_its_doors_ways_and_how_they_differ(cast: Cast) -> None:
    version = World(cast, "buckinghamshire", now=london("2026-03-02 10:00")).version
    doors = {door["door"]: door["ways"] for door in Caller(cast.raiser).get(f"procedures/{version.pk}/").json()["doors"]}
    assert [way["key"] for way in doors["allegation_handling"]] == ["at_first", "not_consulted", "unresolved"]
    assert [way["does"] for way in doors["conduct"]] == ["stop"]
    assert "It starts at stage 2 (Designated persons)." in doors["conference_dissent"][0]["differs"]


def test_a_door_to_another_procedure_names_it_and_there_the_same_answers_are_taken(world: World, cast: Cast) -> None:
    both_in_force(world)
    first, other = (ProcedureVersion.objects.filter(procedure__key=key).latest("number") for key in ("bristol", "hub"))
    doors = {door["door"]: door["ways"] for door in Caller(cast.raiser).get(f"procedures/{first.pk}/").json()["doors"]}
    (way,) = doors["mash_decision"]
    assert (way["does"], way["procedure"]) == ("redirect", str(other.procedure_id))
    body = answers(cast.social_care, procedure=str(first.procedure_id), door="mash_decision")
    refused = Caller(cast.raiser).post("disputes/", body)
    said = "It does not belong here. It goes on under: Decisions of the hub. The hub has a procedure of its own."
    assert (refused.status_code, refused.json()["errors"]) == (400, {"door": [said]})
    assert Caller(cast.raiser).post("disputes/", body | {"procedure": way["procedure"]}).status_code == 201
    assert definition_of(Dispute.objects.get().version_id).key == "hub"


def test_only_the_roles_that_the_procedure_names_raise_a_matter(cast: Cast, world: World) -> None:
    definition = replace(shipped()["bristol"], key="leads_only", raiser_roles=("safeguarding_lead",))
    version = publish(definition, cast.partnership, now=world.now, in_force_from=world.now.date()).version
    body = answers(cast.social_care, procedure=str(version.procedure_id))
    refused = Caller(cast.raiser).post("disputes/", body)
    assert refused.json()["errors"] == {
        "procedure": ["Under this procedure a disagreement is raised by: safeguarding lead. Ask them, or choose another procedure."]
    }
    assert Caller(cast.lead).post("disputes/", body).status_code == 201
