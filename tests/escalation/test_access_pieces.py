"""The pieces of what is kept about somebody who asks: what is in them, what never is, and who may know of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.errors import NotFound
from agencies.models import Cover, SignInEvent
from agencies.roles import Role
from agencies.sign_ins import SignInKind
from escalation.engine.perform import perform
from escalation.models import Dispute, Reading
from escalation.services.guest_door import person_of_guest
from escalation.services.keeping.access.ending import forget_bundles
from escalation.services.keeping.access.giving import content_of
from escalation.services.keeping.access.items import ANOTHER_CHILD, UNKNOWN, WHICH_CHILD
from escalation.services.keeping.access.known import requests_of
from escalation.services.keeping.access.making import make
from escalation.services.keeping.access.pieces import REMOVED, Names, Piece
from escalation.states import Answer, Audience, EventKind, Verb
from tests.escalation.asked_access import about, about_child, chosen, held, made, piece, spoken_of, whole
from tests.escalation.attached import attach, upload
from tests.factories import make_member
from tests.guests import invited
from tests.kept import kept_fixture
from tests.world import MONDAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_here")]
dispute = kept_fixture(spoken_of)
DAY = timedelta(days=1)


# -- the pieces --------------------------------------------------------------------------------------------------------------------------------


def test_a_childs_request_holds_who_it_is_and_what_was_typed_but_no_agencys_reference(world: World, dispute: Dispute) -> None:
    found = held(world, about_child(world))
    whole = "\n".join(one.text for one in found)
    assert "AB, born 1 May 2015" in whole
    assert "closed without an assessment" in whole
    assert "S-1001" not in whole


def test_of_every_agency_one_piece_says_that_it_may_keep_something_to_itself_and_none_whether_it_does(world: World, dispute: Dispute) -> None:
    unit = world.cast.business_unit
    for reader_also_sits_there in (False, True):
        if reader_also_sits_there:
            make_member(unit, world.cast.school, Role.PRACTITIONER)
        found = held(world, about_child(world))
        (own,) = [one for one in found if "keep to themselves" in one.text]
        assert own.text.endswith(": Hillside School, Northshire Social Care.")
        assert ("her brother" in whole(found), "rivate note of" in whole(found)) == (False, False)


def test_what_happened_inside_the_raising_agency_is_in_no_piece(world: World) -> None:
    cast = world.cast
    inside = world.log()
    world.do(inside, Verb.ADD_NOTE, cast.own_manager, text="I doubt that Shah will answer.", private=False)
    world.do(inside, Verb.ADD_NOTE, cast.own_manager, text="I doubt it more and more.", private=True)
    world.do(inside, Verb.SEND_ON, cast.own_manager)
    world.do(inside, Verb.ADD_NOTE, cast.own_manager, text="Sent, and told Rashida Shah.", private=False)
    for row in (about_child(world), about(world, cast.receiver), about(world, cast.own_manager)):
        found = whole(held(world, row))
        assert ("doubt" in found, "told Rashida" in found) == (False, True)
    assert "closed without an assessment" in whole(held(world, about_child(world))), "what was logged is sent"


def test_when_a_call_was_put_right_is_in_the_piece_of_its_correction(world: World, dispute: Dispute) -> None:
    call = {"how": "phone", "whom": "The duty desk", "said": "It rang out.", "reached": False}
    line = world.do(dispute, Verb.RECORD_CONTACT, world.cast.receiver, **call).events[0]
    world.do(dispute, Verb.CORRECT, world.cast.receiver, number=line.number, why="It was on Sunday.", when=MONDAY - DAY)
    (found,) = [one for one in held(world, about_child(world)) if "It was on Sunday." in one.text]
    assert "Happened: Sunday 1 March 2026, 10am" in found.text


def test_lines_about_files_for_fewer_than_all_are_in_no_piece(world: World, dispute: Dispute) -> None:
    for audience, name in ((Audience.READERS, "all.txt"), (Audience.PARTIES, "parties.txt"), (Audience.AGENCY, "own.txt")):
        attach(world, dispute, world.cast.receiver, upload_as=upload(name), audience=audience)
    found = whole(held(world, about_child(world)))
    assert ["all.txt" in found, "parties.txt" in found, "own.txt" in found] == [True, False, False]


def test_what_one_of_the_unit_reads_as_the_one_who_logged_it_is_in_no_piece(world: World) -> None:
    cast = world.cast
    inside = world.log()
    world.do(inside, Verb.ADD_NOTE, cast.own_manager, text="I doubt that Shah will answer.", private=False)
    world.do(inside, Verb.SEND_ON, cast.own_manager)
    attach(world, inside, cast.receiver, upload_as=upload("parties.txt"), audience=Audience.PARTIES)
    Dispute.objects.filter(pk=inside.pk).update(logged_by=cast.business_unit)
    row = about_child(world)
    for reader in (cast.business_unit, cast.business_manager):
        found = whole(held(world, row, reader))
        assert ("doubt" in found, "parties.txt" in found) == (False, False)


def test_what_was_taken_out_of_a_line_is_in_no_piece(world: World, dispute: Dispute) -> None:
    line = dispute.events.get(kind=EventKind.NOTE, private_to=None)
    world.do(dispute, Verb.REDACT, world.cast.own_manager, number=line.number, text={"text": "and laughed."}, why="A name.")
    found = whole(held(world, about_child(world)))
    assert ("Mr Reid" in found, found.count("and [taken out] laughed.")) == (False, 1)


def test_names_of_others_are_found_whole_and_by_surname_and_removed(world: World, dispute: Dispute) -> None:
    found = piece(held(world, about_child(world)), "laughed")
    assert found.names == ["Colin Reid", "Reid", "Shah"]
    assert found.head.endswith("Note, by Colin Reid, Hillside School")
    head, text = found.given(without_names=True)
    assert text == f"=1+1 said Mr {REMOVED}, and {REMOVED} laughed."
    assert head.endswith(f"Note, by {REMOVED}, Hillside School")
    assert found.given(without_names=False) == (found.head, found.text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ann-Marie Reid and REID", f"{REMOVED} and {REMOVED}"),
        ("Colin\n Reid of Shahrukh Road", f"{REMOVED} of Shahrukh Road"),
        ("Ask Dr (Jo) now", f"Ask {REMOVED} now"),
        ("Nair wrote to Priya Nair", "Nair wrote to Priya Nair"),
        ("Nair wrote to Asha Nair", f"Nair wrote to {REMOVED}"),
        ("Ng and Li", "Ng and Li"),
        ("Told Osei-Tutu, not Osei", f"Told {REMOVED}, not {REMOVED}"),
    ],
)
def test_the_longest_name_goes_at_each_place_and_never_part_of_a_word_nor_the_own(text: str, left: str) -> None:
    names = Names.of_people(
        ["Colin Reid", "Ann-Marie Reid", "Rashida Shah", "Asha Nair", "Dr (Jo)", "Li", "Esi Osei", "Abena Osei-Tutu"], but="Priya Nair"
    )
    assert names.removed(text) == left
    found = Piece("key", "Section", "Head", text)
    found.flag(names)
    assert found.given(without_names=True) == ("Head", left)


def test_nobody_else_leaves_the_words_as_they_are() -> None:
    assert (Names([]).removed("Colin Reid"), Names([]).within("Colin Reid")) == ("Colin Reid", [])


def test_a_guest_is_named_with_who_let_them_in_and_both_names_can_go(world: World) -> None:
    dispute = world.sent()
    guest = invited(world, dispute)
    perform(
        dispute.pk, Verb.RESPOND, actor=person_of_guest(guest), now=MONDAY, answer=Answer.PARTLY, reasons="Seen on Friday.", actions="Seen again."
    )
    found = piece(held(world, about_child(world)), "Seen on Friday.")
    assert "by Amira Jones, Practice manager (guest invited by Rashida Shah, address checked by code)" in found.head
    head, _ = found.given(without_names=True)
    assert f"by {REMOVED}, Practice manager (guest invited by {REMOVED}, " in head


def test_a_colleagues_request_holds_their_account_their_doings_and_what_names_them(world: World, dispute: Dispute) -> None:
    cast = world.cast
    found = held(world, about(world, cast.receiver))
    sections = list(dict.fromkeys(one.section for one in found))
    assert sections[0] == "Account"
    assert f"Disagreement {dispute.reference}" in sections
    assert cast.receiver.email in found[0].text
    assert "We looked again." in piece(found, "We looked again.").text
    world.do(dispute, Verb.ADD_NOTE, cast.own_manager, text="Rashida Shah told me.", private=False)
    named = piece(held(world, about(world, cast.receiver)), "told me")
    assert "Somebody else wrote it about the person" in named.flags
    assert "her brother" not in whole(found), "whom another's private note names, nobody looks"
    assert not any("goes home to the same risk" in one.text for one in found), "what others wrote and does not name them"
    assert not any("AB, born" in one.text for one in found)


def test_that_one_was_linked_with_another_that_was_not_opened_is_in_no_piece(world: World, dispute: Dispute) -> None:
    cast = world.cast
    other, hidden = world.sent(), world.sent(is_restricted=True)
    for linked, pieces in ((other, 2), (hidden, 2)):
        world.do(dispute, Verb.LINK, cast.raiser, other=linked.reference)
        if linked is hidden:
            make_member(cast.business_unit, cast.school, Role.PRACTITIONER)  # From whom it is kept.
        assert len([one for one in held(world, about(world, cast.raiser)) if "Linked with another" in one.head]) == pieces


def test_another_child_in_the_same_disagreement_is_flagged(world: World) -> None:
    world.sent(children=[{"initials": "AB", "born_on": "2015-05-01"}, {"initials": "CD", "born_on": "2017-01-01"}])
    found = held(world, about_child(world))
    assert "Another child is in this disagreement" in piece(found, "closed without an assessment").flags
    theirs, anothers = piece(found, "AB, born"), piece(found, "CD, born")
    assert (theirs.leave_out, theirs.flags) == (False, [WHICH_CHILD])
    assert (anothers.leave_out, anothers.flags) == (True, [ANOTHER_CHILD])


def test_twins_whom_the_request_does_not_tell_apart_are_both_left_out_until_somebody_chooses(world: World) -> None:
    world.sent(children=[{"initials": "AB", "born_on": "2015-05-01"}] * 2)
    of_children = [one for one in held(world, about_child(world)) if one.head.startswith("Child ")]
    assert [(one.leave_out, one.flags) for one in of_children] == [(True, [WHICH_CHILD])] * 2


@pytest.mark.engines
def test_a_tick_stays_with_its_piece_when_something_comes_before_it(world: World, dispute: Dispute) -> None:
    cast = world.cast
    row = about(world, cast.receiver)
    Reading.objects.create(dispute=dispute, reader=cast.receiver, part="case", reason="The first.", recorded_at=MONDAY)
    out = piece(held(world, row), "The first.")
    Reading.objects.create(dispute=dispute, reader=cast.receiver, part="case", reason="The newer.", recorded_at=MONDAY + DAY)
    text = made(world, row, leave_out=[out.key]).read("what-is-kept.json").decode()
    assert ("The first." in text, "The newer." in text) == (False, True)
    keys = [one.key for one in held(world, row)]
    assert len(keys) == len(set(keys))


def test_an_account_of_two_partnerships_gives_each_its_own(world: World, dispute: Dispute) -> None:
    cast = world.cast
    both, here, away = cast.receiver, cast.other_practitioner, cast.stranger
    cover = {"starts": MONDAY.date(), "ends": MONDAY.date()}
    Cover.objects.create(person=both, deputy=here, **cover, places=Cover.keeping([cast.social_care.pk, cast.elsewhere.pk]))
    Cover.objects.create(person=here, deputy=both, **cover, places=Cover.keeping([cast.elsewhere.pk]))
    Cover.objects.create(person=away, deputy=both, **cover)
    for at, device in ((MONDAY - 9 * DAY, "Before"), (MONDAY, "Meanwhile")):
        SignInEvent.objects.create(user=both, kind=SignInKind.SIGNED_IN, device=device, recorded_at=at)
    assert "Before" in whole(held(world, about(world, both))), "of one partnership alone, all"
    make_member(both, cast.elsewhere, Role.MEDIATOR)
    both.memberships.filter(partnership=cast.partnership).update(since=MONDAY.date())
    found = whole(held(world, about(world, both)))
    assert ("Before" in found, "Meanwhile" in found) == (False, True)
    shown = [
        words in found for words in (f"{here} for {both}", cast.social_care.name, f"{both} for {here}", cast.elsewhere.name, f"{both} for {away}")
    ]
    assert shown == [True, True, False, False, False], "cover for this partnership's places, and those alone"


def test_reading_many_asks_the_database_no_more_often_than_reading_one(world: World, dispute: Dispute) -> None:
    counts = []
    for _ in range(2):
        row = about_child(world)
        with CaptureQueriesContext(connection) as queries:
            held(world, row)
        counts.append(len(queries))
        world.sent()
    assert counts[0] == counts[1]


# -- who may know ------------------------------------------------------------------------------------------------------------------------------


def conflict(dispute: Dispute, user: Any) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(user.pk)])


def test_to_one_of_the_unit_with_a_conflict_a_request_looks_like_none_also_once_it_is_over(world: World, dispute: Dispute) -> None:
    cast = world.cast
    row = about_child(world)
    made(world, row)
    conflict(dispute, cast.business_manager)
    barred = world.person(cast.business_manager)
    assert held(world, row, cast.business_manager) == []
    with pytest.raises(NotFound, match="no such request"):
        content_of(barred, row, MONDAY)
    with pytest.raises(NotFound, match="no such request"):
        make(barred, row, chosen([]), now=MONDAY)
    client = Client()
    client.force_login(cast.business_manager)
    for key in (row.pk, uuid4()):
        assert client.get(reverse("access-request", args=[key])).status_code == 404
        assert client.get(reverse("access-file", args=[key])).status_code == 404
    assert "No request was opened." in client.get(reverse("access-requests")).content.decode()
    content_of(world.person(cast.business_unit), row, MONDAY).close()
    forget_bundles(cast.partnership.pk, MONDAY, MONDAY, about=[dispute.pk])
    known = [[row.pk for row in requests_of(world.person(user), cast.partnership.pk)] for user in (cast.business_manager, cast.business_unit)]
    assert known == [[], [row.pk]]


def test_what_the_reader_may_not_know_of_is_not_among_what_a_colleague_looked_at(world: World, dispute: Dispute) -> None:
    cast = world.cast
    Reading.objects.create(dispute=dispute, reader=cast.receiver, part="case", reason="To answer.", recorded_at=MONDAY)
    assert "To answer." in whole(held(world, about(world, cast.receiver)))
    row = about(world, cast.receiver)
    conflict(dispute, cast.business_unit)
    assert dispute.reference not in whole(held(world, row))


def test_what_the_person_who_asks_may_not_know_of_is_flagged_and_left_out(world: World, dispute: Dispute) -> None:
    cast = world.cast
    row = about(world, cast.receiver)
    of_it = [one for one in held(world, row) if dispute.reference in one.section]
    assert of_it
    assert not any(one.leave_out or UNKNOWN in one.flags for one in of_it)
    conflict(dispute, cast.receiver)
    of_it = [one for one in held(world, row) if dispute.reference in one.section]
    assert of_it
    assert all(one.leave_out and UNKNOWN in one.flags for one in of_it)
