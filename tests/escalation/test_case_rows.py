"""What a disagreement's page reads in one statement is what Django reads in a dozen."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from agencies.at_once import together
from escalation.engine.case_rows import CaseRows, read_rows
from escalation.models import Child, Clock, Dispute, Event, Guest, Party, Request, StageRun
from escalation.states import Verb
from tests.cast import Cast
from tests.guests import invited
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def values(rows: list[Any]) -> list[dict[str, Any]]:
    """Every column of each row, in their order."""
    return [{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} for row in rows]


def asked_apart(dispute: Dispute) -> dict[str, list[Model]]:
    """The rows by what of the disagreement they are, each read by Django in a query of its own."""
    ours = {"dispute": dispute}
    return {
        "parties": list(Party.objects.filter(**ours)),
        "runs": list(StageRun.objects.filter(**ours).order_by("number")),
        "requests": list(Request.objects.filter(**ours).order_by("run__number", "pk")),
        "clocks": list(Clock.objects.filter(**ours)),
        "record": list(Event.objects.filter(**ours).order_by("number")),
    }


def test_the_rows_are_djangos_own_in_one_query_however_many_disagreements(world: World, cast: Cast, dispute: Dispute) -> None:
    other = world.sent(cast.police)
    world.do(dispute, Verb.ADD_NOTE, cast.own_manager, text="“Quoted”, 50% {braces}, it’s \\ \n here: ö.")
    with CaptureQueriesContext(connection) as queries:
        rows: CaseRows = read_rows([other.pk, dispute.pk], whole=True)
    assert len(queries) == 1
    for each in (dispute, other):
        for name, apart in asked_apart(each).items():
            assert values(getattr(rows, name)[each.pk]) == values(apart), name
    assert [line.body.text for line in rows.record[dispute.pk] if hasattr(line, "body")] == [
        line.body.text for line in Event.objects.filter(dispute=dispute, body__isnull=False).select_related("body")
    ]


def test_a_row_that_another_points_to_comes_along_and_what_is_read_anew_is_as_it_is_now(world: World, dispute: Dispute) -> None:
    assert [request.guest for request in read_rows([dispute.pk], whole=False).requests[dispute.pk]] == [None]
    guest = invited(world, dispute)
    (request,) = read_rows([dispute.pk], whole=False).requests[dispute.pk]
    assert values([request.guest]) == values([Guest.objects.get(pk=guest.pk)])


def test_of_nothing_nothing_is_asked(world: World) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert read_rows([], whole=True).runs == {}
        assert list(together(Child.objects.none())) == [[]]
    assert len(queries) == 0


def test_queries_of_any_kind_are_asked_together(world: World, cast: Cast, dispute: Dispute) -> None:
    soon = world.now + timedelta(days=30)
    with CaptureQueriesContext(connection) as queries:
        clocks, children = together(
            Clock.objects.filter(due_at__lt=soon, dispute=dispute).select_related("dispute"),
            Child.objects.filter(dispute__raising_agency=cast.school),
        )
    assert len(queries) == 1
    assert {clock.dispute for clock in clocks} == {dispute}
    assert [child.born_on for child in children] == [child.born_on for child in dispute.children.all()]
