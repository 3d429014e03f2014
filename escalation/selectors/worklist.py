"""My work: what one person owes, what they wait for, and their drafts.

However long the lists are, a fixed number of queries: as much of every clock is read as places it, and the whole of those that are shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from agencies import wall_clock
from agencies.models import Cover, PostHolding
from agencies.person import Person
from agencies.ready import Ready
from agencies.words import END_OF_DAY
from agencies.working_days import LONDON, instant
from escalation import policy
from escalation.engine.case import load
from escalation.engine.turns import brings_it_on
from escalation.models import ChildReference, Clock, Dispute, Draft, LearningPoint, Referral, Request, StageRun
from escalation.part_policy import written_by
from escalation.querysets import Known, known_each
from escalation.record_policy import known_clocks
from escalation.selectors.desk import Desk, WorkItem
from escalation.selectors.words import DUE, Due, area_of, tone_of
from escalation.states import LIVE, Measure, State

LIVE_STATES = sorted(LIVE)
MOST_FOUND = 20
# So many on one page of a group by itself.
ON_A_PAGE = 40
OVERDUE, TODAY, LATER, LEARNING, WAITING, DRAFTS = "overdue", "today", "later", "learning", "waiting", "drafts"
GROUPS = {"overdue": OVERDUE, "soon": TODAY}
# So many of a group stand on My work: more of what is urgent, for a telephone shows two or three at a time.
FIRST = {OVERDUE: 10, TODAY: 10}
FIRST_OF_OTHERS = 5


# A disagreement, or a learning action with its day, to whom it was referred, and that it is one.
_Theirs = tuple[UUID, date | None, str, bool]


class _Line(NamedTuple):
    """As much of a running clock as places it."""

    clock: UUID
    dispute: UUID
    owner: UUID | None
    key: str
    measures: str
    owed_by: str
    due: datetime


class _Owed(NamedTuple):
    """A row for whoever owes it, with the overall limit that runs beside it."""

    line: _Line
    cap: _Line | None


class _Awaited(NamedTuple):
    """A row that somebody else owes."""

    line: _Line


_Row = _Owed | _Awaited | WorkItem


@dataclass(slots=True)
class Covered:
    """Whose work a group holds who is away: `mine` where the person covers for them, else as the deputy in their post."""

    name: str
    until: date
    mine: bool


@dataclass(slots=True)
class Group:
    """Some rows of a group, of how many it has in all, and the number before the first of them; `covered` where it is a colleague's."""

    key: str
    total: int
    items: list[WorkItem]
    before: int = 0
    covered: Covered | None = None

    @property
    def last(self) -> int:
        """The number of the last row that is shown."""
        return self.before + len(self.items)


@dataclass(slots=True)
class Worklist:
    """The groups that have anything, in their order: the person's own, what those who are away owe, then what others owe and drafts."""

    groups: list[Group] = field(default_factory=list)

    def has(self, *keys: str) -> bool:
        """Whether any of these groups has anything."""
        return any(group.key in keys for group in self.groups)

    @property
    def has_sent_back(self) -> bool:
        """Whether a draft waits that somebody sent back: they stand first among the drafts."""
        return any(group.key == DRAFTS and group.items and group.items[0].who for group in self.groups)

    @property
    def next_due(self) -> WorkItem | None:
        """What comes next where nothing is due now: the person's own first, then what others owe; what these owe late comes no more."""
        items = (item for key in (LATER, WAITING) for group in self.groups if group.key == key for item in group.items)
        return next((item for item in items if item.due and item.due.moment and item.due.tone != "overdue"), None)


@dataclass(slots=True)
class _Placed:
    """All rows of a group, soonest due first."""

    rows: Sequence[_Row]
    covered: Covered | None = None


def worklist(person: Person, now: datetime, *, only: str = "", page: int = 1) -> Worklist:
    """What the person owes and waits for at this instant: the first of each group, or one page of the group of this key. Queries: 4 to 14.

    A page behind the last has no rows; a group that the person does not have is not there.
    """
    placed = _placed(person, now)
    if only:
        placed = {key: group for key, group in placed.items() if key == only}
    before = (page - 1) * ON_A_PAGE if only else 0
    most = {key: ON_A_PAGE if only else FIRST.get(key, FIRST_OF_OTHERS) for key in placed}
    cut = {key: group.rows[before : before + most[key]] for key, group in placed.items() if group.rows}
    desk = Desk.load({line.clock for row in chain.from_iterable(cut.values()) for line in _lines(row)}, now, person)
    return Worklist([Group(key, len(placed[key].rows), [_item(row, desk) for row in rows], before, placed[key].covered) for key, rows in cut.items()])


def _lines(row: _Row) -> list[_Line]:
    if isinstance(row, WorkItem):
        return []
    return [row.line, row.cap] if isinstance(row, _Owed) and row.cap else [row.line]


def _item(row: _Row, desk: Desk) -> WorkItem:
    if isinstance(row, _Owed):
        return desk.item(row.line.clock, row.cap.clock if row.cap else None)
    return desk.waiting(row.line.clock) if isinstance(row, _Awaited) else row


def _placed(person: Person, now: datetime) -> dict[str, _Placed]:
    """Every row in its group, in the order in which the groups are shown."""
    mine, learning = _mine(person, now)
    covers = _covers(person, now)
    stood_in, lines = _without_what_rests(_stood_in(person, covers), _clocks(person, mine))
    shown = {line.clock for line in stood_in}
    own, others = _split((line for line in lines if line.clock not in shown), person)
    for dispute in own.keys() | {line.dispute for line in stood_in}:
        others.pop(dispute, None)
    groups: dict[str, list[_Owed]] = {OVERDUE: [], TODAY: [], LATER: []}
    for row in _owed(own.values()):
        groups[GROUPS.get(tone_of(row.line.due, now), LATER)].append(row)
    waiting = sorted((_Awaited(_shown(lines)[0]) for lines in others.values()), key=lambda row: row.line.due)
    return {
        **{key: _Placed(rows) for key, rows in groups.items()},
        **_for_colleagues(covers, stood_in, person),
        LEARNING: _Placed(learning),
        WAITING: _Placed(waiting),
        DRAFTS: _Placed(_drafts(person)),
    }


def _owed(disputes: Iterable[list[_Line]]) -> list[_Owed]:
    """The rows of what one person owes in each disagreement, soonest due first."""
    rows = [_Owed(line, _cap_beside(lines, line)) for lines in disputes for line in _shown(lines)]
    return sorted(rows, key=lambda row: row.line.due)


def _theirs(person: UUID) -> "QuerySet[Any, _Theirs]":
    """The live disagreements that the person raised, wrote, holds or chairs; and, each marked as such, the learning actions that they see to."""
    apart = {"due_on": Value(None, output_field=DateField()), "referred_to": Value(""), "is_point": Value(False)}  # noqa: FBT003 - a column
    points = LearningPoint.objects.unsettled().filter(owner=person).annotate(is_point=Value(True))  # noqa: FBT003 - a column
    live = Dispute.objects.filter(state__in=LIVE_STATES)
    raised = live.filter(Q(raiser=person) | Q(logged_by=person)).annotate(key=F("pk"))
    holding = StageRun.objects.filter(holder=person, left_at=None, dispute__state__in=LIVE_STATES).annotate(key=F("dispute"))
    asked = Request.objects.filter(holder=person, ended_at=None, dispute__state__in=LIVE_STATES).annotate(key=F("dispute"))
    chairing = Referral.objects.filter(chair=person, decided_at=None, run__left_at=None, dispute__state__in=LIVE_STATES).annotate(key=F("dispute"))
    names = ("key", "due_on", "referred_to", "is_point")
    # The points come first: from them the database learns the columns' types.
    first = points.annotate(key=F("pk")).order_by().values_list(*names)
    found: QuerySet[Any, _Theirs] = first.union(
        *(each.annotate(**apart).order_by().values_list(*names) for each in (raised, holding, asked, chairing))
    )
    return found


# My work is the page that is opened most.
_THEIRS: Ready[_Theirs] = Ready(_theirs)


def _mine(person: Person, now: datetime) -> tuple[list[UUID], list[WorkItem]]:
    """The live disagreements that are the person's, and the learning actions that they see to. One query."""
    rows = _THEIRS(person.id)
    owed = sorted(((due, to, key) for key, due, to, is_point in rows if is_point), key=lambda row: (row[0] is None, row[0] or now.date(), row[2]))
    return [key for key, _, _, is_point in rows if not is_point], [_learning(key, due, to, now) for due, to, key in owed]


def _learning(key: UUID, due_on: date | None, referred_to: str, now: datetime) -> WorkItem:
    """A learning action that the person sees to; the disagreement that it came from is not named."""
    due = _by(due_on, now.astimezone(LONDON).date()) if due_on else None
    return WorkItem("", _("See to a learning action"), _("referred to: {whom}").format(whom=referred_to) if referred_to else "", due, learning=key)


def _clocks(person: Person, mine: list[UUID]) -> list[_Line]:
    """Those that the person owes or waits for, as far as the person may know of them still. One query."""
    known = Known(F("dispute"), known_each(person, wall_clock.today()))
    return _read(Clock.objects.running().filter(Q(owner=person.id) | Q(dispute__in=mine)).filter(known, known_clocks(person)))


def _read(clocks: QuerySet[Clock]) -> list[_Line]:
    """The clocks' lines, soonest due first."""
    rows = clocks.annotate(due=Coalesce("agreed_due_at", "due_at")).values_list("pk", "dispute", "owner", "key", "measures", "owed_by", "due")
    return sorted(map(_Line._make, rows.order_by()), key=attrgetter("due", "key", "clock"))


def _without_what_rests(*groups: list[_Line]) -> list[list[_Line]]:
    """The lines less those that ask the raising side to bring on what only waits for others to confirm a wording: that is what is waited for. At most
    one query."""
    asking = {line.dispute for group in groups for line in group if brings_it_on(line)}
    resting = set(Dispute.objects.filter(pk__in=asking).waiting_for_others().values_list("pk", flat=True)) if asking else set()
    return [[line for line in group if line.dispute not in resting or not brings_it_on(line)] for group in groups]


def _covers(person: Person, now: datetime) -> list[Cover]:
    """Cover that runs today by which the person stands in: for whom they cover, or a deputy's post holder. At most one query."""
    if not (person.covers_for or person.is_deputy):
        return []
    today = now.astimezone(LONDON).date()
    deputy = PostHolding.objects.on(today).filter(user=person.id, rank__gt=0).values("post")
    held = PostHolding.objects.on(today).filter(rank=0, post__in=deputy, user=OuterRef("person_id"))
    found = Cover.objects.on(today).filter(Q(deputy=person.id, person__in=person.covers_for) | Exists(held)).exclude(person=person.id)
    return list(found.select_related("person").order_by("person__name", "ends"))


def _stood_in(person: Person, covers: list[Cover]) -> list[_Line]:
    """What those who are away owe: in the places that their cover by the person keeps, else where the person sits, as far as they may know of it."""
    if not covers:
        return []
    seen = Dispute.objects.filter(state__in=LIVE_STATES).visible_to(person).order_by().values("pk")
    away = {cover.person_id for cover in covers}
    where = Q(agency=None) | Q(agency__in=person.agency_ids, owner__in=away - person.covers_for)
    for colleague, place in person.covered:
        where |= Q(agency=place, owner=colleague)
    return _read(Clock.objects.running().filter(where, owner__in=away, dispute__in=seen))


def _for_colleagues(covers: list[Cover], lines: list[_Line], person: Person) -> dict[str, _Placed]:
    """One group for each colleague who is away and owes something: whom the person covers for first."""
    whose: dict[UUID, Covered] = {}
    for cover in sorted(covers, key=lambda cover: cover.person_id not in person.covers_for):
        whose.setdefault(cover.person_id, Covered(cover.person.name, cover.ends, cover.person_id in person.covers_for))
    owed: defaultdict[UUID, defaultdict[UUID, list[_Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line.owner is not None:
            owed[line.owner][line.dispute].append(line)
    return {f"for-{owner}": _Placed(_owed(owed[owner].values()), covered) for owner, covered in whose.items() if owner in owed}


def _split(lines: Iterable[_Line], person: Person) -> tuple[dict[UUID, list[_Line]], dict[UUID, list[_Line]]]:
    """Clocks that the person owes, and the others, by disagreement; soonest first."""
    own: defaultdict[UUID, list[_Line]] = defaultdict(list)
    others: defaultdict[UUID, list[_Line]] = defaultdict(list)
    for line in lines:
        (own if line.owner == person.id else others)[line.dispute].append(line)
    return own, others


def _shown(lines: list[_Line]) -> list[_Line]:
    """An overall limit is a note on the row of what is asked; a row of its own only where nothing else is."""
    return [line for line in lines if line.measures != Measure.CAP] or lines[:1]


def _cap_beside(lines: list[_Line], shown: _Line) -> _Line | None:
    """The overall limit, where one runs beside what is asked."""
    return next((line for line in lines if line.measures == Measure.CAP and line is not shown), None)


def _drafts(person: Person) -> list[WorkItem]:
    found = (
        Draft.objects.filter(written_by(person, "dispute__"), dispute__state=State.DRAFT)
        .annotate(themes=F("answers__themes"))
        .defer("answers")
        .select_related("dispute")
        .order_by("-saved_at")
    )
    sent_back_first = sorted(found, key=lambda draft: not draft.dispute.head_number)
    return [
        WorkItem(
            reference=draft.dispute.reference,
            ask=_("Finish your draft"),
            who=_("Sent back to you: read why, then send it again") if draft.dispute.head_number else "",
            due=Due(_("Saved"), "later", draft.saved_at),
            about=area_of(draft.themes or ()),
            is_draft=True,
        )
        for draft in sent_back_first
    ]


def _by(day: date, today: date) -> Due:
    tone = "overdue" if day < today else "soon" if day == today else "later"
    return Due(str(DUE[tone]), tone, instant(day, END_OF_DAY))


def find(person: Person, reference: str | None, typed: str, now: datetime) -> list[Dispute]:
    """Disagreements that the person may know of: by reference (already read), or by the own agency's reference of the child in any case and spacing,
    hyphens and strokes typed or not.

    By the child's only those of which the person may see who the child is: it would else say who it is to whoever has the reference from elsewhere.
    Newest first, at most one more than MOST_FOUND, by which it is seen that there are more; what may not be seen is not found.
    """
    visible = Dispute.objects.named_visible_to(person).select_related("raising_agency").order_by("-created_at", "-pk")
    if reference is not None and (found := list(visible.filter(reference=reference))):
        return found
    own = ChildReference.objects.written_like(person.agency_ids, typed).values("child__dispute")
    about, read = visible.exclude(state=State.DRAFT).filter(pk__in=own), 0
    known: list[Dispute] = []
    while len(known) <= MOST_FOUND and (some := list(about[read : read + MOST_FOUND + 1])):
        seen = {case.dispute.pk for case in load([row.pk for row in some], now=now, lock=False) if policy.sees_child(person, case)}
        known += [row for row in some if row.pk in seen]
        read += len(some)
    return known[: MOST_FOUND + 1]
