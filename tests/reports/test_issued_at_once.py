"""Two public editions made at once: one is issued, the other was never held against it and is refused until it is made anew."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from agencies.errors import Conflict, InvalidInput
from agencies.models import Partnership
from agencies.services.tokens import make_token
from escalation.states import Ground
from reports.figures import Document
from reports.issuing import issue, public_document
from reports.models import IssuedEdition
from reports.periods import Year
from reports.publishing import draft_of
from tests.reports.builders import Life, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)
NOW, JUNE, DAY = datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2025, 6, 2, 9, tzinfo=UTC), timedelta(days=1)
YEAR = Year(2025)


def moved_up(world: World, ground: Ground, many: int) -> None:
    for at in range(many):
        life = Life.begin(world, JUNE, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"])
        life.enter(1, JUNE)
        life.enter(2, JUNE + (at + 1) * DAY, ground)
    world.save()


@pytest.fixture
def world() -> World:
    """Four grounds for moving up, one of them small: beside it the next smallest is hidden, that the sum does not tell it."""
    world = make_world()
    for ground, many in ((Ground.NOT_RESOLVED, 20), (Ground.DELAY, 15), (Ground.NO_RESPONSE, 9), (Ground.RISK, 2)):
        moved_up(world, ground, many)
    return world


def counted(world: World) -> Document:
    return public_document(world.partnership, YEAR, NOW)


def grounds(document: Document) -> dict[str, int | None]:
    """Each ground's number as it is published, None where it is hidden."""
    [table] = [table for section in document.sections for table in section.tables if table.key == "grounds"]
    return {row.label: None if row.cells[0].mark else row.cells[0].number for row in table.rows}


def two(world: World) -> tuple[Document, Document]:
    """Two editions, neither of which knows of the other: between them twelve were recorded late, so that another ground is hidden beside the small
    one."""
    first = counted(world)
    moved_up(world, Ground.NO_RESPONSE, 12)
    return first, counted(world)


def told(one: Document, other: Document) -> int | None:
    """The small number, where somebody who has both can work it out: the sum of one less what either shows."""
    known = {ground: number for document in (one, other) for ground, number in grounds(document).items() if number is not None}
    others = [known.get(ground) for ground in ("Not resolved", "Delay", "No response")]
    return None if None in others or "All moves" not in known else known["All moves"] - sum(filter(None, others))


def in_turn(tasks: list[Callable[[], object]]) -> list[Exception | None]:
    """What each raised, all begun at the same moment, each with a connection of its own."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], object]) -> Exception | None:
        try:
            start.wait(20)
            task()
        except (Conflict, InvalidInput) as error:
            return error
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [each.result(timeout=60) for each in [pool.submit(run, task) for task in tasks]]


def test_two_that_do_not_know_of_each_other_would_give_a_small_number_away(world: World) -> None:
    first, second = two(world)
    assert (grounds(first)["Risk"], grounds(second)["Risk"]) == (None, None)
    assert told(first, second) == 2


@pytest.mark.postgresql
def test_of_two_that_are_issued_at_the_same_moment_one_is_refused_and_says_what_to_do(world: World) -> None:
    first, second = two(world)
    refusals = in_turn([lambda: issue(world.partnership, first, NOW), lambda: issue(world.partnership, second, NOW)])
    assert [type(refusal) for refusal in refusals if refusal] == [Conflict]
    assert "of 2025/26, was issued while this one was being made" in str(next(filter(None, refusals)))
    assert "Make this one again" in str(next(filter(None, refusals)))
    assert IssuedEdition.objects.count() == 1


@pytest.mark.postgresql
def test_many_at_once_are_one_edition(world: World) -> None:
    documents = [counted(world) for _ in range(6)]
    assert in_turn([partial(issue, world.partnership, document, NOW) for document in documents]) == [None] * 6
    assert IssuedEdition.objects.count() == 1


def test_made_anew_it_keeps_to_what_was_issued_meanwhile(world: World) -> None:
    first, second = two(world)
    issue(world.partnership, first, NOW)
    with pytest.raises(Conflict):
        issue(world.partnership, second, NOW)
    anew = counted(world)
    issue(world.partnership, anew, NOW)
    assert told(first, anew) is None
    assert IssuedEdition.objects.count() == 2


def test_the_years_beside_it_count_and_years_far_from_it_do_not(world: World) -> None:
    document, beside, far = counted(world), public_document(world.partnership, Year(2024), NOW), public_document(world.partnership, Year(2019), NOW)
    issue(world.partnership, far, NOW)
    issue(world.partnership, beside, NOW)
    with pytest.raises(Conflict, match="of 2024/25, was issued"):
        issue(world.partnership, document, NOW)
    issue(world.partnership, public_document(world.partnership, Year(2018), NOW), NOW)


def test_what_was_issued_is_given_out_again_whatever_was_issued_since(world: World) -> None:
    first = counted(world)
    issue(world.partnership, first, NOW)
    moved_up(world, Ground.NO_RESPONSE, 12)
    issue(world.partnership, counted(world), NOW)
    issue(world.partnership, first, NOW)
    assert IssuedEdition.objects.count() == 2


@pytest.mark.postgresql
def test_a_page_and_a_program_that_were_overtaken_are_told_so(world: World) -> None:
    """They count what they issue while the first edition is being issued, and wait for it."""
    first = counted(world)
    moved_up(world, Ground.NO_RESPONSE, 12)
    secret, seen = make_token(world.unit, now=NOW).secret, draft_of(world.partnership, YEAR, NOW).seen

    def page() -> Any:
        client = Client()
        client.force_login(world.unit, backend="agencies.backend.AccountBackend")
        return client.post(reverse("report-issue", args=[2025]), {"seen": seen, "partnership": world.partnership.slug}, follow=True)

    def program() -> Any:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client.post("/api/v1/reports/2025/issue/", {"checksum": seen}, format="json")

    def asked(door: Callable[[], Any]) -> Any:
        try:
            return door()
        finally:
            connections.close_all()

    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            Partnership.objects.select_for_update(no_key=True).get(pk=world.partnership.pk)
            waiting = [pool.submit(asked, door) for door in (page, program)]
            for each in waiting:
                with pytest.raises(TimeoutError):
                    each.result(timeout=4)
            issue(world.partnership, first, NOW)
        answers = [each.result(timeout=60) for each in waiting]
    check = f"{reverse('report-issue', args=[2025])}?edition=public&partnership={world.partnership.slug}"
    assert (answers[0].redirect_chain[0][0], answers[0]["Content-Type"]) == (check, "text/html; charset=utf-8")
    assert "was issued while this one was being made" in answers[0].content.decode()
    assert (answers[1].status_code, answers[1].json()["code"]) == (409, "conflict")
    assert IssuedEdition.objects.count() == 1
