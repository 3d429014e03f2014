"""The pages of the verbs that stand around the stages."""

from escalation.states import Verb
from escalation.web.verbs import around, hearing
from escalation.web.verbs.page import VerbPage

AROUND: dict[Verb, VerbPage] = {
    Verb.ADD_AGENCY: VerbPage(
        around.AddAgencyForm,
        "Ask another agency",
        "Continue",
        "Asked. The agency has its own request, and its time runs from now.",
        "It is asked at the stage that it is in now, and answers for itself. It can read the whole record.",
        check=True,
    ),
    Verb.RECORD_ADVICE: VerbPage(
        around.AdviceForm,
        "Record who else was told or asked",
        "Add to the record",
        "Added to the record.",
        "Legal advice, the courts, the designated officer, emergency or out-of-hours services, a formal complaint. The stages go on beside it.",
    ),
    Verb.STAYS_OUT: VerbPage(
        around.StaysOutForm,
        "An agency keeps out",
        "Record it and tell the partnership",
        "Recorded. The partnership’s business unit has been told.",
        "Child in danger now? Ring 999 first. All agencies act at once to reduce the risk, whatever they disagree about.",
    ),
    Verb.REQUEST_CONFERENCE: VerbPage(
        around.RequestConferenceForm,
        "Request a conference",
        "Continue",
        "Requested. The agency has been asked to answer, and the supporter has been told.",
        "A formal request for a child protection conference, supported by a senior manager or a named or designated professional.",
        check=True,
    ),
    Verb.ANSWER_CONFERENCE: VerbPage(
        around.AnswerConferenceForm,
        "Answer the conference request",
        "Continue",
        "Your answer is recorded, and the other side has been told.",
        "Where a senior manager or a named or designated professional supports the request, a conference should be convened.",
        check=True,
    ),
    Verb.PUT_TO_SUBGROUP: VerbPage(
        hearing.PutToSubgroupForm,
        "Put it to the subgroup",
        "Put it to the subgroup",
        "The subgroup’s chair has been asked.",
        "The subgroup can read it from then on. It decides nothing in the case: the agencies do.",
    ),
    Verb.ANSWER_FOR_SUBGROUP: VerbPage(
        hearing.AnswerForSubgroupForm,
        "Answer for the subgroup",
        "Record the answer",
        "The answer is recorded, and both sides have been told.",
        "This decides nothing in the case: the agencies do.",
    ),
    Verb.REPRESENT: VerbPage(
        hearing.RepresentForm,
        "Make a representation",
        "Put it to the panel",
        "It is on the record and in the panel’s pack, and the panel has been told.",
        "The panel reads it before it decides. Both sides see it.",
    ),
    Verb.DECLARE_INTEREST: VerbPage(
        hearing.DeclareInterestForm,
        "Declare an interest",
        "Declare",
        "Your declaration is on the record.",
        "Every member of the panel declares an interest, or that there is none.",
    ),
    Verb.REPLACE_MEMBER: VerbPage(
        hearing.ReplaceMemberForm,
        "Replace a panel member",
        "Continue",
        "The member is replaced, and the new one is invited.",
        check=True,
    ),
    Verb.WEIGH_DISSENT: VerbPage(
        around.WeighDissentForm,
        "Do you share the dissent?",
        "Record this",
        "Recorded. If you share it, the reviewing service has been alerted.",
    ),
    Verb.ANSWER_ALERT: VerbPage(
        around.AnswerAlertForm,
        "Answer for the reviewing service",
        "Record the answer",
        "Your answer is recorded, and both sides have been told.",
    ),
}
