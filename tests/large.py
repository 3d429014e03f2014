"""A partnership as large as they come: 230 agencies and more than 900 people."""

from agencies.models import Agency, Membership, Post, PostHolding, SeniorityLevel, User
from agencies.roles import AgencyKind, Role
from tests.cast import Cast

SCHOOLS, PRACTICES = 170, 57
TITLES = ("Class teacher", "Designated safeguarding lead", "Deputy headteacher", "Headteacher", "Chief executive of the academy trust")


def make_large(cast: Cast) -> None:
    """Adds very many schools and practices, each with a post at every level and somebody in four of them; and 60 colleagues on either side."""
    place = cast.partnership
    names = [(f"St Somebody’s Church of England Primary School {number}", AgencyKind.EDUCATION) for number in range(SCHOOLS)]
    names += [(f"Riverbank Surgery {number}", AgencyKind.HEALTH_COMMISSIONER) for number in range(PRACTICES)]
    rows = [Agency(partnership=place, name=name, code=f"large-{at}", kind=kind) for at, (name, kind) in enumerate(names)]
    levels = dict(zip(SeniorityLevel.objects.filter(partnership=place), TITLES, strict=True))
    posts = [Post(agency=row, level=level, title=title) for row in Agency.objects.bulk_create(rows) for level, title in levels.items()]
    held = [post for post in Post.objects.bulk_create(posts) if post.title != TITLES[0]]
    users = _people("person", len(held))
    PostHolding.objects.bulk_create(PostHolding(post=post, user=user) for post, user in zip(held, users, strict=True))
    seats = [(post.agency, user, Role.LEAD if post.title == TITLES[1] else Role.MANAGER) for post, user in zip(held, users, strict=True)]
    seats += [(agency, user, Role.PRACTITIONER) for agency in (cast.school, cast.social_care) for user in _people(agency.code, 60)]
    Membership.objects.bulk_create(Membership(partnership=place, agency=agency, user=user, role=role) for agency, user, role in seats)


def _people(words: str, number: int) -> list[User]:
    return User.objects.bulk_create(User(email=f"{words}-{at}@example.org", name=f"Somebody of Their Own {at}") for at in range(number))
