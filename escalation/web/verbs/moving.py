"""Moving a disagreement: up, to the chair, out, back in."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.web.fields import MomentField, Paragraphs
from agencies.web.widgets import Checkboxes, Radios
from agencies.words import joined
from escalation.engine.case import Case
from escalation.procedures.definition import Requirement
from escalation.selectors.ahead import Ahead, way_ahead
from escalation.selectors.words import stage_name, stage_title
from escalation.services.endings import told_of_withdrawal
from escalation.services.requirements import TOLD_FIRST, wants, warns_first
from escalation.services.staging import look_ahead, still_asked
from escalation.states import Ground, Side, State
from escalation.web.verbs.answering import SAFETY
from escalation.web.verbs.base import Pause, VerbForm, choice_of, person_choice

GROUND_HINTS = {
    Ground.NOT_RESOLVED.value: _("You have talked or had an answer, and it is not settled."),
    Ground.NO_RESPONSE.value: _("The response is overdue."),
    Ground.DELAY.value: _("A date of this stage has passed, and it is not settled."),
    Ground.RISK.value: _("The risk to the child will not wait for this stage."),
}


TOLD_LATER = _("Needed only where you go past the next stage: the one after it tells the business unit for the first time.")
TOLD_HINT = _("The procedure asks for that first: this step tells the business unit for the first time.")


def _next(case: Case) -> int:
    """The position to which the next step up leads; 0 where there is none."""
    following = case.procedure.following(case.dispute.stage)
    return following.position if following is not None else 0


class AskForm(VerbForm):
    """The practitioner asks the holder to move it up, or whoever may to refer it."""

    reason = Paragraphs(label=_("Why should it move up?"), rows=4)

    def prepare(self) -> None:
        if self.case.procedure.is_referred_from(self.case.dispute.stage):
            self.fields["reason"].label = gettext("Why should it be referred?")


class MoveUpForm(VerbForm):
    """To the next stage, or past one where the procedure allows it."""

    ground = forms.ChoiceField(label=_("Why does it move up?"), choices=Ground.choices, widget=Radios(hints=GROUND_HINTS))
    to = forms.TypedChoiceField(label=_("To which stage?"), coerce=int, widget=Radios)
    against = forms.MultipleChoiceField(
        label=_("Which agencies are asked there?"),
        widget=Checkboxes,
        help_text=_("Those that have not settled it. An agency that you leave out is not asked again at the next stage."),
    )
    reason = Paragraphs(label=_("What has happened so far"), required=False, rows=4, help_text=_("Needed unless there was no response."))
    efforts = Paragraphs(
        label=_("What was tried, and what came of it"), rows=4, help_text=_("The next stage asks for the evidence of the efforts so far.")
    )
    told_other_side = forms.BooleanField(
        label=_("I have told the other agency that the partnership’s business unit will be told"), required=False, help_text=TOLD_HINT
    )
    safety = Paragraphs(label=SAFETY, required=False, rows=3)
    sometimes_required = {"reason"}

    def prepare(self) -> None:
        position = self.case.dispute.stage
        stages = [stage for stage in self.case.procedure.stages[position:] if not (stage.is_partnership or stage.passed_over)]
        ahead = [stage.position for stage in stages]
        offered_ahead = ahead if self.case.procedure.skip else ahead[:1]
        self.fields["efforts"].required = wants(self.case, _next(self.case), Requirement.EFFORTS)
        if not any(wants(self.case, stage, Requirement.EFFORTS) for stage in offered_ahead):
            del self.fields["efforts"]
        if not any(warns_first(self.case, stage) for stage in offered_ahead):
            del self.fields["told_other_side"]
        elif not warns_first(self.case, _next(self.case)):
            self.fields["told_other_side"].help_text = TOLD_LATER
        skipping = gettext("{stage} (skipping a stage, where the risk demands it)")
        titles = {s.position: stage_title(self.case.procedure, s.position) for s in stages}
        choices = [(str(at), title if at == _next(self.case) else skipping.format(stage=title)) for at, title in titles.items()]
        offered = choices if self.case.procedure.skip else choices[:1]
        choice_of(self, "to").choices = offered
        self.initial.setdefault("to", choices[0][0] if choices else "")
        if len(offered) == 1:
            self.fields["to"].widget = forms.HiddenInput()
        asked = self.agencies(still_asked(self.case))
        choice_of(self, "against").choices = asked
        self.initial.setdefault("against", [key for key, _ in asked])
        if len(asked) == 1 or not self.case.all_requests:
            del self.fields["against"]
        look_ahead(self.case, _next(self.case), self.person.id)
        for request in self.case.requests:
            self._add_holder(self.case, request.agency_id, _next(self.case))
        self.said_ahead = frozenset(name for name in self.fields if name in {"to", "against"} or name.startswith("holder_"))

    def _add_holder(self, case: Case, agency: UUID, position: int) -> None:
        """Who will be asked there: the suggestion, or one of the others."""
        people = case.counterpart(Side.RECEIVING, agency, position).able
        if len(people) > 1:
            name = f"holder_{agency}"
            self.fields[name] = forms.ChoiceField(
                label=gettext("Who at {agency}?").format(agency=self.agency_name(agency)),
                choices=[person_choice(p) for p in people],
                widget=Radios,
                required=False,
            )
            self.initial.setdefault(name, str(people[0].user_id))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("ground") and data["ground"] != Ground.NO_RESPONSE and not data.get("reason"):
            self.add_error("reason", gettext("Say why it moves up"))
        if data.get("to"):
            self._ask_told(data, data["to"])
        return data

    def _ask_told(self, data: dict[str, Any], position: int) -> None:
        """The tick is asked for where entering the stage tells the business unit for the first time, and means nothing where it does not."""
        if not warns_first(self.case, position):
            self.unasked |= {"told_other_side"}
        elif not data.get("told_other_side"):
            self.add_error("told_other_side", str(TOLD_FIRST))

    def pause(self) -> Pause | None:
        """A stage that is left out is a rare thing, and the people in it are not asked."""
        to, onward = self.cleaned_data["to"], _next(self.case)
        if to == onward:
            return None
        skipped = [stage_name(self.case.procedure, position) for position in range(onward, to)]
        return Pause(
            gettext("You are about to skip {stages}").format(stages=joined(skipped)),
            (
                gettext("The people at that level will not be asked. The procedure allows this where waiting would put the child at risk."),
                gettext("If the child is in danger now, ring 999 first."),
            ),
            gettext("Continue to {stage}").format(stage=stage_name(self.case.procedure, to)),
            gettext("Leave it where it is"),
        )

    def ahead(self) -> Ahead:
        data = self.given()
        return way_ahead(self.case, data["to"], wall_clock.now(), by=self.person.id, holders=data["holders"], against=data["against"])

    def given(self) -> dict[str, Any]:
        data = super().given()
        chosen = {UUID(name.removeprefix("holder_")): UUID(value) for name, value in data.items() if name.startswith("holder_") and value}
        against = frozenset(UUID(key) for key in data.get("against", ()))
        to_next = data["to"] == _next(self.case)
        return {
            "ground": Ground(data["ground"]),
            "reason": data["reason"],
            "to": data["to"],
            "holders": {agency: person for agency, person in chosen.items() if not against or agency in against} if to_next else None,
            "against": against,
            "efforts": data.get("efforts", ""),
            "told_other_side": data.get("told_other_side", False),
            "safety": data.get("safety", ""),
        }


class HoldForm(VerbForm):
    """Stop the automatic move, or say why it does not move up."""

    reason = Paragraphs(label=_("Why should it not move up?"), rows=4)


class MakeUrgentForm(VerbForm):
    """It will not wait."""

    reason = Paragraphs(label=_("What is the risk, and why will it not wait?"), rows=4)
    respond_by = MomentField(
        label=_("Respond by"),
        subject=_("the date and time you need a response by"),
        help_text=_("Any hour of any day. This date does not move to the next working day."),
    )
    spoken_to = forms.CharField(
        label=_("Whom have you spoken to, and when?"),
        max_length=200,
        required=False,
        help_text=_("A message is not a conversation. Ring the out-of-hours contact on the disagreement's page."),
    )


class ReferForm(VerbForm):
    """Put it before the partnership."""

    ground = forms.ChoiceField(label=_("Why is it referred?"), choices=Ground.choices, widget=Radios(hints=GROUND_HINTS))
    efforts = Paragraphs(label=_("What was tried at each stage"), help_text=_("The evidence of the efforts to settle it between the agencies."))
    reason = Paragraphs(label=_("Why the formal step is needed now"), rows=4)
    told_other_side = forms.BooleanField(
        label=_("I have told the other agency that the partnership’s business unit will be told"), required=False, help_text=TOLD_HINT
    )

    def prepare(self) -> None:
        following = self.case.procedure.following(self.case.dispute.stage)
        if following is None or not warns_first(self.case, following.position):
            del self.fields["told_other_side"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "told_other_side" in self.fields and not data.get("told_other_side"):
            self.add_error("told_other_side", str(TOLD_FIRST))
        return data

    def ahead(self) -> Ahead:
        return way_ahead(self.case, _next(self.case), wall_clock.now(), by=self.person.id)

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "ground": Ground(data["ground"])}


class WithdrawForm(VerbForm):
    """Take it back."""

    still_at_risk = forms.TypedChoiceField(
        label=_("Does anyone still believe the child is at risk?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        coerce=lambda value: value == "yes",
        widget=Radios(inline=True),
    )
    reason = Paragraphs(label=_("Why is it withdrawn?"), rows=4)

    def pause(self) -> Pause | None:
        """It ends for everybody at once: what that means and who hears of it comes first. Where the child is at risk the service says why not."""
        if self.cleaned_data["still_at_risk"]:
            return None
        people = self.case.directory.snapshot.people
        told = [people[user].name for user in told_of_withdrawal(self.case) if user in people and user != self.person.id]
        told += [request.guest.named for request in self.case.awaiting if request.guest is not None]
        ends = gettext("It ends: nobody is asked for a response or reminded any more, and it counts as withdrawn.")
        stays = gettext("It stays on the record with your reason, which both sides read, and can be reopened.")
        if self.case.dispute.state == State.DRAFT:
            ends, stays = (
                gettext("It ends before it leaves your agency, and what you typed goes."),
                gettext("That it was withdrawn stays on the record."),
            )
        heard = gettext("Told that it was withdrawn, but not why: {people}.").format(people=joined(told))
        return Pause(
            gettext("You are about to withdraw it"),
            (ends, heard if told else gettext("No message goes out."), stays),
            gettext("Withdraw it"),
            gettext("Leave it open"),
        )


class ReopenForm(VerbForm):
    """Run it again."""

    reason = Paragraphs(label=_("Why is it reopened?"), rows=4)
