"""Reading documents in tests: a paper as its reader gets it, its fields by label and its tables by caption."""

from django.db import transaction

from agencies.models import User
from escalation.engine.case import Case, assemble, load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.states import EventKind, Ground, Route, Verb
from reports.documents.kinds import DocumentKind
from reports.documents.matter import matter_of
from reports.documents.printing import BUILDERS
from reports.documents.shapes import Block, Facts, Paper, Table, Text
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.world import london


def case_of(journey: Journey) -> Case:
    """The disagreement as it stands."""
    return assemble([journey.now], now=journey.world.now)[0]


class Read:
    """A document as somebody gets it."""

    def __init__(self, journey: Journey, kind: DocumentKind, user: User, *, with_child: bool = False) -> None:
        matter = matter_of(case_of(journey), journey.world.person(user), journey.world.now, with_child=with_child)
        self.paper: Paper = BUILDERS[kind](matter)

    @property
    def blocks(self) -> list[Block]:
        return [block for section in self.paper.sections for block in section.blocks]

    def field(self, label: str) -> str:
        """The value of the first field or answer with this label."""
        fields = [(row.label, row.value) for block in self.blocks if isinstance(block, Facts) for row in block.rows]
        texts = [(block.label, block.text) for block in self.blocks if isinstance(block, Text)]
        return next(value for found, value in [*fields, *texts] if found == label)

    def by(self, label: str) -> str:
        """Who wrote the first answer with this label."""
        return next(block.by for block in self.blocks if isinstance(block, Text) and block.label == label)

    def table(self, caption: str) -> Table:
        """The first table whose caption, or whose section's title where it has none, begins with this."""
        found = [(block.caption or part.title, block) for part in self.paper.sections for block in part.blocks if isinstance(block, Table)]
        return next(table for name, table in found if name.startswith(caption))

    @property
    def text(self) -> str:
        """Everything on it."""
        return "\n".join([self.paper.title, self.paper.lead, *(section.title for section in self.paper.sections), *map(_said, self.blocks)])


def _said(block: Block) -> str:
    if isinstance(block, Facts):
        return "\n".join(f"{row.label}: {row.value}" for row in block.rows)
    if isinstance(block, Table):
        return "\n".join([block.caption, block.empty, *(" | ".join(row) for row in block.rows)])
    return f"{block.label}\n{block.by}\n{block.text}" if isinstance(block, Text) else block.text


def recorded(journey: Journey, what: EventKind, user: User, body: dict[str, str], **facts: str) -> None:
    """A line of the record as whatever verb would write it."""
    with transaction.atomic():
        (case,) = load([journey.dispute.pk], now=journey.world.now)
        person = journey.world.person(user)
        change = Change(case, now=journey.world.now, actor=person, agency=next(iter(sorted(person.agency_ids)), None))
        change.record(what, facts=facts, body=body)
        commit([change])


def bristol_at_stage_3(cast: Cast) -> Journey:
    """Sent on Monday 2 March at 10:00; nobody answers; moved by the job on Wednesday, by hand on Friday 6 March at 11:00."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().at("2026-03-02 10:05", "2026-03-03 10:01", "2026-03-04 10:00", "2026-03-06 11:00")
    return journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.NO_RESPONSE)


def bristol_at_stage_4(cast: Cast) -> Journey:
    """Not settled between the board members, referred on Monday 9 March at 16:00."""
    return then_referred(bristol_at_stage_3(cast))


def then_referred(journey: Journey) -> Journey:
    """From the third stage on to the fourth."""
    journey.at("2026-03-09 16:00").disagrees(journey.cast.receiving_board)
    given = {"ground": Ground.NOT_RESOLVED, "efforts": "Three stages of talks.", "reason": "No agreement was found."}
    return journey.do(Verb.REFER, journey.cast.own_board, **given)


def before_a_panel(cast: Cast) -> Journey:
    """The panel of the school, social care and the police meets on Tuesday 17 March at 10:00; the police declare an interest."""
    return then_convened(bristol_at_stage_4(cast))


def then_convened(journey: Journey) -> Journey:
    """From the fourth stage on to the panel."""
    cast = journey.cast
    journey.do(Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-03-20 12:00"))
    journey.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="It is complex.")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    interests = {cast.police_manager.pk: "Attended the strategy discussion"}
    return journey.do(Verb.CONVENE, cast.chair, meets_at=london("2026-03-17 10:00"), members=members, place="Civic Centre", interests=interests)


def decided_by_a_panel(cast: Cast) -> Journey:
    """Decided on Tuesday 17 March at noon, and received by both sides."""
    return then_decided(before_a_panel(cast), cast)


def then_decided(journey: Journey, cast: Cast) -> Journey:
    """The same, of one that is before a panel."""
    journey.met().at("2026-03-17 12:00")
    journey.do(Verb.DECIDE, cast.chair, decision="An assessment by 27 March.", reasons="The risk.", dissent="The plan had not had time.")
    return journey.do(Verb.CONFIRM_OUTCOME, cast.receiving_board).do(Verb.CONFIRM_OUTCOME, cast.own_board)
