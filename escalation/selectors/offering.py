"""What a disagreement's page offers: one button, up to four other choices beside it, and all else folded away. The order is the table below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from escalation.states import Verb


class Paper(StrEnum):
    """What is offered besides verbs: pages to read or print."""

    PACK = "pack"
    PRINT = "print"
    DOCUMENTS = "documents"
    READERS = "readers"


LABELS = {
    Paper.PACK: _("Panel pack"),
    Paper.PRINT: _("Print for the child’s file"),
    Paper.DOCUMENTS: _("Forms, letters and packs to print"),
    Paper.READERS: _("Who looked at it"),
}
Choice = Verb | Paper
MOST_BESIDE = 4


class Here(StrEnum):
    """How the reader stands to the disagreement now."""

    OWN_STOP = "own_stop"
    TURN = "turn"
    RECEIPT = "receipt"
    REJECTED = "rejected"
    CHAIRING = "chairing"
    CONVENED = "convened"
    LATE = "late"
    WAITING = "waiting"
    PUT = "put"
    MOMENT = "moment"
    UNIT = "unit"
    RESOLVED = "resolved"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Order:
    """The first of `button` that is possible is the button. Then those of `beside` that are possible stand beside it, the first ones of the list."""

    button: tuple[Verb, ...] = ()
    beside: tuple[Choice, ...] = ()


UPWARD = (Verb.MOVE_UP, Verb.REFER, Verb.ASK_TO_MOVE_UP)
# What a person most likely came for where it is their turn.
ACTS = (
    Verb.SEND_ON, Verb.AGREE_TIMETABLE, Verb.CONFIRM_OUTCOME, Verb.RESPOND, Verb.ACKNOWLEDGE, Verb.CHOOSE_ROUTE, Verb.DECIDE, Verb.CONVENE,
    Verb.ACCEPT, Verb.PROPOSE_OUTCOME,
)  # fmt: skip
# The other answers that one may give, then what helps to come to one. The record to print is always in sight.
OR_ELSE = (
    Verb.SEND_BACK, Verb.DECLINE_TIMETABLE, Verb.REJECT, Verb.RESPOND, Verb.CONFIRM_OUTCOME, *UPWARD, Verb.PROPOSE_TIMETABLE, Verb.REASSIGN,
    Verb.RECORD_MEETING, Verb.RECORD_CONTACT, Verb.ADD_NOTE,
)  # fmt: skip
TALKING = (Verb.RECORD_CONTACT, Verb.RECORD_MEETING, Verb.ADD_NOTE)
CHAIRING = (Verb.ACKNOWLEDGE, Verb.DECIDE, Verb.CONVENE, Verb.CHOOSE_ROUTE, Verb.DECLARE_INTEREST)
# Between resolved and closed: tasks of their own on the page.
CLOSING = (Verb.GIVE_FEEDBACK, Verb.CONFIRM_FILE, Verb.RECORD_LEARNING, Verb.WRITE_SUMMARY, Verb.CLOSE)
ORDERS = {
    Here.OWN_STOP: Order((Verb.SEND_ON,), (Verb.SEND_BACK, Verb.REASSIGN, Paper.PRINT, Verb.MAKE_URGENT)),
    Here.TURN: Order(ACTS, OR_ELSE),
    # The procedure gives the acknowledgement a time of its own.
    Here.RECEIPT: Order(ACTS, (Verb.ACKNOWLEDGE, *OR_ELSE)),
    Here.REJECTED: Order((Verb.AGREE_TIMETABLE, Verb.CONFIRM_OUTCOME, *UPWARD, *ACTS), OR_ELSE),
    Here.CHAIRING: Order(CHAIRING, (Paper.PACK, *CHAIRING, Verb.REPLACE_MEMBER, Verb.RECORD_MEETING)),
    # A panel that is convened is convened anew only where its day or its members change.
    Here.CONVENED: Order(
        (Verb.ACKNOWLEDGE, Verb.DECIDE, Verb.DECLARE_INTEREST),
        (Paper.PACK, Verb.DECIDE, Verb.DECLARE_INTEREST, Verb.REPLACE_MEMBER, Verb.CONVENE, Verb.CHOOSE_ROUTE, Verb.RECORD_MEETING),
    ),
    # Where the own manager's time is over, whoever raised it sends it on.
    Here.LATE: Order((Verb.SEND_ON, *UPWARD), (Verb.RECORD_CONTACT, Verb.HOLD_MOVE, Verb.RECORD_MEETING, Verb.ADD_NOTE)),
    # Talking comes before moving up while nothing is late.
    Here.WAITING: Order(
        (),
        (
            Verb.SEND_ON,
            Verb.AGREE_TIMETABLE,
            Verb.DECLINE_TIMETABLE,
            *TALKING[:2],
            *UPWARD,
            Verb.ADD_NOTE,
            Verb.PROPOSE_OUTCOME,
            Verb.RESPOND,
            Verb.WITHDRAW,
        ),
    ),
    # A wording was put that the others are to confirm: to move up instead is folded away.
    Here.PUT: Order((), (*TALKING, Verb.PROPOSE_OUTCOME)),
    # The raising side's own moment of an urgent matter is over.
    Here.MOMENT: Order((Verb.MAKE_URGENT,), (*UPWARD, Verb.RECORD_CONTACT, Verb.HOLD_MOVE, Verb.RECORD_MEETING)),
    Here.UNIT: Order((Verb.RECOMMEND_CONTACT, Verb.CHASE, Verb.RECORD_CONTACT), (Paper.PACK, Verb.CHASE, *TALKING)),
    Here.RESOLVED: Order(CLOSING, (Verb.ADD_ACTION, Verb.RECORD_DEBRIEF, Verb.NAME_LEAD_MANAGER, Verb.REOPEN)),
    Here.ENDED: Order((), (Verb.REOPEN, Verb.CONTINUE_CONCERN, Verb.ADD_NOTE)),
}
# What is folded away, in this order, before all others.
FOLDED = (
    *OR_ELSE, *ACTS, Verb.CHASE, Verb.ATTACH_FILE, Verb.ADD_ACTION, Verb.HOLD_MOVE, Verb.MAKE_URGENT, Verb.INVITE_GUEST, Verb.WITHDRAW,
)  # fmt: skip


class Heading(StrEnum):
    """Under what it stands among what is folded away."""

    MOVE = "move"
    WHO = "who"
    RECORD = "record"
    OUTSIDE = "outside"
    PAPERS = "papers"
    KEEPING = "keeping"


HEADINGS = {
    Heading.MOVE: _("Answer it, move it on or end it"),
    Heading.WHO: _("Who answers, and by when"),
    Heading.RECORD: _("Put on the record"),
    Heading.OUTSIDE: _("People outside it"),
    Heading.PAPERS: _("Print, and files"),
    Heading.KEEPING: _("How it is kept and counted"),
}
# What stands under each heading; all that is not named moves it on.
UNDER: dict[Heading, frozenset[Choice]] = {
    Heading.WHO: frozenset(
        {Verb.REASSIGN, Verb.NAME_LEAD_MANAGER, Verb.RECOMMEND_CONTACT, Verb.INVITE_GUEST, Verb.TAKE_BACK_GUEST, Verb.ADD_AGENCY, Verb.STAYS_OUT}
        | {Verb.MARK_CONFLICT, Verb.LIFT_CONFLICT}
        | {Verb.AGREE_TIMETABLE, Verb.DECLINE_TIMETABLE, Verb.PROPOSE_TIMETABLE, Verb.HOLD_MOVE, Verb.MAKE_URGENT, Verb.CHASE}
    ),
    Heading.RECORD: frozenset(
        {*TALKING, Verb.ADD_ACTION, Verb.ENTER_FACT, Verb.ENTER_PAST_STAGE, Verb.ADD_REFERENCE, Verb.CORRECT_CHILD, Verb.LINK, Verb.RECORD_GAP}
        | {Verb.WRITE_SUMMARY, Verb.RECORD_DEBRIEF, Verb.CONSIDER_REVIEW}
    ),
    Heading.OUTSIDE: frozenset({Verb.RECORD_ADVICE, Verb.TELL_UNIT, Verb.REQUEST_CONFERENCE, Verb.PUT_TO_SUBGROUP}),
    Heading.PAPERS: frozenset({*Paper, Verb.ATTACH_FILE}),
    Heading.KEEPING: frozenset(
        {Verb.KEEP_LONGER, Verb.ANONYMISE, Verb.PLACE_HOLD, Verb.LIFT_HOLD, Verb.LEAVE_OUT, Verb.COUNT_AGAIN, Verb.REDACT, Verb.READ_EARLY}
    ),
}
# So few need no headings.
FEW = 4


@dataclass(slots=True)
class Offered:
    """The button where there is one, what stands beside it, and what is folded away."""

    primary: Verb | None = None
    beside: list[Choice] = field(default_factory=list)
    more: list[Choice] = field(default_factory=list)

    @property
    def grouped(self) -> list[tuple[Heading | None, list[Choice]]]:
        """What is folded away, under its headings in their order; a few together under none."""
        if len(self.more) <= FEW:
            return [(None, self.more)] if self.more else []
        groups = {heading: [choice for choice in self.more if heading_of(choice) is heading] for heading in Heading}
        return [(heading, choices) for heading, choices in groups.items() if choices]


def offered(here: Here, verbs: Iterable[Verb], papers: Sequence[Paper], unasked: frozenset[Verb] = frozenset()) -> Offered:
    """What is possible, in the order of the table. Each thing is offered once; tasks of closing are the page's own and only ever the button, but for
    those that are `unasked`: they are folded away."""
    order, possible = ORDERS[here], set(verbs)
    primary = next((verb for verb in order.button if verb in possible - unasked), None)
    own = {primary, *CLOSING} - unasked
    left: list[Choice] = [*(verb for verb in sorted(possible, key=_rank) if verb not in own), *papers]
    beside = [choice for choice in dict.fromkeys(order.beside) if choice in left]
    room = MOST_BESIDE - (Paper.PRINT in left and Paper.PRINT not in beside[:MOST_BESIDE])
    beside = beside[:room] + [Paper.PRINT] * (room < MOST_BESIDE)
    return Offered(primary, beside, [choice for choice in left if choice not in beside])


def heading_of(choice: Choice) -> Heading:
    """Under which heading it stands where it is folded away."""
    return next((heading for heading, choices in UNDER.items() if choice in choices), Heading.MOVE)


def _rank(verb: Verb) -> tuple[int, int]:
    return (0, FOLDED.index(verb)) if verb in FOLDED else (1, list(Verb).index(verb))
