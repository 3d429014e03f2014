"""What a person is shown of a disagreement, as plain values: the pages' own read models, and the short form that lists and verbs answer with."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.person import Person
from agencies.roles import Role
from agencies.said import shown
from escalation.api.verbs.registry import INPUTS
from escalation.engine.case import Case, assemble
from escalation.engine.perform import VERBS, Seen, possible
from escalation.engine.turns import asked_by
from escalation.models import Clock, Dispute
from escalation.record_policy import may_see_clock
from escalation.selectors.case_file import CaseFile, every_clock, status_of
from escalation.selectors.naming import names_of
from escalation.selectors.timeline import Names
from escalation.selectors.words import ask_of, due_of, stage_name
from escalation.states import ClockState, Measure, Side, Verb

Row = dict[str, Any]
OWN = ("id", "key", "measures", "stage", "state", "started_at", "due_at", "agreed_due_at", "in_time_until", "ended_at", "is_procedural")


def cases(disputes: list[Dispute], now: datetime) -> list[Case]:
    """The cases of these disagreements as they stand. The number of queries does not grow with the list."""
    return assemble(disputes, now=now)


def short(case: Case, person: Person, now: datetime) -> Row:
    """The short form: where it stands, when it is due, and what the person may do now. No query beyond the case itself."""
    dispute = case.dispute
    running = sorted(clock.effective_due for clock in case.running() if may_see_clock(clock, case, person))
    return {
        "reference": dispute.reference,
        "state": dispute.state,
        "standing": status_of(case, now)["word"],
        "stage": dispute.stage,
        "stage_name": _stage_name(case),
        "procedure": {"id": dispute.version_id, "name": case.procedure.name},
        "raising_agency": _agency(case, case.raising_id),
        "receiving_agencies": [_agency(case, key) for key in sorted(case.receiving_ids)],
        "is_urgent": dispute.is_urgent,
        "is_overdue": any(clock.effective_due < now for clock in case.running() if clock.measures != Measure.ACTION),
        "due_at": running[0] if running else None,
        "submitted_at": dispute.submitted_at,
        "outcome": dispute.outcome,
        "seen": str(Seen.of(dispute)),
        "actions": [_action(case, verb) for verb in possible(case, person) if verb in INPUTS],
    }


def _stage_name(case: Case) -> str:
    """ "Stage 2"; before the first stage the stop by its name."""
    stage = case.stage_definition
    if stage is None:
        return _("Draft")
    return stage_name(case.procedure, case.dispute.stage) if case.dispute.stage else stage.name


def _agency(case: Case, key: Any) -> Row:
    card = case.directory.agency(key)
    return {"id": key, "name": card.name if card else ""}


def _action(case: Case, verb: Verb) -> Row:
    url = reverse(f"api:verb-{verb.value}", args=[case.dispute.reference])
    return {"verb": verb, "title": str(verb.label), "url": url, "needs_seen": VERBS[verb].decides}


def whole(case: Case, file: CaseFile, person: Person, now: datetime) -> Row:
    """The short form with the case file as its page shows it; nothing of the child."""
    return short(case, person, now) | {
        "title": file.title,
        "narrative": file.narrative,
        "may_see_child": file.sees_child,
        "turn": {"side": file.turn.side, "agency": file.turn.agency, "what": file.turn.what},
        "summary": file.summary,
        "particulars": file.particulars,
        "stages": [asdict(stage) for stage in file.stages],
        "holdings": [asdict(holding) for holding in file.holdings],
        "agreed_actions": [asdict(action) for action in file.actions],
        "proposal": asdict(file.outcome) if file.outcome else None,
        "has_continuing_concern": file.has_continuing_concern,
        "left_out": file.left_out,
        "related": [asdict(row) for row in file.related],
    }


def clocks(case: Case, person: Person, now: datetime) -> list[Row]:
    """Every clock that the person may see, in the order in which they started, with its working-out. Two queries of a case that was read whole."""
    rows = [clock for clock in every_clock(case) if may_see_clock(clock, case, person)]
    known = names_of(case, {clock.owner_id for clock in rows})
    return [
        {name: getattr(clock, name) for name in OWN}
        | {
            "what": _what(clock, case),
            "owed_by": _owed_by(clock, known),
            "standing": asdict(due_of(clock, now, case.calendar)),
            "working_out": clock.working_out,
        }
        for clock in rows
    ]


def _what(clock: Clock, case: Case) -> str:
    """What the clock asks: of a next step, what the turn is."""
    return shown(asked_by(case, clock)) if clock.state == ClockState.RUNNING else ask_of(clock, case.procedure)


def _owed_by(clock: Clock, known: Names) -> str:
    """The person and the agency that owe what the clock measures, else the partnership."""
    who = known.people.get(clock.owner_id, "") if clock.owner_id else ""
    return ", ".join(filter(None, [who, known.agency(clock.agency_id)])) or known.partnership


def counterparts(case: Case, position: int) -> Row:
    """Who acts on each side at this stage, and whom the partnership may name as mediator or on a panel."""
    sides = [(Side.RAISING, case.raising_id), *((Side.RECEIVING, key) for key in sorted(case.receiving_ids))]
    return {
        "stage": position,
        "counterparts": [_counterpart(case, side, agency, position) for side, agency in sides],
        "mediators": case.directory.partnership_people(Role.MEDIATOR),
        "panel_members": case.directory.partnership_people(Role.PANEL_MEMBER),
    }


def _counterpart(case: Case, side: Side, agency: Any, position: int) -> Row:
    found = case.counterpart(side, agency, position)
    return {"side": side, "agency": _agency(case, agency), "suggested": found.who, "others": found.others, "gap": found.gap or ""}
