"""Every verb's page: its form, its words, and whether a check page stands before it. The one list that links names to verbs."""

from dataclasses import replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agencies.person import Person
from escalation import policy
from escalation.engine.case import Case
from escalation.engine.turns import RECEIVED, asked_to_confirm
from escalation.services.lifecycle import move_is_coming
from escalation.services.panel import before_chair
from escalation.services.redaction import ONLY_OUT
from escalation.services.timetables import is_set_inside
from escalation.states import Verb
from escalation.web.verbs import (
    answering,
    around_end,
    attaching,
    chairing,
    children,
    correcting,
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
from escalation.web.verbs.conflicts import CONFLICT_PAGES
from escalation.web.verbs.keeping import KEEPING_PAGES
from escalation.web.verbs.page import VerbPage

CONFIRMED = _("Confirmed for your agency.")
PAGES: dict[Verb, VerbPage] = {
    Verb.SEND_ON: VerbPage(
        own_agency.SendOnForm,
        _("Send it on"),
        _("Send it on"),
        _("Sent to the other agency."),
        _("It goes to the people below. Their time starts when you send it."),
        told=_("whoever answers there"),
    ),
    Verb.SEND_BACK: VerbPage(own_agency.SendBackForm, _("Send it back"), _("Send it back"), _("Sent back to the person who wrote it.")),
    Verb.ACKNOWLEDGE: VerbPage(
        answering.AcknowledgeForm,
        _("Acknowledge receipt"),
        _("Acknowledge"),
        _("Receipt is acknowledged."),
        _("This says that you have it. It is not yet a response."),
    ),
    Verb.RESPOND: VerbPage(
        answering.RespondForm,
        _("Respond"),
        _("Continue"),
        _("Your response is recorded."),
        told=_("the other side"),
        check=True,
        then_attach=_("I want to attach a letter or minutes next"),
    ),
    Verb.ACCEPT: VerbPage(
        answering.AcceptForm,
        _("The response settles it"),
        _("Continue"),
        _("Recorded."),
        check=True,
        tells=answering.accepted_words,
    ),
    Verb.REJECT: VerbPage(
        answering.RejectForm, _("The response does not settle it"), _("Record this"), _("Recorded."), tells=answering.rejected_words
    ),
    Verb.RECORD_CONTACT: VerbPage(recording.ContactForm, _("Record an attempt to reach someone"), _("Add to the record"), _("Added to the record.")),
    Verb.CHASE: VerbPage(
        recording.ChaseForm,
        _("Send the reminder again"),
        _("Send the reminder"),
        _("The reminder is sent again."),
        _(
            "The message says what is due and by when, and nothing of what it is about. It stands on the record; another can go an hour after it. "
            "Where nobody answers, ring."
        ),
        tells=recording.chased_words,
    ),
    Verb.RECORD_MEETING: VerbPage(
        recording.MeetingForm,
        _("Record a meeting or call"),
        _("Add to the record"),
        _("Added to the record."),
        then_attach=_("I want to attach minutes next"),
    ),
    Verb.ADD_NOTE: VerbPage(recording.NoteForm, _("Add to the record"), _("Add to the record"), _("Added to the record.")),
    Verb.ADD_ACTION: VerbPage(
        recording.ActionForm, _("Add an agreed action"), _("Add the action"), _("The action is recorded, and its date is watched.")
    ),
    Verb.COMPLETE_ACTION: VerbPage(recording.CompleteActionForm, _("An action is done"), _("Mark as done"), _("The action is marked as done.")),
    Verb.PROPOSE_TIMETABLE: VerbPage(
        answering.ProposeTimetableForm, _("Propose another date"), _("Propose the date"), _("Proposed. The other side agrees or declines.")
    ),
    Verb.AGREE_TIMETABLE: VerbPage(
        answering.AgreeTimetableForm,
        _("Agree the proposed date"),
        _("Agree the date"),
        _("The new date is agreed. The procedure's own date stays on the record."),
    ),
    Verb.DECLINE_TIMETABLE: VerbPage(
        answering.DeclineTimetableForm, _("Decline the proposed date"), _("Decline the date"), _("Declined. The date stays as it was.")
    ),
    Verb.REASSIGN: VerbPage(people.ReassignForm, Verb.REASSIGN.label, _("Hand it over"), _("Handed over."), told=_("whoever holds it now")),
    Verb.ASK_TO_MOVE_UP: VerbPage(
        moving.AskForm, _("Ask for it to be moved up"), _("Ask"), _("Your request is recorded."), told=_("your manager or safeguarding lead")
    ),
    Verb.MOVE_UP: VerbPage(moving.MoveUpForm, _("Move it up"), _("Continue"), _("Moved up."), check=True, told=_("the people at the next stage")),
    Verb.HOLD_MOVE: VerbPage(moving.HoldForm, _("Stop the automatic move"), _("Stop the move"), _("It will not move up by itself. Reminders go on.")),
    Verb.MAKE_URGENT: VerbPage(
        moving.MakeUrgentForm,
        _("Make it urgent"),
        _("Make it urgent"),
        _("It is urgent now."),
        _("Child in danger now? Ring 999 first."),
        told=_("whoever’s turn it is"),
    ),
    Verb.REFER: VerbPage(
        moving.ReferForm, _("Refer it to the partnership"), _("Continue"), _("Referred."), check=True, told=_("the chair and the business unit")
    ),
    Verb.CHOOSE_ROUTE: VerbPage(
        chairing.RouteForm, _("Choose the route"), _("Continue"), _("The route is recorded."), check=True, told=_("both sides")
    ),
    Verb.CONVENE: VerbPage(
        chairing.ConveneForm, _("Convene the panel"), _("Continue"), _("The panel is convened, and its members are invited."), check=True
    ),
    Verb.DECIDE: VerbPage(
        chairing.DecideForm,
        _("Record the decision"),
        _("Continue"),
        _("The decision is recorded."),
        told=_("both sides"),
        check=True,
        then_attach=_("I want to attach the decision letter or the minutes next"),
    ),
    Verb.PROPOSE_OUTCOME: VerbPage(
        ending.ProposeOutcomeForm,
        _("Propose the outcome"),
        _("Continue"),
        _("Proposed. It is resolved when each side has confirmed the same words."),
        check=True,
    ),
    Verb.CONFIRM_OUTCOME: VerbPage(answering.PlainForm, _("Confirm the outcome"), _("Confirm in writing"), CONFIRMED),
    Verb.RECORD_GAP: VerbPage(
        ending.RecordGapForm, _("Record a side's silence"), _("Record the gap"), _("The gap is recorded in place of the confirmation.")
    ),
    Verb.GIVE_FEEDBACK: VerbPage(ending.FeedbackForm, _("Record feedback"), _("Record feedback"), _("Feedback is recorded.")),
    Verb.CONFIRM_FILE: VerbPage(ending.ConfirmFileForm, _("Confirm the child's file"), _("Confirm"), _("Confirmed for your agency.")),
    Verb.RECORD_LEARNING: VerbPage(
        ending.LearningForm,
        _("Record learning"),
        _("Record learning"),
        _("Learning is recorded."),
        _("No general issue? Leave that box empty and record it: none is an answer too."),
    ),
    Verb.CLOSE: VerbPage(ending.CloseForm, _("Close it"), _("Continue"), _("Closed."), check=True),
    Verb.WITHDRAW: VerbPage(moving.WithdrawForm, _("Withdraw it"), _("Continue"), _("Withdrawn.")),
    Verb.REOPEN: VerbPage(moving.ReopenForm, _("Reopen it"), _("Continue"), _("Reopened in the stage it was in, with fresh dates."), check=True),
    Verb.CORRECT: VerbPage(
        correcting.CorrectForm,
        _("Correct the record"),
        _("Continue"),
        _("The correction stands beside the old text."),
        _("Change only what was wrong. It is shown beside the old text, which stays readable."),
    ),
    Verb.CONTINUE_CONCERN: VerbPage(
        recording.ConcernForm,
        _("Record a continuing concern"),
        _("Record the concern"),
        _("Recorded."),
        _("Child in danger now? Ring 999 first."),
        told=_("the people concerned"),
    ),
    Verb.TELL_UNIT: VerbPage(
        recording.TellUnitForm,
        _("Tell the business unit"),
        _("Tell the business unit"),
        _("Recorded. The business unit can read the disagreement."),
        _("The partnership’s business unit is told of this disagreement, and can read it from then on."),
        told=_("the business unit"),
    ),
    Verb.RECOMMEND_CONTACT: VerbPage(
        people.RecommendForm, _("Recommend a contact"), _("Recommend"), _("Recommended."), told=_("whoever is asked to respond now")
    ),
    Verb.INVITE_GUEST: VerbPage(
        people.InviteGuestForm,
        _("Ask somebody without an account"),
        _("Continue"),
        _("Asked. They get a message with a link and no case details, and can answer once."),
        _(
            "For a GP, a nursery or a charity that does not sign in. They see what is disputed, and who the child is, and can answer it. "
            "They see nothing else, and nothing after they have answered."
        ),
        check=True,
    ),
    Verb.TAKE_BACK_GUEST: VerbPage(
        people.TakeBackGuestForm, _("Take back an invitation"), _("Take it back"), _("Taken back. They can no longer open it or answer.")
    ),
    Verb.NAME_LEAD_MANAGER: VerbPage(
        around_end.LeadManagerForm,
        _("Name the lead manager"),
        _("Name the lead manager"),
        _("Named. They are reminded of agreed actions that are not done."),
        _("The lead manager sees to it that the agreed actions are done, for all the agencies concerned."),
        told=_("the lead manager"),
    ),
    Verb.WRITE_SUMMARY: VerbPage(
        around_end.SummaryForm,
        _("Write the summary"),
        _("Keep the summary"),
        _("The summary is on the record, and can be printed for the child’s file."),
        _("It goes on the child’s file. What is known stands in it already."),
    ),
    Verb.RECORD_DEBRIEF: VerbPage(
        around_end.DebriefForm,
        _("Record a debrief"),
        _("Record the debrief"),
        _("The debrief is recorded."),
        _("You may: nothing waits for it. Write what helps the next time, and name nobody."),
    ),
    Verb.CONSIDER_REVIEW: VerbPage(
        around_end.ReviewForm, _("Is a learning review needed?"), _("Record this"), _("Recorded: whether a learning review is needed, and why.")
    ),
    Verb.ENTER_FACT: VerbPage(
        facts.FactForm,
        _("Enter a date or priority"),
        _("Enter it"),
        _("Entered. The dates that follow from it run now."),
        _("The procedure’s times depend on it."),
    ),
    Verb.READ_EARLY: VerbPage(
        reading.ReadEarlyForm,
        _("Read it before its stage"),
        _("Continue"),
        _("You can read it for an hour. The safeguarding leads of every agency in it are told."),
        _("The procedure has not informed you yet. Do this only where a child’s safety or a serious incident demands it."),
        check=True,
    ),
    Verb.ENTER_PAST_STAGE: VerbPage(
        past.PastStageForm,
        _("Enter a stage that happened already"),
        _("Continue"),
        _("The stage is on the record, with when it happened and when you recorded it. It goes on in the stage after it."),
        _("For what was talked through by telephone or in a room, and was not settled. It is recorded now; the next stage’s time runs from now."),
        check=True,
    ),
    Verb.ADD_REFERENCE: VerbPage(
        children.ReferenceForm, _("Add your reference for the child"), _("Keep the reference"), _("The reference is kept. Only your agency sees it.")
    ),
    Verb.CORRECT_CHILD: VerbPage(
        children.CorrectChildForm,
        _("Put right who the child is"),
        _("Put it right"),
        _("It is put right. What was there before is gone; the record says which part was changed, by whom and when."),
        _("For initials or a date that were mistyped, or a child that has been born. The other side reads what you enter from now on."),
    ),
    Verb.LINK: VerbPage(children.LinkForm, _("Link with another disagreement about the same child"), _("Link the two"), _("The two are linked.")),
    Verb.CONFIRM_HAPPENED: VerbPage(recording.ConfirmHappenedForm, _("Confirm when it happened"), _("Confirm"), _("Confirmed.")),
    Verb.ATTACH_FILE: VerbPage(
        attaching.AttachForm,
        _("Attach a file"),
        _("Attach the file"),
        _("The file is attached."),
        _(
            "Minutes, a letter, a photograph of a whiteboard. What the file says is read by whoever may see it, and each time it is "
            "downloaded is kept."
        ),
    ),
    Verb.REPLACE_FILE: VerbPage(
        attaching.ReplaceForm,
        _("Replace a file"),
        _("Replace the file"),
        _("Replaced. The earlier version is erased; the record says so."),
        _("For a version in which something is blacked out, or a mistake is put right. The earlier version is erased and cannot be brought back."),
    ),
    Verb.WITHDRAW_FILE: VerbPage(
        attaching.EndForm,
        _("Withdraw a file"),
        _("Withdraw the file"),
        _("Withdrawn. The file is erased; the record says so."),
        _("For a file that should not be here. It is erased and cannot be brought back; who withdrew it, when and why stays on the record."),
    ),
    Verb.REDACT: VerbPage(
        redacting.RedactForm,
        _("Take words out of the record"),
        _("Continue"),
        _("The words are taken out and erased; the record says so."),
        format_lazy(
            "{} {}", _("For what must not stand here, as another child’s name. It is erased for good; who took it out, when and why stays."), ONLY_OUT
        ),
    ),
    **AROUND,
    **KEEPING_PAGES,
    **CONFLICT_PAGES,
}


def slug_of(verb: Verb) -> str:
    """The verb in an address."""
    return verb.value.replace("_", "-")


# Inside the own agency no other side is asked for a date.
SET_A_DATE = VerbPage(answering.ProposeTimetableForm, _("Set the date"), _("Set the date"), _("The date is set. Reminders go by it."))
# A binding decision was not agreed: what is confirmed is that it came.
RECEIVE = VerbPage(answering.PlainForm, _(RECEIVED), _("Confirm in writing"), CONFIRMED)
# Where somebody asked and nothing moves by itself.
ASK_TO_REFER = VerbPage(
    moving.AskForm, _("Ask for it to be referred to the partnership"), _("Ask"), _("Your request is recorded."), told=_("whoever may refer it")
)
NOT_MOVED = VerbPage(moving.HoldForm, _("Say why it does not move up"), _("Record this"), _("Recorded. Whoever asked has been told."))

URGENT_ANEW = replace(
    PAGES[Verb.MAKE_URGENT], title=_("Set another moment to respond by"), button=_("Set this moment"), done=_("It is urgent, by the new moment.")
)


# What the business unit enters for an agency is not its own.
ON_BEHALF = {
    Verb.ACKNOWLEDGE: replace(
        PAGES[Verb.ACKNOWLEDGE], lead=_("This says that the agency has it, and that the business unit entered it. It is not yet a response.")
    ),
    Verb.RESPOND: replace(
        PAGES[Verb.RESPOND],
        title=_("Respond on the agency’s behalf"),
        done=_("The agency’s response is recorded."),
        lead=_("The record says that the business unit entered it."),
    ),
}


def page_of(verb: Verb, case: Case, person: Person) -> VerbPage:
    """The verb's page as the case stands, for this person."""
    if verb in ON_BEHALF and not policy.acts_for_receiving(person, case) and before_chair(case) is not None:
        return ON_BEHALF[verb]
    if verb is Verb.PROPOSE_TIMETABLE and is_set_inside(case):
        return SET_A_DATE
    if verb is Verb.CONFIRM_OUTCOME and asked_to_confirm(case) == RECEIVED:
        return RECEIVE
    if verb is Verb.MAKE_URGENT and case.dispute.is_urgent:
        return URGENT_ANEW
    if verb is Verb.ASK_TO_MOVE_UP and case.procedure.is_referred_from(case.dispute.stage):
        return ASK_TO_REFER
    return NOT_MOVED if verb is Verb.HOLD_MOVE and not move_is_coming(case) else PAGES[verb]


BY_SLUG = {slug_of(verb): verb for verb in PAGES}
