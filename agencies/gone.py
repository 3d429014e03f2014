"""Who may be able to act no longer where they did: asked of the directory alone, whose size follows its people and not what they hold."""

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from agencies.models import Agency, Membership, PostHolding, User
from agencies.querysets import in_force


def who_may_be_gone(today: date) -> list[UUID]:
    """The keys of those whose account is closed, who have no role or post in force on this London date where they have rows of any, or who sit in an
    agency that is retired, or in one that acts for such. Each once, in order. Four queries.

    Not those who lost what no row of theirs tells: cover that is over, an agency for which theirs acts no longer, a post that was removed.
    """
    retired = {key for pair in Agency.objects.filter(is_active=False).values_list("pk", "acting_agency") for key in pair if key is not None}
    over = Q(until__lt=today) | Q(since__gt=today)
    whose = {"user": OuterRef("user")}
    nowhere_in = {
        at: ~Exists(Membership.objects.filter(in_force(today), agency=OuterRef(at), **whose))
        & ~Exists(PostHolding.objects.filter(in_force(today), post__agency=OuterRef(at), **whose))
        for at in ("agency", "post__agency")
    }
    # A role of the partnership is what it was held by: another there is not the same.
    roles = Membership.objects.filter((over & (Q(agency=None) | nowhere_in["agency"])) | Q(agency__in=retired))
    posts = PostHolding.objects.filter((over & nowhere_in["post__agency"]) | Q(post__agency__in=retired))
    closed = User.objects.filter(is_active=False).values_list("pk", flat=True)
    return sorted({*closed, *roles.values_list("user", flat=True), *posts.values_list("user", flat=True)})
