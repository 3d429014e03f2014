"""The choices and moments of a line of the record, in words."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.said import said_of as ngettext
from agencies.words import day
from escalation.engine.vouched import VOUCHED
from escalation.files.kinds import FileKind
from escalation.line_order import in_order
from escalation.models import Event
from escalation.record_policy import FILES
from escalation.selectors import beside
from escalation.selectors.words import names as listed
from escalation.selectors.words import words_of
from escalation.states import (
    Answer,
    Audience,
    ChangeNeeded,
    Difference,
    Door,
    EventKind,
    Force,
    Ground,
    LearningStatus,
    LeftOut,
    Measure,
    Outcome,
    ReviewNeed,
    Route,
)

if TYPE_CHECKING:
    from escalation.selectors.timeline import Names

CHOICES: dict[str, Any] = {
    "ground": Ground,
    "answer": Answer,
    "outcome": Outcome,
    "difference": Difference,
    "route": Route,
    "force": Force,
    "kind": Outcome,
    "review": ReviewNeed,
    "door": Door,
    "left_out": LeftOut,
}
CHOICE_LABELS = {
    "ground": _("Ground"),
    "outcome": _("Outcome"),
    "difference": _("For the child"),
    "route": _("Route"),
    "force": _("What it does"),
    "kind": _("Kind of outcome"),
    "review": _("Learning review"),
    "door": _("It is also"),
    "left_out": _("Why"),
}
MOMENTS = {
    "due": _("Due"),
    "to": _("New date"),
    "proposed": _("Proposed date"),
    "agreed": _("Agreed date"),
    "procedure": _("The procedure's date"),
    "resolve_by": _("To be resolved by"),
    "meets_at": _("Meets"),
    "respond_by": _("Respond by"),
    "happened": _("Happened"),
    "until": _("Until"),
}
AROUND = frozenset({EventKind.REFERENCE_ADDED, EventKind.CHILD_CORRECTED, EventKind.LINKED, EventKind.LEFT_OUT})
CHILD_PARTS = {"initials": _("initials"), "name": _("full name"), "born_on": _("date of birth"), "is_unborn": _("whether unborn")}
PAST = {"from": _("Began"), "until": _("Ended"), "marks": _("By the procedure")}
OF_SOMEBODY = frozenset({EventKind.REASSIGNED, EventKind.RECOMMENDED, EventKind.CONFLICT_MARKED, EventKind.CONFLICT_LIFTED})
APART = frozenset({EventKind.LEARNING, EventKind.LEARNING_FOLLOWED, EventKind.PAST_STAGE})
ATTENDANCE = {"agencies": _("Agencies there"), "missing": _("Not there"), "unmet": _("Still to be met")}
TAKEN_OUT = FILES | {EventKind.ERASED}
LAID_APART = TAKEN_OUT | beside.AROUND
OPEN_FACTS = frozenset({"due", "from", "to", "proposed", "person", "redated", "other", "left_out"})


def facts_of(event: Event, names: "Names", *, shows: bool) -> list[dict[str, str]]:
    """The choices and moments of a line in words; without the narrative only when it is due and whom it was handed to."""
    found = []
    for key, value in in_order(event.facts).items():
        if not shows and key not in OPEN_FACTS:
            continue
        words = _fact(event, key, value, names)
        if words:
            found.append({"key": words[0], "value": words[1]})
    return found


def _fact(event: Event, key: str, value: Any, names: "Names") -> tuple[str, str] | None:  # noqa: ANN401 - a JSON value
    if value in (None, "", [], False) or key == VOUCHED:
        return None
    if event.kind in LAID_APART or key == beside.HEARD_BY:
        return _filed(event.facts, key, value) if event.kind in TAKEN_OUT else beside.fact(key, value, names)
    if key in CHOICE_LABELS and event.kind != EventKind.SUMMARY:
        return str(CHOICE_LABELS[key]), str(CHOICES[key](value).label)
    if event.kind in {EventKind.MEETING, EventKind.FACT_ENTERED, EventKind.LEAD_MANAGER, EventKind.MOVED_UP, *AROUND}:
        return _said(key, value, names)
    if event.kind in APART and (words := _apart(event.kind, key, value, names)) is not None:
        return words
    if key in MOMENTS and isinstance(value, str) and "T" in value:
        return str(MOMENTS[key]), words_of(datetime.fromisoformat(value))
    if called := _called(event, key, names):
        return called, names.agency(value)
    if key in {"from", "to", "person"} and event.kind in OF_SOMEBODY:
        return {"from": gettext("From"), "to": gettext("To"), "person": gettext("Person")}[key], names.people.get(UUID(value), "")
    if key == "redated":
        return gettext("New dates"), ". ".join(_redated(row, names) for row in value)
    return _plainly(key, value)


def _called(event: Event, key: str, names: "Names") -> str:
    """What the line calls the agency that it names by this key; nothing where it names none, or says itself whose line it is."""
    if key == "of":
        if event.kind in {EventKind.ACCEPTED, EventKind.REJECTED}:
            return gettext("Whose response")
        # Between two agencies it is plain whose time or date it is.
        return gettext("Agency") if len(names.agencies) > 2 else ""
    if key == "agency":
        return gettext("Agency") if event.agency_id is None else ""
    return gettext("For") if key == "for" else ""


def _filed(facts: dict[str, Any], key: str, value: Any) -> tuple[str, str] | None:  # noqa: ANN401 - a JSON value
    """A file: what it is, who sees it, and which entry it belongs to or takes the place of."""
    if key == "type":
        return gettext("Kind"), gettext(FileKind(value).words)
    if key == "audience":
        return gettext("Who sees it"), str(Audience(value).label)
    named = {
        "line": (gettext("Belongs to"), "line_at"),
        "redacted": (gettext("Out of"), "line_at"),
        "instead": (gettext("In place of"), "instead_at"),
    }.get(key)
    if named is None:
        return None
    what = EventKind(facts["line_kind"]).label if key != "instead" else gettext("The file attached")
    return named[0], f"{what}, {words_of(datetime.fromisoformat(facts[named[1]]))}"


def _plainly(key: str, value: Any) -> tuple[str, str] | None:  # noqa: ANN401 - a JSON value
    """What needs no names."""
    if key == "given_on":
        return gettext("Given on"), day(date.fromisoformat(value), year=True)
    if key == "kept_from":
        return gettext("Kept from"), ngettext("one person of the own agency", "{n} people of the own agency", value, n=value)
    return {
        "on_behalf": (gettext("Entered by"), gettext("the business unit, on the agency's behalf")),
        "members": (gettext("Members"), str(value)),
        "still_to_settle": (gettext("The issue behind it"), gettext("still to settle")),
    }.get(key)


def _apart(kind: str, key: str, value: Any, names: "Names") -> tuple[str, str] | None:  # noqa: ANN401 - a JSON value
    """Learning, and a stage that had happened already: words of their own."""
    if kind != EventKind.PAST_STAGE:
        return _learnt(key, value, names)
    if key not in PAST:
        return None
    return str(PAST[key]), words_of(datetime.fromisoformat(value)) if isinstance(value, str) else ". ".join(_mark(row) for row in value)


def _said(key: str, value: Any, names: "Names") -> tuple[str, str] | None:  # noqa: ANN401 - a JSON value
    """Who was at a meeting and who was missing, an entered date or priority, the lead manager, that the other side was told first."""
    if key in ATTENDANCE:
        return str(ATTENDANCE[key]), listed(sorted(names.agency(agency) for agency in value))
    if key == "dissent_of":
        return gettext("Whose dissent"), names.agency(value)
    if key in {"fact", "priority"}:
        return {"fact": gettext("What"), "priority": gettext("Priority")}[key], plain(value)
    if key == "parts":
        return gettext("What"), listed([str(CHILD_PARTS[part]) for part in value])
    if key in {"child", "other"}:
        return {"child": gettext("Child"), "other": gettext("With")}[key], str(value)
    if key == "at":
        return gettext("When"), words_of(datetime.fromisoformat(value))
    if key == "person":
        return gettext("Lead manager"), names.people.get(UUID(value), "")
    return (gettext("Told first"), gettext("the other agency, that the business unit would be told")) if key == "told_other_side" else None


def _learnt(key: str, value: Any, names: "Names") -> tuple[str, str] | None:  # noqa: ANN401 - a JSON value
    """To whom a general issue goes, what should change, who sees to it, by when, and how far it has come."""
    if key in {"status", "change_needed"}:
        return (
            (gettext("Status"), str(LearningStatus(value).label))
            if key == "status"
            else (gettext("What should change"), str(ChangeNeeded(value).label))
        )
    if key == "owner":
        return gettext("Who sees to it"), names.people.get(UUID(value), "")
    if key == "due_on":
        return gettext("By"), day(date.fromisoformat(value), year=True)
    return (gettext("Referred to"), str(value)) if key == "referred_to" else None


def plain(key: str) -> str:
    """A word of the procedure's file as words."""
    return key.replace("_", " ")


def _redated(row: dict[str, str], names: "Names") -> str:
    before, after = (words_of(datetime.fromisoformat(row[end])) for end in ("from", "to"))
    form = gettext("{measure}, {agency}: {after}, before that {before}") if row.get("of") else gettext("{measure}: {after}, before that {before}")
    return form.format(measure=Measure(row["measures"]).label, agency=names.agency(row.get("of")), after=after, before=before)


def _mark(row: dict[str, Any]) -> str:
    """ "Response due Tuesday 3 March, 10am: it ended after that"."""
    when = words_of(datetime.fromisoformat(row["due"]))
    late, in_time = gettext("{measure} due {moment}: it ended after that"), gettext("{measure} due {moment}: it ended by then")
    return (late if row["late"] else in_time).format(measure=Measure(row["measures"]).label, moment=when)
