"""Sealing: what is new is covered once, nothing new writes nothing, and the file keeps up with the database."""

import json
import threading
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from escalation.models import Dispute, Heartbeat, Reading, Seal, SealedHead
from escalation.selectors.health import lateness
from escalation.services import seals
from escalation.services.audit import verify
from escalation.services.seals import Leaf, merkle_root, seal_partnerships
from escalation.states import Job, Verb
from tests.record_guard import unguarded
from tests.world import MONDAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture(autouse=True)
def seals_dir(settings: Any, tmp_path: Path) -> Path:
    """A folder of its own for the seals' files."""
    settings.CONCORD_SEALS_DIR = tmp_path / "seals"
    return tmp_path / "seals"


def filed(folder: Path, dispute: Dispute) -> list[dict[str, Any]]:
    """The seals in the partnership's file."""
    return [json.loads(row) for row in (folder / f"{dispute.partnership.slug}.jsonl").read_text().splitlines()]


def test_a_seal_covers_the_head_of_each_record_that_grew(world: World, dispute: Dispute) -> None:
    one, two = dispute, world.sent()
    assert seal_partnerships(MONDAY) == 1
    covered = set(SealedHead.objects.values_list("dispute_key", "number", "digest"))
    assert covered == {(d.pk, d.head_number, d.head_digest) for d in (one, two)}


def test_nothing_new_writes_nothing(dispute: Dispute) -> None:
    seal_partnerships(MONDAY)
    assert seal_partnerships(MONDAY) == 0
    assert Seal.objects.count() == 1


def test_the_next_seal_covers_only_what_grew_and_follows_the_first(world: World, dispute: Dispute) -> None:
    grew, still = dispute, world.sent()
    seal_partnerships(MONDAY)
    world.do(grew, Verb.ADD_NOTE, world.cast.receiver, text="More.")
    seal_partnerships(MONDAY)
    first, second = Seal.objects.order_by("number")
    assert (second.number, second.previous) == (2, first.digest)
    assert [head.dispute_key for head in second.sealed_heads.all()] == [grew.pk]
    assert still.pk != grew.pk


def test_readings_are_sealed_each_once(world: World, dispute: Dispute) -> None:
    seal_partnerships(MONDAY)
    reading = Reading.objects.create(dispute=dispute, reader=world.cast.receiver, part="narrative", recorded_at=MONDAY)
    assert [seal_partnerships(MONDAY), seal_partnerships(MONDAY)] == [1, 0]
    assert SealedHead.objects.get(dispute_key=reading.pk).number == 0


def test_each_partnership_has_seals_of_its_own(world: World, dispute: Dispute) -> None:
    seal_partnerships(MONDAY)
    assert set(Seal.objects.values_list("partnership", flat=True)) == {world.cast.partnership.pk}


def test_many_leaves_make_several_seals(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "MOST_LEAVES", 2)
    for _ in range(3):
        world.sent()
    assert seal_partnerships(MONDAY) == 2
    assert not verify().found


def test_the_file_has_one_line_a_seal(dispute: Dispute, seals_dir: Path) -> None:
    seal_partnerships(MONDAY)
    (line,) = filed(seals_dir, dispute)
    seal = Seal.objects.get()
    assert (line["number"], line["digest"], line["root"], line["leaves"]) == (1, seal.digest, seal.root, 1)
    assert line["sealed_at"] == "2026-03-02T10:00:00.000000Z"


def test_what_the_file_lacks_after_a_crash_is_appended(dispute: Dispute, seals_dir: Path) -> None:
    seal_partnerships(MONDAY)
    path = seals_dir / f"{dispute.partnership.slug}.jsonl"
    path.write_bytes(path.read_bytes()[:20])
    Heartbeat.objects.filter(name=Job.SEALED_UP_TO).update(words=f"{dispute.pk}{seals.UNFINISHED}")
    seal_partnerships(MONDAY)
    assert json.loads(path.read_text().splitlines()[-1])["number"] == 1


def test_a_folder_that_cannot_be_written_leaves_the_record_to_the_next_pass(dispute: Dispute, seals_dir: Path) -> None:
    seals_dir.write_text("a file in the way")
    with pytest.raises(OSError, match="exists"):
        seal_partnerships(MONDAY)
    assert not Seal.objects.exists()
    seals_dir.unlink()
    assert seal_partnerships(MONDAY) == 1


def test_after_an_older_backup_numbers_go_on_and_the_gap_is_found(world: World, dispute: Dispute, seals_dir: Path) -> None:
    seal_partnerships(MONDAY)
    path = seals_dir / f"{dispute.partnership.slug}.jsonl"
    path.write_text(path.read_text() + path.read_text().replace('"number":1', '"number":2'))
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text="Written after the restore.")
    seal_partnerships(MONDAY)
    assert Seal.objects.latest("number").number == 3
    assert any("seal 2: missing from the database" in str(finding) for finding in verify().findings)


def test_a_line_from_a_transaction_that_ended_late_is_still_sealed(dispute: Dispute) -> None:
    """Keys begin with the moment they were made: the pass looks some hours further back than the last one."""
    Heartbeat.objects.create(name=Job.SEALED_UP_TO, finished_at=MONDAY, words=str(dispute.events.latest("number").pk))
    assert seal_partnerships(MONDAY) == 1


def test_a_record_kept_from_being_sealed_is_found_and_sealed_by_a_full_pass(dispute: Dispute) -> None:
    seal_partnerships(MONDAY)
    with unguarded():
        for head in SealedHead.objects.filter(dispute_key=dispute.pk):
            SealedHead.objects.filter(pk=head.pk)._raw_delete("default")
    future = type(dispute.pk)(int=dispute.pk.int + (10**9 << 80))
    Heartbeat.objects.filter(name=Job.SEALED_UP_TO).update(words=str(future))
    assert seal_partnerships(MONDAY) == 0
    assert seal_partnerships(MONDAY, everything=True) == 1


def test_the_pass_leaves_a_heartbeat(dispute: Dispute) -> None:
    seal_partnerships()
    row = Heartbeat.objects.get(name=Job.SEAL)
    assert row.words == "1 seal written"
    assert lateness(Job.SEAL, row.finished_at + timedelta(minutes=3)) == timedelta(minutes=3)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_the_root_depends_on_every_leaf(world: World, count: int) -> None:
    keys = [Dispute().pk for _ in range(count)]
    leaves = [Leaf(key, 1, "a") for key in keys]
    roots = {merkle_root(leaves)} | {merkle_root([*leaves[:n], Leaf(keys[n], 1, "b"), *leaves[n + 1 :]]) for n in range(count)}
    assert len(roots) == count + 1
    assert merkle_root(leaves[::-1]) == merkle_root(leaves)


def test_the_command_says_what_it_did(dispute: Dispute) -> None:
    out = StringIO()
    call_command("seal", stdout=out)
    call_command("seal", "--all", stdout=out)
    assert out.getvalue() == "1 seal written.\nNothing was written since the last seals.\n"


def test_the_command_says_why_it_could_not(dispute: Dispute, seals_dir: Path) -> None:
    seals_dir.write_text("a file in the way")
    with pytest.raises(CommandError, match="folder cannot be written"):
        call_command("seal")


@pytest.mark.django_db(transaction=True)
def test_passes_at_once_seal_each_head_once(world: World) -> None:
    disputes = [world.sent() for _ in range(4)]
    failures: list[BaseException] = []

    def run() -> None:
        try:
            seal_partnerships(MONDAY)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert SealedHead.objects.count() == len(disputes)
    assert not verify().found
