"""Addresses of the reports."""

from django.urls import path

from reports.web import audits, documents, standing, views

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/<int:year>/", views.year, name="report-year"),
    path("reports/<int:year>/make/", views.make, name="report-make"),
    path("reports/<int:year>/figures.<slug:form>", views.figures_file, name="report-data"),
    path("reports/record/", views.record, name="report-record"),
    path("reports/standing/", standing.standing, name="report-standing"),
    path("reports/audits/", audits.samples, name="audits"),
    path("reports/audits/<uuid:sample_id>/", audits.sample, name="audit"),
    path("reports/audits/records/<uuid:record_id>/", audits.check, name="audit-check"),
    path("reports/files/<uuid:report_id>/", views.download, name="report-download"),
    path("d/<str:reference>/view/documents/", documents.documents, name="documents"),
    path("d/<str:reference>/view/documents/prepared/<uuid:prepared_id>/", documents.document_prepared, name="document-prepared"),
    path("d/<str:reference>/view/documents/<slug:kind>/", documents.document, name="document"),
    path("d/<str:reference>/view/documents/<slug:kind>.pdf", documents.document_pdf, name="document-pdf"),
]
