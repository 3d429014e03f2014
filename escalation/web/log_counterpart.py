"""The question to whom a disagreement goes, and whether it can wait."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.web.fields import MomentField, Paragraphs, PastMomentField
from agencies.web.forms import Fold, Form
from agencies.web.widgets import Checkboxes, Radios
from escalation.counterparts import Candidate, How
from escalation.procedures.definition import ProcedureDefinition
from escalation.selectors.preview import Preview, Receiver
from escalation.selectors.words import stage_title
from escalation.services.submission import NOT_ABOVE, wrong_moment_ahead

Answers = dict[str, Any]
Theirs = Sequence[tuple[str, Sequence[tuple[UUID, str]]]]
STRAIGHT, BY_UNIT = "straight", "by_unit"
URGENT = _("It goes out at once, and you say by when you need a response. A message is not a conversation: ring as well.")
IN_DANGER = _(
    "This is set because you said that the child is in danger now. It goes out at once, and you say by when you need a response. "
    "A message is not a conversation: ring as well."
)
RESTRICTED = _("It does not go to your manager first, and your agency’s managers and leads who do not hold it cannot see it.")
OF_URGENT = ("respond_by", "why_sooner", "spoken_to", "spoken_at")
ABOVE = _("The procedure allows a start above the first stage where the risk to the child demands it.")

OTHERS = _("The directory suggests whoever holds this stage there. Choose another if you know better; whoever gets it can also hand it on.")
# What few need, each under its own title.
FOLDS = (
    Fold(_("It will not wait (optional)"), ("urgent", "respond_by", "why_sooner", "spoken_to", "spoken_at")),
    Fold(_("Start at a higher stage (optional)"), ("start_stage", "start_reason")),
    Fold(_("Whose decision it is (optional)"), ("disputed_person", "disputed_name")),
    Fold(_("Not safe to raise inside your own agency (optional)"), ("restricted", "through", "kept_from")),
)


class CounterpartForm(Form):
    """To whom it goes, and whether it can wait."""

    sometimes_required = frozenset({"respond_by", "start_reason"})
    urgent = forms.BooleanField(
        label=_("It will not wait: this is urgent"),
        required=False,
    )
    respond_by = MomentField(
        label=_("By when do you need a response?"),
        subject=_("the date and time"),
        required=False,
        help_text=_("Any day and hour. For example, 7 4 2026 and 4:30pm"),
    )
    why_sooner = Paragraphs(label=_("Why will it not wait longer?"), rows=2, required=False)
    spoken_to = forms.CharField(
        label=_("Whom have you spoken to?"),
        max_length=200,
        required=False,
        help_text=_("Name and post. A message is not a conversation: ring, out of hours too."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    spoken_at = PastMomentField(
        label=_("When did you speak?"), subject=_("the moment you spoke"), required=False, empty=_("I have not spoken to anybody yet")
    )
    disputed_person = forms.ChoiceField(
        label=_("Whose decision is it?"),
        required=False,
        help_text=_("If you know. Whoever it is holds no later stage and never confirms or closes alone."),
    )
    disputed_name = forms.CharField(
        label=_("Or the name or post of somebody who is not in the list"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    restricted = forms.BooleanField(
        label=_("I do not feel safe raising this inside my own agency"),
        required=False,
        help_text=RESTRICTED,
    )
    through = forms.ChoiceField(
        label=_("Which way does it go?"),
        choices=[(STRAIGHT, _("Straight to the other agency")), (BY_UNIT, _("To the partnership’s business unit, who sends it on"))],
        widget=Radios(hints={STRAIGHT: _("You hold it yourself, at every stage"), BY_UNIT: _("You hold it yourself once it is sent on")}),
    )
    kept_from = forms.MultipleChoiceField(
        label=_("Who must not read it, whatever part they come to have in it?"),
        widget=Checkboxes(small=True),
        required=False,
        help_text=_("People of your own agency. They cannot hold, read or close it, also as somebody’s deputy or in the partnership."),
    )

    def __init__(
        self,
        *args: Any,
        shown: Preview,
        procedure: ProcedureDefinition,
        own: Sequence[tuple[UUID, str]],
        theirs: Theirs,
        in_danger: bool = False,
        **kwargs: Any,
    ) -> None:
        """`own` are the people of the own agency from whom a restricted one can be kept; without any it is not restricted (yet). `theirs` are
        those of each agency that is asked, one of whom may have taken the decision. `in_danger` is what they said first."""
        super().__init__(*args, **kwargs)
        self.receivers, self.first = shown.receivers, shown.first
        self.fields["urgent"].help_text = IN_DANGER if in_danger else URGENT
        self.fields["kept_from"].choices = [(str(key), label) for key, label in own]  # type: ignore[attr-defined]
        groups = [(agency, [(str(key), label) for key, label in people]) for agency, people in theirs]
        self.fields["disputed_person"].choices = [  # type: ignore[attr-defined]
            ("", gettext("I do not know, or not in this list")),
            *(groups if len(groups) > 1 else [one for _agency, people in groups for one in people]),
        ]
        unasked = {"why_sooner", "spoken_to", "spoken_at"} if not shown.is_urgent else set()
        unasked |= set() if shown.is_restricted else {"through", "kept_from"}
        unasked |= set() if own else {"kept_from"}
        unasked |= set() if groups else {"disputed_person"}
        ahead = {}
        for receiver in shown.receivers:
            if len(receiver.candidates) > 1:
                ahead[f"holder_{receiver.agency_id}"] = _holder_field(receiver)
        self._add_stages(procedure)
        self.folds = [Fold(gettext("Not the right person?"), tuple(ahead), OTHERS), *FOLDS]
        order = [name for fold in self.folds for name in fold.names if name not in unasked]
        self.fields = {name: field for name in order if (field := {**self.fields, **ahead}.get(name)) is not None}
        suggested = {f"holder_{one.agency_id}": str(one.counterpart.who.user_id) for one in shown.receivers if one.counterpart.who}
        self.usual = {**suggested, "start_stage": str(self.first), "through": STRAIGHT}

    def _add_stages(self, procedure: ProcedureDefinition) -> None:
        """Only where the procedure allows a start above the first stage, and has one."""
        stages = [s.position for s in procedure.stages[self.first - 1 :] if not (s.is_partnership or s.passed_over)]
        if not procedure.start_above or len(stages) < 2:
            return
        choices = [(str(position), stage_title(procedure, position)) for position in stages]
        label = gettext("At which stage does it start?")
        self.fields["start_stage"] = forms.ChoiceField(label=label, choices=choices, widget=Radios(), help_text=ABOVE)
        why = gettext("Why does it start above the first stage?")
        self.fields["start_reason"] = Paragraphs(label=why, rows=3, required=False)

    @staticmethod
    def initial_of(answers: Mapping[str, Any], shown: Preview) -> Answers:
        """The answers as they were kept; the suggested person where nobody else was chosen."""
        respond_by, spoken_at = answers.get("respond_by"), answers.get("spoken_at")
        found: Answers = {
            "urgent": answers.get("is_urgent"),
            "respond_by": datetime.fromisoformat(respond_by) if respond_by else None,
            "why_sooner": answers.get("why_sooner"),
            "disputed_person": answers.get("disputed_person"),
            "disputed_name": answers.get("disputed_name"),
            "restricted": answers.get("is_restricted"),
            "spoken_to": answers.get("spoken_to"),
            "spoken_at": datetime.fromisoformat(spoken_at) if spoken_at else None,
            "through": BY_UNIT if answers.get("through_partnership") else STRAIGHT,
            "kept_from": answers.get("kept_from") or [],
            "start_stage": str(answers.get("start_stage") or shown.first),
            "start_reason": answers.get("start_reason"),
        }
        for receiver in shown.receivers:
            found[f"holder_{receiver.agency_id}"] = str(receiver.chosen.user_id) if receiver.chosen else ""
        return found

    def clean(self) -> Answers:
        data = dict(super().clean() or self.cleaned_data)
        if data.get("urgent") and "respond_by" not in self.errors and data.get("respond_by") is None:
            self.add_error("respond_by", gettext("Say by when you need a response"))
        if data.get("urgent") and data.get("respond_by") and (wrong := wrong_moment_ahead(data["respond_by"], wall_clock.now())):
            self.add_error("respond_by", wrong)
        if not data.get("urgent") and (typed := [str(self.fields[name].label) for name in OF_URGENT if data.get(name)]):
            self.add_error(
                "urgent", gettext("Tick this, or empty what is asked only where it is urgent: {questions}").format(questions=" ".join(typed))
            )
        is_above = data.get("start_stage") not in (None, "", str(self.first))
        if is_above and not data.get("start_reason"):
            self.add_error("start_reason", gettext("Say why it starts above the first stage"))
        if data.get("start_reason") and not is_above:
            self.add_error("start_stage", gettext(NOT_ABOVE))
        if data.get("spoken_at") and not data.get("spoken_to") and "spoken_to" in self.fields:
            self.add_error("spoken_to", gettext("Say whom you spoke to"))
        return data

    def answers(self, ground: str) -> Answers:
        """What is kept in the draft; somebody who is suggested anyway is not kept, so that a later change of post finds the right person."""
        data = self.cleaned_data
        kept: Answers = {
            "is_urgent": bool(data.get("urgent")),
            "is_restricted": bool(data.get("restricted")),
            "disputed_person": data.get("disputed_person", ""),
            "disputed_name": data.get("disputed_name", ""),
        }
        if "respond_by" in data:
            kept["respond_by"] = data["respond_by"].isoformat() if data["respond_by"] else ""
        if "why_sooner" in data:
            kept["why_sooner"] = data["why_sooner"]
        above = int(data.get("start_stage") or self.first)
        higher = above > self.first
        kept |= {"start_stage": above if higher else None, "start_ground": ground if higher else ""}
        kept["start_reason"] = data.get("start_reason", "")
        if "spoken_to" in data:
            spoken = data.get("spoken_at")
            kept |= {"spoken_to": data["spoken_to"], "spoken_at": spoken.isoformat() if spoken else ""}
        restricted = bool(data.get("restricted"))
        kept["through_partnership"] = restricted and data.get("through") == BY_UNIT
        kept["kept_from"] = data.get("kept_from", []) if restricted else []
        holders = {str(receiver.agency_id): data.get(f"holder_{receiver.agency_id}", "") for receiver in self.receivers}
        suggested = {str(r.agency_id): str(r.counterpart.who.user_id) for r in self.receivers if r.counterpart.who}
        kept["holders"] = {agency: user for agency, user in holders.items() if user and user != suggested.get(agency)}
        return kept


def _holder_field(receiver: Receiver) -> forms.ChoiceField:
    """The suggested person and the others, each with why."""
    choices = [(str(found.user_id), f"{found.name}, {found.post_title}" if found.post_title else found.name) for found in receiver.candidates]
    hints = {str(found.user_id): _why(found, is_first=place == 0) for place, found in enumerate(receiver.candidates)}
    label = gettext("Who should answer at {agency}?").format(agency=receiver.agency)
    return forms.ChoiceField(
        label=label, choices=choices, widget=Radios(hints=hints), error_messages={"required": gettext("Choose who should answer")}
    )


def _why(found: Candidate, *, is_first: bool) -> str:
    """By what right they act. That a level is empty is said of the suggested person only: of the others it need not be so."""
    return found.why if is_first or found.how != How.LEVEL_UP else found.right
