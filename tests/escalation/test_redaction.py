"""Taking words out of the record: by whom, what stays readable, and that the record still verifies."""

from datetime import timedelta
from typing import Any

import pytest

from agencies.errors import DomainError, InvalidInput, NotAllowed, NotFound, WrongState
from agencies.models import User
from escalation.engine.case import load
from escalation.engine.perform import Seen, perform
from escalation.models import Dispute, Draft, Event, EventBody, Guest, Notification
from escalation.record_policy import may_redact
from escalation.selectors.case_file import CaseFile, case_file
from escalation.services import drafts, mail
from escalation.services.audit import verify
from escalation.services.files.attaching import lines_for_file
from escalation.services.guest_door import person_of_guest
from escalation.services.sweep import sweep
from escalation.states import Answer, EventKind, Message, Verb
from tests.cast import Cast
from tests.escalation.verbs import before_chair, refused
from tests.guests import invited
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
NAMED = "His sister Ffion Owen was there."
AGAINST = "The child is at risk. I never agreed, and don’t now."


def shown(world: World, dispute: Dispute, user: User) -> CaseFile:
    return case_file(load([dispute.pk], now=world.now, lock=False)[0], world.person(user), world.now)


def line_of(dispute: Dispute, kind: EventKind) -> Event:
    return Event.objects.filter(dispute=dispute, kind=kind).order_by("-number")[0]


def take_out(world: World, dispute: Dispute, user: User, line: Event, why: str = "Another child is named.", **text: str) -> Any:
    return world.do(dispute, Verb.REDACT, user, number=line.number, text=text, why=why)


def test_the_words_are_erased_the_rest_stays_and_the_record_verifies(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RECORD_MEETING, world.cast.receiver, who="Both", summary=NAMED, decisions="A visit.")
    meeting = line_of(dispute, EventKind.MEETING)
    take_out(world, dispute, world.cast.receiver, meeting, summary="His sister was there.")
    assert Event.objects.get(pk=meeting.pk).body.text == {}
    says = line_of(dispute, EventKind.ERASED)
    assert (says.facts["lines"], says.facts["redacted"], says.actor_id) == ([meeting.number], meeting.number, world.cast.receiver.pk)
    entry = next(entry for entry in shown(world, dispute, world.cast.raiser).entries if entry.number == meeting.number)
    facts = {fact["key"]: fact["value"] for fact in entry.facts}
    assert (facts["What was discussed"], facts["What was decided"]) == ("His sister [taken out] was there.", "A visit.")
    assert entry.tag == {"word": "Words taken out", "tone": "info"}
    assert verify().findings == []


def test_under_a_legal_hold_no_words_are_taken_out(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason="An inquest.")
    logged = line_of(dispute, EventKind.SUBMITTED)
    with refused(dispute, WrongState, "under a legal hold"):
        take_out(world, dispute, world.cast.raiser, logged, tried="")
    world.do(dispute, Verb.LIFT_HOLD, world.cast.business_unit, reason="It is over.")
    take_out(world, dispute, world.cast.raiser, logged, tried="")
    assert Event.objects.get(pk=logged.pk).body.text == {}


def test_what_was_logged_stands_at_the_top_without_the_words(world: World, dispute: Dispute) -> None:
    take_out(world, dispute, world.cast.raiser, line_of(dispute, EventKind.SUBMITTED), tried="")
    for user in (world.cast.raiser, world.cast.receiver):
        summary = {row["key"]: row["value"] for row in shown(world, dispute, user).summary}
        assert summary["Tried so far"] == "[taken out]"
        assert summary["Impact on the child"].startswith("The child goes home")


def test_a_correction_goes_with_the_words_it_corrected(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text="His brother was there.")
    note = line_of(dispute, EventKind.NOTE)
    world.do(dispute, Verb.CORRECT, world.cast.receiver, number=note.number, text={"text": NAMED}, why="His sister.")
    take_out(world, dispute, world.cast.receiver, note, text="His sister was there.")
    assert "Ffion" not in f"{[event.body.text for event in Event.objects.filter(dispute=dispute, body__isnull=False).select_related('body')]}"
    assert line_of(dispute, EventKind.ERASED).facts["lines"] == [note.number, line_of(dispute, EventKind.CORRECTED).number]
    assert verify().findings == []


def test_when_it_was_first_said_to_have_happened_stays_beside_what_it_was_put_right_to(world: World, dispute: Dispute) -> None:
    earlier = MONDAY - timedelta(days=3)
    world.do(dispute, Verb.RECORD_CONTACT, world.cast.receiver, how="phone", whom="The duty desk", said=NAMED, reached=False)
    call = line_of(dispute, EventKind.CONTACT)
    world.do(dispute, Verb.CORRECT, world.cast.receiver, number=call.number, why="A slip.", when=earlier)
    take_out(world, dispute, world.cast.receiver, call, said="His sister was there.")
    entries = {entry.kind: entry for entry in shown(world, dispute, world.cast.raiser).entries}
    (moved,) = entries[EventKind.CONTACT].corrections
    assert (moved.old, moved.new) == ("Monday 2 March, 10am", "Friday 27 February, 10am")
    assert entries[EventKind.CORRECTED].text == "What was typed here was erased with the words that were taken out of the entry."
    assert {"key": "Out of", "value": "Attempt to reach someone, Friday 27 February, 10am"} in entries[EventKind.ERASED].facts
    assert lines_for_file(load([dispute.pk], now=world.now, lock=False)[0], world.person(world.cast.raiser))[0] == (call, earlier)


def test_more_is_taken_out_of_what_was_kept(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text=f"{NAMED} And her friend Gwen.")
    note = line_of(dispute, EventKind.NOTE)
    take_out(world, dispute, world.cast.receiver, note, text="His sister was there. And her friend Gwen.")
    take_out(world, dispute, world.cast.receiver, note, text="")
    entry = next(entry for entry in shown(world, dispute, world.cast.raiser).entries if entry.number == note.number)
    assert entry.text == "What was typed here was taken out by Rashida Shah, Team manager."
    assert verify().findings == []


def test_the_other_side_reads_nothing_of_what_was_taken_out_inside_the_own_agency(world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.ADD_NOTE, world.cast.own_manager, text=NAMED)
    note = line_of(dispute, EventKind.NOTE)
    world.do(dispute, Verb.SEND_ON, world.cast.own_manager)
    take_out(world, dispute, world.cast.own_manager, note, text="His sister was there.")
    others = shown(world, dispute, world.cast.receiver).entries
    assert not any("His sister" in f"{entry.text}{entry.facts}" or entry.kind == EventKind.ERASED for entry in others)


@pytest.mark.parametrize(
    ("part", "refusal"),
    [
        ("receiver", None),
        ("receiving_lead", None),
        ("raiser", NotAllowed),
        ("lead", NotAllowed),
        ("business_unit", NotAllowed),
        ("stranger", NotFound),
    ],
)
def test_its_writer_and_their_lead_may(world: World, dispute: Dispute, part: str, refusal: type[DomainError] | None) -> None:
    for user in (world.cast.receiver, world.cast.raiser, world.cast.lead, world.cast.business_unit):
        world.do(dispute, Verb.ADD_NOTE, user, text=NAMED)
    note = Event.objects.get(dispute=dispute, kind=EventKind.NOTE, actor=world.cast.receiver)
    if refusal is None:
        take_out(world, dispute, getattr(world.cast, part), note, text="His sister was there.")
    else:
        with refused(dispute, refusal):
            take_out(world, dispute, getattr(world.cast, part), note, text="His sister was there.")


def test_the_business_unit_may_once_it_reads_it(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text=NAMED)
    note = line_of(dispute, EventKind.NOTE)
    before_chair(world, dispute)
    take_out(world, dispute, world.cast.business_unit, note, text="His sister was there.")
    assert Event.objects.get(pk=note.pk).body.text == {}


@pytest.mark.parametrize(
    ("part", "refusal"),
    [("receiving_lead", None), ("receiver", NotAllowed), ("raiser", NotAllowed), ("lead", NotAllowed), ("business_unit", NotAllowed)],
)
def test_what_a_guest_typed_their_agencys_lead_may_take_out(world: World, dispute: Dispute, part: str, refusal: type[DomainError] | None) -> None:
    answer = answered_by_guest(world, dispute)
    if refusal is None:
        take_out(world, dispute, getattr(world.cast, part), answer, reasons="His sister was there.")
        assert Event.objects.get(pk=answer.pk).body.text == {}
        assert verify().findings == []
    else:
        with refused(dispute, refusal):
            take_out(world, dispute, getattr(world.cast, part), answer, reasons="His sister was there.")


def test_what_a_guest_typed_the_business_unit_may_take_out_once_it_reads_it(world: World, dispute: Dispute) -> None:
    answer = answered_by_guest(world, dispute)
    before_chair(world, dispute)
    take_out(world, dispute, world.cast.business_unit, answer, reasons="His sister was there.")
    assert Event.objects.get(pk=answer.pk).body.text == {}


@pytest.mark.parametrize(("marks", "told"), [({}, {"lead", "receiving_lead"}), ({"is_restricted": True}, {"raiser", "receiving_lead"})])
def test_the_leads_of_both_sides_are_told_that_a_response_lost_words(world: World, dispute: Dispute, marks: dict[str, bool], told: set[str]) -> None:
    """Of one kept from the own agency's leads, who raised it; never the words or the reason; of a note nobody."""
    Dispute.objects.filter(pk=dispute.pk).update(**marks)
    world.do(dispute, Verb.RESPOND, world.cast.receiver, answer=Answer.DISAGREES, reasons=NAMED, actions="None.")
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text=NAMED)
    take_out(world, dispute, world.cast.receiver, line_of(dispute, EventKind.NOTE), text="")
    assert not Notification.objects.filter(kind=Message.TAKEN_OUT).exists()
    take_out(world, dispute, world.cast.receiver, line_of(dispute, EventKind.ANSWERED), reasons="His sister was there.")
    sent = Notification.objects.filter(kind=Message.TAKEN_OUT)
    assert {row.recipient for row in sent} == {getattr(world.cast, part) for part in told}
    for row in sent:
        said = mail.compose(row)
        assert not [word for word in ("Ffion", "sister", "Another child", "Rashida") if word in f"{said.subject}{said.body}"]


def test_a_lead_who_takes_the_words_out_is_not_told_of_it(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, world.cast.receiver, answer=Answer.DISAGREES, reasons=NAMED, actions="None.")
    take_out(world, dispute, world.cast.receiving_lead, line_of(dispute, EventKind.ANSWERED), reasons="")
    assert [row.recipient for row in Notification.objects.filter(kind=Message.TAKEN_OUT)] == [world.cast.lead]


def test_out_of_what_nobody_typed_nobody_takes_words(world: World, dispute: Dispute) -> None:
    sweep(MONDAY + timedelta(days=10))
    case = load([dispute.pk], now=world.now, lock=False)[0]
    by_itself = [line for line in Event.objects.filter(dispute=dispute, actor=None) if not line.facts.get("guest")]
    assert by_itself
    assert not any(may_redact(world.person(user), case, line) for user in (world.cast.lead, world.cast.receiving_lead) for line in by_itself)


def test_a_guests_name_that_was_taken_out_stands_nowhere_any_more_and_their_code_goes_where_it_went(world: World, dispute: Dispute) -> None:
    guest = invited(world, dispute)
    take_out(world, dispute, world.cast.receiver, line_of(dispute, EventKind.GUEST_INVITED), name="Jones")
    now = Guest.objects.get(pk=guest.pk)
    assert (now.name, now.job_title, now.email) == ("[taken out] Jones", guest.job_title, guest.email)
    assert "Amira" not in f"{shown(world, dispute, world.cast.receiver)}"
    assert verify().findings == []


def answered_by_guest(world: World, dispute: Dispute, reasons: str = NAMED) -> Event:
    """The line in which somebody without an account answered."""
    person = person_of_guest(invited(world, dispute))
    given = {"answer": Answer.DISAGREES, "reasons": reasons}
    perform(dispute.pk, Verb.RESPOND, actor=person, seen=Seen.of(world.fresh(dispute)), now=world.now, **given)
    return line_of(dispute, EventKind.ANSWERED)


def test_a_private_note_is_taken_out_in_private(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text=NAMED, private=True)
    take_out(world, dispute, world.cast.receiver, line_of(dispute, EventKind.NOTE), text="His sister was there.")
    assert line_of(dispute, EventKind.ERASED).private_to == world.cast.social_care
    assert not any(entry.kind == EventKind.ERASED for entry in shown(world, dispute, world.cast.raiser).entries)


@pytest.mark.parametrize(
    ("text", "why", "field"),
    [
        ({"text": NAMED}, "x", "text"),
        ({}, "x", "text"),
        ({"other": "x"}, "x", "text"),
        ({"text": "a"}, "", "why"),
        ({"text": "a\x00b"}, "x", "text-text"),
    ],
)
def test_what_changes_nothing_or_cannot_be_kept_is_refused(world: World, dispute: Dispute, text: dict[str, str], why: str, field: str) -> None:
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text=NAMED)
    with refused(dispute, InvalidInput) as caught:
        take_out(world, dispute, world.cast.receiver, line_of(dispute, EventKind.NOTE), why, **text)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "left",
    [
        "I agree: there is no risk.",
        "The child is not at risk.",
        "The child is at risk? I never agreed, and don’t now.",
        "I never agreed. The child is at risk.",
        "I agree",
        "The child is at risk. I do now.",
        "[taken out] lied.",
        "[taken] [out]",
    ],
    ids=["other words", "one more word", "another sign", "another order", "part of a word", "half a word", "a gap and more", "no gap"],
)
@pytest.mark.parametrize("by_guest", [False, True])
def test_nothing_is_written_where_words_are_taken_out(world: World, dispute: Dispute, left: str, by_guest: bool) -> None:
    line = answered_by_guest(world, dispute, AGAINST) if by_guest else noted(world, dispute, AGAINST)
    key = "reasons" if by_guest else "text"
    with refused(dispute, InvalidInput) as caught:
        take_out(world, dispute, world.cast.receiving_lead, line, **{key: left})
    assert (caught.value.field, Event.objects.get(pk=line.pk).body.text[key]) == (f"text-{key}", AGAINST)


LEFT = {
    "The child is at risk. [taken out]": "The child is at risk. [taken out]",
    "The child is at risk I agreed\n\nand don’t now.": "The child is at risk [taken out] I [taken out] agreed [taken out] and don’t now.",
    "[taken out] is at risk.": "[taken out] is at risk. [taken out]",
    "": "[taken out]",
}


@pytest.mark.parametrize("left", LEFT)
def test_words_and_signs_go_and_a_gap_stands_for_them_typed_or_not(world: World, dispute: Dispute, left: str) -> None:
    note = noted(world, dispute, AGAINST)
    take_out(world, dispute, world.cast.receiving_lead, note, text=left)
    assert line_of(dispute, EventKind.ERASED).body.text["kept"] == {"text": LEFT[left]}
    for user in (world.cast.receiver, world.cast.raiser):
        entry = next(entry for entry in shown(world, dispute, user).entries if entry.number == note.number)
        assert entry.text == (
            LEFT[left] if left else f"What was typed here was taken out by {world.cast.receiving_lead.name}, Safeguarding service manager."
        )


def test_a_mark_from_before_stays_when_more_is_taken_out(world: World, dispute: Dispute) -> None:
    note = noted(world, dispute, AGAINST)
    take_out(world, dispute, world.cast.receiver, note, text="The child is at risk. I never agreed.")
    take_out(world, dispute, world.cast.receiver, note, text="The child is at risk. I agreed.")
    kept = line_of(dispute, EventKind.ERASED).body.text["kept"]["text"]
    assert kept == "The child is at risk. I [taken out] agreed [taken out]."
    with refused(dispute, InvalidInput):
        take_out(world, dispute, world.cast.receiver, note, text="The child is at risk. I agreed.")


def test_a_gap_alone_takes_nothing_out(world: World, dispute: Dispute) -> None:
    note = noted(world, dispute, AGAINST)
    with refused(dispute, InvalidInput):
        take_out(world, dispute, world.cast.receiver, note, text=f"{AGAINST} [taken out]")


def noted(world: World, dispute: Dispute, text: str) -> Event:
    """The receiver's note."""
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text=text)
    return line_of(dispute, EventKind.NOTE)


def test_there_must_be_words_to_take_out(world: World, dispute: Dispute) -> None:
    with refused(dispute, NotFound):
        world.do(dispute, Verb.REDACT, world.cast.raiser, number=999, text={"what": "x"}, why="x")


def test_words_taken_out_before_it_is_sent_on_come_back_with_nothing_that_is_sent_back(world: World, cast: Cast) -> None:
    dispute = world.log(
        what=f"{NAMED} The child goes home.", attempts=[{"on": "2026-02-27", "how": "phone", "whom": "Rhys Lewis", "said": NAMED}], tried=""
    )
    logged = line_of(dispute, EventKind.SUBMITTED)
    keys = [key for key, words in logged.body.text.items() if NAMED in words]
    assert len(keys) == 2
    take_out(world, dispute, cast.raiser, logged, **dict.fromkeys(keys, "His sister was there."))
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Say more.")
    answers = Draft.objects.get(dispute=dispute).answers
    assert "Ffion" not in str(answers)
    assert answers["attempts"][0]["said"] == "His sister [taken out] was there."
    assert answers["outcome_sought"] == logged.body.text["outcome_sought"], "What nobody took out stays."
    drafts.submit(dispute.pk, world.person(cast.raiser), now=world.now)
    assert "Ffion" not in str([body.text for body in EventBody.objects.filter(event__dispute=dispute)])


def test_a_correction_before_words_are_taken_out_hides_none_of_them_in_the_draft(world: World, cast: Cast) -> None:
    dispute = world.log(what=NAMED)
    logged = line_of(dispute, EventKind.SUBMITTED)
    world.do(dispute, Verb.CORRECT, cast.raiser, number=logged.number, text={"what": f"{NAMED} And his father."}, why="More.")
    take_out(world, dispute, cast.raiser, logged, what="His sister was there. And his father.")
    assert "Ffion" not in str(Draft.objects.get(dispute=dispute).answers)


def test_while_it_is_back_with_its_writer_they_take_words_out_and_nobody_else_may(world: World, cast: Cast) -> None:
    dispute = world.log(what=f"{NAMED} The child goes home.")
    logged = line_of(dispute, EventKind.SUBMITTED)
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Name nobody.")
    with refused(dispute, NotFound):
        take_out(world, dispute, cast.lead, logged, what="The child goes home.")
    take_out(world, dispute, cast.raiser, logged, what="His sister was there. The child goes home.")
    assert "Ffion" not in str([body.text for body in EventBody.objects.filter(event__dispute=dispute)])
    assert Draft.objects.get(dispute=dispute).answers["what"] == "His sister [taken out] was there. The child goes home."
    assert verify().findings == []


def test_a_draft_that_was_never_sent_has_nothing_on_the_record_to_take_out(world: World, cast: Cast) -> None:
    draft = drafts.begin_draft(world.person(cast.raiser), agency=cast.raising.pk, procedure=world.version.procedure_id, now=world.now)
    with pytest.raises(WrongState, match="Send it first"):
        perform(draft.pk, Verb.REDACT, actor=world.person(cast.raiser), now=world.now, number=1, text={"what": ""}, why="x")


def test_a_draft_with_a_text_that_could_not_be_sent_stops_no_redaction(world: World, cast: Cast) -> None:
    dispute = world.log(what=NAMED)
    logged = line_of(dispute, EventKind.SUBMITTED)
    Draft.objects.filter(dispute=dispute).update(answers=Draft.objects.get(dispute=dispute).answers | {"tried": "x" * 20_001})
    take_out(world, dispute, cast.raiser, logged, what="His sister was there.")
    assert "Ffion" not in str(Draft.objects.get(dispute=dispute).answers)
