"""What is written when it has ended: the outcome letter, the executive summary, the summary report for the child's record."""

from collections.abc import Iterator

from escalation.models import Referral
from escalation.states import EventKind, Force, ReviewNeed, Route, SummaryKind
from reports.documents.kinds import DocumentKind
from reports.documents.matter import Matter, at, on
from reports.documents.parts import (
    CONFIRMED,
    about,
    actions_table,
    concern,
    confirmations,
    filing_table,
    lead_manager,
    learning_table,
    outcome_blocks,
    outstanding,
    responses,
    section,
    stages_table,
    text_of,
)
from reports.documents.shapes import Block, Facts, Field, Paper, Table, Text, Words


def outcome_letter(matter: Matter) -> Paper:
    """Written confirmation between the parties: the agreed wording, what is outstanding, and each side's confirmation (BRI-16)."""
    dispute, outcome = matter.case.dispute, matter.file.outcome
    to = "\n".join(matter.names.agency(agency) for agency, _ in matter.parties())
    settled = (Field("Settled on", at(dispute.resolved_at)), Field("How", outcome.kind if outcome else ""), *lead_manager(matter))
    opening = (
        f"This letter confirms how the {matter.word} {dispute.reference}, raised by {matter.file.raising} with {matter.file.receiving} on "
        f"{on(dispute.submitted_at)}, was settled."
    )
    binding = "This is final and binding on the agencies concerned." if outcome and outcome.is_binding else ""
    return Paper(
        DocumentKind.OUTCOME_LETTER,
        f"Outcome of the {matter.word}",
        opening,
        (
            section(
                "letter",
                "For the agencies concerned",
                Facts("", (Field("To", to), *_child(matter), *settled)),
            ),
            section(
                "outcome",
                "What was agreed",
                Text("The outcome, in the wording that each side confirms", outcome.wording if outcome else "", lines=5),
                *((Words(binding),) if binding else ()),
                actions_table(matter),
            ),
            section("outstanding", "What is outstanding", Text("Issues, and how they are pursued", outstanding(matter), lines=4)),
            section("confirmed", "Confirmed by each side, in this wording", _signatures(matter), *_concern(matter)),
        ),
    )


def _child(matter: Matter) -> Iterator[Field]:
    """The child as the letter names it: initials and birth where the reader chose that, else the own reference or a blank."""
    if matter.children:
        yield Field("About", "; ".join(f"{child.initials}, {child.born}" for child in matter.children))
    yield Field("Your reference for the child", "; ".join(matter.file.local_references))


def _signatures(matter: Matter) -> Table:
    """Each side's confirmation with its name and date, and room to sign."""
    rows = tuple((agency, f"{who}\n{words}" if words != CONFIRMED else who, when, "") for agency, words, who, when in confirmations(matter).rows)
    return Table("", ("Agency", "Name and post", "Date", "Signature"), rows, layout="signed")


def _concern(matter: Matter) -> tuple[Text, ...]:
    """A concern that somebody still has after the outcome (BRI-21); nothing where there is none."""
    lines = matter.of(EventKind.CONCERN)
    return text_of("Continuing concern", lines, matter) if lines else ()


def executive_summary(matter: Matter) -> Paper:
    """The concerns and how they were resolved, for the child's file and the raising agency (ENF-03, ENF-04)."""
    feedback = matter.of(EventKind.FEEDBACK)
    return Paper(
        DocumentKind.EXECUTIVE_SUMMARY,
        DocumentKind.EXECUTIVE_SUMMARY.label,
        f"The concerns and how they were resolved, for the child’s file and for {matter.file.raising}.",
        (
            about(matter),
            section("summary", "In short", *in_short(matter, SummaryKind.EXECUTIVE)),
            section("concerns", "The concerns", *concern(matter), *responses(matter)),
            section("resolved", "How they were resolved", stages_table(matter), *outcome_blocks(matter), actions_table(matter), *_concern(matter)),
            section(
                "feedback",
                "Feedback and filing",
                *text_of("Feedback to the person who raised it", feedback, matter),
                filing_table(matter),
            ),
        ),
    )


def in_short(matter: Matter, kind: SummaryKind) -> tuple[Text, ...]:
    """The summary as somebody wrote it, the newest since it was last reopened; blanks where nobody did."""
    reopened = matter.last(EventKind.REOPENED)
    lines = [line for line in matter.of(EventKind.SUMMARY) if line.event.facts.get("kind") == kind]
    line = next((line for line in reversed(lines) if reopened is None or line.event.number > reopened.event.number), None)
    by = f"{matter.author(line)}, {at(line.event.happened_at)}" if line else ""
    labels = (("concerns", "The concerns, in short"), ("resolution", "How they were resolved, in short"))
    return tuple(Text(label, line.said(key) if line else "", by=by) for key, label in labels)


def summary_report(matter: Matter) -> Paper:
    """The process and the outcome of the partnership's stage, for the child's record (BRO-06, BRO-07)."""
    return Paper(
        DocumentKind.SUMMARY_REPORT,
        DocumentKind.SUMMARY_REPORT.label,
        "How it came before the partnership, what was done there and what came of it.",
        (
            about(matter),
            section("summary", "In short", *in_short(matter, SummaryKind.REPORT)),
            section("concern", f"What the {matter.word} was about", *concern(matter)),
            section("process", "The process", stages_table(matter), *_before_the_partnership(matter), panel_table(matter)),
            section("outcome", "The outcome", *_decisions(matter), *outcome_blocks(matter), actions_table(matter), *_concern(matter)),
            section("learning", "What is learnt", *_review(matter), learning_table(matter)),
            section("filing", "On the child’s record", filing_table(matter)),
        ),
        has_contents=True,
    )


def _before_the_partnership(matter: Matter) -> Iterator[Block]:
    """Each referral: who, when, acknowledged when, which route; one set of blanks where there is none."""
    if not matter.referrals:
        yield Facts("Before the partnership", (Field("Referred on"), Field("Referred by"), Field("Route"), Field("Resolved on")))
    for number, referral in enumerate(matter.referrals, start=1):
        more = f", {number} of {len(matter.referrals)}" if len(matter.referrals) > 1 else ""
        yield Facts(f"Before the partnership{more}", referral_rows(matter, referral))


def referral_rows(matter: Matter, referral: Referral) -> tuple[Field, ...]:
    """One referral in dates and names."""
    rows = [
        Field("Referred on", at(referral.referred_at)),
        Field("Referred by", matter.who(referral.referred_by_id)),
        Field("Before", matter.who(referral.chair_id)),
        Field("Acknowledged on", at(referral.acknowledged_at)),
        Field("To be resolved by", at(referral.resolve_by)),
        Field("Route", str(Route(referral.route).label) if referral.route else ""),
        Field("What a decision does", str(Force(referral.force).label) if referral.force else ""),
        Field("Decided on", at(referral.decided_at)),
    ]
    if referral.mediator_id:
        rows.insert(6, Field("Mediator", matter.who(referral.mediator_id)))
    return tuple(rows)


def panel_table(matter: Matter) -> Table:
    """Who sits on the panel, for which agency, and what each declared."""
    rows = [
        (
            matter.names.people.get(member.user_id, ""),
            matter.names.agency(member.agency_id),
            _part(member.is_chair, member.is_party),
            _interest(member.interest, member.declared_at is not None),
        )
        for member in sorted(matter.case.panel, key=lambda member: (not member.is_chair, matter.names.agency(member.agency_id)))
    ]
    return Table("Members of the panel", ("Name", "Agency", "Part", "Interest declared"), tuple(rows), empty="No panel was convened.", layout="even")


def _part(is_chair: bool, is_party: bool) -> str:  # noqa: FBT001 - plain facts
    return "Chair" if is_chair else "An agency concerned" if is_party else "Not concerned"


def _interest(words: str, declared: bool) -> str:  # noqa: FBT001 - a plain fact
    return words or ("None" if declared else "")


def _decisions(matter: Matter) -> Iterator[Block]:
    """What was decided, with its reasons and any dissent."""
    found = matter.of(EventKind.DECIDED)
    for line in found:
        by = f"{matter.author(line)}, {at(line.event.happened_at)}"
        yield Text("Decision or recommendation", line.said("decision"), by=by)
        yield Text("Reasons", line.said("reasons"), lines=3)
        if line.said("dissent"):
            yield Text("Dissent", line.said("dissent"))
    if not found:
        yield Text("Decision or recommendation")
        yield Text("Reasons", lines=3)


def _review(matter: Matter) -> tuple[Block, ...]:
    """Whether the partnership holds a learning review, and why (BRO-07)."""
    review, line = matter.case.dispute.review, matter.last(EventKind.REVIEW_CONSIDERED)
    found = Facts("Review", (Field("Systemic or learning review", str(ReviewNeed(review).label) if review else ""),))
    return (found, Text("Why, or why not", line.said("reasons") if line else "", lines=2))
