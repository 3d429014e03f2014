"""For programs: an agency's own report, the board's quarter, the findings, the standing report and an audit, each the same document as its page."""

from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.errors import NotFound
from agencies.models import Agency
from escalation.api.fields import Named, named_by
from escalation.api.out import Out
from escalation.api.views import Door
from reports import audits, own, policy, quarterly, services
from reports.api.figures import PartnershipQuery, ReportOut, taken
from reports.audit_report import audit_report
from reports.findings import findings_report
from reports.periods import period_between, read_year, usual_days
from reports.subgroups import by_key


class QuarterQuery(PartnershipQuery):
    """Which quarter, by its first day; the last one that is over where none is named."""

    quarter = serializers.DateField(required=False, default=None, allow_null=True)


class DaysQuery(PartnershipQuery):
    """From which day to which, both among them: up to a year; the last 13 weeks where none is named. With a subgroup only what came to it."""

    first_day = serializers.DateField(required=False)
    last_day = serializers.DateField(required=False)
    subgroup = Named(
        help_text="By its key of those answered in `subgroups`: a name may have been typed, and an address is kept in logs. All where none is named."
    )


class SubgroupOut(Out):
    """A subgroup that the record names."""

    key = serializers.CharField(help_text="Names it in the address (`subgroup`).")
    name = serializers.CharField()


class StandingOut(ReportOut):
    """The standing report, with the subgroups for each of which there is one alone."""

    subgroups = SubgroupOut(many=True)


class AgencyYearDoor(Door):
    """An agency's own report."""

    @extend_schema(operation_id="reports_agency_year", responses={200: ReportOut})
    def get(self, _request: Request, agency_id: UUID, year: int) -> Response:
        """The agency's own side of the year, its scorecard first: for its lead, its senior managers, its board member and the business unit."""
        person = self.person
        found = Agency.objects.select_related("partnership").filter(pk=agency_id).first()
        if found is None:
            raise NotFound(_("There is no such agency."))
        agency = own.agency_of(person, found)
        return taken(self, agency.partnership, lambda: own.own_report(agency, read_year(str(year)), self.now, person))


class BoardDoor(Door):
    """The board's quarter."""

    @extend_schema(operation_id="reports_board", parameters=[QuarterQuery], responses={200: ReportOut})
    def get(self, _request: Request) -> Response:
        """The quarter after the seven before it, the partnership as a whole: for board members, the chair and the business unit."""
        asked = self.asked(QuarterQuery)
        partnership = policy.partnership_of(self.person, asked["partnership"], policy.BOARD)
        return taken(
            self, partnership, lambda: quarterly.board_page(partnership, quarterly.last_quarters(self.now, asked["quarter"]), self.now)
        )  # fmt: skip


class FindingsDoor(Door):
    """The year's findings."""

    @extend_schema(operation_id="reports_findings", parameters=[PartnershipQuery], responses={200: ReportOut})
    def get(self, _request: Request, year: int) -> Response:
        """What panels and other decisions found in the year, with the figures before the partnership: for the chair, panel members and the unit."""
        partnership = policy.partnership_of(self.person, self.asked(PartnershipQuery)["partnership"], policy.FINDERS)
        return taken(self, partnership, lambda: findings_report(partnership, read_year(str(year)), self.now, self.person))


class AuditDoor(Door):
    """An audit of a sample of records."""

    @extend_schema(operation_id="reports_audit", responses={200: ReportOut})
    def get(self, _request: Request, sample_id: UUID) -> Response:
        """What was found over the sample's records, and the answers record by record, of those that the caller may know of: for unit and auditor."""
        person = self.person
        sample = audits.sample_of(person, sample_id)
        return taken(self, sample.partnership, lambda: audit_report(sample, audits.records_of(sample, person), self.now))


class StandingDoor(Door):
    """The standing report."""

    @extend_schema(operation_id="reports_standing", parameters=[DaysQuery], responses={200: StandingOut})
    def get(self, _request: Request) -> Response:
        """What is unresolved and the figures of the period, for the business unit and the subgroup that looks at disagreements."""
        asked = self.asked(DaysQuery)
        partnership = policy.partnership_of(self.person, asked["partnership"], policy.MEETING)
        days = usual_days(self.now) | asked
        period = period_between(days["first_day"], days["last_day"], self.now)
        subgroups = by_key(partnership)
        only = named_by(asked["subgroup"], subgroups, "subgroup")
        answer = taken(self, partnership, lambda: services.standing_figures(partnership, period, self.now, only, reader=self.person))
        listed = [{"key": key, "name": subgroup.name} for key, subgroup in subgroups.items()]
        return Response({**answer.data, "subgroups": SubgroupOut(listed, many=True).data})
