"""What happens while the answer to a request for access is being written, which may take minutes; and what a crash leaves of one."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from agencies.errors import DomainError
from agencies.models import DirectoryEvent
from escalation.models import AccessRequest, Dispute, Event
from escalation.services.keeping.access.archive import write
from escalation.services.keeping.access.ending import GONE, forget_bundles
from escalation.services.keeping.access.giving import content_of
from escalation.services.keeping.access.known import NOT_THERE
from escalation.services.keeping.access.making import CHANGED, make
from escalation.services.keeping.access.place import path_of
from escalation.services.keeping.due import end_what_is_over
from escalation.states import EventKind, Verb
from tests.escalation.asked_access import about_child, chosen, held, made
from tests.escalation.keeping import anonymised, ended
from tests.kept import kept_fixture
from tests.world import MONDAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.usefixtures("monday_here")]
dispute = kept_fixture(ended)
Meanwhile = Callable[[World, Dispute], Any]


def while_written(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """The act comes between the last word of the file and its taking its place, once."""
    place = "escalation.services.keeping.access.making.write"

    def writing(*given: Any) -> None:
        monkeypatch.setattr(place, write)
        write(*given)
        act()

    monkeypatch.setattr(place, writing)


def lying(row: AccessRequest) -> list[str]:
    return sorted(path.name for path in path_of(row.pk).parent.glob("*"))


def over(world: World, _dispute: Dispute) -> None:
    forget_bundles(world.cast.partnership.pk, MONDAY, MONDAY + timedelta(days=93))


def in_conflict(world: World, dispute: Dispute) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(world.cast.business_unit.pk)])


def noted(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ADD_NOTE, world.cast.own_manager, text="One thing more.", private=False)


@pytest.mark.parametrize(("act", "refusal"), [(over, GONE), (in_conflict, NOT_THERE), (anonymised, CHANGED), (noted, CHANGED)])
def test_what_changed_while_it_was_written_stops_it_and_no_file_stays(
    world: World, dispute: Dispute, monkeypatch: pytest.MonkeyPatch, act: Meanwhile, refusal: str
) -> None:
    row = about_child(world)
    found = held(world, row)
    while_written(monkeypatch, lambda: act(world, dispute))
    with pytest.raises(DomainError, match=str(refusal)):
        make(world.person(world.cast.business_unit), row, chosen(found), now=MONDAY)
    assert (lying(row), AccessRequest.objects.get().made_at) == ([], None)


def test_two_who_make_it_at_once_are_not_in_each_others_way_and_the_last_one_stands(
    world: World, dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = about_child(world)
    found, unit, manager = held(world, row), world.person(world.cast.business_unit), world.person(world.cast.business_manager)
    other = AccessRequest.objects.get()
    while_written(monkeypatch, lambda: make(manager, other, chosen(found), now=MONDAY))
    make(unit, row, chosen(found, leave_out=[found[-1].key]), now=MONDAY)
    kept = AccessRequest.objects.get()
    assert (kept.made_by, kept.choices["leave_out"], lying(row)) == (world.cast.business_unit, [found[-1].key], [path_of(row.pk).name])
    content_of(unit, kept, MONDAY).close()


def test_one_that_was_made_after_the_moment_of_anonymising_goes_with_it_too(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    made(world, row)
    assert forget_bundles(row.partnership_id, MONDAY, MONDAY - timedelta(minutes=1), about=[uuid4()]) == 0
    assert forget_bundles(row.partnership_id, MONDAY - timedelta(minutes=1), MONDAY - timedelta(minutes=1), about=[dispute.pk]) == 1
    assert lying(row) == []


def test_an_answer_that_was_made_is_erased_with_words_that_are_taken_out_of_the_record_since(
    world: World, dispute: Dispute, django_capture_on_commit_callbacks: Any
) -> None:
    noted(world, dispute)
    row = about_child(world)
    made(world, row)
    note = Event.objects.filter(dispute=dispute, kind=EventKind.NOTE).latest("number")
    with django_capture_on_commit_callbacks(execute=True):
        world.do(dispute, Verb.REDACT, world.cast.own_manager, number=note.number, text={"text": "One thing."}, why="Not needed.")
    assert (lying(row), AccessRequest.objects.get().disputes) == ([], [])
    words = "Answers to requests for access were erased with words that they held and that were taken out of the record: 1."
    assert DirectoryEvent.objects.filter(words=words).count() == 1


def test_files_that_belong_to_no_answer_are_erased_each_hour_and_what_is_being_written_is_not(world: World, dispute: Dispute) -> None:
    row = about_child(world)
    made(world, row)
    unmade = about_child(world)
    folder = path_of(row.pk).parent
    for name, hours in (("old.part", 25), ("new.part", 23), (f"{uuid4()}.zip", 0), (path_of(unmade.pk).name, 0), ("read.me", 99)):
        (folder / name).touch()
        written = (MONDAY - timedelta(hours=hours)).timestamp()
        os.utime(folder / name, (written, written))
    assert end_what_is_over(MONDAY)["stray files erased"] == 3
    assert lying(row) == sorted([path_of(row.pk).name, "new.part", "read.me"])
    AccessRequest.objects.filter(pk=row.pk).update(erased_at=MONDAY)
    assert end_what_is_over(MONDAY)["stray files erased"] == 1
