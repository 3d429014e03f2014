"""Who looked at a disagreement: the read ledger as the safeguarding leads of its agencies see it, the newest first and page by page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from agencies.person import Person
from agencies.places import Sat, sat
from escalation.engine.case import Case
from escalation.models import Event, Guest, Reading
from escalation.record_policy import BRINGS_FILE, is_own_side, may_read_line
from escalation.selectors.words import document_words, words_of
from escalation.services.reading import ABOUT_CHILD, ANSWER, CASE, CHILD, EARLY, FILE, PRINT

MOST = 50
WORDS = {
    CASE: _("Read it"),
    CHILD: _("Saw who the child is"),
    PRINT: _("Printed the record"),
    EARLY: _("Gave a reason to read it before its stage"),
    ABOUT_CHILD: _("Looked for everything about this child"),
    ANSWER: _("Took it out in the answer to a request for access"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One reading: who, in which agency or for the partnership as they sat then, what of it, when, and why where they had to say so."""

    id: UUID
    at: datetime
    who: str
    place: str
    part: str
    reason: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Looks:
    """A page of readings; `following` is the last one's key where there are more, to go on from."""

    looks: list[Look]
    following: UUID | None


def who_looked(case: Case, person: Person, *, after: UUID | None = None, most: int = MOST) -> Looks:
    """Who read it, for a reader whom `policy.sees_who_looked` allows. Seven queries at most.

    Another side sees nothing of what was read inside the raising agency before it was sent, and nobody that a file was read that they may not know
    of. Where people have gone since does not change for whom they looked: each is named by where they sat at that moment.
    """
    files, others = _attached(case, person)
    rows = Reading.objects.filter(_shown(case, person), dispute=case.dispute).exclude(part__in=others).select_related("reader", "guest")
    rows = rows.order_by("-recorded_at", "-pk")
    last = rows.filter(pk=after).first() if after is not None else None
    if last is not None:
        rows = rows.filter(Q(recorded_at__lt=last.recorded_at) | Q(recorded_at=last.recorded_at, pk__lt=last.pk))
    found = list(rows[: most + 1])
    page = found[:most]
    seats = _seats(case, page)
    names = dict(Agency.objects.filter(partnership=case.dispute.partnership_id).values_list("pk", "name"))
    return Looks([_look(row, case, person, seats[row.pk], names, files) for row in page], page[-1].pk if len(found) > most else None)


def _seats(case: Case, page: list[Reading]) -> dict[UUID, frozenset[UUID | None]]:
    """Where each reader sat when they looked; a guest stands for the agency that asked them."""
    moments = [row.recorded_at for row in page]
    users = {row.reader_id for row in page if row.reader_id}
    known = sat(case.dispute.partnership_id, min(moments), max(moments), users=users) if users else Sat()
    return {row.pk: known.at(row.reader_id, row.recorded_at) if row.reader_id else _of_guest(row.guest) for row in page}


def _of_guest(guest: Guest | None) -> frozenset[UUID | None]:
    return frozenset({guest.agency_id}) if guest else frozenset()


def _shown(case: Case, person: Person) -> Q:
    """Everything for the raising side; for another side what was read since it was sent."""
    if is_own_side(person, case):
        return Q()
    return Q(recorded_at__gte=case.dispute.sent_at) if case.dispute.sent_at else Q(pk__in=[])


def _attached(case: Case, person: Person) -> tuple[dict[str, datetime], list[str]]:
    """When each file was attached of which the person may know, by the number of the line that did; and as what the others' readings are kept."""
    lines = Event.objects.filter(dispute=case.dispute, kind__in=BRINGS_FILE)
    known = {line.number: line.recorded_at for line in lines if may_read_line(person, case, line)}
    others = [f"{FILE}: {line.number}" for line in lines if line.number not in known]
    return {str(number): at for number, at in known.items()}, others


def _look(row: Reading, case: Case, person: Person, seats: frozenset[UUID | None], names: dict[UUID, str], files: dict[str, datetime]) -> Look:
    parties = {case.raising_id, *case.receiving_ids}
    # An agency that is in it first; who sat in none of these looked for the partnership, or for an agency that acts for one.
    shown = seats & parties or ({None} & seats) or seats
    return Look(
        id=row.pk,
        at=row.recorded_at,
        who=row.reader.name if row.reader else _guest_words(row.guest),
        place=", ".join(sorted(names[key] for key in shown if key)) or case.dispute.partnership.name,
        part=_words(row.part, files),
        reason=row.reason,
        is_own=bool(seats & person.agency_ids),
    )


def _guest_words(guest: Guest | None) -> str:
    return gettext("{name} (no account)").format(name=guest if guest is not None and guest.name else gettext("Somebody"))


def _words(said: str, files: dict[str, datetime]) -> str:
    """What of it was read: a file by when it was attached, for its name is not for everybody who may see who looked."""
    part, _, which = said.partition(": ")
    if not which:
        return str(WORDS.get(part, part.capitalize()))
    if part == FILE:
        return (
            gettext("Downloaded the file attached on {moment}").format(moment=words_of(files[which]))
            if which in files
            else gettext("Downloaded a file")
        )
    return gettext("Printed: {document}").format(document=document_words(which))
