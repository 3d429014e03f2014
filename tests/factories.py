"""Rows for tests, with sensible defaults: name only what the test is about."""

from datetime import date
from itertools import count
from typing import Any

from agencies.models import Agency, Cover, Membership, Partnership, Post, PostHolding, SeniorityLevel, User
from agencies.places import shared
from agencies.roles import AGENCY_ROLES, AgencyKind, Role

PASSWORD = "correct-horse-battery"
LEVEL_NAMES = ("Practitioners", "Team managers", "Service managers", "Heads of service", "Board")
_numbers = count(1)


def make_partnership(**fields: Any) -> Partnership:
    """A partnership with five levels."""
    number = next(_numbers)
    partnership = Partnership.objects.create(**{"slug": f"partnership-{number}", "name": f"Partnership {number}", "is_invented": True} | fields)
    SeniorityLevel.objects.bulk_create(SeniorityLevel(partnership=partnership, number=at, name=name) for at, name in enumerate(LEVEL_NAMES, start=1))
    return partnership


def make_agency(partnership: Partnership, name: str = "", **fields: Any) -> Agency:
    """An agency of the partnership."""
    number = next(_numbers)
    name = name or f"Agency {number}"
    code = name.lower().replace("'", "").replace(" ", "-")
    return Agency.objects.create(partnership=partnership, **{"name": name, "code": code, "kind": AgencyKind.OTHER} | fields)


def make_user(name: str = "", **fields: Any) -> User:
    """Somebody who can sign in with PASSWORD."""
    number = next(_numbers)
    name = name or f"Person {number}"
    email = f"{name.lower().replace(' ', '.')}.{number}@example.org"
    return User.objects.create_user(fields.pop("email", email), fields.pop("password", PASSWORD), name=name, **fields)


def make_member(user: User, place: Agency | Partnership, role: Role, **fields: Any) -> Membership:
    """A role in an agency, or in the partnership itself."""
    agency = place if isinstance(place, Agency) else None
    assert (agency is not None) == (role in AGENCY_ROLES), f"{role} does not belong there"
    partnership = place.partnership if isinstance(place, Agency) else place
    return Membership.objects.create(user=user, agency=agency, partnership=partnership, role=role, **fields)


def make_post(agency: Agency, level: int | None, title: str = "", **fields: Any) -> Post:
    """A post at a level of the agency's partnership; None for one outside the levels."""
    row = SeniorityLevel.objects.get(partnership=agency.partnership, number=level) if level else None
    return Post.objects.create(agency=agency, level=row, title=title or f"Post {next(_numbers)}", **fields)


def make_holding(post: Post, user: User, *, rank: int = 0, **fields: Any) -> PostHolding:
    """The person in the post; a deputy with a rank above 0."""
    return PostHolding.objects.create(post=post, user=user, rank=rank, **fields)


def make_cover(person: User, deputy: User, starts: date, ends: date) -> Cover:
    """Dated cover for the places in which both sit on its first day."""
    places = Cover.keeping(place.key for place in shared(person.pk, deputy.pk, starts))
    return Cover.objects.create(person=person, deputy=deputy, starts=starts, ends=ends, places=places)


def make_holder(agency: Agency, level: int, name: str = "", role: Role = Role.MANAGER, **post: Any) -> User:
    """Somebody with a role who holds a post at the level."""
    user = make_user(name)
    make_member(user, agency, role)
    make_holding(make_post(agency, level, **post), user)
    return user
