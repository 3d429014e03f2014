"""Addresses of the reports."""

from django.urls import path

from reports.web import views

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/<int:year>/", views.year, name="report-year"),
    path("reports/<int:year>/make/", views.make, name="report-make"),
    path("reports/<int:year>/figures.csv", views.figures_csv, name="report-csv"),
    path("reports/files/<uuid:report_id>/", views.download, name="report-download"),
]
