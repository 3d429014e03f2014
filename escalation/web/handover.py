"""Somebody leaves: what they hold is shown, who takes over is named, and after a check their access ends and their work moves."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.models import Agency, Departure, Partnership, User
from agencies.people import colleagues_in, kept_by
from agencies.services.departures import may_end_all, posts_at, roles_at, withdraw_departure
from agencies.templatetags.ui import full_day
from agencies.web.access import partnership_for, person_for, refused, refused_beside, user_of
from agencies.web.fields import DatePartsField
from agencies.web.forms import Form
from agencies.web.identity.confirming import confirm_first
from agencies.web.widgets import Radios
from escalation.selectors.held import lines_for
from escalation.services.handover import hand_over
from escalation.services.held import held_in

NOW, LATER = "now", "later"
OWN = frozenset({"csrfmiddlewaretoken", "confirmed", "change"})


class LeaveForm(Form):
    """Who takes over, and from when."""

    sometimes_required = ("last_day",)
    successor = forms.ChoiceField(label=_("Who takes over"), help_text=_("What they may not hold goes to whom the directory suggests."))
    when = forms.ChoiceField(
        label=_("When does it end?"), widget=Radios(), choices=[(NOW, _("Now, at once")), (LATER, _("After a last day that is to come"))]
    )
    last_day = DatePartsField(label=_("Last day"), subject=_("the last day"), required=False, help_text=_("Only where it is to come."))
    takes_posts = forms.BooleanField(label=_("They take over the posts too"), required=False)

    def __init__(self, *args: Any, successors: list[tuple[UUID, str]], has_posts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker # nosec B101
        field.choices = [("", gettext("Choose somebody")), *((str(key), name) for key, name in successors)]
        if not has_posts:
            del self.fields["takes_posts"]

    def clean(self) -> dict[str, Any]:
        """The last day is asked for where it is to come, and left out where it ends now."""
        given = super().clean() or {}
        if given.get("when") == LATER and not given.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", gettext("Enter the last day"))
        return given


@confirm_first
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, user_id: UUID, code: str = "") -> HttpResponse:
    """Ends all that somebody holds in an agency (in the partnership itself without a code). 404 for those who may not end all of it."""
    place, leaver = _place(request, code), User.objects.filter(id=user_id).first()
    today = wall_clock.today()
    may = may_end_all(person_for(request), user_id, place, today)  # asked of nobody too: what it costs must not say that somebody is there
    if leaver is None or not may:
        raise Http404
    held = list(posts_at(user_id, place, today))
    posts, deputy = [str(row.post) for row in held if not row.rank], [str(row.post) for row in held if row.rank]
    successors = colleagues_in(place, today, without=user_id)
    form = LeaveForm(request.POST if request.method == "POST" else None, successors=successors, has_posts=bool(held))
    context = {
        "leaver": leaver,
        "place": place,
        "roles": [row.get_role_display() for row in roles_at(user_id, place, today)],
        "posts": posts,
        "deputy": deputy,
        "lines": lines_for(person_for(request), held_in(place, user_id)),
        "nobody": not successors,
        "form": form,
    }
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        if "confirmed" not in request.POST:
            return render(request, "escalation/handover_check.html", {**context, "rows": _rows(form), "fields": _posted(request)})
        if _done(request, form, leaver, place):
            return redirect("my-people")
    return render(request, "escalation/handover.html", context)


@require_POST
def leave_withdraw(request: HttpRequest, departure_id: UUID) -> HttpResponse:
    """Takes a planned end back."""
    kept, led = kept_by(person_for(request))
    rows = Departure.objects.select_related("person", "agency", "partnership").filter(partnership_id=partnership_for(request))
    rows = rows.filter(Q(partnership__in=kept) | Q(agency__in=led))
    found = rows.filter(id=departure_id).first()
    today = wall_clock.today()
    if found is None or not may_end_all(person_for(request), found.person_id, found.place, today):
        raise Http404
    try:
        withdraw_departure(actor=user_of(request), departure=found, now=wall_clock.now())
    except DomainError as error:
        raise Http404 from refused(error)
    messages.success(request, gettext("{name} stays in {place}.").format(name=found.person.name, place=found.place.name))
    return redirect("my-people")


def _place(request: HttpRequest, code: str) -> Agency | Partnership:
    partnership_id = partnership_for(request)
    if not code:
        return Partnership.objects.get(id=partnership_id)
    agency = Agency.objects.active().filter(partnership_id=partnership_id, code=code).select_related("partnership").first()
    if agency is None:
        raise Http404
    return agency


def _done(request: HttpRequest, form: LeaveForm, leaver: User, place: Agency | Partnership) -> bool:
    """Call the service. False where its refusal stands beside a field."""
    given = form.cleaned_data
    successor = User.objects.get(id=given["successor"])
    last_day = given["last_day"] if given["when"] == LATER else None
    try:
        row = hand_over(
            actor=user_of(request),
            leaver=leaver,
            successor=successor,
            place=place,
            last_day=last_day,
            now=wall_clock.now(),
            takes_posts=bool(given.get("takes_posts")),
        )
    except DomainError as error:
        refused_beside(form, error)
        return False
    if row.done_at:
        words = gettext("{leaver} has left {place}. {successor} is told by e-mail of what is theirs now.")
    else:
        words = gettext("{leaver} leaves {place} after {last_day}. On {next_day} the work moves.")
    last_day, next_day = full_day(row.last_day), full_day(row.last_day + timedelta(days=1))
    words = words.format(leaver=leaver.name, place=place.name, successor=successor.name, last_day=last_day, next_day=next_day)
    messages.success(request, words)
    return True


def _rows(form: LeaveForm) -> list[dict[str, str]]:
    given = form.cleaned_data
    names = dict(form.fields["successor"].choices)  # type: ignore[attr-defined]
    when = gettext("After {day}").format(day=full_day(given["last_day"])) if given["when"] == LATER else gettext("Now, at once")
    rows = [{"key": gettext("Who takes over"), "value": names[given["successor"]]}, {"key": gettext("When it ends"), "value": when}]
    if "takes_posts" in form.fields:
        rows.append({"key": gettext("They take over the posts too"), "value": gettext("Yes") if given["takes_posts"] else gettext("No")})
    return rows


def _posted(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name in request.POST if name not in OWN for value in request.POST.getlist(name)]
