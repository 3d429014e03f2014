"""Every verb's page: its form, its words, and whether a check page stands before it. The one list that links names to verbs."""

from escalation.services.files.attaching import with_upload
from escalation.services.redaction import ONLY_OUT
from escalation.states import Verb
from escalation.web.verbs import (
    answering,
    around_end,
    attaching,
    chairing,
    children,
    ending,
    facts,
    moving,
    own_agency,
    past,
    people,
    reading,
    recording,
    redacting,
)
from escalation.web.verbs.around_pages import AROUND
from escalation.web.verbs.keeping import KEEPING_PAGES
from escalation.web.verbs.page import VerbPage

PAGES: dict[Verb, VerbPage] = {
    Verb.SEND_ON: VerbPage(
        own_agency.SendOnForm,
        "Send it on",
        "Send it on",
        "Sent to the other agency.",
        "It goes to the person at your level there. Their clock starts when you send it.",
    ),
    Verb.SEND_BACK: VerbPage(own_agency.SendBackForm, "Send it back", "Send it back", "Sent back to the person who wrote it."),
    Verb.ACKNOWLEDGE: VerbPage(
        answering.AcknowledgeForm,
        "Acknowledge receipt",
        "Acknowledge",
        "Receipt is acknowledged.",
        "This says that you have it. It is not yet a response.",
    ),
    Verb.RESPOND: VerbPage(
        answering.RespondForm,
        "Respond",
        "Continue",
        "Your response is recorded, and the other side has been told.",
        check=True,
        then_attach="I want to attach a letter or minutes next",
    ),
    Verb.ACCEPT: VerbPage(
        answering.AcceptForm,
        "The response settles it",
        "Continue",
        "The outcome is proposed. It is resolved when the other side confirms the same words.",
        check=True,
    ),
    Verb.REJECT: VerbPage(answering.RejectForm, "The response does not settle it", "Record this", "Recorded. You can move it up, or go on talking."),
    Verb.RECORD_CONTACT: VerbPage(recording.ContactForm, "Record an attempt to reach someone", "Add to the record", "Added to the record."),
    Verb.RECORD_MEETING: VerbPage(
        recording.MeetingForm,
        "Record a meeting or call",
        "Add to the record",
        "Added to the record.",
        then_attach="I want to attach minutes next",
    ),
    Verb.ADD_NOTE: VerbPage(recording.NoteForm, "Add to the record", "Add to the record", "Added to the record."),
    Verb.ADD_ACTION: VerbPage(recording.ActionForm, "Add an agreed action", "Add the action", "The action is recorded, and its date is watched."),
    Verb.COMPLETE_ACTION: VerbPage(recording.CompleteActionForm, "An action is done", "Mark as done", "The action is marked as done."),
    Verb.PROPOSE_TIMETABLE: VerbPage(
        answering.ProposeTimetableForm, "Propose another date", "Propose the date", "Proposed. The other side agrees or declines."
    ),
    Verb.AGREE_TIMETABLE: VerbPage(
        answering.PlainForm, "Agree the proposed date", "Agree the date", "The new date is agreed. The procedure's own date stays on the record."
    ),
    Verb.DECLINE_TIMETABLE: VerbPage(
        answering.DeclineTimetableForm, "Decline the proposed date", "Decline the date", "Declined. The date stays as it was."
    ),
    Verb.REASSIGN: VerbPage(people.ReassignForm, "Hand it to someone else", "Hand it over", "Handed over. They have been told."),
    Verb.ASK_TO_MOVE_UP: VerbPage(moving.AskForm, "Ask for it to be moved up", "Ask", "Your manager or safeguarding lead has been asked."),
    Verb.MOVE_UP: VerbPage(moving.MoveUpForm, "Move it up", "Continue", "Moved up. The people at the next stage have been told.", check=True),
    Verb.HOLD_MOVE: VerbPage(moving.HoldForm, "Stop the automatic move", "Stop the move", "It will not move up by itself. Reminders go on."),
    Verb.MAKE_URGENT: VerbPage(
        moving.MakeUrgentForm,
        "Make it urgent",
        "Make it urgent",
        "It is urgent now. Messages have gone out at once.",
        "Child in danger now? Ring 999 first.",
    ),
    Verb.REFER: VerbPage(
        moving.ReferForm, "Refer it to the partnership", "Continue", "Referred. The chair and the business unit have been told.", check=True
    ),
    Verb.CHOOSE_ROUTE: VerbPage(
        chairing.RouteForm, "Choose the route", "Continue", "The route is recorded, and both sides have been told.", check=True
    ),
    Verb.CONVENE: VerbPage(chairing.ConveneForm, "Convene the panel", "Continue", "The panel is convened, and its members are invited.", check=True),
    Verb.DECIDE: VerbPage(
        chairing.DecideForm,
        "Record the decision",
        "Continue",
        "The decision is recorded, and both sides have been told.",
        check=True,
        then_attach="I want to attach the decision letter or the minutes next",
    ),
    Verb.PROPOSE_OUTCOME: VerbPage(
        ending.ProposeOutcomeForm,
        "Propose the outcome",
        "Continue",
        "Proposed. It is resolved when each side has confirmed the same words.",
        check=True,
    ),
    Verb.CONFIRM_OUTCOME: VerbPage(answering.PlainForm, "Confirm the outcome", "Confirm in writing", "Confirmed for your agency."),
    Verb.RECORD_GAP: VerbPage(ending.RecordGapForm, "Record a side's silence", "Record the gap", "The gap is recorded in place of the confirmation."),
    Verb.GIVE_FEEDBACK: VerbPage(ending.FeedbackForm, "Record feedback", "Record feedback", "Feedback is recorded."),
    Verb.CONFIRM_FILE: VerbPage(ending.ConfirmFileForm, "Confirm the child's file", "Confirm", "Confirmed for your agency."),
    Verb.RECORD_LEARNING: VerbPage(
        ending.LearningForm,
        "Record learning",
        "Record learning",
        "Learning is recorded.",
        "No general issue? Leave everything empty and record that.",
    ),
    Verb.CLOSE: VerbPage(ending.CloseForm, "Close it", "Continue", "Closed.", check=True),
    Verb.WITHDRAW: VerbPage(moving.WithdrawForm, "Withdraw it", "Continue", "Withdrawn.", check=True),
    Verb.REOPEN: VerbPage(moving.ReopenForm, "Reopen it", "Continue", "Reopened in the stage it was in, with fresh dates.", check=True),
    Verb.CORRECT: VerbPage(recording.CorrectForm, "Correct the record", "Add the correction", "The correction stands beside the old text."),
    Verb.CONTINUE_CONCERN: VerbPage(
        recording.ConcernForm,
        "Record a continuing concern",
        "Record the concern",
        "Recorded, and the people concerned have been told.",
        "Child in danger now? Ring 999 first.",
    ),
    Verb.TELL_UNIT: VerbPage(
        recording.TellUnitForm, "Tell the business unit", "Tell the business unit", "The business unit has been told and can read the disagreement."
    ),
    Verb.RECOMMEND_CONTACT: VerbPage(people.RecommendForm, "Recommend a contact", "Recommend", "Recommended. They have been asked to respond."),
    Verb.INVITE_GUEST: VerbPage(
        people.InviteGuestForm,
        "Ask somebody without an account",
        "Continue",
        "Asked. They get a message with a link and no case details, and can answer once.",
        "For a GP, a nursery or a charity that does not sign in. They see what is disputed, and who the child is, and can answer it. "
        "They see nothing else, and nothing after they have answered.",
        check=True,
    ),
    Verb.TAKE_BACK_GUEST: VerbPage(
        people.TakeBackGuestForm, "Take back an invitation", "Take it back", "Taken back. They can no longer open it or answer."
    ),
    Verb.NAME_LEAD_MANAGER: VerbPage(
        around_end.LeadManagerForm,
        "Name the lead manager",
        "Name the lead manager",
        "Named. They have been told, and are reminded of agreed actions that are not done.",
        "The lead manager sees to it that the agreed actions are done, for all the agencies concerned.",
    ),
    Verb.WRITE_SUMMARY: VerbPage(
        around_end.SummaryForm,
        "Write the summary",
        "Keep the summary",
        "The summary is on the record, and can be printed for the child’s file.",
        "It goes on the child’s file. What is known stands in it already.",
    ),
    Verb.RECORD_DEBRIEF: VerbPage(
        around_end.DebriefForm,
        "Record a debrief",
        "Record the debrief",
        "The debrief is recorded.",
        "You may: nothing waits for it. Write what helps the next time, and name nobody.",
    ),
    Verb.CONSIDER_REVIEW: VerbPage(
        around_end.ReviewForm, "Is a learning review needed?", "Record this", "Recorded: whether a learning review is needed, and why."
    ),
    Verb.ENTER_FACT: VerbPage(
        facts.FactForm,
        "Enter a date or priority",
        "Enter it",
        "Entered. The dates that follow from it run now.",
        "The procedure’s times depend on it.",
    ),
    Verb.READ_EARLY: VerbPage(
        reading.ReadEarlyForm,
        "Read it before its stage",
        "Continue",
        "You can read it for an hour. The safeguarding leads of every agency in it are told.",
        "The procedure has not informed you yet. Do this only where a child’s safety or a serious incident demands it.",
        check=True,
    ),
    Verb.ENTER_PAST_STAGE: VerbPage(
        past.PastStageForm,
        "Enter a stage that happened already",
        "Continue",
        "The stage is on the record, with when it happened and when you recorded it. It goes on in the stage after it.",
        "For what was talked through by telephone or in a room, and was not settled. It is recorded now; the next stage’s time runs from now.",
        check=True,
    ),
    Verb.ADD_REFERENCE: VerbPage(
        children.ReferenceForm, "Add your reference for the child", "Keep the reference", "The reference is kept. Only your agency sees it."
    ),
    Verb.CORRECT_CHILD: VerbPage(
        children.CorrectChildForm,
        "Put right who the child is",
        "Put it right",
        "It is put right. What was there before is gone; the record says which part was changed, by whom and when.",
        "For initials or a date that were mistyped, or a child that has been born. The other side reads what you enter from now on.",
    ),
    Verb.LINK: VerbPage(children.LinkForm, "Link with another disagreement about the same child", "Link the two", "The two are linked."),
    Verb.CONFIRM_HAPPENED: VerbPage(recording.ConfirmHappenedForm, "Confirm when it happened", "Confirm", "Confirmed."),
    Verb.ATTACH_FILE: VerbPage(
        attaching.AttachForm,
        "Attach a file",
        "Attach the file",
        "The file is attached.",
        "Minutes, a letter, a photograph of a whiteboard. What the file says is read by whoever may see it, and each time it is downloaded is kept.",
        does=with_upload,
    ),
    Verb.REPLACE_FILE: VerbPage(
        attaching.ReplaceForm,
        "Replace a file",
        "Replace the file",
        "Replaced. The earlier version is erased; the record says so.",
        "For a version in which something is blacked out, or a mistake is put right. The earlier version is erased and cannot be brought back.",
        does=with_upload,
    ),
    Verb.WITHDRAW_FILE: VerbPage(
        attaching.EndForm,
        "Withdraw a file",
        "Withdraw the file",
        "Withdrawn. The file is erased; the record says so.",
        "For a file that should not be here. It is erased and cannot be brought back; who withdrew it, when and why stays on the record.",
    ),
    Verb.REDACT: VerbPage(
        redacting.RedactForm,
        "Take words out of the record",
        "Continue",
        "The words are taken out and erased; the record says so.",
        "For what must not stand here, as another child’s name. It is erased for good; who took it out, when and why stays. " + ONLY_OUT,
    ),
    **AROUND,
    **KEEPING_PAGES,
}


def slug_of(verb: Verb) -> str:
    """The verb in an address."""
    return verb.value.replace("_", "-")


BY_SLUG = {slug_of(verb): verb for verb in PAGES}
