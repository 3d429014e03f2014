"""The questions of logging. A form checks the shape of what was typed and turns it into answers; the rules are the submission's."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.roles import Role
from agencies.web.fields import DatePartsField, Paragraphs, PastDayField, PastMomentField
from agencies.web.forms import Form
from agencies.web.widgets import Checkboxes, Radios
from agencies.words import lower_first
from escalation.procedures.definition import ProcedureDefinition
from escalation.procedures.words import sentence
from escalation.selectors.logging import Behalf, Choice
from escalation.services.gate import Beside, sent_here
from escalation.services.side_by_side import beside_this
from escalation.services.submission import LONGEST_NAME
from escalation.states import Basis, Door, Plan, Setting, SubgroupMatter, Theme
from escalation.web.finding import FIND_PERSON, FindsPeople

NONE = "none"
YES, NO = "yes", "no"
DOOR_MISSING = _("Choose what it is, or none of these")
Answers = dict[str, Any]
Pairs = list[tuple[str, str]]
SUBGROUP_HINTS = {
    SubgroupMatter.SERIOUS: _(
        "It goes at once to the chair of the {subgroup}, who decides whether a deep dive is needed. Your case stays with the agencies."
    ),
    SubgroupMatter.STUCK: _(
        "Everybody is worried and nobody knows the way forward. The {subgroup} is told and offers a mediator, who decides nothing."
    ),
}
LEVELS = [(str(level), format_lazy(_("Level {level}"), level=level)) for level in range(1, 5)]
LEVEL_HINT = _("By the partnership’s own threshold document: 1 is met by universal services, 4 needs statutory help.")


def _doors(procedure: ProcedureDefinition, beside: Beside) -> list[tuple[str, str]]:
    """Each door, where one asks which way each of its ways; and those by which other procedures of the partnership send people here."""
    found = []
    for rule in procedure.doors:
        label = str(Door(rule.door).label)
        found += [(f"{rule.door.value}:{way.key}", f"{label}: {lower_first(way.label)}") for way in rule.ways]
        found += [] if rule.ways else [(rule.door.value, label)]
    return found + [(door.value, str(door.label)) for door in sent_here(procedure, beside) if procedure.door(door) is None]


class _AtTheDoor(Form):
    """Is this the right door?"""

    def ask_which_door(self, procedure: ProcedureDefinition, beside: Beside, *, required: bool) -> None:
        """Add the question with this procedure's doors."""
        plain = (NONE, gettext("None of these: it is a disagreement with another agency about a child"))
        self.fields["door"] = forms.ChoiceField(
            label=gettext("Is it any of these?"),
            choices=[plain, *_doors(procedure, beside)],
            widget=Radios,
            required=required,
            help_text=gettext("Some concerns have a way of their own. We tell you before anything is sent."),
            error_messages={"required": DOOR_MISSING},
        )

    def chosen(self) -> tuple[str, str]:
        """The door, and the way behind it where it asks; two empty words for neither."""
        door, _, way = str(self.cleaned_data["door"]).partition(":")
        return ("", "") if door == NONE else (door, way)


class StartForm(FindsPeople, _AtTheDoor):
    """The danger question first; then for whom and under which procedure, only where there is a choice; then, where the procedure is known,
    whether it is the right door. In danger that one may wait."""

    sometimes_required = frozenset({"door", FIND_PERSON})
    danger = forms.ChoiceField(
        label=_("Is the child in danger now?"),
        choices=[(YES, _("Yes")), (NO, _("No"))],
        widget=Radios(hints={YES: _("You see whom to ring first. You can go on here afterwards.")}),
        help_text=_("Danger now means that waiting could bring serious harm to the child."),
        error_messages={"required": _("Say whether the child is in danger now")},
    )

    def __init__(self, *args: Any, places: list[Behalf], behalf: list[Behalf], procedures: list[Choice], chooses: bool, **kwargs: Any) -> None:
        """`chooses` where another procedure than the first applies: which door it is then depends on the answer, and is asked after it."""
        super().__init__(*args, **kwargs)
        own = [(place.key, place.label) for place in places]
        others = [(place.key, place.label) for place in behalf]
        if len(own) + len(others) > 1:
            empty = [("", gettext("Choose"))] if others else []
            label, missing = gettext("For which of your agencies?"), gettext("For which of your agencies: choose")
            if others:
                label, missing = gettext("For whom do you log it?"), gettext("For whom do you log it: choose")
            if len(others) > self.whole:
                self.look_for_people(gettext("Part of their name, or of their agency’s"))
            field = forms.ChoiceField(label=label, choices=self._grouped(empty, own, others), error_messages={"required": missing})
            self.fields["place"] = field
            # What is shown may be less than what may be chosen.
            field.widget.choices = self._grouped(empty, own, self.listed([("", others)], self["place"].value())[0][1])
        if chooses:
            listed = [(str(choice.procedure_id), choice.label) for choice in procedures]
            self.fields["procedure"] = forms.ChoiceField(label=gettext("Under which procedure?"), choices=listed, initial=listed[0][0])
        else:
            first = procedures[0].definition
            self.ask_which_door(first, beside_this(first, procedures), required=False)

    @staticmethod
    def _grouped(empty: Pairs, own: Pairs, others: Pairs) -> list[Any]:
        return [*empty, *own, *([(gettext("On behalf of"), others)] if own else others)]

    def clean(self) -> Answers:
        data = dict(super().clean() or self.cleaned_data)
        # Only in danger may it wait: whoever left both open is told of both at once.
        if data.get("danger") != YES and "door" in self.fields and "door" not in self.errors and not data.get("door"):
            self.add_error("door", DOOR_MISSING)
        return data

    @property
    def is_door_known(self) -> bool:
        """Whether they said here which door it is."""
        return bool(self.cleaned_data.get("door"))


class DoorForm(_AtTheDoor):
    """Is this the right door? On a page of its own."""

    heading_field = "door"

    def __init__(self, *args: Any, procedure: ProcedureDefinition, beside: Beside, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_which_door(procedure, beside, required=True)

    @staticmethod
    def initial_of(answers: Mapping[str, Any]) -> Answers:
        """The choice as it was kept."""
        return {"door": ":".join(filter(None, [answers.get("door"), answers.get("way")])) or NONE}


class ChildForm(Form):
    """One child, by as little as both agencies need to know whom it is about."""

    sometimes_required = frozenset({"born"})
    initials = forms.CharField(
        label=_("Initials"),
        max_length=8,
        help_text=_("Not a name."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "autocomplete": "off"}),
        error_messages={"required": _("Enter the child's initials")},
    )
    name = forms.CharField(
        label=_("Full name"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("Your partnership takes full names. Leave it empty where initials and date of birth are enough to know the child."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )
    born = DatePartsField(
        label=_("Date of birth"), subject=_("the date of birth"), not_future=True, required=False, help_text=_("For example, 27 3 2015")
    )
    unborn = forms.BooleanField(label=_("The child is unborn"), required=False)
    reference = forms.CharField(
        label=_("Your agency’s reference for the child"),
        max_length=40,
        required=False,
        help_text=_("Only your agency sees it. You can search by it."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, named: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not named:
            del self.fields["name"]

    def clean(self) -> Answers:
        data = dict(super().clean() or self.cleaned_data)
        if "born" not in self.errors:
            if data.get("born") is None and not data.get("unborn"):
                self.add_error("born", gettext("Enter the date of birth, or say that the child is unborn"))
            elif data.get("born") is not None and data.get("unborn"):
                self.add_error("unborn", gettext("Give a date of birth or say that the child is unborn, not both"))
        return data

    def answer(self) -> Answers:
        """One child as the draft keeps it."""
        data = self.cleaned_data
        born = data.get("born")
        return {
            "initials": data.get("initials", ""),
            "born_on": born.isoformat() if born else "",
            "is_unborn": bool(data.get("unborn")),
            "reference": data.get("reference", ""),
            **({"name": data["name"]} if data.get("name") else {}),
        }

    @staticmethod
    def initial_of(child: Mapping[str, Any]) -> Answers:
        """One kept child as the form shows it."""
        return {
            "initials": child.get("initials"),
            "name": child.get("name"),
            "born": day_of(child.get("born_on")),
            "unborn": child.get("is_unborn"),
            "reference": child.get("reference"),
        }


def day_of(text: Any) -> date | None:
    """A day as a draft keeps it; None for none."""
    return date.fromisoformat(text) if text else None


class MatterForm(Form):
    """What is disputed."""

    themes = forms.MultipleChoiceField(
        label=_("What is it about?"),
        help_text=_("Choose all that apply."),
        widget=Checkboxes(small=True),
        error_messages={"required": _("Choose at least one area of disagreement")},
    )
    what = Paragraphs(
        label=_("What decision, action or inaction do you disagree with?"),
        help_text=_("What was decided or not done, when, and by whom. No full names of children."),
        error_messages={"required": _("Say what decision, action or inaction you disagree with")},
    )
    basis = forms.ChoiceField(
        label=_("What does your concern rest on?"),
        choices=Basis.choices,
        widget=Radios(hints={Basis.JUDGEMENT.value: _("Say so openly: it counts, and it helps the other side to answer")}),
        error_messages={"required": _("Say whether this rests on evidence or on your professional judgement")},
    )
    setting = forms.ChoiceField(label=_("Where did it arise?"), choices=[("", _("Choose, if it fits")), *Setting.choices], required=False)
    arose_on = PastDayField(label=_("When did it arise?"), subject=_("the date it arose"), required=False, empty=_("I do not know"))
    raised_at = PastMomentField(
        label=_("When did they raise it with you?"),
        subject=_("the date and time they raised it"),
        empty=_("Just now"),
        empty_first=True,
        required=False,
        help_text=_("When it was raised and when you recorded it both stay on the record."),
    )
    plan = forms.ChoiceField(label=_("Which plan does the child have?"), choices=[("", _("Choose, if you know")), *Plan.choices], required=False)
    level_of_need = forms.ChoiceField(
        label=_("At which level of need do you see the child?"),
        choices=[("", _("Choose, if it fits")), *LEVELS],
        required=False,
        help_text=LEVEL_HINT,
    )
    capacity = forms.ChoiceField(
        label=_("Is it in doubt whether the 16- or 17-year-old can decide this themselves?"),
        choices=[(YES, _("Yes")), (NO, _("No"))],
        widget=Radios(inline=True),
        help_text=_("Their mental capacity for this decision. If it is, and no agreement is reached, legal advice is taken."),
        error_messages={"required": _("Say whether the capacity of the 16- or 17-year-old is in doubt")},
    )

    def __init__(self, *args: Any, procedure: ProcedureDefinition, asks_capacity: bool, on_behalf: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not on_behalf:
            del self.fields["raised_at"]
        self.fields["themes"].choices = [(theme.value, Theme(theme).label) for theme in procedure.themes]  # type: ignore[attr-defined]
        if not asks_capacity:
            del self.fields["capacity"]
        if procedure.subgroup is not None:
            hints = {matter: hint.format(subgroup=procedure.subgroup.name) for matter, hint in SUBGROUP_HINTS.items()}
            for matter in procedure.subgroup.takes:
                self.fields[f"is_{matter.value}"] = forms.BooleanField(label=matter.label, required=False, help_text=hints[matter])

    @staticmethod
    def initial_of(answers: Mapping[str, Any]) -> Answers:
        """The answers as they were kept."""
        capacity = {True: YES, False: NO}.get(answers.get("capacity_in_doubt"))  # type: ignore[arg-type]
        raised = answers.get("raised_at")
        raised_at = datetime.fromisoformat(raised) if raised else None
        return {**answers, "arose_on": day_of(answers.get("arose_on")), "capacity": capacity, "raised_at": raised_at}

    def answers(self) -> Answers:
        """What is kept in the draft. What is not asked any more is not kept either."""
        kept = {key: value for key, value in self.cleaned_data.items() if key not in {"arose_on", "capacity", "level_of_need", "raised_at"}}
        if "raised_at" in self.cleaned_data:
            raised = self.cleaned_data["raised_at"]
            kept["raised_at"] = raised.isoformat() if raised else ""
        if "level_of_need" in self.cleaned_data:
            kept["level_of_need"] = int(self.cleaned_data["level_of_need"]) if self.cleaned_data["level_of_need"] else None
        if "capacity" in self.cleaned_data or "capacity" not in self.fields:
            kept["capacity_in_doubt"] = {YES: True, NO: False}.get(self.cleaned_data.get("capacity", ""))
        if "arose_on" in self.cleaned_data:
            arose = self.cleaned_data["arose_on"]
            kept["arose_on"] = arose.isoformat() if arose else ""
        return kept


class TextsForm(Form):
    """A page of texts: the answers are the texts."""

    @staticmethod
    def initial_of(answers: Mapping[str, Any]) -> Answers:
        """The answers as they were kept."""
        return dict(answers)

    def answers(self) -> Answers:
        """What is kept in the draft."""
        return dict(self.cleaned_data)


class ImpactForm(TextsForm):
    """What it means for the child, and what the raiser wants."""

    impact = Paragraphs(
        label=_("What does it mean for the child?"),
        help_text=_("What happens to the child’s welfare or safety if nothing changes."),
        error_messages={"required": _("Say what it means for the child's welfare or safety")},
    )
    outcome_sought = Paragraphs(
        label=_("What outcome do you want?"),
        help_text=_("Something that the other agency can agree to, do, and be held to: what, and by when."),
        rows=4,
        error_messages={"required": _("Say what outcome you want")},
    )


def consulted_words(procedure: ProcedureDefinition) -> str:
    """Whom the procedure asks to consult first, as it stands inside a sentence."""
    return sentence((str(Role(role).label).lower() for role in procedure.consult_first), "or")
