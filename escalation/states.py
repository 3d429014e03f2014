"""States, verbs, grounds and kinds of event: with the words that people choose from (`choices.py`) the only place where they are spelled."""

from django.db import models

from escalation.choices import (
    Advice,
    Audience,
    Basis,
    ChangeNeeded,
    ConferenceAnswer,
    Door,
    FileEnd,
    HoldOn,
    LearningStatus,
    MeetingHow,
    Plan,
    RecordClass,
    ReviewNeed,
    Setting,
    SubgroupMatter,
    SummaryKind,
    Theme,
)

__all__ = [
    "Advice", "Answer", "Audience", "Basis", "ChangeNeeded", "ClockState", "ConferenceAnswer", "Delivery", "Difference", "Door", "ENDED",
    "EventKind", "FileEnd", "Force", "Ground", "HoldOn", "Job", "LIVE", "LearningStatus", "Measure", "MeetingHow", "Message", "Outcome", "Plan",
    "RecordClass", "RequestState", "ReviewNeed", "Route", "Setting", "Side", "State", "SubgroupMatter", "SummaryKind", "Theme", "Verb",
]  # fmt: skip


class State(models.TextChoices):
    """Where a disagreement stands."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


LIVE = frozenset({State.OPEN, State.RESOLVED})
ENDED = frozenset({State.CLOSED, State.WITHDRAWN})


class RequestState(models.TextChoices):
    """Where one receiving agency's request stands in a stage."""

    AWAITING = "awaiting", "Awaiting a response"
    ANSWERED = "answered", "Answered"
    SETTLED = "settled", "Response accepted"
    REJECTED = "rejected", "Response not accepted"
    LAPSED = "lapsed", "Moved up"


class ClockState(models.TextChoices):
    """How a clock ended, or that it runs."""

    RUNNING = "running", "Running"
    MET = "met", "Met"
    LATE = "late", "Met late"
    MISSED = "missed", "Not met"
    NOT_NEEDED = "not_needed", "Not needed"
    SUPERSEDED = "superseded", "Superseded"


class Side(models.TextChoices):
    """The two sides of a disagreement, and who stands between them."""

    RAISING = "raising", "Raising"
    RECEIVING = "receiving", "Receiving"
    EACH = "each", "Each side"
    CHAIR = "chair", "Chair"
    PARTNERSHIP = "partnership", "Partnership"


class Verb(models.TextChoices):
    """Everything that can be done to a disagreement: one service function each."""

    SAVE_DRAFT = "save_draft", "Save a draft"
    DISCARD_DRAFT = "discard_draft", "Delete the draft"
    SUBMIT = "submit", "Send the disagreement"
    SEND_ON = "send_on", "Send on to the other agency"
    SEND_BACK = "send_back", "Send back"
    ACKNOWLEDGE = "acknowledge", "Acknowledge"
    RESPOND = "respond", "Respond"
    ACCEPT = "accept", "Accept the response"
    REJECT = "reject", "Not accept the response"
    RECORD_CONTACT = "record_contact", "Record an attempt to reach someone"
    RECORD_MEETING = "record_meeting", "Record a meeting or call"
    ADD_NOTE = "add_note", "Add to the record"
    ADD_ACTION = "add_action", "Add an agreed action"
    COMPLETE_ACTION = "complete_action", "Mark an action as done"
    PROPOSE_TIMETABLE = "propose_timetable", "Propose another date"
    AGREE_TIMETABLE = "agree_timetable", "Agree the proposed date"
    DECLINE_TIMETABLE = "decline_timetable", "Decline the proposed date"
    REASSIGN = "reassign", "Hand to someone else"
    ASK_TO_MOVE_UP = "ask_to_move_up", "Ask to move up"
    MOVE_UP = "move_up", "Move up"
    HOLD_MOVE = "hold_move", "Hold the automatic move"
    MAKE_URGENT = "make_urgent", "Make urgent"
    REFER = "refer", "Refer to the chair"
    CHOOSE_ROUTE = "choose_route", "Choose the route"
    CONVENE = "convene", "Convene the panel"
    DECIDE = "decide", "Record the decision"
    PROPOSE_OUTCOME = "propose_outcome", "Propose the outcome"
    CONFIRM_OUTCOME = "confirm_outcome", "Confirm the outcome"
    RECORD_GAP = "record_gap", "Record a side's silence"
    GIVE_FEEDBACK = "give_feedback", "Record feedback to the person who raised it"
    CONFIRM_FILE = "confirm_file", "Confirm the child's file"
    RECORD_LEARNING = "record_learning", "Record learning"
    CLOSE = "close", "Close"
    WITHDRAW = "withdraw", "Withdraw"
    REOPEN = "reopen", "Reopen"
    CORRECT = "correct", "Correct the record"
    CONTINUE_CONCERN = "continue_concern", "Record a continuing concern"
    TELL_UNIT = "tell_unit", "Record that the business unit was told"
    RECOMMEND_CONTACT = "recommend_contact", "Recommend a contact"
    CONFIRM_HAPPENED = "confirm_happened", "Confirm when it happened"
    NAME_LEAD_MANAGER = "name_lead_manager", "Name a lead manager"
    WRITE_SUMMARY = "write_summary", "Write a summary"
    RECORD_DEBRIEF = "record_debrief", "Record a debrief"
    CONSIDER_REVIEW = "consider_review", "Say whether a learning review is needed"
    ENTER_FACT = "enter_fact", "Enter a date or priority"
    READ_EARLY = "read_early", "Read it before its stage"
    ENTER_PAST_STAGE = "enter_past_stage", "Enter a stage that happened already"
    ADD_REFERENCE = "add_reference", "Add your reference for the child"
    CORRECT_CHILD = "correct_child", "Put right who the child is"
    LINK = "link", "Link with another disagreement about the same child"
    ADD_AGENCY = "add_agency", "Ask another agency"
    RECORD_ADVICE = "record_advice", "Record who else was told or asked"
    STAYS_OUT = "stays_out", "An agency keeps out"
    REQUEST_CONFERENCE = "request_conference", "Request a conference"
    ANSWER_CONFERENCE = "answer_conference", "Answer the conference request"
    PUT_TO_SUBGROUP = "put_to_subgroup", "Put it to the subgroup"
    ANSWER_FOR_SUBGROUP = "answer_for_subgroup", "Answer for the subgroup"
    REPRESENT = "represent", "Make a representation"
    DECLARE_INTEREST = "declare_interest", "Declare an interest"
    REPLACE_MEMBER = "replace_member", "Replace a panel member"
    WEIGH_DISSENT = "weigh_dissent", "Say whether you share the dissent"
    ANSWER_ALERT = "answer_alert", "Answer for the reviewing service"
    INVITE_GUEST = "invite_guest", "Ask somebody without an account"
    TAKE_BACK_GUEST = "take_back_guest", "Take back an invitation"
    KEEP_LONGER = "keep_longer", "Keep it longer"
    ANONYMISE = "anonymise", "Anonymise it"
    PLACE_HOLD = "place_hold", "Place a legal hold"
    LIFT_HOLD = "lift_hold", "Lift the legal hold"
    ATTACH_FILE = "attach_file", "Attach a file"
    REPLACE_FILE = "replace_file", "Replace a file"
    WITHDRAW_FILE = "withdraw_file", "Withdraw a file"
    REDACT = "redact", "Take words out of the record"
    TICK = "tick", "Watch the clocks"


class Ground(models.TextChoices):
    """Why a disagreement moves up."""

    NOT_RESOLVED = "not_resolved", "Not resolved at this stage"
    NO_RESPONSE = "no_response", "No response"
    DELAY = "delay", "Delay"
    RISK = "risk", "Risk to the child"


class Answer(models.TextChoices):
    """What a response says."""

    AGREES = "agrees", "We agree"
    PARTLY = "partly", "We agree in part"
    DISAGREES = "disagrees", "We do not agree"


class Outcome(models.TextChoices):
    """How a disagreement ended."""

    AGREED_ACTION = "agreed_action", "Agreed action"
    POSITION_KEPT = "position_kept", "Position kept, with reasons accepted"
    OVERTAKEN = "overtaken", "Overtaken by events"
    MEDIATED = "mediated", "Settled in mediation"
    PANEL_DECISION = "panel_decision", "Decided by a panel"
    LIAISON = "liaison", "Settled by the agencies' leaders"
    ADVICE_TAKEN = "advice_taken", "Recommendation accepted"


class Difference(models.TextChoices):
    """The difference that it made for the child."""

    PLAN_CHANGED = "plan_changed", "The plan for the child changed"
    NO_CHANGE = "no_change", "No change"
    TOO_EARLY = "too_early", "Too early to say"


class Route(models.TextChoices):
    """What the partnership does with a disagreement that reached it."""

    MEDIATION = "mediation", "Mediation"
    PANEL = "panel", "Resolution panel"
    LIAISON = "liaison", "Direct liaison with the agencies' leaders"
    REVIEW = "review", "Review of the decision"
    BACK = "back", "Back to the agencies"


class Force(models.TextChoices):
    """What a decision of the partnership's stage does to the agencies, as the procedure says."""

    BINDING = "binding", "Final and binding"
    ADVISORY = "advisory", "A recommendation"
    MEDIATION = "mediation", "Mediation only: the agencies decide"


class Delivery(models.TextChoices):
    """What became of a message."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    BOUNCED = "bounced", "Came back"
    DROPPED = "dropped", "No longer needed"
    FAILED = "failed", "Could not be sent"


class Measure(models.TextChoices):
    """What a clock measures, in the procedure's sense."""

    TOLD = "told", "Telling"
    ENTRY = "entry", "Entry"
    ACKNOWLEDGEMENT = "acknowledgement", "Acknowledgement"
    RESPONSE = "response", "Response"
    DISCUSSION = "discussion", "Discussion"
    AGREEMENT = "agreement", "Agreement"
    ACTION_PLAN = "action_plan", "Action plan"
    MEETING = "meeting", "Meeting"
    LETTER = "outcome_letter", "Outcome letter"
    FORM = "form", "Form"
    MOVE_UP = "move_up", "Moving up"
    COMPLETION = "completion", "Completion of the stage"
    RESOLUTION = "resolution", "Resolution"
    CAP = "cap", "Overall limit"
    ACTION = "action", "Agreed action"
    FEEDBACK = "feedback", "Feedback"
    NEXT_STEP = "next_step", "Next step"


class EventKind(models.TextChoices):
    """One line of the record."""

    DRAFTED = "drafted", "Draft begun"
    SUBMITTED = "submitted", "Logged"
    SENT_ON = "sent_on", "Sent on by the own agency"
    SENT_BACK = "sent_back", "Sent back to the writer"
    SENT = "sent", "Sent to the other agency"
    ENTERED = "entered", "Stage begun"
    RECEIVED = "received", "Received"
    OPENED = "opened", "Opened by the receiving agency"
    BOUNCED = "bounced", "A message came back"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    ANSWERED = "answered", "Response"
    ACCEPTED = "accepted", "Response accepted"
    REJECTED = "rejected", "Response not accepted"
    CONTACT = "contact", "Attempt to reach someone"
    MEETING = "meeting", "Meeting or call"
    NOTE = "note", "Note"
    ACTION_AGREED = "action_agreed", "Action agreed"
    ACTION_DONE = "action_done", "Action done"
    TIMETABLE_PROPOSED = "timetable_proposed", "Another date proposed"
    TIMETABLE_AGREED = "timetable_agreed", "Another date agreed"
    TIMETABLE_DECLINED = "timetable_declined", "Another date declined"
    REASSIGNED = "reassigned", "Handed to someone else"
    MOVE_ASKED = "move_asked", "Asked to move up"
    MOVED_UP = "moved_up", "Moved up"
    MOVE_HELD = "move_held", "Automatic move held"
    MADE_URGENT = "made_urgent", "Made urgent"
    UNIT_TOLD = "unit_told", "Business unit told"
    REFERRED = "referred", "Referred to the partnership"
    ROUTE_CHOSEN = "route_chosen", "Route chosen"
    CONVENED = "convened", "Panel convened"
    DECIDED = "decided", "Decision"
    OUTCOME_PROPOSED = "outcome_proposed", "Outcome proposed"
    OUTCOME_CONFIRMED = "outcome_confirmed", "Outcome confirmed"
    GAP_RECORDED = "gap_recorded", "A side's silence recorded"
    RESOLVED = "resolved", "Resolved"
    FEEDBACK = "feedback", "Feedback given to the person who raised it"
    FILED = "filed", "Child's file confirmed"
    LEARNING = "learning", "Learning recorded"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REOPENED = "reopened", "Reopened"
    CORRECTED = "corrected", "Correction"
    CONCERN = "concern", "Continuing concern"
    RECOMMENDED = "recommended", "Contact recommended"
    HAPPENED_CONFIRMED = "happened_confirmed", "Earlier moment confirmed"
    HALF_WAY = "half_way", "Half-way reminder"
    DUE = "due", "Due reminder"
    OVERDUE = "overdue", "Response overdue"
    REMINDED = "reminded", "Reminder"
    MOVE_OFFERED = "move_offered", "Moving up offered"
    MOVE_WARNED = "move_warned", "Warning of an automatic move"
    CLOCK_ENDED = "clock_ended", "Clock ended"
    NEXT_STEP_ASKED = "next_step_asked", "Next step asked"
    FORM_ISSUED = "form_issued", "Form issued"
    AGENCY_ADDED = "agency_added", "Another agency asked"
    REFERENCE_ADDED = "reference_added", "Local reference of the child added"
    CHILD_CORRECTED = "child_corrected", "Who the child is was put right"
    LINKED = "linked", "Linked with another disagreement"
    PAST_STAGE = "past_stage", "A stage that had happened already"
    FACT_ENTERED = "fact_entered", "A date or priority entered"
    ADVICE = "advice", "Somebody else told or asked"
    STAYS_OUT = "stays_out", "An agency keeps out"
    CONFERENCE_ASKED = "conference_asked", "Child protection conference requested"
    CONFERENCE_ANSWERED = "conference_answered", "Conference request answered"
    SUBGROUP_TOLD = "subgroup_told", "Put to the subgroup"
    SUBGROUP_DECIDED = "subgroup_decided", "The subgroup's answer"
    REPRESENTATION = "representation", "Representation to the panel"
    INTEREST = "interest", "Interest declared"
    MEMBER_REPLACED = "member_replaced", "Panel member replaced"
    DISSENT_WEIGHED = "dissent_weighed", "Dissent considered in the own agency"
    LEAD_MANAGER = "lead_manager", "Lead manager named"
    SUMMARY = "summary", "Summary written"
    DEBRIEF = "debrief", "Debrief"
    REVIEW_CONSIDERED = "review_considered", "A learning review considered"
    LEARNING_FOLLOWED = "learning_followed", "Learning followed up"
    READ_EARLY = "read_early", "Read by the business unit, for a reason"
    GUEST_INVITED = "guest_invited", "Somebody without an account asked to answer"
    GUEST_TAKEN_BACK = "guest_taken_back", "The invitation taken back"
    REDATED = "redated", "Dates worked out again"
    ERASED = "erased", "Typed text erased"
    REVIEW_DUE = "review_due", "Due for review: how long it is kept"
    KEPT_LONGER = "kept_longer", "Kept longer"
    LEGAL_HOLD = "legal_hold", "Legal hold placed"
    HOLD_LIFTED = "hold_lifted", "Legal hold lifted"
    FILE_ATTACHED = "file_attached", "File attached"
    FILE_REPLACED = "file_replaced", "File replaced"
    FILE_WITHDRAWN = "file_withdrawn", "File withdrawn"
    BROUGHT_IN = "brought_in", "Brought in from an earlier log"


class Message(models.TextChoices):
    """What a message asks or tells."""

    ASSIGNED = "assigned", "Something needs you"
    HALF_WAY = "half_way", "Half of the time has gone"
    DUE = "due", "Due now"
    OVERDUE = "overdue", "Overdue"
    OFFER = "offer", "You can move it up"
    WARNING = "warning", "It will move up by itself"
    ANSWERED = "answered", "A response is there"
    MOVED_UP = "moved_up", "Moved up"
    EXTENDED = "extended", "Another date"
    SENT_BACK = "sent_back", "Sent back"
    RESOLVED = "resolved", "Resolved"
    FEEDBACK = "feedback", "Feedback"
    UNIT = "unit", "For the business unit"
    UNDELIVERED = "undelivered", "A message did not arrive"
    CLOSED = "closed", "Closed"
    NO_CONTACT = "no_contact", "Nobody can act"
    REVIEW = "review", "A procedure is due for review"
    LEARNING = "learning", "A learning action"
    LOOKED = "looked", "The business unit read it"
    DIGEST = "digest", "This morning"
    INVITED = "invited", "Somebody without an account is asked"
    READ_MUCH = "read_much", "Unusually many were opened"
    NOT_ASKED = "not_asked", "No longer asked to answer"
    WRONG_CODES = "wrong_codes", "Wrong codes at a guest's door"


class Job(models.TextChoices):
    """The recurring jobs, as their heartbeats name them; the last one marks how far the seals reach."""

    SWEEP = "sweep", "Watching the clocks"
    DELIVER = "deliver", "Sending messages"
    BOUNCES = "bounces", "Reading what came back"
    SEAL = "seal", "Sealing the record"
    KEEPING = "keeping", "Ending what was kept long enough"
    SCANNER = "scanner", "Asking whether the virus scanner answers"
    SEALED_UP_TO = "sealed up to", "Sealed up to"
