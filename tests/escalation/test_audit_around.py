"""What stands beside the lines of the record and was changed by hand is found and named: from whom it is kept, whose it is, and its files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from agencies.models import Partnership
from escalation.models import Attachment, Dispute, Event, EventBody, LegalHold, Reading, Seal, SealedHead
from escalation.services.audit import verify
from escalation.services.keeping.holds import hold_person, lift
from escalation.services.seals import seal_partnerships
from escalation.states import EventKind, Verb
from tests.cast import Cast
from tests.escalation.attached import attach, bring, clean_here, upload
from tests.escalation.keeping import anonymised, ended
from tests.record_guard import unguarded
from tests.world import MONDAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
Tamper = Callable[[Cast, Attachment], Any]


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clean_here(tmp_path, settings, monkeypatch)
    settings.CONCORD_SEALS_DIR = tmp_path / "seals"


@pytest.fixture
def file(world: World) -> Attachment:
    """A file of the own agency's alone on a sealed record."""
    found = attach(world, world.sent(), world.cast.receiver, audience="agency")
    seal_partnerships(MONDAY)
    return found


def of(file: Attachment) -> Any:
    return Attachment.objects.filter(pk=file.pk)


def dispute_of(file: Attachment) -> Any:
    return Dispute.objects.filter(pk=file.dispute_id)


def taken_out(file: Attachment) -> None:
    of(file).update(ended_at=MONDAY, stored="", ended_how="withdrawn", ended_by=file.added_by)


TAMPERINGS: dict[str, tuple[Tamper, str]] = {
    "a file's row removed": (lambda _cast, file: of(file)._raw_delete("default"), "FILE: was removed from the database"),
    "a file taken out": (lambda _cast, file: taken_out(file), "FILE: was taken out, and no line of the record says so"),
    "a file shown to more": (lambda _cast, file: of(file).update(audience="readers"), "FILE: is seen by others than its line says"),
    "a file shown to another agency": (lambda cast, file: of(file).update(agency=cast.raising), "FILE: is seen by others than its line says"),
    "a file attached by another": (lambda cast, file: of(file).update(added_by=cast.stranger), "FILE: is seen by others than its line says"),
    "restricted": (lambda _cast, file: dispute_of(file).update(is_restricted=True), "REF: had altered from whom it is kept"),
    "a conflict added": (lambda cast, file: dispute_of(file).update(conflicts=[str(cast.lead.pk)]), "REF: had altered from whom it is kept"),
    "moved to another partnership": (
        lambda cast, file: dispute_of(file).update(partnership=cast.elsewhere),
        "REF: was moved to this partnership: seal 1",
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_changed_by_hand_beside_the_lines_is_found_and_named(cast: Cast, file: Attachment, name: str) -> None:
    assert not verify().found
    tamper, words = TAMPERINGS[name]
    tamper(cast, file)
    reference = Dispute.objects.get(pk=file.dispute_id).reference
    wanted = words.replace("FILE", f"{reference} file of line {file.event.number}").replace("REF", reference)
    for report in (verify(), verify(reference=reference)):
        said = [str(finding) for finding in report.findings]
        assert any(finding.startswith(wanted) for finding in said), said


NOT_IN_FORCE = "had the legal hold that it places removed or ended, and no line of the record says so"


@pytest.mark.parametrize("on", ["dispute", "person"])
def test_a_legal_hold_that_is_taken_away_by_hand_is_found_with_the_line_that_places_it(world: World, cast: Cast, file: Attachment, on: str) -> None:
    dispute, unit = file.dispute, world.person(cast.business_unit)
    if on == "dispute":
        world.do(dispute, Verb.PLACE_HOLD, cast.business_unit, reason="An inquest.")
    else:
        hold_person(unit, partnership=cast.partnership.pk, user=cast.receiver, reason="An inquest.", now=world.now)
    assert not verify().found
    (line,) = dispute.events.filter(kind=EventKind.LEGAL_HOLD)
    elsewhere, gone = {"partnership": cast.elsewhere}, {"lifted_at": world.now, "lifted_by": cast.stranger}
    for change in (elsewhere, gone) if on == "dispute" else (elsewhere,):
        before = LegalHold.objects.values(*change).get()
        LegalHold.objects.update(**change)
        assert [str(finding) for finding in verify().findings] == [f"{dispute.reference} line {line.number}: {NOT_IN_FORCE}."]
        LegalHold.objects.update(**before)
    LegalHold.objects.all().delete()
    assert [finding.what for finding in verify(reference=dispute.reference).findings] == [NOT_IN_FORCE]


def test_a_legal_hold_that_was_lifted_is_none_to_miss(world: World, cast: Cast, file: Attachment) -> None:
    unit = world.person(cast.business_unit)
    world.do(file.dispute, Verb.PLACE_HOLD, cast.business_unit, reason="An inquest.")
    world.do(file.dispute, Verb.LIFT_HOLD, cast.business_unit, reason="It is over.")
    hold = hold_person(unit, partnership=cast.partnership.pk, user=cast.receiver, reason="An inquest.", now=world.now)
    lift(unit, hold.pk, reason="It is over.", now=world.now)
    assert not verify().found


def test_who_was_named_when_it_was_logged_is_not_taken_out_unseen(world: World, cast: Cast) -> None:
    dispute = world.log(is_restricted=True, kept_from=[str(cast.lead.pk)])
    assert not verify().found
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[])
    assert [finding.where for finding in verify().findings] == [dispute.reference]
    logged = Event.objects.get(dispute=dispute, kind=EventKind.SUBMITTED)
    assert str(cast.lead.pk) not in str(logged.facts), "The line does not name them."


def test_what_is_replaced_withdrawn_or_anonymised_as_the_product_does_it_is_right(world: World, cast: Cast, file: Attachment) -> None:
    dispute = Dispute.objects.get(pk=file.dispute_id)
    newer = bring(world, dispute, Verb.REPLACE_FILE, cast.receiver, upload_as=upload(), file=file.pk, reason="A name in it.")
    assert not verify().found
    world.do(dispute, Verb.WITHDRAW_FILE, cast.receiver, file=newer.pk, reason="The wrong letter.")
    assert not verify().found
    over = ended(world)
    attach(world, over, cast.receiver)
    anonymised(world, over)
    assert verify().findings == []


def test_a_file_that_is_there_again_after_it_was_withdrawn_is_found(world: World, cast: Cast, file: Attachment) -> None:
    world.do(Dispute.objects.get(pk=file.dispute_id), Verb.WITHDRAW_FILE, cast.receiver, file=file.pk, reason="The wrong letter.")
    of(file).update(ended_at=None, ended_by=None, ended_how="", stored=file.stored)
    assert any("is there again" in finding.what for finding in verify().findings)


def test_a_partnership_that_was_removed_whole_is_known_by_its_file_of_seals(world: World, cast: Cast, file: Attachment) -> None:
    name = f"{cast.partnership.slug}.jsonl"
    with unguarded(), connection.constraint_checks_disabled():
        for model in (EventBody, Attachment, Event, Reading, SealedHead, Seal):
            model.objects.all()._raw_delete("default")
        Partnership.objects.filter(pk=cast.partnership.pk).update(slug="another")
        assert (Path(settings.CONCORD_SEALS_DIR) / name).stat().st_size
        said = [str(finding) for finding in verify().findings]
    assert (
        f"{name}: holds seals of a partnership that is not in the database: removed, renamed, or lost with the restoring of an older backup." in said
    )
