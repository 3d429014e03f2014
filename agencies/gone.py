"""Who may be able to act no longer where they did: asked of the directory alone, whose size follows its people and not what they hold."""

from datetime import date, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from agencies.models import Agency, Cover, Membership, PostHolding, User
from agencies.querysets import in_force
from agencies.working_days import instant

# What ended longer ago, the look through everything that is open finds each hour: however many have left in all, each run asks of few.
LATELY = timedelta(days=7)


def who_may_be_gone(today: date) -> list[UUID]:
    """The keys of those whose account was closed in the last week, of whose roles and posts in a place the last ended in that time by this London
    date, or is still to begin, who sit in nothing but an agency that is retired, or who covered for one of the partnership's own people until then.
    Each once, in order. Five queries.

    Not those who lost what no row of theirs tells: an agency for which theirs acts no longer or that is retired (`unseated_lately`), a post that was
    removed.
    """
    since = today - LATELY
    retired = set(Agency.objects.filter(is_active=False).values_list("pk", flat=True))
    over = Q(until__lt=today, until__gte=since) | Q(since__gt=today)
    whose = {"user": OuterRef("user")}
    nowhere_in = {
        at: ~Exists(Membership.objects.filter(in_force(today), agency=OuterRef(at), **whose))
        & ~Exists(PostHolding.objects.filter(in_force(today), post__agency=OuterRef(at), **whose))
        for at in ("agency", "post__agency")
    }
    in_use = Membership.objects.filter(Q(agency=None) | Q(agency__is_active=True), in_force(today), **whose)
    posts_in_use = PostHolding.objects.filter(in_force(today), post__agency__is_active=True, **whose)
    alone = in_force(today) & ~Exists(in_use) & ~Exists(posts_in_use)
    # A role of the partnership is what it was held by: another there is not the same.
    roles = Membership.objects.filter((over & (Q(agency=None) | nowhere_in["agency"])) | (Q(agency__in=retired) & alone))
    posts = PostHolding.objects.filter((over & nowhere_in["post__agency"]) | (Q(post__agency__in=retired) & alone))
    # Where nobody wrote down when, it was closed past the services.
    lately = Q(closed_at__gte=instant(since, time.min)) | Q(closed_at=None, erased_at=None)
    closed = User.objects.filter(lately, is_active=False).values_list("pk", flat=True)
    gone = {*closed, *roles.values_list("user", flat=True), *posts.values_list("user", flat=True)}
    # Cover lends a seat in the partnership itself alone: in an agency the deputy has one of their own. It ends with the seat of who was covered, too.
    lent = Exists(Membership.objects.filter(agency=None, user=OuterRef("person")))
    covers = Cover.objects.filter(lent, starts__lte=today, ends__gte=since).order_by().values_list("deputy", "person", "ends")
    return sorted(gone | {deputy for deputy, person, ends in covers if ends < today or person in gone})


def unseated_lately(today: date) -> list[UUID]:
    """The keys of the agencies that were retired today or yesterday (London dates), or for which another that acted for them does no longer, or is
    retired itself. Each once, in order. One query."""
    lately = today - timedelta(days=1)
    found = Agency.objects.filter(Q(unseated_on__gte=lately) | Q(acting_agency__unseated_on__gte=lately))
    return list(found.order_by("pk").values_list("pk", flat=True))
