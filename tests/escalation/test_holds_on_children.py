"""Legal holds and who the child is: what they know a child by, and what stays when that is put right."""

from datetime import date
from typing import Any

import pytest

from escalation.engine.chain import canonical, keyed_by_each
from escalation.models import (
    Child,
    ChildReference,
    Dispute,
    EarlierChild,
    EarlierReference,
    LegalHold,
)
from escalation.selectors.one_child import opened_with
from escalation.services import drafts
from escalation.services.child_names import set_names
from escalation.services.keeping.access.asking import ask_about_child
from escalation.services.keeping.holds import holds_on, lift
from escalation.services.keeping.marks import reference_marks
from escalation.services.one_child import everything_about
from escalation.states import Verb
from tests.escalation.keeping import ended
from tests.escalation.test_holds import WHY, held_child
from tests.kept import kept_fixture
from tests.world import World

pytestmark = pytest.mark.django_db


@kept_fixture
def dispute(world: World) -> Dispute:
    return ended(world)


# -- who the child is, under a hold ------------------------------------------------------------------------------------------------------------
UNBORN = [{"initials": "UB", "is_unborn": True, "reference": "S-9"}]


def test_a_reference_is_put_right_under_a_hold_which_knows_the_child_by_both_and_what_was_there_stays(world: World) -> None:
    cast, dispute, other = world.cast, world.sent(children=UNBORN), world.sent()
    hold, elsewhere = held_child(world, agency=cast.school.pk, reference="S-9"), held_child(world)
    world.do(dispute, Verb.ADD_REFERENCE, cast.own_manager, reference="S-10")
    assert ChildReference.objects.get(child__dispute=dispute).reference == "S-10"
    assert EarlierReference.objects.get(child__dispute=dispute).reference == "S-9"
    assert (holds_on(dispute), holds_on(other)) == ([hold], [elsewhere])
    lift(world.person(cast.business_unit), hold.pk, reason="Over.")
    before = LegalHold.objects.get(pk=hold.pk).marks
    world.do(dispute, Verb.ADD_REFERENCE, cast.own_manager, reference="S-11")
    assert (holds_on(dispute), LegalHold.objects.get(pk=hold.pk).marks) == ([], before)


OVERWRITTEN: dict[str, dict[str, Any]] = {
    "the name taken away": {"without_name": True},
    "another name": {"name": "Zeb Quill"},
    "other initials": {"initials": "AD"},
    "another birth": {"born_on": date(2015, 5, 2)},
    "unborn after all": {"is_unborn": True},
}


@pytest.mark.parametrize("how", OVERWRITTEN)
def test_who_the_child_is_is_put_right_under_a_hold_and_what_was_there_stays(world: World, how: str) -> None:
    cast = world.cast
    set_names(actor=cast.business_unit, partnership=cast.partnership, is_on=True, now=world.now)
    dispute = world.sent(children=[{"initials": "AB", "born_on": "2015-05-01", "name": "Zebedee Quill"}])
    world.do(dispute, Verb.PLACE_HOLD, cast.business_unit, reason=WHY)
    who = ("initials", "born_on", "is_unborn", "name")
    before = Child.objects.filter(dispute=dispute).values_list(*who).get()
    world.do(dispute, Verb.CORRECT_CHILD, cast.receiver, **OVERWRITTEN[how])
    assert Child.objects.filter(dispute=dispute).values_list(*who).get() != before
    assert EarlierChild.objects.filter(child__dispute=dispute).values_list(*who).get() == before


def test_what_is_not_there_yet_is_added_under_a_hold_and_the_hold_knows_the_child_by_it(world: World) -> None:
    cast, dispute = world.cast, world.sent(children=UNBORN)
    hold = held_child(world, agency=cast.school.pk, reference="S-9")
    world.do(dispute, Verb.ADD_REFERENCE, cast.receiver, reference="L-10")
    world.do(dispute, Verb.CORRECT_CHILD, cast.receiver, born_on=date(2026, 3, 1))
    assert reference_marks(cast.social_care.pk, "L-10")[0] in LegalHold.objects.get(pk=hold.pk).marks
    assert holds_on(world.sent(children=[{"initials": "UB", "born_on": "2026-03-01"}])) == [hold]


def test_a_hold_goes_on_when_one_that_came_back_is_sent_with_another_reference(world: World) -> None:
    cast, dispute = world.cast, world.log(children=UNBORN)
    hold, person = held_child(world, agency=cast.school.pk, reference="S-9"), world.person(cast.raiser)
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Which reference?")
    drafts.save_draft(dispute.pk, person, {"children": [{**UNBORN[0], "reference": "S-10"}]}, now=world.now)
    assert holds_on(dispute) == [hold]
    drafts.submit(dispute.pk, person, now=world.now)
    assert holds_on(dispute) == [hold]


TWO = [{"initials": "AB", "born_on": "2015-05-01", "reference": "S-1"}, {"initials": "CD", "born_on": "2017-07-01", "reference": "S-2"}]


def test_a_brother_in_the_same_disagreement_is_not_the_child_whoever_looks(world: World) -> None:
    cast, unit = world.cast, world.person(world.cast.business_unit)
    both, brothers = world.sent(children=TWO), world.sent(children=TWO[1:])
    hold = held_child(world, agency=cast.school.pk, reference="s-1")
    assert (holds_on(both), holds_on(brothers)) == ([hold], [])
    names: dict[str, Any] = {"initials": "a b", "born_on": date(2015, 5, 1)}
    asked = ask_about_child(unit, partnership=cast.partnership.pk, reason="By letter.", identity="A passport.", now=world.now, **names)
    opened = opened_with(everything_about(unit, reason="A serious incident.", now=world.now, **names) or unit.id, unit, world.now)
    assert (asked.disputes, [case.dispute for case in opened or []]) == ([str(both.pk)], [both])


def test_a_hold_knows_a_child_by_its_reference_in_any_case_and_spacing(world: World) -> None:
    cast = world.cast
    spaced = world.sent(children=[UNBORN[0] | {"reference": "Lcs 44 721"}])
    hold = held_child(world, agency=cast.school.pk, reference="lcs44721")
    later = world.sent(children=[UNBORN[0] | {"reference": "LCS 44721"}])
    unlike = world.sent(children=[UNBORN[0] | {"reference": "LCS 44722"}])
    assert (holds_on(spaced), holds_on(later), holds_on(unlike)) == ([hold], [hold], [])


def test_a_hold_from_before_spaces_were_left_out_still_knows_its_child(world: World) -> None:
    cast, both = world.cast, world.sent(children=[UNBORN[0] | {"reference": "Lcs 44"}])
    hold = held_child(world, agency=cast.school.pk, reference="lcs 44")
    as_typed = keyed_by_each(canonical(["hold", "reference", str(cast.school.pk), "lcs 44"]))
    LegalHold.objects.filter(pk=hold.pk).update(marks=as_typed)
    assert holds_on(both) == [hold]


def test_a_hold_on_one_child_does_not_take_in_its_brother_when_a_reference_is_added(world: World) -> None:
    cast, both = world.cast, world.sent(children=[UNBORN[0], TWO[1]])
    hold = held_child(world, agency=cast.school.pk, reference="S-9")
    for place, reference in ((1, "L-10"), (2, "L-20")):
        world.do(both, Verb.ADD_REFERENCE, cast.receiver, reference=reference, child=Child.objects.get(dispute=both, ordinal=place).pk)
    known = LegalHold.objects.get(pk=hold.pk).marks
    assert [reference_marks(cast.social_care.pk, reference)[0] in known for reference in ("L-10", "L-20")] == [True, False]
    assert (holds_on(both), holds_on(world.sent(children=TWO[1:]))) == ([hold], [])
