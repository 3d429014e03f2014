"""A conflict of interest: one's own, or that of somebody whom one oversees, and that there is none any more."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.person import Person
from agencies.words import lower_first
from escalation.services.conflicts import WHY, WHY_NOT, whom_they_may_lift, whom_they_may_mark
from escalation.states import Verb
from escalation.web.verbs.base import VerbForm, choice_of
from escalation.web.verbs.keeping import why
from escalation.web.verbs.page import VerbPage

ON_RECORD = _("It stands on the record, which both sides read. Say no more than is needed, and nothing of the child.")


class MarkConflictForm(VerbForm):
    """Who has one, and what it is."""

    whom = forms.ChoiceField(label=_("Who has a conflict of interest?"))
    reason = why(_("What is the conflict of interest?"), WHY, ON_RECORD)

    def prepare(self) -> None:
        others = whom_they_may_mark(self.case, self.person)
        field = choice_of(self, "whom")
        field.choices = [(str(self.person.id), gettext("I have")), *(self.labelled(one) for one in others)]
        self.initial.setdefault("whom", str(self.person.id))
        if not others:
            field.widget = forms.HiddenInput()

    def labelled(self, person: Person) -> tuple[str, str]:
        """Somebody as a choice: name, what they do, and the agency where it is one of those in it."""
        agency = next(iter(sorted(person.agency_ids & self.case.directory.snapshot.agencies.keys())), None)
        post = lower_first(person.job_title(agency))
        return str(person.id), ", ".join(filter(None, [person.name, post, self.agency_name(agency)]))

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "whom": UUID(data["whom"])}


class LiftConflictForm(MarkConflictForm):
    """Who has none any more, and why."""

    whom = forms.ChoiceField(label=_("Who has no conflict of interest any more?"))
    reason = why(_("Why is there no conflict of interest any more?"), WHY_NOT, ON_RECORD)

    def prepare(self) -> None:
        choice_of(self, "whom").choices = [self.labelled(one) for one in whom_they_may_lift(self.case, self.person)]


CONFLICT_PAGES: dict[Verb, VerbPage] = {
    Verb.MARK_CONFLICT: VerbPage(
        MarkConflictForm,
        _("Mark a conflict of interest"),
        _("Mark it"),
        _("Recorded. Whoever has the conflict cannot open it any more."),
        _(
            "Whoever has a conflict of interest no longer reads, holds or closes this disagreement. What they hold goes to the next person who can "
            "act, and everybody concerned is told, not why. If it is you, you cannot open it any more, and only somebody else can lift it."
        ),
    ),
    Verb.LIFT_CONFLICT: VerbPage(
        LiftConflictForm,
        _("Lift a conflict of interest"),
        _("Lift it"),
        _("Recorded. They can open it again where they have a part in it."),
        _("They can open it again where they have a part in it. What they held stays with whoever has it now, who can hand it back."),
    ),
}
