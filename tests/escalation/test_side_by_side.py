"""Several procedures side by side in one partnership: a door that leads to another one, what is refused of it, and what goes over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agencies.errors import InvalidInput, NotAllowed
from escalation.engine.definitions import definition_of
from escalation.models import Dispute, Draft
from escalation.procedures.comparing import differences
from escalation.procedures.definition import DoorRule, ProcedureDefinition
from escalation.procedures.schema import from_json, shipped, to_json
from escalation.services import drafts
from escalation.services.procedures import preview, publish
from escalation.services.submission import Problems
from escalation.states import Door, State, Verb
from tests.cast import Cast
from tests.escalation.procedure_texts import accepted, refused, text
from tests.side_by_side import SENDS, both_in_force, hub, published, sending
from tests.world import World, answers

REDIRECT = '[[doors]]\ndoor = "mash_decision"\ndoes = "redirect"\nprocedure = "hub"\nwords = "The hub has a procedure of its own."\n'


@pytest.fixture
def both(world: World) -> World:
    """Both in force, the one with the door offered first."""
    return both_in_force(world)


def test_a_door_names_the_procedure_that_it_leads_to_and_is_stored_with_it() -> None:
    definition = accepted(text(tail=REDIRECT))
    assert definition.doors == (replace(SENDS, words="The hub has a procedure of its own."),)
    assert from_json(to_json(definition)) == definition


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('procedure = "hub"\n', "", "door 1, procedure: This is missing. Give the key of the partnership's procedure that it goes by."),
        ("redirect", "go_on", "door 1, procedure: A procedure is named here, but nothing goes by it: say does = “redirect”."),
        ('"hub"', '"sample"', "door mash_decision, procedure: That is this procedure itself: name another one, or say go_on."),
    ],
)
def test_a_door_that_leads_to_no_other_procedure_is_refused(before: str, after: str, said: str) -> None:
    assert refused(text(tail=REDIRECT.replace(before, after))) == [f"sample.toml: {said}"]


def test_a_new_version_says_at_which_door_something_else_happens() -> None:
    assert "Changed: what happens at the door “A decision of the multi-agency safeguarding hub (MASH)”." in differences(
        shipped()["bristol"], sending()
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("other", "days", "said"),
    [
        (None, 0, "the partnership has published no procedure “hub”. Publish that one first."),
        (hub(), 1, "“Decisions of the hub” comes into force on 3 March 2026, and this version earlier. Give it that day or a later one."),
        (hub(DoorRule(Door.MASH_DECISION, "stop", "Not here.")), 0, "“Decisions of the hub” does not take it: at the same door it stops, asks or"),
    ],
)
def test_a_procedure_is_not_published_whose_door_leads_nowhere(world: World, other: ProcedureDefinition | None, days: int, said: str) -> None:
    if other is not None:
        published(world, other, world.now.date() + timedelta(days=days))
    for wanted in (publish, preview):
        with pytest.raises(InvalidInput, match="Door mash_decision: ") as error:
            wanted(sending(), world.cast.partnership, now=world.now, in_force_from=world.now.date())
        assert said in error.value.message


@pytest.mark.django_db
def test_inside_the_own_agency_it_leads_only_to_a_procedure_for_that(world: World) -> None:
    published(world, hub(own_agency_allowed=False))
    own = replace(SENDS, door=Door.OWN_AGENCY)
    with pytest.raises(InvalidInput, match="is not for a disagreement inside one agency"):
        published(world, sending(own))


@pytest.mark.django_db
def test_a_new_version_of_the_other_one_takes_what_is_sent_to_it(both: World) -> None:
    for does in ({"does": "stop"}, {"does": "redirect", "procedure": "bristol"}):
        with pytest.raises(InvalidInput, match="sends people here by it, so it goes on or takes a variant, or is left out"):
            published(both, hub(DoorRule(Door.MASH_DECISION, words="No.", **does)))
    assert published(both, hub(DoorRule(Door.MASH_DECISION, "go_on", "Here.")))


@pytest.mark.django_db
def test_a_draft_goes_over_with_all_that_was_answered_and_asks_about_what_fits_no_more(both: World, cast: Cast) -> None:
    person = both.person(cast.raiser)
    draft = drafts.begin_draft(person, agency=cast.school.pk, now=both.now)
    given = answers(cast.social_care, start_stage=2, start_ground="risk", start_reason="It cannot wait.", is_stuck=True)
    drafts.save_draft(draft.pk, person, given, now=both.now)
    target = published(both, hub())
    kept = drafts.take_over(draft.pk, person, procedure=target, answers={"door": "mash_decision"}, now=both.now)
    assert {name for name, value in given.items() if kept.answers[name] != value} == {"start_stage", "start_ground", "is_stuck"}
    with pytest.raises(Problems) as error:
        drafts.submit(draft.pk, person, now=both.now)
    assert [name for name, _ in error.value.problems] == ["start_stage"]
    drafts.save_draft(draft.pk, person, {"start_reason": ""}, now=both.now)
    drafts.submit(draft.pk, person, now=both.now)
    sent = Dispute.objects.get(pk=draft.pk)
    assert (sent.state, sent.door, definition_of(sent.version_id).key) == (State.OPEN, "mash_decision", "hub")


@pytest.mark.django_db
def test_by_that_door_it_is_not_sent_under_the_first_procedure_nor_under_a_third(both: World, cast: Cast) -> None:
    said = "It does not belong here. It goes on under: Decisions of the hub. The hub has a procedure of its own."
    for key, sentence in (("bristol", said), ("third", "This procedure says nothing of that. Choose one of those that it names, or none.")):
        third = published(both, sending() if key == "bristol" else replace(hub(), key="third"))
        with pytest.raises(Problems) as error:
            both.log(cast.social_care, procedure=third, door="mash_decision")
        assert error.value.problems == [("door", sentence)]


@pytest.mark.django_db
def test_what_was_sent_before_keeps_its_procedure(both: World, cast: Cast) -> None:
    dispute = both.log(cast.social_care)
    both.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Ask the hub first.")
    with pytest.raises(InvalidInput, match="Withdraw it, and log it under “Decisions of the hub”."):
        drafts.take_over(dispute.pk, both.person(cast.raiser), procedure=published(both, hub()), answers={}, now=both.now)
    assert definition_of(both.fresh(dispute).version_id).key == "bristol"


@pytest.mark.django_db
def test_it_goes_over_only_where_the_person_may_log_under_the_other_one(both: World, cast: Cast) -> None:
    leads_only = published(both, hub(raiser_roles=("safeguarding_lead",)))
    draft = drafts.begin_draft(both.person(cast.raiser), agency=cast.school.pk, now=both.now)
    with pytest.raises(InvalidInput, match="Under this procedure a disagreement is raised by: safeguarding lead."):
        drafts.take_over(draft.pk, both.person(cast.raiser), procedure=leads_only, answers={}, now=both.now)
    published(both, shipped()["devon"])
    third = drafts.begin_draft(
        both.person(cast.reviewer), agency=cast.school.pk, raiser=cast.raiser.pk, procedure=published(both, shipped()["devon"]), now=both.now
    )
    with pytest.raises(NotAllowed):
        drafts.take_over(third.pk, both.person(cast.reviewer), procedure=published(both, hub(third_party_roles=())), answers={}, now=both.now)
    assert Draft.objects.filter(dispute__version__procedure__key="hub").count() == 0
