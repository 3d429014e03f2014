"""What runs each minute, or on each page, finds its rows by an index whose size follows what is open, not history: on either engine."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, models

from agencies.models import Partnership
from escalation.models import Clock, Dispute, Notification, Request
from escalation.querysets import Literal
from escalation.services.sweep_parts import beside_nobody, parts, unfilled
from escalation.services.unit_lists import learning_overdue, no_date
from escalation.states import ClockState, State
from escalation.visibility import was_asked
from tests.bench.seeding import LATER, analyse, grow, template
from tests.cast import build_cast
from tests.world import World

pytestmark = pytest.mark.engines

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SOMEBODY = UUID(int=7)
# That of owners finds those of nobody that run as well: SQLite takes it, and PostgreSQL where it looks as cheap. Each says so in its own way.
OF_NOBODY = re.compile(
    r"running_clock_of_nobody|running_clock_by_owner (?:\(owner_id=\?\)|on escalation_clock.*\n\s+Index Cond: \(owner_id IS NULL\))"
)


@pytest.fixture(autouse=True)
def many(db: None) -> None:
    """PostgreSQL weighs its ways by the rows there are; SQLite asks only whether a way is open."""
    if connection.vendor == "postgresql":
        _, dispute = template()
        grow(dispute, 1, 500, wake=LATER)
        analyse()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")


def plan(query: models.QuerySet[Any]) -> str:
    """How the engine would find the rows."""
    return query.explain()


def test_the_sweep_finds_what_is_due_by_its_index_and_in_its_order() -> None:
    found = plan(Dispute.objects.due_for_check(NOW)[:200])
    assert "dispute_due_for_check" in found
    assert "TEMP B-TREE" not in found
    assert "Sort" not in found


def test_the_sweep_finds_the_agreed_actions_of_what_is_closed_by_their_index() -> None:
    actions = Clock.objects.actions_to_check(NOW).order_by().values("dispute")
    assert "action_clock_to_check" in plan(Dispute.objects.filter(state=State.CLOSED, pk__in=actions).order_by("pk")[:200])


def test_the_sweep_names_the_state_of_what_is_closed_in_the_statement_itself() -> None:
    """As a parameter it made SQLite plan the statement anew each minute: three times the time of its answer."""
    assert any("'closed'" in part.rows().query.sql_with_params()[0] for part in parts(NOW))


def test_the_sweep_finds_what_lies_with_nobody_by_an_index_of_its_own() -> None:
    """However many clocks run or ran, those of nobody are few, and the others are never looked through: nor those of nobody that ended."""
    if connection.vendor == "postgresql":
        ended = Clock.objects.running().order_by("pk").values("pk")[:400]
        Clock.objects.filter(pk__in=ended).update(owner=None, state=ClockState.MET, ended_at=NOW, next_check_at=None)
        analyse()
    assert OF_NOBODY.search(plan(beside_nobody()[:1]))
    found = plan(Dispute.objects.filter(pk__in=unfilled(NOW.date())))
    assert OF_NOBODY.search(found)
    assert "SCAN escalation_clock" not in found


def test_the_outbox_finds_what_waits_by_its_index() -> None:
    assert "message_to_send" in plan(Notification.objects.to_send(NOW)[:100])


def test_a_case_finds_its_running_clocks_by_their_index() -> None:
    assert "running_clock_by_dispute" in plan(Clock.objects.running().filter(dispute__in=[SOMEBODY, UUID(int=8)]))


def test_the_board_finds_where_no_date_is_agreed_by_the_few_clocks_that_say_so() -> None:
    assert "running_clock_by_key" in plan(no_date(Partnership(), NOW))


def test_my_work_finds_a_persons_running_clocks_by_their_index() -> None:
    assert "running_clock_by_owner" in plan(Clock.objects.running().filter(owner=SOMEBODY).order_by("due_at"))


def test_what_an_agency_has_open_is_looked_up_and_not_found_among_all_that_it_was_ever_asked() -> None:
    agency = Request.objects.values_list("agency", flat=True).first() or SOMEBODY
    found = plan(Dispute.objects.live().filter(models.Q(raising_agency=agency) | was_asked(agency)))
    assert "request_by_dispute" in found
    assert "hashed" not in found
    assert "request_by_agency" not in found


def test_overdue_learning_is_not_found_by_way_of_every_disagreement() -> None:
    found = plan(learning_overdue(Partnership(), NOW, models.Q()))
    assert "Hash" not in found
    assert "escalation_learningpoint" in found


def test_the_literal_condition_finds_the_same_rows_as_the_states() -> None:
    World(build_cast()).sent()
    everything = Dispute.objects.filter(wake_at__isnull=False)
    assert set(Dispute.objects.due_for_check(datetime(2100, 1, 1, tzinfo=UTC))) == set(everything) != set()
    assert not Dispute.objects.filter(state=Literal(State.CLOSED)).exists()


def test_nothing_but_a_plain_word_becomes_part_of_a_statement() -> None:
    odd = Literal(State.OPEN)
    odd.value = "open' OR '1'='1"
    with pytest.raises(ValueError, match="plain word"):
        str(Dispute.objects.filter(state=odd).query)
