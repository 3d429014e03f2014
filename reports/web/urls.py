"""Addresses of the reports."""

from django.urls import path

from reports.web import agency, audits, board_page, documents, early, findings, processing, saved_filters, standing, texts, unit_board, views

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("reports/<int:year>/", views.year, name="report-year"),
    path("reports/<int:year>/make/", views.make, name="report-make"),
    path("reports/<int:year>/figures.<slug:form>", views.figures_file, name="report-data"),
    path("reports/<int:year>/words/", texts.year_texts, name="report-texts"),
    path("reports/<int:year>/words/<slug:chapter>/", texts.chapter_text, name="report-text"),
    path("reports/<int:year>/findings/<uuid:event_id>/", texts.finding_text, name="report-finding"),
    path("reports/words/<uuid:passage_id>/sign/", texts.sign, name="report-sign"),
    path("my-agency/", agency.my_agency, name="my-agency"),
    path("my-agency/<int:year>/", agency.agency_year, name="agency-year"),
    path("my-agency/<int:year>/figures.<slug:form>", agency.agency_data, name="agency-data"),
    path("my-agency/<int:year>/scorecard.pdf", agency.scorecard, name="agency-scorecard"),
    path("board/", unit_board.board, name="board"),
    path("board/filters/", saved_filters.save, name="board-filter-save"),
    path("board/filters/<uuid:filter_id>/", saved_filters.change, name="board-filter"),
    path("board/filters/<uuid:filter_id>/delete/", saved_filters.delete, name="board-filter-delete"),
    path("board-page/", board_page.board_page, name="board-page"),
    path("board-page/figures.<slug:form>", board_page.board_data, name="board-data"),
    path("keeping/processing/", processing.register, name="processing"),
    path("keeping/processing/lines.csv", processing.register_data, name="processing-data"),
    path("returns/", early.returns, name="early-returns"),
    path("reports/record/", views.record, name="report-record"),
    path("reports/findings/", findings.findings, name="report-findings"),
    path("reports/standing/", standing.standing, name="report-standing"),
    path("reports/standing/make/", standing.standing_make, name="standing-make"),
    path("reports/standing/figures.<slug:form>", standing.standing_data, name="standing-data"),
    path("reports/audits/", audits.samples, name="audits"),
    path("reports/audits/<uuid:sample_id>/", audits.sample, name="audit"),
    path("reports/audits/records/<uuid:record_id>/", audits.check, name="audit-check"),
    path("reports/files/<uuid:report_id>/", views.download, name="report-download"),
    path("reports/files/<uuid:report_id>/html/", views.download, {"form": "html"}, name="report-html"),
    path("d/<str:reference>/view/documents/", documents.documents, name="documents"),
    path("d/<str:reference>/view/documents/prepared/<uuid:prepared_id>/", documents.document_prepared, name="document-prepared"),
    path("d/<str:reference>/view/documents/<slug:kind>/", documents.document, name="document"),
    path("d/<str:reference>/view/documents/<slug:kind>.pdf", documents.document_pdf, name="document-pdf"),
]
