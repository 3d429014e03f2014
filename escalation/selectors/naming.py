"""Names of everybody and every agency on a page, with posts: from the directory already in memory; who has left it is read."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from agencies.at_once import together
from agencies.models import Agency, User
from escalation.engine.case import Case
from escalation.models import AgreedAction, Clock
from escalation.selectors import beside
from escalation.selectors.guests import Events, guest_keys, read_guests
from escalation.selectors.timeline import Names

Users = set[UUID | None]
NAMED = ("from", "to", "person", "owner", "supporter", "mediator")


def people_on(case: Case, events: Events, clocks: Iterable[Clock], actions: Iterable[AgreedAction]) -> Users:
    """Everybody whom a disagreement's page names."""
    found = {event.actor_id for event, _ in events} | {clock.owner_id for clock in clocks} | {row.owner_id for row in actions}
    return found | {case.dispute.disputed_person_id} | _in_facts(events)


def _in_facts(events: Events) -> Users:
    """People named by key in the facts of handing over."""
    found: Users = set()
    for event, _body in events:
        named = [event.facts.get(key) for key in NAMED]
        found |= {UUID(value) for value in (*named, *event.facts.get(beside.HEARD_BY, ())) if isinstance(value, str) and len(value) == 36}
    return found


def names_of(case: Case, users: Users, events: Events = ()) -> Names:
    """Names for one disagreement: of these people, and of those who hold or decide it. At most two queries, none for who is in the directory.

    Guests are looked up where a line of the record is theirs.
    """
    return names_of_each([(case, users, events)])[0]


def names_of_each(asked: Sequence[tuple[Case, Users, Events]]) -> list[Names]:
    """The same for several disagreements, in the same two queries."""
    guests = set[str]()
    wanted = [(case, users | _holding(case), _places(case), events) for case, users, events in asked]
    away, gone = set[UUID](), set[UUID]()
    for case, users, places, events in wanted:
        here = case.directory.snapshot
        gone |= places - here.agencies.keys()
        if case.dispute.anonymised_at is None:
            away |= {key for key in users if key} - here.people.keys()
            guests |= guest_keys(events)
    named = together(User.objects.filter(pk__in=away).only("name"), Agency.objects.filter(pk__in=gone).only("name")) if away or gone else ([], [])
    people, agencies = ({row.pk: row.name for row in rows} for rows in named)
    authors = read_guests(guests)
    return [_names(case, users, places, people, agencies, authors) for case, users, places, _ in wanted]


def _holding(case: Case) -> Users:
    users: Users = {case.dispute.raiser_id, case.dispute.logged_by_id}
    users |= {run.holder_id for run in case.runs} | {request.holder_id for request in case.all_requests}
    users |= {confirmation.confirmed_by_id for confirmation in case.confirmations}
    if case.referral is not None:
        users |= {case.referral.chair_id, case.referral.mediator_id}
    return users | {seat.user_id for seat in case.panel}


def _places(case: Case) -> set[UUID]:
    return {case.raising_id, *case.receiving_ids} | {seat.agency_id for seat in case.panel}


def _names(case: Case, users: Users, places: set[UUID], away: dict[UUID, str], gone: dict[UUID, str], authors: dict[tuple[UUID, str], str]) -> Names:
    here, key = case.directory.snapshot, case.dispute.pk
    erased = case.dispute.anonymised_at is not None
    known = {} if erased else {user: here.people[user].name if user in here.people else away.get(user) for user in users if user}
    people = {user: name for user, name in known.items() if name is not None}
    agencies = {place: here.agencies[place].name if place in here.agencies else gone.get(place, "") for place in places}
    posts = {user: _post(case, user) for user in people}
    posts |= {request.holder_id: request.holder_post for request in case.all_requests if request.holder_id and request.holder_post}
    posts |= {run.holder_id: run.holder_post for run in case.runs if run.holder_id and run.holder_post}
    guests = {} if erased else {guest: author for (dispute, guest), author in authors.items() if dispute == key}
    return Names(people, agencies, posts, case.dispute.partnership.name, guests, erased)


def _post(case: Case, user: UUID) -> str:
    known = case.directory.person(user)
    place = next((agency for agency in (case.raising_id, *sorted(case.receiving_ids)) if known and agency in known.agency_ids), None)
    return known.job_title(place) if known else ""
