"""What every stage's record must be able to say: attempts to reach somebody, what was said and decided, what it rests on, and what still worries."""

from datetime import timedelta

import pytest

from agencies.errors import NotFound
from escalation.models import AgreedAction, EventBody, Notification
from escalation.services.submission import Problems
from escalation.states import EventKind, Message, Outcome, Verb
from tests.cast import Cast
from tests.factories import make_holding
from tests.procedures.journey import Journey
from tests.procedures.on_pages import moment, page_of, press
from tests.world import london

pytestmark = pytest.mark.django_db


def typed(journey: Journey, kind: EventKind) -> dict[str, object]:
    """What was typed with the newest line of this kind."""
    found: dict[str, object] = EventBody.objects.filter(event__dispute=journey.dispute, event__kind=kind).latest("event__number").text
    return found


def ended(journey: Journey, how: str) -> Journey:
    """Closed after both agreed, or withdrawn by the raising agency's lead."""
    cast = journey.world.cast
    if how == "closed":
        return journey.agreed(cast.own_manager, cast.receiver).closed(cast.own_manager, cast.receiver, cast.lead)
    return journey.do(Verb.WITHDRAW, cast.lead, reason="Settled by telephone.", still_at_risk=False)


def hear_of_concern(journey: Journey) -> set[str]:
    """By their part, whoever is told of a continuing concern."""
    told = set(Notification.objects.filter(dispute=journey.dispute, action="A continuing concern was recorded").values_list("recipient", flat=True))
    return {part for part, user in journey.world.cast.users() if user.pk in told}


def test_while_nobody_answers_the_page_names_the_deputy_and_the_equivalents_to_try(cast: Cast) -> None:
    """BRI-06: it stays the raising agency's duty to reach somebody, and the product says whom."""
    make_holding(cast.receiver.holdings.get().post, cast.other_practitioner, rank=1)
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().at("2026-03-03 10:01")
    page = page_of(journey, cast.own_manager)
    assert "Record an attempt to reach someone" in page
    assert "If you cannot reach Rashida Shah: who else to try" in page
    assert "Esi Boateng" in page
    assert "Nobody can act" not in page
    assert "who else to try" not in page_of(journey, cast.receiver)


def test_an_attempt_that_reached_nobody_is_recorded_and_does_not_stop_the_move(cast: Cast) -> None:
    """BRI-06, BRI-03: a chase without an answer is no answer; the matter moves up one working day after it was due."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().at("2026-03-02 14:00", "2026-03-03 10:01")
    press(journey, cast.own_manager, Verb.RECORD_CONTACT, how="phone", whom="Rashida Shah", said="No reply; a message was left.", reached="no")
    assert typed(journey, EventKind.CONTACT)["said"] == "No reply; a message was left."
    assert "a message was left" in page_of(journey, cast.receiver)
    assert journey.at("2026-03-04 09:00", "2026-03-04 10:01").stage == 2


def test_an_attempt_that_reached_the_equivalent_stops_the_move(cast: Cast) -> None:
    """BRI-06: then the two are talking."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().at("2026-03-02 14:00", "2026-03-03 10:01")
    press(journey, cast.own_manager, Verb.RECORD_CONTACT, how="phone", whom="Rashida Shah", said="She rings back today.", reached="yes")
    assert journey.at("2026-03-04 09:00", "2026-03-04 10:01").stage == 1


def test_an_attempt_without_whom_or_what_was_said_is_not_recorded(cast: Cast) -> None:
    """BRI-06: and nothing typed is lost."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    answer = press(journey, cast.own_manager, Verb.RECORD_CONTACT, how="phone", whom="", said="She rings back today.", reached="yes")
    assert answer.status_code == 400
    assert "She rings back today." in answer.content.decode()
    assert not journey.now.events.filter(kind=EventKind.CONTACT).exists()


def test_a_meeting_keeps_who_was_there_what_was_said_and_what_was_decided(cast: Cast) -> None:
    """BRO-08: at any stage, read by both sides."""
    journey = Journey(cast, "bromley", "2026-03-02 10:00").sent()
    said = {"how": "meeting", "who": "Aled Morgan and Esi Boateng", "summary": "The threshold was gone through.", "decisions": "A joint visit."}
    agencies = [str(cast.school.pk), str(cast.social_care.pk)]
    assert press(journey, cast.raiser, Verb.RECORD_MEETING, **said, agencies=agencies).status_code == 302
    for reader in (cast.raiser, cast.other_practitioner):
        page = page_of(journey, reader)
        assert [words for words in ("Aled Morgan and Esi Boateng", "The threshold was gone through.", "A joint visit.") if words not in page] == []


def test_an_agreed_action_keeps_who_does_it_and_by_when_and_is_followed(cast: Cast) -> None:
    """BRO-08: actions with timescales; overdue a minute after."""
    journey = Journey(cast, "bromley", "2026-03-02 10:00").sent()
    given = {"what": "See the child at home.", "agency": str(cast.social_care.pk), **moment("due_at", london("2026-03-05 12:00"))}
    assert press(journey, cast.raiser, Verb.ADD_ACTION, **given).status_code == 302
    action = AgreedAction.objects.get(dispute=journey.dispute)
    assert (action.agency, action.owner, action.due_at) == (cast.social_care, cast.other_practitioner, london("2026-03-05 12:00"))
    assert "See the child at home." in page_of(journey, cast.other_practitioner)
    journey.at("2026-03-03 10:00", "2026-03-04 10:00", "2026-03-05 09:00", "2026-03-05 12:00", "2026-03-05 12:01")
    assert journey.told(cast.other_practitioner, Message.OVERDUE)


@pytest.mark.parametrize(("basis", "words"), [("evidence", "Evidence"), ("judgement", "My professional judgement"), ("both", "Both")])
def test_what_the_concern_rests_on_is_said_openly_to_the_other_side(cast: Cast, basis: str, words: str) -> None:
    """DEV-13."""
    journey = (
        Journey(cast, "devon", "2026-03-02 10:00")
        .sent(basis=basis)
        .do(Verb.MOVE_UP, cast.own_manager, ground="not_resolved", reason="We are clear now.")
    )
    assert journey.now.basis == basis
    assert words in page_of(journey, cast.other_practitioner)


def test_nothing_is_sent_without_saying_what_it_rests_on(cast: Cast) -> None:
    """DEV-13: it stays a draft."""
    with pytest.raises(Problems, match="evidence or on your professional judgement"):
        Journey(cast, "devon", "2026-03-02 10:00").sent(basis="")


@pytest.mark.parametrize(
    ("part", "others"),
    [
        ("raiser", ("own_manager", "receiver")),
        ("own_manager", ("raiser", "receiver")),
        ("receiver", ("raiser", "own_manager")),
        ("receiving_lead", ("raiser", "own_manager", "receiver")),
    ],
)
def test_after_an_outcome_whoever_of_either_side_still_fears_for_the_child_says_so_and_is_heard(
    cast: Cast, part: str, others: tuple[str, ...]
) -> None:
    """BRI-21: either side may, and the people concerned are told; the outcome stands, the concern beside it."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().agreed(cast.own_manager, cast.receiver)
    journey.world.now += timedelta(days=1)
    press(journey, getattr(cast, part), Verb.CONTINUE_CONCERN, concern="The man is still in the house.")
    assert journey.now.has_continuing_concern
    assert journey.now.outcome == Outcome.AGREED_ACTION
    assert "The man is still in the house." in page_of(journey, getattr(cast, others[-1]))
    assert [other for other in others if not journey.told(getattr(cast, other), Message.UNIT)] == []


@pytest.mark.parametrize("part", ["raiser", "own_manager", "lead", "receiver"])
@pytest.mark.parametrize("how", ["closed", "withdrawn"])
def test_after_the_end_whoever_held_it_says_so_too_and_those_hear_who_may_reopen_it(cast: Cast, how: str, part: str) -> None:
    """BRI-21."""
    journey = ended(Journey(cast, "bristol", "2026-03-02 10:00").sent(), how)
    journey.world.now += timedelta(days=1)
    press(journey, getattr(cast, part), Verb.CONTINUE_CONCERN, concern="The man is still in the house.")
    assert journey.now.has_continuing_concern
    assert hear_of_concern(journey) == {"raiser", "own_manager", "lead", "receiver", "business_unit", "business_manager"} - {part}


def test_of_what_was_withdrawn_inside_the_own_agency_its_lead_and_manager_hear_and_nobody_outside(cast: Cast) -> None:
    """BRI-21: whoever raised it may fear for the child where their lead has withdrawn it."""
    journey = ended(Journey(cast, "bristol", "2026-03-02 10:00").logged(), "withdrawn")
    press(journey, cast.raiser, Verb.CONTINUE_CONCERN, concern="The man is still in the house.")
    assert hear_of_concern(journey) == {"own_manager", "lead"}


def test_of_what_is_kept_from_the_own_agency_none_of_its_other_people_hears_of_a_concern_after_the_end(cast: Cast) -> None:
    """BRI-21, BRO-11."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent(is_restricted=True).disagrees(cast.receiver)
    journey.do(Verb.PROPOSE_OUTCOME, cast.raiser, wording="A visit.", kind=Outcome.AGREED_ACTION).do(Verb.CONFIRM_OUTCOME, cast.receiver)
    journey.do(Verb.CLOSE, cast.business_manager, difference="no_change", gap="Nobody answered our letters.")
    press(journey, cast.receiver, Verb.CONTINUE_CONCERN, concern="The man is still in the house.")
    assert hear_of_concern(journey) == {"raiser", "business_unit", "business_manager"}


def test_a_concern_is_not_recorded_without_words_nor_by_somebody_outside(cast: Cast) -> None:
    """BRI-21."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().agreed(cast.own_manager, cast.receiver)
    assert press(journey, cast.raiser, Verb.CONTINUE_CONCERN, concern=" ").status_code == 400
    with pytest.raises(NotFound):
        journey.do(Verb.CONTINUE_CONCERN, cast.mediator, concern="x")
    assert not journey.now.has_continuing_concern
