"""A record that is right: what is counted, alone or with others, by the command too, after an erasure and under another key."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from agencies.errors import NotFound
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import (
    Dispute,
    EventBody,
)
from escalation.services.audit import verify
from escalation.services.seals import seal_partnerships
from escalation.states import EventKind, Verb
from tests.escalation.sealed import dispute, line, seals_dir, texts
from tests.record_guard import unguarded
from tests.world import MONDAY, World

__all__ = ["dispute", "seals_dir"]
pytestmark = pytest.mark.django_db


def test_a_record_that_nobody_touched_is_right_and_counted(dispute: Dispute) -> None:
    report = verify()
    assert (report.found, report.lines, report.disputes, report.seals, report.readings) == (0, dispute.head_number, 1, 2, 2)


def test_lines_since_the_last_seal_are_counted_apart(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text="Written after the last seal.")
    assert verify().since_seal == 1


def test_text_that_retention_erased_is_told_from_tampering(world: World, dispute: Dispute) -> None:
    body = texts(dispute)[0]
    erase(dispute, body)
    report = verify()
    assert (report.found, report.erased) == (0, 1)


def test_text_that_comes_back_after_it_was_erased_is_found(world: World, dispute: Dispute) -> None:
    body = texts(dispute)[0]
    erase(dispute, body)
    with unguarded():
        EventBody.objects.filter(pk=body.pk).update(text=body.text, erased_at=None)
    assert "again" in str(verify().findings[0])


def erase(dispute: Dispute, body: EventBody) -> None:
    """What retention does: a line that says so, and the blanking, in one transaction."""
    with transaction.atomic():
        change = Change(load([dispute.pk], now=MONDAY)[0], now=MONDAY)
        change.record(EventKind.ERASED, facts={"lines": [body.event.number]})
        commit([change])
        EventBody.objects.filter(pk=body.pk).update(text={}, erased_at=MONDAY)


def test_one_disagreement_is_verified_alone(world: World, dispute: Dispute) -> None:
    other = world.sent()
    with unguarded():
        line(other, 1).update(actor=None)
    assert not verify(reference=dispute.reference.lower()).found
    assert verify(reference=other.reference).found


def test_one_partnership_is_verified_alone(world: World, dispute: Dispute) -> None:
    with unguarded():
        line(dispute, 1).update(actor=None)
    assert not verify(partnership=world.cast.elsewhere.slug).found
    assert verify(partnership=world.cast.partnership.slug).found


@pytest.mark.parametrize("asked", [{"reference": "ESC-000000"}, {"partnership": "nowhere"}])
def test_what_does_not_exist_is_said(dispute: Dispute, asked: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        verify(**asked)


def test_the_command_says_what_it_checked(dispute: Dispute) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue().count("\n") == 1
    assert "nothing wrong" in out.getvalue()


def test_the_command_ends_with_an_error_and_names_the_place(dispute: Dispute) -> None:
    with unguarded():
        line(dispute, 1).update(actor=None)
    out = StringIO()
    with pytest.raises(CommandError, match="1 wrong"):
        call_command("verify_audit", stdout=out)
    assert f"{dispute.reference} line 1" in out.getvalue()


def test_the_command_refuses_an_unknown_reference_in_one_line() -> None:
    with pytest.raises(CommandError, match="There is no disagreement ESC-NONONO"):
        call_command("verify_audit", reference="ESC-NONONO")


# -- another key -------------------------------------------------------------------------------------------------------
def with_new_key(settings: Any) -> str:
    """The installation takes another key; the one before stays to verify. Returns that one."""
    old = str(settings.CONCORD_RECORD_KEY)
    settings.CONCORD_RECORD_KEY, settings.CONCORD_OLD_RECORD_KEYS = "another-key-of-the-record-" + "k" * 20, [old]
    return old


def test_the_key_is_replaced_and_everything_before_and_after_verifies(dispute: Dispute, world: World, settings: Any) -> None:
    old = with_new_key(settings)
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text="Written with the new key.")
    seal_partnerships(MONDAY + timedelta(minutes=2))
    assert verify().findings == []
    settings.CONCORD_OLD_RECORD_KEYS = []
    assert verify().findings
    settings.CONCORD_RECORD_KEY, settings.CONCORD_OLD_RECORD_KEYS = old, []
    assert [str(found) for found in verify().findings if "line" in str(found)]


def test_an_old_key_writes_nothing_more_where_a_new_one_has_written(dispute: Dispute, world: World, settings: Any) -> None:
    old = with_new_key(settings)
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text="Written with the new key.")
    new, settings.CONCORD_RECORD_KEY, settings.CONCORD_OLD_RECORD_KEYS = settings.CONCORD_RECORD_KEY, old, []
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text="By somebody who learnt the old key.")
    last = world.fresh(dispute).head_number
    settings.CONCORD_RECORD_KEY, settings.CONCORD_OLD_RECORD_KEYS = new, [old]
    assert f"{dispute.reference} line {last}: was altered, moved or added after it was written." in [str(found) for found in verify().findings]
