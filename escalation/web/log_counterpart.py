"""The question to whom a disagreement goes, and whether it can wait."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms

from agencies.web.fields import MomentField, Paragraphs
from agencies.web.forms import Form
from agencies.web.widgets import Radios
from escalation.counterparts import Candidate, How
from escalation.procedures.definition import ProcedureDefinition
from escalation.selectors.preview import Preview, Receiver
from escalation.selectors.words import stage_title

Answers = dict[str, Any]
URGENT = "It goes out at once, and you say by when you need a response. A message is not a conversation: ring as well."
RESTRICTED = "It does not go to your manager first, and your agency’s managers and leads who do not hold it cannot see it."
ABOVE = "The procedure allows a start above the first stage where the risk to the child demands it."


class CounterpartForm(Form):
    """To whom it goes, and whether it can wait."""

    sometimes_required = frozenset({"respond_by", "start_reason"})
    urgent = forms.BooleanField(
        label="It will not wait: this is urgent",
        required=False,
        help_text=URGENT,
    )
    respond_by = MomentField(
        label="By when do you need a response?",
        subject="the date and time",
        required=False,
        help_text="Any day and hour. For example, 7 4 2026 and 4:30pm",
    )
    disputed_name = forms.CharField(
        label="Whose decision is it?",
        max_length=160,
        required=False,
        help_text="The name or post of the practitioner, if you know it.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    restricted = forms.BooleanField(
        label="I do not feel safe raising this inside my own agency",
        required=False,
        help_text=RESTRICTED,
    )

    def __init__(self, *args: Any, shown: Preview, procedure: ProcedureDefinition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.receivers = shown.receivers
        ahead = {}
        for receiver in shown.receivers:
            if len(receiver.candidates) > 1:
                ahead[f"holder_{receiver.agency_id}"] = _holder_field(receiver)
        self._add_stages(procedure)
        order = [*ahead, "urgent", "respond_by", "start_stage", "start_reason", "disputed_name", "restricted"]
        self.fields = {name: field for name in order if (field := {**self.fields, **ahead}.get(name)) is not None}

    def _add_stages(self, procedure: ProcedureDefinition) -> None:
        """Only where the procedure allows a start above the first stage, and has one."""
        stages = [stage.position for stage in procedure.stages if not stage.is_partnership]
        if not procedure.start_above or len(stages) < 2:
            return
        choices = [(str(position), stage_title(procedure, position)) for position in stages]
        label = "At which stage does it start?"
        self.fields["start_stage"] = forms.ChoiceField(label=label, choices=choices, widget=Radios(), help_text=ABOVE)
        why = "Why does it start above the first stage?"
        self.fields["start_reason"] = Paragraphs(label=why, max_length=2_000, rows=3, required=False)

    @staticmethod
    def initial_of(answers: Mapping[str, Any], shown: Preview) -> Answers:
        """The answers as they were kept; the suggested person where nobody else was chosen."""
        respond_by = answers.get("respond_by")
        found: Answers = {
            "urgent": answers.get("is_urgent"),
            "respond_by": datetime.fromisoformat(respond_by) if respond_by else None,
            "disputed_name": answers.get("disputed_name"),
            "restricted": answers.get("is_restricted"),
            "start_stage": str(answers.get("start_stage") or 1),
            "start_reason": answers.get("start_reason"),
        }
        for receiver in shown.receivers:
            found[f"holder_{receiver.agency_id}"] = str(receiver.chosen.user_id) if receiver.chosen else ""
        return found

    def clean(self) -> Answers:
        data = dict(super().clean() or self.cleaned_data)
        if data.get("urgent") and "respond_by" not in self.errors and data.get("respond_by") is None:
            self.add_error("respond_by", "Say by when you need a response.")
        if data.get("start_stage") not in (None, "", "1") and not data.get("start_reason"):
            self.add_error("start_reason", "Say why it starts above the first stage.")
        return data

    def answers(self, ground: str) -> Answers:
        """What is kept in the draft; somebody who is suggested anyway is not kept, so that a later change of post finds the right person."""
        data = self.cleaned_data
        kept: Answers = {
            "is_urgent": bool(data.get("urgent")),
            "is_restricted": bool(data.get("restricted")),
            "disputed_name": data.get("disputed_name", ""),
        }
        if "respond_by" in data:
            kept["respond_by"] = data["respond_by"].isoformat() if data["respond_by"] and data.get("urgent") else ""
        position = int(data.get("start_stage") or 1)
        kept |= {"start_stage": position if position > 1 else None, "start_ground": ground if position > 1 else ""}
        kept["start_reason"] = data.get("start_reason", "") if position > 1 else ""
        holders = {str(receiver.agency_id): data.get(f"holder_{receiver.agency_id}", "") for receiver in self.receivers}
        suggested = {str(r.agency_id): str(r.counterpart.who.user_id) for r in self.receivers if r.counterpart.who}
        kept["holders"] = {agency: user for agency, user in holders.items() if user and user != suggested.get(agency)}
        return kept


def _holder_field(receiver: Receiver) -> forms.ChoiceField:
    """The suggested person and the others, each with why."""
    choices = [(str(found.user_id), f"{found.name}, {found.post_title}" if found.post_title else found.name) for found in receiver.candidates]
    hints = {str(found.user_id): _why(found, is_first=place == 0) for place, found in enumerate(receiver.candidates)}
    label = f"Who should answer at {receiver.agency}?"
    return forms.ChoiceField(label=label, choices=choices, widget=Radios(hints=hints), error_messages={"required": "Choose who should answer"})


def _why(found: Candidate, *, is_first: bool) -> str:
    """By what right they act. That a level is empty is said of the suggested person only: of the others it need not be so."""
    return found.why if is_first or found.how != How.LEVEL_UP else found.why.rpartition(": ")[2]
