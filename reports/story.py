"""Figures in sentences: the message of each chapter and the summary. Pure: made from tables alone, so that words and figures cannot disagree.

A sentence that would need a hidden or missing figure is not written: the function gives an empty text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from reports.figures import Row, Table
from reports.most import MOST_ALIKE, kind_raised_most, largest, number
from reports.said import Said, listing, sentence, small
from reports.said import said as _
from reports.said import said_of as ngettext

PLAIN = {
    Fraction(1, 2): _("one in two"), Fraction(1, 3): _("one in three"), Fraction(2, 3): _("two in three"), Fraction(1, 4): _("one in four"),
    Fraction(3, 4): _("three in four"), Fraction(1, 5): _("one in five"), Fraction(2, 5): _("two in five"), Fraction(3, 5): _("three in five"),
    Fraction(4, 5): _("four in five"), Fraction(1, 10): _("one in ten"), Fraction(9, 10): _("nine in ten"),
}  # fmt: skip
CLOSE = Fraction(1, 50)
FEW = 10
NEARLY = Fraction(19, 20)


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing in one and in many."""

    one: str
    many: str

    def counted(self, number: int) -> Said:
        """ "No disagreements", "1 disagreement", "1,204 disagreements", as the beginning of a sentence."""
        form = ngettext("{n:,} {thing}", "{n:,} {things}", number, thing=self.one, things=self.many)
        return form if number else _("No {things}", things=self.many)


DISAGREEMENT = Noun(_("disagreement"), _("disagreements"))
RESPONSE = Noun(_("response due"), _("responses due"))
STEP = Noun(_("step due"), _("steps due"))
CLOSED = Noun(_("closed disagreement"), _("closed disagreements"))
RAISED = Noun(_("disagreement raised"), _("disagreements raised"))
POINT = Noun(_("learning point"), _("learning points"))
ACTION = Noun(_("agreed action"), _("agreed actions"))
LEVEL = Noun(_("level that needs a contact"), _("levels that need a contact"))


def part_of(part: int, whole: int, noun: Noun) -> Said:
    """ "About three in four responses due", "7 of the 9 responses due": the share in words, as the beginning of a sentence. `whole` is above 0."""
    things, thing = noun.many, noun.one
    if whole == 2 and part != 1:
        return _("Both {things}", things=things) if part else _("Neither of the two {things}", things=things)
    if part == 0:
        return _("None of the {whole:,} {things}", whole=whole, things=things) if whole > 1 else _("No {thing}", thing=thing)
    if part == whole:
        return _("All {whole:,} {things}", whole=whole, things=things) if whole > 1 else _("The one {thing}", thing=thing)
    if whole < FEW:
        return _("{part:,} of the {whole:,} {things}", part=part, whole=whole, things=things)
    exact = Fraction(part, whole)
    nearest = min(PLAIN, key=lambda share: abs(share - exact))
    if nearest == exact:
        return sentence(_("{share} {things}", share=PLAIN[nearest], things=things))
    if abs(nearest - exact) <= CLOSE:
        return _("About {share} {things}", share=PLAIN[nearest], things=things)
    if exact >= NEARLY:
        return _("Nearly all {things}", things=things)
    return _("{part:,} of the {whole:,} {things}", part=part, whole=whole, things=things)


def were_raised(number: int) -> Said:
    """ "23 disagreements were raised"."""
    return sentence(ngettext("{some} was raised", "{some} were raised", number, some=small(DISAGREEMENT.counted(number))))


def were_closed(number: int) -> Said:
    """ "23 disagreements were closed"."""
    return sentence(ngettext("{some} was closed", "{some} were closed", number, some=small(DISAGREEMENT.counted(number))))


def volume(tables: Mapping[str, Table]) -> str:
    """How many were raised, and how many of them withdrawn."""
    table = tables["raised"]
    raised, gone = number(table.total(2)), number(table.total(1))
    if raised is None:
        return ""
    if not raised or not gone:
        return were_raised(raised)
    withdrawn = ngettext("{n:,} was withdrawn", "{n:,} were withdrawn", gone)
    return sentence(_("{raised}; {withdrawn}", raised=small(were_raised(raised)), withdrawn=withdrawn))


def in_time(met: int, due: int, noun: Noun) -> Said:
    """ "7 of the 9 responses due came in time"; `due` is above 0."""
    return sentence(_("{some} came in time", some=small(part_of(met, due, noun))))


def imported(tables: Mapping[str, Table]) -> str:
    """How many of those raised were brought in from an earlier log; empty where none was."""
    table = tables.get("imported")
    row = next((row for row in table.rows if row.cells[2].key == "raised"), None) if table else None
    if row is None or row.cells[0].value == 0:
        return ""
    many, every = number(row.cells[0]), number(row.cells[2])
    if many is None or every is None:
        return _("Some of those raised were brought in from an earlier log; how many is not shown")
    if many == every:
        return ngettext("The one raised was brought in from an earlier log", "All {n:,} raised were brought in from an earlier log", many)
    return ngettext(
        "{part:,} of the {whole:,} raised was brought in from an earlier log", "{part:,} of the {whole:,} raised were brought in from an earlier log",
        many, part=many, whole=every,
    )  # fmt: skip


def timeliness(tables: Mapping[str, Table]) -> str:
    """The share of responses in time; of the other steps where the procedure sets no time for a response."""
    for key, noun, none in (("responses", RESPONSE, _("No responses due had come due")), ("steps", STEP, _("No steps due had come due"))):
        if key in tables and tables[key].rows:
            met, due = number(tables[key].total(0)), number(tables[key].total(3))
            if met is not None and due:
                return in_time(met, due, noun)
            return none if due == 0 else _came_due(key, due)
    return _("Nothing was due in the year")


def _came_due(key: str, due: int | None) -> str:
    """How many came due, where it is not shown how many of them came in time."""
    if not due:
        return ""
    if key == "steps":
        return ngettext("{n:,} step came due", "{n:,} steps came due", due)
    return ngettext("{n:,} response came due", "{n:,} responses came due", due)


def stages(tables: Mapping[str, Table]) -> str:
    """Where most were settled; where that cannot be told from what is shown, how far most went, or else of one stage how many were settled there."""
    settled, highest = tables.get("settled"), tables.get("highest")
    whole, raised = (number(table.total(0)) if table else None for table in (settled, highest))
    if whole == 0:
        return _("No disagreement was closed")
    if settled and whole and (best := largest(settled.rows)):
        return sentence(_("{some} ended at {stage}", some=small(part_of(best.cells[0].number, whole, CLOSED)), stage=stage_name(best.label)))
    if highest and raised and (best := largest(highest.rows)):
        some = small(part_of(best.cells[0].number, raised, RAISED))
        return sentence(_("{some} went as far as {stage} and no further", some=some, stage=stage_name(best.label)))
    if settled and whole and (best := largest(_seen(settled))):
        some = small(part_of(best.cells[0].number, whole, CLOSED))
        return sentence(_("{some} ended at {stage}; not all stages are shown", some=some, stage=stage_name(best.label)))
    return ""


def agencies(tables: Mapping[str, Table]) -> str:
    """Which agency, or in the public edition which kind of agency, raised the most, where one did; else how many raised none."""
    return raised_most(tables) or raised_none(tables)


def raised_most(tables: Mapping[str, Table]) -> str:
    """The agency that raised the most, or those few that raised as many; where none is named, the kind of agency; empty where none stands out."""
    if "raising" not in tables:
        return kind_raised_most(tables)
    rows = [row for row in tables["raising"].rows if not row.is_total]
    best = largest(rows)
    if best is None:
        return ""
    most, whole = best.cells[0].number, sum(row.cells[0].number for row in rows)
    alike = [row.label for row in rows if row.cells[0].number == most]
    if len(alike) > MOST_ALIKE:
        return ""
    if len(alike) > 1:
        return _("{agencies} and {last} raised the most, {n:,} each", agencies=listing(alike[:-1], ", "), last=alike[-1], n=most)
    if most == whole:
        return ngettext("{agency} raised the only one", "{agency} raised all {n:,}", most, agency=alike[0])
    return _("{agency} raised the most: {n:,} of the {whole:,}", agency=alike[0], n=most, whole=whole)


def raised_none(tables: Mapping[str, Table]) -> str:
    """How many member agencies raised none; where that is not asked, of how many agencies those counted are."""
    if "silent-kinds" not in tables:
        raisers = sum(bool(row.cells[0].number) for row in tables["raising"].rows if not row.is_total)
        return sentence(ngettext("{n:,} agency raised them", "{n:,} agencies raised them", raisers)) if raisers else were_raised(0)
    table = tables["silent-kinds"]
    quiet, every = number(table.total(0)), number(table.total(1))
    if not every:
        return _("The directory holds no member agency")
    if not quiet:
        return _("Every member agency raised at least one")
    if quiet == every:
        return _("No member agency raised any")
    return _("{quiet} of {every} member agencies raised none", quiet=quiet, every=every)


def themes(tables: Mapping[str, Table]) -> str:
    """The most frequent area, or those that are so alike; of those shown where the numbers of others are not."""
    rows = tables["themes"].rows
    shown = [row for row in rows if not row.cells[0].mark]
    best = largest(shown)
    if best is None:
        return ""
    alike = [small(row.label) for row in shown if row.cells[0].number == best.cells[0].number]
    if len(shown) != len(rows):
        if len(alike) > MOST_ALIKE:
            return ""
        one = _("The most frequent area shown was: {area}", area=alike[0])
        return one if len(alike) == 1 else _("The most frequent areas shown were: {areas}", areas=listing(alike, ", "))
    if len(alike) == 1:
        return _("The most frequent area was: {area}", area=alike[0])
    if len(alike) > MOST_ALIKE:
        return _("No area was more frequent than all others")
    return _("The most frequent areas were, as often as each other: {areas}", areas=listing(alike, ", "))


def outcomes(tables: Mapping[str, Table]) -> str:
    """How often the plan for the child changed."""
    table = tables["outcomes"]
    changed, whole = number(table.total(0)), number(table.total(4)) if table.rows else 0
    if not table.rows:
        return _("No disagreement was closed")
    if not whole:
        return ""
    if changed is None:
        return were_closed(whole)
    return sentence(_("{some} changed the plan for the child", some=small(part_of(changed, whole, CLOSED))))


def partnership(tables: Mapping[str, Table]) -> str:
    """How many came before the partnership."""
    referred = number(tables["routes"].total(0))
    if referred is None:
        return ""
    return sentence(_("{some} came before the partnership", some=small(DISAGREEMENT.counted(referred))))


def learning(tables: Mapping[str, Table]) -> str:
    """Learning points and what became of them."""
    table = tables["learning"]
    if not table.rows:
        return _("No learning point was recorded")
    every, done = number(table.total(4)), number(table.total(0))
    if every is None:
        return ""
    recorded = ngettext("{some} was recorded", "{some} were recorded", every, some=small(POINT.counted(every)))
    if done is None:
        return sentence(recorded)
    acted = ngettext("{n} is done", "{n} are done", done) if done else ngettext("it is not done yet", "none is done yet", every)
    return sentence(_("{recorded}; {done}", recorded=recorded, done=acted))


def actions_before(tables: Mapping[str, Table]) -> str:
    """How many of last year's agreed actions, and of older ones, are still to do; empty where none is."""
    table = tables.get("actions-before")
    left = [number(table.total(at)) for at in (2, 5)] if table and table.rows else []
    if None in left or not sum(filter(None, left)):
        return ""
    many = sum(filter(None, left))
    some = small(ACTION.counted(many))
    told = ngettext("{some} due earlier is still not done", "{some} due earlier are still not done", many, some=some)
    return sentence(told)


def directory(tables: Mapping[str, Table]) -> str:
    """How well the directory is kept."""
    confirmed, every = number(tables["directory"].total(0)), number(tables["directory"].total(1))
    if not every:
        return _("No agency needs a contact at any level")
    return sentence(_("{some} had a contact confirmed lately", some=small(part_of(confirmed or 0, every, LEVEL))))


def summary(tables: Mapping[str, Table], words: str, *, is_running: bool) -> tuple[str, ...]:
    """The year in a few paragraphs; `words` is the period, such as "1 April 2025 to 31 March 2026"."""
    kept, closed, still = (number(row.cells[0]) for row in tables["other"].rows[:3])
    raised = small(volume(tables)) or _("the number of disagreements raised is not shown")
    begun = _("So far in the year from {period}, {raised}", period=words, raised=raised)
    much: list[str] = [begun if is_running else _("In the year from {period}, {raised}", period=words, raised=raised)]
    much += filter(None, [imported(tables)])
    if closed is not None:
        some = small(DISAGREEMENT.counted(closed))
        told = ngettext(
            "{some} was closed in the year, raised in it or before", "{some} were closed in the year, raised in it or before", closed, some=some
        )
        much.append(sentence(told))
    if still is not None:
        much.append(_left_open(still, is_running=is_running))
    if kept:
        much.append(_("{some} stayed inside one agency", some=DISAGREEMENT.counted(kept)))
    paragraphs = (
        much,
        [timeliness(tables), stages(tables), partnership(tables)],
        [outcomes(tables), learning(tables), actions_before(tables)],
        [themes(tables), raised_most(tables), raised_none(tables)] if "silent-kinds" in tables or number(tables["raised"].total(2)) else [],
    )
    return tuple(listing((_("{sentence}.", sentence=line) for line in lines if line), " ") for lines in paragraphs if any(lines))


def _left_open(still: int, *, is_running: bool) -> Said:
    some = small(DISAGREEMENT.counted(still))
    if is_running:
        return sentence(ngettext("{some} is open now", "{some} are open now", still, some=some))
    return sentence(ngettext("{some} was open at the end of the year", "{some} were open at the end of the year", still, some=some))


def _seen(table: Table) -> list[Row]:
    """The rows whose first figure is shown, the total left out."""
    return [row for row in table.rows if not row.is_total and not row.cells[0].mark]


def stage_label(number: str, name: str = "") -> Said:
    """ "Stage 1: team managers", "Stage 1"."""
    stage = _("Stage {number}", number=number)
    return _("{stage}: {name}", stage=stage, name=name) if name else stage


def stage_name(label: str) -> str:
    """ "Stage 1" of "Stage 1: team managers"."""
    if not isinstance(label, Said):
        return label.partition(":")[0]
    stage: str = label.places.get("stage", label)
    return stage
