"""Sealing that is killed while the record grows: no head sealed twice or left out, and the file catches up."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from escalation.models import Dispute, Seal, SealedHead
from escalation.services.audit import verify
from escalation.services.seals import seal_partnerships
from escalation.states import Verb
from tests.cast import Cast
from tests.faults.processes import Nursery, Processes, wait_until
from tests.world import World

pytestmark = [pytest.mark.faults, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
KILLS = 8


@pytest.fixture
def processes(nursery: Nursery, settings: object, tmp_path: Path) -> Iterator[Processes]:
    """Whatever is started here is ended; the seals go to a folder of this test."""
    settings.CONCORD_SEALS_DIR = tmp_path / "seals"  # type: ignore[attr-defined]
    found = Processes(nursery, tmp_path / "processes.log")
    yield found
    found.end()


def test_seals_killed_at_any_moment_leave_a_record_that_verifies(cast: Cast, processes: Processes) -> None:
    world = World(cast, now=timezone.now())
    disputes = [world.sent() for _ in range(6)]
    for at in range(KILLS):
        process = processes.manage("seal")
        seals = Seal.objects.count()
        for dispute in disputes:
            world.do(dispute, Verb.ADD_NOTE, cast.receiver, text=f"Note {at}.")
        wait_until(lambda p=process, n=seals: p.poll() is not None or Seal.objects.count() > n or random.random() < 0.02)  # type: ignore[misc]
        processes.kill(process)
    seal_partnerships()
    assert not [str(finding) for finding in verify().findings]
    for dispute in Dispute.objects.all():
        assert SealedHead.objects.filter(dispute_key=dispute.pk, number=dispute.head_number).count() == 1


def test_four_sealing_processes_at_once_seal_each_head_once(cast: Cast, processes: Processes) -> None:
    world = World(cast, now=timezone.now())
    disputes = [world.sent() for _ in range(10)]
    for process in [processes.manage("seal") for _ in range(4)]:
        assert process.wait(timeout=60) == 0
    assert SealedHead.objects.count() == len(disputes)
    assert verify().found == 0
