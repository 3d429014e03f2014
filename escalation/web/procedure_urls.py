"""Addresses of the procedure's pages."""

from django.urls import path

from escalation.web import procedure, procedure_limit

urlpatterns = [
    path("procedures/", procedure.procedure_list, name="procedures"),
    path("procedures/<uuid:version_id>/", procedure.procedure, name="procedure"),
    path("procedures/<uuid:version_id>/limit/", procedure_limit.procedure_limit, name="procedure-limit"),
]
