"""What stands on each document: filled from the record as its reader may read it; what is not known stays blank."""

import pytest

from agencies.words import lower_first
from escalation.models import Event, EventBody, Panel, PanelMember
from escalation.states import EventKind, Ground, Outcome, SummaryKind, Verb
from reports.documents.kinds import DocumentKind
from reports.documents.matter import ERASED
from reports.documents.printing import document_of, markup
from reports.documents.shapes import Table
from tests.cast import Cast
from tests.factories import make_holder
from tests.kept import kept_fixture
from tests.procedures.journey import Journey
from tests.pseudo import marked, spoken, stored, unmarked
from tests.record_guard import unguarded
from tests.reports.paper import Read, bristol_at_stage_3, case_of, recorded, then_convened, then_decided, then_referred
from tests.world import london

pytestmark = pytest.mark.django_db


@kept_fixture
def world(cast: Cast) -> Journey:
    """At the third stage."""
    return bristol_at_stage_3(cast)


@kept_fixture
def dispute(world: Journey) -> Journey:
    """Before a panel."""
    return then_convened(then_referred(world))


@pytest.fixture
def journey(world: Journey) -> Journey:
    return world


@pytest.fixture
def heard(dispute: Journey) -> Journey:
    return dispute


def test_the_monitoring_form_holds_the_issues_and_who_answered_what(cast: Cast, journey: Journey) -> None:
    """BRI-17: from stage 3, the issues that need resolution."""
    read = Read(journey.disagrees(cast.receiving_board), DocumentKind.MONITORING, cast.own_board)
    assert read.field("Stage 3 begun on") == "Friday 6 March 2026, 11am"
    assert read.field("What is disputed") == "The referral of 27 February was closed without an assessment."
    assert read.field("Northshire Social Care, Stage 3: we do not agree") == "The threshold is not met."
    assert read.by("Northshire Social Care, Stage 3: we do not agree") == "Hannah Cohen, Director, Friday 6 March 2026, 11am"


def test_the_monitoring_form_says_when_it_was_issued(cast: Cast, journey: Journey) -> None:
    """BRI-17: it is issued once stage 3 is reached; another form's issue is not its own."""
    recorded(journey, EventKind.FORM_ISSUED, cast.own_board, {}, form=DocumentKind.MONITORING.value)
    journey.at("2026-03-09 10:00")
    recorded(journey, EventKind.FORM_ISSUED, cast.own_board, {}, form=DocumentKind.CASE_RESOLUTION.value)
    assert Read(journey, DocumentKind.MONITORING, cast.own_board).field("Issued on") == "Friday 6 March 2026, 11am"


def test_the_monitoring_form_leaves_the_outcome_blank_until_there_is_one(cast: Cast, journey: Journey) -> None:
    """BRI-17: the agreed outcome is on it, in the wording that each side confirmed, as soon as it is agreed and no sooner."""
    blank = Read(journey, DocumentKind.MONITORING, cast.own_board)
    assert (blank.field("Agreed outcome, as each side confirms it"), blank.field("Outcome")) == ("", "")
    journey.agreed(cast.own_board, cast.receiving_board)
    read = Read(journey, DocumentKind.MONITORING, cast.own_board)
    assert read.field("Agreed outcome, as each side confirms it") == "An assessment by 20 March."
    assert read.field("Outcome") == "Agreed action"


def test_an_outcome_that_one_side_has_not_confirmed_says_so(cast: Cast, journey: Journey) -> None:
    journey.do(Verb.PROPOSE_OUTCOME, cast.own_board, wording="A visit.", kind=Outcome.AGREED_ACTION)
    read = Read(journey, DocumentKind.MONITORING, cast.own_board)
    assert read.field("Outcome") == "Agreed action (proposed, not confirmed by all)"
    assert {row[0]: row[1] for row in read.table("Confirmation").rows} == {"Hillside School": "Confirmed", "Northshire Social Care": ""}


def test_each_stage_stands_with_its_limit_and_why_it_was_left(cast: Cast, journey: Journey) -> None:
    rows = {row[0]: row[1:] for row in Read(journey, DocumentKind.MONITORING, cast.own_board).table("Stages so far").rows}
    assert rows["Stage 1, team managers"] == (
        "Monday 2 March 2026, 10am",
        "Tuesday 3 March 2026, 10am",
        "Wednesday 4 March 2026, 10am",
        "No response",
    )
    assert rows["Stage 3, board members"] == ("Friday 6 March 2026, 11am", "Friday 13 March 2026, 11am", "", "Still open")


def devon_before_the_partnership(cast: Cast) -> Journey:
    """Thought through with the own manager, up where the risk demands it, a call, referred by the lead."""
    journey = Journey(cast, "devon", "2026-03-02 10:00").logged().at("2026-03-03 09:30")
    journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.NOT_RESOLVED, reason="We think it through: it is real.")
    journey.do(Verb.RECORD_CONTACT, cast.raiser, whom="The duty worker", how="Phone", reached=True, said="Not before Monday.")
    journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.RISK, reason="He is home tonight.", to=4)
    return journey.do(Verb.REFER, cast.lead, ground=Ground.RISK, efforts="Two talks and a call.", reason="No agreement in time.")


def test_the_case_resolution_form_carries_the_efforts_and_the_reasons(cast: Cast) -> None:
    """DEV-04: evidence of the efforts at each stage, and why it is put before the partnership; DEV-13: what the concern rests on."""
    read = Read(devon_before_the_partnership(cast), DocumentKind.CASE_RESOLUTION, cast.lead)
    assert read.field("Efforts at each stage, as the lead sums them up") == "Two talks and a call."
    assert (read.field("Ground"), read.field("Reasons")) == ("Risk to the child", "No agreement in time.")
    assert read.field("Evidence or professional judgement") == "Evidence"
    assert read.field("By the designated or named lead").startswith("Priya Nair, Designated safeguarding lead")
    (call,) = read.table("Stage 2, professional to professional").rows
    assert "The duty worker" in call[2]
    assert "Not before Monday." in call[2]


def test_the_case_resolution_form_of_what_was_not_referred_is_blank_there(cast: Cast) -> None:
    journey = Journey(cast, "devon", "2026-03-02 10:00").logged()
    read = Read(journey, DocumentKind.CASE_RESOLUTION, cast.lead)
    assert [read.field(label) for label in ("Ground", "Reasons", "By the designated or named lead")] == ["", "", ""]


def test_what_stayed_inside_the_raising_agency_is_on_no_paper_of_the_others(cast: Cast) -> None:
    """DEV-01: stage 1 is inside the own agency."""
    journey = devon_before_the_partnership(cast)
    inside = "We think it through"
    for kind in DocumentKind:
        assert inside not in Read(journey, kind, cast.receiving_lead).text
        assert "Stage 1, " not in Read(journey, kind, cast.receiving_lead).text
    assert inside in Read(journey, DocumentKind.ESCALATION_RECORD, cast.lead).text


def test_the_record_of_escalation_tells_each_stage_with_its_people(cast: Cast) -> None:
    """BUC-04: the form of Appendix A, one part for each stage."""
    make_holder(cast.school, 4, "Fourth of the school")
    make_holder(cast.social_care, 4, "Fourth of social care")
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent().at("2026-03-03 10:00").disagrees(cast.receiver)
    read = Read(journey, DocumentKind.ESCALATION_RECORD, cast.own_manager)
    assert "Stage 1, line managers" in [section.title for section in read.paper.sections]
    assert read.field("To be completed by") == "Monday 9 March 2026, end of day"
    assert read.field("For Northshire Social Care") == "Rashida Shah, Team manager"
    said = read.table("Discussions and decisions, stage 1").rows
    assert ("Tuesday 3 March 2026, 10am", "Rashida Shah, Team manager, Northshire Social Care") in [row[:2] for row in said]
    assert any("The threshold is not met." in row[2] for row in said)


def test_what_ended_a_stage_and_what_reopened_it_in_one_moment_stand_in_one_table_each(cast: Cast) -> None:
    journey = Journey(cast, "buckinghamshire", "2026-03-02 10:00").sent().agreed(cast.own_manager, cast.receiver)
    journey.do(Verb.REOPEN, cast.lead, reason="It came back.")
    paper = Read(journey, DocumentKind.ESCALATION_RECORD, cast.own_manager).paper
    tables = [block for part in paper.sections if part.key.startswith("run-") for block in part.blocks if isinstance(block, Table)]
    _hop, ended, again = ([str(row[2]).partition("\n")[0] for row in table.rows] for table in tables)
    assert (ended[0], ended[-1]) == ("Sent: Stage 1, line managers", "Resolved")
    assert again == ["Reopened", "Sent: Stage 1, line managers", "Form issued: record of escalation"]


def test_the_named_officers_are_those_of_each_agency_concerned(cast: Cast, journey: Journey) -> None:
    """BUC-04: the form of Appendix B, one for each agency, from the directory."""
    paper = Read(journey, DocumentKind.NAMED_OFFICERS, cast.own_board).paper
    assert [section.title for section in paper.sections] == ["Hillside School", "Northshire Social Care"]
    read = Read(journey, DocumentKind.NAMED_OFFICERS, cast.own_board)
    manager = next(row for row in read.table("Officers of Northshire Social Care").rows if row[0].startswith("Team manager"))
    assert manager[1] == "Rashida Shah"
    assert "0117 900 0002" in manager[2]
    assert "Out of hours: 0117 900 0999" in manager[2]


def test_the_executive_summary_tells_the_concerns_and_how_they_were_resolved(cast: Cast) -> None:
    """ENF-03: for the child's file and the raising agency; ENF-04: the feedback to whoever raised it is on it."""
    journey = Journey(cast, "enfield", "2026-03-04 15:00").sent().at("2026-03-05 11:00").agreed(cast.own_manager, cast.receiver)
    journey.do(Verb.GIVE_FEEDBACK, cast.own_manager, words="Told in person.", given_on=journey.world.now.date())
    journey.do(Verb.CONFIRM_FILE, cast.own_manager)
    read = Read(journey, DocumentKind.EXECUTIVE_SUMMARY, cast.own_manager)
    assert read.field("Impact on the child") == "The child goes home to the same risk each evening."
    assert read.field("Agreed outcome, as each side confirms it") == "An assessment by 20 March."
    assert read.field("Feedback to the person who raised it") == "Told in person."
    assert [row[:2] for row in read.table("In the child’s file").rows] == [("Hillside School", "Confirmed"), ("Northshire Social Care", "")]


def test_the_outcome_letter_holds_the_confirmed_wording_with_each_sides_name_and_date(cast: Cast, journey: Journey) -> None:
    """BRI-16: written confirmation between the parties, and how outstanding issues are pursued."""
    wording, left = "An assessment by 20 March.", "The cost is for the managers' meeting in April."
    journey.do(Verb.PROPOSE_OUTCOME, cast.own_board, wording=wording, kind=Outcome.AGREED_ACTION, outstanding=left)
    journey.at("2026-03-09 15:30").do(Verb.CONFIRM_OUTCOME, cast.receiving_board)
    read = Read(journey, DocumentKind.OUTCOME_LETTER, cast.receiving_board)
    assert read.field("The outcome, in the wording that each side confirms") == wording
    assert read.field("Issues, and how they are pursued") == left
    assert [row[:3] for row in read.table("Confirmed by each side").rows] == [
        ("Hillside School", "Edwin Clarke, Headteacher", "Friday 6 March 2026, 11am"),
        ("Northshire Social Care", "Hannah Cohen, Director", "Monday 9 March 2026, 3:30pm"),
    ]


def test_a_side_that_stayed_silent_is_named_as_silent_on_the_letter(cast: Cast, journey: Journey) -> None:
    journey.do(Verb.PROPOSE_OUTCOME, cast.own_board, wording="A visit.", kind=Outcome.AGREED_ACTION)
    journey.at("2026-03-27 10:00").do(Verb.RECORD_GAP, cast.business_unit, agency=cast.social_care.pk, reason="Three letters without an answer.")
    rows = Read(journey, DocumentKind.OUTCOME_LETTER, cast.own_board).table("Confirmed by each side").rows
    assert "No reply; recorded by the business unit" in rows[1][1]


def test_the_panel_pack_holds_all_that_a_panel_reads(cast: Cast, heard: Journey) -> None:
    """BRI-14, BRO-05: the case in one document, with the members and the interests they declared."""
    read = Read(heard, DocumentKind.PANEL_PACK, cast.police_manager)
    titles = [section.title for section in read.paper.sections]
    assert titles == [
        "The disagreement", "The referral", "The view of Hillside School", "The view of Northshire Social Care", "Representations", "Who hears it",
        "Stages and dates", "What was agreed so far", "Files", "The record, in order", "The decision",
    ]  # fmt: skip
    assert (read.field("What was tried at each stage"), read.field("Why this route")) == ("Three stages of talks.", "It is complex.")
    assert (read.field("Meets"), read.field("Place")) == ("Tuesday 17 March 2026, 10am", "Civic Centre")
    assert ("Jakub Nowak", "Northshire Police", "Not concerned", "Attended the strategy discussion") in read.table("Members of the panel").rows
    assert [read.field(label) for label in ("Representation", "Decision or recommendation")] == ["", ""]


def test_what_was_taken_out_of_a_members_interest_and_the_panels_place_is_out_of_the_pack_and_of_the_panels_own_rows(
    cast: Cast, heard: Journey
) -> None:
    for kind, key in ((EventKind.CONVENED, "place"), (EventKind.INTEREST, "interest")):
        line = Event.objects.get(dispute=heard.dispute, kind=kind)
        heard.do(Verb.REDACT, cast.chair, number=line.number, text={key: ""}, why="It named another child.")
    read = Read(heard, DocumentKind.PANEL_PACK, cast.police_manager)
    assert (read.field("Place"), Panel.objects.get().place) == ("[taken out]", "[taken out]")
    seat = PanelMember.objects.get(user=cast.police_manager)
    assert ("Jakub Nowak", "Northshire Police", "Not concerned", seat.interest) in read.table("Members of the panel").rows
    assert seat.interest == "[taken out]"


def test_what_somebody_declared_on_a_panel_that_was_convened_before_is_not_declared_on_this_one(cast: Cast, heard: Journey) -> None:
    members = dict(PanelMember.objects.values_list("user", "agency"))
    heard.do(Verb.CONVENE, cast.chair, meets_at=london("2026-03-18 10:00"), members=members, place="Civic Centre")
    rows = Read(heard, DocumentKind.PANEL_PACK, cast.chair).table("Members of the panel").rows
    assert ("Jakub Nowak", "Northshire Police", "Not concerned", "") in rows


def test_the_pack_tells_the_dates_of_the_procedure_and_what_became_of_them(cast: Cast, heard: Journey) -> None:
    rows = Read(heard, DocumentKind.PANEL_PACK, cast.chair).table("Dates and what").rows
    assert ("Respond: Stage 1", "Rashida Shah, Team manager\nNorthshire Social Care", "Tuesday 3 March 2026, 10am") in [row[:3] for row in rows]
    assert rows[0][3].startswith("Not met")
    assert not any(row[0] == "Take the next step" for row in rows)


def test_the_summary_report_tells_the_process_and_the_outcome(cast: Cast, heard: Journey) -> None:
    """BRO-06: what was done before the partnership and what came of it, for the child's record."""
    read = Read(then_decided(heard, cast), DocumentKind.SUMMARY_REPORT, cast.own_board)
    assert (read.field("Route"), read.field("What a decision does")) == ("Resolution panel", "Final and binding")
    assert (read.field("Referred on"), read.field("Decided on")) == ("Monday 9 March 2026, 4pm", "Tuesday 17 March 2026, midday")
    assert [read.field(label) for label in ("Decision or recommendation", "Reasons", "Dissent")] == [
        "An assessment by 27 March.", "The risk.", "The plan had not had time.",
    ]  # fmt: skip
    assert len(read.table("Members of the panel").rows) == 3


def test_the_newest_summary_that_somebody_wrote_stands_in_short(cast: Cast, heard: Journey) -> None:
    """ENF-03, BRO-06: the summary in the words of whoever wrote it; one of the other kind is not it."""
    journey = then_decided(heard, cast)
    for concerns, kind in (("First.", SummaryKind.REPORT), ("Second.", SummaryKind.REPORT), ("Another.", SummaryKind.EXECUTIVE)):
        recorded(journey, EventKind.SUMMARY, cast.own_board, {"concerns": concerns, "resolution": "An assessment."}, kind=kind.value)
    read = Read(journey, DocumentKind.SUMMARY_REPORT, cast.own_board)
    assert (read.field("The concerns, in short"), read.field("How they were resolved, in short")) == ("Second.", "An assessment.")
    assert read.by("The concerns, in short").startswith("Edwin Clarke, Headteacher")


def test_representations_stand_in_the_pack_with_who_made_them(cast: Cast, heard: Journey) -> None:
    """BRI-14: the panel receives representations from those concerned."""
    recorded(heard, EventKind.REPRESENTATION, cast.receiving_board, {"text": "The plan needs time."})
    read = Read(heard, DocumentKind.PANEL_PACK, cast.chair)
    assert read.field("Representation") == "The plan needs time."
    assert read.by("Representation") == "Hannah Cohen, Director, Northshire Social Care, Monday 9 March 2026, 4pm"


def test_what_retention_erased_is_said_to_be_erased_and_not_left_blank(cast: Cast, journey: Journey) -> None:
    with unguarded():
        EventBody.objects.filter(event__dispute=journey.dispute, event__kind=EventKind.SUBMITTED).update(text={}, erased_at=journey.world.now)
    assert Read(journey, DocumentKind.MONITORING, cast.own_board).field("What is disputed") == ERASED


def test_agreed_actions_stand_with_their_owner_and_date(cast: Cast, journey: Journey) -> None:
    assert Read(journey, DocumentKind.MONITORING, cast.own_board).table("Agreed actions").blank_rows
    journey.do(Verb.ADD_ACTION, cast.own_board, agency=cast.social_care.pk, what="Visit the family.", due_at=london("2026-03-20 17:00"))
    (row,) = Read(journey, DocumentKind.MONITORING, cast.own_board).table("Agreed actions").rows
    assert row == ("Visit the family.", "Hannah Cohen, Director\nNorthshire Social Care", "Friday 20 March 2026, 5pm", "Not yet")


def test_room_for_actions_is_left_until_it_is_settled_and_not_after(cast: Cast, journey: Journey) -> None:
    assert len(Read(journey, DocumentKind.MONITORING, cast.own_board).table("Agreed actions").blank_rows) == 3
    journey.agreed(cast.own_board, cast.receiving_board)
    table = Read(journey, DocumentKind.OUTCOME_LETTER, cast.own_board).table("Agreed actions")
    assert (table.rows, table.blanks, table.empty) == ((), 0, "None was agreed beside the outcome.")


def test_inside_one_agency_there_is_one_agency_on_the_paper(cast: Cast) -> None:
    """BRI-22: a disagreement inside one agency goes through the same stages."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent(cast.school)
    journey.do(Verb.PROPOSE_OUTCOME, cast.own_manager, wording="A second visit.", kind=Outcome.AGREED_ACTION).do(Verb.CONFIRM_OUTCOME, cast.lead)
    assert [row[0] for row in Read(journey, DocumentKind.OUTCOME_LETTER, cast.lead).table("Confirmed by").rows] == ["Hillside School"]


def test_each_child_has_its_own_lines(cast: Cast) -> None:
    two = [{"initials": "AB", "born_on": "2015-05-01"}, {"initials": "CD", "is_unborn": True}]
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent(children=two)
    read = Read(journey, DocumentKind.ESCALATION_RECORD, cast.own_manager, with_child=True)
    assert [read.field(label) for label in ("Initials of child 1", "Initials of child 2", "Date of birth of child 2")] == ["AB", "CD", "Unborn"]


def test_private_notes_are_on_no_paper_of_the_other_agency(cast: Cast, journey: Journey) -> None:
    then_referred(journey).do(Verb.ADD_NOTE, cast.own_board, text="We doubt their figures.", private=True)
    assert "We doubt their figures." in Read(journey, DocumentKind.PANEL_PACK, cast.own_board).text
    for user in (cast.receiving_board, cast.chair):
        for kind in DocumentKind:
            assert "We doubt their figures." not in Read(journey, kind, user).text


def test_the_child_is_named_where_the_reader_chose_that_and_never_on_the_pack(cast: Cast, journey: Journey) -> None:
    then_referred(journey)
    with_child = Read(journey, DocumentKind.MONITORING, cast.own_board, with_child=True)
    assert (with_child.field("Initials"), with_child.field("Date of birth")) == ("AB", "1 May 2015")
    assert Read(journey, DocumentKind.MONITORING, cast.own_board).field("Initials and date of birth") == ""
    for kind in (DocumentKind.PANEL_PACK, DocumentKind.NAMED_OFFICERS):
        assert "1 May 2015" not in Read(journey, kind, cast.own_board, with_child=True).text


def test_an_agencys_own_reference_of_the_child_is_on_its_own_prints_alone(cast: Cast, journey: Journey) -> None:
    assert Read(journey, DocumentKind.MONITORING, cast.own_board).field("Your agency’s reference") == "S-1001"
    assert "S-1001" not in Read(journey, DocumentKind.MONITORING, cast.receiving_board).text


def test_a_correction_stands_in_place_of_the_old_words_and_the_record_tells_of_it(cast: Cast, journey: Journey) -> None:
    line = journey.now.events.get(kind=EventKind.SUBMITTED).number
    journey.do(Verb.CORRECT, cast.raiser, number=line, why="A slip.", text={"what": "The referral of 26 February was closed."})
    read = Read(journey, DocumentKind.ESCALATION_RECORD, cast.own_board)
    assert read.field("What is disputed") == "The referral of 26 February was closed."
    assert "was closed without an assessment.” to “The referral of 26 February was closed.”. A slip." in read.text


def test_no_word_of_a_document_is_left_in_english_in_another_language(cast: Cast, heard: Journey) -> None:
    journey = then_decided(heard, cast)
    case, person = case_of(journey), journey.world.person(cast.own_board)
    words = {str(word) for word in (case.procedure.matter_word, case.procedure.stage_word, case.procedure.stage_word.capitalize())}
    data = stored() | {lower_first(name) for name in stored()} | words
    with marked():
        pages = {kind: markup(document_of(kind, case, person, journey.world.now)) for kind in DocumentKind}
    left = {(kind.value, piece) for kind, html in pages.items() for text in spoken(html) for piece in unmarked(text, data)}
    assert left == set()
