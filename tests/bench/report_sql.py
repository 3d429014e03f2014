"""The figures of a year in hand-written SQL: what the product's own counting is held against. One statement for each table, no framework."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection

from reports.measures import MEASURES, Scope

# Raised in the year: submitted in it, sent outside the raising agency, no draft, not left out.
COUNTED = "d.partnership_id = %(p)s AND d.left_out = ''"
RAISED = f"{COUNTED} AND d.state <> 'draft' AND d.sent_at IS NOT NULL AND d.submitted_at >= %(a)s AND d.submitted_at < %(b)s"
CLOSED = f"{COUNTED} AND d.state = 'closed' AND d.sent_at IS NOT NULL AND d.ended_at >= %(a)s AND d.ended_at < %(b)s"
DUE = """c.measures = 'response' AND c.is_procedural AND c.state <> 'superseded' AND c.due_at >= %(a)s AND c.due_at < %(e)s
    AND d.partnership_id = %(p)s AND d.sent_at IS NOT NULL AND d.state <> 'draft' AND d.left_out = ''"""
FATES = """
    SUM(CASE WHEN c.state IN ('met', 'late') AND c.ended_at <= c.due_at THEN 1 ELSE 0 END),
    SUM(CASE WHEN c.state IN ('met', 'late') AND c.ended_at > c.due_at THEN 1 ELSE 0 END),
    SUM(CASE WHEN c.state = 'missed' OR (c.state = 'running' AND c.due_at < %(n)s) THEN 1 ELSE 0 END),
    SUM(CASE WHEN c.state = 'not_needed' THEN 1 ELSE 0 END),
    SUM(CASE WHEN c.state = 'running' AND c.due_at >= %(n)s THEN 1 ELSE 0 END)"""
BEFORE = "EXISTS (SELECT 1 FROM escalation_stagerun o WHERE o.dispute_id = s.dispute_id AND o.stage = s.stage - 1 AND o.number < s.number)"
# What the partnership gave back, or what was reopened where it was, came down or stayed: right before it stands a stage at least as high.
ROSE = "NOT EXISTS (SELECT 1 FROM escalation_stagerun q WHERE q.dispute_id = s.dispute_id AND q.number = s.number - 1 AND q.stage >= s.stage)"
AFTER = "EXISTS (SELECT 1 FROM escalation_stagerun o WHERE o.dispute_id = s.dispute_id AND o.stage = s.stage + 1 AND o.number > s.number)"
GROUNDS = ", ".join(
    f"COUNT(DISTINCT CASE WHEN s.ground = '{ground}' AND s.stage > 1 AND {BEFORE} AND {ROSE} THEN s.dispute_id END)"  # noqa: S608 - our own words
    for ground in ("not_resolved", "no_response", "delay", "risk")
)
CLOCKS = "escalation_clock c JOIN escalation_dispute d ON d.id = c.dispute_id"
# By the key of the measure whose inner figures each statement gives.
STATEMENTS = {
    "highest": f"SELECT d.top_stage, COUNT(*) FROM escalation_dispute d WHERE {RAISED} GROUP BY d.top_stage",
    "settled": f"SELECT d.stage, COUNT(*) FROM escalation_dispute d WHERE {CLOSED} GROUP BY d.stage",
    "levels": f"SELECT d.level_of_need, COUNT(*) FROM escalation_dispute d WHERE {RAISED} GROUP BY d.level_of_need",
    "outcomes": f"SELECT d.outcome, d.difference, COUNT(*) FROM escalation_dispute d WHERE {CLOSED} GROUP BY d.outcome, d.difference",
    "started": f"""SELECT s.stage, COUNT(*) FROM escalation_dispute d JOIN escalation_stagerun s ON s.dispute_id = d.id AND s.stage > 0
        LEFT JOIN escalation_stagerun o ON o.dispute_id = d.id AND o.stage > 0 AND o.number < s.number
        WHERE {RAISED} AND o.id IS NULL GROUP BY s.stage""",
    "raising": f"""SELECT d.raising_agency_id, COUNT(*) FROM escalation_dispute d WHERE {RAISED} GROUP BY d.raising_agency_id UNION ALL
        SELECT r.agency_id, COUNT(DISTINCT d.id) FROM escalation_request r JOIN escalation_dispute d ON d.id = r.dispute_id
        WHERE {RAISED} GROUP BY r.agency_id""",
    "pairs": f"""SELECT d.raising_agency_id, r.agency_id, COUNT(DISTINCT d.id) FROM escalation_request r
        JOIN escalation_dispute d ON d.id = r.dispute_id WHERE {RAISED} GROUP BY d.raising_agency_id, r.agency_id""",
    "responses": f"SELECT c.stage, {FATES} FROM {CLOCKS} WHERE {DUE} GROUP BY c.stage",
    "answering": f"SELECT c.agency_id, {FATES} FROM {CLOCKS} WHERE {DUE} GROUP BY c.agency_id",
    "routes": f"""SELECT f.route, COUNT(*) FROM escalation_referral f JOIN escalation_dispute d ON d.id = f.dispute_id
        WHERE {COUNTED} AND d.state <> 'draft' AND f.referred_at >= %(a)s AND f.referred_at < %(b)s GROUP BY f.route""",
    # The heavy ones.
    "moves": f"""SELECT s.stage, COUNT(DISTINCT s.dispute_id), COUNT(DISTINCT CASE WHEN {AFTER} THEN s.dispute_id END), {GROUNDS},
            COUNT(DISTINCT CASE WHEN s.stage > 1 AND NOT {BEFORE} THEN s.dispute_id END)
        FROM escalation_stagerun s JOIN escalation_dispute d ON d.id = s.dispute_id WHERE s.stage > 0 AND {RAISED} GROUP BY s.stage""",
    # Feedback and file count since the last reopening, learning whenever it was.
    "closing": f"""WITH ended AS (SELECT d.id, d.learning_at, g.again,
            CASE WHEN g.again IS NULL OR d.feedback_at > g.again THEN d.feedback_at END AS feedback_at FROM escalation_dispute d
            LEFT JOIN (SELECT v.dispute_id, MAX(v.recorded_at) AS again FROM escalation_event v WHERE v.kind = 'reopened' GROUP BY v.dispute_id) g
            ON g.dispute_id = d.id WHERE {CLOSED}),
        children AS (SELECT DISTINCT k.dispute_id FROM escalation_child k JOIN ended e ON e.id = k.dispute_id),
        lacking AS (SELECT DISTINCT k.dispute_id FROM escalation_child k JOIN ended e ON e.id = k.dispute_id
            JOIN escalation_party p ON p.dispute_id = e.id
            LEFT JOIN escalation_fileconfirmation f ON f.child_id = k.id AND f.agency_id = p.agency_id
                AND (e.again IS NULL OR f.confirmed_at > e.again) WHERE f.id IS NULL),
        filed AS (SELECT e.id, e.feedback_at FROM ended e JOIN children c ON c.dispute_id = e.id LEFT JOIN lacking l ON l.dispute_id = e.id
            WHERE l.dispute_id IS NULL)
        SELECT 1, COUNT(feedback_at) FROM ended UNION ALL SELECT 2, COUNT(*) FROM filed UNION ALL SELECT 3, COUNT(feedback_at) FROM filed UNION ALL
        SELECT 4, COUNT(*) FROM ended e
            WHERE e.learning_at IS NOT NULL OR EXISTS (SELECT 1 FROM escalation_learningpoint q WHERE q.dispute_id = e.id)""",
}  # fmt: skip


# The columns that hold what the statement counts; of the others the first.
COLUMNS = {
    "responses": (0, 1, 2, 5, 6), "answering": (0, 1, 2, 5, 6), "outcomes": (0, 1, 2, 3), "raising": (0, 2), "moves": (0, 1, 3, 4, 5, 6, 7),
}  # fmt: skip


def by_hand(scope: Scope) -> dict[str, list[tuple[Any, ...]]]:
    """Every statement's rows."""
    given = {
        "p": scope.partnership.pk if connection.vendor == "postgresql" else scope.partnership.pk.hex,
        "a": _moment(scope.period.starts),
        "b": _moment(scope.until),
        "e": _moment(scope.period.ends),
        "n": _moment(scope.snapshot),
    }
    found = {}
    with connection.cursor() as cursor:
        for key, statement in STATEMENTS.items():
            cursor.execute(statement, given)
            found[key] = cursor.fetchall()
    return found


def by_product(scope: Scope) -> dict[str, Any]:
    """The same measures as the product counts them for a report: asked together."""
    return scope.asking.together({key: partial(MEASURES[key].figures, scope) for key in STATEMENTS})


def differing(scope: Scope) -> Iterator[str]:
    """The measures whose inner counts, taken in any order, are not those of the statement: none, or the ratio says nothing."""
    hand, ours = by_hand(scope), by_product(scope)
    for key, rows in hand.items():
        # Keys come first in a statement's rows, and a column of percentages or totals stands in some tables.
        width = {"outcomes": 2, "pairs": 2}.get(key, 1)
        expected = sorted(value for row in rows for value in row[width:] if value)
        columns = COLUMNS.get(key, (0,))
        body = [row for row in ours[key].rows if not row.is_total]
        counted = sorted(number for row in body for at in columns if (number := row.cells[at].number))
        if counted != expected:
            yield key


def _moment(at: datetime) -> Any:
    return at if connection.vendor == "postgresql" else at.strftime("%Y-%m-%d %H:%M:%S")
