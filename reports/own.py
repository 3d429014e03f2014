"""An agency's own report and scorecard: its own side only, to be checked by it before anything is published."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from django.utils.translation import gettext

from agencies.at_once import together
from agencies.errors import InvalidInput, NotAllowed, NotFound
from agencies.models import Agency, Partnership, User
from agencies.person import Person
from agencies.readable import trimmed
from agencies.roles import Role
from reports import policy, story
from reports.checksums import checksum_of
from reports.figures import Definition, Document, Edition, Section, Table
from reports.measures import MEASURES, Scope
from reports.measures.own import MEASURES as OWN
from reports.measures.scope import Within
from reports.models import ReportEvent, ScorecardCheck
from reports.periods import Standing, Year
from reports.readers import counted_for, for_many
from reports.said import plain, sentence, small
from reports.said import said as _
from reports.said import said_of as ngettext
from reports.scorecard import Scorecard

Made = Callable[[Agency, Year, datetime, Person | None], Document]
READERS = frozenset({Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER})
CHECKERS = frozenset({Role.LEAD, Role.BOARD_MEMBER})
LONGEST = 500
DIRECTORY = "directory"
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


def own_report(agency: Agency, year: Year, now: datetime, reader: Person | None = None) -> Document:
    """The agency's year, counted now (an aware instant) from its own side only, of what the reader may know of.

    Raises InvalidInput for a year that has not begun.
    """
    return _own_report(_scope(agency, year, now, counted_for(reader)), agency, year, reader)


def _own_report(scope: Scope, agency: Agency, year: Year, reader: Person | None) -> Document:
    tables = scope.asking.together({key: partial(KNOWN[key].figures, scope) for part in PARTS for key in part.measures}, scope.alike)
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
    return _document(scope, (Scorecard(scope, agency, year, reader).section, *sections))


def _is_shown(table: Table) -> bool:
    """Where nothing was brought in from a log, nothing is said of one."""
    return bool(table.rows) or table.key != "imported"


def scorecard(agency: Agency, year: Year, now: datetime, reader: Person | None = None) -> Document:
    """The agency's main figures for one page: both years and their quarters. Counts and raises as `own_report`."""
    scope = _scope(agency, year, now, counted_for(reader))
    card = Scorecard(scope, agency, year, reader)
    made = _document(scope, (card.on_paper, card.quarters))
    return replace(made, title=_("Scorecard"), headlines=card.headlines, method=(*card.foot, *made.method))


def _scope(agency: Agency, year: Year, now: datetime, within: Within | None) -> Scope:
    if year.standing(now) is Standing.FUTURE:
        raise InvalidInput(gettext("The year {year} has not begun.").format(year=year.label), field="year")
    return Scope(agency.partnership, year, now, Edition.INTERNAL, own=agency, within=within)


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


def checksum_for_many(agency: Agency, year: Year, now: datetime) -> str:
    """The checksum of the agency's figures, counted now (an aware instant), that is the same whoever looks: nothing restricted is in them.

    Of those that each reader is shown, "changed" would tell one from whom something is kept that others are shown more.
    """
    return figures_checksum(_own_report(_scope(agency, year, now, for_many), agency, year, None))


def is_changed(said: ScorecardCheck | None, agency: Agency, year: Year, now: datetime) -> bool:
    """Whether the agency's figures, those restricted apart, are others now than when it said something of them."""
    return said is not None and said.figures_checksum not in {"", checksum_for_many(agency, year, now)}


def check(*, agency: Agency, year: Year, person: Person, by: User, is_right: bool, note: str, figures: str, now: datetime) -> ScorecardCheck:
    """Keeps what the agency says of the figures that it looked at (`figures`, their checksum) before they are published; a later word replaces it.

    Raises NotAllowed for anybody but its safeguarding lead and board member, InvalidInput where figures are wrong and nobody says what, and where
    they are no longer those that were looked at.
    """
    if not may_check(person, agency):
        raise NotAllowed(gettext("An agency's figures are checked by its safeguarding lead or its board member."))
    words = trimmed(note)
    if not is_right and not words:
        raise InvalidInput(gettext("Say what is wrong."), field="note")
    if len(words) > LONGEST:
        raise InvalidInput(gettext("At most {most} characters.").format(most=LONGEST), field="note")
    if figures != figures_checksum(own_report(agency, year, now, person)):
        raise InvalidInput(gettext("The figures have changed since you opened this page. Look at them as they are now, and answer again."))
    same_for_all = checksum_for_many(agency, year, now)
    said_now = {"is_right": is_right, "note": words, "figures_checksum": same_for_all, "checked_by": by, "checked_at": now}
    row, _is_new = ScorecardCheck.objects.update_or_create(agency=agency, year=year.number, defaults=said_now)
    told = f"Said that the figures of {agency.name} for {year.label} are {'right' if is_right else 'wrong'}."
    ReportEvent.objects.create(partnership=agency.partnership, actor=by, words=told, recorded_at=now)
    return row


def checked(agency: Agency, year: Year) -> ScorecardCheck | None:
    """What the agency said of its figures, if it has."""
    return ScorecardCheck.objects.filter(agency=agency, year=year.number).select_related("checked_by").first()


def checked_by_agencies(partnership: Partnership, year: Year) -> list[tuple[Agency, ScorecardCheck | None]]:
    """Each active member agency with what it said, for the business unit: first those that say that a figure is wrong, those silent last."""
    return checked_in_years(partnership, [year])[0]


def checked_in_years(partnership: Partnership, years: Sequence[Year]) -> list[list[tuple[Agency, ScorecardCheck | None]]]:
    """The same of each of the years. One query."""
    agencies, checks = together(
        Agency.objects.filter(partnership=partnership, is_active=True, is_external=False).order_by("name"),
        ScorecardCheck.objects.filter(agency__partnership=partnership, year__in=[year.number for year in years]).select_related("checked_by"),
    )
    found = {(row.agency_id, row.year): row for row in checks}
    said = ([(agency, found.get((agency.pk, year.number))) for agency in agencies] for year in years)
    return [sorted(each, key=lambda pair: 2 if pair[1] is None else int(pair[1].is_right)) for each in said]
