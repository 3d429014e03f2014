"""Putting right who a child is keeps what was there, for those who see the block, and tells the others that it was done and nothing more."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from escalation.engine.case import assemble
from escalation.models import Child, ChildReference, Dispute, Draft, EarlierChild, EarlierReference, Notification
from escalation.selectors.guarded import guarded_children
from escalation.services import drafts
from escalation.services.audit import verify
from escalation.services.child_names import HIDDEN_FOR, set_names
from escalation.services.keeping.due import end_what_is_over
from escalation.services.outbox import deliver
from escalation.states import Message, Verb
from tests.cast import Cast
from tests.escalation.asked_access import about, about_child, held, piece
from tests.escalation.keeping import anonymised, ended
from tests.guests import invited
from tests.lot import as_written
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db
NAME = "Zebedee Quillfeather"
NAMED = [{"initials": "AB", "born_on": "2015-05-01", "reference": "S-1001", "name": NAME}]


def turn(world: World, *, on: bool) -> None:
    set_names(actor=world.cast.business_unit, partnership=world.cast.partnership, is_on=on, now=world.now)


@pytest.fixture
def named(world: World) -> Dispute:
    turn(world, on=True)
    return world.sent(children=NAMED)


def before(world: World, dispute: Dispute, user: Any) -> list[tuple[str, str, str]]:
    case = assemble([world.fresh(dispute)], now=world.now)[0]
    return [(one.initials, one.born, one.name) for child in guarded_children(case, world.person(user)) for one in child.earlier]


# -- kept --------------------------------------------------------------------------------------------------------------------------------------


def test_each_earlier_version_stays_in_the_block_the_newest_first_with_the_moment_until_which_it_stood(world: World, cast: Cast) -> None:
    dispute = world.sent(children=[{"initials": "UB", "is_unborn": True}])
    world.do(dispute, Verb.CORRECT_CHILD, cast.receiver, born_on=date(2026, 3, 1))
    world.now += timedelta(hours=1)
    world.do(dispute, Verb.CORRECT_CHILD, cast.own_manager, initials="NB")
    assert before(world, dispute, cast.raiser) == before(world, dispute, cast.receiver) == [("UB", "1 March 2026", ""), ("UB", "Unborn", "")]
    assert list(EarlierChild.objects.values_list("until", flat=True)) == [world.now, world.now - timedelta(hours=1)]


def test_the_block_shows_it_and_no_other_page_does(world: World, cast: Cast, named: Dispute) -> None:
    world.do(named, Verb.CORRECT_CHILD, cast.receiver, initials="XY", name="Zeb Quill")
    holder = Visitor(cast.own_manager, world.now)
    block = holder.page(f"/d/{named.reference}/view/child/").one("main").text
    assert "Before it was put right" in block
    assert f"AB, {NAME}, 1 May 2015" in block
    for path in ("", "print/", "correct-child/"):
        assert NAME not in holder.get(f"/d/{named.reference}/{path}", follow=True).content.decode(), path
    assert Visitor(cast.business_unit, world.now).get(f"/d/{named.reference}/view/child/").status_code == 403


def test_what_was_put_right_inside_the_agency_stays_when_it_comes_back_to_its_writer_and_is_sent_again_otherwise(world: World, cast: Cast) -> None:
    dispute = world.log()
    world.do(dispute, Verb.CORRECT_CHILD, cast.own_manager, initials="AC")
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Not yet.")
    draft = Draft.objects.get(dispute=dispute)
    typed = [{**draft.answers["children"][0], "born_on": "2015-05-02"}, {"initials": "CD", "born_on": "2018-01-01"}]
    drafts.save_draft(dispute.pk, world.person(cast.raiser), {"children": typed}, now=world.now)
    drafts.submit(dispute.pk, world.person(cast.raiser), now=world.now)
    assert before(world, dispute, cast.raiser) == [("AC", "1 May 2015", ""), ("AB", "1 May 2015", "")]
    assert list(Child.objects.filter(dispute=dispute).values_list("initials", "born_on")) == [("AC", date(2015, 5, 2)), ("CD", date(2018, 1, 1))]


def references(world: World, dispute: Dispute, user: Any) -> list[tuple[str, Any]]:
    case = assemble([world.fresh(dispute)], now=world.now)[0]
    return [(one.reference, one.until) for child in guarded_children(case, world.person(user)) for one in child.earlier_references]


def test_an_agencys_reference_that_another_takes_the_place_of_stays_for_that_agency_alone(world: World, cast: Cast, dispute: Dispute) -> None:
    for words in ("SC 1", "SC 2", "SC 3"):
        world.do(dispute, Verb.ADD_REFERENCE, cast.receiver, reference=words)
        world.now += timedelta(hours=1)
    assert references(world, dispute, cast.receiver) == [("SC 2", world.now - timedelta(hours=1)), ("SC 1", world.now - timedelta(hours=2))]
    assert references(world, dispute, cast.raiser) == []
    block = Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/view/child/").one("main").text
    assert "Your agency’s earlier references" in block
    assert "SC 1 (until Monday 2 March 2026, 11am)" in block
    assert "SC 1" not in Visitor(cast.own_manager, world.now).get(f"/d/{dispute.reference}/view/child/").content.decode()
    assert "SC 1" not in Visitor(cast.receiver, world.now).get(f"/d/{dispute.reference}/print/").content.decode()


def test_a_reference_stays_when_what_was_sent_back_is_sent_again_with_another(world: World, cast: Cast) -> None:
    dispute = world.log()
    world.do(dispute, Verb.ADD_REFERENCE, cast.own_manager, reference="S-1002")
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Not yet.")
    drafts.save_draft(dispute.pk, world.person(cast.raiser), {"what": "Closed too early."}, now=world.now)
    drafts.submit(dispute.pk, world.person(cast.raiser), now=world.now)
    assert ChildReference.objects.get(child__dispute=dispute).reference == "S-1001"
    assert [words for words, _ in references(world, dispute, cast.raiser)] == ["S-1002", "S-1001"]


# -- told --------------------------------------------------------------------------------------------------------------------------------------


def test_everybody_concerned_but_who_did_it_is_told_without_any_of_it(world: World, cast: Cast, named: Dispute) -> None:
    guest = invited(world, named)
    world.do(named, Verb.CORRECT_CHILD, cast.receiver, initials="XY", born_on=date(2014, 7, 9), name="Zeb Quill")
    told = Notification.objects.filter(kind=Message.DETAILS)
    assert set(told.values_list("recipient", "guest")) == {(cast.raiser.pk, None), (cast.own_manager.pk, None), (None, guest.pk)}
    told.update(not_before=world.now)
    deliver(world.now)
    sent = [message for message in mail.outbox if "details were put right" in message.subject]
    assert len(sent) == 3
    for message in sent:
        words = as_written(f"{message.subject}\n{message.body}\n{getattr(message, 'alternatives', '')}")
        assert not [word for word in ("XY", "AB", NAME, "Zeb Quill", "2014", "2015", "birth", "initials") if word in words]


def test_the_receiving_side_is_told_when_the_raising_side_puts_it_right(world: World, cast: Cast, dispute: Dispute) -> None:
    world.do(dispute, Verb.CORRECT_CHILD, cast.own_manager, initials="XY")
    told = set(Notification.objects.filter(kind=Message.DETAILS).values_list("recipient", flat=True))
    assert told == {cast.raiser.pk, cast.receiver.pk}


# -- erased ------------------------------------------------------------------------------------------------------------------------------------


def test_anonymising_takes_the_earlier_versions_too(world: World, cast: Cast) -> None:
    dispute = ended(world)
    world.do(dispute, Verb.CORRECT_CHILD, cast.lead, initials="XY")
    world.do(dispute, Verb.ADD_REFERENCE, cast.lead, reference="S-1002")
    assert EarlierChild.objects.exists()
    assert EarlierReference.objects.exists()
    anonymised(world, dispute)
    assert not EarlierChild.objects.exists()
    assert not EarlierReference.objects.exists()
    Child.objects.filter(dispute=dispute).update(initials="ZZ")
    assert [finding.what for finding in verify().findings] == ["had who child 1 is altered"]
    Child.objects.filter(dispute=dispute).update(initials="")
    assert verify().findings == []


def test_names_turned_off_hide_an_earlier_one_and_erase_it_after_seven_days_unless_it_is_held(world: World, cast: Cast, named: Dispute) -> None:
    other = world.sent(children=[NAMED[0] | {"initials": "QQ", "reference": "S-2"}])
    for dispute in (named, other):
        world.do(dispute, Verb.CORRECT_CHILD, cast.receiver, without_name=True)
    world.do(other, Verb.PLACE_HOLD, cast.business_unit, reason="An inquest.")
    assert before(world, named, cast.raiser) == [("AB", "1 May 2015", NAME)]
    turn(world, on=False)
    assert before(world, named, cast.raiser) == [], "nothing else was put right"
    end_what_is_over(world.now + HIDDEN_FOR)
    assert set(EarlierChild.objects.values_list("child__dispute", "name")) == {(named.pk, ""), (other.pk, NAME)}


def test_who_asks_about_the_child_is_given_what_was_there_and_a_name_of_before_is_found_as_anothers(world: World, cast: Cast, named: Dispute) -> None:
    world.do(named, Verb.CORRECT_CHILD, cast.receiver, name="Gwen Quill")
    world.do(named, Verb.ADD_NOTE, cast.own_manager, text="Zebedee was seen at school.", private=False)
    text = piece(held(world, about_child(world)), "born 1 May 2015").text
    assert text.splitlines()[0] == "AB, Gwen Quill, born 1 May 2015"
    assert text.splitlines()[1].endswith(f": AB, {NAME}, born 1 May 2015")
    assert piece(held(world, about(world, cast.own_manager)), "was seen at school").names == ["Zebedee"]
