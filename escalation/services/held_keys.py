"""What people may hold that is open, found by their keys: each kind by an index of its holders over what is open of it alone."""

from collections.abc import Collection, Iterator
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Model, QuerySet, Value

from escalation.engine.own_clocks import CONFERENCE, OF_TURNS, SUBGROUP
from escalation.models import AgreedAction, Clock, Dispute, LearningPoint, PanelMember, Referral, Request, StageRun
from escalation.querysets import LIVE_LITERALS, Among, Literal
from escalation.states import State

# A table, and its field that names the holder.
Place: TypeAlias = tuple[type[Model], str]
# So many keys in one question.
AT_ONCE = 500


def by_holder() -> dict[Place, "QuerySet[Any]"]:
    """All that can be held, by where its holder stands. Each repeats the condition of its index, and asks no other table: with one the engine would
    begin at everything that is open."""
    live, undecided = Dispute.objects.filter(state__in=LIVE_LITERALS), Referral.objects.filter(decided_at=None)
    return {
        (StageRun, "holder"): StageRun.objects.filter(left_at=None),
        (Request, "holder"): Request.objects.filter(ended_at=None),
        (AgreedAction, "owner"): AgreedAction.objects.filter(done_at=None),
        (Dispute, "lead_manager"): live,
        (Dispute, "offered_mediator"): live,
        (Dispute, "logged_by"): Dispute.objects.filter(state=Literal(State.DRAFT), head_number__gt=0),
        (Referral, "chair"): undecided,
        (Referral, "mediator"): undecided,
        (PanelMember, "user"): PanelMember.objects.filter(left_at=None, gone_at=None),
        (Clock, "owner"): Clock.objects.running().filter(key__in=sorted({CONFERENCE, SUBGROUP, *OF_TURNS})),
        (LearningPoint, "owner"): LearningPoint.objects.filter(is_none=False, done_at=None),
    }


def keys_held_by(people: Collection[UUID]) -> dict[Place, list[UUID]]:
    """The keys of the rows that these people hold, in order, by where. A question for each five hundred people."""
    found: dict[Place, list[UUID]] = {place: [] for place in by_holder()}
    for some in in_parts(sorted(people)):
        places, questions = _asked(some)
        first, *others = questions
        for number, key in first.union(*others, all=True):
            found[places[number]].append(key)
    return {place: sorted(keys) for place, keys in found.items()}


def in_parts(keys: list[UUID]) -> Iterator[list[UUID]]:
    """These keys, so many at once as one question takes."""
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def _asked(people: list[UUID]) -> tuple[list[Place], list["QuerySet[Any]"]]:
    rows = {place: rows.filter(Among(place[1], people)).order_by() for place, rows in by_holder().items()}
    return list(rows), [each.annotate(at=Value(number)).values_list("at", "pk") for number, each in enumerate(rows.values())]
