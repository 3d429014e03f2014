"""What the two sides say to each other."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.person import Person
from agencies.templatetags.ui import moment
from agencies.web.fields import MomentField, Paragraphs
from agencies.web.widgets import Radios
from escalation import policy
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.standing import as_corrected
from escalation.models import TimetableProposal
from escalation.selectors.settled import Settled, settled_with
from escalation.selectors.timeline import read_words
from escalation.services.outcomes import BETWEEN
from escalation.services.panel import limit_before_chair, to_acknowledge
from escalation.services.timetables import answerable, is_set_inside, may_be_shorter, timed
from escalation.states import Answer, EventKind, Measure, Outcome, RequestState
from escalation.web.verbs.base import Pause, VerbForm, choice_of

AGENCY = _("Which agency is this about?")
SAFETY = _("What keeps the child safe meanwhile?")


def still_to_settle_field() -> forms.TypedChoiceField:
    """Asked of what events overtook: the service says where the answer is missing."""
    return forms.TypedChoiceField(
        label=_("If events overtook it: is the issue behind it still to settle?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=Radios(inline=True),
        required=False,
    )


def settle_as_before(form: VerbForm, earlier: Sequence[Settled], more: Iterable[tuple[UUID | None, str]] = ()) -> None:
    """Begin a form that puts one wording to every agency with what was accepted of each before: the words, how it was settled, what was left open.

    `more` are the words of agencies whose response is accepted with this form.
    """
    parts = [(one.agency, one.text["wording"]) for one in earlier] + [(agency, words) for agency, words in more if agency is not None]
    form.initial.setdefault("wording", "\n\n".join(f"{form.agency_name(agency)}: {words}" for agency, words in parts if words))
    form.initial.setdefault("kind", earlier[-1].event.facts.get("kind", Outcome.AGREED_ACTION))
    said = [one.event.facts["still_to_settle"] for one in earlier if "still_to_settle" in one.event.facts]
    if said:
        form.initial.setdefault("still_to_settle", "yes" if any(said) else "no")
    form.initial.setdefault("outstanding", "\n\n".join(filter(None, (one.text.get("outstanding") for one in earlier))))


def outstanding_field() -> Paragraphs:
    """What an outcome leaves open: asked of each, needed only where the service says so."""
    return Paragraphs(
        label=_("What is still open, and how it will be pursued"), required=False, rows=3, help_text=_("Leave this empty where nothing is.")
    )


class RespondForm(VerbForm):
    """The receiving agency's answer."""

    agency = forms.ChoiceField(label=_("Which agency are you answering for?"), widget=Radios)
    answer = forms.ChoiceField(label=_("Does your agency agree?"), choices=Answer.choices, widget=Radios)
    reasons = Paragraphs(label=_("Your reasons"), help_text=_("Say what you looked at and how you came to this."))
    actions = Paragraphs(
        label=_("What your agency will do"), required=False, rows=4, help_text=_("Needed unless you do not agree: what, who and by when.")
    )
    safety = Paragraphs(label=SAFETY, required=False, rows=3)
    sometimes_required = {"actions"}

    def prepare(self) -> None:
        mine = policy.acts_for_receiving(self.person, self.case)
        awaiting = [request.agency_id for request in self.case.awaiting]
        self.choose_agency("agency", [agency for agency in awaiting if agency in mine] or awaiting)
        if not mine:
            name = self.agency_name(awaiting[0]) if len(awaiting) == 1 else gettext("the agency")
            self.fields["answer"].label = gettext("Does {agency} agree?").format(agency=name)
            choice_of(self, "answer").choices = [
                (Answer.AGREES, gettext("Yes")),
                (Answer.PARTLY, gettext("In part")),
                (Answer.DISAGREES, gettext("No")),
            ]
            self.fields["reasons"].label = gettext("Its reasons")
            self.fields["reasons"].help_text = gettext("Say who told you, what they looked at and how they came to this.")
            self.fields["actions"].label = gettext("What the agency will do")
            self.fields["actions"].help_text = gettext("Needed unless it does not agree: what, who and by when.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") in {Answer.AGREES, Answer.PARTLY} and not data.get("actions"):
            is_own = policy.acts_for_receiving(self.person, self.case)
            self.add_error("actions", gettext("Say what your agency will do") if is_own else gettext("Say what the agency will do"))
        return data

    def given(self) -> dict[str, Any]:
        data = super().given()
        data["agency"] = UUID(data["agency"]) if data["agency"] else None
        data["answer"] = Answer(data["answer"])
        return data


class AboutResponseForm(VerbForm):
    """A form about one agency's response."""

    agency = forms.ChoiceField(label=_("Whose response?"), widget=Radios)
    about_response = True

    def prepare(self) -> None:
        self.choose_agency("agency", [r.agency_id for r in self.case.requests if r.state == RequestState.ANSWERED])

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "agency": UUID(data["agency"]) if data["agency"] else None}


class AcceptForm(AboutResponseForm):
    """The response settles it."""

    wording = Paragraphs(
        label=_("The agreed outcome"), help_text=_("Each agency confirms these same words. Say what will happen, who does it and by when.")
    )
    kind = forms.ChoiceField(
        label=_("How is it settled?"),
        choices=[(kind.value, kind.label) for kind in BETWEEN],
        widget=Radios,
        initial=Outcome.AGREED_ACTION,
    )
    still_to_settle = still_to_settle_field()
    outstanding = outstanding_field()
    sometimes_required = {"still_to_settle", "outstanding"}

    def prepare(self) -> None:
        super().prepare()
        rows = read_words(self.case, self.person)
        asked = {request.agency_id for request in self.case.requests if request.state == RequestState.ANSWERED}
        texts = as_corrected(rows)
        answers = {event.agency_id: event for event, _ in rows if event.kind == EventKind.ANSWERED and event.agency_id in asked}
        # Where a response refuses, or several wait, nothing is put into anybody's mouth.
        if any(event.facts.get("answer") == Answer.DISAGREES for event in answers.values()):
            self.initial.setdefault("kind", "")
        agency = next(iter(answers)) if len(answers) == 1 else None
        own = texts.get(answers[agency].number, {}).get("actions", "") if agency else ""
        if len(self.case.unsettled) > 1:
            self.fields["wording"].help_text = gettext(
                "This is kept on the record. When the last response is accepted it stands here again, for one wording that each agency confirms. "
                "Say what will happen, who does it and by when."
            )
        elif earlier := settled_with(self.case, rows):
            settle_as_before(self, earlier, [(agency, own)])
        self.initial.setdefault("wording", own)

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "kind": Outcome(data["kind"])}


def accepted_words(done: Change) -> str:
    """What follows: the outcome is put, or, while another agency's response is not accepted, it waits for that."""
    if done.case.proposal is None:
        return gettext("Recorded. Your words stay on the record. The outcome is put to every agency when the last response is accepted.")
    if len(done.case.receiving_ids) > 1:
        return gettext("Recorded. The outcome is proposed. It is resolved when each of the other agencies has confirmed the same words.")
    return gettext("Recorded. The outcome is proposed. It is resolved when the other side confirms the same words.")


class RejectForm(AboutResponseForm):
    """The response does not settle it."""

    reason = Paragraphs(label=_("Why does it not settle the disagreement?"), rows=4)


def rejected_words(done: Change) -> str:
    """What can follow: the next stage, the partnership, or where there is neither, that the sides go on."""
    following = done.case.procedure.following(done.case.dispute.stage)
    if following is None:
        return gettext("Recorded. There is no stage above this one: go on talking until you agree a way forward, then propose the outcome.")
    if following.is_partnership:
        return gettext("Recorded. It can be referred to the partnership, or you go on talking.")
    return gettext("Recorded. It can be moved up, or you go on talking.")


class AcknowledgeForm(VerbForm):
    """Receipt, and before the chair a timetable."""

    resolve_by = MomentField(label=_("By when will it be resolved?"), subject=_("the date and time it will be resolved by"))
    agency = forms.ChoiceField(label=_("Which agency has received it?"), widget=Radios)
    comment = Paragraphs(label=_("Anything to add"), required=False, rows=3)

    def prepare(self) -> None:
        stage = self.case.stage_definition
        if stage is None or not stage.is_partnership:
            del self.fields["resolve_by"]
            self.choose_agency("agency", [request.agency_id for request in to_acknowledge(self.case, self.person)])
            return
        del self.fields["agency"]
        if limit := limit_before_chair(self.case):
            self.fields["resolve_by"].help_text = gettext("The procedure’s own limit is {moment}.").format(moment=moment(limit))

    def foretold(self) -> list[dict[str, str]]:
        """Of the business unit's: for whom it is entered, where that is not asked."""
        found = self.agencies(request.agency_id for request in to_acknowledge(self.case, self.person)) if "agency" in self.fields else []
        is_own = policy.acts_for_receiving(self.person, self.case)
        return [{"key": gettext("On behalf of"), "value": found[0][1]}] if len(found) == 1 and not is_own else []

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "agency": UUID(data["agency"]) if data.get("agency") else None}

    def pause(self) -> Pause | None:
        """A date beyond the procedure's limit is unusual: it moves the reminders, and not what counts as in time."""
        limit = limit_before_chair(self.case) if "resolve_by" in self.fields else None
        if limit is None or self.cleaned_data["resolve_by"] <= limit:
            return None
        return Pause(
            title=gettext("This is later than the procedure’s limit"),
            lines=(
                gettext("The procedure wants it brought to its end by {moment}.").format(moment=moment(limit)),
                gettext("Reminders go by your date. What is decided after the procedure’s limit counts as late in the figures."),
            ),
            proceed=gettext("Set this date"),
            stay=gettext("Go back to the disagreement"),
        )


class ProposeTimetableForm(VerbForm):
    """Another date than the procedure's."""

    clock = forms.ChoiceField(label=_("Which date?"), widget=Radios)
    due_at = MomentField(label=_("The date and time you propose"), subject=_("the date and time you propose"))
    reason = Paragraphs(
        label=_("Why, and what will happen by then"),
        rows=4,
        help_text=_("The other side agrees or declines. The procedure's own date stays on the record."),
    )

    def prepare(self) -> None:
        choices = [
            (
                str(c.pk),
                gettext("{measure}: {agency}, due {moment}").format(
                    measure=Measure(c.measures).label, agency=self.agency_name(c.agency_id), moment=moment(c.agreed_due_at or c.due_at)
                ),
            )
            for c in timed(self.case, self.person)
        ]
        choice_of(self, "clock").choices = choices
        if len(choices) == 1:
            self.fields["clock"].widget = forms.HiddenInput()
            self.initial["clock"] = choices[0][0]
        self.fields["due_at"].help_text = _sooner(self.case, self.person)
        if is_set_inside(self.case):
            self.fields["due_at"].label = gettext("The date and time by which you will have talked")
            self.fields["reason"].help_text = gettext("It is in force at once: nobody outside your agency is asked.")

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "clock": UUID(data["clock"])}


def _sooner(case: Case, person: Person) -> str:
    """Whether a sooner date may be asked too (BRI-02, BRO-02)."""
    if all(may_be_shorter(case, clock) for clock in timed(case, person)):
        return gettext("Later than now agreed, or sooner where the risk demands it.")
    return gettext("Later than now: the procedure fixes this time. Where the risk will not wait, make it urgent.")


class PlainForm(VerbForm):
    """One click: nothing to type."""


class AgreeTimetableForm(VerbForm):
    """The proposed date, of several which."""

    clock = forms.ChoiceField(label=_("Which date?"), widget=Radios)

    def prepare(self) -> None:
        choices = [(str(proposal.clock_id), self._words(proposal)) for proposal in answerable(self.case, self.person)]
        choice_of(self, "clock").choices = choices
        if len(choices) <= 1:
            self.fields["clock"].widget = forms.HiddenInput()
            self.fields["clock"].required = False
            self.initial["clock"] = choices[0][0] if choices else ""

    def _words(self, proposal: TimetableProposal) -> str:
        clock = next(clock for clock in self.case.running() if clock.pk == proposal.clock_id)
        words = {"measure": Measure(clock.measures).label, "agency": self.agency_name(clock.agency_id), "moment": moment(proposal.due_at)}
        return gettext("{measure}: {agency}, {moment} instead").format(**words)

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "clock": UUID(data["clock"]) if data["clock"] else None}


class DeclineTimetableForm(AgreeTimetableForm):
    """The date cannot move."""

    reason = Paragraphs(label=_("Why can the date not move?"), rows=4)
