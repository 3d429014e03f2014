"""Each party's own reference of a child, disagreements about the same child found and linked, and everything about one child for the unit.

Nothing confirms that something exists to somebody who may not see it: each refusal is compared with that for what is not there.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from agencies.errors import InvalidInput, NotAllowed
from agencies.models import User
from escalation import policy
from escalation.engine.case import assemble
from escalation.models import Child, ChildReference, Dispute, DisputeLink, Event, Notification, Reading
from escalation.selectors.around import about_children, known_of, others_of
from escalation.selectors.case_file import case_file
from escalation.selectors.one_child import opened_with
from escalation.selectors.worklist import find
from escalation.services.children import NO_OTHER
from escalation.services.one_child import everything_about
from escalation.services.reading import HOLDS
from escalation.services.submission import ChildAnswer
from escalation.states import EventKind, Message, Verb
from tests.cast import Cast
from tests.escalation.verbs import refused
from tests.factories import make_holder
from tests.world import World

pytestmark = pytest.mark.django_db
TWO = [{"initials": "AB", "born_on": "2015-05-01", "reference": "S-1001"}, {"initials": "CD", "born_on": "2018-02-03"}]
BORN = date(2015, 5, 1)
REASON = "A serious incident was notified this morning."


@pytest.fixture
def elsewhere(world: World, cast: Cast) -> Dispute:
    """The police raise another about the same child with social care, under a reference of their own."""
    raiser = make_holder(cast.police, 1, "Wendy Frame", title="Constable")
    return by_police(world, raiser)


def by_police(world: World, raiser: User, *, sent: bool = True, **child: Any) -> Dispute:
    children = [{"initials": "a.b.", "born_on": "2015-05-01", "reference": "P-77"} | child]
    cast, school = world.cast, world.cast.school
    object.__setattr__(cast, "school", cast.police)
    try:
        dispute = world.log(raiser=raiser, children=children)
    finally:
        object.__setattr__(cast, "school", school)
    if sent and dispute.stage == 0:
        world.do(dispute, Verb.SEND_ON, cast.police_manager)
    return world.fresh(dispute)


def seen_by(world: World, dispute: Dispute, user: User) -> list[str]:
    case, person = assemble([world.fresh(dispute)], now=world.now)[0], world.person(user)
    return [row.reference for row in others_of(case, person, known_of(case, person)).related]


def test_a_receiving_holder_adds_their_own_reference_and_finds_it_by_that(world: World, dispute: Dispute, cast: Cast) -> None:
    world.do(dispute, Verb.ADD_REFERENCE, cast.receiver, reference=" SC 4411 ")
    assert ChildReference.objects.get(agency=cast.social_care).reference == "SC 4411"
    assert [row.pk for row in find(world.person(cast.receiver), None, "sc 4411", world.now)] == [dispute.pk]
    assert find(world.person(cast.own_manager), None, "SC 4411", world.now) == []


def test_the_record_says_to_that_agency_alone_that_a_reference_was_added_and_never_which(world: World, dispute: Dispute, cast: Cast) -> None:
    world.do(dispute, Verb.ADD_REFERENCE, cast.receiver, reference="SC 4411")
    line = dispute.events.get(kind=EventKind.REFERENCE_ADDED)
    assert (line.private_to, line.body_digest, "SC 4411" in str(line.facts)) == (cast.social_care, "", False)
    kinds = {user: _kinds(world, dispute, user) for user in (cast.receiving_lead, cast.lead, cast.auditor)}
    assert [EventKind.REFERENCE_ADDED in found for found in kinds.values()] == [True, False, False]


def _kinds(world: World, dispute: Dispute, user: User) -> set[str]:
    return {entry.kind for entry in case_file(assemble([world.fresh(dispute)], now=world.now)[0], world.person(user), world.now).entries}


def test_a_reference_is_put_right_by_entering_it_again(world: World, dispute: Dispute, cast: Cast) -> None:
    world.do(dispute, Verb.ADD_REFERENCE, cast.lead, reference="S-1002")
    assert ChildReference.objects.get(agency=cast.school).reference == "S-1002"
    with refused(dispute, InvalidInput, "already"):
        world.do(dispute, Verb.ADD_REFERENCE, cast.lead, reference="S-1002")


@pytest.mark.parametrize("given", [{"reference": ""}, {"reference": "x" * 41}, {"reference": "a\x00"}, {"reference": "S", "agency": "school"}])
def test_what_cannot_be_kept_as_a_reference_is_refused_beside_its_field(world: World, dispute: Dispute, cast: Cast, given: dict[str, Any]) -> None:
    more = {"agency": cast.school.pk} if "agency" in given else {}
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.ADD_REFERENCE, cast.receiver, **given | more)
    assert caught.value.field == ("agency" if more else "reference")


def test_of_several_children_the_one_meant_is_named(world: World, cast: Cast) -> None:
    dispute = world.sent(children=TWO)
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.ADD_REFERENCE, cast.receiver, reference="SC 1")
    assert caught.value.field == "child"
    second = Child.objects.get(dispute=dispute, ordinal=2)
    world.do(dispute, Verb.ADD_REFERENCE, cast.receiver, reference="SC 2", child=second.pk)
    assert ChildReference.objects.get(agency=cast.social_care).child == second


@pytest.mark.parametrize("part", ["raiser", "own_senior", "business_unit", "auditor"])
def test_only_who_holds_it_or_leads_a_party_adds_a_reference(world: World, dispute: Dispute, cast: Cast, part: str) -> None:
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.ADD_REFERENCE, getattr(cast, part), reference="X 1")


@pytest.mark.engines
def test_others_about_the_child_are_found_by_birth_and_initials_among_those_one_may_see(
    world: World, dispute: Dispute, elsewhere: Dispute, cast: Cast
) -> None:
    assert seen_by(world, dispute, cast.receiver) == [elsewhere.reference]
    assert seen_by(world, elsewhere, cast.receiving_lead) == [dispute.reference]
    assert seen_by(world, dispute, cast.lead) == []
    assert seen_by(world, elsewhere, cast.police_manager) == []


@pytest.mark.engines
def test_others_are_found_by_the_own_agencys_reference_where_the_birth_differs(world: World, dispute: Dispute, cast: Cast) -> None:
    unborn = world.sent(children=[{"initials": "XX", "is_unborn": True, "reference": "s-1001"}])
    assert seen_by(world, dispute, cast.lead) == [unborn.reference]
    assert seen_by(world, dispute, cast.receiver) == []


@pytest.mark.engines
@pytest.mark.parametrize(("written", "typed"), [("Lcs 44 721", "lcs44721"), ("LCS44721", " lcs 44 721 "), ("s-1001", "S-1001")])
def test_in_any_case_and_spacing_a_reference_finds_its_child_by_every_door_as_a_search_does(
    world: World, dispute: Dispute, cast: Cast, written: str, typed: str
) -> None:
    ChildReference.objects.filter(child__dispute=dispute).update(reference=written)
    other = world.sent(children=[{"initials": "XX", "is_unborn": True, "reference": typed}])
    unlike = world.sent(children=[{"initials": "YY", "is_unborn": True, "reference": "lcs44722"}])
    lead = world.person(cast.lead)
    assert set(find(lead, None, typed, world.now)) == {dispute, other}
    assert seen_by(world, dispute, cast.lead) == [other.reference]
    assert seen_by(world, unlike, cast.lead) == []
    again = [ChildAnswer("ZZ", None, reference=typed)]
    assert {row.reference for row in about_children(lead, cast.partnership.pk, cast.school.pk, again)} == {dispute.reference, other.reference}
    assert set(ask(world, reference=typed, agency=cast.school.pk)) == {dispute, other}
    assert set(ask(world, reference=written, agency=cast.school.pk)) == {dispute, other}


@pytest.mark.parametrize("part", ["business_unit", "auditor"])
def test_who_oversees_is_not_told_unasked_that_two_are_about_one_child(
    world: World, dispute: Dispute, elsewhere: Dispute, cast: Cast, part: str
) -> None:
    person = world.person(getattr(cast, part))
    assert Dispute.objects.visible_to(person).filter(pk=elsewhere.pk).exists()
    assert seen_by(world, dispute, getattr(cast, part)) == []
    assert about_children(person, cast.partnership.pk, cast.school.pk, [ChildAnswer("AB", BORN, reference="S-1001")]) == []


def test_while_logging_a_person_hears_of_those_that_they_may_see(world: World, dispute: Dispute, elsewhere: Dispute, cast: Cast) -> None:
    child = [ChildAnswer("A B", BORN)]
    of = cast.partnership.pk
    receiver, lead = world.person(cast.receiver), world.person(cast.lead)
    assert {row.reference for row in about_children(receiver, of, cast.social_care.pk, child)} == {dispute.reference, elsewhere.reference}
    assert [row.reference for row in about_children(lead, of, cast.school.pk, child)] == [dispute.reference]
    assert about_children(world.person(cast.colleague), of, cast.school.pk, child) == []
    assert about_children(lead, of, cast.school.pk, [ChildAnswer("AB", BORN + timedelta(days=1))]) == []


def test_who_may_see_both_links_them_and_both_records_say_so(world: World, dispute: Dispute, elsewhere: Dispute, cast: Cast) -> None:
    world.do(dispute, Verb.LINK, cast.receiver, other=elsewhere.reference.lower())
    link = DisputeLink.objects.get()
    assert {link.dispute, link.other} == {dispute, elsewhere}
    assert link.dispute_id < link.other_id
    lines = Event.objects.filter(kind=EventKind.LINKED)
    assert {(line.dispute, line.facts["other"]) for line in lines} == {(dispute, elsewhere.reference), (elsewhere, dispute.reference)}
    with refused(elsewhere, InvalidInput, "already"):
        world.do(elsewhere, Verb.LINK, cast.receiver, other=dispute.reference)


def test_the_link_shows_only_to_those_who_may_see_the_other(world: World, dispute: Dispute, elsewhere: Dispute, cast: Cast) -> None:
    world.do(dispute, Verb.LINK, cast.receiver, other=elsewhere.reference)
    assert seen_by(world, dispute, cast.business_unit) == [elsewhere.reference]
    assert seen_by(world, dispute, cast.lead) == []
    assert EventKind.LINKED in _kinds(world, dispute, cast.receiving_lead)
    assert EventKind.LINKED not in _kinds(world, dispute, cast.lead)
    assert EventKind.LINKED not in _kinds(world, elsewhere, cast.police_manager)


def test_linking_to_what_one_may_not_see_is_refused_like_linking_to_nothing(world: World, dispute: Dispute, elsewhere: Dispute, cast: Cast) -> None:
    for other in (elsewhere.reference, "ESC-ZZZZZZ", dispute.reference, ""):
        with refused(dispute, InvalidInput) as caught:
            world.do(dispute, Verb.LINK, cast.lead, other=other)
        assert (caught.value.field, caught.value.message) == ("other", str(NO_OTHER))
    assert not Event.objects.filter(kind=EventKind.LINKED).exists()


def ask(world: World, **given: Any) -> list[Dispute]:
    """What the unit opens; nothing where nothing is found."""
    person = world.person(world.cast.business_unit)
    first = everything_about(person, reason=REASON, now=world.now, **given)
    cases = opened_with(first, person, world.now) if first else []
    return [case.dispute for case in cases or []]


@pytest.mark.engines
def test_the_unit_opens_everything_about_one_child_that_has_left_its_agency(world: World, dispute: Dispute, elsewhere: Dispute, cast: Cast) -> None:
    world.log()
    other = world.sent(children=[{"initials": "AB", "born_on": "2015-05-02"}])
    assert set(ask(world, initials="ab", born_on=BORN)) == {dispute, elsewhere}
    person = world.person(cast.business_unit)
    assert policy.reads_narrative(person, assemble([elsewhere], now=world.now)[0]) is False
    assert not Reading.objects.filter(dispute=other).exists()


@pytest.mark.engines
def test_by_one_agencys_reference_the_child_is_found_under_the_others_too(world: World, dispute: Dispute, elsewhere: Dispute, cast: Cast) -> None:
    assert set(ask(world, reference="p-77", agency=cast.police.pk)) == {dispute, elsewhere}
    assert set(ask(world, reference=dispute.reference.lower())) == {dispute, elsewhere}
    assert ask(world, reference="P-77", agency=cast.school.pk) == []


def test_a_reference_that_the_unit_may_not_know_of_leads_to_its_child_no_more_than_none(
    world: World, dispute: Dispute, elsewhere: Dispute, cast: Cast
) -> None:
    world.do(dispute, Verb.MARK_CONFLICT, cast.business_unit, reason="Her sister teaches the child.")
    assert ask(world, reference=dispute.reference) == ask(world, reference="ESC-ZZZZZZ") == []
    assert ask(world, reference=elsewhere.reference) == [elsewhere]


def test_each_is_told_to_its_own_leads_and_stands_in_its_ledger(world: World, dispute: Dispute, elsewhere: Dispute, cast: Cast) -> None:
    ask(world, initials="AB", born_on=BORN)
    told = {(row.dispute, row.recipient) for row in Notification.objects.filter(kind=Message.LOOKED)}
    assert {pair for pair in told if pair[0] == dispute} == {(dispute, cast.lead), (dispute, cast.receiving_lead)}
    assert (elsewhere, cast.lead) not in told
    assert {(row.dispute, row.reader, row.reason) for row in Reading.objects.all()} == {
        (one, cast.business_unit, REASON) for one in (dispute, elsewhere)
    }


def test_of_two_children_who_are_opened_in_one_second_each_page_shows_its_own(world: World, dispute: Dispute, cast: Cast) -> None:
    other, unit = world.sent(children=[{"initials": "CD", "born_on": "2015-05-02"}]), world.person(cast.business_unit)
    asked = [("AB", BORN, world.now.replace(microsecond=200_000)), ("CD", date(2015, 5, 2), world.now.replace(microsecond=800_000))]
    keys = [everything_about(unit, reason=REASON, initials=initials, born_on=born, now=now) for initials, born, now in asked]
    shown = [[case.dispute for case in opened_with(key, unit, world.now) or []] for key in keys if key]
    assert shown == [[dispute], [other]]


def test_what_was_opened_closes_after_the_hour_and_is_nobody_elses(world: World, dispute: Dispute, cast: Cast) -> None:
    first = everything_about(world.person(cast.business_unit), reason=REASON, initials="AB", born_on=BORN, now=world.now)
    assert first is not None
    assert opened_with(first, world.person(cast.business_manager), world.now) is None
    assert opened_with(first, world.person(cast.business_unit), world.now + HOLDS) == []


@pytest.mark.parametrize(
    "given", [{}, {"initials": "AB"}, {"born_on": BORN}, {"reference": "  "}, {"initials": "AB", "born_on": BORN, "reason": " "}]
)
def test_without_a_child_and_a_reason_nothing_is_opened(world: World, dispute: Dispute, cast: Cast, given: dict[str, Any]) -> None:
    with refused(dispute, InvalidInput):
        everything_about(world.person(cast.business_unit), now=world.now, **{"reason": REASON} | given)
    assert not Reading.objects.exists()


@pytest.mark.parametrize("part", ["lead", "receiving_board", "chair", "auditor", "administrator", "stranger"])
def test_nobody_but_the_unit_asks_for_everything_about_a_child(world: World, dispute: Dispute, cast: Cast, part: str) -> None:
    with refused(dispute, NotAllowed):
        everything_about(world.person(getattr(cast, part)), reason=REASON, initials="AB", born_on=BORN, now=world.now)
