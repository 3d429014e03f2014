"""Who logs, for whom, and past whom: third parties, staff who fear their own agency, families."""

import pytest

from agencies.errors import NotAllowed, NotFound
from agencies.models import User
from agencies.roles import Role
from escalation.models import Dispute
from escalation.services import drafts
from escalation.services.submission import Problems
from escalation.states import EventKind, Message, Outcome, State, Verb
from tests.cast import Cast
from tests.factories import make_member
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of, press
from tests.world import answers

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-02 10:00"


def third_party(cast: Cast, key: str = "devon") -> Journey:
    """The reviewing officer logs what is between the school and social care."""
    journey = Journey(cast, key, MONDAY)
    person = journey.world.person(cast.reviewer)
    version = journey.world.version.procedure_id
    draft = drafts.begin_draft(person, agency=cast.school.pk, raiser=cast.raiser.pk, procedure=version, now=journey.world.now)
    drafts.save_draft(draft.pk, person, answers(cast.social_care), now=journey.world.now)
    drafts.submit(draft.pk, person, now=journey.world.now)
    journey.dispute = journey.world.fresh(draft)
    return journey


def restricted(cast: Cast, **more: object) -> Journey:
    return Journey(cast, "bromley", MONDAY).logged(is_restricted=True, **more)


def test_a_third_party_logs_between_two_others_and_starts_between_them(cast: Cast) -> None:
    """DEV-09: not inside one of the two, whose stage 1 is its own."""
    journey = third_party(cast)
    assert journey.now.is_third_party
    assert (journey.stage, journey.asked()) == (2, {cast.other_practitioner})
    assert journey.told(cast.raiser, Message.SENT)


def test_it_speaks_for_neither_and_records_what_it_did(cast: Cast) -> None:
    """DEV-09: its note is nobody's, and it neither moves the matter up nor takes a response."""
    journey = third_party(cast).do(Verb.ADD_NOTE, cast.reviewer, text="Raised in the review of 2 March.")
    assert journey.now.events.get(kind=EventKind.NOTE).agency is None
    assert "speaks for neither" in page_of(journey, cast.receiving_lead)
    for verb, given in ((Verb.MOVE_UP, {"ground": "risk", "reason": "x"}), (Verb.ASK_TO_MOVE_UP, {"reason": "x"}), (Verb.WITHDRAW, {})):
        with pytest.raises(NotAllowed):
            journey.do(verb, cast.reviewer, **given)


def test_it_helps_to_settle_it_and_both_sides_confirm(cast: Cast) -> None:
    """DEV-09: through its page it puts a wording; the agencies decide."""
    journey = third_party(cast)
    press(journey, cast.reviewer, Verb.PROPOSE_OUTCOME, wording="A core group by Friday.", kind=Outcome.AGREED_ACTION.value)
    assert journey.now.state == State.OPEN
    with pytest.raises(NotAllowed):
        journey.do(Verb.CONFIRM_OUTCOME, cast.reviewer)
    journey.do(Verb.CONFIRM_OUTCOME, journey.holder()).do(Verb.CONFIRM_OUTCOME, cast.other_practitioner)
    assert journey.now.state == State.RESOLVED


def test_another_reviewing_officer_of_the_unit_reads_it_and_others_do_not_know_of_it(cast: Cast) -> None:
    """DEV-09: what the unit logged is the unit's to see."""
    from_elsewhere = Journey(cast, "devon", "2026-03-02 10:05").logged()
    with pytest.raises(NotFound):
        from_elsewhere.do(Verb.ADD_NOTE, cast.reviewer, text="Not mine.")


def test_where_the_procedure_does_not_say_so_nobody_logs_between_two_others(cast: Cast) -> None:
    """DEV-09: of the five, Devon's alone does."""
    for key in ("bristol", "bromley", "enfield", "buckinghamshire"):
        with pytest.raises(NotAllowed, match="in which you have a role"):
            third_party(cast, key)


def test_staff_who_fear_their_own_agency_go_by_the_partnership(cast: Cast) -> None:
    """BRO-11: the business manager sends it on; from then on the raiser holds it, and nobody of the own agency hears."""
    journey = restricted(cast, through_partnership=True)
    assert (journey.stage, journey.holder(), journey.asked()) == (0, cast.business_manager, set())
    journey.do(Verb.SEND_ON, cast.business_manager, comment="Please answer within the week.")
    assert (journey.stage, journey.holder(), journey.asked()) == (1, cast.raiser, {cast.other_practitioner})
    assert journey.now.events.get(kind=EventKind.SENT_ON).agency is None
    own = [cast.lead, cast.own_manager, cast.own_senior, cast.own_board, cast.colleague]
    assert not journey.now.notifications.filter(recipient__in=own).exists()
    assert not any(Dispute.objects.visible_to(journey.world.person(user)).exists() for user in own)


def test_sent_back_by_the_partnership_it_does_not_go_to_the_own_lead(cast: Cast) -> None:
    """BRO-11: sent again it goes straight to the other agency."""
    journey = restricted(cast, through_partnership=True).do(Verb.SEND_BACK, cast.business_manager, reason="Say what you tried.")
    person = journey.world.person(cast.raiser)
    drafts.submit(journey.dispute.pk, person, now=journey.world.now)
    assert (journey.stage, journey.holder()) == (1, cast.raiser)
    assert not journey.now.notifications.filter(recipient=cast.lead).exists()


def test_without_a_word_from_the_partnership_the_raiser_sends_it_on(cast: Cast) -> None:
    """BRO-11: nothing goes silent there either."""
    journey = restricted(cast, through_partnership=True).at("2026-03-04 00:00", "2026-03-04 09:00")
    assert journey.do(Verb.SEND_ON, cast.raiser).stage == 1


def test_or_straight_to_a_manager_outside(cast: Cast) -> None:
    """BRO-11."""
    journey = restricted(cast)
    assert (journey.stage, journey.holder(), journey.asked()) == (1, cast.raiser, {cast.other_practitioner})


@pytest.mark.parametrize("part", ["lead", "own_manager", "chair"])
def test_who_is_named_never_reads_it_whatever_part_they_come_to_have(cast: Cast, part: str) -> None:
    """BRO-11: named people, leads and those of the own agency who sit in the partnership too."""
    named: User = getattr(cast, part)
    if part == "chair":
        make_member(named, cast.school, Role.PRACTITIONER)
    journey = restricted(cast, kept_from=[str(named.pk)])
    journey.now.requests.update(holder=named)
    journey.at("2026-03-10 10:00")
    assert not journey.now.notifications.filter(recipient=named).exists()
    assert "without an assessment" not in page_of(journey, named)
    with pytest.raises(NotFound):
        journey.do(Verb.RESPOND, named, answer="agrees", reasons="x", actions="y")


def test_in_devon_a_restricted_one_does_not_begin_inside_the_own_agency(cast: Cast) -> None:
    """BRO-11 in a procedure whose first stage is the own agency's."""
    assert Journey(cast, "devon", MONDAY).logged(is_restricted=True).stage == 2


def test_a_disagreement_inside_one_agency_cannot_be_kept_from_it(cast: Cast) -> None:
    """BRI-22, BRO-11: the other side is that agency."""
    with pytest.raises(Problems, match="cannot be kept from that agency"):
        Journey(cast, "bristol", MONDAY).logged(cast.school, is_restricted=True)


def test_a_challenge_by_the_family_stands_on_the_record_as_theirs(cast: Cast) -> None:
    """DEV-14: a professional logs it, with what they say."""
    with pytest.raises(Problems, match="the challenge is theirs"):
        Journey(cast, "devon", MONDAY).logged(door="family_challenge")
    Dispute.objects.all().delete()
    world = Journey(cast, "devon", "2026-03-02 10:01").world
    dispute = world.log(door="family_challenge", family_view="Nobody asked us.")
    assert dispute.events.get(kind=EventKind.SUBMITTED).facts["door"] == "family_challenge"


@pytest.mark.parametrize(("born", "asked"), [("2010-03-02", True), ("2008-03-03", True), ("2010-03-03", False), ("2008-03-02", False)])
def test_capacity_must_be_said_of_whoever_is_16_or_17_that_day(cast: Cast, born: str, asked: bool) -> None:  # noqa: FBT001
    """BUC-08: from the sixteenth birthday to the day before the eighteenth."""
    journey = Journey(cast, "buckinghamshire", MONDAY)
    child = [{"initials": "AB", "born_on": born}]
    if not asked:
        assert journey.logged(children=child).now.capacity_in_doubt is False
        return
    with pytest.raises(Problems, match="capacity"):
        journey.logged(children=child)
    Dispute.objects.all().delete()
    assert journey.logged(children=child, capacity_in_doubt=True).now.capacity_in_doubt
    assert "legal advice is taken; the courts may have to decide" in page_of(journey.do(Verb.SEND_ON, cast.own_manager), cast.receiver)
