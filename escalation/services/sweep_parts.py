"""What one sweep looks at: on which clock, and what for. Each part finds its rows by an index whose size follows what is open."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum, auto
from functools import cache, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.engines import writes_in_turns
from agencies.models import Membership, Partnership
from agencies.ready import Ready
from agencies.roles import HOLDER_ROLES, Role
from agencies.working_days import LONDON
from escalation.engine.change import Change
from escalation.engine.own_clocks import CONFERENCE, REVIEWING, SUBGROUP
from escalation.models import Clock, Dispute, SweepFailure
from escalation.part_policy import PRESIDES
from escalation.querysets import ClockQuerySet, DisputeQuerySet, Literal
from escalation.services.failing import has_failed
from escalation.states import Job, Side, State

# Until a disagreement whose decision failed is tried again.
PUT_OFF = timedelta(hours=1)
# Before whom a matter may lie with nobody, and the roles by one of which somebody may take it.
OFFICES = {
    Q(owed_by=Side.CHAIR): PRESIDES,
    Q(key=SUBGROUP): frozenset({Role.SUBGROUP_CHAIR}),
    Q(key=REVIEWING): frozenset({Role.REVIEWER}),
    Q(key=CONFERENCE): frozenset({Role.LEAD}),
    Q(owed_by__in=(Side.RAISING, Side.EACH), run__holder=None): HOLDER_ROLES,
}


class Wanted(Enum):
    """Why a part is looked at."""

    DUE = auto()
    # Of what is closed the agreed actions alone are followed.
    CLOSED = auto()
    # What lies with nobody where somebody has the role by now that can take it, whatever is due.
    UNFILLED = auto()


@dataclass(frozen=True, slots=True)
class Part:
    """What is swept on one clock: of a practice partnership that is ahead (`only`), or of all but those (`without`).

    What lies with nobody may do so after a look too: of that each part is looked through once, past the last key that was looked at (`after`).
    """

    now: datetime
    only: UUID | None = None
    without: tuple[UUID, ...] = ()
    wanted: Wanted = Wanted.DUE
    after: UUID | None = None

    def rows(self) -> DisputeQuerySet:
        """Those to look at: earliest due first, else in the order of their keys."""
        rows = self._wanted()
        if self.only is not None:
            return rows.filter(partnership=self.only)
        return rows.exclude(partnership__in=self.without) if self.without else rows

    def _wanted(self) -> DisputeQuerySet:
        if self.wanted is Wanted.DUE:
            return Dispute.objects.due_for_check(self.now)
        if self.wanted is Wanted.CLOSED:
            actions = Clock.objects.actions_to_check(self.now).order_by().values("dispute")
            # In the statement itself: beside it as a parameter, SQLite plans anew each minute, for a partial index might be meant.
            return Dispute.objects.filter(state=Literal(State.CLOSED), pk__in=actions).order_by("pk")
        # The short question by itself, for nearly always the answer is no: to plan the long one took longer than to answer it.
        if not _ANY_BESIDE_NOBODY():
            return Dispute.objects.none()
        failed = SweepFailure.objects.filter(dispute=OuterRef("pk"), job=Job.SWEEP, failed_at__gt=self.now - PUT_OFF)
        keys = unfilled(self.now.astimezone(LONDON).date())
        found = Dispute.objects.live().filter(~Exists(failed), pk__in=keys).order_by("pk")
        return found if self.after is None else found.filter(pk__gt=self.after)

    @property
    def is_unfilled(self) -> bool:
        """Whether nothing need be due in it."""
        return self.wanted is Wanted.UNFILLED

    def past(self, keys: list[UUID]) -> "Part":
        """The rest of it, once these were looked at."""
        return replace(self, after=keys[-1]) if self.is_unfilled and keys else self

    def wants(self, change: Change) -> bool:
        """Whether the change is to be written: not where nobody could take what lies with nobody."""
        return not self.is_unfilled or bool(change.events)


def claim(part: Part, size: int) -> list[Dispute]:
    """Lock up to `size` disagreements of the part, in its order; those that another sweep holds are skipped."""
    if part.is_unfilled:
        return list(_to_lock(part.rows())[:size])
    places = part.without if part.only is None else (part.only,)
    return _due(part.wanted, size, is_one=part.only is not None)(part.now, *places)


@cache
def _due(wanted: Wanted, size: int, *, is_one: bool) -> Ready[Dispute]:
    """What is due at a moment, in one partnership or without those given. Nearly always it is nothing: to put it into SQL took the longest."""

    def question(now: datetime, *places: UUID) -> DisputeQuerySet:
        part = Part(now, only=places[0], wanted=wanted) if is_one else Part(now, without=places, wanted=wanted)
        return _to_lock(part.rows())[:size]

    return Ready(question)


def _to_lock(rows: DisputeQuerySet) -> DisputeQuerySet:
    return told(rows) if writes_in_turns() else told(rows).select_for_update(skip_locked=True, of=("self",))


def told(rows: DisputeQuerySet) -> DisputeQuerySet:
    """With each, whether the operator was told that it failed before (`failed_before`)."""
    found: DisputeQuerySet = rows.annotate(failed_before=has_failed(Job.SWEEP))
    return found


def beside_nobody() -> ClockQuerySet:
    """The clocks on what is asked of nobody before the partnership or beside the stages."""
    return Clock.objects.of_nobody().filter(reduce(or_, OFFICES))


# Asked each minute, with hardly ever an answer.
_ANY_BESIDE_NOBODY: Ready[tuple[UUID]] = Ready(lambda: beside_nobody().order_by().values_list("pk")[:1])
_AHEAD: Ready[tuple[UUID, timedelta]] = Ready(lambda: Partnership.objects.filter(ahead__gt=timedelta()).values_list("pk", "ahead"))


def unfilled(today: date) -> QuerySet[Any]:
    """The keys of the disagreements in which something before the partnership or beside the stages is asked of nobody, and somebody has the role
    today by which it may be theirs: whether it is, the case says."""
    held = Membership.objects.on(today).filter(user__is_active=True, partnership=OuterRef("dispute__partnership"))
    asked = reduce(or_, (which & Q(Exists(held.filter(role__in=roles))) for which, roles in OFFICES.items()))
    return Clock.objects.of_nobody().filter(asked).order_by().values("dispute")


def parts(now: datetime) -> list[Part]:
    """All that a sweep looks at, at this moment (aware)."""
    ahead = dict(_AHEAD())
    clocks = [Part(now, without=tuple(ahead)), *(Part(now + by, only=key) for key, by in ahead.items())]
    return [replace(part, wanted=wanted) for wanted in Wanted for part in clocks]


def parts_of(partnership: Partnership, now: datetime) -> list[Part]:
    """The same of one partnership alone, at a moment of its own clock."""
    return [Part(now.astimezone(UTC), only=partnership.pk, wanted=wanted) for wanted in Wanted]
