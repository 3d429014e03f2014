"""Addresses of the procedure's pages."""

from django.urls import path

from escalation.web import procedure

urlpatterns = [
    path("procedures/", procedure.procedure_list, name="procedures"),
    path("procedures/<uuid:version_id>/", procedure.procedure, name="procedure"),
]
