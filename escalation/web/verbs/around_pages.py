"""The pages of the verbs that stand around the stages."""

from django.utils.translation import gettext_lazy as _

from escalation.states import Verb
from escalation.web.verbs import around, hearing
from escalation.web.verbs.page import VerbPage

AROUND: dict[Verb, VerbPage] = {
    Verb.ADD_AGENCY: VerbPage(
        around.AddAgencyForm,
        _("Ask another agency"),
        _("Continue"),
        _("Asked. The agency has its own request, and its time runs from now."),
        _("It is asked at the stage that it is in now, and answers for itself. It can read the whole record."),
        check=True,
    ),
    Verb.RECORD_ADVICE: VerbPage(
        around.AdviceForm,
        _("Record who else was told or asked"),
        _("Add to the record"),
        _("Added to the record."),
        _("Legal advice, the courts, the designated officer, emergency or out-of-hours services, a formal complaint. The stages go on beside it."),
    ),
    Verb.STAYS_OUT: VerbPage(
        around.StaysOutForm,
        _("An agency keeps out"),
        _("Record it and tell the partnership"),
        _("Recorded."),
        _("Child in danger now? Ring 999 first. All agencies act at once to reduce the risk, whatever they disagree about."),
        told=_("the partnership’s business unit"),
    ),
    Verb.REQUEST_CONFERENCE: VerbPage(
        around.RequestConferenceForm,
        _("Request a conference"),
        _("Continue"),
        _("Requested."),
        _("A formal request for a child protection conference, supported by a senior manager or a named or designated professional."),
        told=_("the agency that is to answer, and to the supporter,"),
        check=True,
    ),
    Verb.ANSWER_CONFERENCE: VerbPage(
        around.AnswerConferenceForm,
        _("Answer the conference request"),
        _("Continue"),
        _("Your answer is recorded."),
        _("Where a senior manager or a named or designated professional supports the request, a conference should be convened."),
        told=_("the other side"),
        check=True,
    ),
    Verb.PUT_TO_SUBGROUP: VerbPage(
        hearing.PutToSubgroupForm,
        _("Put it to the subgroup"),
        _("Put it to the subgroup"),
        _("It is put to the subgroup."),
        _("The subgroup can read it from then on. It decides nothing in the case: the agencies do."),
        told=_("the subgroup’s chair"),
    ),
    Verb.ANSWER_FOR_SUBGROUP: VerbPage(
        hearing.AnswerForSubgroupForm,
        _("Answer for the subgroup"),
        _("Record the answer"),
        _("The answer is recorded."),
        _("This decides nothing in the case: the agencies do."),
        told=_("both sides"),
    ),
    Verb.REPRESENT: VerbPage(
        hearing.RepresentForm,
        _("Make a representation"),
        _("Put it to the panel"),
        _("It is on the record and in the panel’s pack."),
        _("The panel reads it before it decides. Both sides see it."),
        told=_("the panel"),
    ),
    Verb.DECLARE_INTEREST: VerbPage(
        hearing.DeclareInterestForm,
        _("Declare an interest"),
        _("Declare"),
        _("Your declaration is on the record."),
        _("Every member of the panel declares an interest, or that there is none."),
    ),
    Verb.REPLACE_MEMBER: VerbPage(
        hearing.ReplaceMemberForm,
        _("Replace a panel member"),
        _("Continue"),
        _("The member is replaced, and the new one is invited."),
        check=True,
    ),
    Verb.WEIGH_DISSENT: VerbPage(
        around.WeighDissentForm,
        _("Do you share the dissent?"),
        _("Record this"),
        _("Recorded. If you share it, the reviewing service has been alerted."),
    ),
    Verb.ANSWER_ALERT: VerbPage(
        around.AnswerAlertForm,
        _("Answer for the reviewing service"),
        _("Record the answer"),
        _("Your answer is recorded."),
        told=_("both sides"),
    ),
}
