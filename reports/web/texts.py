"""What the business unit writes for a year's report, and the signature under it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import wall_clock
from agencies.errors import DomainError, InvalidInput, WrongState
from agencies.models import Partnership
from agencies.web.access import person_for, refused, user_of
from agencies.web.fields import Paragraphs
from agencies.web.forms import Form
from escalation.models import Event
from reports import policy, texts
from reports.document import CHAPTERS
from reports.models import Passage
from reports.periods import Year
from reports.said import shown, worded
from reports.web.views import partnership_for, year_in


class TextForm(Form):
    """The words."""

    text = Paragraphs(label=_("Words"), max_length=texts.LONGEST, rows=10, required=False, help_text=_("Leave it empty to have none."))


@require_safe
def year_texts(request: HttpRequest, year: int) -> HttpResponse:
    """Every chapter with its comment, and every finding with its published words; what is signed and by whom.

    A signature is taken back here whatever became of the record.
    """
    partnership, chosen = partnership_for(request), year_in(year)
    rows = texts.passages(partnership, chosen)
    comments, findings = {row.chapter: row for row in rows if row.event_id is None}, {row.event_id: row for row in rows if row.event_id}
    listed = texts.findings_of(partnership, chosen, wall_clock.now())
    context = {
        "year": chosen,
        "partnership_slug": partnership.slug,
        "chapters": [(worded(chapter), comments.get(chapter.key)) for chapter in CHAPTERS],
        "findings": [(event, findings.pop(event.pk, None)) for event in listed],
        "unlisted": list(findings.values()),
    }
    return render(request, "reports/texts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def chapter_text(request: HttpRequest, year: int, chapter: str) -> HttpResponse:
    """A chapter's comment, to be written or changed."""
    partnership, chosen = partnership_for(request), year_in(year)
    name = next((shown(each.name) for each in CHAPTERS if each.key == chapter), None)
    if name is None:
        raise Http404
    return _edit(request, partnership, chosen, chapter, name)


@require_http_methods(["GET", "HEAD", "POST"])
def finding_text(request: HttpRequest, year: int, event_id: UUID) -> HttpResponse:
    """A finding in the words in which it may be published; it begins with those that were recorded."""
    partnership, chosen = partnership_for(request), year_in(year)
    try:
        event = texts.finding_of(partnership, chosen, event_id, wall_clock.now())
    except DomainError as error:
        raise refused(error) from error
    return _edit(request, partnership, chosen, texts.FINDINGS, gettext("Finding"), event)


def _edit(request: HttpRequest, partnership: Partnership, year: Year, chapter: str, name: str, event: Event | None = None) -> HttpResponse:
    passage = next((row for row in texts.passages(partnership, year) if row.chapter == chapter and row.event == event), None)
    stands, is_outrun = passage.text if passage else "", False
    words = stands or (event.body.text["finding"] if event else "")
    form = TextForm(request.POST) if request.method == "POST" else TextForm(initial={"text": words})
    if form.is_bound and form.is_valid():
        text, by, now, seen = form.cleaned_data["text"], user_of(request), wall_clock.now(), _seen(request)
        try:
            texts.write(partnership=partnership, year=year, chapter=chapter, text=text, by=by, now=now, event=event, seen=seen)
        except (InvalidInput, WrongState) as error:
            form.add_error("text", error.message)
            is_outrun = isinstance(error, WrongState)
        else:
            kept = gettext("The words are kept. They are published once somebody has signed them.")
            messages.success(request, kept if text else gettext("There are no words now."))
            return _back(partnership, year.number)
    context = {"form": form, "name": name, "year": year, "partnership_slug": partnership.slug, "stands": stands, "is_outrun": is_outrun}
    return render(request, "reports/text.html", context)


def _seen(request: HttpRequest) -> str:
    """The words that stood there when the page was opened, as browsers send them."""
    return request.POST.get("seen", "").replace("\r\n", "\n")


@require_POST
def sign(request: HttpRequest, passage_id: UUID) -> HttpResponse:
    """Signs the words that the person saw, or takes the signature back."""
    passage = get_object_or_404(Passage.objects.select_related("partnership"), pk=passage_id)
    try:
        policy.require(person_for(request), passage.partnership_id)
        if request.POST.get("take_back"):
            texts.unsign(passage.pk, by=user_of(request), now=wall_clock.now())
            messages.success(request, gettext("The signature is taken back."))
        else:
            texts.sign(passage.pk, seen=_seen(request), by=user_of(request), now=wall_clock.now())
            messages.success(request, gettext("Signed for publication."))
    except DomainError as error:
        messages.warning(request, refused(error).message)
    return _back(passage.partnership, passage.year)


def _back(partnership: Partnership, year: int) -> HttpResponse:
    return redirect(f"{reverse('report-texts', args=[year])}?partnership={partnership.slug}")
