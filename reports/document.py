"""A year's report as one document: its chapters, each with its message, tables and definitions. Page, PDF and data file show the same document."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from reports import story
from reports.disclosure import SMALLEST_BASE
from reports.earlier import NOTHING, Earlier
from reports.editions import suppress
from reports.figures import Definition, Document, Headline, Mark, Section, Table, Unit
from reports.measures import MEASURES, Scope, figures_of
from reports.measures.base import FROM_A_LOG
from reports.measures.partnership import signed_findings
from reports.periods import Period, Pool, Standing, Year, begun
from reports.said import listing, small
from reports.said import said as _
from reports.texts import NO_TEXTS, Texts


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter: its name, its measures, and how its message is made."""

    key: str
    name: str
    measures: tuple[str, ...]
    message: Callable[[Mapping[str, Table]], str]


PARTNERSHIP = ("routes", "came-of-routes", "acknowledgements", "panels", "partnership-actions", "findings")
CHAPTERS = (
    Chapter("volume", _("Volume"), ("raised", "other", "imported", "early", "change"), story.volume),
    Chapter("timeliness", _("Timeliness"), ("responses", "answering", "steps", "agreed", "durations", "change-in-time"), story.timeliness),
    Chapter("stages", _("Stages"), ("settled", "started", "highest", "grounds", "moves"), story.stages),
    Chapter("agencies", _("Agencies"), ("raising", "silent", "kinds", "silent-kinds", "pairs", "hot"), story.agencies),
    Chapter("themes", _("Areas of disagreement"), ("themes", "levels"), story.themes),
    Chapter("outcomes", _("Outcomes for children"), ("outcomes",), story.outcomes),
    Chapter("partnership", _("Mediation and panels"), PARTNERSHIP, story.partnership),
    Chapter("learning", _("Learning and closing"), ("learning", "learning-before", "actions", "actions-before", "closing"), story.learning),
    Chapter("directory", _("Directory"), ("directory",), story.directory),
)
# Without a figure in it a table of these says nothing that the chapter's others do not.
LEFT_OUT_WHEN_EMPTY = frozenset({
    "early", "imported", "steps", "agreed", "answering", "change-in-time", "hot", "findings", "learning-before", "actions", "actions-before",
    "partnership-actions", "came-of-routes", "grounds",
})  # fmt: skip
TABLES_OF_AN_EMPTY_YEAR = frozenset({"silent", "silent-kinds", "directory"})


def build(
    scope: Scope,
    before: tuple[Section, ...] = (),
    earlier: Earlier = NOTHING,
    texts: Texts = NO_TEXTS,
    counted: Mapping[str, Table] | None = None,
) -> Document:
    """The document of the scope's year or other period, counted now unless its figures were `counted` already, with the chapters `before` ahead of
    its own, and with the texts of its edition.

    A public edition keeps to what `earlier` ones show and hide.

    Raises InvalidInput for a year or period that has not begun.
    """
    is_running = begun(scope.period, scope.snapshot).standing(scope.snapshot) is Standing.RUNNING
    counted = figures_of(scope) if counted is None else counted
    is_empty = _is_empty(counted)
    tables = suppress(counted, earlier) if scope.is_public else dict(counted)
    if scope.is_public and texts.findings:
        tables["findings"] = signed_findings(texts.findings)
    return Document(
        partnership=scope.partnership.name,
        unit_name=scope.partnership.unit_name,
        year=0 if isinstance(scope.period, Period) else scope.period.number,
        edition=scope.edition,
        snapshot=scope.snapshot.astimezone(UTC).isoformat(timespec="seconds"),
        is_running=is_running,
        is_empty=is_empty,
        is_invented=scope.partnership.is_invented,
        headlines=() if is_empty else _headlines(tables),
        summary=_nothing(scope) if is_empty else story.summary(tables, scope.period.said, is_running=is_running),
        sections=(*before, *(_section(each, tables, texts, is_empty=is_empty) for each in _chapters(tables, is_empty=is_empty))),
        method=_method(scope, tables),
        days=() if isinstance(scope.period, Year) else (scope.period.first_day.isoformat(), scope.period.last_day.isoformat()),
        subgroup=scope.subgroup.name if scope.subgroup else "",
    )


def _chapters(tables: Mapping[str, Table], *, is_empty: bool) -> list[Chapter]:
    """The chapters with a table to show."""
    shown = TABLES_OF_AN_EMPTY_YEAR if is_empty else set(tables)
    return [each for each in CHAPTERS if any(key in tables and key in shown for key in each.measures)]


def _is_empty(tables: Mapping[str, Table]) -> bool:
    """Nothing raised, kept inside, closed, open or due."""
    counts = [tables["raised"].total(2), *(row.cells[0] for row in tables["other"].rows)]
    dues = [cell for key in ("responses", "steps") for row in tables[key].rows for cell in row.cells]
    return not any(cell.number for cell in [*counts, *dues])


def _nothing(scope: Scope) -> tuple[str, ...]:
    so_far = _(
        "No disagreement is on record so far for the year from {period}: none was raised or closed, none was open at its end and nothing was due.",
        period=scope.period.said,
    )
    whole = _(
        "No disagreement is on record for the year from {period}: none was raised or closed, none was open at its end and nothing was due.",
        period=scope.period.said,
    )
    nothing = so_far if scope.until != scope.period.ends else whole
    if scope.subgroup:
        return (nothing,)
    return (
        nothing,
        _(
            "None raised can mean that nobody disagreed, or that nobody challenged. This report shows the member agencies and the state of the "
            "directory, and leaves out the chapters that have nothing to count."
        ),
    )


def _headlines(tables: Mapping[str, Table]) -> tuple[Headline, ...]:
    """The four figures of the summary: raised, responses in time, closed, open."""
    names = {"responses": _("of responses in time"), "steps": _("of steps in time")}
    timed = next((tables[key] for key in names if tables[key].rows), None)
    closed, still = tables["other"].rows[1], tables["other"].rows[2]
    found = [Headline(tables["raised"].total(2).text(Unit.COUNT), _("raised"), "volume")]
    if timed:
        found.append(Headline(timed.total(4).text(Unit.PERCENT), names[timed.key], "timeliness"))
    found.append(Headline(closed.cells[0].text(Unit.COUNT), _("closed"), "volume"))
    found.append(Headline(still.cells[0].text(Unit.COUNT), small(still.label), "volume"))
    return tuple(item for item in found if not item.figure.startswith("["))


def _section(chapter: Chapter, tables: Mapping[str, Table], texts: Texts, *, is_empty: bool) -> Section:
    wanted = [key for key in chapter.measures if key in tables and (not is_empty or key in TABLES_OF_AN_EMPTY_YEAR)]
    if "silent" in wanted:  # Named one by one, agencies need not be counted by kind as well.
        wanted.remove("silent-kinds")
    chosen = [tables[key] for key in wanted if tables[key].rows or key not in LEFT_OUT_WHEN_EMPTY]
    if len(chosen) > 1 and chosen[0].key == "responses" and not chosen[0].rows and chosen[1].key == "steps":
        chosen = chosen[1:]
    return Section(
        key=chapter.key,
        name=chapter.name,
        message=chapter.message(tables) or _unsaid(chapter, chosen),
        tables=tuple(chosen),
        definitions=tuple(Definition(MEASURES[table.key].name, MEASURES[table.key].words) for table in chosen),
        comment=texts.comments.get(chapter.key),
    )


def _unsaid(chapter: Chapter, tables: Sequence[Table]) -> str:
    """The message of a chapter with nothing to say: small numbers are hidden, or there was nothing to count."""
    if any(cell.mark is Mark.HIDDEN for table in tables for row in table.rows for cell in row.cells):
        return _("{chapter}: small numbers are not shown", chapter=chapter.name)
    return _("{chapter}: nothing was counted", chapter=chapter.name)


def _method(scope: Scope, tables: Mapping[str, Table]) -> tuple[str, ...]:
    """How the figures were made, in sentences."""
    lines: list[str] = [
        _("The year runs from {period}, by London time.", period=scope.period.said),
        _(
            "Every figure was counted from the record when the report was made, at the moment that stands on its cover. The record may still change: "
            "a correction, or a matter reopened, can change the figures of a report made later. This report is kept with its figures as they were."
        ),
        _(
            "Whether something was in time is judged by the procedure's own due moment and by when the response was recorded, not by when it is said "
            "to have happened. Where a start was confirmed as earlier than its recording, it is in time until the moment that counts from the "
            "recording. What had not yet come due counts neither as a success nor as a failure."
        ),
        _("Percentages are whole numbers, rounded once from the exact value, halves upwards; they may not add up to 100."),
    ]
    if scope.until != scope.period.ends:
        lines.insert(1, _("The year is not over: the figures are those of the year so far."))
    if tables["imported"].rows:
        lines.append(_("Some of what is counted was brought in from an earlier log; the chapter on volume says how much. {words}", words=FROM_A_LOG))
    lines.append(_about_the_edition(scope))
    if isinstance(scope.period, Pool):
        lines.append(
            _("Three reporting years are counted together, so that fewer small numbers have to be hidden. By itself none of them is published.")
        )
    if scope.is_public:
        inside = listing(MEASURES[key].name for chapter in CHAPTERS for key in chapter.measures if not MEASURES[key].public)
        lines.append(_("The internal edition alone has these measures, since they name agencies or are of too few: {measures}.", measures=inside))
    if scope.partnership.is_invented:
        lines.append(_("All people, agencies and disagreements in this report are invented."))
    return tuple(lines)


def _about_the_edition(scope: Scope) -> str:
    if not scope.is_public:
        return _(
            "This is the internal edition: small numbers are shown and agencies are named. It is not for publication. What is kept from the people "
            "of the agency that raised it is counted for none of these."
        )
    return _(
        "This is the public edition. Counts of 1 to 5 are not shown, nor are others from which they could be worked out: [c] stands in their place. "
        "Zeros are shown. Percentages made of such counts, or of fewer than {least}, are not shown either. Small categories are put "
        "together where a table would otherwise show little. Agencies are counted by kind and not named, and tables that would cross three "
        "characteristics are left out. What is kept from the people of the agency that raised it is counted in the internal edition alone. "
        "Figures of the year before stand as they were published, and what an earlier edition "
        "did not show is not shown here either.",
        least=SMALLEST_BASE,
    )
