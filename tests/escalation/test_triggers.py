"""The database refuses to change or remove a line of the record, a seal or a published text, whoever asks and however."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from escalation.engine.case import load
from escalation.engine.chain import new_salt
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import Dispute, Event, EventBody, ProcedureVersion, Reading, Seal, SealedHead, StageDefinition
from escalation.services.seals import seal_partnerships
from escalation.states import EventKind
from tests.cast import Cast
from tests.kept import kept_fixture
from tests.record_guard import unguarded
from tests.world import MONDAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
GUARDED = [Event, EventBody, Seal, SealedHead, Reading, ProcedureVersion, StageDefinition]


def sealed_with_a_reading(cast: Cast) -> Dispute:
    """A disagreement with typed text, a reading and a seal over both."""
    world = World(cast)
    found = world.sent()
    Reading.objects.create(dispute=found, reader=cast.receiver, part="narrative", recorded_at=MONDAY)
    seal_partnerships(MONDAY)
    return found


@kept_fixture
def dispute(cast: Cast) -> Dispute:
    return sealed_with_a_reading(cast)


def refused(sql: str) -> bool:
    """Whether the database refuses the statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return "never changed or removed" in str(error)
    return False


@pytest.mark.parametrize("model", GUARDED)
def test_no_row_is_removed(dispute: Dispute, model: type[Event]) -> None:
    assert model.objects.exists()
    assert refused(f"DELETE FROM {model._meta.db_table}")  # noqa: S608 - names come from the models


@pytest.mark.parametrize("model", GUARDED)
def test_no_column_is_changed(dispute: Dispute, model: type[Event]) -> None:
    for column in (field.column for field in model._meta.concrete_fields):
        assert refused(f"UPDATE {model._meta.db_table} SET {column} = {column}"), column  # noqa: S608 - names come from the models


@pytest.mark.parametrize("model", GUARDED)
def test_the_orm_cannot_go_round_it(dispute: Dispute, model: type[Event]) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        model.objects.all()._raw_delete("default")


@pytest.mark.postgresql
@pytest.mark.parametrize("model", GUARDED)
def test_no_table_is_emptied_at_a_stroke(dispute: Dispute, model: type[Event]) -> None:
    with connection.cursor() as cursor:  # PostgreSQL empties no table while a check of a foreign key is outstanding
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert refused(f"TRUNCATE {model._meta.db_table} CASCADE")


def test_a_row_is_not_replaced_by_inserting_over_it(dispute: Dispute) -> None:
    if connection.vendor == "postgresql":
        clause, tail = "INSERT", "ON CONFLICT (id) DO UPDATE SET digest = 'x'"
    else:
        clause, tail = "INSERT OR REPLACE", ""
    assert refused(f"{clause} INTO escalation_event SELECT * FROM escalation_event WHERE number = 1 {tail}")  # noqa: S608 - names come from the models


def say_erased(dispute: Dispute, *, readings: Sequence[UUID] = ()) -> None:
    """The line that the tables look for: everything typed is erased, and why somebody looked."""
    change = Change(load([dispute.pk], now=MONDAY)[0], now=MONDAY)
    change.record(EventKind.ERASED, facts={"lines": list(range(1, dispute.head_number + 1)), "readings": {str(key): "" for key in readings}})
    commit([change])


def test_typed_text_may_be_blanked_once(dispute: Dispute) -> None:
    bodies = EventBody.objects.filter(event__dispute=dispute)
    say_erased(dispute)
    assert bodies.update(text={}, erased_at=MONDAY)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        bodies.update(text={}, erased_at=datetime.now(UTC))


@pytest.mark.parametrize(
    "change",
    [
        {"text": {"what": "something else"}},
        {"text": {}},
        {"erased_at": MONDAY},
        {"text": {"what": "something else"}, "erased_at": MONDAY},
        {"text": {}, "erased_at": MONDAY, "salt": new_salt()},
    ],
)
def test_any_other_change_of_typed_text_is_refused(dispute: Dispute, change: dict[str, object]) -> None:
    say_erased(dispute)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        EventBody.objects.filter(event__dispute=dispute).update(**change)


def test_the_guard_can_be_taken_off_by_the_owner_and_put_back(dispute: Dispute) -> None:
    with unguarded():
        assert not refused("UPDATE escalation_event SET number = number")
    assert refused("UPDATE escalation_event SET number = number")


@pytest.mark.django_db(transaction=True)
def test_tests_that_commit_leave_an_empty_database_behind(cast: Cast) -> None:
    assert World(cast).sent().head_number


@pytest.mark.django_db(transaction=True)
def test_and_the_next_one_finds_it_empty_and_guarded(cast: Cast) -> None:
    assert not Event.objects.exists()
    World(cast).sent()
    assert refused("DELETE FROM escalation_event")
