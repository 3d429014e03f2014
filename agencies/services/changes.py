"""One person's place in an agency or in the partnership: role, job title, own manager, posts and whom they deputise for, changed together."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput, NotFound
from agencies.models import Agency, Membership, Post, PostHolding, User
from agencies.person import Person
from agencies.policy import may_grant, may_keep_agency, may_let_go, require
from agencies.readable import trimmed
from agencies.roles import Role
from agencies.said import named, said
from agencies.services.members import change_role, check_supervisor, end_holding
from agencies.services.posts import TOO_HIGH, may_move_post, put_in_post
from agencies.services.record import Giving, acting_person, record
from agencies.words import Words
from agencies.working_days import london

NOT_OWN = _("Nobody changes their own role or post. Ask the partnership's business unit, or another who manages your agency's people.")
NOT_YOURS = _("You may not change this person's place here. Ask your partnership's business unit.")


def why_not(person: Person, row: Membership) -> Words:
    """Why the person may change nothing about this role; empty where they may.

    Of an agency's roles its keepers may, of the partnership's whoever may grant the role.
    """
    if person.id == row.user_id:
        return NOT_OWN
    if row.agency_id is not None and may_keep_agency(person, row.partnership_id, row.agency_id):
        return ""
    allowed = may_grant(person, Role(row.role), partnership_id=row.partnership_id, agency_id=row.agency_id, to=row.user_id)
    return "" if allowed else NOT_YOURS


@transaction.atomic
def change_member(
    *,
    actor: User | None,
    membership: Membership,
    role: Role,
    job_title: str,
    supervisor: User | None,
    posts: Collection[UUID],
    deputy_for: Collection[UUID],
    now: datetime,
) -> Membership:
    """Changes what differs, each with its line on the directory's record; gives the role as it is now. `posts` and `deputy_for` are keys of posts.

    Raises NotAllowed for one's own role and outside the policy; NotFound where the role has ended; InvalidInput beside `role`, `supervisor`,
    `posts` or `deputy_for`: a role above what the actor may give, a stranger as own manager, a post of another agency, the same post twice, or
    a post given or taken away that brings such a role.
    """
    today = london(now).date()
    rows = Membership.objects.on(today).select_for_update(of=("self",)).select_related("agency__partnership", "partnership", "user")
    row = rows.filter(id=membership.id).first()
    if row is None:
        raise NotFound(gettext("This role has ended already."))
    person = acting_person(actor, now)
    if person is not None:
        words = why_not(person, row)
        require(not words, words)
    _check(person, row, role, supervisor, posts, deputy_for, now)
    if role != row.role:
        row = change_role(actor=actor, membership=row, role=role, now=now)
    _retitle(actor, row, trimmed(job_title), supervisor, now)
    if row.agency is not None:
        _repost(actor, row, row.agency, posts, deputy_for, now)
    return row


def _check(
    person: Person | None,
    row: Membership,
    role: Role,
    supervisor: User | None,
    posts: Collection[UUID],
    deputy_for: Collection[UUID],
    now: datetime,
) -> None:
    """Everything that can be refused, before anything is changed."""
    today = london(now).date()
    if (
        role != row.role
        and person is not None
        and not may_let_go(person, {role, Role(row.role)}, partnership_id=row.partnership_id, agency_id=row.agency_id)
    ):
        raise InvalidInput(
            gettext("You may not change {old} to {new}. Ask your business unit.").format(old=row.get_role_display().lower(), new=role.label.lower()),
            field="role",
        )
    if role != row.role and Membership.objects.on(today).filter(agency=row.agency, partnership=row.partnership, user=row.user, role=role).exists():
        raise InvalidInput(gettext("The person has this role already."), field="role")
    check_supervisor(supervisor, row.user_id, row.agency, today)
    if set(posts) & set(deputy_for):
        raise InvalidInput(gettext("Nobody is the deputy in the post that they hold."), field="deputy_for")
    _check_posts(person, row, posts, deputy_for, today)


def _check_posts(person: Person | None, row: Membership, posts: Collection[UUID], deputy_for: Collection[UUID], today: date) -> None:
    """Each post that changes hands, the deputy's among them: what is given and what is taken away."""
    holdings = PostHolding.objects.on(today).filter(user=row.user, post__agency=row.agency).select_related("post__agency")
    before = {held.post_id: held for held in holdings}
    for field, keys, is_deputy in (("posts", posts, False), ("deputy_for", deputy_for, True)):
        found = list(Post.objects.filter(pk__in=keys, agency=row.agency).select_related("agency")) if row.agency else []
        if len(found) != len(set(keys)):
            raise InvalidInput(gettext("Choose posts of this agency."), field=field)
        for post in found:
            same = post.pk in before and bool(before[post.pk].rank) is is_deputy
            if not same and person is not None and not may_move_post(person, post):
                raise InvalidInput(gettext(TOO_HIGH).format(post=post), field=field)
    for key in before.keys() - {*posts, *deputy_for}:
        held = before[key]
        if person is not None and not may_move_post(person, held.post):
            words = gettext("{post} brings a role that you may not take away. Ask your business unit.")
            raise InvalidInput(words.format(post=held.post), field="deputy_for" if held.rank else "posts")


def _retitle(actor: User | None, row: Membership, job_title: str, supervisor: User | None, now: datetime) -> None:
    agency_id = row.agency_id
    if job_title != row.job_title:
        row.job_title = job_title
        row.save(update_fields=["job_title"])
        words = said(gettext_noop("{name} is now called {title}."), name=row.user.name, title=job_title or named(Role(row.role).label))
        record(row.partnership_id, actor, words, now=now, agency_id=agency_id, giving=Giving(row.user_id))
    if agency_id is not None and supervisor != row.supervisor:
        row.supervisor = supervisor
        row.save(update_fields=["supervisor"])
        words = said(gettext_noop("{name} has no own manager now."), name=row.user.name)
        if supervisor:
            words = said(gettext_noop("{manager} is now {name}'s own manager."), manager=supervisor.name, name=row.user.name)
        record(row.partnership_id, actor, words, now=now, agency_id=agency_id, giving=Giving(row.user_id))


def _repost(actor: User | None, row: Membership, agency: Agency, posts: Collection[UUID], deputy_for: Collection[UUID], now: datetime) -> None:
    """Ends what is no longer wanted, then begins what is new: a holder at rank 0, a deputy after those who are there."""
    today = london(now).date()
    wanted = dict.fromkeys(posts, False) | dict.fromkeys(deputy_for, True)
    known: dict[UUID, bool] = {}
    for held in PostHolding.objects.on(today).filter(user=row.user, post__agency=agency).select_related("post"):
        known[held.post_id] = bool(held.rank)
        if wanted.get(held.post_id) is not bool(held.rank):
            end_holding(held, now)
            deputy, holder = (
                gettext_noop("{name} is no longer a deputy for {post} of {agency}."),
                gettext_noop("{name} is no longer in the post of {post} of {agency}."),
            )
            words = said(deputy if held.rank else holder, name=row.user.name, post=str(held.post), agency=agency.name)
            record(row.partnership_id, actor, words, now=now, agency_id=agency.id, giving=Giving(row.user_id))
    for post in Post.objects.filter(pk__in=wanted).select_related("agency", "level"):
        if known.get(post.pk) is not wanted[post.pk]:
            last = PostHolding.objects.on(today).filter(post=post).aggregate(last=Max("rank"))["last"] or 0
            put_in_post(actor=actor, post=post, user=row.user, now=now, rank=last + 1 if wanted[post.pk] else 0)
