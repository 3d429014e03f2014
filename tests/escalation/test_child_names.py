"""A child's full name: refused unless the business unit turned it on, shown only where the initials are, gone days after it is turned off."""

from datetime import date, timedelta
from typing import Any

import pytest

from agencies.errors import InvalidInput, NotAllowed
from agencies.models import DirectoryEvent
from agencies.services.identity.kept_forms import keep_form, kept_on
from escalation.engine.case import assemble
from escalation.models import Child, ChildNaming, Dispute, Draft
from escalation.selectors.guarded import guarded_children
from escalation.services import drafts
from escalation.services.audit import verify
from escalation.services.child_names import HIDDEN_FOR, set_names
from escalation.services.keeping.access.place import path_of
from escalation.services.keeping.due import end_what_is_over
from escalation.services.submission import Problems
from escalation.states import EventKind, Verb
from tests.cast import Cast
from tests.escalation.asked_access import about, about_child, held, made, piece, whole
from tests.escalation.keeping import anonymised, ended
from tests.escalation.verbs import refused
from tests.world import World, answers

pytestmark = pytest.mark.django_db
NAME = "Zebedee Quillfeather"
NAMED = [{"initials": "AB", "born_on": "2015-05-01", "reference": "S-1001", "name": NAME}]


def turn(world: World, *, on: bool, user: Any = None) -> str:
    return set_names(actor=user or world.cast.business_unit, partnership=world.cast.partnership, is_on=on, now=world.now)


@pytest.fixture
def named(world: World) -> Dispute:
    """A disagreement with a named child, in a partnership that takes names."""
    turn(world, on=True)
    return world.sent(children=NAMED)


def shown(world: World, dispute: Dispute, user: Any) -> list[str]:
    return [child.name for child in guarded_children(assemble([world.fresh(dispute)], now=world.now)[0], world.person(user))]


# -- on and off --------------------------------------------------------------------------------------------------------------------------------


def test_a_name_is_refused_where_nobody_turned_names_on_and_nothing_is_kept(world: World, cast: Cast) -> None:
    with pytest.raises(Problems, match="takes no full names"):
        world.log(children=NAMED)
    assert not Child.objects.exists()


def test_turned_on_a_name_is_kept_and_both_sides_see_it_in_the_guarded_block(world: World, cast: Cast, named: Dispute) -> None:
    assert Child.objects.get(dispute=named).name == NAME
    assert [shown(world, named, user) for user in (cast.raiser, cast.receiver)] == [[NAME], [NAME]]


@pytest.mark.parametrize(("name", "why"), [("x" * 121, "longer than 120 characters"), ("Zebedee\nQuillfeather", "holds a line break")])
def test_what_is_no_name_is_refused(world: World, name: str, why: str) -> None:
    turn(world, on=True)
    with pytest.raises(Problems, match=why):
        world.log(children=[NAMED[0] | {"name": name}])


def test_the_unit_alone_turns_it_on_with_a_line_on_the_directorys_record(world: World, cast: Cast) -> None:
    for user in (cast.administrator, cast.lead, cast.auditor, cast.stranger):
        with pytest.raises(NotAllowed):
            turn(world, on=True, user=user)
    words = turn(world, on=True)
    assert DirectoryEvent.objects.get(words=words).actor == cast.business_unit
    assert turn(world, on=True) == ""
    assert DirectoryEvent.objects.filter(words=words).count() == 1


def test_another_partnerships_choice_changes_nothing_here(world: World, cast: Cast) -> None:
    set_names(actor=None, partnership=cast.elsewhere, is_on=True, now=world.now)
    with pytest.raises(Problems):
        world.log(children=NAMED)


def test_turned_off_it_is_hidden_at_once_and_back_if_that_was_a_slip(world: World, cast: Cast, named: Dispute) -> None:
    turn(world, on=False)
    assert shown(world, named, cast.raiser) == [""]
    turn(world, on=True)
    assert shown(world, named, cast.raiser) == [NAME]


def test_seven_days_after_it_was_turned_off_the_job_erases_every_name_and_says_so(world: World, cast: Cast, named: Dispute) -> None:
    draft = drafts.begin_draft(world.person(cast.raiser), agency=cast.school.pk, now=world.now)
    drafts.save_draft(draft.pk, world.person(cast.raiser), answers(cast.social_care, children=NAMED), now=world.now)
    row = about_child(world)
    assert NAME in made(world, row).read("what-is-kept.html").decode()
    turn(world, on=False)
    end_what_is_over(world.now + HIDDEN_FOR - timedelta(seconds=1))
    assert Child.objects.filter(name=NAME).exists()
    end_what_is_over(world.now + HIDDEN_FOR)
    assert not path_of(row.pk).exists()
    assert not Child.objects.exclude(name="").exists()
    assert NAME not in str(list(Draft.objects.values_list("answers", flat=True)))
    assert Draft.objects.get(pk=draft.pk).answers["children"][0]["reference"] == "S-1001"
    assert DirectoryEvent.objects.filter(words__contains="which are no longer taken, were erased: ").count() == 1
    assert not ChildNaming.objects.exists()
    assert verify().findings == []


def test_a_name_under_a_legal_hold_stays_hidden_and_goes_once_it_is_lifted(world: World, cast: Cast, named: Dispute) -> None:
    world.do(named, Verb.PLACE_HOLD, cast.business_unit, reason="An inquest.")
    turn(world, on=False)
    end_what_is_over(world.now + HIDDEN_FOR)
    assert (Child.objects.get(dispute=named).name, shown(world, named, cast.raiser)) == (NAME, [""])
    world.do(named, Verb.LIFT_HOLD, cast.business_unit, reason="It is over.")
    end_what_is_over(world.now + HIDDEN_FOR)
    assert Child.objects.get(dispute=named).name == ""


def test_a_name_that_was_typed_and_not_sent_goes_from_the_sealed_form_and_the_rest_of_it_stays(world: World, cast: Cast, named: Dispute) -> None:
    person = world.person(cast.raiser)
    draft = drafts.begin_draft(person, agency=cast.school.pk, now=world.now)
    guest = f"/d/{named.reference}/invite-guest/"
    pages = {f"/log/{draft.reference}/child/": "child-0-name", f"/d/{named.reference}/correct-child/": "name", guest: "name"}
    for page, field in pages.items():
        keep_form(user=cast.raiser, page=page, action=page, typed=[(field, [NAME]), ("child-0-initials", ["AB"])], now=world.now)
    turn(world, on=False)
    end_what_is_over(world.now + HIDDEN_FOR)
    left = {page: kept_on(cast.raiser, page)[0][1] for page in pages}
    assert left.pop(guest)["name"] == [NAME], "which is somebody else's name"
    assert list(left.values()) == [{"child-0-initials": ["AB"]}] * 2


def test_a_draft_with_a_name_from_before_is_refused_until_the_name_is_left_out(world: World, cast: Cast) -> None:
    person = world.person(cast.raiser)
    draft = drafts.begin_draft(person, agency=cast.school.pk, now=world.now)
    drafts.save_draft(draft.pk, person, answers(cast.social_care, children=NAMED), now=world.now)
    with pytest.raises(Problems, match="Leave the name out"):
        drafts.submit(draft.pk, person, now=world.now)
    drafts.save_draft(draft.pk, person, answers(), now=world.now)
    drafts.save_draft(draft.pk, person, {"receiving": [str(cast.social_care.pk)]}, now=world.now)
    drafts.submit(draft.pk, person, now=world.now)


# -- put right ---------------------------------------------------------------------------------------------------------------------------------


def test_either_side_puts_right_who_the_child_is_and_the_record_says_which_part_and_never_what(world: World, cast: Cast, named: Dispute) -> None:
    world.do(named, Verb.CORRECT_CHILD, cast.receiver, born_on=date(2015, 5, 2), name="Zeb Quillfeather")
    child = Child.objects.get(dispute=named)
    assert (child.initials, child.born_on, child.name) == ("AB", date(2015, 5, 2), "Zeb Quillfeather")
    line = named.events.get(kind=EventKind.CHILD_CORRECTED)
    told = {key: line.facts[key] for key in ("child", "parts")}
    assert (told, set(line.facts) - set(told), line.body_digest) == ({"child": 1, "parts": ["name", "born_on"]}, {"guarded"}, "")


def test_a_child_that_has_been_born_gets_its_birthday(world: World, cast: Cast) -> None:
    dispute = world.sent(children=[{"initials": "UB", "is_unborn": True}])
    world.do(dispute, Verb.CORRECT_CHILD, cast.own_manager, initials="n.b.", born_on=date(2026, 3, 1))
    child = Child.objects.get(dispute=dispute)
    assert (child.initials, child.born_on, child.is_unborn) == ("NB", date(2026, 3, 1), False)


def test_a_name_is_taken_away_on_its_own(world: World, cast: Cast, named: Dispute) -> None:
    world.do(named, Verb.CORRECT_CHILD, cast.own_manager, without_name=True)
    assert Child.objects.get(dispute=named).name == ""


def test_what_was_put_right_comes_back_to_the_writer_with_what_is_sent_back(world: World, cast: Cast) -> None:
    dispute = world.log()
    world.do(dispute, Verb.CORRECT_CHILD, cast.own_manager, initials="AC")
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Not yet.")
    drafts.submit(dispute.pk, world.person(cast.raiser), now=world.now)
    assert Child.objects.get(dispute=dispute).initials == "AC"
    assert '"AB"' not in str(Draft.objects.values_list("answers", flat=True))


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({}, "initials"),
    "what is there already": ({"initials": "a b"}, "initials"),
    "a name for initials": ({"initials": "Zebedee Q"}, "initials"),
    "tomorrow": ({"born_on": date(2026, 3, 3)}, "born_on"),
    "born and unborn": ({"born_on": date(2015, 5, 2), "is_unborn": True}, "is_unborn"),
    "a name where none is taken": ({"name": NAME}, "name"),
    "a name and none": ({"name": NAME, "without_name": True}, "without_name"),
    "a NUL": ({"initials": "A\x00"}, "initials"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_puts_nothing_right_is_refused_beside_its_field(world: World, cast: Cast, dispute: Dispute, what: str) -> None:
    given, field = WRONG[what]
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.CORRECT_CHILD, cast.receiver, **given)
    assert caught.value.field == field


@pytest.mark.parametrize("part", ["business_unit", "auditor", "own_senior"])
def test_nobody_outside_puts_it_right(world: World, dispute: Dispute, cast: Cast, part: str) -> None:
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.CORRECT_CHILD, getattr(cast, part), initials="XX")


# -- where it goes -----------------------------------------------------------------------------------------------------------------------------


def test_anonymising_takes_the_name_with_it(world: World) -> None:
    turn(world, on=True)
    dispute = ended(world, children=NAMED)
    anonymised(world, dispute)
    assert Child.objects.get(dispute=dispute).name == ""


def test_who_asks_about_the_child_is_given_the_name_that_is_kept_and_a_colleague_is_not(world: World, cast: Cast, named: Dispute) -> None:
    world.do(named, Verb.ADD_NOTE, cast.own_manager, text=f"{NAME} was seen at school.", private=False)
    assert NAME in piece(held(world, about_child(world)), "born 1 May 2015").text
    pieces = held(world, about(world, cast.own_manager))
    assert piece(pieces, "was seen at school").names == [NAME]
    assert "born 1 May 2015" not in whole(pieces)


def test_a_childs_answer_gives_nothing_of_its_siblings_name_unless_somebody_chooses_so(world: World, cast: Cast) -> None:
    turn(world, on=True)
    sibling = {"initials": "CD", "born_on": "2017-01-01", "name": "Gwen Quillfeather"}
    dispute = world.sent(children=[*NAMED, sibling])
    world.do(dispute, Verb.ADD_NOTE, cast.own_manager, text=f"{NAME} said that Gwen was hurt by Mrs Quillfeather.", private=False)
    row = about_child(world)
    found = held(world, row)
    assert [one.leave_out for one in found if one.head.startswith("Child ")] == [False, True]
    note = piece(found, "was hurt")
    assert note.names == [cast.own_manager.name, "Gwen"], "never the child's own name nor what is in it"
    assert note.given(without_names=True)[1] == f"{NAME} said that [name removed] was hurt by Mrs Quillfeather."
    turn(world, on=False)
    found = held(world, row)
    assert [one.text for one in found if one.head.startswith("Child ")] == ["AB, born 1 May 2015", "CD, born 1 January 2017"], "hidden here too"
    assert "Gwen" in piece(found, "was hurt").names
