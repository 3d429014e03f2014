"""Rows that are made quickly are the rows that Django makes."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import models

from agencies.rows import QuickRow
from escalation.models import Clock, Dispute, Event, Notification, Party, Request, StageRun
from escalation.states import EventKind, RequestState, State
from tests.world import World

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
GIVEN: list[tuple[type[QuickRow], dict[str, Any]]] = [
    (Dispute, {"reference": "ESC-1", "created_at": AT, "state": State.OPEN, "stage": 2, "themes": ["threshold"]}),
    (Party, {"dispute_id": UUID(int=7), "agency_id": UUID(int=8), "side": "raising"}),
    (StageRun, {"dispute": Dispute(id=UUID(int=9)), "stage": 1, "entered_at": AT}),
    (Request, {"dispute": Dispute(id=UUID(int=9)), "run": None, "sent_at": AT, "state": RequestState.ANSWERED}),
    (Clock, {"dispute": Dispute(id=UUID(int=9)), "request": None, "key": "response", "started_at": AT, "due_at": AT}),
    (Event, {"id": UUID(int=3), "number": 1, "kind": EventKind.SENT, "happened_at": AT, "recorded_at": AT, "facts": {"stage": 1}}),
    (Notification, {}),
]


def held(row: models.Model) -> dict[str, Any]:
    """What the row holds, its relations too; a key that was made for it is another each time."""
    found = {name: value for name, value in vars(row).items() if name not in {"id", "_state"}}
    state = vars(row)["_state"]
    related = {name: value for name, value in state.fields_cache.items() if value is not None}
    return found | {"related": related, "adding": state.adding}


@pytest.mark.parametrize(("model", "given"), GIVEN, ids=lambda value: value.__name__ if isinstance(value, type) else "")
def test_a_row_made_quickly_holds_what_django_would_put_in_it(model: type[QuickRow], given: dict[str, Any]) -> None:
    theirs = model.__new__(model)
    models.Model.__init__(theirs, **given)
    ours = model(**given)
    assert held(ours) == held(theirs)
    assert list(vars(ours)["_state"].fields_cache) == [name for name, value in given.items() if isinstance(value, models.Model)]
    assert ours.pk == given.get("id", ours.pk)
    assert isinstance(ours.pk, UUID)


def test_each_row_has_a_key_and_containers_of_its_own() -> None:
    first, second = Dispute(), Dispute()
    assert first.pk != second.pk
    first.themes.append("threshold")
    assert second.themes == []


def test_a_name_that_is_no_field_is_refused() -> None:
    with pytest.raises(TypeError, match="colour"):
        Notification(**{"colour": "red"})


def test_the_primary_key_may_be_given_under_its_other_name() -> None:
    assert Notification(pk=UUID(int=5)).id == UUID(int=5)


@pytest.mark.django_db
def test_a_row_read_is_the_row_that_was_written_and_reads_the_rest_when_asked(world: World) -> None:
    dispute = world.sent()
    again = Dispute.objects.get(pk=dispute.pk)
    assert held(again) == held(dispute)
    assert vars(again)["_state"].db == "default"
    assert not vars(again)["_state"].adding
    partial = Dispute.objects.only("reference").get(pk=dispute.pk)
    assert set(vars(partial)) == {"id", "reference", "_state"}
    assert (partial.state, partial.stage, partial.themes) == (dispute.state, dispute.stage, dispute.themes)


@pytest.mark.django_db
def test_a_protected_state_is_read_at_once_and_still_not_set_by_hand(dispute: Dispute) -> None:
    assert dispute.state == State.OPEN
    with pytest.raises(AttributeError, match="state"):
        dispute.state = State.CLOSED
    with pytest.raises(AttributeError, match="stage"):
        dispute.stage = 3
