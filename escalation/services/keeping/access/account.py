"""What is kept of somebody who works, or worked, in a partnership, beside the disagreements: account, roles, choices, signing in, looks."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.at_once import together
from agencies.models import Agency, Cover, DirectoryEvent, Membership, Partnership, PostHolding, SignInEvent, User
from agencies.person import Person
from agencies.words import LONDON, moment
from agencies.working_days import instant
from escalation.models import MessageSettings, Reading
from escalation.querysets import DisputeQuerySet
from escalation.services.keeping.access.pieces import Piece
from escalation.services.reading import known_looks

# What other rooms keep of somebody's own in a partnership: they say so themselves, since nothing here knows of them.
Own = Callable[[User, UUID], Iterable[Piece]]
OWN: list[Own] = []


def tells_of_its_own(source: Own) -> Own:
    """Add what this gives of somebody, in a partnership by its key, to every answer about them."""
    OWN.append(source)
    return source


def when(at: datetime) -> str:
    """Day, year and time of day in London, in words."""
    return moment(at, today=at.astimezone(LONDON).date(), year=True)


def account_of(user: User, partnership: UUID, known: DisputeQuerySet, unit: Person) -> Iterator[Piece]:
    """Everything of the person's own, of this partnership alone; what they looked at, of the disagreements in `known` and as far as `unit` may know
    of it, who answers. Four queries, and those of other rooms."""
    here = Membership.objects.filter(partnership=partnership).values("user")
    roles, posts, covers, choices, lines, looks, place, agencies = together(
        Membership.objects.filter(user=user).select_related("agency", "partnership", "supervisor"),
        PostHolding.objects.filter(user=user, post__agency__partnership=partnership).select_related("post__agency"),
        Cover.objects.filter(Q(person=user, deputy__in=here) | Q(deputy=user, person__in=here)).select_related("person", "deputy"),
        MessageSettings.objects.filter(user=user, digest=False),
        DirectoryEvent.objects.filter(Q(words__icontains=user.name) | Q(actor=user), partnership=partnership),
        Reading.objects.filter(known_looks(unit), reader=user, dispute__in=known).select_related("dispute"),
        Partnership.objects.filter(pk=partnership),
        Agency.objects.filter(partnership=partnership),
    )
    names = {partnership: place[0].name} | {row.pk: row.name for row in sorted(agencies, key=lambda row: row.name)}
    ours = [role for role in roles if role.partnership_id == partnership]
    yield from _places(user, ours, posts)
    yield from _covers(covers, names)
    for source in OWN:
        yield from source(user, partnership)
    if choices:
        yield Piece("digest", _("Choices"), _("Messages"), _("Without the business unit’s message of the morning"))
    for line in lines:
        yield Piece(f"directory-{line.pk}", _("The directory’s record"), when(line.recorded_at), line.said)
    for sign in SignInEvent.objects.filter(_while_here(ours, is_all=len(ours) == len(roles)), user=user):
        words = ", ".join(filter(None, [sign.get_kind_display(), sign.get_means_display() if sign.means else "", sign.address or "", sign.device]))
        yield Piece(f"sign-in-{sign.pk}", _("Signing in"), when(sign.recorded_at), words)
    for look in looks:
        yield Piece(
            f"look-{look.pk}", _("What was looked at"), when(look.recorded_at), f"{look.dispute.reference}: {look.part}. {look.reason}".strip()
        )


def _places(user: User, roles: Iterable[Membership], posts: Iterable[PostHolding]) -> Iterator[Piece]:
    """The account, roles and posts."""
    form = _("Account since {moment}, open") if user.is_active else _("Account since {moment}, closed")
    account = f"{user.name}\n{user.email}\n{user.phone}\n{form.format(moment=when(user.joined_at))}"
    section = _("Account")
    yield Piece("account", section, _("Account"), account.strip())
    for role in roles:
        words = f"{role.get_role_display()}, {role.agency or role.partnership}, {role.job_title}, {_span(role.since, role.until)}"
        own = _("; own manager {person}").format(person=role.supervisor.name) if role.supervisor else ""
        yield Piece(f"role-{role.pk}", section, _("Role"), words + own)
    for held in posts:
        yield Piece(f"post-{held.pk}", section, _("Post"), f"{held.post}, {held.post.agency}, {_span(held.since, held.until)}")


def _covers(covers: Iterable[Cover], names: dict[UUID, str]) -> Iterator[Piece]:
    """Cover with those of its places that are named; none that is for other places alone."""
    for cover in covers:
        places = [words for key, words in names.items() if key in cover.kept]
        if places or not cover.kept:
            yield Piece(f"cover-{cover.pk}", _("Account"), _("Cover"), ", ".join([str(cover), *places]))


def _span(since: date | None, until: date | None) -> str:
    return _("from {since} to {until}").format(since=since or _("the beginning"), until=until or _("now"))


def _while_here(roles: Iterable[Membership], *, is_all: bool) -> Q:
    """Signing in tells no partnership. Of an account that is of another as well, what was while it had one of these roles in this one."""
    if is_all:
        return Q()
    found = Q(pk__in=[])
    for role in roles:
        spell = Q(recorded_at__gte=instant(role.since, time.min)) if role.since else Q()
        found |= (spell & Q(recorded_at__lt=instant(role.until + timedelta(days=1), time.min)) if role.until else spell) or Q(pk__isnull=False)
    return found
