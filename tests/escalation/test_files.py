"""Attaching, replacing and withdrawing files: who sees them, what the record keeps, and what is erased."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError

from agencies.errors import DomainError, InvalidInput, NotAllowed, NotFound, WrongState
from agencies.models import User
from escalation.engine import file_store as store
from escalation.engine.case import Case, load
from escalation.models import Attachment, Dispute, Event, Reading
from escalation.selectors.readers import who_looked
from escalation.services.audit import verify
from escalation.services.files.attaching import lines_for_file
from escalation.services.files.giving import find_file, give
from escalation.services.files.tidying import tidy
from escalation.services.keeping.files import erase_files_of
from escalation.states import Advice, Audience, EventKind, FileEnd, State, Verb
from tests.cast import Cast
from tests.escalation.attached import LETTER, attach, bring, clean_here, lying, upload
from tests.escalation.upload_rows import BAD
from tests.escalation.uploads import pdf
from tests.escalation.verbs import before_chair, closed, stored
from tests.world import World

pytestmark = pytest.mark.django_db


PARTIES = {"raiser", "own_manager", "lead", "own_senior", "own_board", "receiver", "receiving_lead", "receiving_senior", "receiving_board"}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clean_here(tmp_path, settings, monkeypatch)


def case_of(world: World, dispute: Dispute) -> Case:
    return load([dispute.pk], now=world.now, lock=False)[0]


def sees(world: World, dispute: Dispute, user: User, file: Attachment) -> bool:
    try:
        find_file(case_of(world, dispute), world.person(user), file.pk)
    except NotFound:
        return False
    return True


def who_sees(world: World, dispute: Dispute, file: Attachment) -> set[str]:
    """Of those who may know of the disagreement, who may see the file."""
    able = {part: user for part, user in world.cast.users() if Dispute.objects.filter(pk=dispute.pk).visible_to(world.person(user)).exists()}
    return {part for part, user in able.items() if sees(world, dispute, user, file)}


def test_a_file_is_kept_under_a_name_of_the_products_own_and_the_record_holds_its_digests(world: World, dispute: Dispute) -> None:
    file = attach(world, dispute, world.cast.receiver, about="Letter of 2 March")
    line = file.event
    assert (line.kind, line.facts["sha256"], line.facts["received"]) == (EventKind.FILE_ATTACHED, store.digest(LETTER), store.digest(LETTER))
    assert line.body.text == {"name": "letter.txt", "about": "Letter of 2 March"}
    assert lying() == [file.stored]
    path = Path(settings.CONCORD_FILES_DIR) / file.stored[:2] / file.stored
    assert (path.read_bytes(), path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (LETTER, 0o600, 0o700)
    assert "letter" not in f"{line.facts}"


def test_no_bad_file_leaves_anything_behind(world: World, dispute: Dispute, settings: Any) -> None:
    settings.CONCORD_FILE_MEGABYTES = 2
    before, wrong = stored(dispute), []
    for what, name, make, _ in BAD[::3]:
        try:
            attach(world, dispute, world.cast.raiser, upload_as=upload(name, make()))
        except InvalidInput as refusal:
            if refusal.field != "upload" or not refusal.message.endswith("."):
                wrong.append(f"{what}: {refusal.field} {refusal.message}")
        else:
            wrong.append(f"{what} was taken")
    assert wrong == []
    assert (stored(dispute), lying(), Attachment.objects.count()) == (before, [], 0)


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (Audience.READERS, PARTIES | {"chair", "deputy_chair", "business_unit", "business_manager", "auditor"}),
        (Audience.PARTIES, PARTIES),
        (Audience.AGENCY, {"receiver", "receiving_lead", "receiving_board", "receiving_senior"}),
    ],
)  # fmt: skip
def test_each_file_is_seen_by_those_for_whom_it_is(world: World, dispute: Dispute, audience: Audience, expected: set[str]) -> None:
    file = attach(world, dispute, world.cast.receiver, audience=audience)
    before_chair(world, dispute)
    assert who_sees(world, dispute, file) == expected


def test_before_it_is_informed_the_business_unit_sees_no_file_but_its_own(world: World, dispute: Dispute) -> None:
    theirs = attach(world, dispute, world.cast.raiser)
    own = attach(world, dispute, world.cast.business_unit)
    assert not sees(world, dispute, world.cast.business_unit, theirs)
    assert sees(world, dispute, world.cast.business_unit, own)


def test_a_conflict_and_a_restriction_keep_a_file_away_as_they_keep_the_rest(world: World) -> None:
    dispute = world.sent(is_restricted=True)
    file = attach(world, dispute, world.cast.raiser)
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(world.cast.receiver.pk)])
    assert not Dispute.objects.filter(pk=dispute.pk).visible_to(world.person(world.cast.lead)).exists()
    assert not sees(world, dispute, world.cast.receiver, file)
    with pytest.raises(NotFound):
        attach(world, dispute, world.cast.lead)


def test_what_is_attached_at_the_own_manager_goes_with_it(world: World) -> None:
    dispute = world.log()
    file, own = attach(world, dispute, world.cast.raiser), attach(world, dispute, world.cast.raiser, audience=Audience.AGENCY)
    world.do(dispute, Verb.SEND_ON, world.cast.own_manager)
    assert sees(world, dispute, world.cast.receiver, file)
    assert not sees(world, dispute, world.cast.receiver, own)


def test_a_stage_inside_the_own_agency_keeps_its_files(cast: Cast) -> None:
    world = World(cast, "devon")
    dispute = world.log()
    with pytest.raises(InvalidInput, match="inside your own agency"):
        attach(world, dispute, cast.own_manager)
    assert attach(world, dispute, cast.own_manager, audience=Audience.AGENCY).event.private_to == cast.school


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"audience": "all"}, "audience"),
        ({"about": "x" * 201}, "about"),
        ({"about": "\x00"}, "about"),
        ({"line": 1}, "line"),
        ({"line": 999}, "line"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field_and_its_file_is_gone(
    world: World, dispute: Dispute, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        attach(world, dispute, world.cast.receiver, **given)
    assert refused.value.field == field
    assert lying() == []


def test_the_unit_attaches_for_everybody_or_for_the_parties_and_not_for_an_agency(world: World, dispute: Dispute) -> None:
    with pytest.raises(InvalidInput, match="act for no agency"):
        attach(world, dispute, world.cast.business_unit, audience=Audience.AGENCY)


@pytest.mark.parametrize("part", ["stranger", "police_manager", "nobody", "administrator", "chair", "auditor", "colleague"])
def test_nobody_outside_it_attaches(world: World, dispute: Dispute, part: str) -> None:
    with pytest.raises((NotFound, NotAllowed)):
        attach(world, dispute, getattr(world.cast, part))
    assert lying() == []


def test_minutes_belong_to_the_meeting_that_they_are_of(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RECORD_MEETING, world.cast.own_manager, who="Both", summary="We talked.")
    meeting = Event.objects.get(dispute=dispute, kind=EventKind.MEETING)
    facts = attach(world, dispute, world.cast.receiver, line=meeting.number).event.facts
    assert (facts["line"], facts["line_kind"]) == (meeting.number, EventKind.MEETING)


def test_what_stayed_inside_the_raising_agency_is_offered_to_no_other_and_named_in_no_file_of_theirs(world: World) -> None:
    dispute, cast = world.log(), world.cast
    world.do(dispute, Verb.RECORD_ADVICE, cast.own_manager, whom=Advice.DESIGNATED_OFFICER, who="The designated officer", told="What was seen.")
    inside = Event.objects.get(dispute=dispute, kind=EventKind.ADVICE)
    world.do(dispute, Verb.SEND_ON, cast.own_manager)
    world.do(dispute, Verb.RECORD_MEETING, cast.own_manager, who="Both", summary="We talked.")
    meeting = Event.objects.get(dispute=dispute, kind=EventKind.MEETING)
    offered = {
        user: [line.number for line, _at in lines_for_file(case_of(world, dispute), world.person(user))] for user in (cast.raiser, cast.receiver)
    }
    assert offered == {cast.raiser: [meeting.number, inside.number], cast.receiver: [meeting.number]}
    for user, audience, words in (
        (cast.receiver, Audience.READERS, "entries offered"),
        (cast.receiver, Audience.AGENCY, "entries offered"),
        (cast.raiser, Audience.READERS, "stays inside your agency"),
        (cast.raiser, Audience.PARTIES, "stays inside your agency"),
    ):
        with pytest.raises(InvalidInput, match=words) as refused:
            attach(world, dispute, user, line=inside.number, audience=audience)
        assert refused.value.field == "line"
    assert attach(world, dispute, cast.raiser, line=inside.number, audience=Audience.AGENCY).event.facts["line"] == inside.number
    assert attach(world, dispute, cast.receiver, line=meeting.number).event.facts["line"] == meeting.number


def test_minutes_come_after_the_end_too_and_not_to_a_draft(world: World, dispute: Dispute) -> None:
    closed(world, dispute)
    assert attach(world, dispute, world.cast.receiver).ended_at is None
    assert world.fresh(dispute).state == State.CLOSED


def test_attaching_makes_nobodys_page_old(world: World, dispute: Dispute) -> None:
    before = world.fresh(dispute).revision
    attach(world, dispute, world.cast.receiver)
    assert world.fresh(dispute).revision == before


def test_a_new_version_takes_the_place_and_the_old_one_is_erased_with_its_name(world: World, dispute: Dispute, committed: Any) -> None:
    old = attach(world, dispute, world.cast.receiver, about="Minutes")
    with committed(execute=True):
        new = replace(world, dispute, world.cast.receiver, old)
    old.refresh_from_db()
    assert (old.stored, old.ended_how, lying()) == ("", FileEnd.REPLACED, [new.stored])
    old_words, new_words = (Event.objects.get(pk=row.event_id).body.text for row in (old, new))
    assert (old_words, new_words) == ({}, {"name": "clean.pdf", "about": "Minutes", "reason": "Another child is named."})
    assert Event.objects.get(dispute=dispute, kind=EventKind.ERASED).facts["lines"] == [old.event.number]
    assert verify().findings == []
    assert not sees(world, dispute, world.cast.receiver, old)


def test_a_withdrawn_file_is_erased_and_the_record_says_who_when_and_why(world: World, dispute: Dispute, committed: Any) -> None:
    file = attach(world, dispute, world.cast.receiver)
    with committed(execute=True):
        world.do(dispute, Verb.WITHDRAW_FILE, world.cast.receiver, file=file.pk, reason="The wrong letter.")
    line = Event.objects.get(dispute=dispute, kind=EventKind.FILE_WITHDRAWN)
    assert (line.actor_id, line.facts["sha256"], line.body.text) == (world.cast.receiver.pk, file.sha256, {"reason": "The wrong letter."})
    assert (lying(), Event.objects.get(pk=file.event_id).body.text) == ([], {})
    assert verify().findings == []


@pytest.mark.parametrize(
    ("part", "refusal"),
    [("receiver", None), ("receiving_lead", None), ("raiser", NotAllowed), ("lead", NotAllowed), ("business_unit", NotFound), ("stranger", NotFound)],
)
def test_who_attached_it_and_their_lead_may_withdraw_it(world: World, dispute: Dispute, part: str, refusal: type[DomainError] | None) -> None:
    file = attach(world, dispute, world.cast.receiver)
    attach(world, dispute, world.cast.raiser)
    attach(world, dispute, world.cast.lead)
    attach(world, dispute, world.cast.business_unit)
    withdraw = {"file": file.pk, "reason": "The wrong letter."}
    if refusal is None:
        world.do(dispute, Verb.WITHDRAW_FILE, getattr(world.cast, part), **withdraw)
    else:
        with pytest.raises(refusal):
            world.do(dispute, Verb.WITHDRAW_FILE, getattr(world.cast, part), **withdraw)
    file.refresh_from_db()
    assert (file.ended_at is None) is (refusal is not None)


def test_once_it_reads_the_disagreement_the_business_unit_may_withdraw_any_file(world: World, dispute: Dispute) -> None:
    file = attach(world, dispute, world.cast.receiver)
    before_chair(world, dispute)
    world.do(dispute, Verb.WITHDRAW_FILE, world.cast.business_unit, file=file.pk, reason="Another child’s letter.")
    file.refresh_from_db()
    assert file.ended_how == FileEnd.WITHDRAWN


def test_a_withdrawn_file_a_foreign_one_and_none_are_alike(world: World, dispute: Dispute) -> None:
    file, own = attach(world, dispute, world.cast.receiver), attach(world, dispute, world.cast.receiver, audience=Audience.AGENCY)
    elsewhere = attach(world, world.sent(), world.cast.receiver)
    world.do(dispute, Verb.WITHDRAW_FILE, world.cast.receiver, file=file.pk, reason="Wrong.")
    case, person, said = case_of(world, dispute), world.person(world.cast.raiser), set()
    for key in (file.pk, own.pk, elsewhere.pk, dispute.pk):
        with pytest.raises(NotFound) as refused:
            find_file(case, person, key)
        said.add(refused.value.message)
    assert len(said) == 1


def test_each_download_is_a_reading_that_names_no_file(world: World, dispute: Dispute) -> None:
    file = attach(world, dispute, world.cast.receiver)
    given = give(case_of(world, dispute), world.person(world.cast.raiser), file, now=world.now)
    with given.content as content:
        assert content.read() == LETTER
    assert Reading.objects.get(dispute=dispute, reader=world.cast.raiser).part == f"file: {file.event.number}"


def test_that_a_file_of_one_agency_was_downloaded_its_own_lead_sees_and_no_other(world: World, dispute: Dispute) -> None:
    cast = world.cast
    file = attach(world, dispute, cast.receiver, audience=Audience.AGENCY)
    give(case_of(world, dispute), world.person(cast.receiver), file, now=world.now).content.close()
    downloads = [
        [row.who for row in who_looked(case_of(world, dispute), world.person(lead)).looks if "Downloaded" in row.part]
        for lead in (cast.receiving_lead, cast.lead)
    ]
    assert downloads == [["Rashida Shah"], []]


def test_the_first_download_of_the_receiving_side_opens_its_request(world: World, dispute: Dispute) -> None:
    file = attach(world, dispute, world.cast.raiser)
    give(case_of(world, dispute), world.person(world.cast.receiver), file, now=world.now).content.close()
    assert Event.objects.filter(dispute=dispute, kind=EventKind.OPENED).exists()


@pytest.mark.parametrize("harm", ["altered", "gone"])
def test_a_file_that_is_not_what_was_attached_is_not_given_out(world: World, dispute: Dispute, harm: str) -> None:
    file = attach(world, dispute, world.cast.receiver)
    path = Path(settings.CONCORD_FILES_DIR) / file.stored[:2] / file.stored
    path.unlink() if harm == "gone" else path.write_bytes(b"Dear colleague, we never met.")
    with pytest.raises(WrongState, match="not as it was attached"):
        give(case_of(world, dispute), world.person(world.cast.raiser), file, now=world.now)
    assert not Reading.objects.filter(dispute=dispute).exists()


def test_what_a_crash_left_is_removed_after_an_hour_and_what_is_attached_stays(world: World, dispute: Dispute) -> None:
    file = attach(world, dispute, world.cast.receiver)
    old, fresh = store.keep(b"left behind"), store.keep(b"on its way")
    hours_ago = (world.now - timedelta(hours=2)).timestamp()
    for name in (old, file.stored):
        os.utime(Path(settings.CONCORD_FILES_DIR) / name[:2] / name, (hours_ago, hours_ago))
    os.utime(Path(settings.CONCORD_FILES_DIR) / fresh[:2] / fresh, (world.now.timestamp(), world.now.timestamp()))
    assert tidy(world.now) == 1
    assert lying() == sorted([file.stored, fresh])
    assert tidy(world.now) == 0


def test_a_row_never_claims_content_that_was_erased(world: World, dispute: Dispute) -> None:
    file = attach(world, dispute, world.cast.receiver)
    with pytest.raises(IntegrityError):
        Attachment.objects.filter(pk=file.pk).update(stored="")


def test_the_hundred_and_first_file_waits_until_one_is_withdrawn(world: World, dispute: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("escalation.services.files.attaching.MOST_FILES", 1)
    attach(world, dispute, world.cast.receiver)
    with pytest.raises(WrongState, match="attached to this disagreement already"):
        attach(world, dispute, world.cast.receiver)


def test_tampering_with_a_file_or_its_row_is_found_and_named(world: World, dispute: Dispute) -> None:
    files = [attach(world, dispute, world.cast.receiver, upload_as=upload(content=LETTER + bytes([65 + number]))) for number in range(3)]
    paths = [Path(settings.CONCORD_FILES_DIR) / file.stored[:2] / file.stored for file in files]
    assert (verify().findings, verify().files) == ([], 3)
    paths[0].write_bytes(b"We never met.")
    paths[1].unlink()
    Attachment.objects.filter(pk=files[2].pk).update(sha256="0" * 64)
    said = {str(finding) for finding in verify(reference=dispute.reference).findings}
    start = f"{dispute.reference} file of line"
    assert said == {
        f"{start} {files[0].event.number}: was altered in the files’ folder.",
        f"{start} {files[1].event.number}: is not in the files’ folder.",
        f"{start} {files[2].event.number}: is not the one that its line names.",
        f"{start} {files[2].event.number}: was altered in the files’ folder.",
    }


def test_the_name_of_a_file_is_not_corrected_for_a_correction_would_outlive_it(world: World, dispute: Dispute) -> None:
    file = attach(world, dispute, world.cast.receiver)
    with pytest.raises(NotFound, match="no such line to correct"):
        world.do(dispute, Verb.CORRECT, world.cast.receiver, number=file.event.number, text={"name": "Ffion.txt"}, why="Her name.")


def test_nothing_is_erased_while_a_legal_hold_is_on_it(world: World, dispute: Dispute) -> None:
    file = attach(world, dispute, world.cast.receiver)
    world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason="A court has asked for it.")
    with pytest.raises(WrongState, match="legal hold"):
        world.do(dispute, Verb.WITHDRAW_FILE, world.cast.receiver, file=file.pk, reason="The wrong letter.")
    assert lying() == [file.stored]


def test_files_go_with_what_was_typed_when_its_time_is_over(world: World, dispute: Dispute, committed: Any) -> None:
    file = attach(world, dispute, world.cast.receiver)
    with committed(execute=True):
        erase_files_of(dispute.pk)
    assert (lying(), Attachment.objects.filter(pk=file.pk).exists()) == ([], False)


def test_no_name_but_the_products_own_leads_to_a_file() -> None:
    for name in ("../../etc/passwd", "", "x" * 32, "/etc/passwd"):
        with pytest.raises(FileNotFoundError):
            store.opened(name)


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


def replace(world: World, dispute: Dispute, user: User, old: Attachment) -> Attachment:
    """Another version of a file, as a PDF."""
    return bring(world, dispute, Verb.REPLACE_FILE, user, upload_as=upload("clean.pdf", pdf()), file=old.pk, reason="Another child is named.")
