"""The directory: agencies with their gaps, and one agency's posts and contacts."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.finding import fitting
from agencies.models import Agency, Post
from agencies.policy import led_in, may_keep_directory, sees_changes
from agencies.roles import AgencyKind
from agencies.selectors import agency_page, directory_of, named_officers
from agencies.services.posts import confirm_post
from agencies.web.access import edition_for, partnership_for, person_for, refused, user_of
from agencies.web.long_list import a_page_of, look_for, looked_for, looks
from agencies.working_days import london


@require_http_methods(["GET", "HEAD", "POST"])
def directory(request: HttpRequest) -> HttpResponse:
    """The agencies of the partnership, and what their entries lack: a page of them, or those of a kind and a name where they are many."""
    if looks(request):
        return look_for(request)
    partnership_id = partnership_for(request)
    agencies = directory_of(partnership_id, wall_clock.today(), edition=edition_for(request))
    name, kind = looked_for(request)
    found = fitting(agencies, name=name, kind=str(AgencyKind(kind).label) if kind else "")
    context = {
        "agencies": agencies,
        "listed": a_page_of(request, found, every=len(agencies)),
        "with_gaps": sum(bool(agency.gaps) for agency in agencies),
        "stale": sum(agency.stale for agency in agencies),
        "keeps": may_keep_directory(person_for(request), partnership_id),
        "sees_changes": sees_changes(person_for(request), partnership_id),
        "mends": may_keep_directory(person_for(request), partnership_id) or bool(led_in(person_for(request), partnership_id)),
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


@require_POST
def post_confirm(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Says that a post's contact is right today."""
    posts = Post.objects.select_related("agency").filter(agency__partnership_id=partnership_for(request), agency__is_active=True)
    post = posts.filter(id=post_id).first()
    if post is None:
        raise Http404
    try:
        confirm_post(actor=user_of(request), post=post, now=wall_clock.exactly())
    except DomainError as error:
        raise refused(error) from error
    messages.success(request, _("{post}: contact confirmed today.").format(post=post))
    return redirect("agency", code=post.agency.code)
