"""A procedure in words, and what a new version changes."""

import pytest

from escalation.clocks import Unit
from escalation.procedures.comparing import differences
from escalation.procedures.definition import SETS_ALONE, ProcedureDefinition
from escalation.procedures.schema import shipped
from escalation.procedures.words import (
    acting_words,
    clock_sentence,
    counting_sentence,
    on_time_sentence,
    panel_words,
    refer_words,
    route_words,
    told_words,
)
from tests.escalation.procedure_texts import accepted, clock, only_clock, stage, text

BEGINNING = "Each receiving agency is to respond"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ('within = "2 working days"', f"{BEGINNING} within 2 working days of sending it to the other agency."),
        ('within = "at once"', f"{BEGINNING} at once after sending it to the other agency."),
        ('within = "same working day"', f"{BEGINNING} on the same working day as sending it to the other agency."),
        ('within = "next working day"', f"{BEGINNING} by the working day after sending it to the other agency."),
        ('from = "received"', f"{BEGINNING} within 2 working days of receipt."),
        ('from = ["received", "meeting"]', f"{BEGINNING} within 2 working days of receipt or the meeting."),
        ('from = "fact: conference"', f"{BEGINNING} within 2 working days of the date of: conference."),
        (
            'if = ["urgent", "not agreed"]',
            f"Where it is urgent and it is not agreed, e{BEGINNING[1:]} within 2 working days of sending it to the other agency.",
        ),
        ('within = "agreed"', f"{BEGINNING} by a date that is agreed (until one is, the next step is due by the end of the next working day)."),
        ('owed_by = "each"\nmeasures = "meeting"', "Both sides are to meet within 2 working days of sending it to the other agency."),
    ],
)
def test_a_clock_is_one_sentence(changes: str, said: str) -> None:
    assert clock_sentence(only_clock(changes)) == said


HEAD = 'stage_word = "step"\nmoment = "same_time"\npriorities = ["very_high"]'
OWN = 'sides = "own"\ncounted = false'
LATER = 'key = "later"\nmeasures = "meeting"\nfrom = "end of receipt"\nmoment = "end_of_day"\nif = "priority = very_high"'
CAP = 'key = "limit"\nmeasures = "cap"\nowed_by = "each"\nfrom = "sent"\nover = {}'


def whole(over: str) -> ProcedureDefinition:
    """Three stages, of which the first has no number; a clock that waits for another's end; and a limit over some of them."""
    clocks = clock('key = "receipt"\nmeasures = "acknowledgement"') + clock(LATER)
    return accepted(text(stage("think", OWN), stage("talk", clocks=clocks), stage("heads"), clock(CAP.format(over), under="caps"), head=HEAD))


def test_a_clock_says_in_words_what_it_waits_for_its_priority_and_that_it_runs_to_the_end_of_the_day_where_others_do_not() -> None:
    definition = whole("[2, 3]")
    said = "Where its priority is very high, each receiving agency is to meet within 2 working days of the end of the time to acknowledge"
    assert clock_sentence(definition.stage(2).clocks[1], definition) == f"{said}, to the end of the day."
    assert counting_sentence(definition).endswith("each clock is due at the same time of day, or at the end of the day where that is said.")


@pytest.mark.parametrize(("over", "said"), [("[2, 3]", "from step 1 to step 2"), ("[1, 3]", "from “Stage think” to “Stage heads”")])
def test_a_limit_names_its_stages_as_the_page_does(over: str, said: str) -> None:
    definition = whole(over)
    assert clock_sentence(definition.caps[0], definition).endswith(f" within 2 working days of sending it to the other agency, {said}.")
    enfield = shipped()["enfield"]
    assert clock_sentence(enfield.caps[0], enfield).endswith(", over stages 1 to 3.")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"remind"', "When the time has passed, people are reminded."),
        ('{ does = "offer", remind = false }', "When the time has passed, it is recorded and moving up is offered to the raising side."),
        (
            '{ does = "move up after 1 working day", alert_unit = true }',
            "When the time has passed, people are reminded, the business unit is alerted and it moves up by itself after 1 working day more, "
            "unless someone stops it.",
        ),
    ],
)
def test_what_happens_when_time_has_passed_is_one_sentence(line: str, said: str) -> None:
    assert on_time_sentence(only_clock(f"on_time = {line}").on_time) == said


def test_where_nothing_moves_by_itself_no_sentence_says_so() -> None:
    moving = only_clock('on_time = "move up after 1 working day"').on_time
    assert on_time_sentence(moving, moves=False) == "When the time has passed, people are reminded."


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ('close = "17:30"', "What starts after 5:30pm or on a day that is not a working day counts from the next opening; each clock is due"),
        ('close = "office_hours"', "What starts outside office hours counts from the next opening; each clock is due"),
        ('close = "none"', "What starts on a day that is not a working day counts from the next opening; each clock is due"),
        ('start_rule = "plain"', "The day on which a clock starts is not counted; each clock is due"),
    ],
)
def test_how_time_is_counted_is_one_sentence(head: str, said: str) -> None:
    assert counting_sentence(accepted(text(stage("one", clocks=clock()), stage("two"), head=head))) == f"{said} at the same time of day."


def test_the_partnerships_stage_says_its_routes_its_panel_and_who_refers() -> None:
    last = shipped()["bromley"].stage(4)
    assert route_words(last) == ("Resolution panel: a recommendation", "Direct liaison with the agencies' leaders: the agencies decide")
    assert panel_words(last) == "At least 3 agencies, chaired by: An independent or senior partner"
    assert refer_words(last) == "Safeguarding lead or Senior manager, through the business manager"


def test_who_acts_is_said_by_the_procedures_words_the_roles_or_the_level() -> None:
    definition = accepted(text(stage("one", "raising = { level = 2 }"), stage("two", 'raising = { roles = ["manager", "safeguarding_lead"] }')))
    assert acting_words(definition.stage(1).raising, "tier") == "Tier 2"
    assert acting_words(definition.stage(2).raising, "tier") == "Manager or supervisor or Safeguarding lead"


def test_when_the_unit_is_told_is_one_sentence() -> None:
    assert told_words(shipped()["buckinghamshire"]).startswith("At stage 3, when the overall limit has passed and when an agency stays out")
    assert told_words(accepted(text())) == "Not told by the procedure."


def test_a_procedure_differs_from_itself_in_nothing() -> None:
    assert differences(shipped()["enfield"], shipped()["enfield"]) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            text(stage("one", clocks=clock('within = "5 working days"')), stage("two")),
            "Stage 1, Stage one: Each receiving agency is to respond within 5",
        ),
        (
            text(stage("one"), stage("two")),
            "Stage 1, Stage one: Each receiving agency is to respond within 2 working days of sending it to the other agency. This goes.",
        ),
        (text(stage("zero"), stage("one", clocks=clock()), stage("two")), "The stage “Stage zero” is new."),
        (text(stage("one", 'name = "Managers"', clock()), stage("two")), "Stage 1, Managers: it is called Stage one until now."),
        (text(stage("one", "tells_unit = true", clock()), stage("two")), "Stage 1, Stage one: the business unit is told."),
        (text(stage("one", 'forms = ["record"]', clock()), stage("two")), "Stage 1, Stage one: what is asked for"),
        (text(stage("one", clocks=clock()), stage("two"), head="first_hop = true"), "Changed: own manager first."),
        (text(stage("one", clocks=clock()), stage("two"), head='source = "Elsewhere"'), "Only notes, sources or words at the doors change."),
    ],
)
def test_a_difference_is_said_in_words(changed: str, said: str) -> None:
    before = accepted(text(stage("one", clocks=clock()), stage("two")))
    assert any(line.startswith(said) for line in differences(before, accepted(changed)))


@pytest.mark.parametrize("key", ["bristol", "devon"])
def test_the_date_that_is_set_before_the_partnership_is_said_with_the_days_that_the_clock_keeps(key: str) -> None:
    (found,) = [one for one in shipped()[key].stages[-1].clocks if one.owed_by in SETS_ALONE and one.within.unit is Unit.AGREED]
    until = "until one is, the next step is due by the end of the second working day"
    assert f"by a date that is set out when it is acknowledged ({until})" in clock_sentence(found)
