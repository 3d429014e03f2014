"""The panel pack: everything that the chair, a mediator or a panel reads, in one document."""

from collections.abc import Iterator

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
        DocumentKind.PANEL_PACK.label,
        f"The {matter.word} as both sides see it, for those who hear it. It names no child: the agencies know who the child is.",
        (
            about(matter, child=False),
            section("referral", "The referral", *_referral(matter)),
            section("raising", f"The view of {matter.file.raising}", *concern(matter), *_raising_more(matter)),
            section("receiving", f"The view of {matter.file.receiving}", *responses(matter)),
            section("representations", "Representations", *_representations(matter)),
            section("panel", "Who hears it", *_panel(matter)),
            section("stages", "Stages and dates", stages_table(matter), clocks_table(matter)),
            section("actions", "What was agreed so far", actions_table(matter)),
            section("files", "Files", files_table(matter)),
            section("timeline", "The record, in order", record_table(matter, "", lines), apart=True),
            section("decision", "The decision", *_decision(matter), apart=True),
        ),
        has_contents=True,
    )


def _referral(matter: Matter) -> Iterator[Block]:
    line = matter.last(EventKind.REFERRED)
    route = matter.last(EventKind.ROUTE_CHOSEN)
    if matter.referrals:
        yield Facts("", referral_rows(matter, matter.referrals[-1]))
    by = f"{matter.author(line)}, {at(line.event.happened_at)}" if line else ""
    yield Text("What was tried at each stage", line.said("efforts") if line else "", by=by)
    yield Text("Why it is referred", line.said("reason") if line else "")
    yield Text("Why this route", route.said("reason") if route else "", by=matter.author(route) if route else "", lines=3)


def _raising_more(matter: Matter) -> Iterator[Text]:
    """What else the raising side said, where it did."""
    for key, label in (("tried", "What was tried first"), ("family_view", "The child’s and family’s view")):
        if matter.logged(key):
            yield Text(label, matter.logged(key))
    for line in matter.of(EventKind.REJECTED):
        yield Text("Why a response was not accepted", line.said("reason"), by=f"{matter.author(line)}, {at(line.event.happened_at)}")


def _representations(matter: Matter) -> tuple[Text, ...]:
    return text_of("Representation", matter.of(EventKind.REPRESENTATION), matter, blank=5)


def _panel(matter: Matter) -> Iterator[Block]:
    """When and where it meets, who sits on it, and what they declared."""
    panel = matter.case.panel[0].panel if matter.case.panel else None
    yield Facts("", (Field("Meets", at(panel.meets_at) if panel else ""), Field("Place", panel.place if panel else "")))
    members = panel_table(matter)
    yield members if members.rows else Table(members.caption, members.columns, blanks=4)
    declared = matter.of(EventKind.INTEREST)
    if declared:
        rows = tuple((at(line.event.happened_at), matter.author(line), entry_text(line)) for line in declared)
        yield Table("Interests, as they were declared", ("When", "Who", "What"), rows, layout="record")


def _decision(matter: Matter) -> Iterator[Block]:
    """What was decided, or room to write it."""
    line = matter.last(EventKind.DECIDED)
    yield Text("Decision or recommendation", line.said("decision") if line else "", by=matter.author(line) if line else "", lines=8)
    yield Text("Reasons", line.said("reasons") if line else "", lines=8)
    yield Text("Dissent", line.said("dissent") if line else "", lines=4)
    if line is None:
        yield Facts("Signed for those who heard it", (Field("Name"), Field("Signature", lines=2), Field("Date")))
