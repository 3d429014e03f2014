"""What the directory's pages show: gaps, contacts, one's own people. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.edition import kept_while_unchanged
from agencies.models import Agency, Membership, Partnership, Post, PostHolding, SeniorityLevel
from agencies.person import Person
from agencies.policy import may_keep_agency, may_keep_directory
from agencies.querysets import FIRST_LEVEL_WITH_A_CONTACT, wants_a_contact
from agencies.roles import HOLDER_ROLES, Role
from agencies.snapshot import Snapshot, load_snapshot
from agencies.words import short_day

# A contact that nobody has confirmed for so long counts as a gap in the directory's health.


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody in a post today."""

    name: str
    email: str
    phone: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post on an agency's page."""

    id: UUID
    title: str
    level: int | None
    marks: tuple[str, ...]
    doubt: str
    contacts: tuple[Contact, ...]
    is_shown: bool
    phone: str
    out_of_hours: str
    confirmed_on: date | None
    is_stale: bool
    may_confirm: bool
    mailbox: str = ""


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """An agency in the list, with what its entries lack."""

    code: str
    name: str
    kind: str
    notes: tuple[str, ...]
    leads: tuple[str, ...]
    level_gaps: tuple[str, ...]
    other_gaps: tuple[str, ...]
    stale: int

    @property
    def gaps(self) -> tuple[str, ...]:
        """All of them, those of the levels first."""
        return self.level_gaps + self.other_gaps


@dataclass(frozen=True)
class AgencyPage:
    """All that an agency's page shows."""

    agency: Agency
    notes: tuple[str, ...]
    gaps: tuple[str, ...]
    may_keep: bool
    levels: list[tuple[str, list[PostLine]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Officer:
    """A line of an agency's form of named officers: a post, or a role held without one. `level` is None outside the levels.

    Nobody in `holders` means that the post is empty. Phone and out-of-hours number are the post's, else the agency's.
    """

    title: str
    level: int | None
    level_words: str
    marks: tuple[str, ...]
    holders: tuple[Contact, ...]
    deputies: tuple[Contact, ...]
    phone: str
    out_of_hours: str
    confirmed_on: date | None


def directory_of(partnership_id: UUID, today: date, *, edition: str | None = None) -> list[AgencyLine]:
    """Every active agency by name, members before agencies from elsewhere, each with its gaps in words. `edition` where it was asked for already."""
    snapshot = _whole(partnership_id, today, edition)
    agencies = sorted(snapshot.agencies.values(), key=lambda agency: (agency.is_external, agency.name))
    numbers = _numbers(partnership_id)
    return [
        AgencyLine(
            code=agency.code,
            name=agency.name,
            kind=agency.get_kind_display(),
            notes=tuple(_notes(agency, snapshot)),
            leads=tuple(_lead_names(agency, snapshot)),
            level_gaps=tuple(_level_gaps(agency, snapshot, numbers)),
            other_gaps=tuple(_other_gaps(agency, snapshot)),
            stale=sum(_is_stale(post, snapshot) for post in _contact_posts(snapshot.posts.get(agency.id, []))),
        )
        for agency in agencies
    ]


def partnership_with_agencies(key: UUID, *, edition: str | None = None) -> Partnership:
    """The partnership with all its agencies read, kept until the directory changes; nobody writes to it. `edition` where it was asked for already."""
    return _partnership.of(edition, key)


@kept_while_unchanged(16)
def _partnership(key: UUID) -> Partnership:
    return Partnership.objects.prefetch_related("agencies").get(pk=key)


def agency_page(partnership_id: UUID, code: str, person: Person, today: date) -> AgencyPage | None:
    """The agency of this code with its posts from the top level down; None where there is none in the partnership.

    Practitioners are nobody's counterpart by their level: who they are is shown to those of the own agency and to whoever keeps its entries.
    """
    agency_id = Agency.objects.active().filter(partnership_id=partnership_id, code=code).values_list("id", flat=True).first()
    if agency_id is None:
        return None
    snapshot = load_snapshot(partnership_id, [agency_id], today)
    agency = snapshot.agencies[agency_id]
    keeps = may_keep_agency(person, partnership_id, agency_id)
    names = {level.number: str(level) for level in SeniorityLevel.objects.filter(partnership_id=partnership_id)}
    lines: dict[str, list[PostLine]] = defaultdict(list)
    for post in reversed(snapshot.posts.get(agency_id, [])):
        lines[names.get(post.level.number, "") if post.level else _("Outside the levels")].append(_post_line(post, snapshot, person, keeps=keeps))
    gaps = (*_level_gaps(agency, snapshot, _numbers(partnership_id)), *_other_gaps(agency, snapshot))
    return AgencyPage(agency, tuple(_notes(agency, snapshot)), gaps, keeps, list(lines.items()))


def is_shown(address: str, partnership_id: UUID, person: Person, today: date) -> bool:
    """Whether the person finds somebody with this e-mail address in the directory: in a post that is shown to them, or with a role in an agency of
    their own or in one whose entries they keep."""
    keeps = may_keep_directory(person, partnership_id)
    seats = Membership.objects.on(today).filter(user__email__iexact=address, partnership=partnership_id)
    if seats.filter(Q() if keeps else Q(agency__in=person.agency_ids)).exists():
        return True
    posts = PostHolding.objects.on(today).filter(user__email__iexact=address, post__agency__partnership=partnership_id, post__agency__is_active=True)
    return posts.filter(Q() if keeps else wants_a_contact("post__") | Q(post__agency__in=person.agency_ids)).exists()


def named_officers(agency: Agency, today: date) -> tuple[Officer, ...]:
    """The agency's named officers on a London date from the lowest level up, then those outside the levels (BUC-04). Practitioners are left out."""
    return officers_of([agency], today)[agency.id]


def officers_of(agencies: Sequence[Agency], today: date) -> dict[UUID, tuple[Officer, ...]]:
    """The same of several agencies of one partnership, by agency, in as many queries as of one."""
    place = agencies[0].partnership_id
    snapshot = load_snapshot(place, [agency.id for agency in agencies], today)
    names = {level.number: str(level) for level in SeniorityLevel.objects.filter(partnership_id=place)}
    return {agency.id: _officers(agency, snapshot, names) for agency in agencies}


def _officers(agency: Agency, snapshot: Snapshot, names: Mapping[int, str]) -> tuple[Officer, ...]:
    posts = _contact_posts(snapshot.posts.get(agency.id, []))
    posts.sort(key=lambda post: post.level.number if post.level else max(names, default=0) + 1)
    lines = [_officer(post, agency, snapshot, names) for post in posts]
    return (*lines, *_officers_by_role(agency, snapshot))


# -- parts -------------------------------------------------------------------------------------------------------------


def _whole(partnership_id: UUID, today: date, edition: str | None) -> Snapshot:
    keys = Agency.objects.active().filter(partnership_id=partnership_id).values_list("id", flat=True)
    return load_snapshot(partnership_id, list(keys), today, edition=edition)


def _numbers(partnership_id: UUID) -> list[int]:
    numbers = SeniorityLevel.objects.filter(partnership_id=partnership_id, number__gte=FIRST_LEVEL_WITH_A_CONTACT)
    return list(numbers.values_list("number", flat=True))


def _notes(agency: Agency, snapshot: Snapshot) -> Iterator[str]:
    if agency.is_external:
        yield _("From another area, not a member")
    if agency.is_flat:
        yield _("Flat structure: the same person may act at every stage")
    proxy = snapshot.agencies.get(agency.acting_agency_id) if agency.acting_agency_id else None
    if proxy is not None:
        yield _("{agency} acts for it from level {level} up").format(agency=proxy.name, level=agency.acting_from_level)
    if not agency.has_board_member:
        yield _("No board member: its most senior safeguarding lead acts")


def levels_of_its_own(agency: Agency, numbers: Iterable[int]) -> list[int]:
    """Of a partnership's levels with contacts those at which the agency needs its own: none in a flat structure or from where another acts for it."""
    return [] if agency.is_flat else [number for number in numbers if agency.acting_from_level is None or number < agency.acting_from_level]


def required_levels(agency: Agency, every: Iterable[int]) -> set[int]:
    """The levels at which the agency must have a contact; at the partnership's top level only where it has a board member."""
    numbers = [number for number in every if number >= FIRST_LEVEL_WITH_A_CONTACT]
    top = max(numbers, default=0)
    return {number for number in levels_of_its_own(agency, numbers) if agency.has_board_member or number != top}


def _level_gaps(agency: Agency, snapshot: Snapshot, numbers: list[int]) -> Iterator[str]:
    """At which levels nobody is, and what happens then. What a flat structure or an acting agency makes good is no gap."""
    held = _held(agency, snapshot)
    filled = {post.level.number for post in held if post.level}
    board = _has_board_member(agency, snapshot)
    for number in levels_of_its_own(agency, numbers):
        higher = min((level for level in filled if level > number), default=None)
        if number not in filled and (board or number != max(numbers)):
            words = _("Nobody at level {level}: passes up to level {higher}") if higher else _("Nobody at level {level}: the business unit is asked")
            yield words.format(level=number, higher=higher)
    if agency.is_flat and not held and not any(_officers_by_role(agency, snapshot)):
        yield _("Nobody at any level: the business unit is asked")


def _other_gaps(agency: Agency, snapshot: Snapshot) -> Iterator[str]:
    """What else is missing."""
    if not list(_lead_names(agency, snapshot)):
        yield _("No safeguarding lead")
    if agency.has_board_member and not _has_board_member(agency, snapshot):
        yield _("Board member not known: the business manager recommends somebody")


def _held(agency: Agency, snapshot: Snapshot) -> list[Post]:
    return [post for post in snapshot.posts.get(agency.id, []) if _contacts(post, snapshot)]


def _has_board_member(agency: Agency, snapshot: Snapshot) -> bool:
    in_post = any(post.is_board_member for post in _held(agency, snapshot))
    return in_post or any(row.role == Role.BOARD_MEMBER for row in snapshot.members.get(agency.id, []))


def _lead_names(agency: Agency, snapshot: Snapshot) -> Iterator[str]:
    names = [
        held.user.name for post in snapshot.posts.get(agency.id, []) if post.is_lead for held in snapshot.holdings.get(post.id, []) if not held.rank
    ]
    names += [row.user.name for row in snapshot.members.get(agency.id, []) if row.role == Role.LEAD]
    yield from dict.fromkeys(names)


def _contact_posts(posts: Iterable[Post]) -> list[Post]:
    return [post for post in posts if not post.level or post.level.number >= FIRST_LEVEL_WITH_A_CONTACT]


def _officer(post: Post, agency: Agency, snapshot: Snapshot, names: Mapping[int, str]) -> Officer:
    held = snapshot.holdings.get(post.id, [])
    return Officer(
        title=post.title,
        level=post.level.number if post.level else None,
        level_words=names.get(post.level.number, "") if post.level else _("Outside the levels"),
        marks=_marks(post),
        holders=tuple(_contact(row, snapshot) for row in held if not row.rank),
        deputies=tuple(_contact(row, snapshot) for row in held if row.rank),
        phone=post.phone or agency.phone,
        out_of_hours=post.out_of_hours or agency.out_of_hours,
        confirmed_on=post.confirmed_on,
    )


def _officers_by_role(agency: Agency, snapshot: Snapshot) -> Iterator[Officer]:
    """Who may hold a stage for the agency by their role alone, without a post."""
    posted = {row.user_id for post in snapshot.posts.get(agency.id, []) for row in snapshot.holdings.get(post.id, [])}
    for row in snapshot.members.get(agency.id, []):
        if row.role in HOLDER_ROLES and row.user_id not in posted:
            contact = Contact(row.user.name, row.user.email, row.user.phone)
            title = row.job_title or row.get_role_display()
            mark = (str(Role.LEAD.label),) if row.role == Role.LEAD else ()
            yield Officer(title, None, _("Outside the levels"), mark, (contact,), (), agency.phone, agency.out_of_hours, None)


def _marks(post: Post) -> tuple[str, ...]:
    marks = ((_("Safeguarding lead"), post.is_lead), (_("Board member"), post.is_board_member))
    return tuple(word for word, is_so in marks if is_so)


def _is_stale(post: Post, snapshot: Snapshot) -> bool:
    within = snapshot.agencies[post.agency_id].partnership.contacts_count_for
    return post.confirmed_on is None or post.confirmed_on < snapshot.today - within


def _post_line(post: Post, snapshot: Snapshot, person: Person, *, keeps: bool) -> PostLine:
    held = snapshot.holdings.get(post.id, [])
    needs = bool(_contact_posts([post]))
    return PostLine(
        id=post.id,
        title=post.title,
        level=post.level.number if post.level else None,
        marks=_marks(post),
        doubt=post.uncertain_why if post.is_uncertain else "",
        contacts=tuple(_contacts(post, snapshot)) if needs or keeps or post.agency_id in person.agency_ids else (),
        is_shown=needs or keeps or post.agency_id in person.agency_ids,
        phone=post.phone,
        out_of_hours=post.out_of_hours,
        confirmed_on=post.confirmed_on,
        is_stale=needs and _is_stale(post, snapshot),
        may_confirm=needs and bool(held) and (keeps or any(row.user_id == person.id for row in held)),
        mailbox=post.mailbox,
    )


def _contacts(post: Post, snapshot: Snapshot) -> list[Contact]:
    return [_contact(held, snapshot) for held in snapshot.holdings.get(post.id, [])]


def _contact(held: PostHolding, snapshot: Snapshot) -> Contact:
    cover = snapshot.cover_of(held.user_id, held.post.agency_id)
    note = _("Deputy") if held.rank else ""
    if cover is not None:
        words = _("Deputy. Away: {name} covers until {day}") if held.rank else _("Away: {name} covers until {day}")
        note = words.format(name=cover.deputy.name, day=short_day(cover.ends))
    return Contact(held.user.name, held.user.email, held.user.phone, note)
