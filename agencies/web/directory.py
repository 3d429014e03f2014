"""The directory: agencies with their gaps, one agency's posts and contacts, and the matrix of seniority."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.finding import fitting
from agencies.models import Agency, Partnership, Post
from agencies.policy import may_keep_directory, sees_changes
from agencies.roles import AgencyKind
from agencies.selectors import agency_page, directory_of, matrices_for, matrix_of, named_officers
from agencies.services.posts import confirm_post
from agencies.web.access import edition_for, partnership_for, person_for, refused, user_of
from agencies.working_days import london

SHOWN = 25
LOOKED_FOR = "directory_looked_for"


@require_http_methods(["GET", "HEAD", "POST"])
def directory(request: HttpRequest) -> HttpResponse:
    """The agencies of the partnership, and what their entries lack: a page of them, or those of a kind and a name where they are many.

    What is looked for is sent as a form and kept in the session: what somebody typed would else stand in an address, and in whoever's log of them.
    """
    if request.method == "POST":
        request.session[LOOKED_FOR] = {key: request.POST.get(key, "")[:100] for key in ("name", "kind")}
        return redirect(f"{reverse('directory')}?found=1")
    partnership_id = partnership_for(request)
    agencies = directory_of(partnership_id, wall_clock.today(), edition=edition_for(request))
    asked = request.session.get(LOOKED_FOR, {}) if "found" in request.GET else {}
    name, kind = asked.get("name", ""), asked.get("kind", "")
    words = str(AgencyKind(kind).label) if kind in AgencyKind.values else ""
    found = fitting(agencies, name=name, kind=words)
    page = max(int(text), 1) if (text := request.GET.get("page", "1")).isdecimal() and len(text) < 5 else 1
    this = {"found": "1"} if name or words else {}
    context = {
        "agencies": agencies,
        "rows": found[(page - 1) * SHOWN : page * SHOWN],
        "found": len(found),
        "is_long": len(agencies) > SHOWN,
        "name": name,
        "kind": kind,
        "kinds": [(one.value, one.label) for one in AgencyKind],
        "next_url": f"?{urlencode(this | {'page': str(page + 1)})}" if len(found) > page * SHOWN else "",
        "first_url": f"?{urlencode(this)}" if page > 1 else "",
        "with_gaps": sum(bool(agency.gaps) for agency in agencies),
        "stale": sum(agency.stale for agency in agencies),
        "keeps": may_keep_directory(person_for(request), partnership_id),
        "sees_changes": sees_changes(person_for(request), partnership_id),
        "mends": sees_changes(person_for(request), partnership_id),
    }
    return render(request, "agencies/directory.html", context)


@require_safe
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """One agency: posts by level, who holds them, how to reach them."""
    page = agency_page(partnership_for(request), code, person_for(request), wall_clock.today())
    if page is None:
        raise Http404
    return render(request, "agencies/agency.html", {"page": page, "agency": page.agency})


@require_safe
def officers(request: HttpRequest, code: str) -> HttpResponse:
    """The agency's form of named officers, to be printed (BUC-04)."""
    found = Agency.objects.active().filter(partnership_id=partnership_for(request), code=code).select_related("partnership").first()
    if found is None:
        raise Http404
    now = wall_clock.now()
    lines = named_officers(found, london(now).date())
    context = {"agency": found, "lines": lines, "printed_at": now, "printed_by": person_for(request).name}
    return render(request, "agencies/officers.html", context)


@require_safe
def matrix(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The titles of every agency by level: the own partnership's, or a published matrix that holds no people."""
    partnership_for(request)
    choices = matrices_for(person_for(request))
    chosen = next((row for row in choices if not slug or row.slug == slug), None)
    if chosen is None:
        raise Http404
    shown = matrix_of(chosen)
    others: list[Partnership] = [row for row in choices if row.id != chosen.id]
    context = {"matrix": shown, "others": others, "is_own": chosen.id in person_for(request).partnership_ids}
    return render(request, "agencies/matrix.html", context)


@require_POST
def post_confirm(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Says that a post's contact is right today."""
    posts = Post.objects.select_related("agency").filter(agency__partnership_id=partnership_for(request), agency__is_active=True)
    post = posts.filter(id=post_id).first()
    if post is None:
        raise Http404
    try:
        confirm_post(actor=user_of(request), post=post, now=wall_clock.now())
    except DomainError as error:
        raise refused(error) from error
    messages.success(request, _("{post}: contact confirmed today.").format(post=post))
    return redirect("agency", code=post.agency.code)
