"""What is written when it has ended: the outcome letter, the executive summary, the summary report for the child's record."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

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
    settled = (Field(_("Settled on"), at(dispute.resolved_at)), Field(_("How"), outcome.kind if outcome else ""), *lead_manager(matter))
    opening = _("This letter confirms how the {matter} {reference}, raised by {raising} with {receiving} on {day}, was settled.").format(
        matter=matter.word,
        reference=dispute.reference,
        raising=matter.file.raising,
        receiving=matter.file.receiving,
        day=on(dispute.submitted_at),
    )
    binding = _("This is final and binding on the agencies concerned.") if outcome and outcome.is_binding else ""
    return Paper(
        DocumentKind.OUTCOME_LETTER,
        _("Outcome of the {matter}").format(matter=matter.word),
        opening,
        (
            section(
                "letter",
                _("For the agencies concerned"),
                Facts("", (Field(_("To"), to), *_child(matter), *settled)),
            ),
            section(
                "outcome",
                _("What was agreed"),
                Text(_("The outcome, in the wording that each side confirms"), outcome.wording if outcome else "", lines=5),
                *((Words(binding),) if binding else ()),
                actions_table(matter),
            ),
            section("outstanding", _("What is outstanding"), Text(_("Issues, and how they are pursued"), outstanding(matter), lines=4)),
            section("confirmed", _("Confirmed by each side, in this wording"), _signatures(matter), *_concern(matter)),
        ),
    )


def _child(matter: Matter) -> Iterator[Field]:
    """The child as the letter names it: initials and birth where the reader chose that, else the own reference or a blank."""
    if matter.children:
        yield Field(_("About"), "; ".join(f"{child.initials}, {child.born}" for child in matter.children))
    yield Field(_("Your reference for the child"), "; ".join(matter.file.local_references))


def _signatures(matter: Matter) -> Table:
    """Each side's confirmation with its name and date, and room to sign."""
    confirmed = _(CONFIRMED)
    rows = tuple((agency, f"{who}\n{words}" if words != confirmed else who, when, "") for agency, words, who, when in confirmations(matter).rows)
    return Table("", (_("Agency"), _("Name and post"), _("Date"), _("Signature")), rows, layout="signed")


def _concern(matter: Matter) -> tuple[Text, ...]:
    """A concern that somebody still has after the outcome (BRI-21); nothing where there is none."""
    lines = matter.of(EventKind.CONCERN)
    return text_of(_("Continuing concern"), lines, matter) if lines else ()


def executive_summary(matter: Matter) -> Paper:
    """The concerns and how they were resolved, for the child's file and the raising agency (ENF-03, ENF-04)."""
    feedback = matter.of(EventKind.FEEDBACK)
    return Paper(
        DocumentKind.EXECUTIVE_SUMMARY,
        str(DocumentKind.EXECUTIVE_SUMMARY.label),
        _("The concerns and how they were resolved, for the child’s file and for {agency}.").format(agency=matter.file.raising),
        (
            about(matter),
            section("summary", _("In short"), *in_short(matter, SummaryKind.EXECUTIVE)),
            section("concerns", _("The concerns"), *concern(matter), *responses(matter)),
            section("resolved", _("How they were resolved"), stages_table(matter), *outcome_blocks(matter), actions_table(matter), *_concern(matter)),
            section(
                "feedback",
                _("Feedback and filing"),
                *text_of(_("Feedback to the person who raised it"), feedback, matter),
                filing_table(matter),
            ),
        ),
    )


def in_short(matter: Matter, kind: SummaryKind) -> tuple[Text, ...]:
    """The summary as somebody wrote it, the newest since it was last reopened; blanks where nobody did."""
    reopened = matter.last(EventKind.REOPENED)
    lines = [line for line in matter.of(EventKind.SUMMARY) if line.event.facts.get("kind") == kind]
    line = next((line for line in reversed(lines) if reopened is None or line.event.number > reopened.event.number), None)
    by = matter.signed(line) if line else ""
    labels = (("concerns", _("The concerns, in short")), ("resolution", _("How they were resolved, in short")))
    return tuple(Text(label, line.said(key) if line else "", by=by) for key, label in labels)


def summary_report(matter: Matter) -> Paper:
    """The process and the outcome of the partnership's stage, for the child's record (BRO-06, BRO-07)."""
    return Paper(
        DocumentKind.SUMMARY_REPORT,
        str(DocumentKind.SUMMARY_REPORT.label),
        _("How it came before the partnership, what was done there and what came of it."),
        (
            about(matter),
            section("summary", _("In short"), *in_short(matter, SummaryKind.REPORT)),
            section("concern", _("What the {matter} was about").format(matter=matter.word), *concern(matter)),
            section("process", _("The process"), stages_table(matter), *_before_the_partnership(matter), panel_table(matter)),
            section("outcome", _("The outcome"), *_decisions(matter), *outcome_blocks(matter), actions_table(matter), *_concern(matter)),
            section("learning", _("What is learnt"), *_review(matter), learning_table(matter)),
            section("filing", _("On the child’s record"), filing_table(matter)),
        ),
        has_contents=True,
    )


def _before_the_partnership(matter: Matter) -> Iterator[Block]:
    """Each referral: who, when, acknowledged when, which route; one set of blanks where there is none."""
    if not matter.referrals:
        yield Facts(_("Before the partnership"), (Field(_("Referred on")), Field(_("Referred by")), Field(_("Route")), Field(_("Resolved on"))))
    for number, referral in enumerate(matter.referrals, start=1):
        which = _("Before the partnership, {number} of {all}").format(number=number, all=len(matter.referrals))
        yield Facts(which if len(matter.referrals) > 1 else _("Before the partnership"), referral_rows(matter, referral))


def referral_rows(matter: Matter, referral: Referral) -> tuple[Field, ...]:
    """One referral in dates and names."""
    rows = [
        Field(_("Referred on"), at(referral.referred_at)),
        Field(_("Referred by"), matter.who(referral.referred_by_id)),
        Field(_("Before"), matter.who(referral.chair_id)),
        Field(_("Acknowledged on"), at(referral.acknowledged_at)),
        Field(_("To be resolved by"), at(referral.resolve_by)),
        Field(_("Route"), str(Route(referral.route).label) if referral.route else ""),
        Field(_("What a decision does"), str(Force(referral.force).label) if referral.force else ""),
        Field(_("Decided on"), at(referral.decided_at)),
    ]
    if referral.mediator_id:
        rows.insert(6, Field(_("Mediator"), matter.who(referral.mediator_id)))
    return tuple(rows)


def panel_table(matter: Matter) -> Table:
    """Who sits on the panel, for which agency, and what each declared, as it stands."""
    # By the moment too: what somebody declared on a panel that was convened before is not declared on this one.
    lines = [line for line in matter.of(EventKind.INTEREST) if not line.erased]
    declared: dict[tuple[str, datetime | None], str] = {(line.event.facts["person"], line.event.recorded_at): line.said("interest") for line in lines}
    rows = [
        (
            matter.names.people.get(member.user_id, ""),
            matter.names.agency(member.agency_id),
            _part(member.is_chair, member.is_party),
            _interest(declared.get((str(member.user_id), member.declared_at)) or member.interest, member.declared_at is not None),
        )
        for member in sorted(matter.case.panel, key=lambda member: (not member.is_chair, matter.names.agency(member.agency_id)))
    ]
    return Table(
        _("Members of the panel"),
        (_("Name"), _("Agency"), _("Part"), _("Interest declared")),
        tuple(rows),
        empty=_("No panel was convened."),
        layout="even",
    )


def _part(is_chair: bool, is_party: bool) -> str:  # noqa: FBT001 - plain facts
    return _("Chair") if is_chair else _("An agency concerned") if is_party else _("Not concerned")


def _interest(words: str, declared: bool) -> str:  # noqa: FBT001 - a plain fact
    return words or (_("None") if declared else "")


def _decisions(matter: Matter) -> Iterator[Block]:
    """What was decided, with its reasons and any dissent."""
    found = matter.of(EventKind.DECIDED)
    for line in matter.of(EventKind.DECIDED, EventKind.NOT_AGREED):
        by = matter.signed(line)
        if line.kind == EventKind.DECIDED:
            yield Text(_("Decision or recommendation"), line.said("decision"), by=by)
        else:
            yield Text(str(EventKind.NOT_AGREED.label), line.said("result"), by=by)
        yield Text(_("Reasons"), line.said("reasons"), lines=3)
        if line.said("dissent"):
            yield Text(_("Dissent"), line.said("dissent"))
    if not found:
        yield Text(_("Decision or recommendation"))
        yield Text(_("Reasons"), lines=3)


def _review(matter: Matter) -> tuple[Block, ...]:
    """Whether the partnership holds a learning review, and why (BRO-07)."""
    review, line = matter.case.dispute.review, matter.last(EventKind.REVIEW_CONSIDERED)
    found = Facts(_("Review"), (Field(_("Systemic or learning review"), str(ReviewNeed(review).label) if review else ""),))
    return (found, Text(_("Why, or why not"), line.said("reasons") if line else "", lines=2))
