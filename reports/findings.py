"""What came before the partnership in a year and what was found, for the chair, the panels' members and the business unit (BRI-20)."""

from datetime import UTC, datetime
from functools import partial

from agencies.models import Partnership
from agencies.person import Person
from reports import story
from reports.figures import Definition, Document, Edition, Section
from reports.measures import MEASURES, Scope
from reports.periods import Year, begun
from reports.readers import counted_for
from reports.said import said as _
from reports.said import said_of as ngettext
from reports.said import sentence, small

FINDING = story.Noun(_("finding"), _("findings"))
PARTS = ("findings", "routes", "came-of-routes", "acknowledgements", "panels", "partnership-actions")


def findings_report(partnership: Partnership, year: Year, now: datetime, reader: Person | None = None) -> Document:
    """The year's findings in the words in which they were recorded, and the figures of mediation and panels, counted now (an aware instant), of
    what the reader may know of.

    No disagreement, agency or person is named. Raises InvalidInput for a year that has not begun.
    """
    scope = Scope(partnership, begun(year, now), now, Edition.INTERNAL, within=counted_for(reader))
    tables = scope.asking.together({key: partial(MEASURES[key].figures, scope) for key in PARTS}, scope.alike)
    found, message = len(tables["findings"].rows), story.partnership(tables)
    some = small(FINDING.counted(found))
    written = ngettext("{before}; {some} was written down", "{before}; {some} were written down", found, before=small(message), some=some)
    section = Section(
        "partnership",
        _("Mediation and panels"),
        sentence(written),
        tuple(tables.values()),
        tuple(Definition(MEASURES[key].name, MEASURES[key].words) for key in tables),
    )
    return Document(
        partnership=partnership.name,
        unit_name=partnership.unit_name,
        year=year.number,
        edition=Edition.INTERNAL,
        snapshot=now.astimezone(UTC).isoformat(timespec="seconds"),
        is_running=scope.until != year.ends,
        is_empty=False,
        is_invented=partnership.is_invented,
        headlines=(),
        summary=(),
        sections=(section,),
        method=(
            _("Findings stand as whoever decided wrote them for the report, so as to name nobody. Small numbers are shown: not for publication."),
        ),
        title=_("Findings of panels and other decisions"),
    )
