"""How a moment came about is kept in English, and told in the language in force to whoever reads it."""

from datetime import timedelta

import pytest

from agencies.holidays import Nation
from agencies.working_days import Calendar
from escalation.clocks import Rule, Within, WorkingOut, working_out
from escalation.engine.case import Case, load
from escalation.models import Clock, Dispute
from escalation.procedures.spoken import SPOKEN
from escalation.selectors.explained import explained
from escalation.states import Measure
from tests.pseudo import OPEN, SHUT, marked, unmarked
from tests.world import World, london

ENGLAND = Calendar.of(Nation.ENGLAND_AND_WALES)
PLAIN = Rule.of(start_rule="plain", moment="end_of_day")
TABLE = [
    ("2026-04-02 16:00", "1 working day", Rule()),
    ("2026-04-02 18:30", "2 working days", Rule()),
    ("2026-04-03 10:00", "2 working days", Rule()),
    ("2026-04-04 10:00", "1 working week", PLAIN),
    ("2026-04-07 07:15", "1 working day", Rule()),
    ("2026-12-23 09:00", "10 working days", PLAIN),
    ("2026-04-07 15:30", "4 working hours", Rule()),
    ("2026-04-07 12:00", "same working day", Rule()),
    ("2026-04-07 12:00", "next working day", Rule()),
    ("2026-04-07 12:00", "24 clock hours", Rule()),
    ("2026-04-07 12:00", "3 calendar days", Rule()),
    ("2026-04-07 12:00", "at once", Rule()),
]


def without_marks(text: str) -> str:
    return text.replace(OPEN, "").replace(SHUT, "")


def plain(found: WorkingOut) -> list[str]:
    return [found.sentence, *(line.why for line in found.lines)]


@pytest.mark.parametrize(("start", "within", "rule"), TABLE)
def test_every_word_of_a_working_out_is_looked_up_and_says_the_same_as_in_english(start: str, within: str, rule: Rule) -> None:
    english = working_out(london(start), Within.parse(within), rule, ENGLAND)
    with marked():
        said, kept = (working_out(london(start), Within.parse(within), rule, ENGLAND, *voice) for voice in ([SPOKEN], []))
    assert [unmarked(text, set()) for text in plain(said)] == [[]] * len(plain(said))
    # A sentence begins with a capital in whatever language: within the marks it stands after one.
    assert [without_marks(text).lower() for text in plain(said)] == [text.lower() for text in plain(english)]
    assert (kept, said.due, [line.counted for line in said.lines]) == (english, english.due, [line.counted for line in english.lines])


def clock_of(world: World, dispute: Dispute) -> tuple[Case, Clock]:
    case = load([dispute.pk], now=world.now, lock=False)[0]
    return case, next(clock for clock in case.running() if clock.measures == Measure.RESPONSE)


def test_a_clock_is_told_in_the_language_in_force_and_kept_in_english(world: World, dispute: Dispute) -> None:
    case, clock = clock_of(world, dispute)
    assert explained(case, clock) == clock.working_out
    with marked():
        told = explained(case, clock)
    assert (OPEN in told["sentence"], unmarked(told["sentence"], set())) == (True, [])
    assert [without_marks(line["why"]) for line in told["lines"]] == [line["why"] for line in clock.working_out["lines"]]
    moments = ("start", "counts_from", "due", "provisional")
    assert [told[key] for key in moments] == [clock.working_out[key] for key in moments]


def test_a_moment_that_counting_again_does_not_give_stays_as_it_was_told(world: World, dispute: Dispute) -> None:
    case, clock = clock_of(world, dispute)
    was = WorkingOut.from_json(clock.working_out)
    clock.working_out = {**clock.working_out, "due": (was.due + timedelta(days=1)).isoformat()}
    with marked():
        assert explained(case, clock) == clock.working_out


def test_the_sentence_of_a_clock_that_nobody_counted_is_looked_up(world: World, dispute: Dispute) -> None:
    case, clock = clock_of(world, dispute)
    clock.working_out = {"sentence": "The date that the sides agreed for this action."}
    with marked():
        assert explained(case, clock) == {"sentence": f"{OPEN}The date that the sides agreed for this action.{SHUT}"}
