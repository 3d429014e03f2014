"""Questions that lists ask of the tables, named as questions."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Upper
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.where import WhereNode

from agencies import wall_clock
from agencies.ready import Compiled
from escalation import learning_policy
from escalation.states import LIVE, ClockState, Delivery, Measure, RequestState, State
from escalation.visibility import agency_at_a_glance, at_a_glance, free_of_conflict, visible, was_asked

if TYPE_CHECKING:
    from agencies.person import Person

LIVE_STATES = sorted(LIVE)


class Literal(models.Value):
    """A state that stands in the statement itself, not beside it as a parameter.

    SQLite takes a partial index only where it can read the index's condition in the statement, and looks into no list of parameters.
    """

    def __init__(self, state: models.TextChoices) -> None:
        super().__init__(state.value, output_field=models.CharField())

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """The word between quotes. Raises ValueError for what is no plain word: nothing that was typed may come this way."""
        if not str(self.value).isidentifier():
            raise ValueError("A literal is the plain word of a state.")
        return f"'{self.value}'", ()


class Among(models.Func):
    """Is the column's key one of these? With one array on PostgreSQL: a batch's five hundred keys, each a parameter, cost as much as its rows."""

    output_field = models.BooleanField()

    def __init__(self, column: str, keys: Collection[UUID]) -> None:
        super().__init__(models.F(column))
        self.keys = tuple(key.hex for key in keys)

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        """`column IN (…)`."""
        column, given = self._column(compiler)
        return f"{column} IN ({', '.join(['%s'] * len(self.keys))})", (*given, *self.keys)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> tuple[str, tuple[str | int, ...]]:
        """`column = ANY(array)`."""
        column, given = self._column(compiler)
        return f"{column} = ANY(%s::uuid[])", (*given, f"{{{','.join(self.keys)}}}")

    def _column(self, compiler: SQLCompiler) -> tuple[str, Sequence[Any]]:
        if not self.keys:
            raise EmptyResultSet
        return compiler.compile(self.source_expressions[0])


class Known(models.Func):
    """Whether the key is one that the compiled query finds: asked of each row by itself, where IN would first find all that there are."""

    output_field = models.BooleanField()

    def __init__(self, key: models.F, query: Compiled) -> None:
        super().__init__(key)
        self.query = query

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        """EXISTS of the one. Raises EmptyResultSet where the query finds nothing."""
        sql, params = self.query.as_sql(compiler, connection)
        column, given = compiler.compile(self.source_expressions[0])
        return f"EXISTS(SELECT 1 FROM {sql} known WHERE known.pk = {column})", (*params, *given)  # noqa: S608 - compiled by Django # nosec B608


@lru_cache(maxsize=1024)
def known_to(person: "Person", today: date) -> Compiled:
    """The keys of the disagreements that this person may know of on a London date. The question depends on nothing but the person's own seats and
    covers and that day, and to put it into SQL anew took a seventh of a page's time: it is done once for each."""
    return Compiled.of(apps.get_model("escalation", "Dispute")._default_manager.filter(visible(person, today)).order_by().values("pk"))


class AsAWhole(WhereNode):
    """A condition that a database takes as one thing: asked of the row in hand, and not looked through for ways to find rows by a part of it."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """`(…) IS TRUE`, which is what WHERE asks in any case."""
        sql, params = super().as_sql(compiler, connection)
        return f"({sql}) IS TRUE", params


@lru_cache(maxsize=1024)
def known_each(person: "Person", today: date) -> Compiled:
    """As `known_to`, to be asked of one row at a time, which its key finds. PostgreSQL would ask of each index whether it finds rows by any of the
    many alternatives: that was two thirds of the planning of the question, which took much longer than its answer."""
    rows = apps.get_model("escalation", "Dispute")._default_manager.filter(visible(person, today, each=True)).order_by().values("pk")
    rows.query.where = AsAWhole([rows.query.where])
    return Compiled.of(rows)


@lru_cache(maxsize=1024)
def known_points(person: "Person") -> Compiled:
    """The keys of the learning points that this person may know of: put into SQL once for each, as `known_to`."""
    rows = apps.get_model("escalation", "LearningPoint")._default_manager.filter(learning_policy.visible(person))
    return Compiled.of(rows.order_by().values("pk"))


LIVE_LITERALS = [Literal(State(state)) for state in LIVE_STATES]


class DisputeQuerySet(models.QuerySet[Any]):
    """Disagreements."""

    def visible_to(self, person: "Person") -> "DisputeQuerySet":
        """Those this person may know of today, on the clock of whoever asks: the only way to a case."""
        return self.filter(pk__in=known_to(person, wall_clock.today()))

    def waiting_for_others(self) -> "DisputeQuerySet":
        """Those in which a wording was put that the raising side has confirmed and no response is awaited: `turns.waits_for_others` of many."""
        of_it = {"dispute": models.OuterRef("pk")}
        put = apps.get_model("escalation", "OutcomeProposal")._default_manager.filter(**of_it, replaced_at=None)
        confirmed = put.filter(confirmations__agency=models.OuterRef("raising_agency"))
        awaited = apps.get_model("escalation", "Request")._default_manager.filter(**of_it, state=RequestState.AWAITING)
        ours = models.Exists(confirmed) | models.Q(models.Exists(put), is_own_agency=True)
        return self.filter(ours, ~models.Exists(awaited), state=State.OPEN)

    def named_visible_to(self, person: "Person") -> "DisputeQuerySet":
        """The same, for the one or the few that somebody names: looked at by themselves, so that one of somebody else's takes as long as none."""
        return self.filter(Known(models.F("pk"), known_each(person, wall_clock.today())))

    def among_many_visible_to(self, person: "Person") -> "DisputeQuerySet":
        """The same, for very many of which most are their agency's: more than a glance tells is asked of the others alone."""
        known = Known(models.F("pk"), known_to(person, wall_clock.today()))
        return self.filter(free_of_conflict(person) & at_a_glance(person) | models.Q(known))

    def of_agency_visible_to(self, agency: UUID, person: "Person") -> "DisputeQuerySet":
        """Those that the agency raised or was asked in and that this person may know of, for very many of either. Asks once, of a lead or the like,
        whether a glance tells it of all of them: what tells more takes longer to plan than the thousands to count."""
        mine, seen = self.filter(models.Q(raising_agency=agency) | was_asked(agency)), agency_at_a_glance(person, agency)
        if seen is None:
            return mine.among_many_visible_to(person)
        free = mine.filter(free_of_conflict(person))
        if not free.exclude(seen).exists():
            return free.filter(seen)
        return mine.filter(seen & free_of_conflict(person) | models.Q(Known(models.F("pk"), known_to(person, wall_clock.today()))))

    def live(self) -> "DisputeQuerySet":
        """Open, or resolved with closing tasks to do."""
        return self.filter(state__in=LIVE_STATES)

    def submitted(self) -> "DisputeQuerySet":
        """All but drafts."""
        return self.exclude(state=State.DRAFT)

    def due_for_check(self, now: datetime) -> "DisputeQuerySet":
        """Live ones whose moment has come, earliest first. Repeats the partial index's condition literally."""
        return self.filter(state__in=LIVE_LITERALS, wake_at__lte=now).order_by("wake_at")


class ClockQuerySet(models.QuerySet[Any]):
    """Clocks."""

    def running(self) -> "ClockQuerySet":
        """Those that still run. Repeats the partial indexes' condition literally."""
        return self.filter(state=Literal(ClockState.RUNNING))

    def of_nobody(self) -> "ClockQuerySet":
        """Those that run on nobody by name."""
        return self.running().filter(owner=None)

    def actions_to_check(self, now: datetime) -> "ClockQuerySet":
        """Agreed actions whose next step has come. Repeats the partial index's condition literally."""
        return self.running().filter(measures=Literal(Measure.ACTION), next_check_at__lte=now)


class LearningQuerySet(models.QuerySet[Any]):
    """Learning points; the explicit word that there is none is no point."""

    def seen_by(self, person: "Person") -> "LearningQuerySet":
        """Those this person may know of: the only way to one."""
        return self.filter(pk__in=known_points(person), is_none=False)

    def named_seen_by(self, person: "Person") -> "LearningQuerySet":
        """The same, for one that is named: looked at by itself, so that one of somebody else's takes as long as none."""
        return self.named_among(known_points(person))

    def named_among(self, known: Compiled) -> "LearningQuerySet":
        """The same, of those of `known_points`."""
        return self.filter(Known(models.F("pk"), known), is_none=False)

    def unsettled(self) -> "LearningQuerySet":
        """Those that are neither done nor set aside."""
        return self.filter(is_none=False, done_at=None)

    def overdue(self, today: date) -> "LearningQuerySet":
        """Unsettled ones whose day (London) has passed."""
        return self.unsettled().filter(due_on__lt=today)


# An agency's reference as it is looked for: whatever its case and spaces. The index holds it so; SQLite takes an index of an expression only where
# the statement itself says the same, and looks into no list of parameters.
FOLDED_REFERENCE = Upper(models.Func("reference", template="REPLACE(%(expressions)s, ' ', '')", output_field=models.CharField()))


# What some write between the parts of a reference and others leave out: hyphen, dashes, minus, stroke, stop, underscore.
BETWEEN = "-\u2010\u2011\u2012\u2013\u2014\u2212/._"
# The same without those too, by which a search finds it.
BARE_REFERENCE = Upper(
    models.Func(
        "reference",
        template=reduce(lambda inner, sign: f"REPLACE({inner}, '{sign}', '')", BETWEEN, "REPLACE(%(expressions)s, ' ', '')"),
        output_field=models.CharField(),
    )
)


def unspaced(reference: str) -> str:
    """A reference of an agency's own without its spaces, as it is compared; its case is left to whoever compares."""
    return "".join(reference.split())


class ChildReferenceQuerySet(models.QuerySet[Any]):
    """Agencies' own references of children."""

    def known_as(self, references: Iterable[tuple[UUID, str]]) -> "ChildReferenceQuerySet":
        """Those by which these agencies (by key) know a child, whatever the case and spaces of what is given; none for nothing but spaces.

        The one rule by which a reference is known: beside a disagreement, for a hold, a request for access, everything about a child.
        """
        wanted = [models.Q(agency=agency, folded=Upper(models.Value(unspaced(given)))) for agency, given in references if unspaced(given)]
        return self.alias(folded=FOLDED_REFERENCE).filter(reduce(or_, wanted)) if wanted else self.none()

    def written_like(self, agencies: Iterable[UUID], typed: str) -> "ChildReferenceQuerySet":
        """Those by which any of these agencies knows a child, also where a hyphen, dash or stroke is typed otherwise or left out: for a search alone.

        It may find two where `known_as` finds one (1-23 and 12-3): never to say that two are the same child.
        """
        bare = unspaced(typed).translate(dict.fromkeys(map(ord, BETWEEN)))
        return self.alias(bare=BARE_REFERENCE).filter(agency__in=list(agencies), bare=Upper(models.Value(bare))) if bare else self.none()


class GuestQuerySet(models.QuerySet[Any]):
    """Invitations of people without an account."""

    def open(self, now: datetime) -> "GuestQuerySet":
        """Those that open something: not taken back, not expired, and the request that names the guest still waits in the stage it was made in."""
        waits = {"request__state": RequestState.AWAITING, "request__ended_at": None, "request__run__left_at": None, "dispute__state": State.OPEN}
        return self.filter(taken_back_at=None, expires_at__gt=now, **waits)


class AttachmentQuerySet(models.QuerySet[Any]):
    """Attached files."""

    def of(self, dispute: models.Model) -> "AttachmentQuerySet":
        """Those that are there, neither replaced nor withdrawn, with the typed text of their lines, the newest first."""
        return self.filter(dispute=dispute, ended_at=None).select_related("event__body").order_by("-added_at", "-pk")


class NotificationQuerySet(models.QuerySet[Any]):
    """The outbox."""

    def to_send(self, now: datetime) -> "NotificationQuerySet":
        """What may leave now, oldest first. Repeats the partial index's condition literally."""
        return self.filter(state=Literal(Delivery.WAITING), not_before__lte=now).order_by("not_before")

    def for_the_world(self) -> "NotificationQuerySet":
        """All but those of partnerships to practise in: the only ones that ever leave."""
        return self.exclude(dispute__partnership__is_practice=True).exclude(partnership__is_practice=True)

    def of_practice(self, partnership: models.Model) -> "NotificationQuerySet":
        """Those of one partnership to practise in, with what composing and sorting them need."""
        mine = models.Q(dispute__partnership=partnership) | models.Q(partnership=partnership)
        return self.filter(mine).select_related("dispute__partnership", "partnership", "recipient", "request", "guest")
