"""States, verbs, grounds and kinds of event: with the words that people choose from (`choices.py`) the only place where they are spelled."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from escalation.choices import (
    Advice,
    Audience,
    Basis,
    ChangeNeeded,
    ConferenceAnswer,
    ContactHow,
    Difference,
    Door,
    FamilyTold,
    FileEnd,
    HoldOn,
    Job,
    LearningStatus,
    LeftOut,
    MeetingHow,
    Plan,
    RecordClass,
    ReviewNeed,
    Setting,
    SubgroupMatter,
    SummaryKind,
    Theme,
    Why,
)

__all__ = [
    "Advice", "Answer", "Audience", "Basis", "ChangeNeeded", "ClockState", "ConferenceAnswer", "ContactHow", "Delivery", "Difference", "Door",
    "ENDED", "EventKind", "FamilyTold", "FileEnd", "Force", "Ground", "HoldOn", "Job", "LearningStatus", "LeftOut", "LIVE", "Measure", "MeetingHow",
    "Message", "Outcome", "Plan", "RecordClass", "RequestState", "ReviewNeed", "Route", "Setting", "Side", "State", "SubgroupMatter", "SummaryKind",
    "Theme", "Verb", "Why",
]  # fmt: skip


class State(models.TextChoices):
    """Where a disagreement stands."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


LIVE = frozenset({State.OPEN, State.RESOLVED})
ENDED = frozenset({State.CLOSED, State.WITHDRAWN})


class RequestState(models.TextChoices):
    """Where one receiving agency's request stands in a stage."""

    AWAITING = "awaiting", _("Awaiting a response")
    ANSWERED = "answered", _("Answered")
    SETTLED = "settled", _("Response accepted")
    REJECTED = "rejected", _("Response not accepted")
    LAPSED = "lapsed", _("Moved up")


class ClockState(models.TextChoices):
    """How a clock ended, or that it runs."""

    RUNNING = "running", _("Running")
    MET = "met", _("Met")
    LATE = "late", _("Met late")
    MISSED = "missed", _("Not met")
    NOT_NEEDED = "not_needed", _("Not needed")
    SUPERSEDED = "superseded", _("Superseded")


class Side(models.TextChoices):
    """The two sides of a disagreement, and who stands between them."""

    RAISING = "raising", _("Raising")
    RECEIVING = "receiving", _("Receiving")
    EACH = "each", _("Each side")
    CHAIR = "chair", _("Chair")
    PARTNERSHIP = "partnership", _("Partnership")


class Verb(models.TextChoices):
    """Everything that can be done to a disagreement: one service function each."""

    SAVE_DRAFT = "save_draft", _("Save a draft")
    DISCARD_DRAFT = "discard_draft", _("Delete the draft")
    SUBMIT = "submit", _("Send the disagreement")
    SEND_ON = "send_on", _("Send on to the other agency")
    SEND_BACK = "send_back", _("Send back")
    ACKNOWLEDGE = "acknowledge", _("Acknowledge")
    RESPOND = "respond", _("Respond")
    ACCEPT = "accept", _("Accept the response")
    REJECT = "reject", _("Not accept the response")
    RECORD_CONTACT = "record_contact", _("Record an attempt to reach someone")
    CHASE = "chase", _("Send the reminder again")
    RECORD_MEETING = "record_meeting", _("Record a meeting or call")
    ADD_NOTE = "add_note", _("Add to the record")
    ADD_ACTION = "add_action", _("Add an agreed action")
    COMPLETE_ACTION = "complete_action", _("Mark an action as done")
    PROPOSE_TIMETABLE = "propose_timetable", _("Propose another date")
    AGREE_TIMETABLE = "agree_timetable", _("Agree the proposed date")
    DECLINE_TIMETABLE = "decline_timetable", _("Decline the proposed date")
    REASSIGN = "reassign", _("Hand it to someone else")
    ASK_TO_MOVE_UP = "ask_to_move_up", _("Ask to move up")
    MOVE_UP = "move_up", _("Move up")
    HOLD_MOVE = "hold_move", _("Hold the automatic move")
    MAKE_URGENT = "make_urgent", _("Make urgent")
    REFER = "refer", _("Refer to the chair")
    CHOOSE_ROUTE = "choose_route", _("Choose the route")
    CONVENE = "convene", _("Convene the panel")
    DECIDE = "decide", _("Record the decision")
    PROPOSE_OUTCOME = "propose_outcome", _("Propose the outcome")
    CONFIRM_OUTCOME = "confirm_outcome", _("Confirm the outcome")
    RECORD_GAP = "record_gap", _("Record a side's silence")
    GIVE_FEEDBACK = "give_feedback", _("Record feedback to the person who raised it")
    CONFIRM_FILE = "confirm_file", _("Confirm the child's file")
    RECORD_LEARNING = "record_learning", _("Record learning")
    CLOSE = "close", _("Close")
    WITHDRAW = "withdraw", _("Withdraw")
    REOPEN = "reopen", _("Reopen")
    CORRECT = "correct", _("Correct the record")
    CONTINUE_CONCERN = "continue_concern", _("Record a continuing concern")
    TELL_UNIT = "tell_unit", _("Record that the business unit was told")
    RECOMMEND_CONTACT = "recommend_contact", _("Recommend a contact")
    CONFIRM_HAPPENED = "confirm_happened", _("Confirm when it happened")
    NAME_LEAD_MANAGER = "name_lead_manager", _("Name a lead manager")
    WRITE_SUMMARY = "write_summary", _("Write a summary")
    RECORD_DEBRIEF = "record_debrief", _("Record a debrief")
    CONSIDER_REVIEW = "consider_review", _("Say whether a learning review is needed")
    ENTER_FACT = "enter_fact", _("Enter a date or priority")
    READ_EARLY = "read_early", _("Read it before its stage")
    ENTER_PAST_STAGE = "enter_past_stage", _("Enter a stage that happened already")
    ADD_REFERENCE = "add_reference", _("Add your reference for the child")
    CORRECT_CHILD = "correct_child", _("Put right who the child is")
    LINK = "link", _("Link with another disagreement about the same child")
    ADD_AGENCY = "add_agency", _("Ask another agency")
    RECORD_ADVICE = "record_advice", _("Record who else was told or asked")
    STAYS_OUT = "stays_out", _("An agency keeps out")
    REQUEST_CONFERENCE = "request_conference", _("Request a conference")
    ANSWER_CONFERENCE = "answer_conference", _("Answer the conference request")
    PUT_TO_SUBGROUP = "put_to_subgroup", _("Put it to the subgroup")
    ANSWER_FOR_SUBGROUP = "answer_for_subgroup", _("Answer for the subgroup")
    REPRESENT = "represent", _("Make a representation")
    DECLARE_INTEREST = "declare_interest", _("Declare an interest")
    REPLACE_MEMBER = "replace_member", _("Replace a panel member")
    WEIGH_DISSENT = "weigh_dissent", _("Say whether you share the dissent")
    ANSWER_ALERT = "answer_alert", _("Answer for the reviewing service")
    INVITE_GUEST = "invite_guest", _("Ask somebody without an account")
    TAKE_BACK_GUEST = "take_back_guest", _("Take back an invitation")
    KEEP_LONGER = "keep_longer", _("Keep it longer")
    ANONYMISE = "anonymise", _("Anonymise it")
    PLACE_HOLD = "place_hold", _("Place a legal hold")
    LIFT_HOLD = "lift_hold", _("Lift the legal hold")
    LEAVE_OUT = "leave_out", _("Leave it out of the figures")
    COUNT_AGAIN = "count_again", _("Count it in the figures again")
    ATTACH_FILE = "attach_file", _("Attach a file")
    REPLACE_FILE = "replace_file", _("Replace a file")
    WITHDRAW_FILE = "withdraw_file", _("Withdraw a file")
    REDACT = "redact", _("Take words out of the record")
    MARK_CONFLICT = "mark_conflict", _("Mark a conflict of interest")
    LIFT_CONFLICT = "lift_conflict", _("Lift a conflict of interest")
    TICK = "tick", _("Watch the clocks")


class Ground(models.TextChoices):
    """Why a disagreement moves up."""

    NOT_RESOLVED = "not_resolved", _("Not resolved at this stage")
    NO_RESPONSE = "no_response", _("No response")
    DELAY = "delay", _("Delay")
    RISK = "risk", _("Risk to the child")


class Answer(models.TextChoices):
    """What a response says."""

    AGREES = "agrees", _("We agree")
    PARTLY = "partly", _("We agree in part")
    DISAGREES = "disagrees", _("We do not agree")


class Outcome(models.TextChoices):
    """How a disagreement ended."""

    AGREED_ACTION = "agreed_action", _("Agreed action")
    POSITION_KEPT = "position_kept", _("Position kept, with reasons accepted")
    OVERTAKEN = "overtaken", _("Overtaken by events")
    MEDIATED = "mediated", _("Settled in mediation")
    PANEL_DECISION = "panel_decision", _("Decided by a panel")
    LIAISON = "liaison", _("Settled by the agencies' leaders")
    ADVICE_TAKEN = "advice_taken", _("Recommendation accepted")


class Route(models.TextChoices):
    """What the partnership does with a disagreement that reached it."""

    MEDIATION = "mediation", _("Mediation")
    PANEL = "panel", _("Resolution panel")
    LIAISON = "liaison", _("Direct liaison with the agencies' leaders")
    REVIEW = "review", _("Review of the decision")
    BACK = "back", _("Back to the agencies")


class Force(models.TextChoices):
    """What a decision of the partnership's stage does to the agencies, as the procedure says."""

    BINDING = "binding", _("Final and binding")
    ADVISORY = "advisory", _("A recommendation")
    MEDIATION = "mediation", _("Mediation only: the agencies decide")


class Delivery(models.TextChoices):
    """What became of a message."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    BOUNCED = "bounced", _("Came back")
    DROPPED = "dropped", _("No longer needed")
    FAILED = "failed", _("Could not be sent")


class Measure(models.TextChoices):
    """What a clock measures, in the procedure's sense."""

    TOLD = "told", _("Telling")
    ENTRY = "entry", _("Entry")
    ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
    RESPONSE = "response", _("Response")
    DISCUSSION = "discussion", _("Discussion")
    AGREEMENT = "agreement", _("Agreement")
    ACTION_PLAN = "action_plan", _("Action plan")
    MEETING = "meeting", _("Meeting")
    LETTER = "outcome_letter", _("Outcome letter")
    FORM = "form", _("Form")
    MOVE_UP = "move_up", _("Moving up")
    COMPLETION = "completion", _("Completion of the stage")
    RESOLUTION = "resolution", _("Resolution")
    CAP = "cap", _("Overall limit")
    ACTION = "action", _("Agreed action")
    FEEDBACK = "feedback", _("Feedback")
    NEXT_STEP = "next_step", _("Next step")


class EventKind(models.TextChoices):
    """One line of the record."""

    DRAFTED = "drafted", _("Draft begun")
    SUBMITTED = "submitted", _("Logged")
    SENT_ON = "sent_on", _("Sent on by the own agency")
    SENT_BACK = "sent_back", _("Sent back to the writer")
    SENT = "sent", _("Sent to the other agency")
    ENTERED = "entered", _("Stage begun")
    RECEIVED = "received", _("Received")
    OPENED = "opened", _("Opened by the receiving agency")
    BOUNCED = "bounced", _("A message came back")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    ANSWERED = "answered", _("Response")
    ACCEPTED = "accepted", _("Response accepted")
    REJECTED = "rejected", _("Response not accepted")
    CONTACT = "contact", _("Attempt to reach someone")
    CHASED = "chased", _("Reminder sent again")
    MEETING = "meeting", _("Meeting or call")
    NOTE = "note", _("Note")
    ACTION_AGREED = "action_agreed", _("Action agreed")
    ACTION_DONE = "action_done", _("Action done")
    TIMETABLE_PROPOSED = "timetable_proposed", _("Another date proposed")
    TIMETABLE_AGREED = "timetable_agreed", _("Another date agreed")
    TIMETABLE_DECLINED = "timetable_declined", _("Another date declined")
    DATE_PASSED = "date_passed", _("A proposed date passed with no answer")
    REASSIGNED = "reassigned", _("Handed to someone else")
    MOVE_ASKED = "move_asked", _("Asked to move up")
    MOVED_UP = "moved_up", _("Moved up")
    MOVE_HELD = "move_held", _("Automatic move held")
    MADE_URGENT = "made_urgent", _("Made urgent")
    UNIT_TOLD = "unit_told", _("Business unit told")
    REFERRED = "referred", _("Referred to the partnership")
    ROUTE_CHOSEN = "route_chosen", _("Route chosen")
    CONVENED = "convened", _("Panel convened")
    DECIDED = "decided", _("Decision")
    NOT_AGREED = "not_agreed", _("No agreement reached")
    OUTCOME_PROPOSED = "outcome_proposed", _("Outcome proposed")
    OUTCOME_CONFIRMED = "outcome_confirmed", _("Outcome confirmed")
    GAP_RECORDED = "gap_recorded", _("A side's silence recorded")
    RESOLVED = "resolved", _("Resolved")
    FEEDBACK = "feedback", _("Feedback given to the person who raised it")
    FILED = "filed", _("Child's file confirmed")
    LEARNING = "learning", _("Learning recorded")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REOPENED = "reopened", _("Reopened")
    CORRECTED = "corrected", _("Correction")
    CONCERN = "concern", _("Continuing concern")
    RECOMMENDED = "recommended", _("Contact recommended")
    HAPPENED_CONFIRMED = "happened_confirmed", _("Earlier moment confirmed")
    HALF_WAY = "half_way", _("Half-way reminder")
    DUE = "due", _("Due reminder")
    OVERDUE = "overdue", _("Overdue")
    REMINDED = "reminded", _("Reminder")
    MOVE_OFFERED = "move_offered", _("Moving up offered")
    MOVE_WARNED = "move_warned", _("Warning of an automatic move")
    CLOCK_ENDED = "clock_ended", _("Clock ended")
    NEXT_STEP_ASKED = "next_step_asked", _("Next step asked")
    FORM_ISSUED = "form_issued", _("Form issued")
    AGENCY_ADDED = "agency_added", _("Another agency asked")
    REFERENCE_ADDED = "reference_added", _("Local reference of the child added")
    CHILD_CORRECTED = "child_corrected", _("Who the child is was put right")
    LINKED = "linked", _("Linked with another disagreement")
    PAST_STAGE = "past_stage", _("A stage that had happened already")
    FACT_ENTERED = "fact_entered", _("A date or priority entered")
    ADVICE = "advice", _("Somebody else told or asked")
    STAYS_OUT = "stays_out", _("An agency keeps out")
    CONFERENCE_ASKED = "conference_asked", _("Child protection conference requested")
    CONFERENCE_ANSWERED = "conference_answered", _("Conference request answered")
    SUBGROUP_TOLD = "subgroup_told", _("Put to the subgroup")
    SUBGROUP_DECIDED = "subgroup_decided", _("The subgroup's answer")
    REPRESENTATION = "representation", _("Representation to the panel")
    INTEREST = "interest", _("Interest declared")
    MEMBER_REPLACED = "member_replaced", _("Panel member replaced")
    DISSENT_WEIGHED = "dissent_weighed", _("Dissent considered in the own agency")
    LEAD_MANAGER = "lead_manager", _("Lead manager named")
    SUMMARY = "summary", _("Summary written")
    DEBRIEF = "debrief", _("Debrief")
    REVIEW_CONSIDERED = "review_considered", _("A learning review considered")
    LEARNING_FOLLOWED = "learning_followed", _("Learning followed up")
    READ_EARLY = "read_early", _("Read by the business unit, for a reason")
    GUEST_INVITED = "guest_invited", _("Somebody without an account asked to answer")
    GUEST_TAKEN_BACK = "guest_taken_back", _("The invitation taken back")
    REDATED = "redated", _("Dates worked out again")
    # What a change left otherwise where none of its rules writes a line: so that no line before it is taken for altered.
    BROUGHT_UP = "brought_up", _("Brought up to date")
    ERASED = "erased", _("Typed text erased")
    REVIEW_DUE = "review_due", _("Due for review: how long it is kept")
    KEPT_LONGER = "kept_longer", _("Kept longer")
    LEGAL_HOLD = "legal_hold", _("Legal hold placed")
    HOLD_LIFTED = "hold_lifted", _("Legal hold lifted")
    LEFT_OUT = "left_out", _("Left out of the figures")
    COUNTED_AGAIN = "counted_again", _("Counted in the figures again")
    FILE_ATTACHED = "file_attached", _("File attached")
    FILE_REPLACED = "file_replaced", _("File replaced")
    FILE_WITHDRAWN = "file_withdrawn", _("File withdrawn")
    CONFLICT_MARKED = "conflict_marked", _("Conflict of interest marked")
    CONFLICT_LIFTED = "conflict_lifted", _("Conflict of interest lifted")
    BROUGHT_IN = "brought_in", _("Brought in from an earlier log")


# What came of a route before the partnership, and may hold a finding for the annual report.
FINDS = frozenset({EventKind.DECIDED, EventKind.NOT_AGREED})


class Message(models.TextChoices):
    """What a message asks or tells."""

    ASSIGNED = "assigned", _("Something needs you")
    HALF_WAY = "half_way", _("Half of the time has gone")
    DUE = "due", _("Due now")
    OVERDUE = "overdue", _("Overdue")
    OFFER = "offer", _("You can move it up")
    WARNING = "warning", _("It will move up by itself")
    ANSWERED = "answered", _("A response is there")
    SENT = "sent", _("Sent on")
    MOVED_UP = "moved_up", _("Moved up")
    WENT_BACK = "went_back", _("Back with the agencies")
    REOPENED = "reopened", _("Reopened")
    MADE_URGENT = "made_urgent", _("Urgent now")
    ACKNOWLEDGED = "acknowledged", _("Receipt acknowledged")
    ROUTE = "route", _("How it goes on")
    EXTENDED = "extended", _("About a date")
    SENT_BACK = "sent_back", _("Sent back")
    RESOLVED = "resolved", _("Resolved")
    FEEDBACK = "feedback", _("Feedback")
    UNIT = "unit", _("For the business unit")
    UNDELIVERED = "undelivered", _("A message did not arrive")
    CLOSED = "closed", _("Closed")
    NO_CONTACT = "no_contact", _("Nobody can act")
    REVIEW = "review", _("A procedure is due for review")
    LEARNING = "learning", _("A learning action")
    DRAFT = "draft", _("A draft waits")
    CONTACTS = "contacts", _("Is your entry still right?")
    LOOKED = "looked", _("The business unit read it")
    DIGEST = "digest", _("This morning")
    INVITED = "invited", _("Somebody without an account is asked")
    READ_MUCH = "read_much", _("Unusually many were opened")
    TOOK_MUCH = "took_much", _("Unusually much was taken out")
    NOT_ASKED = "not_asked", _("No longer asked to answer")
    WRONG_CODES = "wrong_codes", _("Wrong codes at a guest's door")
    DETAILS = "details", _("A child's details were put right")
    TAKEN_OUT = "taken_out", _("Words were taken out of a response")
    GIVEN = "given", _("A leading role or post was given")
    OUR_PEOPLE = "our_people", _("About the business unit or the chair")
    MARKED = "marked", _("Marked as having a conflict of interest")
    REST = "rest", _("What was asked for lies with nobody")
