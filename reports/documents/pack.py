"""The panel pack: everything that the chair, a mediator or a panel reads, in one document."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from escalation.models import Panel
from escalation.selectors.timeline import REMINDERS
from escalation.states import EventKind
from reports.documents.endings import panel_table, referral_rows
from reports.documents.kinds import DocumentKind
from reports.documents.matter import Matter, at
from reports.documents.parts import (
    about,
    actions_table,
    clocks_table,
    concern,
    entry_text,
    files_table,
    record_table,
    responses,
    section,
    stages_table,
    text_of,
)
from reports.documents.shapes import Block, Facts, Field, Paper, Table, Text


def panel_pack(matter: Matter) -> Paper:
    """The case in one document (BRI-14, BRO-05): referral, each side's view, timeline, responses, representations, clocks, members' interests."""
    lines = [line for line in matter.lines if line.kind not in REMINDERS]
    return Paper(
        DocumentKind.PANEL_PACK,
        str(DocumentKind.PANEL_PACK.label),
        _("The {matter} as both sides see it, for those who hear it. It names no child: the agencies know who the child is.").format(
            matter=matter.word
        ),
        (
            about(matter, child=False),
            section("referral", _("The referral"), *_referral(matter)),
            section("raising", _("The view of {agency}").format(agency=matter.file.raising), *concern(matter), *_raising_more(matter)),
            section("receiving", _("The view of {agency}").format(agency=matter.file.receiving), *responses(matter)),
            section("representations", _("Representations"), *_representations(matter)),
            section("panel", _("Who hears it"), *_panel(matter)),
            section("stages", _("Stages and dates"), stages_table(matter), clocks_table(matter)),
            section("actions", _("What was agreed so far"), actions_table(matter)),
            section("files", _("Files"), files_table(matter)),
            section("timeline", _("The record, in order"), record_table(matter, "", lines)),
            section("decision", _("The decision"), *_decision(matter), apart=True),
        ),
        has_contents=True,
    )


def _referral(matter: Matter) -> Iterator[Block]:
    line = matter.last(EventKind.REFERRED)
    route = matter.last(EventKind.ROUTE_CHOSEN)
    if matter.referrals:
        yield Facts("", referral_rows(matter, matter.referrals[-1]))
    by = matter.signed(line) if line else ""
    yield Text(_("What was tried at each stage"), line.said("efforts") if line else "", by=by)
    yield Text(_("Why it is referred"), line.said("reason") if line else "")
    yield Text(_("Why this route"), route.said("reason") if route else "", by=matter.author(route) if route else "", lines=3)


def _raising_more(matter: Matter) -> Iterator[Text]:
    """What else the raising side said, where it did."""
    labels = {
        "tried": _("What was tried first"),
        "involved": _("Other agencies that work with the child"),
        "family_told": _("Child and parents told"),
        "family_view": _("The child’s and family’s view"),
        "why_sooner": _("Why it needed a response sooner"),
    }
    for key, label in labels.items():
        if matter.logged(key):
            yield Text(label, matter.logged(key))
    for line in matter.of(EventKind.REJECTED):
        yield Text(_("Why a response was not accepted"), line.said("reason"), by=matter.signed(line))


def _representations(matter: Matter) -> tuple[Text, ...]:
    return text_of(_("Representation"), matter.of(EventKind.REPRESENTATION), matter, blank=5)


def _panel(matter: Matter) -> Iterator[Block]:
    """When and where it meets, who sits on it, and what they declared."""
    panel = matter.case.panel[0].panel if matter.case.panel else None
    yield Facts("", (Field(_("Meets"), at(panel.meets_at) if panel else ""), Field(_("Place"), _place(matter, panel))))
    members = panel_table(matter)
    yield members if members.rows else Table(members.caption, members.columns, blanks=4)
    declared = matter.of(EventKind.INTEREST)
    if declared:
        rows = tuple((at(line.event.happened_at), matter.author(line), entry_text(line)) for line in declared)
        yield Table(_("Interests, as they were declared"), (_("When"), _("Who"), _("What")), rows, layout="record")


def _place(matter: Matter, panel: Panel | None) -> str:
    """Where the panel meets, as the line that convened it stands."""
    line = matter.last(EventKind.CONVENED)
    return (line.said("place") if line else "") or (panel.place if panel else "")


def _decision(matter: Matter) -> Iterator[Block]:
    """What was decided, or room to write it."""
    line = matter.last(EventKind.DECIDED)
    yield Text(_("Decision or recommendation"), line.said("decision") if line else "", by=matter.author(line) if line else "", lines=8)
    yield Text(_("Reasons"), line.said("reasons") if line else "", lines=8)
    yield Text(_("Dissent"), line.said("dissent") if line else "", lines=4)
    if line is None:
        yield Facts(_("Signed for those who heard it"), (Field(_("Name")), Field(_("Signature"), lines=2), Field(_("Date"))))
