"""What a task may cost at most: pages (where it begins and ends among them), clicks, and fields that are typed. The table of docs/journeys.md."""

from dataclasses import dataclass, field

from escalation.states import Verb

# Task: pages, clicks, typed fields.
MOST = {
    "log": (10, 18, 6),
    "resume a draft": (2, 2, 0),
    "ask to move up": (5, 7, 1),
    "say whether a response settles it": (4, 5, 1),
    "print for the file": (2, 2, 0),
    "respond": (5, 6, 2),
    "hand over": (3, 4, 0),
    "ask for longer": (3, 4, 2),
    "record a meeting": (3, 5, 3),
    "send on": (4, 4, 0),
    "move up": (5, 7, 1),
    "withdraw or reopen": (4, 5, 1),
    "see what the agency has open": (3, 4, 0),
    "confirm an outcome": (3, 3, 1),
    "refer to the chair": (4, 5, 2),
    "triage": (3, 3, 0),
    "choose the route": (4, 6, 2),
    "convene": (6, 14, 4),
    "decide": (5, 9, 4),
    "read the year's findings": (3, 3, 0),
    "set cover": (3, 5, 2),
    "close": (7, 12, 4),
    "send back": (4, 4, 1),
    "chase": (3, 3, 0),
    "record for someone without access": (10, 19, 7),
    "move a learning action on": (3, 4, 1),
    "annual report": (3, 3, 0),
    "read the pack": (3, 2, 0),
    "add an agency": (5, 7, 6),
    "replace a leaver": (4, 6, 3),
    "confirm a contact": (3, 4, 0),
    "change a limit": (4, 5, 2),
}
# A keystroke-level estimate (Card, Moran and Newell): a page that comes (1 second) and is taken in (two acts of thought of 1.35), a click (an act of
# thought, 1.1 to point, 0.2 to press), a field that is typed (an act of thought, 0.4 to the keyboard, 60 keys of 0.28).
PAGE, CLICK, TYPED = 1 + 2 * 1.35, 1.35 + 1.1 + 0.2, 1.35 + 0.4 + 60 * 0.28


def estimate(pages: int, clicks: int, typed: int) -> str:
    """About how long somebody takes who knows the task and makes no mistake, as the table says it: no time of anybody was measured."""
    seconds = pages * PAGE + clicks * CLICK + typed * TYPED
    return f"{seconds / 60:.1f} min"


# The tasks that are one verb's page.
OF_VERB = {
    Verb.ASK_TO_MOVE_UP: "ask to move up",
    Verb.ACCEPT: "say whether a response settles it",
    Verb.REJECT: "say whether a response settles it",
    Verb.RESPOND: "respond",
    Verb.REASSIGN: "hand over",
    Verb.PROPOSE_TIMETABLE: "ask for longer",
    Verb.RECORD_MEETING: "record a meeting",
    Verb.SEND_ON: "send on",
    Verb.MOVE_UP: "move up",
    Verb.HOLD_MOVE: "move up",
    Verb.WITHDRAW: "withdraw or reopen",
    Verb.REOPEN: "withdraw or reopen",
    Verb.CONTINUE_CONCERN: "withdraw or reopen",
    Verb.CONFIRM_OUTCOME: "confirm an outcome",
    Verb.REFER: "refer to the chair",
    Verb.CHOOSE_ROUTE: "choose the route",
    Verb.CONVENE: "convene",
    Verb.DECIDE: "decide",
}


@dataclass
class Effort:
    """What somebody did since they began. A page is one with its own address and title; the last one counts although it was where they began."""

    clicks: int = 0
    typed: int = 0
    seen: list[tuple[str, str]] = field(default_factory=list)

    def came(self, path: str, title: str) -> None:
        """A page came up."""
        self.seen.append((path, title))

    @property
    def pages(self) -> int:
        """How many pages it took."""
        return len(set(self.seen)) + (self.seen[-1] in self.seen[:-1])

    def within(self, task: str, *, beyond: int = 0, optional: int = 0) -> None:
        """No more than the table allows; `beyond` more choices where one of several was asked for, and fields typed that could be left empty."""
        pages, clicks, typed = MOST[task]
        found = (self.pages, self.clicks - max(beyond, 0), self.typed - optional)
        assert all(each <= most for each, most in zip(found, (pages, clicks, typed), strict=True)), f"{task}: {found}, not {MOST[task]}"
