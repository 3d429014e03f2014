"""The first questions of logging, before anything is stored: danger, for whom, and whether this is the right door."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agencies.errors import DomainError
from agencies.web.access import person_for
from agencies.words import LONDON
from escalation import policy
from escalation.engine.definitions import definition_of
from escalation.procedures.definition import DoorDoes, DoorRule
from escalation.selectors.logging import Behalf, Choice, empty_draft, others_to_log_for, own_places, procedures_in_force
from escalation.services import drafts
from escalation.states import Door
from escalation.web.access import on_refusal, open_draft
from escalation.web.log_forms import NO, NONE, YES, DoorForm, StartForm

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
    person, today = person_for(request), timezone.localdate(timezone=LONDON)
    if not policy.may_log(person):
        raise PermissionDenied("You log a disagreement for an agency in which you have a role. Ask your safeguarding lead to add you.")
    return Offered(own_places(person), others_to_log_for(person, today), procedures_in_force(person.partnership_id, today))


@get_or_post
def start(request: HttpRequest) -> HttpResponse:
    """Danger now? Then, only where there is a choice, for whom and under which procedure."""
    offered = _offered(request)
    if not offered.procedures:
        return render(request, "escalation/log_no_procedure.html")
    data = request.POST if request.method == "POST" else None
    form = StartForm(data, places=offered.places, behalf=offered.behalf, procedures=offered.procedures)
    if request.method == "POST" and form.is_valid():
        beginning = offered.beginning(form.cleaned_data)
        if beginning is not None:
            return redirect(f"{reverse('log-danger' if beginning.danger else 'log-door')}?{beginning.query()}")
        form.add_error(None, "Choose for whom you log it")
    return render(request, "escalation/log_start.html", {"form": form})


@require_safe
def danger(request: HttpRequest) -> HttpResponse:
    """Whom to ring now; the way on."""
    beginning = _offered(request).beginning(request.GET)
    if beginning is None:
        return redirect("log")
    return render(request, "escalation/log_danger.html", {"next_url": f"{reverse('log-door')}?{beginning.query()}"})


@get_or_post
def door(request: HttpRequest) -> HttpResponse:
    """Is it really something else? Then the procedure's own signpost; nothing is stored where it ends there."""
    beginning = _offered(request).beginning(request.GET)
    if beginning is None:
        return redirect("log")
    form = DoorForm(request.POST if request.method == "POST" else None, procedure=beginning.procedure.definition)
    if request.method == "POST" and form.is_valid():
        rule = next((one for one in beginning.procedure.definition.doors if one.door.value == form.cleaned_data["door"]), None)
        if rule is not None and rule.does == DoorDoes.STOP:
            return _signpost(request, rule, f"{reverse('log-door')}?{beginning.query()}")
        return _begin(request, beginning, form)
    return render(request, "escalation/log_door.html", {"form": form, "back_url": reverse("log")})


def _begin(request: HttpRequest, beginning: Beginning, form: DoorForm) -> HttpResponse:
    """Begin the draft, or take up the empty one that a double click left, and go to the next question."""
    person, place = person_for(request), beginning.place
    chosen = form.cleaned_data["door"]
    answers = {"danger_now": beginning.danger, "door": "" if chosen == NONE else chosen}
    try:
        dispute = empty_draft(person, place.agency_id, place.raiser_id, beginning.procedure.procedure_id) or drafts.begin_draft(
            person, agency=place.agency_id, raiser=_raiser(place, person.id), procedure=beginning.procedure.procedure_id
        )
        drafts.save_draft(dispute.pk, person, answers, step="door")
    except DomainError as error:
        refused = on_refusal(request, error, form=form)
        return refused or render(request, "escalation/log_door.html", {"form": form, "back_url": reverse("log")})
    return redirect(reverse("log-signpost" if answers["door"] else "log-step", args=[dispute.reference, *([] if answers["door"] else ["agency"])]))


def _raiser(place: Behalf, own: UUID) -> UUID | None:
    return None if place.raiser_id == own else place.raiser_id


def _signpost(request: HttpRequest, rule: DoorRule, back_url: str, next_url: str = "") -> HttpResponse:
    """The procedure's words about this door; with a way on, or without."""
    title = Door(rule.door).label
    return render(request, "escalation/log_signpost.html", {"title": title, "words": rule.words, "back_url": back_url, "next_url": next_url})


@require_safe
def signpost(request: HttpRequest, reference: str) -> HttpResponse:
    """What else to do where the concern is also something else, before going on here."""
    draft = open_draft(request, reference)
    onward = reverse("log-step", args=[draft.dispute.reference, "agency"])
    chosen = draft.answers.get("door", "")
    rule = next((one for one in definition_of(draft.dispute.version_id).doors if one.door.value == chosen), None)
    return _signpost(request, rule, reverse("log"), onward) if rule else redirect(onward)
