"""Addresses of the programming interface, version 1, that the reports answer."""

from django.urls import path

from reports.api import documents, figures, periods

app_name = "api-documents"
urlpatterns = [
    path("disputes/<str:reference>/documents/", documents.DocumentsDoor.as_view(), name="documents"),
    path("disputes/<str:reference>/documents/<str:kind>.pdf", documents.DocumentDoor.as_view(), name="document"),
    path("reports/<int:year>/", figures.YearDoor.as_view(), name="year"),
    path("reports/<int:year>/issue/", figures.IssueDoor.as_view(), name="issue"),
    path("reports/standing/", periods.StandingDoor.as_view(), name="standing"),
    path("reports/findings/<int:year>/", periods.FindingsDoor.as_view(), name="findings"),
    path("reports/audits/<uuid:sample_id>/", periods.AuditDoor.as_view(), name="audit"),
    path("reports/board/", periods.BoardDoor.as_view(), name="board"),
    path("agencies/<uuid:agency_id>/reports/<int:year>/", periods.AgencyYearDoor.as_view(), name="agency-year"),
]
