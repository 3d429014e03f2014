"""Earlier logs for tests: rows in the words of the cast, written as CSV for the import, or done one by one as people would have done them."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from agencies.models import Agency, User
from agencies.person import person_of
from escalation.engine.perform import perform
from escalation.models import ProcedureVersion
from escalation.procedures.schema import shipped
from escalation.services import drafts, every_verb  # noqa: F401 - importing registers the verbs
from escalation.services.procedures import publish
from escalation.states import Verb
from tests.cast import Cast

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 2, 10, tzinfo=LONDON)
DAY = timedelta(days=1)
FIRST = datetime(2025, 5, 6, 10, tzinfo=LONDON)  # A Tuesday, the day after a bank holiday.
AGENCY_COLUMNS, PERSON_COLUMNS = {"agency"}, {"by", "mediator", "owner", "to"}


@dataclass
class Row:
    """One step: whose, when, what, by which part of the cast, for which of its agencies, and what it says."""

    key: str
    at: datetime
    step: str
    by: str = ""
    agency: str = ""
    given: dict[str, Any] = field(default_factory=dict)


def code(cast: Cast, name: str) -> str:
    """The directory's code of an agency of the cast."""
    agency: Agency = getattr(cast, name)
    return agency.code


def address(cast: Cast, part: str) -> str:
    """The address of somebody of the cast."""
    user: User = getattr(cast, part)
    return user.email


def cells(cast: Cast, row: Row) -> dict[str, str]:
    """The row as a spreadsheet holds it."""
    found = {"disagreement": row.key, "recorded": f"{row.at.astimezone(LONDON):%Y-%m-%d %H:%M}", "step": row.step}
    found |= {"by": address(cast, row.by) if row.by else "", "agency": code(cast, row.agency) if row.agency else ""}
    for name, value in row.given.items():
        if name == "receiving":
            value = " ".join(code(cast, one) for one in value)
        elif name == "members":
            value = " ".join(f"{address(cast, person)}={code(cast, agency)}" for person, agency in value.items())
        elif name in PERSON_COLUMNS and isinstance(value, str):
            value = address(cast, value)
        elif isinstance(value, datetime):
            value = f"{value.astimezone(LONDON):%d/%m/%Y %H:%M}"
        elif isinstance(value, bool):
            value = "yes" if value else "no"
        found[name] = str(value)
    return found


def as_csv(rows: Iterable[dict[str, str]], *, mark: str = ",", end: str = "\r\n") -> bytes:
    """Rows as a spreadsheet writes them: a byte order mark, every column that any row fills."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, restval="", delimiter=mark, lineterminator=end)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def written(cast: Cast, rows: Iterable[Row]) -> bytes:
    """The rows as a file."""
    return as_csv(cells(cast, row) for row in rows)


def do_directly(cast: Cast, version: ProcedureVersion, rows: Iterable[Row], known: dict[str, UUID] | None = None) -> None:
    """Each row by the service that the pages call, at its moment, one after another; `known` goes on with those that were begun before."""
    disputes = {} if known is None else known
    for row in rows:
        person = person_of(getattr(cast, row.by), row.at.astimezone(LONDON).date())
        if row.step == "log":
            disputes[row.key] = log_directly(cast, version, row)
            continue
        given = {name: _key(cast, name, value) for name, value in row.given.items()}
        given |= {"agency": getattr(cast, row.agency).pk} if row.agency and row.step in {"respond", "accept", "reject", "confirm_file"} else {}
        perform(disputes[row.key], Verb(row.step), actor=person, now=row.at, **given)


def log_directly(cast: Cast, version: ProcedureVersion, row: Row) -> UUID:
    """Logged on the question pages, with a child and texts."""
    person = person_of(getattr(cast, row.by), row.at.astimezone(LONDON).date())
    dispute = drafts.begin_draft(person, agency=getattr(cast, row.agency).pk, procedure=version.procedure_id, now=row.at)
    answers = {
        **{name: row.given[name] for name in ("what", "impact", "outcome_sought", "tried", "basis")},
        "receiving": [str(getattr(cast, one).pk) for one in row.given["receiving"]],
        "themes": str(row.given["themes"]).split("|"),
        "children": [{"initials": "AB", "born_on": "2015-05-01"}],
        "level_of_need": row.given["level_of_need"],
    }
    drafts.save_draft(dispute.pk, person, answers, now=row.at)
    drafts.submit(dispute.pk, person, now=row.at)
    return dispute.pk


def _key(cast: Cast, name: str, value: Any) -> Any:
    if name == "members":
        return {getattr(cast, person).pk: getattr(cast, agency).pk for person, agency in value.items()}
    if name in PERSON_COLUMNS and isinstance(value, str):
        return getattr(cast, value).pk
    return date.fromisoformat(value) if name in {"given_on", "due_on"} else value


class Clerk:
    """Writes one disagreement's rows, each some working hours after the last."""

    def __init__(self, key: str, at: datetime, dice: Random) -> None:
        self.key, self.at, self.dice = key, at, dice
        self.rows: list[Row] = []

    def note(self, step: str, by: str, agency: str = "", /, **given: Any) -> None:
        self.rows.append(Row(self.key, self.at, step, by, agency, given))
        self.later(self.dice.choice([0, 2, 20, 24, 50]))

    def later(self, hours: int) -> None:
        self.at += timedelta(hours=hours, minutes=self.dice.randint(1, 50))

    def begin(self, receiving: list[str]) -> None:
        self.note(
            "log", self.dice.choice(["raiser", "own_manager"]), "school", receiving=receiving, children="AB 2015-05-01", basis="evidence",
            themes=self.dice.choice(["threshold", "delay|information", "roles"]), level_of_need=self.dice.choice([2, 3, 4]),
            what="=SUM(A1)", impact="Risk goes on.", outcome_sought="An assessment.", tried="Two calls.",
        )  # fmt: skip
        if self.rows[0].by == "raiser":
            self.note("send_on", "own_manager")

    def answered(self, part: str, agency: str) -> str:
        answer = self.dice.choice(["agrees", "agrees", "partly", "disagrees"])
        self.note("respond", part, agency, answer=answer, reasons="We looked again.", actions="An assessment.")
        return answer

    def settle(self, by: str, sides: list[str]) -> None:
        self.note("accept", by, wording="An assessment by Friday.", kind="agreed_action")
        for part in sides:
            self.note("confirm_outcome", part)
        self.end()

    def end(self) -> None:
        if self.dice.random() < 0.7:
            self.note("give_feedback", "lead", words="Told by phone.", given_on=f"{self.at.astimezone(LONDON):%Y-%m-%d}")
        if self.dice.random() < 0.5:
            self.note(
                "record_learning", "lead", issue="Say the threshold.", change_needed="training", due_on=f"{self.at + timedelta(days=60):%Y-%m-%d}"
            )
        if self.dice.random() < 0.9:
            self.note("close", "business_manager", difference=self.dice.choice(["plan_changed", "no_change", "too_early"]), gap="Nobody answered.")
            if self.dice.random() < 0.2:
                self.note("reopen", "lead", reason="It came back.")

    def to_the_chair(self) -> None:
        self.note("move_up", "own_manager", ground="risk", reason="He is home tonight.", to=3)
        self.note("refer", "own_board", ground="risk", efforts="Three talks.", reason="No agreement.")
        self.note("acknowledge", "chair", resolve_by=self.at + timedelta(days=30))
        self.note("choose_route", "chair", route="panel", reason="It needs three.")
        members = {"own_senior": "school", "receiving_senior": "social_care", "police_manager": "police"}
        self.note("convene", "chair", meets_at=self.at + timedelta(days=8), members=members)
        for member in members:
            self.note("declare_interest", member, interest="None.")
        self.later(24 * 8)
        self.note("decide", "chair", decision="Assess.", reasons="The risk.", finding="Thresholds are read in two ways.")
        for part in ("own_board", "receiving_board"):
            self.note("confirm_outcome", part)
        self.end()


def a_life(key: str, at: datetime, dice: Random) -> list[Row]:
    """One disagreement under Bristol's procedure, by chance: settled, moved up, withdrawn, before the chair, or left open anywhere."""
    clerk = Clerk(key, at, dice)
    clerk.begin(["social_care"])
    fate = dice.random()
    if fate < 0.1:
        clerk.later(30)
        clerk.note("withdraw", "lead", reason="It was overtaken.", still_at_risk=False)
    elif fate < 0.2:
        clerk.to_the_chair()
    elif fate < 0.3:
        clerk.note("propose_timetable", "receiver", "social_care", due_at=clerk.at + timedelta(days=9), reason="A leave.")
        clerk.note("agree_timetable", "own_manager")
        clerk.answered("receiver", "social_care")
    elif fate < 0.45:
        clerk.later(24 * 7)
        clerk.note("move_up", "own_manager", ground="no_response")
        if dice.random() < 0.7 and clerk.answered("receiving_lead", "social_care"):
            clerk.settle("lead", ["receiving_lead"])
    elif clerk.answered("receiver", "social_care") == "disagrees":
        clerk.note("reject", "own_manager", reason="The risk is the same.")
        clerk.note("move_up", "own_manager", ground="not_resolved", reason="We differ.")
    else:
        clerk.settle("own_manager", ["receiver"])
    return clerk.rows


def a_log(number: int, *, starts: datetime, ends: datetime, seed: int) -> list[Row]:
    """Some disagreements over a stretch of days, all rows recorded before its end."""
    dice = Random(seed)
    days = (ends - starts).days
    found: list[Row] = []
    for at in range(number):
        begins = starts + timedelta(days=dice.randint(0, days - 1), hours=dice.randint(9, 16))
        found += [row for row in a_life(f"{starts:%Y}/{at:04}", begins, dice) if row.at < ends]
    return found


def half_named(rows: Iterable[Row]) -> Iterator[Row]:
    """The same rows; of every other one that is not the first, the log does not say who did it."""
    for at, row in enumerate(rows):
        left_out = at % 2 == 0 and row.step != "log"
        yield Row(row.key, row.at, row.step, "" if left_out else row.by, row.agency, row.given)


def in_force(cast: Cast) -> Cast:
    """The cast, with Bristol's procedure in force since before the log."""
    publish(shipped()["bristol"], cast.partnership, now=NOW, in_force_from=date(2025, 1, 1))
    return cast


def logged(key: str = "A1", at: datetime = FIRST, by: str = "own_manager", **given: Any) -> Row:
    """Logged by somebody who holds the first stage's level: it goes to social care at once."""
    return Row(key, at, "log", by, "school", {"receiving": ["social_care"], "themes": "threshold", **given})


def responded(key: str = "A1", at: datetime = FIRST + DAY, **given: Any) -> Row:
    return Row(key, at, "respond", "receiver", "social_care", {"answer": "agrees", **given})


def settled(key: str = "A1", at: datetime = FIRST + DAY) -> list[Row]:
    return [
        responded(key, at),
        Row(key, at + DAY, "accept", "", "", {"wording": "An assessment by Friday."}),
        Row(key, at + 2 * DAY, "confirm_outcome", "", "social_care"),
    ]
