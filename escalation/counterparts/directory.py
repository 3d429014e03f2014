"""The search itself, over a directory held in memory."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar, cast
from uuid import UUID

from django.utils.translation import gettext

from agencies.models import Agency, Post, User
from agencies.person import Person
from agencies.roles import AGENCY_ROLES, Role
from agencies.snapshot import Snapshot, load_snapshot
from agencies.words import short_day
from escalation.procedures.definition import Acting

from .records import AgencyCard, Candidate, Counterpart, How
from .words import acting_words, as_role_words, card, for_agency, post_words, why_holder

_Answer = TypeVar("_Answer")
MOST_OTHERS = 6
# To whom a named role passes where an agency has nobody in it.
ROLES_ABOVE = {
    Role.PRACTITIONER: (Role.MANAGER, Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER),
    Role.MANAGER: (Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER),
    Role.LEAD: (Role.SENIOR, Role.BOARD_MEMBER),
    Role.SENIOR: (Role.LEAD, Role.BOARD_MEMBER),
}


@dataclass(frozen=True)
class Directory:
    """The directory of some agencies on one day. Asking it costs no query."""

    snapshot: Snapshot
    # Answers given before: a sweep asks the same of the same agencies for hundreds of disagreements.
    _given: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def load(cls, partnership_id: UUID, agency_ids: Collection[UUID], today: date, *, edition: str | None = None) -> "Directory":
        """The agencies and those that act for them, with the partnership's own people, on a London date.

        One query, and five more after somebody changed the directory, however many agencies; one less where its `edition` was asked for already.
        """
        return cls(load_snapshot(partnership_id, set(agency_ids), today, edition=edition))

    def counterpart(self, agency_id: UUID, acting: Acting, *, without: Collection[UUID] = ()) -> Counterpart:
        """Who acts for the agency at this stage. `without` are people who may not (a conflict, already tried).

        Where a stage names both a level and roles, the level's own posts come first, then the roles, and only then the next level up.
        """
        return self._kept(("counterpart", agency_id, acting, frozenset(without)), lambda: self._search(agency_id, acting, without))

    def _search(self, agency_id: UUID, acting: Acting, without: Collection[UUID]) -> Counterpart:
        agency = self.snapshot.agencies.get(agency_id)
        if agency is None:
            return Counterpart(who=None, gap=gettext("This agency is not in the directory, or has left it. The business unit recommends who acts."))
        found = self._first(self._acting(agency, acting), without)
        return found or self._nobody(agency, acting, without)

    def _kept(self, question: Hashable, answer: Callable[[], _Answer]) -> _Answer:
        """The answer to a question, worked out once: the snapshot never changes."""
        if question not in self._given:
            self._given[question] = answer()
        return cast("_Answer", self._given[question])

    def own_manager(self, user_id: UUID, agency_id: UUID, *, without: Collection[UUID] = ()) -> Counterpart:
        """To whom somebody takes it first: their supervisor, else a manager, else the agency's lead and above, else the acting agency's lead."""
        return self._kept(("own", user_id, agency_id, frozenset(without)), lambda: self._search_own(user_id, agency_id, without))

    def _search_own(self, user_id: UUID, agency_id: UUID, without: Collection[UUID]) -> Counterpart:
        agency = self.snapshot.agencies.get(agency_id)
        if agency is None:
            return Counterpart(who=None, gap=gettext("This agency is not in the directory, or has left it. Ask the business unit."))
        found = self._first(self._own(agency, user_id), {*without, user_id})
        return found or Counterpart(
            who=None, gap=self._gap(gettext("Nobody else at {agency} can take this on.").format(agency=agency.name), without, recommends=False)
        )

    def people_of(self, agency_id: UUID) -> frozenset[UUID]:
        """Everybody who sits in the agency, and whoever covers there."""
        return self._kept(("everybody", agency_id), lambda: self.snapshot.people_of(agency_id))

    def leads(self, agency_id: UUID) -> tuple[Candidate, ...]:
        """The agency's safeguarding leads, cover and deputies after them."""
        return self._kept(("leads", agency_id), lambda: self._of(agency_id, Role.LEAD))

    def seniors(self, agency_id: UUID) -> tuple[Candidate, ...]:
        """The agency's senior managers, then its board members."""
        return (*self._of(agency_id, Role.SENIOR), *self._of(agency_id, Role.BOARD_MEMBER))

    def managers(self, agency_id: UUID) -> tuple[Candidate, ...]:
        """The agency's managers, the lowest level first; holders of a level come before managers without one."""
        agency = self.snapshot.agencies.get(agency_id)
        return self._once(self._managers(agency)) if agency else ()

    def unit(self) -> tuple[Candidate, ...]:
        """The business unit, its manager first."""
        return self.partnership_people(Role.BUSINESS_MANAGER, Role.BUSINESS_UNIT)

    def chairs(self) -> tuple[Candidate, ...]:
        """The chair, then the deputy chair."""
        return self.partnership_people(Role.CHAIR, Role.DEPUTY_CHAIR)

    def subgroup_chairs(self) -> tuple[Candidate, ...]:
        """Those who chair a subgroup."""
        return self.partnership_people(Role.SUBGROUP_CHAIR)

    def partnership_people(self, *roles: Role) -> tuple[Candidate, ...]:
        """Those who hold the partnership's roles, in the order of the roles named."""
        return self._kept(("people", roles), lambda: self._once(candidate for role in roles for candidate in self._members(None, role)))

    def person(self, user_id: UUID) -> Person | None:
        """The person as the policies see them, as far as the loaded agencies go; None for a stranger to them."""
        return self.snapshot.person(user_id)

    def agency(self, agency_id: UUID) -> AgencyCard | None:
        """The agency's card; None where it was not loaded or is no longer active."""
        row = self.snapshot.agencies.get(agency_id)
        return card(row) if row else None

    def mailbox_of(self, agency_id: UUID, user_id: UUID, title: str) -> str:
        """The shared mailbox of the post of this title that the person holds in the agency; empty where it has none."""
        for post in self.snapshot.posts.get(agency_id, ()):
            if post.mailbox and post.title == title and any(row.user_id == user_id for row in self.snapshot.holdings.get(post.id, ())):
                return post.mailbox
        return ""

    # -- the order of the search ---------------------------------------------------------------------------------------

    def _acting(self, agency: Agency, acting: Acting) -> Iterator[Candidate]:
        board = Role.BOARD_MEMBER in acting.roles
        proxied = agency.acting_from_level is not None and (acting.level or 0) >= agency.acting_from_level
        yield from self._in_order(agency, acting, surely=proxied)
        if agency.is_flat and not (board or proxied):
            yield from self._same_person(agency)
        yield from self._by_proxy(agency, acting)
        if proxied:
            yield from self._roles_above(agency, acting)
        if board and agency.has_board_member:
            return  # BRI-10: there is a board member and nobody knows who. Then the business unit recommends, the directory does not guess.
        if board:
            yield from self._strategic_lead(agency)
        if agency.is_flat and (board or proxied):
            yield from self._same_person(agency)

    def _in_order(self, agency: Agency, acting: Acting, *, surely: bool = False) -> Iterator[Candidate]:
        """An agency's own people: the level's posts, then the roles, then who is above them; `surely`: none whose level nobody knows."""
        if acting.level is not None:
            yield from self._level(agency, acting.level)
        for role in acting.roles:
            yield from self._role(agency, Role(role))
        if acting.level is not None:
            yield from self._above(agency, acting.level)
        yield from self._roles_above(agency, acting, surely=surely)

    def _own(self, agency: Agency, user_id: UUID) -> Iterator[Candidate]:
        yield from self._supervisors(agency, user_id)
        yield from self._managers(agency)
        for role in ROLES_ABOVE[Role.MANAGER]:
            yield from self._role(agency, role)
        if proxy := self._proxy(agency):
            yield from (for_agency(agency, proxy, candidate) for candidate in self._role(proxy, Role.LEAD))

    def _level(self, agency: Agency, level: int) -> Iterator[Candidate]:
        for post in self._posts(agency):
            if post.level and post.level.number == level:
                yield from self._in_post(agency, post)

    def _roles_above(self, agency: Agency, acting: Acting, *, surely: bool = False) -> Iterator[Candidate]:
        """An empty role passes to the roles above it, never to somebody below the level that is asked for."""
        for role in acting.roles:
            for higher in ROLES_ABOVE.get(Role(role), ()):
                for found in self._role(agency, higher):
                    known = found.level is not None or higher is Role.BOARD_MEMBER
                    if (surely and not known) or (found.level is not None and found.level < (acting.level or 0)):
                        continue
                    why = gettext("Nobody can act as {role} at {agency}, so it passes up: {why}").format(
                        role=Role(role).label.lower(), agency=agency.name, why=found.why
                    )
                    yield replace(found, how=How.LEVEL_UP, why=why, right=found.why)

    def _above(self, agency: Agency, level: int) -> Iterator[Candidate]:
        """The next levels up, nearest first: an empty level passes to them."""
        for post in self._posts(agency):
            if post.level and post.level.number > level:
                for found in self._in_post(agency, post):
                    why = gettext("Nobody can act at level {level} in {agency}, so it passes up: {why}").format(
                        level=level, agency=agency.name, why=found.why
                    )
                    yield replace(found, how=How.LEVEL_UP, why=why, right=found.why)

    def _same_person(self, agency: Agency) -> Iterator[Candidate]:
        """A flat agency's people, whatever the stage asks for."""
        for found in self._from_the_top(agency):
            why = gettext("{agency} has a flat structure, so {person} can act at this stage too.").format(person=found.name, agency=agency.name)
            yield replace(found, why=why)

    def _from_the_top(self, agency: Agency) -> Iterator[Candidate]:
        """An agency's people from the top down, of the same level its safeguarding leads first; then who may hold a stage by role, without a post."""
        for post in sorted(self._posts(agency), key=lambda post: (post.level.number if post.level else 0, post.is_lead), reverse=True):
            yield from self._in_post(agency, post)
        for role in reversed(ROLES_ABOVE[Role.PRACTITIONER]):
            yield from self._members(agency, role)

    def _by_proxy(self, agency: Agency, acting: Acting) -> Iterator[Candidate]:
        """The acting agency's people in the same order, at the level that is asked for or from which it acts."""
        proxy = self._proxy(agency)
        if proxy is None:
            return
        level = None if acting.level is None else max(acting.level, agency.acting_from_level or 0)
        yield from (for_agency(agency, proxy, found) for found in self._in_order(proxy, replace(acting, level=level)))

    def _strategic_lead(self, agency: Agency) -> Iterator[Candidate]:
        """BRI-10: without a board member, the person with strategic responsibility for safeguarding, the highest safeguarding lead."""
        for found in sorted(self._role(agency, Role.LEAD), key=lambda found: found.level or 0, reverse=True):
            why = gettext("{agency} has no board member who can act: {person} has strategic responsibility for safeguarding there.").format(
                agency=agency.name, person=found.name
            )
            yield replace(found, how=How.LEAD, why=why)

    # -- who holds what ------------------------------------------------------------------------------------------------

    def _role(self, agency: Agency, role: Role) -> Iterator[Candidate]:
        """Those of a role: its posts, highest last, then memberships. A role of the partnership has no posts."""
        if role not in AGENCY_ROLES:
            yield from self._members(None, role)
            return
        for post in self._posts(agency):
            if (role is Role.LEAD and post.is_lead) or (role is Role.BOARD_MEMBER and post.is_board_member):
                yield from self._in_post(agency, post, as_role=role)
        yield from self._members(agency, role)

    def _managers(self, agency: Agency) -> Iterator[Candidate]:
        managers = list(self._members(agency, Role.MANAGER))
        yield from sorted(managers, key=lambda found: (found.level is None, found.level or 0))

    def _supervisors(self, agency: Agency, user_id: UUID) -> Iterator[Candidate]:
        for key in filter(lambda key: self.snapshot.heads(key, agency.id), self.snapshot.supervisors_of(user_id, agency.id)):
            user, person = self.snapshot.people[key], self.snapshot.people[user_id]
            why = gettext("{manager} supervises {person} at {agency}.").format(manager=user.name, person=person.name, agency=agency.name)
            yield from self._present(self._candidate(user, agency, how=How.SUPERVISOR, why=why))

    def _in_post(self, agency: Agency, post: Post, *, as_role: Role | None = None) -> Iterator[Candidate]:
        """Holder, or who covers for them, then deputies who are not away themselves."""
        for held in self.snapshot.holdings.get(post.id, []):
            if held.rank == 0:
                yield from self._present(self._candidate(held.user, agency, post, how=How.HOLDER, why=why_holder(held, agency, as_role)))
            elif held.user_id not in self.snapshot.covers:
                why = gettext("{person} is the deputy for {post} at {agency}.").format(
                    person=held.user.name, post=post_words(post), agency=agency.name
                )
                yield self._candidate(held.user, agency, post, how=How.DEPUTY, why=why)

    def _members(self, agency: Agency | None, role: Role) -> Iterator[Candidate]:
        for row in self.snapshot.members.get(agency.id if agency else None, []):
            if row.role == role:
                why = as_role_words(row.user.name, role, agency) + "."
                yield from self._present(self._candidate(row.user, agency, how=How.ROLE, why=why, title=row.job_title or str(role.label)))

    def _present(self, candidate: Candidate) -> Iterator[Candidate]:
        """The person, or, while dated cover runs, the colleague who covers; where that one is away too, who covers for them, and so on.

        Only cover that was arranged for the place is followed, to somebody who sits there; two who cover for each other end it.
        """
        found, met = candidate, {candidate.user_id}
        while (cover := self.snapshot.cover_of(found.user_id, candidate.agency_id)) is not None and cover.deputy_id not in met:
            met.add(cover.deputy_id)
            why = gettext("{deputy} covers for {person} until {day}. {why}").format(
                deputy=cover.deputy.name, person=found.name, day=short_day(cover.ends), why=found.why
            )
            name, email, phone = cover.deputy.name, cover.deputy.email, cover.deputy.phone or candidate.phone
            found = replace(found, user_id=cover.deputy_id, name=name, email=email, phone=phone, how=How.COVER, why=why)
        yield found

    def _candidate(self, user: User, agency: Agency | None, post: Post | None = None, *, how: How, why: str, title: str = "") -> Candidate:
        post = post or (self._highest_post(user.id, agency) if agency else None)
        return Candidate(
            user_id=user.id,
            name=user.name,
            agency_id=agency.id if agency else None,
            agency_name=agency.name if agency else "",
            post_title=(post.title if post else "") or title or self._job_title(user.id, agency),
            level=post.level.number if post and post.level else None,
            phone=(post.phone if post else "") or user.phone or (agency.phone if agency else ""),
            out_of_hours=(post.out_of_hours if post else "") or (agency.out_of_hours if agency else ""),
            email=user.email,
            how=how,
            why=why,
        )

    def _highest_post(self, user_id: UUID, agency: Agency) -> Post | None:
        held = [post for post in self._posts(agency) for row in self.snapshot.holdings.get(post.id, []) if row.user_id == user_id and row.rank == 0]
        return held[-1] if held else None

    def _job_title(self, user_id: UUID, agency: Agency | None) -> str:
        person = self.snapshot.person(user_id)
        return person.job_title(agency.id if agency else None) if person else ""

    def _posts(self, agency: Agency) -> list[Post]:
        return self.snapshot.posts.get(agency.id, [])

    def _proxy(self, agency: Agency) -> Agency | None:
        return self.snapshot.agencies.get(agency.acting_agency_id) if agency.acting_agency_id else None

    def _of(self, agency_id: UUID, role: Role) -> tuple[Candidate, ...]:
        agency = self.snapshot.agencies.get(agency_id)
        return self._once(self._role(agency, role)) if agency else ()

    def _first(self, found: Iterable[Candidate], without: Collection[UUID]) -> Counterpart | None:
        able = self._once((candidate for candidate in found if candidate.user_id not in without), most=MOST_OTHERS + 1)
        return Counterpart(who=able[0], others=able[1:]) if able else None

    @staticmethod
    def _once(found: Iterable[Candidate], *, most: int | None = None) -> tuple[Candidate, ...]:
        """Each person once, by the first right they have; no more than `most`."""
        seen: dict[UUID, Candidate] = {}
        for candidate in found:
            seen.setdefault(candidate.user_id, candidate)
            if len(seen) == most:
                break
        return tuple(seen.values())

    def _nobody(self, agency: Agency, acting: Acting, without: Collection[UUID]) -> Counterpart:
        """The gap in words, with the agency's most senior people for the business unit to choose from."""
        able = self._once((found for found in self._same_person(agency) if found.user_id not in without), most=MOST_OTHERS)
        form = gettext("{person} ({post}) can be recommended by the business unit.")
        offered = tuple(replace(row, how=How.UNIT_RECOMMENDS, why=form.format(person=row.name, post=row.post_title)) for row in able)
        return Counterpart(
            who=None,
            others=offered,
            gap=self._gap(gettext("Nobody at {agency} can act {how}.").format(agency=agency.name, how=acting_words(acting)), without),
        )

    def _gap(self, what: str, without: Collection[UUID], *, recommends: bool = True) -> str:
        """What is missing, with who of those who may sees to it: the business unit recommends who acts, or says who does."""
        manager = next((found for found in self.unit() if found.user_id not in without), None)
        who = gettext("{manager} in the business unit").format(manager=manager.name) if manager else gettext("The business unit")
        form = gettext("{gap} {who} recommends who acts.") if recommends else gettext("{gap} {who} says who does.")
        return form.format(gap=what, who=who)
