"""Adding to the record."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.said import shown
from agencies.templatetags.ui import day, moment
from agencies.web.fields import MomentField, Paragraphs
from agencies.web.widgets import Checkboxes, Radios
from agencies.words import joined
from escalation import policy
from escalation.engine.change import Change
from escalation.engine.standing import as_corrected
from escalation.models import AgreedAction
from escalation.selectors.timeline import read_events
from escalation.services.chasing import leaves_at, to_chase, written_to
from escalation.services.record import lines_to_confirm, may_take_on, open_actions
from escalation.services.resolution import parties
from escalation.states import ContactHow, MeetingHow, Side, Verb
from escalation.web.finding import FIND_PERSON
from escalation.web.verbs.action_rows import LOOK, ActionRows, who_may_do
from escalation.web.verbs.base import HappenedMixin, VerbForm, choice_of


class ContactForm(HappenedMixin, VerbForm):
    """An attempt to reach someone."""

    how = forms.ChoiceField(
        label=_("How?"),
        choices=ContactHow.choices,
        widget=Radios(inline=True),
    )
    whom = forms.CharField(label=_("Whom did you try to reach?"), max_length=200)
    agency = forms.ChoiceField(label=_("Of which agency?"), widget=Radios)
    said = Paragraphs(label=_("What happened, or what was said"), rows=4)
    reached = forms.TypedChoiceField(
        label=_("Did you reach them?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=Radios(inline=True, hints={}),
    )

    def prepare(self) -> None:
        """Of which agency is asked where several are, but of those that are themselves."""
        asked = {request.agency_id for request in self.case.requests}
        several = len(asked) > 1 and not policy.acts_for_receiving(self.person, self.case)
        self.choose_agency("agency", asked | {self.case.raising_id} if several else ())

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "agency": UUID(data["agency"]) if data["agency"] else None}


class ChaseForm(VerbForm):
    """The reminder again: nothing is asked, the page shows who gets what."""

    def foretold(self) -> list[dict[str, str]]:
        """Each thing that is due: what the message says, since when or until when, and who gets it."""
        rows = []
        for each in to_chase(self.case, self.person, wall_clock.now()):
            people = [known.name for user in each.people if (known := self.case.directory.person(user)) is not None]
            guests = [r.guest.name for r in self.case.awaiting if r.guest is not None and r.pk == each.clock.request_id]
            late, ahead = gettext("Overdue since {moment}. Goes to {people}."), gettext("Due {moment}. Goes to {people}.")
            words = (late if each.is_overdue else ahead).format(
                moment=moment(each.clock.effective_due), people=joined([*people, *guests] or [each.mailbox])
            )
            rows.append({"key": shown(each.words), "value": words})
        return rows


def chased_words(done: Change) -> str:
    """To whom the reminder goes, and when it leaves where that is not now."""
    people, at = joined(written_to(done)), leaves_at(done)
    if at > done.now:
        return gettext("The reminder goes to {people}. It leaves on {moment}, when the office opens.").format(people=people, moment=moment(at))
    return gettext("The reminder goes to {people}. It leaves now.").format(people=people)


class MeetingForm(HappenedMixin, ActionRows):
    """A meeting or call between the sides."""

    how = forms.ChoiceField(
        label=_("What was it?"),
        choices=MeetingHow.choices,
        widget=Radios,
    )
    who = Paragraphs(label=_("Who took part"), rows=5, help_text=_("Names, posts and agencies. Change it where others were there."))
    summary = Paragraphs(label=_("What was discussed"))
    decisions = Paragraphs(label=_("What was decided"), required=False, rows=4)
    proposals = Paragraphs(
        label=_("What is proposed to front-line staff"), required=False, rows=3, help_text=_("As by a round table at short notice. They are told.")
    )
    dissent = Paragraphs(label=_("Dissent"), required=False, rows=3, help_text=_("A view to the contrary. Each agency records its own."))
    dissent_of = forms.ChoiceField(label=_("Whose dissent is it?"), required=False, widget=Radios)
    sometimes_required = {"dissent_of"}

    def prepare(self) -> None:
        every = self.agencies(parties(self.case))
        self.fields["agencies"] = forms.MultipleChoiceField(
            label=gettext("Which agencies took part?"),
            choices=every,
            widget=Checkboxes,
            help_text=gettext("Take out those that were not there: the record names them."),
        )
        self.order_fields(["how", "agencies"])
        self.initial.setdefault("agencies", [key for key, _ in every])
        self.initial.setdefault("who", "\n".join(self._holders()))
        if self.case.stage_definition is not None and self.case.stage_definition.is_meeting:
            self.initial.setdefault("how", MeetingHow.PROFESSIONALS)
        speaks = policy.side_of(self.person, self.case)
        self.choose_agency("dissent_of", parties(self.case) if speaks is None else {speaks[1]})
        if policy.may(self.person, Verb.ADD_ACTION, self.case):
            self.ask_actions()

    def _holders(self) -> Iterator[str]:
        """Who holds it on each side, as they are most often there: name, post and agency."""
        raising = self.case.raising_id
        for side, agency in [(Side.RAISING, raising), *((Side.RECEIVING, key) for key in sorted(self.case.receiving_ids, key=self.agency_name))]:
            holder = self.case.holder_id(side, agency)
            person = self.case.directory.person(holder) if holder else None
            if person is not None:
                yield ", ".join(filter(None, [person.name, person.job_title(agency), self.agency_name(agency)]))

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {
            **data,
            "how": MeetingHow(data["how"]),
            "agencies": [UUID(key) for key in data["agencies"]],
            "dissent_of": UUID(data["dissent_of"]) if data["dissent_of"] else None,
        }


class NoteForm(VerbForm):
    """A note."""

    text = Paragraphs(label=_("Note"), error_messages={"required": _("Enter the note")})
    private = forms.BooleanField(label=_("Only my own agency may see this note"), required=False)


class ActionForm(VerbForm):
    """An agreed action."""

    what = Paragraphs(label=_("What will be done"), rows=3)
    agency = forms.ChoiceField(label=_("Which agency does it?"), widget=Radios)
    owner = forms.ChoiceField(
        label=_("Who does it there?"), required=False, help_text=_("They are told and reminded. Left open, it is whoever holds the matter there.")
    )
    due_at = MomentField(label=_("By when"), subject=_("the date and time it will be done by"))

    def prepare(self) -> None:
        self.choose_agency("agency", may_take_on(self.case))
        groups, owner = who_may_do(self, self.agencies(may_take_on(self.case))), choice_of(self, "owner")
        owner.choices = [("", gettext("Whoever holds it there")), *groups]
        if sum(len(people) for _label, people in groups) > self.whole:
            self.look_for_people(LOOK)
            self.order_fields(["what", "agency", FIND_PERSON, "owner"])
        owner.widget.choices = [("", gettext("Whoever holds it there")), *self.listed(groups, self["owner"].value())]

    def given(self) -> dict[str, Any]:
        data = super().given()
        owner = UUID(data["owner"]) if data["owner"] else None
        return {**data, "agency": UUID(data["agency"] or self.initial["agency"]), "owner": owner}


class CompleteActionForm(VerbForm):
    """An action is done."""

    action = forms.ChoiceField(label=_("Which action is done?"), widget=Radios)
    how = Paragraphs(label=_("How it was done"), required=False, rows=3)

    def prepare(self) -> None:
        rows = open_actions(self.case, self.person)
        texts = as_corrected(read_events(self.case)) if rows else {}
        choice_of(self, "action").choices = [(str(row.pk), _action_words(row, texts.get(row.event.number, {}))) for row in rows]

    def refusal(self) -> str:
        return "" if choice_of(self, "action").choices else gettext("No agreed action is still to be done.")

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "action": UUID(data["action"])}


def _action_words(row: AgreedAction, text: dict[str, str]) -> str:
    return gettext("By {day}: {action}").format(action=text.get("what") or gettext("Action"), day=day(row.due_at))


class ConcernForm(VerbForm):
    """Somebody still believes the child at risk."""

    concern = Paragraphs(label=_("What still worries you?"), rows=5)


class ConfirmHappenedForm(VerbForm):
    """An earlier moment is right."""

    up_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    number = forms.TypedChoiceField(label=_("Which entry happened when the other side says?"), coerce=int, widget=Radios)

    def prepare(self) -> None:
        self.initial.setdefault("up_to", self.case.dispute.head_number)
        choice_of(self, "number").choices = [
            (
                str(line.number),
                gettext("{kind}: {happened}, recorded {recorded}").format(
                    kind=line.get_kind_display(), happened=moment(at), recorded=moment(line.recorded_at)
                ),
            )
            for line, at in lines_to_confirm(self.case, self.person)
        ]

    def refusal(self) -> str:
        return "" if choice_of(self, "number").choices else gettext("No entry of the other side happened before it was recorded.")


class TellUnitForm(VerbForm):
    """The business unit is told."""

    told_other_side = forms.BooleanField(label=_("I have told the other agency that I will inform the partnership"))
