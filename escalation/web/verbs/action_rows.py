"""Agreed actions on the page of a meeting or a decision: a few rows, folded away, of which one that is left empty is none."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.web.fields import MomentField, Paragraphs
from agencies.web.forms import Fold
from escalation.services.record import MOST_ACTIONS, may_do_action, may_take_on
from escalation.web.finding import FIND_PERSON
from escalation.web.verbs.base import VerbForm

PARTS = ("what", "agency", "owner", "when", "due_at")
SOON, OTHER = 5, "other"
LOOK = _("To find who does it: part of their name or agency")


def _whens() -> list[tuple[str, str]]:
    """By when, without typing a date: to the close of a working day that is so many away."""
    days = [(n, ngettext("At the end of the next working day", "In {n} working days", n).format(n=n)) for n in (1, SOON, 10, 20)]
    return [*((str(n), words) for n, words in days), (OTHER, gettext("At another moment"))]


def who_may_do(form: VerbForm, agencies: Iterable[tuple[str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By agency whom an action can be asked of."""
    return [(label, [(str(one.id), one.name) for one in may_do_action(form.case, UUID(key))]) for key, label in agencies]


class ActionRows(VerbForm):
    """A verb's form with rows for agreed actions: what, which agency, who there, by when."""

    def ask_actions(self) -> None:
        """Add the rows, below everything else; one that was begun is shown open."""
        agencies = self.agencies(may_take_on(self.case))
        groups = who_may_do(self, agencies)
        if is_many := sum(len(people) for _label, people in groups) > self.whole:
            self.look_for_people(LOOK)
        shown = self.listed(groups, *(self.data.get(name) or self.initial.get(name) for name in self._owners()))
        for number in range(1, MOST_ACTIONS + 1):
            words = {"number": number}
            rows: dict[str, forms.Field] = {
                "what": Paragraphs(label=gettext("Action {number}: what will be done").format(**words), rows=2, max_length=2_000),
                "agency": forms.ChoiceField(
                    label=gettext("Action {number}: which agency does it").format(**words), choices=[("", gettext("Choose")), *agencies]
                ),
                "owner": forms.ChoiceField(
                    label=gettext("Action {number}: who does it there").format(**words), choices=[("", gettext("Whoever holds it there")), *groups]
                ),
                "when": forms.ChoiceField(label=gettext("Action {number}: by when").format(**words), choices=_whens(), initial=str(SOON)),
                "due_at": MomentField(
                    label=gettext("Action {number}: by when, if at another moment").format(**words),
                    subject=gettext("the date and time of action {number}").format(**words),
                ),
            }
            rows["owner"].widget.choices = [("", gettext("Whoever holds it there")), *shown]
            for part, field in rows.items():
                field.required = False
                self.fields[f"action_{number}_{part}"] = field
        self.usual = {f"action_{number}_when": str(SOON) for number in range(1, MOST_ACTIONS + 1)}
        names = tuple(name for name in self.fields if name.startswith("action_"))
        self.folds = [Fold(_("Actions that were agreed"), (FIND_PERSON, *names) if is_many else names)]

    @staticmethod
    def _owners() -> list[str]:
        return [f"action_{number}_owner" for number in range(1, MOST_ACTIONS + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, MOST_ACTIONS + 1):
            row = {part: data.get(f"action_{number}_{part}") for part in PARTS}
            if not any(row[part] for part in PARTS if part != "when") and row["when"] != OTHER:
                self.unasked |= {f"action_{number}_when"}
                continue
            missing = {"what": gettext("Say what will be done."), "agency": gettext("Choose which agency does it.")}
            if row["when"] == OTHER:
                missing["due_at"] = gettext("Say by when it will be done.")
            for part, sentence in missing.items():
                name = f"action_{number}_{part}"
                if name in self.fields and not row[part] and name not in self.errors:
                    self.add_error(name, sentence)
        return data

    def _due(self, row: dict[str, Any]) -> datetime:
        """The moment that was typed, else the close of the working day that was chosen."""
        if row["due_at"]:
            typed: datetime = row["due_at"]
            return typed
        calendar = self.case.calendar
        return calendar.closing(calendar.add(wall_clock.today(), int(row["when"] or SOON)))

    def given(self) -> dict[str, Any]:
        data = super().given()
        rows = [{part: data.pop(f"action_{number}_{part}", None) for part in PARTS} for number in range(1, MOST_ACTIONS + 1)]
        actions = [
            {
                "what": row["what"],
                "agency": UUID(row["agency"]),
                "due_at": self._due(row),
                "owner": UUID(row["owner"]) if row["owner"] else None,
            }
            for row in rows
            if row["what"]
        ]
        return {**data, "actions": actions} if actions else data
