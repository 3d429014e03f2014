"""What an import gave to whom, as lines of the directory's record: roles, posts and cover, each that was made or changed."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_noop

from agencies.models import User
from agencies.roles import LEADING_ROLES, Role
from agencies.said import long_day, named, said, small
from agencies.services.directory_import.applying import Application
from agencies.services.record import Giving, leading_roles

Roles = frozenset[Role]


class Places:
    """Who holds what of an application's partnership: taken before it is written, and again after."""

    def __init__(self, application: Application, today: date) -> None:
        self.posts = {post.id: post for post in application.posts.rows.values()}
        self.agencies = {agency.id: agency for agency in application.agencies.rows.values()}
        open_roles = [row for row in application.roles.rows.values() if row.until is None or row.until >= today]
        open_posts = [row for row in application.holdings.rows.values() if row.until is None or row.until >= today]
        self.proxies = {key: (row.acting_agency_id, row.acting_from_level) for key, row in self.agencies.items() if row.acting_agency_id}
        self.roles = {(row.user_id, row.agency_id, Role(row.role)) for row in open_roles}
        self.periods = {(row.user_id, row.agency_id, Role(row.role)): (max(row.since or today, today), row.until or date.max) for row in open_roles}
        self.held = {(row.post_id, row.user_id): leading_roles(self.posts[row.post_id], rank=row.rank) for row in open_posts}

    def shortens(self, before: "Places", key: tuple[UUID, UUID | None, Role]) -> bool:
        """Whether a role that was there is over, ends sooner or begins later than it did."""
        (began, ended), (begins, ends) = before.periods.get(key, (date.max, date.min)), self.periods.get(key, (date.max, date.min))
        return key in before.periods and (begins > began or ends < ended)

    def leads(self, user_id: UUID) -> dict[UUID, Roles]:
        """The agencies whose leadership somebody is of, with those roles."""
        pairs = [(agency, frozenset({role})) for user, agency, role in self.roles if user == user_id and agency and role in LEADING_ROLES]
        pairs += [(self.posts[post].agency_id, roles) for (post, user), roles in self.held.items() if user == user_id and roles]
        found: dict[UUID, Roles] = {}
        for agency, roles in pairs:
            found[agency] = found.get(agency, frozenset()) | roles
        return found


Line = tuple[str, UUID | None, Giving]


def givings_of(application: Application, before: Places, today: date) -> Iterator[Line]:
    """Words, agency and giving of each line: of what was made or changed, and of who leads by a post that the import made one of leadership."""
    after = Places(application, today)
    names = _names(application, after)
    for row in [*application.roles.made.values(), *application.roles.changed.values()]:
        place = after.agencies[row.agency_id].name if row.agency_id else application.partnership.name
        role = (row.user_id, row.agency_id, Role(row.role))
        gained = {role} & after.roles - before.roles
        giving = Giving(row.user_id, {given for _, _, given in gained}, ends=after.shortens(before, role))
        words = said(gettext_noop("{name}: {role} of {place}."), name=names[row.user_id], role=small(named(Role(row.role).label)), place=place)
        yield words, row.agency_id, giving
    touched = {(row.post_id, row.user_id) for row in [*application.holdings.made.values(), *application.holdings.changed.values()]}
    for key in sorted(touched | after.held.keys(), key=str):
        gained_by_post = after.held.get(key, frozenset()) - before.held.get(key, frozenset())
        if key in touched or gained_by_post:
            post = after.posts[key[0]]
            places = {"name": names[key[1]], "post": str(post), "agency": after.agencies[post.agency_id].name}
            yield said(gettext_noop("{name}: in the post of {post} of {agency}."), **places), post.agency_id, Giving(key[1], gained_by_post)
    yield from _cover(application, after, names)
    for agency, (proxy, level) in after.proxies.items():
        if proxy is not None and before.proxies.get(agency) != (proxy, level):
            form = gettext_noop("{proxy} acts for {agency} from level {level} on.")
            words = said(form, proxy=after.agencies[proxy].name, agency=after.agencies[agency].name, level=level)
            yield words, agency, Giving(None, {Role.SENIOR})


def _cover(application: Application, after: Places, names: dict[UUID, str]) -> Iterator[Line]:
    for row in [*application.cover.made.values(), *application.cover.changed.values()]:
        days = {"starts": long_day(row.starts), "ends": long_day(row.ends)}
        words = said(
            gettext_noop("{deputy} covers for {name} from {starts} to {ends}."), deputy=names[row.deputy_id], name=names[row.person_id], **days
        )
        places: list[tuple[UUID | None, Roles]] = [(at, roles) for at, roles in after.leads(row.person_id).items() if at in row.kept]
        for agency, roles in places or [(None, frozenset())]:
            yield words, agency, Giving(row.deputy_id, roles)


def _names(application: Application, after: Places) -> dict[UUID, str]:
    """Of everybody of the files, and of who holds a post of the partnership; one query where the latter are not in the files."""
    names = {user.id: user.name for user in application.users.rows.values()}
    others = {user for _, user in after.held} - names.keys() if application.posts.changed else set()
    return names | dict(User.objects.filter(pk__in=others).values_list("pk", "name"))
