"""The matter before the partnership."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.models import Agency, Membership, User
from agencies.roles import Role
from agencies.templatetags.ui import moment
from agencies.web.fields import MomentField, Paragraphs
from agencies.web.widgets import Checkboxes, Radios
from escalation.engine.case import Case
from escalation.models import PanelMember
from escalation.services.panel import barred_from_panel, date_missed_by, dated_by_chair, may_sit
from escalation.services.resolution import parties
from escalation.states import Force, Route
from escalation.web.finding import FIND_PERSON
from escalation.web.verbs.action_rows import ActionRows
from escalation.web.verbs.base import Pause, VerbForm, choice_of, person_choice

SEATS = frozenset({Role.BOARD_MEMBER, Role.SENIOR, Role.LEAD})


class RouteForm(VerbForm):
    """Which way to go on."""

    route = forms.ChoiceField(label=_("How will it be taken forward?"), widget=Radios)
    mediator = forms.ChoiceField(
        label=_("Who mediates?"),
        required=False,
        widget=Radios,
        help_text=_("Needed for mediation. A mediator belongs to none of the agencies concerned."),
    )
    reason = Paragraphs(label=_("Your reasons"), rows=4)
    sometimes_required = {"mediator"}

    def prepare(self) -> None:
        rules = self.case.stage_definition.partnership if self.case.stage_definition else None
        offered = rules.routes if rules else ()
        choice_of(self, "route").choices = [(r.value, _with_force(r, rules.force.get(r) if rules else None)) for r in offered]
        people = self.case.directory.partnership_people(Role.MEDIATOR)
        choice_of(self, "mediator").choices = [person_choice(p) for p in people]
        if Route.MEDIATION not in offered:
            del self.fields["mediator"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("route") != Route.MEDIATION:
            self.unasked |= {"mediator"}
        return data

    def given(self) -> dict[str, Any]:
        data = super().given()
        mediator = None if "mediator" in self.unasked else data.get("mediator")
        return {"route": Route(data["route"]), "reason": data["reason"], "mediator": UUID(mediator) if mediator else None}


def _with_force(route: Route, force: Force | None) -> str:
    return f"{route.label} ({Force(force).label.lower()})" if force else str(route.label)


def seat_words(member: Membership, *, concerned: bool) -> str:
    """A possible member of a panel, in words."""
    words = f"{member.user.name}, {member.job_title or member.get_role_display()}, {member.agency}"
    return gettext("{member} (concerned)").format(member=words) if concerned else words


def seats_of(case: Case) -> dict[str, str]:
    """Who may sit on its panel, by agency and person, in words: the senior people of the partnership's member agencies and of those concerned, and
    its panel members among the others there. Those concerned come first, then it goes by agency and name. Three queries."""
    involved = parties(case)
    able = Q(role__in=SEATS) | Q(user__in=_panel_members(case).values("user"))
    rows = Membership.objects.on(case.directory.snapshot.today).filter(able, agency__in=Agency.objects.filter(may_sit(case)), user__is_active=True)
    known = [row for row in rows.select_related("user", "agency") if row.user_id not in case.kept_from(row.agency_id)]
    listed = sorted(known, key=lambda row: (row.agency_id not in involved, str(row.agency), row.user.name))
    return {f"{row.agency_id} {row.user_id}": seat_words(row, concerned=row.agency_id in involved) for row in listed}


def _panel_members(case: Case) -> QuerySet[Membership]:
    """The partnership's own panel members today."""
    found = Membership.objects.on(case.directory.snapshot.today).filter(role=Role.PANEL_MEMBER, partnership=case.dispute.partnership_id)
    return found.filter(user__is_active=True)


def of_no_agency(case: Case) -> dict[UUID, str]:
    """The panel members who have a seat in no agency that may sit, with their names: it is said for which of them they sit. One query."""
    at_home = Membership.objects.on(case.directory.snapshot.today).filter(agency__in=Agency.objects.filter(may_sit(case)))
    rows = _panel_members(case).exclude(user__in=at_home.values("user")).order_by("user__name").values_list("user", "user__name")
    return dict(rows)


class ChosenBefore(forms.Select):
    """A list whose first answer is chosen already: nobody need open it, and it is not called optional."""

    empty_first = True


class ConveneForm(VerbForm):
    """Who sits and when."""

    meets_at = MomentField(label=_("When does the panel meet?"), subject=_("the date and time the panel meets"))
    place = forms.CharField(label=_("Where"), max_length=160, required=False)
    members = forms.MultipleChoiceField(label=_("Members"), widget=Checkboxes)
    sometimes_required = {*VerbForm.sometimes_required, "members"}

    def prepare(self) -> None:
        rules = self.case.stage_definition.partnership if self.case.stage_definition else None
        if rules and rules.panel_agencies:
            asked = gettext("At least {number} agencies, those concerned among them.")
            words = asked if rules.panel_includes_parties else gettext("At least {number} agencies.")
            self.fields["members"].help_text = words.format(number=rules.panel_agencies)
        barred = {str(user) for user in barred_from_panel(self.case)}
        choices = {value: words for value, words in seats_of(self.case).items() if value.partition(" ")[2] not in barred}
        self.ask_for_which(choices)
        if self.case.panel:
            self._as_convened(choices)
        list_seats(self, "members", choices)

    def ask_for_which(self, choices: dict[str, str]) -> None:
        """Ask of each panel member who belongs to no agency for which they sit: one of those whose people are listed. They alone may be the panel."""
        barred = barred_from_panel(self.case)
        self.elsewhere = {user: name for user, name in of_no_agency(self.case).items() if user not in barred}
        self.fields["members"].required = not self.elsewhere
        agencies = self.agencies_of(choices) if self.elsewhere else []
        for user, name in self.elsewhere.items():
            self.fields[f"for_{user}"] = forms.ChoiceField(
                label=gettext("{name}, panel member: for which agency?").format(name=name),
                choices=[("", gettext("Does not sit on this panel")), *agencies],
                required=False,
                widget=ChosenBefore,
            )

    def agencies_of(self, choices: dict[str, str]) -> list[tuple[str, str]]:
        """The agencies that a member may sit for, by name; of very many only those concerned, those with a board member and those for which
        somebody sits already."""
        rows = Agency.objects.filter(may_sit(self.case)).order_by("name")
        if len({value.partition(" ")[0] for value in choices}) > self.whole:
            with_board = Membership.objects.on(self.case.directory.snapshot.today).filter(role=Role.BOARD_MEMBER).values("agency")
            listed = {*parties(self.case), *(seat.agency_id for seat in self.case.panel)}
            rows = rows.filter(Q(pk__in=listed) | Q(pk__in=with_board))
        return [(str(row.pk), str(row)) for row in rows]

    def _as_convened(self, choices: dict[str, str]) -> None:
        """Begin anew with what was chosen before, as far as it can be chosen still: not a day that has passed, nor a member to be replaced.

        Whoever sits is offered, though a program chose them whom the page would not have offered.
        """
        before, barred = self.case.panel[0].panel, barred_from_panel(self.case)
        if before.meets_at > wall_clock.now():
            self.initial.setdefault("meets_at", before.meets_at)
        self.initial.setdefault("place", before.place)
        able = [seat.pk for seat in self.case.panel if not seat.is_to_be_replaced and seat.user_id not in barred]
        sitting = PanelMember.objects.filter(pk__in=able, user__is_active=True).select_related("user", "agency").order_by("user__name")
        for seat in sitting:
            if seat.user_id in self.elsewhere:
                self.initial.setdefault(f"for_{seat.user_id}", str(seat.agency_id))
        seats = {f"{seat.agency_id} {seat.user_id}": f"{seat.user.name}, {seat.agency}" for seat in sitting if seat.user_id not in self.elsewhere}
        choices |= {value: words for value, words in seats.items() if value not in choices}
        self.initial.setdefault("members", list(seats))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "members" not in data:
            return data
        pairs = self._seats(data)
        if not pairs:
            self.add_error("members", self.fields["members"].error_messages["required"])
        # The service takes one agency for each person, so of two the page would keep one without a word.
        several = [user for user, times in Counter(user for user, _agency in pairs).items() if times > 1]
        for name in User.objects.filter(pk__in=several).order_by("name").values_list("name", flat=True) if several else ():
            self.add_error("members", gettext("{name} can sit for one agency only: choose which").format(name=name))
        return data

    def _seats(self, data: Mapping[str, Any]) -> list[tuple[UUID, UUID]]:
        """Each person who was chosen, with the agency for which they would sit."""
        listed = [value.partition(" ") for value in data["members"]]
        others = [(user, UUID(data[f"for_{user}"])) for user in self.elsewhere if data.get(f"for_{user}")]
        return [*((UUID(user), UUID(agency)) for agency, _, user in listed), *others]

    def pause(self) -> Pause | None:
        """A meeting after the date by which it was to be resolved is unusual: it is said with both dates, and may be."""
        meets_at = self.cleaned_data["meets_at"]
        missed = date_missed_by(self.case, meets_at)
        if missed is None:
            return None
        runs = [clock for clock in dated_by_chair(self.case) if clock.effective_due < meets_at]
        reminded = gettext("That date stays, and the reminders go by it. An earlier meeting would keep it.")
        after = gettext("That date stays on the record. The decision is expected within 2 working days of the meeting. An earlier one would keep it.")
        return Pause(
            title=gettext("The panel meets after the date that was set"),
            lines=(
                gettext("It is to be brought to its end by {moment}.").format(moment=moment(missed)),
                gettext("The panel would meet on {moment}.").format(moment=moment(meets_at)),
                reminded if runs else after,
            ),
            proceed=gettext("Convene it for then"),
            stay=gettext("Go back to the disagreement"),
        )

    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"meets_at": data["meets_at"], "place": data["place"], "members": dict(self._seats(data))}


def list_seats(form: VerbForm, name: str, choices: Mapping[str, str], *first: tuple[str, str]) -> None:
    """Lets the form's field choose among these seats, after `first`; of very many it lists those that are chosen and those that are looked for."""
    field, chosen = choice_of(form, name), form[name].value()
    field.choices = [*first, *choices.items()]
    if len(choices) > form.whole:
        form.look_for_people(gettext("To find a member: part of their name or agency"))
        names = [each for each in form.fields if each != FIND_PERSON]
        form.order_fields([*names[: names.index(name)], FIND_PERSON, *names[names.index(name) :]])
        picked = chosen if isinstance(chosen, list) else [chosen]
        field.widget.choices = [*first, *form.listed([("", list(choices.items()))], *picked)[0][1]]


class DecideForm(ActionRows):
    """What it came to."""

    agreed = forms.TypedChoiceField(
        label=_("Was there a decision or an agreement?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda v: v == "yes",
        widget=Radios(inline=True),
    )
    decision = Paragraphs(
        label=_("What was decided, recommended or agreed"), help_text=_("Each agency receives these words. Without an agreement: what came of it.")
    )
    reasons = Paragraphs(label=_("Reasons"), rows=4)
    dissent = Paragraphs(label=_("Dissent"), required=False, rows=3, help_text=_("Views to the contrary are kept with the decision."))
    heard_by = forms.MultipleChoiceField(
        label=_("Who of the panel heard it?"), widget=Checkboxes, help_text=_("Take out those who were not there: the record names who heard it.")
    )
    finding = Paragraphs(
        label=_("Finding for the annual report"),
        required=False,
        rows=3,
        help_text=_("What others can learn from it, in words that name no child, person or agency. The partnership’s report quotes them."),
    )

    def prepare(self) -> None:
        self.ask_actions()
        declared = {str(seat.user_id): seat.declared_at is not None for seat in self.case.panel}
        if self.case.referral is None or self.case.referral.route != Route.PANEL:
            del self.fields["heard_by"]
            return
        names = User.objects.filter(pk__in=list(declared)).order_by("name").values_list("pk", "name")
        words = gettext("{member}: has yet to declare")
        choice_of(self, "heard_by").choices = [(str(key), name if declared[str(key)] else words.format(member=name)) for key, name in names]
        self.initial.setdefault("heard_by", sorted(key for key, known in declared.items() if known))

    def given(self) -> dict[str, Any]:
        data = super().given()
        return {**data, "heard_by": [UUID(key) for key in data["heard_by"]]} if "heard_by" in data else data
