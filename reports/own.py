"""An agency's own report and scorecard: its own side only, to be checked by it before anything is published."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from django.db.models import Count
from django.utils.translation import gettext

from agencies.errors import InvalidInput, NotAllowed, NotFound
from agencies.models import Agency, Partnership, User
from agencies.person import Person
from agencies.roles import Role
from reports import policy, story
from reports.asking import at_once, summed
from reports.checksums import checksum_of
from reports.figures import NOT_APPLICABLE, Cell, Column, Definition, Document, Edition, Row, Section, Table, Unit
from reports.measures import MEASURES, Scope
from reports.measures.base import AS_MANY_DAYS, FROM_A_LOG, NO_EARLIER
from reports.measures.durations import SMALLEST_FOR_A_MEDIAN, first_responses
from reports.measures.own import MEASURES as OWN
from reports.measures.own import asked
from reports.models import ReportEvent, ScorecardCheck
from reports.periods import Standing, Year
from reports.said import listing, plain, sentence, small
from reports.said import said as _
from reports.said import said_of as ngettext

Made = Callable[[Agency, Year, datetime], Document]
READERS = frozenset({Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER})
CHECKERS = frozenset({Role.LEAD, Role.BOARD_MEMBER})
LONGEST = 500
DIRECTORY = "directory"
RAISED, ASKED, IN_TIME, BROUGHT_IN = _("Raised"), _("Asked"), _("Of them in time"), _("Of those raised, brought in from an earlier log")
KNOWN = MEASURES | {measure.key: measure for measure in OWN}


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter of the own report: its name, its measures and its message."""

    key: str
    name: str
    measures: tuple[str, ...]
    message: Callable[[Mapping[str, Table]], str]


def _asked(tables: Mapping[str, Table]) -> str:
    number = tables["received"].total(0).number
    asked_in = ngettext("The agency was asked in {n:,} disagreement", "The agency was asked in {n:,} disagreements", number)
    return asked_in if number else _("The agency was asked in no disagreement")


ACTION = story.Noun(_("agreed action due"), _("agreed actions due"))
PARTS = (
    Part("raised", _("Raised by the agency"), ("raised", "other", "imported", "themes", "levels"), story.volume),
    Part("stages", _("How far they went"), ("settled", "highest", "moves"), story.stages),
    Part("outcomes", _("What came of them"), ("outcomes",), story.outcomes),
    Part("received", _("Asked of the agency"), ("received", "received-themes"), _asked),
    Part("timeliness", _("How the agency answered"), ("responses", "agreed", "durations"), story.timeliness),
    Part("actions", _("What the agency agreed to do"), ("actions", "actions-before"), lambda tables: _actions(tables["actions"])),
    Part(DIRECTORY, _("Contacts"), ("directory",), story.directory),
)


def _actions(table: Table) -> str:
    met, due = table.total(0).number, table.total(3).number
    if not due:
        return _("No agreed action was due")
    some = small(story.part_of(met, due, ACTION))
    return sentence(ngettext("{some} was done in time", "{some} were done in time", met, some=some))


def agency_of(person: Person, agency: Agency | None, roles: frozenset[Role] = READERS) -> Agency:
    """The agency whose own side the person may see: the one named, or their first.

    Raises NotFound for another agency, NotAllowed for somebody without such a role. The business unit sees every one of its partnership.
    """
    own = [seat.agency_id for seat in person.seats if seat.role in roles and seat.agency_id]
    if agency is None:
        if not own:
            raise NotAllowed(gettext("An agency's own figures are for its safeguarding lead, its senior managers and its board member."))
        return Agency.objects.select_related("partnership").get(pk=own[0])
    if agency.pk not in own and not policy.may_report(person, agency.partnership_id):
        raise NotFound(gettext("There is no such agency."))
    return agency


def own_report(agency: Agency, year: Year, now: datetime) -> Document:
    """The agency's year, counted now (an aware instant) from its own side only. Raises InvalidInput for a year that has not begun."""
    scope = _scope(agency, year, now)
    tables = scope.asking.together({key: partial(KNOWN[key].figures, scope) for part in PARTS for key in part.measures})
    sections = tuple(
        Section(
            part.key,
            part.name,
            part.message(tables),
            tuple(tables[key] for key in part.measures if _is_shown(tables[key])),
            tuple(Definition(KNOWN[key].name, KNOWN[key].words) for key in part.measures if _is_shown(tables[key])),
        )
        for part in PARTS
    )
    return _document(scope, (_scorecard_section(scope, agency, year), *sections))


def _is_shown(table: Table) -> bool:
    """Where nothing was brought in from a log, nothing is said of one."""
    return bool(table.rows) or table.key != "imported"


def scorecard(agency: Agency, year: Year, now: datetime) -> Document:
    """The agency's main figures on one page, this year and the year before. Raises InvalidInput for a year that has not begun."""
    scope = _scope(agency, year, now)
    return _document(scope, (_scorecard_section(scope, agency, year),))


def _scorecard_section(scope: Scope, agency: Agency, year: Year) -> Section:
    """The main figures, this year and the year before."""
    is_over, past = scope.until == year.ends, _year_before(scope, year)
    (this, last), has_past = _line_up(scope, past)
    columns = (Column(_("This year"), Unit.TEXT), Column(_("The year before"), Unit.TEXT))[: 1 + has_past]
    is_from_a_log = any(each[BROUGHT_IN].number for each in (this, last)[: len(columns)])
    rows = [Row(label, (this[label], last[label])[: len(columns)]) for label in this if is_from_a_log or label != BROUGHT_IN]
    notes = [NO_EARLIER if not has_past else "" if is_over else AS_MANY_DAYS, FROM_A_LOG if is_from_a_log else ""]
    table = Table(
        key="scorecard",
        caption=_("{agency} in figures", agency=agency.name),
        row_label="",
        columns=columns,
        rows=tuple(rows),
        note=listing(notes, " ") if all(notes) else notes[0] or notes[1],
    )
    words = Definition(
        _("Scorecard"),
        _(
            "The agency's own side only: what it raised and what it was asked. Disagreements that were kept from its own leads are not counted. In "
            "time: recorded at or before the procedure's due moment; what is not yet due counts neither way. First stage: the first in which two "
            "agencies face each other; a median of fewer than {least} responses is not given.",
            least=SMALLEST_FOR_A_MEDIAN,
        ),
    )
    figures = {name: this[label].text(Unit.TEXT) for name, label in (("raised", RAISED), ("asked", ASKED), ("share", IN_TIME))}
    message = _("Raised {raised}, asked in {asked}, {share} of the responses due in time", **figures)
    if this[IN_TIME].mark:
        message = _("Raised {raised}, asked in {asked}", **figures)
    return Section("scorecard", _("Scorecard"), message, (table,), (words,))


def _year_before(scope: Scope, year: Year) -> Scope:
    """The year before; of a year that runs, as much of it as has gone by of this one."""
    past = year.before()
    gone_by = past.ends if scope.until == year.ends else min(past.starts + (scope.until - year.starts), past.ends)
    return scope.beside(past) if gone_by == past.ends else replace(scope.beside(past), snapshot=gone_by)


def _line_up(*scopes: Scope) -> tuple[list[dict[str, Cell]], bool]:
    """The scorecard's lines in each scope; and whether the partnership has anything on record from before the first."""
    asking = scopes[0].asking
    counted = {"responses": MEASURES["responses"].figures, "actions": MEASURES["actions"].figures, "first": first_responses}
    tables = asking.together({f"{key} {at}": partial(figures, scope) for at, scope in enumerate(scopes) for key, figures in counted.items()})
    each = [(scope.raised(), scope.raised().filter(is_imported=True), asked(scope), scope.closed()) for scope in scopes]
    questions = [summed(rows, number=Count("id")) for four in each for rows in four]
    whole = replace(scopes[0], own=None)
    [past], *answers = at_once(whole.whether(whole.all_disputes().filter(submitted_at__lt=whole.period.starts)), *questions)
    numbers = [row["number"] for [row] in answers]
    return [_lines(*numbers[4 * at : 4 * at + 4], *(tables[f"{key} {at}"] for key in counted)) for at in range(len(scopes))], bool(past["any"])


def _lines(raised: int, brought_in: int, was_asked: int, closed: int, responses: Table, actions: Table, first: Table) -> dict[str, Cell]:
    return {
        RAISED: Cell(raised),
        BROUGHT_IN: Cell(brought_in),
        ASKED: Cell(was_asked),
        _("Responses due from the agency"): _said(responses.total(3), Unit.COUNT),
        IN_TIME: _said(responses.total(4), Unit.PERCENT),
        _("Of them without a response"): _said(responses.total(2), Unit.COUNT),
        _("Median working days to respond, first stage"): first.rows[0].cells[1],
        _("Closed of those that the agency raised"): Cell(closed),
        _("Agreed actions due from the agency"): _said(actions.total(3), Unit.COUNT),
        _("Of them done in time"): _said(actions.total(4), Unit.PERCENT),
    }


def _said(cell: Cell, unit: Unit) -> Cell:
    """A total, a percentage as it is printed; of a table without rows, none."""
    if cell.value is None and not cell.mark:
        return Cell(0) if unit is Unit.COUNT else NOT_APPLICABLE
    return cell if unit is Unit.COUNT or cell.mark else Cell(cell.text(unit))


def _scope(agency: Agency, year: Year, now: datetime) -> Scope:
    if year.standing(now) is Standing.FUTURE:
        raise InvalidInput(gettext("The year {year} has not begun.").format(year=year.label), field="year")
    return Scope(agency.partnership, year, now, Edition.INTERNAL, own=agency)


def _document(scope: Scope, sections: tuple[Section, ...]) -> Document:
    year = scope.period
    return Document(
        partnership=scope.partnership.name,
        unit_name=scope.partnership.unit_name,
        year=year.number if isinstance(year, Year) else 0,
        edition=scope.edition,
        snapshot=scope.snapshot.astimezone(UTC).isoformat(timespec="seconds"),
        is_running=scope.until != year.ends,
        is_empty=False,
        is_invented=scope.partnership.is_invented,
        headlines=(),
        summary=(),
        sections=sections,
        method=(
            _(
                "Figures of {agency} alone, as recorded when they were taken. They are for the agency and the business unit, and not for "
                "publication: small numbers are shown.",
                agency=scope.own.name if scope.own else "",
            ),
            _("Percentages are whole numbers, rounded once from the exact value, halves upwards."),
        ),
        agency=scope.own.name if scope.own else "",
    )


def may_check(person: Person, agency: Agency) -> bool:
    """Whether the person may say for the agency that its figures are right."""
    return any(seat.agency_id == agency.pk and seat.role in CHECKERS for seat in person.seats)


def figures_checksum(document: Document) -> str:
    """The checksum of an own report's figures: its contacts apart, which are those of the day and not of the year."""
    return checksum_of(plain(tuple(section for section in document.sections if section.key != DIRECTORY)))


def check(*, agency: Agency, year: Year, person: Person, by: User, is_right: bool, note: str, figures: str, now: datetime) -> ScorecardCheck:
    """Keeps what the agency says of the figures that it looked at (`figures`, their checksum) before they are published; a later word replaces it.

    Raises NotAllowed for anybody but its safeguarding lead and board member, InvalidInput where figures are wrong and nobody says what, and where
    they are no longer those that were looked at.
    """
    if not may_check(person, agency):
        raise NotAllowed(gettext("An agency's figures are checked by its safeguarding lead or its board member."))
    words = note.strip()
    if not is_right and not words:
        raise InvalidInput(gettext("Say what is wrong."), field="note")
    if len(words) > LONGEST:
        raise InvalidInput(gettext("At most {most} characters.").format(most=LONGEST), field="note")
    if figures != figures_checksum(own_report(agency, year, now)):
        raise InvalidInput(gettext("The figures have changed since you opened this page. Look at them as they are now, and answer again."))
    said_now = {"is_right": is_right, "note": words, "figures_checksum": figures, "checked_by": by, "checked_at": now}
    row, _is_new = ScorecardCheck.objects.update_or_create(agency=agency, year=year.number, defaults=said_now)
    told = f"Said that the figures of {agency.name} for {year.label} are {'right' if is_right else 'wrong'}."
    ReportEvent.objects.create(partnership=agency.partnership, actor=by, words=told, recorded_at=now)
    return row


def checked(agency: Agency, year: Year) -> ScorecardCheck | None:
    """What the agency said of its figures, if it has."""
    return ScorecardCheck.objects.filter(agency=agency, year=year.number).select_related("checked_by").first()


def checked_by_agencies(partnership: Partnership, year: Year) -> list[tuple[Agency, ScorecardCheck | None]]:
    """Each active member agency with what it said, for the business unit."""
    agencies = list(Agency.objects.filter(partnership=partnership, is_active=True, is_external=False).order_by("name"))
    found = {row.agency_id: row for row in ScorecardCheck.objects.filter(agency__in=agencies, year=year.number).select_related("checked_by")}
    return [(agency, found.get(agency.pk)) for agency in agencies]
