"""Agencies and people of an earlier log: found by code and address, with the seats that the directory gives them on the day of each step."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from agencies.models import Agency, Cover, Membership, Partnership, PostHolding, User
from agencies.person import Person
from agencies.working_days import london
from escalation.counterparts import Directory
from escalation.engine.case import Case
from escalation.states import Side, Verb

ONE_DAY = timedelta(days=1)
# Where the log names nobody, the business unit did these; everything else, whoever held it.
UNIT_FIRST = frozenset({Verb.CLOSE, Verb.RECORD_GAP, Verb.RECOMMEND_CONTACT})


class People:
    """The directory of one partnership over all the days of a log: read once for every stretch of days on which nothing in it changed."""

    def __init__(self, partnership: Partnership) -> None:
        self._partnership = partnership
        rows = list(Agency.objects.filter(partnership=partnership))
        self.agencies = {agency.code: agency for agency in rows}
        self._agency_ids = [agency.pk for agency in rows]
        members = Membership.objects.filter(partnership=partnership)
        posts = PostHolding.objects.filter(post__agency__partnership=partnership)
        known = User.objects.filter(pk__in=members.values("user")) | User.objects.filter(pk__in=posts.values("user"))
        self.users: dict[str, UUID] = {address.lower(): key for address, key in known.values_list("email", "pk")}
        spans = [
            *members.values_list("since", "until"),
            *posts.values_list("since", "until"),
            *Cover.objects.filter(person__in=known.values("pk")).values_list("starts", "ends"),
        ]
        self._turns = sorted({day for since, until in spans for day in _turns(since, until)})
        self._directories: dict[int, Directory] = {}

    def on(self, at: datetime) -> Directory:
        """The whole partnership's directory on the London day of this moment."""
        day = london(at).date()
        stretch = bisect_right(self._turns, day)
        if stretch not in self._directories:
            self._directories[stretch] = Directory.load(self._partnership.pk, self._agency_ids, day)
        return self._directories[stretch]


def _turns(since: date | None, until: date | None) -> Iterator[date]:
    """The days from which on a seat or cover makes the directory another."""
    if since is not None:
        yield since
    if until is not None and until < date.max:
        yield until + ONE_DAY


def who_could(case: Case, verb: Verb, agency: UUID | None) -> Iterator[Person]:
    """Whom to try for a step of which the log names nobody: the named agency's people, else raising, receiving, chair, mediator, unit, panel."""
    keys = list(_sides(case, agency))
    unit = [candidate.user_id for candidate in case.unit()]
    if case.referral is not None:
        keys += [case.referral.chair_id, case.referral.mediator_id]
    keys = [*unit, *keys] if verb in UNIT_FIRST else [*keys, *unit]
    keys += [seat.user_id for seat in sorted(case.panel, key=lambda seat: (seat.declared_at is not None, seat.user_id))]
    for key in dict.fromkeys(keys):
        person = case.directory.person(key) if key is not None else None
        if person is not None:
            yield person


def _sides(case: Case, agency: UUID | None) -> Iterator[UUID | None]:
    """The people of the sides, holders before leads."""
    if agency is None or agency == case.raising_id:
        yield from (case.holder_id(Side.RAISING, case.raising_id), case.dispute.raiser_id)
        yield from sorted(case.actors(Side.RAISING, case.raising_id))
    for each in sorted(case.receiving_ids if agency is None else case.receiving_ids & {agency}):
        yield case.holder_id(Side.RECEIVING, each)
        yield from sorted(case.actors(Side.RECEIVING, each))


def stands_for(directory: Directory, agency: UUID) -> UUID | None:
    """Who raised it where the log does not say: the agency's safeguarding lead, else a manager, who has a role in it."""
    named = (*directory.leads(agency), *directory.managers(agency))
    people = (directory.person(candidate.user_id) for candidate in named)
    return next((person.id for person in people if person is not None and agency in person.agency_ids), None)
