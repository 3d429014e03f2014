"""The order in which a line of the record is read: the same on every engine and in every place."""

import pytest

from escalation.line_order import FACTS, TEXTS, in_order
from escalation.models import Dispute, Event
from escalation.selectors import line_facts, timeline
from escalation.states import EventKind, Ground, Verb
from tests.cast import Cast
from tests.web.signed_in import Visitor
from tests.world import World

EFFORTS, REASON, SAFETY = "Two calls and a meeting.", "He is home tonight.", "His aunt is there."


def as_postgresql_keeps_it(found: dict[str, str]) -> dict[str, str]:
    """Keys of JSON by their length, then by the alphabet."""
    return dict(sorted(found.items(), key=lambda pair: (len(pair[0]), pair[0])))


def test_what_was_tried_stands_before_why_whichever_way_it_was_kept() -> None:
    written = {"efforts": EFFORTS, "reason": REASON, "safety": SAFETY, "ground": "risk"}
    kept = as_postgresql_keeps_it(written)
    assert list(kept) != list(written)
    assert list(in_order(kept)) == list(in_order(written)) == ["safety", "efforts", "reason", "ground"]


def test_attempts_stand_by_their_number_each_with_whom_before_what() -> None:
    names = ["attempt_10_said", "attempt_2_said", "attempt_2_whom", "attempt_10_whom", "tried", "consulted"]
    assert list(in_order(dict.fromkeys(names, "x"))) == [
        "tried", "attempt_2_whom", "attempt_2_said", "attempt_10_whom", "attempt_10_said", "consulted",
    ]  # fmt: skip


def test_a_name_that_nobody_gave_a_place_is_not_lost_and_comes_last() -> None:
    assert in_order({"later": 1, "else": 2, "why": 3}) == {"why": 3, "else": 2, "later": 1}
    assert list(in_order({"later": 1, "else": 2, "why": 3})) == ["why", "else", "later"]


def test_every_text_and_choice_that_has_a_name_on_the_page_has_its_place() -> None:
    tables = (timeline.LABELS, line_facts.CHOICE_LABELS, line_facts.MOMENTS, line_facts.PAST, line_facts.ATTENDANCE)
    assert {name for table in tables for name in table} - {*TEXTS, *FACTS} == set()
    assert len({*TEXTS, *FACTS}) == len(TEXTS) + len(FACTS)


@pytest.mark.engines
@pytest.mark.django_db
def test_a_line_is_read_in_the_same_order_on_either_engine(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, efforts=EFFORTS, reason=REASON)
    main = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/").one("main").text
    assert f"GroundRisk to the child What was tried{EFFORTS} Reason{REASON}" in main


@pytest.mark.engines
@pytest.mark.django_db
def test_the_words_to_take_out_stand_in_that_order_too(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, efforts=EFFORTS, reason=REASON, safety=SAFETY)
    line = Event.objects.get(dispute=dispute, kind=EventKind.MOVED_UP)
    page = Visitor(cast.lead, world.now).page(f"/d/{dispute.reference}/redact/?number={line.number}")
    names = [area.attrs["name"] for area in page.all("textarea")]
    assert [name for name in names if name.startswith("text-")] == ["text-safety", "text-efforts", "text-reason"]
