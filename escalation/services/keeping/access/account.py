"""What is kept of somebody who works, or worked, in a partnership, beside the disagreements: account, roles, signing in, looks."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from agencies.models import Cover, DirectoryEvent, Membership, PostHolding, SignInEvent, User
from agencies.words import LONDON, moment
from agencies.working_days import instant
from escalation.models import Reading
from escalation.querysets import DisputeQuerySet
from escalation.services.keeping.access.pieces import Piece

ACCOUNT = "Account"


def when(at: datetime) -> str:
    """Day, year and time of day in London, in words."""
    return moment(at, today=at.astimezone(LONDON).date(), year=True)


def account_of(user: User, partnership: UUID, known: DisputeQuerySet) -> Iterator[Piece]:
    """Everything of the person's own, of this partnership alone; what they looked at, of the disagreements in `known`."""
    yield from _places(user, partnership)
    lines = DirectoryEvent.objects.filter(Q(words__icontains=user.name) | Q(actor=user), partnership=partnership)
    for line in lines:
        yield Piece(f"directory-{line.pk}", "The directory’s record", when(line.recorded_at), line.words)
    for sign in SignInEvent.objects.filter(_while_here(user, partnership), user=user):
        words = ", ".join(filter(None, [sign.get_kind_display(), sign.get_means_display() if sign.means else "", sign.address or "", sign.device]))
        yield Piece(f"sign-in-{sign.pk}", "Signing in", when(sign.recorded_at), words)
    for look in Reading.objects.filter(reader=user, dispute__in=known).select_related("dispute"):
        yield Piece(f"look-{look.pk}", "What was looked at", when(look.recorded_at), f"{look.dispute.reference}: {look.part}. {look.reason}".strip())


def _places(user: User, partnership: UUID) -> Iterator[Piece]:
    """The account, roles, posts and cover."""
    account = f"{user.name}\n{user.email}\n{user.phone}\nAccount since {when(user.joined_at)}, {'open' if user.is_active else 'closed'}"
    yield Piece("account", ACCOUNT, "Account", account.strip())
    for role in Membership.objects.filter(user=user, partnership=partnership).select_related("agency", "partnership", "supervisor"):
        words = f"{role.get_role_display()}, {role.agency or role.partnership}, {role.job_title}, {_span(role.since, role.until)}"
        own = f"; own manager {role.supervisor.name}" if role.supervisor else ""
        yield Piece(f"role-{role.pk}", ACCOUNT, "Role", words + own)
    for held in PostHolding.objects.filter(user=user, post__agency__partnership=partnership).select_related("post__agency"):
        yield Piece(f"post-{held.pk}", ACCOUNT, "Post", f"{held.post}, {held.post.agency}, {_span(held.since, held.until)}")
    here = Membership.objects.filter(partnership=partnership).values("user")
    covers = Cover.objects.filter(Q(person=user, deputy__in=here) | Q(deputy=user, person__in=here)).select_related("person", "deputy")
    for cover in covers:
        yield Piece(f"cover-{cover.pk}", ACCOUNT, "Cover", str(cover))


def _span(since: date | None, until: date | None) -> str:
    return f"from {since or 'the beginning'} to {until or 'now'}"


def _while_here(user: User, partnership: UUID) -> Q:
    """Signing in tells no partnership. Of an account that is of another as well, what was while it had a role in this one."""
    if not user.memberships.exclude(partnership=partnership).exists():
        return Q()
    found = Q(pk__in=[])
    for since, until in user.memberships.filter(partnership=partnership).values_list("since", "until"):
        spell = Q(recorded_at__gte=instant(since, time.min)) if since else Q()
        found |= (spell & Q(recorded_at__lt=instant(until + timedelta(days=1), time.min)) if until else spell) or Q(pk__isnull=False)
    return found
