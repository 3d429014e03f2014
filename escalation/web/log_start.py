"""The first questions of logging, before anything is stored: danger, for whom, and whether this is the right door."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.policy import may_keep_directory
from agencies.web.access import person_for
from agencies.web.forms import Form
from agencies.web.too_much import goes_on_where
from escalation import general_policy
from escalation.engine.definitions import definition_of
from escalation.models import Draft
from escalation.procedures.definition import DoorDoes, DoorRule, ProcedureDefinition, Way
from escalation.procedures.way_words import variant_sentences
from escalation.selectors.logging import Behalf, Choice, empty_draft, others_to_log_for, own_places, procedures_in_force
from escalation.services import drafts, gate
from escalation.services.side_by_side import beside, beside_this
from escalation.states import Door
from escalation.web.access import on_refusal, open_draft, or_what_was_sent
from escalation.web.finding import FIND, kept_for_later, waiting_here
from escalation.web.log_forms import NO, YES, DoorForm, StartForm
from escalation.web.urgent import is_urgent

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
# What the first page holds, when somebody looks for whom they log it.
SO_FAR = ("danger", "find_person", "place", "procedure", "door")


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the first page settled; carried in the address until the draft is begun."""

    danger: bool
    place: Behalf
    procedure: Choice

    def query(self) -> str:
        """For the next address."""
        return urlencode({"danger": YES if self.danger else NO, "place": self.place.key, "procedure": str(self.procedure.procedure_id)})


@dataclass(frozen=True, slots=True)
class Offered:
    """For whom this person may log, and under what."""

    places: list[Behalf]
    behalf: list[Behalf]
    procedures: list[Choice]

    def beginning(self, data: QueryDict | dict[str, Any]) -> Beginning | None:
        """What the answers name among what is offered; None where they name anything else."""
        everybody = [*self.places, *self.behalf]
        wanted, procedure = data.get("place"), data.get("procedure")
        place = next((one for one in everybody if one.key == wanted), None) if wanted else (everybody[0] if len(everybody) == 1 else None)
        chosen = (
            next((one for one in self.procedures if str(one.procedure_id) == procedure), None) if procedure else next(iter(self.procedures), None)
        )
        if place is None or chosen is None or data.get("danger") not in {YES, NO}:
            return None
        return Beginning(data.get("danger") == YES, place, chosen)

    def beside(self, procedure: ProcedureDefinition) -> gate.Beside:
        """The other procedures, by key."""
        return beside_this(procedure, self.procedures)

    def taken_by(self, beginning: Beginning, rule: DoorRule | Way | None) -> Beginning:
        """The same under the procedure to which the door leads; as it is where it leads to none."""
        other = next((one for one in self.procedures if rule is not None and one.definition.key == rule.procedure), None)
        return beginning if other is None else replace(beginning, procedure=other)


def _offered(request: HttpRequest) -> Offered:
    """What this person may choose. Raises PermissionDenied for somebody who may not log."""
    person, today = person_for(request), wall_clock.today()
    if not general_policy.may_log(person):
        raise PermissionDenied(_("You log a disagreement for an agency in which you have a role. Ask your safeguarding lead to add you."))
    procedures = procedures_in_force(person.partnership_id, today)
    return Offered(own_places(person), others_to_log_for(person, today, procedures), procedures)


@goes_on_where(is_urgent)
@get_or_post
def start(request: HttpRequest) -> HttpResponse:
    """Danger now? Then, where there is a choice, for whom; and is it the right door? Under the procedure offered first, unless another is chosen."""
    offered = _offered(request)
    if not offered.procedures:
        return render(request, "escalation/log_no_procedure.html")
    given: dict[str, Any] = {
        "places": offered.places,
        "behalf": offered.behalf,
        "procedures": offered.procedures,
        "chooses": _chooses(request, offered),
    }
    if request.method == "POST" and FIND in request.POST:
        typed = {name: request.POST.getlist(name) for name in SO_FAR if name in request.POST}
        context = _start_context(request, StartForm(initial=_first_of(typed), **given), offered)
        return render(request, "escalation/log_start.html", context | {"not_kept": kept_for_later(request, typed)})
    form = StartForm(request.POST if request.method == "POST" else None, initial=_first_of(waiting_here(request)), **given)
    if request.method == "POST" and form.is_valid():
        beginning = offered.beginning(form.cleaned_data)
        if beginning is None:
            form.add_error(None, _("Choose for whom you log it"))
        elif _may_be_logged(request, beginning, form):
            answer = _begun(request, offered, beginning, form)
            if answer is not None:
                return answer
    return render(request, "escalation/log_start.html", _start_context(request, form, offered))


def _first_of(typed: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: values[0] for name, values in typed.items() if name in SO_FAR and values}


def _chooses(request: HttpRequest, offered: Offered) -> bool:
    """Whether they said that another procedure applies than the one offered first."""
    return len(offered.procedures) > 1 and ("another" in request.GET or "procedure" in request.POST)


def _start_context(request: HttpRequest, form: StartForm, offered: Offered) -> dict[str, Any]:
    """What the first page shows: under which procedure, where there are others; for whoever may log for others how somebody comes into the list."""
    person = person_for(request)
    keeps = person.partnership_id is not None and may_keep_directory(person, person.partnership_id)
    first = offered.procedures[0].label if len(offered.procedures) > 1 and "procedure" not in form.fields else ""
    return {"form": form, "for_others": bool(offered.behalf), "adds_people": keeps, "procedure": first}


def _may_be_logged(request: HttpRequest, beginning: Beginning, form: Form) -> bool:
    """Whether the procedure lets this person log for that agency; where it does not, the form says so."""
    place = beginning.place
    if drafts.logs_there(person_for(request), place.agency_id, place.partnership_id, beginning.procedure.definition):
        return True
    form.add_error(
        "procedure" if "procedure" in form.fields else None, _("Under this procedure nobody logs a disagreement between two other agencies")
    )
    return False


def _begun(request: HttpRequest, offered: Offered, beginning: Beginning, form: StartForm) -> HttpResponse | None:
    """From the first page on: to the signpost of a door that stops; into a draft, in danger past whom to ring; or to what is not known yet.

    None where that is refused: the form says why.
    """
    asked = f"{reverse('log-danger' if beginning.danger else 'log-door')}?{beginning.query()}"
    if not form.is_door_known:
        return redirect(asked)
    procedure, (chosen, way) = beginning.procedure.definition, form.chosen()
    beside, rule = offered.beside(procedure), gate.rule_at(procedure, chosen, way)
    if gate.stops(rule, beside):
        # Whom to ring comes before where else to go.
        return redirect(asked) if beginning.danger else show_signpost(request, procedure, chosen, way, beside=beside, back_url=reverse("log"))
    taken = offered.taken_by(beginning, rule)
    if taken is not beginning and not _may_be_logged(request, taken, form):
        return None
    return _begin(request, taken, form, (chosen, way if taken is beginning else ""))


@goes_on_where(is_urgent)
@require_safe
@or_what_was_sent
def danger(request: HttpRequest) -> HttpResponse:
    """Whom to ring now; the way on: to the draft that was begun, or to the door."""
    if "draft" in request.GET:
        return render(request, "escalation/log_danger.html", {"next_url": _first_question(open_draft(request, request.GET["draft"]))})
    beginning = _offered(request).beginning(request.GET)
    if beginning is None:
        return redirect("log")
    return render(request, "escalation/log_danger.html", {"next_url": f"{reverse('log-door')}?{beginning.query()}"})


def _first_question(draft: Draft) -> str:
    """Where a draft goes on after the door."""
    name, more = ("log-signpost", []) if draft.answers.get("door") else ("log-step", ["agency"])
    return reverse(name, args=[draft.dispute.reference, *more])


@goes_on_where(is_urgent)
@get_or_post
def door(request: HttpRequest) -> HttpResponse:
    """Is it really something else? Then the procedure's own signpost; nothing is stored where it ends there."""
    offered = _offered(request)
    beginning = offered.beginning(request.GET)
    if beginning is None:
        return redirect("log")
    procedure = beginning.procedure.definition
    beside = offered.beside(procedure)
    form = DoorForm(request.POST if request.method == "POST" else None, procedure=procedure, beside=beside)
    if request.method == "POST" and form.is_valid():
        chosen, way = form.chosen()
        rule = gate.rule_at(procedure, chosen, way)
        if gate.stops(rule, beside):
            return show_signpost(request, procedure, chosen, way, beside=beside, back_url=f"{reverse('log-door')}?{beginning.query()}")
        taken = offered.taken_by(beginning, rule)
        if _may_be_logged(request, taken, form):
            answer = _begin(request, taken, form, (chosen, way if taken is beginning else ""))
            if answer is not None:
                return answer
    return render(request, "escalation/log_door.html", {"form": form, "back_url": reverse("log")})


def _begin(request: HttpRequest, beginning: Beginning, form: StartForm | DoorForm, answer: tuple[str, str]) -> HttpResponse | None:
    """Begin the draft with the answer at the door, or take up the empty one that a double click left, and go to the next question.

    None where it is refused: the form says why.
    """
    person, place = person_for(request), beginning.place
    chosen, way = answer
    answers: dict[str, Any] = {"danger_now": beginning.danger, "door": chosen, "way": way}
    if beginning.danger:
        # Until they say otherwise where they are asked by when they need a response.
        answers["is_urgent"] = True
    if chosen == Door.OWN_AGENCY:
        answers["receiving"] = [str(place.agency_id)]
    try:
        dispute = empty_draft(person, place.agency_id, place.raiser_id, beginning.procedure.procedure_id) or drafts.begin_draft(
            person, agency=place.agency_id, raiser=_raiser(place, person.id), procedure=beginning.procedure.procedure_id
        )
        draft = drafts.save_draft(dispute.pk, person, answers, step="door")
    except DomainError as error:
        return on_refusal(request, error, form=form)
    if isinstance(form, StartForm) and beginning.danger:
        return redirect(f"{reverse('log-danger')}?draft={dispute.reference}")
    return redirect(_first_question(draft))


def _raiser(place: Behalf, own: UUID) -> UUID | None:
    return None if place.raiser_id == own else place.raiser_id


def show_signpost(
    request: HttpRequest,
    procedure: ProcedureDefinition,
    door: str,
    way: str,
    *,
    beside: gate.Beside,
    back_url: str,
    next_url: str = "",
    draft: str = "",
) -> HttpResponse:
    """The procedure's words about this door, after those of one that sends people here; with a way on, or without.

    `draft` is the reference of one that stays as it was.
    """
    rule, sent = gate.rule_at(procedure, door, way), gate.sent_here(procedure, beside).get(Door(door))
    variant = procedure.variant(gate.variant_at(procedure, door, way))
    context = {
        "title": str(Door(door).label),
        "label": rule.label if isinstance(rule, Way) else "",
        "words": [one.words for one in (sent, rule) if one is not None],
        "under": gate.goes_on_under(procedure) if sent is not None else gate.NONE_IN_FORCE if _leads_nowhere(rule) else "",
        "variant": variant,
        "differs": variant_sentences(procedure, variant) if variant is not None else (),
        "back_url": back_url,
        "next_url": next_url,
        "draft": draft,
    }
    return render(request, "escalation/log_signpost.html", context)


def _leads_nowhere(rule: DoorRule | Way | None) -> bool:
    """A signpost is shown for a door to another procedure only where that one is not in force."""
    return rule is not None and rule.does == DoorDoes.REDIRECT


@require_safe
@or_what_was_sent
def signpost(request: HttpRequest, reference: str) -> HttpResponse:
    """What else to do where the concern is also something else, before going on here."""
    draft = open_draft(request, reference)
    reference, door, way = draft.dispute.reference, draft.answers.get("door", ""), draft.answers.get("way", "")
    following = reverse("log-step", args=[reference, "child" if door == Door.OWN_AGENCY else "agency"])
    onward = reverse("log-check", args=[reference]) if "check" in request.GET else following
    procedure, others = definition_of(draft.dispute.version_id), beside(draft.dispute, wall_clock.today())
    if not door or (gate.rule_at(procedure, door, way) is None and Door(door) not in gate.sent_here(procedure, others)):
        return redirect(onward)
    return show_signpost(request, procedure, door, way, beside=others, back_url=reverse("log-step", args=[reference, "door"]), next_url=onward)
