"""Children's names as people meet them: the setting, the question page, and the block behind its click."""

import pytest
import time_machine
from django.urls import reverse

from escalation.models import Child, Dispute, Draft, Reading
from escalation.services import drafts
from escalation.services.child_names import set_names, takes_names
from escalation.services.reading import CHILD
from tests.cast import Cast
from tests.guests import invited, let_in
from tests.web.signed_in import Visitor
from tests.world import World, answers

pytestmark = pytest.mark.django_db
NAME = "Zebedee O’Quill"
TYPED = {
    **{"child-TOTAL_FORMS": "1", "child-INITIAL_FORMS": "0", "child-0-initials": "ZQ", "child-0-name": NAME},
    **{"child-0-born_0": "1", "child-0-born_1": "5", "child-0-born_2": "2015"},
}
NAMED = [{"initials": "AB", "born_on": "2015-05-01", "reference": "S-1001", "name": NAME}]


def draft_of(world: World, cast: Cast) -> Dispute:
    person = world.person(cast.raiser)
    found = drafts.begin_draft(person, agency=cast.school.pk, now=world.now)
    drafts.save_draft(found.pk, person, answers(cast.social_care), now=world.now)
    return found


def turn(world: World, cast: Cast, *, on: bool = True) -> None:
    set_names(actor=cast.business_unit, partnership=cast.partnership, is_on=on, now=world.now)


def test_the_unit_turns_names_on_and_off_on_a_page_that_says_what_becomes_of_them(world: World, cast: Cast) -> None:
    unit = Visitor(cast.business_unit, world.now)
    page = unit.page("/keeping/names/").one("main").text
    assert ("erased after 7 days" in page, "never in a list" in page) == (True, True)
    assert unit.post("/keeping/names/", {"names": "yes"}).status_code == 302
    assert takes_names(cast.partnership.pk)
    assert "taken from now on" in unit.page("/keeping/names/").one("body").text
    assert unit.post("/keeping/names/", {"names": "perhaps"}).status_code == 400
    assert unit.post("/keeping/names/", {"names": "no"}).status_code == 302
    assert not takes_names(cast.partnership.pk)


def test_where_names_are_off_there_is_no_field_and_a_smuggled_one_is_not_kept(world: World, cast: Cast) -> None:
    draft, raiser = draft_of(world, cast), Visitor(cast.raiser, world.now)
    path = f"/log/{draft.reference}/child/"
    assert "Full name" not in raiser.page(path).one("main").text
    assert raiser.post(path, TYPED).status_code == 302
    assert NAME not in str(Draft.objects.get(pk=draft.pk).answers)


def test_where_names_are_on_the_page_takes_one_and_the_check_page_shows_it_to_its_writer(world: World, cast: Cast) -> None:
    turn(world, cast)
    draft, raiser = draft_of(world, cast), Visitor(cast.raiser, world.now)
    path = f"/log/{draft.reference}/child/"
    assert raiser.post(path, TYPED).status_code == 302
    assert NAME in raiser.page(f"/log/{draft.reference}/check/").one("main").text
    assert raiser.page(path).one("input", name="child-0-name").attrs["value"] == NAME
    turn(world, cast, on=False)
    assert NAME not in raiser.page(f"/log/{draft.reference}/check/").one("main").text
    assert "takes no full names" in raiser.post(f"/log/{draft.reference}/check/").content.decode()
    assert not Child.objects.exists()


def test_the_name_stands_behind_the_click_that_is_recorded_and_on_no_other_page(world: World, cast: Cast) -> None:
    turn(world, cast)
    dispute = world.sent(children=NAMED)
    holder = Visitor(cast.receiver, world.now)
    others = [f"/d/{dispute.reference}/", f"/d/{dispute.reference}/view/print/", f"/d/{dispute.reference}/correct-child/", "/my-work/"]
    assert not [path for path in others if NAME in holder.page(path).one("body").text]
    assert not Reading.objects.filter(part=CHILD).exists()
    assert NAME in holder.page(f"/d/{dispute.reference}/view/child/").one("main").text
    assert Reading.objects.filter(part=CHILD, reader=cast.receiver).count() == 1
    document = reverse("document", args=[dispute.reference, "record-of-escalation"]) + "?child=yes"
    printed = holder.page(document).one("main").text
    assert ("AB" in printed, NAME in printed) == (True, False)


def test_a_guest_sees_the_name_where_they_see_the_initials(world: World, cast: Cast) -> None:
    turn(world, cast)
    guest = invited(world, world.sent(children=NAMED))
    with time_machine.travel(world.now, tick=False):
        page = let_in(world, guest).get(reverse("guest-child", args=[guest.link])).content.decode()
    assert ("O’Quill" in page, "No full name is kept" in page) == (True, False)


def test_who_the_child_is_is_put_right_on_a_page_that_shows_nothing_of_it(world: World, cast: Cast, dispute: Dispute) -> None:
    holder = Visitor(cast.receiver, world.now)
    link = next(one for one in holder.page(f"/d/{dispute.reference}/view/child/").all("a") if "correct-child" in one.attrs["href"])
    page = holder.page(link.attrs["href"]).one("main").text
    assert ("Full name" in page, "2015" in page.replace("27 3 2015", "")) == (False, False)
    child = str(Child.objects.get(dispute=dispute).pk)
    seen = {"seen": f"{dispute.stage}.{world.fresh(dispute).revision}", "child": child}
    assert holder.post(link.attrs["href"], seen).status_code == 400
    assert holder.post(link.attrs["href"], seen | {"initials": "AE"}).status_code == 302
    assert Child.objects.get(dispute=dispute).initials == "AE"
    assert "Who the child is was put right" in holder.page(f"/d/{dispute.reference}/").one("main").text
