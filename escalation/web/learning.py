"""The learning list, and the page on which a learning action is moved on."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.person import Person
from agencies.templatetags.ui import full_day
from agencies.web.access import person_for
from agencies.web.fields import DatePartsField, Paragraphs
from agencies.web.widgets import Radios
from agencies.words import Words
from escalation import learning_policy
from escalation.selectors import learning as selectors
from escalation.selectors.learning import PointFile, Show, Wanted
from escalation.services.learning import LONGEST_REFERRED, follow_learning, owners_of
from escalation.states import LearningStatus
from escalation.web.access import case_url, on_refusal, page_asked
from escalation.web.finding import FIND_PERSON, FindsPeople, before, finds
from escalation.web.lists import last_list, remember_list

SHOWN: dict[Show, Words] = {
    Show.UNSETTLED: _("To do"),
    Show.OVERDUE: _("Overdue"),
    Show.OPEN: LearningStatus.OPEN.label,
    Show.STARTED: LearningStatus.STARTED.label,
    Show.DONE: LearningStatus.DONE.label,
    Show.NOT_TAKEN_UP: LearningStatus.NOT_TAKEN_UP.label,
    Show.ALL: _("All of them"),
}


class FollowForm(FindsPeople):
    """Who sees to it, by when, and how far it has come."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32767)
    status = forms.ChoiceField(label=_("How far has it come?"), choices=LearningStatus.choices, widget=Radios)
    evidence = Paragraphs(
        label=_("What was done, or why it is not taken up"),
        required=False,
        rows=4,
        help_text=_("Needed once it is done or not taken up: say where it can be seen. Name no child and no person."),
    )
    owner = forms.ChoiceField(label=_("Who sees to it?"), required=False)
    due_on = DatePartsField(label=_("By when?"), subject=_("the day by which it is done"), required=False)
    referred_to = forms.CharField(label=_("To which subgroup or person is it referred?"), max_length=LONGEST_REFERRED, required=False)
    sometimes_required = {"evidence", FIND_PERSON}

    def __init__(self, *args: Any, file: PointFile, before: Mapping[str, str], **kwargs: Any) -> None:
        point = file.point
        now = {"status": point.status, "owner": str(point.owner_id or ""), "due_on": point.due_on, "referred_to": point.referred_to}
        super().__init__(*args, initial={**now, **before, "seen": point.revision}, **kwargs)
        people = {str(key): words for key, words in owners_of(point.dispute.partnership_id, wall_clock.today())}
        if point.owner_id:
            people.setdefault(str(point.owner_id), file.row.owner)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)  # noqa: S101 - for the type checker # nosec B101
        everybody = sorted(people.items(), key=lambda pair: pair[1])
        if len(everybody) > self.whole:
            self.look_for_people(gettext("To find who sees to it: part of their name or agency"))
            self.order_fields(["status", "evidence", FIND_PERSON, "owner"])
        owner.choices = [("", gettext("Nobody for now")), *everybody]
        owner.widget.choices = [("", gettext("Nobody for now")), *self.listed([("", everybody)], self["owner"].value())[0][1]]

    def given(self) -> dict[str, Any]:
        """The service's arguments from clean data."""
        data = self.cleaned_data
        owner = UUID(data["owner"]) if data["owner"] else None
        return {**{name: data[name] for name in ("seen", "status", "evidence", "due_on", "referred_to")}, "owner": owner}


@require_safe
def learning(request: HttpRequest) -> HttpResponse:
    """What is learnt, as far as it is this person's to follow; filters and page are in the address. 403 for those who have no part in any."""
    person, now = person_for(request), wall_clock.now()
    subgroups = selectors.subgroups_by_key(person)
    wanted, page = _wanted(request, subgroups), page_asked(request)
    rows, more = selectors.learning_list(person, wanted, now=now, page=page)
    if not rows and not learning_policy.has_part(person) and not selectors.has_any(person):
        raise PermissionDenied(gettext("Learning actions are for whoever sees to one, the subgroups, the business unit and safeguarding leads."))
    chosen = {"show": wanted.show.value, "referred": request.GET.get("referred", ""), "agency": str(wanted.agency or "")}
    context = {
        "groups": _together(rows),
        "shows": [(show.value, label) for show, label in SHOWN.items()],
        "subgroups": subgroups.items(),
        "agencies": [(str(key), name) for key, name in selectors.agencies(person)],
        "chosen": chosen,
        "title": SHOWN[wanted.show],
        "next_url": _address(chosen, page + 1) if more else "",
        "first_url": _address(chosen, 1) if page > 1 else "",
        "filtered": bool(wanted.referred_to or wanted.agency) or wanted.show not in {Show.UNSETTLED, Show.ALL},
    }
    remember_list(request)
    return render(request, "escalation/learning.html", context)


def _wanted(request: HttpRequest, subgroups: dict[str, str]) -> Wanted:
    """The filters of the address, in which each of the subgroups stands by its key. Raises Http404 for what the page never offers."""
    try:
        agency = UUID(request.GET["agency"]) if request.GET.get("agency") else None
        referred_to = subgroups[request.GET["referred"]] if request.GET.get("referred") else None
        return Wanted(Show(request.GET.get("show") or Show.UNSETTLED), referred_to, agency)
    except (KeyError, ValueError) as error:
        raise Http404 from error


def _address(chosen: dict[str, str], page: int) -> str:
    asked = {name: value for name, value in chosen.items() if value} | ({"page": str(page)} if page > 1 else {})
    return f"{reverse('learning')}?{urlencode(asked)}"


def _together(rows: Sequence[selectors.PointRow]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows by their words, those in the same words where the first of them stands: what keeps coming up is read once, with how often it does."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.issue, []).append(_shown(row))
    return list(found.items())


def _shown(row: selectors.PointRow) -> dict[str, Any]:
    """A row as the list shows it: its status in a word, and whether its day has passed."""
    settled = row.done_on is not None
    tone = "done" if settled else "overdue" if row.is_overdue else "later"
    return {
        "row": row,
        "url": reverse("learning-point", args=[row.id]),
        "tone": tone,
        "word": gettext("Overdue") if row.is_overdue else row.status.label,
    }


def _facts(row: selectors.PointRow) -> list[dict[str, str]]:
    """The point's choices and day in words; the disagreement only for who may know of it."""
    facts = [
        {"key": gettext("Status"), "value": _status_words(row)},
        {"key": gettext("Who sees to it"), "value": row.owner or gettext("Nobody yet")},
        {"key": gettext("By"), "value": full_day(row.due_on) or gettext("No day set")},
        {"key": gettext("Referred to"), "value": row.referred_to or gettext("Nobody")},
    ]
    if row.change:
        facts.append({"key": gettext("What should change"), "value": row.change})
    if row.reference:
        facts.append({"key": gettext("Came from"), "value": row.reference, "link": case_url(row.reference)})
    return facts


def _status_words(row: selectors.PointRow) -> str:
    return gettext("{status}: overdue").format(status=row.status.label) if row.is_overdue else str(row.status.label)


@require_http_methods(["GET", "HEAD", "POST"])
def learning_point(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """One learning action: its words, what was done, and for those who may, what is next. 404 for what is not this person's to see."""
    person = person_for(request)
    file = selectors.point_file(person, point_id, now=wall_clock.now())
    if file is None:
        raise Http404
    if not file.may_follow:
        if request.method == "POST":
            raise PermissionDenied(gettext("You can read this learning action, and cannot move it on."))
        return _answer(request, file, None)
    form = FollowForm(request.POST or None, file=file, before=before(request))
    if request.method == "POST" and not finds(request, form) and form.is_valid() and (answer := _follow(request, person, file, form)) is not None:
        return answer
    return _answer(request, file, form)


def _follow(request: HttpRequest, person: Person, file: PointFile, form: FollowForm) -> HttpResponse | None:
    """Call the service. None where its refusal belongs beside a field."""
    try:
        follow_learning(file.row.id, actor=person, now=wall_clock.now(), **form.given())
    except DomainError as error:
        return on_refusal(request, error, form=form)
    messages.success(request, gettext("Saved. It is on the disagreement’s record."))
    return redirect(str(last_list(request, otherwise="learning")["url"]))


def _answer(request: HttpRequest, file: PointFile, form: FollowForm | None) -> HttpResponse:
    context = {"file": file, "form": form, "row": file.row, "facts": _facts(file.row), "back": last_list(request, otherwise="learning")}
    return render(request, "escalation/learning_point.html", context, status=400 if form is not None and form.is_bound and form.errors else 200)
