"""What the procedures ask of reports, meetings and audits: BRI-20, DEV-05, DEV-06, DEV-11, BRO-10, ENF-05."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import User
from escalation.states import Ground, Route, Verb
from reports import audits, services
from reports.figures import Document, Edition, Table
from reports.models import AuditAnswer, AuditQuestion
from reports.periods import Period, Year
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.world import london

pytestmark = pytest.mark.django_db
FINDING = "Thresholds are read differently on either side of a school holiday."
GOOD = dict.fromkeys(AuditQuestion.values, AuditAnswer.YES.value)


def decided(cast: Cast) -> Journey:
    """A panel decided on 17 March 2026 and wrote a finding for the report."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent(start_stage=3, start_ground="risk", start_reason="The risk is at once.")
    journey.at("2026-03-04 10:00").disagrees(cast.receiving_board)
    journey.do(Verb.REFER, cast.own_board, ground=Ground.NOT_RESOLVED, efforts="Both boards met.", reason="No agreement.")
    journey.do(Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-03-20 12:00"))
    journey.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="It is complex.")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    journey.do(Verb.CONVENE, cast.chair, meets_at=london("2026-03-17 10:00"), members=members)
    return journey.met().at("2026-03-17 12:00").do(Verb.DECIDE, cast.chair, decision="Assess.", reasons="The risk.", finding=FINDING)


def tables(document: Document) -> dict[str, Table]:
    return {table.key: table for section in document.sections for table in section.tables}


def of_the_year(journey: Journey, edition: Edition = Edition.INTERNAL) -> dict[str, Table]:
    return tables(services.figures(journey.cast.partnership, Year(2025), edition, london("2026-04-01 12:00")))


def test_the_annual_report_counts_the_disagreements_and_quotes_the_findings_of_panels(cast: Cast) -> None:
    """BRI-20."""
    found = of_the_year(decided(cast))
    assert found["raised"].total(2).number == 1
    assert found["panels"].rows[0].cells[2].number == 1
    assert [cell.value for cell in found["findings"].rows[0].cells] == ["Resolution panel", FINDING]


def test_a_finding_in_somebodys_own_words_stays_out_of_the_public_edition(cast: Cast) -> None:
    """BRI-20: nothing that was typed is published."""
    assert "findings" not in of_the_year(decided(cast), Edition.PUBLIC)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="agencies.backend.AccountBackend")
    return client


def test_the_subgroup_reads_at_every_meeting_what_is_unresolved_and_which_agencies_raised_none(cast: Cast) -> None:
    """DEV-05, DEV-06: the standing report of the days since the last meeting."""
    journey = Journey(cast, "devon", "2026-03-02 10:00").sent()
    journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.NOT_RESOLVED, reason="The other professional must hear it.")
    fortnight = Period(london("2026-03-01 09:00").date(), london("2026-03-14 09:00").date())
    found = tables(services.standing_figures(cast.partnership, fortnight, london("2026-03-10 09:00")))
    assert [row.label for row in found["unresolved"].rows] == [journey.now.reference]
    quiet = {row.label for row in found["silent"].rows}
    assert cast.police.name in quiet
    assert cast.school.name not in quiet
    assert client_of(cast.subgroup_member).get(reverse("report-standing")).status_code == 200


def test_a_year_reports_what_was_raised_and_what_was_resolved_to_the_executive(cast: Cast) -> None:
    """DEV-11: conflicts raised and resolved; the business unit makes it, as a page and as a document."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().at("2026-03-03 09:00").agreed(cast.own_manager, cast.receiver)
    journey.closed(cast.own_manager, cast.receiver, cast.lead)
    found = of_the_year(journey)
    assert found["raised"].total(2).number == 1
    assert found["other"].rows[1].cells[0].number == 1, "Closed in the year."


def test_management_looks_through_a_sample_of_the_records(cast: Cast) -> None:
    """BRO-10: for proper and effective use."""
    journey = Journey(cast, "bromley", "2026-03-02 10:00").sent()
    day = london("2026-03-02 10:00")
    period, later = Period(day.date(), day.date()), day + timedelta(days=1)
    sample = audits.draw(partnership=cast.partnership, period=period, size=5, drawn_by=cast.auditor, now=later)
    record = sample.records.get()
    assert record.dispute_id == journey.dispute.pk
    client_of(cast.auditor).post(reverse("audit-check", args=[record.pk]), GOOD | {"prompt": AuditAnswer.NO.value})
    prompt = audits.findings(sample.records.select_related("dispute"))[0]
    assert (prompt.yes, prompt.no, prompt.wanting) == (0, 1, (journey.dispute.reference,))


def test_escalations_of_senior_levels_are_collated_with_their_trends(cast: Cast) -> None:
    """ENF-05: the highest stage reached, and the moves, stand in the report; the board lists what is open by stage."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent(start_stage=3, start_ground="risk", start_reason="The risk is at once.")
    found = of_the_year(journey)
    assert [row.label for row in found["highest"].rows if row.cells[0].number and not row.is_total] == [scope_name(found, 3)]
    assert client_of(cast.business_unit).get(reverse("board")).content.decode().count(journey.now.reference) >= 1


def scope_name(found: dict[str, Table], position: int) -> str:
    return found["highest"].rows[position - 1].label
