"""The pieces of what is kept about somebody: each with what speaks against giving it as it stands, for a person to decide."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from agencies.models import Agency, Cover, DirectoryEvent, Membership, PostHolding, SignInEvent, User
from agencies.words import LONDON, moment
from escalation.models import AccessRequest, Child, Dispute, Event, EventBody, Guest, Reading
from escalation.states import State

REMOVED = "[name removed]"
SHORTEST = 3


@dataclass(slots=True)
class Piece:
    """One piece. `flags` say what speaks against giving it as it stands; `names` are other people's found in it."""

    key: str
    section: str
    head: str
    text: str
    flags: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    leave_out: bool = False

    def given(self, *, without_names: bool) -> str:
        """The text as it is given."""
        text = self.text
        for name in self.names if without_names else ():
            text = re.sub(rf"\b{re.escape(name)}\b", REMOVED, text, flags=re.IGNORECASE)
        return text


def pieces_of(row: AccessRequest) -> list[Piece]:
    """Everything, in order: what is kept of the person's account and doings, then each disagreement that was opened."""
    others = _other_names(row)
    found = list(_account(row.person, row.partnership_id)) if row.person else []
    disputes = Dispute.objects.filter(pk__in=row.disputes, anonymised_at=None).select_related("raising_agency").order_by("submitted_at")
    for dispute in disputes:
        found += _dispute(dispute, row.person)
    for piece in found:
        _flag(piece, others)
    return found


def _other_names(row: AccessRequest) -> list[str]:
    """Names of everybody else of the partnership, whole and by surname, and of guests: the longest first."""
    people = User.objects.filter(memberships__partnership=row.partnership_id).distinct()
    if row.person_id is not None:
        people = people.exclude(pk=row.person_id)
    guests = Guest.objects.filter(dispute__in=row.disputes).values_list("name", flat=True)
    own = set(row.person.name.casefold().split()) if row.person else set()
    names = {name for whole in (*people.values_list("name", flat=True), *guests) for name in (whole, whole.split(" ")[-1]) if len(name) >= SHORTEST}
    return sorted((name for name in names if name.casefold() not in own), key=len, reverse=True)


def _flag(piece: Piece, others: list[str]) -> None:
    piece.names = [name for name in others if re.search(rf"\b{re.escape(name)}\b", piece.text, flags=re.IGNORECASE)]
    if piece.names:
        piece.flags.append("Names other people: " + ", ".join(name for name in piece.names if " " in name or len(piece.names) == 1))


def _when(at: datetime) -> str:
    return moment(at, today=at.astimezone(LONDON).date(), year=True)


def _span(since: date | None, until: date | None) -> str:
    return f"from {since or 'the beginning'} to {until or 'now'}"


def _account(user: User, partnership: UUID) -> Iterator[Piece]:
    """What is kept of somebody who works, or worked, in the partnership."""
    account = f"{user.name}\n{user.email}\n{user.phone}\nAccount since {_when(user.joined_at)}, {'open' if user.is_active else 'closed'}"
    yield Piece("account", "Account", "Account", account.strip())
    for number, role in enumerate(
        Membership.objects.filter(user=user, partnership=partnership).select_related("agency", "partnership", "supervisor")
    ):
        words = f"{role.get_role_display()}, {role.agency or role.partnership}, {role.job_title}, {_span(role.since, role.until)}"
        own = f"; own manager {role.supervisor.name}" if role.supervisor else ""
        yield Piece(f"role-{number}", "Account", "Role", words + own)
    for number, held in enumerate(PostHolding.objects.filter(user=user, post__agency__partnership=partnership).select_related("post__agency")):
        yield Piece(
            f"post-{number}", "Account", "Post", f"{held.post}, {held.post.agency}, from {held.since or 'the beginning'} to {held.until or 'now'}"
        )
    covers = Cover.objects.filter(Q(person=user) | Q(deputy=user)).select_related("person", "deputy")
    for number, cover in enumerate(covers):
        yield Piece(f"cover-{number}", "Account", "Cover", str(cover))
    for number, line in enumerate(DirectoryEvent.objects.filter(Q(words__icontains=user.name) | Q(actor=user), partnership=partnership)):
        yield Piece(f"directory-{number}", "The directory’s record", _when(line.recorded_at), line.words)
    for number, sign in enumerate(SignInEvent.objects.filter(user=user)):
        words = ", ".join(filter(None, [sign.get_kind_display(), sign.get_means_display() if sign.means else "", sign.address or "", sign.device]))
        yield Piece(f"sign-in-{number}", "Signing in", _when(sign.recorded_at), words)
    looks = Reading.objects.filter(reader=user, dispute__partnership=partnership).select_related("dispute")
    for number, look in enumerate(looks):
        yield Piece(f"look-{number}", "What was looked at", _when(look.recorded_at), f"{look.dispute.reference}: {look.part}. {look.reason}".strip())


def _dispute(dispute: Dispute, person: User | None) -> Iterator[Piece]:
    """One disagreement: of a child everything that was typed, of a colleague what they wrote or what names them."""
    section = f"Disagreement {dispute.reference}"
    agencies = ", ".join(Agency.objects.filter(parts__dispute=dispute).order_by("name").distinct().values_list("name", flat=True))
    standing = f"Agencies: {agencies}. {State(dispute.state).label}. Logged {_when(dispute.submitted_at)}." if dispute.submitted_at else agencies
    yield Piece(f"{dispute.reference}-head", section, "What it is", standing)
    if person is None:
        yield from _children(dispute, section)
    several = person is None and Child.objects.filter(dispute=dispute).count() > 1
    events = {event.pk: event for event in Event.objects.filter(dispute=dispute).select_related("actor", "agency", "private_to").order_by("number")}
    bodies = {body.event_id: body for body in EventBody.objects.filter(event__dispute=dispute, erased_at=None)}
    for key, event in events.items():
        piece = _line(event, bodies.get(key), section, dispute.reference, person)
        if piece is not None:
            if several:
                piece.flags.append("Another child is in this disagreement")
            yield piece


def _children(dispute: Dispute, section: str) -> Iterator[Piece]:
    for child in Child.objects.filter(dispute=dispute):
        born = "unborn" if child.is_unborn else f"born {child.born_on:%-d %B %Y}" if child.born_on else ""
        piece = Piece(f"{dispute.reference}-child-{child.ordinal}", section, f"Child {child.ordinal}", f"{child.initials}, {born}")
        if child.ordinal > 1 or Child.objects.filter(dispute=dispute).count() > 1:
            piece.flags.append("Make sure that it is this child and not another")
        yield piece


def _line(event: Event, body: EventBody | None, section: str, reference: str, person: User | None) -> Piece | None:
    """A line of the record; of a colleague only their own and what names them. None where there is nothing to give."""
    text = "\n".join(_words(dict(body.text))) if body else ""
    mine = person is not None and event.actor_id == person.pk
    named = person is not None and (person.name.casefold() in text.casefold() or str(person.pk) in str(event.facts))
    if (person is not None and not (mine or named)) or (person is None and not text):
        return None
    who = event.actor.name if event.actor else "the system"
    head = f"{_when(event.happened_at)}: {event.get_kind_display()}, by {who}" + (f", {event.agency.name}" if event.agency else "")
    piece = Piece(f"{reference}-{event.number}", section, head, text)
    if event.private_to is not None:
        piece.flags.append(f"Private note of {event.private_to.name}: ask that agency first")
        piece.leave_out = True
    if person is not None and not mine:
        piece.flags.append("Somebody else wrote it about the person")
    return piece


def _words(text: dict[str, object]) -> Iterator[str]:
    """What was typed, each part with its name; one part stands alone."""
    for key, value in text.items():
        words = "; ".join(f"{name}: {inner}" for name, inner in value.items()) if isinstance(value, dict) else str(value)
        yield f"{key.replace('_', ' ').capitalize()}: {words}" if len(text) > 1 else words
