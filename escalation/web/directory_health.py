"""What the directory lacks and where it is mended, addresses that messages came back from, and work that nobody who can act holds."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.finding import fits
from agencies.health import AgencyHealth, Lack, Mend, health_of
from agencies.models import Partnership
from agencies.policy import may_keep_directory
from agencies.web.access import partnership_for, person_for
from agencies.web.long_list import a_page_of, look_for, looked_for, looks
from escalation.selectors.held import bounced_in, lines_for
from escalation.services.files.scanning import away_since
from escalation.services.held import HeldKind, left_behind

# The part of the page that lists them.
AGENCIES = "#agencies"
# Each may lack a dozen things, with a way to mend each.
AT_A_TIME = 15
WORDS = {
    Mend.PEOPLE: _("Its people"),
    Mend.CONTACTS: _("How it is reached"),
    Mend.POSTS: _("Its posts"),
    Mend.FILES: _("Import posts and people"),
}
WAYS: dict[Mend, Callable[[str], str]] = {
    Mend.PEOPLE: lambda code: f"{reverse('my-people')}?agency={code}",
    Mend.CONTACTS: lambda code: reverse("contacts", args=[code]),
    Mend.POSTS: lambda code: reverse("agency", args=[code]),
    Mend.FILES: lambda _code: reverse("directory-import"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def directory_health(request: HttpRequest) -> HttpResponse:
    """For those who keep the directory, and for safeguarding leads their own agency; a page of agencies, or those of a name, where many lack
    something. 403 for everybody else."""
    if looks(request):
        return look_for(request, AGENCIES)
    partnership = get_object_or_404(Partnership, id=partnership_for(request))
    person, today = person_for(request), wall_clock.today()
    keeps = may_keep_directory(person, partnership.id)
    agencies = health_of(partnership.id, person, today)
    if not agencies and not keeps:
        raise PermissionDenied(gettext("The business unit and safeguarding leads keep the directory."))
    bounced: defaultdict[UUID, list[str]] = defaultdict(list)
    for agency_id, name in bounced_in(partnership, today):
        bounced[agency_id].append(name)
    left = left_behind(partnership, today) if keeps else []
    # What never left the agency: that there is something, and no more.
    waiting = {item.agency_id for item in left if item.kind is HeldKind.DRAFT}
    rows: list[tuple[AgencyHealth, list[Lack]]] = []
    for line in agencies:
        came_back = (Lack(gettext("A message to {name} came back").format(name=name), Mend.PEOPLE) for name in bounced[line.id])
        lies = [Lack(gettext("What its people began lies with nobody there"), Mend.PEOPLE)] if line.id in waiting else []
        lacks = [*lies, *line.lacks, *came_back]
        if lacks:
            rows.append((line, lacks))
    found = [(line, lacks) for line, lacks in rows if fits(line.name, looked_for(request)[0])]
    listed = a_page_of(request, found, every=len(rows), part=AGENCIES, shown=AT_A_TIME)
    context = {
        "lacking": len(rows),
        "listed": listed,
        "shown": [_row(line, lacks, keeps=keeps) for line, lacks in listed.rows],
        "whole": len(agencies) - len(rows),
        "left": lines_for(person, left),
        "keeps": keeps,
        "scanner_away": away_since() if keeps else None,
    }
    return render(request, "escalation/directory_health.html", context)


def _row(line: AgencyHealth, lacks: list[Lack], *, keeps: bool) -> dict[str, Any]:
    return {"code": line.code, "name": line.name, "lacks": [_lack(lack, line.code, keeps=keeps) for lack in lacks]}


def _lack(lack: Lack, code: str, *, keeps: bool) -> dict[str, Any]:
    """The words and the way to where it is mended; only the keepers import files, a lead asks them."""
    mend = Mend.PEOPLE if lack.mend is Mend.FILES and not keeps else lack.mend
    return {"words": lack.words, "url": WAYS[mend](code), "way": WORDS[mend]}
