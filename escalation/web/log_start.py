"""The first questions of logging, before anything is stored: danger, for whom, and whether this is the right door."""

from dataclasses import dataclass
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
from agencies.web.access import person_for
from escalation import general_policy
from escalation.engine.definitions import definition_of
from escalation.models import Draft
from escalation.procedures.definition import ProcedureDefinition, Way
from escalation.procedures.way_words import variant_sentences
from escalation.selectors.logging import Behalf, Choice, empty_draft, others_to_log_for, own_places, procedures_in_force
from escalation.services import drafts, gate
from escalation.states import Door
from escalation.web.access import on_refusal, open_draft
from escalation.web.log_forms import NO, YES, DoorForm, StartForm

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


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


def _offered(request: HttpRequest) -> Offered:
    """What this person may choose. Raises PermissionDenied for somebody who may not log."""
    person, today = person_for(request), wall_clock.today()
    if not general_policy.may_log(person):
        raise PermissionDenied(_("You log a disagreement for an agency in which you have a role. Ask your safeguarding lead to add you."))
    procedures = procedures_in_force(person.partnership_id, today)
    return Offered(own_places(person), others_to_log_for(person, today, procedures), procedures)


@get_or_post
def start(request: HttpRequest) -> HttpResponse:
    """Danger now? Then, only where there is a choice, for whom and under which procedure; and is it the right door?"""
    offered = _offered(request)
    if not offered.procedures:
        return render(request, "escalation/log_no_procedure.html")
    data = request.POST if request.method == "POST" else None
    form = StartForm(data, places=offered.places, behalf=offered.behalf, procedures=offered.procedures)
    if request.method == "POST" and form.is_valid():
        beginning = offered.beginning(form.cleaned_data)
        between = beginning is not None and beginning.place in offered.behalf and not person_for(request).is_unit
        if beginning is not None and between and not drafts.logs_for_others(person_for(request), beginning.procedure.definition):
            form.add_error("procedure", _("Under this procedure nobody logs a disagreement between two other agencies"))
        elif beginning is not None:
            return _begun(request, beginning, form)
        else:
            form.add_error(None, _("Choose for whom you log it"))
    return render(request, "escalation/log_start.html", {"form": form})


def _begun(request: HttpRequest, beginning: Beginning, form: StartForm) -> HttpResponse:
    """From the first page on: to the signpost of a door that stops; into a draft, in danger past whom to ring; or to what is not known yet."""
    asked = f"{reverse('log-danger' if beginning.danger else 'log-door')}?{beginning.query()}"
    if not form.is_door_known:
        return redirect(asked)
    procedure, (chosen, way) = beginning.procedure.definition, form.chosen()
    if gate.stops(gate.rule_at(procedure, chosen, way)):
        # Whom to ring comes before where else to go.
        return redirect(asked) if beginning.danger else show_signpost(request, procedure, chosen, way, back_url=reverse("log"))
    return _begin(request, beginning, form, "escalation/log_start.html")


@require_safe
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


@get_or_post
def door(request: HttpRequest) -> HttpResponse:
    """Is it really something else? Then the procedure's own signpost; nothing is stored where it ends there."""
    beginning = _offered(request).beginning(request.GET)
    if beginning is None:
        return redirect("log")
    procedure = beginning.procedure.definition
    form = DoorForm(request.POST if request.method == "POST" else None, procedure=procedure)
    if request.method == "POST" and form.is_valid():
        chosen, way = form.chosen()
        if gate.stops(gate.rule_at(procedure, chosen, way)):
            return show_signpost(request, procedure, chosen, way, back_url=f"{reverse('log-door')}?{beginning.query()}")
        return _begin(request, beginning, form, "escalation/log_door.html")
    return render(request, "escalation/log_door.html", {"form": form, "back_url": reverse("log")})


def _begin(request: HttpRequest, beginning: Beginning, form: StartForm | DoorForm, template: str) -> HttpResponse:
    """Begin the draft, or take up the empty one that a double click left, and go to the next question. A refusal is shown on the same page."""
    person, place = person_for(request), beginning.place
    chosen, way = form.chosen()
    answers: dict[str, Any] = {"danger_now": beginning.danger, "door": chosen, "way": way}
    if chosen == Door.OWN_AGENCY:
        answers["receiving"] = [str(place.agency_id)]
    try:
        dispute = empty_draft(person, place.agency_id, place.raiser_id, beginning.procedure.procedure_id) or drafts.begin_draft(
            person, agency=place.agency_id, raiser=_raiser(place, person.id), procedure=beginning.procedure.procedure_id
        )
        draft = drafts.save_draft(dispute.pk, person, answers, step="door")
    except DomainError as error:
        refused = on_refusal(request, error, form=form)
        return refused or render(request, template, {"form": form, "back_url": reverse("log")})
    if isinstance(form, StartForm) and beginning.danger:
        return redirect(f"{reverse('log-danger')}?draft={dispute.reference}")
    return redirect(_first_question(draft))


def _raiser(place: Behalf, own: UUID) -> UUID | None:
    return None if place.raiser_id == own else place.raiser_id


def show_signpost(
    request: HttpRequest, procedure: ProcedureDefinition, door: str, way: str, *, back_url: str, next_url: str = "", draft: str = ""
) -> HttpResponse:
    """The procedure's words about this door; with a way on, or without. `draft` is the reference of one that stays as it was."""
    rule = gate.rule_at(procedure, door, way)
    variant = procedure.variant(gate.variant_at(procedure, door, way))
    context = {
        "title": str(Door(door).label),
        "label": rule.label if isinstance(rule, Way) else "",
        "words": rule.words if rule is not None else "",
        "variant": variant,
        "differs": variant_sentences(procedure, variant) if variant is not None else (),
        "back_url": back_url,
        "next_url": next_url,
        "draft": draft,
    }
    return render(request, "escalation/log_signpost.html", context)


@require_safe
def signpost(request: HttpRequest, reference: str) -> HttpResponse:
    """What else to do where the concern is also something else, before going on here."""
    draft = open_draft(request, reference)
    reference, door, way = draft.dispute.reference, draft.answers.get("door", ""), draft.answers.get("way", "")
    following = reverse("log-step", args=[reference, "child" if door == Door.OWN_AGENCY else "agency"])
    onward = reverse("log-check", args=[reference]) if "check" in request.GET else following
    procedure = definition_of(draft.dispute.version_id)
    if gate.rule_at(procedure, door, way) is None:
        return redirect(onward)
    return show_signpost(request, procedure, door, way, back_url=reverse("log-step", args=[reference, "door"]), next_url=onward)
