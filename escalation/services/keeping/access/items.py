"""The pieces of what is kept about somebody: each with what speaks against giving it as it stands, for a person to decide.

What the business unit may not read of a disagreement is in none of them: what happened inside the raising agency, lines about files that are not
for all, and an agency's private notes. Each agency gives its own: of each disagreement one piece says so, whether there are any or not. An attached
file that the unit may see belongs to its line's piece.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.at_once import together
from agencies.edition import current_edition
from agencies.errors import NotFound
from agencies.models import Agency, User
from agencies.person import Person, person_of
from agencies.words import short_day
from agencies.working_days import london
from escalation import record_policy
from escalation.engine.case import Case, assemble
from escalation.engine.case_rows import by_dispute
from escalation.engine.standing import standing
from escalation.line_order import in_order
from escalation.models import AccessRequest, Attachment, Child, ChildNaming, Dispute, EarlierChild, Event, EventBody, Guest
from escalation.querysets import Among
from escalation.services.attempts import as_read
from escalation.services.keeping.access.account import account_of, when
from escalation.services.keeping.access.known import still_kept
from escalation.services.keeping.access.pieces import Names, Piece
from escalation.states import EventKind, State

UNREAD = gettext_noop("Open the file and read it before you give it: nobody looked inside for other people")
ANOTHERS = gettext_noop("Somebody else attached it, and its name says nothing of the person")
ANOTHER_CHILD = gettext_noop("The request is about another child of this disagreement")
WHICH_CHILD = gettext_noop("Make sure that it is this child and not another")
UNKNOWN = gettext_noop("The person may not know of this disagreement: think twice before any of it is given")
ANYBODY = UUID(int=0)
Rows = list[tuple[Event, EventBody | None]]


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened, read at once however much it is; `unit` is whoever answers, as one of the unit and nothing else."""

    unit: Person
    subject: User | None
    references: frozenset[str]
    agencies: dict[UUID, str]
    rows: dict[UUID, Rows]
    children: dict[UUID, list[Child]]
    earlier: dict[UUID, list[EarlierChild]]
    names_children: bool
    guests: dict[str, Guest]
    files: dict[UUID, Attachment]
    people: list[User]


def pieces_of(row: AccessRequest, reader: Person, *, now: datetime, edition: str | None = None, disputes: list[Dispute] | None = None) -> list[Piece]:
    """Everything that this reader may see, in order: the person's account and doings, then each disagreement that was opened. `edition` is the
    directory's, and `disputes` those that are still kept and that the reader may know of, where they were asked for already."""
    edition = current_edition() if edition is None else edition
    kept = list(still_kept(reader, row).select_related("partnership").order_by("pk")) if disputes is None else disputes
    cases = _for_its_reason(row, kept, now, edition)
    cases.sort(key=lambda case: (case.dispute.submitted_at or case.dispute.created_at, case.dispute.pk))
    opened = _opened(row, reader, cases)
    theirs = Dispute.objects.visible_to(reader).filter(partnership=row.partnership_id)
    # The account is in the first part, which whoever asked could be given.
    found = list(account_of(row.person, row.partnership_id, theirs, opened.unit)) if row.person and not row.is_rest else []
    hidden = _hidden_from(row.person, [case.dispute.pk for case in cases], now, edition) if row.person else set()
    for case in cases:
        for piece in _dispute(case, opened, row):
            if case.dispute.pk in hidden:
                piece.flags, piece.leave_out = [_(UNKNOWN), *piece.flags], True
            found.append(piece)
    others = _other_names(row, opened)
    for piece in found:
        piece.flag(others)
    return found


def file_of(row: AccessRequest, reader: Person, file: UUID, *, now: datetime) -> tuple[Case, Attachment]:
    """An attached file of a piece, with its case, to be read before it is given. Raises NotFound for one that this reader finds in none."""
    found = Attachment.objects.filter(dispute__in=still_kept(reader, row), ended_at=None, pk=file)
    attached = found.select_related("event__body", "dispute__partnership").first()
    if attached is not None:
        (case,) = _for_its_reason(row, [attached.dispute], now)
        if record_policy.may_see(_for_the_unit(reader, row), case, attached):
            return case, attached
    raise NotFound(_("There is no such file, or it is not yours to see."))


def _for_its_reason(row: AccessRequest, disputes: list[Dispute], now: datetime, edition: str | None = None) -> list[Case]:
    """The disagreements as they stand, opened to the unit for the request's reason."""
    cases = assemble(disputes, now=now, edition=edition)
    for case in cases:
        case.opened_early[ANYBODY] = row.reason
    return cases


def _for_the_unit(reader: Person, row: AccessRequest) -> Person:
    """The unit answers, whoever of it reads: what they see as the one who logged it, or by a seat in an agency, is that agency's to give."""
    return Person(ANYBODY, "", tuple(seat for seat in reader.seats if seat.agency_id is None and seat.partnership_id == row.partnership_id))


def _opened(row: AccessRequest, reader: Person, cases: Sequence[Case]) -> Opened:
    keys = [case.dispute.pk for case in cases]
    events, known, earlier, guests, files, places, naming, people = together(
        Event.objects.filter(Among("dispute", keys)).select_related("body", "actor").order_by("dispute_id", "number"),
        Child.objects.filter(Among("dispute", keys)).order_by("ordinal"),
        EarlierChild.objects.filter(Among("child__dispute", keys)),
        Guest.objects.filter(Among("dispute", keys)).select_related("invited_by"),
        Attachment.objects.filter(Among("dispute", keys), ended_at=None).select_related("event", "dispute"),
        Agency.objects.filter(partnership=row.partnership_id),
        ChildNaming.objects.filter(partnership=row.partnership_id, is_on=True),
        User.objects.filter(memberships__partnership=row.partnership_id).only("name").order_by().distinct(),
    )
    rows = {key: standing([(event, getattr(event, "body", None)) for event in mine]) for key, mine in groupby(events, lambda event: event.dispute_id)}
    before: dict[UUID, list[EarlierChild]] = {}
    for each in earlier:
        before.setdefault(each.child_id, []).append(each)
    return Opened(
        unit=_for_the_unit(reader, row),
        subject=row.person,
        references=frozenset(case.dispute.reference for case in cases),
        agencies={agency.pk: agency.name for agency in places},
        rows=rows,
        children=by_dispute(known),
        earlier=before,
        names_children=bool(naming),
        guests={str(guest.pk): guest for guest in guests},
        files={file.event_id: file for file in files},
        people=people,
    )


def _hidden_from(subject: User, keys: Sequence[UUID], now: datetime, edition: str) -> set[UUID]:
    """Those of which the person who asks may not know."""
    person = person_of(subject, london(now).date(), edition=edition)
    return set(keys) - set(Dispute.objects.visible_to(person).filter(pk__in=keys).values_list("pk", flat=True))


def _other_names(row: AccessRequest, opened: Opened) -> Names:
    """Names of everybody else of the partnership or on a record, of guests, and of children: all where a colleague asks, else the others.

    A child is spoken of by its first name: each part of a child's name is one.
    """
    people = {(user.pk, user.name) for user in opened.people}
    people |= {(event.actor.pk, event.actor.name) for rows in opened.rows.values() for event, _ in rows if event.actor is not None}
    whole = [name for key, name in people if key != row.person_id]
    own = row.person.name if row.person else ""
    for children in opened.children.values():
        others = children if row.person else _other_children(row, children)
        whole += [part for child in others for name in _names(child, opened) for part in (name, *name.split())]
        own += "".join(f" {name}" for child in children if child not in others for name in _names(child, opened))
    return Names.of_people([*whole, *(guest.name for guest in opened.guests.values())], but=own)


def _names(child: Child, opened: Opened) -> list[str]:
    """Its full name, and those that it was said to have before."""
    return [child.name, *(each.name for each in opened.earlier.get(child.pk, []))]


def _other_children(row: AccessRequest, children: Sequence[Child]) -> list[Child]:
    """Of one disagreement's children those whom the request is not about: all of several where it does not tell them apart."""
    meant = [child for child in children if len(children) == 1 or str(child.pk) in row.children]
    return [child for child in children if len(meant) != 1 or child not in meant]


def _dispute(case: Case, opened: Opened, row: AccessRequest) -> Iterator[Piece]:
    """One disagreement: of a child everything that was typed, of a colleague what they wrote or what names them."""
    dispute = case.dispute
    section, children = _("Disagreement {reference}").format(reference=dispute.reference), opened.children.get(dispute.pk, [])
    agencies = ", ".join(sorted({opened.agencies.get(party.agency_id, "") for party in case.parties}))
    standing_now = (
        _("Agencies: {agencies}. {state}. Logged {when}.").format(
            agencies=agencies, state=State(dispute.state).label, when=when(dispute.submitted_at)
        )
        if dispute.submitted_at
        else agencies
    )
    yield Piece(f"head-{dispute.pk}", section, _("What it is"), standing_now)
    # Said of every agency, for whether one has a private note is known to that agency alone.
    to_ask = _("Ask these for what they may keep to themselves, as private notes or files: {agencies}.").format(agencies=agencies)
    yield Piece(f"private-{dispute.pk}", section, _("What is an agency’s own to give"), to_ask)
    several = opened.subject is None and len(children) > 1
    if opened.subject is None:
        others = _other_children(row, children)
        told_apart = len(others) < len(children)
        for child in children:
            piece = _child(child, section, opened)
            if several:
                piece.flags.append(_(ANOTHER_CHILD if told_apart and child in others else WHICH_CHILD))
            piece.leave_out = child in others
            yield piece
    for piece in _record(case, opened, section):
        if several and piece.text:
            piece.flags.append(_("Another child is in this disagreement"))
        yield piece


def _child(child: Child, section: str, opened: Opened) -> Piece:
    """Who it is, and was said to be before; its full name only while the partnership takes names, as on the page."""
    named = opened.names_children
    words = [after := _who(child, named=named)]
    for each in opened.earlier.get(child.pk, []):
        if (who := _who(each, named=named)) != after:
            words.append(_("Until {moment}: {who}").format(moment=when(each.until), who=who))
        after = who
    return Piece(f"child-{child.pk}", section, _("Child {number}").format(number=child.ordinal), "\n".join(words))


def _who(child: Child | EarlierChild, *, named: bool) -> str:
    born = _("born {day}").format(day=short_day(child.born_on)) if child.born_on else ""
    return ", ".join(filter(None, [child.initials, child.name if named else "", _("unborn") if child.is_unborn else born]))


def _record(case: Case, opened: Opened, section: str) -> Iterator[Piece]:
    """The lines that the unit may read."""
    for event, body in opened.rows.get(case.dispute.pk, []):
        # A line that names another disagreement stands only beside that one: whoever reads may know of all that was opened, and of no more.
        another = event.facts.get("other") if event.kind in record_policy.NAMES_ANOTHER else None
        if another in {None, *opened.references} and record_policy.may_read_line(opened.unit, case, event):
            file = opened.files.get(event.pk)
            seen = file if file is not None and record_policy.may_see(opened.unit, case, file) else None
            piece = _line(event, body, opened, section, seen)
            if piece is not None:
                yield piece


def _line(event: Event, body: EventBody | None, opened: Opened, section: str, file: Attachment | None) -> Piece | None:
    """A line of the record; of a colleague only their own, what names them, and every file. None where there is nothing to give."""
    person, text = opened.subject, _words(event, body)
    mine = person is not None and event.actor_id == person.pk
    named = person is not None and (person.name.casefold() in text.casefold() or str(person.pk) in str(event.facts))
    about_them = person is None or mine or named
    if file is None and (not about_them or (person is None and not text)):
        return None
    agency = opened.agencies.get(event.agency_id, "") if event.agency_id else ""
    head = _("{when}: {what}, by {author}").format(when=when(event.happened_at), what=event.get_kind_display(), author=_author(event, opened)) + (
        f", {agency}" if agency else ""
    )
    piece = Piece(f"line-{event.pk}", section, head, "\n".join(filter(None, [text, str(file or "")])), file=file, leave_out=not about_them)
    if file is not None:
        piece.flags.append(_(UNREAD))
    if person is not None and not mine:
        piece.flags.append(_("Somebody else wrote it about the person") if named else _(ANOTHERS))
    return piece


def _author(event: Event, opened: Opened) -> str:
    if event.facts.get("guest"):
        guest = opened.guests.get(event.facts["guest"])
        return guest.author if guest is not None else _("a guest")
    return event.actor.name if event.actor else _("the system")


def _words(event: Event, body: EventBody | None) -> str:
    """What was typed and still stands, each part with its name; one part stands alone. What a redaction kept stands in its own line."""
    text = as_read(body.text, event.facts) if body is not None and body.erased_at is None else {}
    if event.kind == EventKind.ERASED:
        text.pop("kept", None)
    if event.kind == EventKind.CORRECTED and event.facts.get("happened"):
        text |= {"happened": when(datetime.fromisoformat(event.facts["happened"]))}
    parts = {key: value for key, value in in_order(text).items() if value}
    return "\n".join(_part(key, value, alone=len(text) == 1) for key, value in parts.items())


def _part(key: str, value: Any, *, alone: bool) -> str:  # noqa: ANN401 - whatever the JSON of a body holds
    words = "; ".join(f"{name}: {inner}" for name, inner in in_order(value).items()) if isinstance(value, dict) else str(value)
    return words if alone else f"{key.replace('_', ' ').capitalize()}: {words}"
