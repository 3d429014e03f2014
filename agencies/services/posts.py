"""Posts: who holds them, who follows a leaver, and when somebody last said that the contact is right."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput
from agencies.models import Membership, Partnership, Post, PostHolding, User
from agencies.person import Person
from agencies.policy import may_keep_agency, may_keep_directory, may_let_go, require
from agencies.roles import Role
from agencies.said import said
from agencies.services.members import end_holding, leave_agency
from agencies.services.record import Giving, acting_person, leading_roles, record
from agencies.working_days import london

NOT_YOURS = _("Only the agency's safeguarding lead or the business unit keeps its contacts.")
NOT_KEEPER = _("Only the business unit or an administrator of the partnership sets this.")
TOO_HIGH = gettext_noop("{post} brings a role that you may not give. Ask your business unit.")
LONGEST_CHECK = 24


def _guard(actor: User | None, post: Post, now: datetime) -> None:
    if person := acting_person(actor, now):
        require(may_keep_agency(person, post.agency.partnership_id, post.agency_id), NOT_YOURS)


@transaction.atomic
def confirm_post(*, actor: User | None, post: Post, now: datetime) -> Post:
    """Says that the post's contact is right today (London). The holder may say so too. Raises NotAllowed for anybody else outside the keepers."""
    today = london(now).date()
    holds = actor is not None and actor.is_active and PostHolding.objects.on(today).filter(post=post, user=actor).exists()
    if not holds:
        _guard(actor, post, now)
    post.confirmed_on, post.confirmed_by = today, actor
    post.save(update_fields=["confirmed_on", "confirmed_by"])
    record(
        post.agency.partnership_id,
        actor,
        said(gettext_noop("The contact for {post} of {agency} was confirmed."), post=str(post), agency=post.agency.name),
        now=now,
        agency_id=post.agency_id,
    )
    return post


@transaction.atomic
def set_contact_check(*, actor: User | None, partnership: Partnership, months: int, now: datetime) -> None:
    """Says for how many months (1 to 24) a confirmed contact of the directory counts as confirmed, those confirmed before too.

    Raises NotAllowed for others than the partnership's keepers, and InvalidInput.
    """
    if person := acting_person(actor, now):
        require(may_keep_directory(person, partnership.pk), NOT_KEEPER)
    if not 1 <= months <= LONGEST_CHECK:
        raise InvalidInput(gettext("Enter a number of months from 1 to 24."), field="months")
    partnership.contact_months = months
    partnership.save(update_fields=["contact_months"])
    record(partnership.pk, actor, said(gettext_noop("A confirmed contact counts for {n} months."), n=months), now=now)


def may_move_post(person: Person, post: Post) -> bool:
    """Whether the roles that the post brings, or brings a deputy who acts in it, lie under what the person may give and take away there."""
    roles = ({Role.LEAD} if post.is_lead else set()) | ({Role.BOARD_MEMBER} if post.is_board_member else set())
    return may_let_go(person, roles, partnership_id=post.agency.partnership_id, agency_id=post.agency_id)


@transaction.atomic
def put_in_post(*, actor: User | None, post: Post, user: User, now: datetime, rank: int = 0) -> PostHolding:
    """Puts a member of the agency in a post from today on: as its holder (rank 0), next to whoever holds it now, or as a deputy (rank 1 and up).

    Raises InvalidInput where the person has no role in the agency, NotAllowed outside the keepers, for oneself, and for a post that brings a role
    which the actor may not give.
    """
    _guard(actor, post, now)
    if person := acting_person(actor, now):
        require(may_move_post(person, post), gettext(TOO_HIGH).format(post=post))
    require(actor is None or actor.id != user.id, gettext("Somebody else must put you in a post."))
    today = london(now).date()
    if not Membership.objects.on(today).filter(user=user, agency=post.agency).exists():
        raise InvalidInput(
            gettext("{user} has no role in {agency}. Give them one first.").format(user=user.name, agency=post.agency.name), field="user"
        )
    fields = {"rank": rank, "since": today, "until": None}
    held, _ = PostHolding.objects.update_or_create(post=post, user=user, defaults=fields)
    form = gettext_noop("{name} became a deputy for {post} of {agency}.") if rank else gettext_noop("{name} became {post} of {agency}.")
    words = said(form, name=user.name, post=str(post), agency=post.agency.name)
    giving = Giving(user.id, leading_roles(post, rank=rank))
    record(post.agency.partnership_id, actor, words, now=now, agency_id=post.agency_id, giving=giving)
    return held


@transaction.atomic
def replace_person(*, actor: User | None, leaver: User, successor: User, post: Post, now: datetime) -> PostHolding:
    """The successor takes over a post from the leaver, rank and all; the leaver's other roles stay. Open work is moved by the caller, before."""
    _guard(actor, post, now)
    if leaver.id == successor.id:
        raise InvalidInput(gettext("Choose somebody else to take over."), field="successor")
    held = PostHolding.objects.on(london(now).date()).filter(post=post, user=leaver).first()
    if held is None:
        raise InvalidInput(gettext("{leaver} does not hold this post now.").format(leaver=leaver.name), field="leaver")
    end_holding(held, now)
    return put_in_post(actor=actor, post=post, user=successor, now=now, rank=held.rank)


@transaction.atomic
def replace_leaver(*, actor: User | None, leaver: User, successor: User, agency_posts: list[Post], now: datetime) -> None:
    """The successor takes over every post of the list, and the leaver loses all roles in those posts' agencies."""
    for post in agency_posts:
        replace_person(actor=actor, leaver=leaver, successor=successor, post=post, now=now)
    for agency in {post.agency_id: post.agency for post in agency_posts}.values():
        leave_agency(actor=actor, user=leaver, agency=agency, now=now)
