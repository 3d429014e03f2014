"""Addresses of the programming interface, version 1."""

from django.urls import path, re_path

from escalation.api import acting, calculator, directory, disputes, files, learning, procedures, readings, schema, tokens, views

app_name = "api"
CASE = "disputes/<str:reference>/"

urlpatterns = [
    path("token/", tokens.TokenDoor.as_view(), name="token"),
    path("me/", directory.MeDoor.as_view(), name="me"),
    path("schema/", schema.SchemaDoor.as_view(), name="schema"),
    path("disputes/", disputes.DisputesDoor.as_view(), name="disputes"),
    path(CASE, disputes.DisputeDoor.as_view(), name="dispute"),
    path(f"{CASE}events/", disputes.EventsDoor.as_view(), name="events"),
    path(f"{CASE}clocks/", disputes.ClocksDoor.as_view(), name="clocks"),
    path(f"{CASE}children/", disputes.ChildrenDoor.as_view(), name="children"),
    path(f"{CASE}readings/", readings.ReadingsDoor.as_view(), name="readings"),
    path(f"{CASE}files/", files.FilesDoor.as_view(), name="files"),
    path(f"{CASE}files/<uuid:file_id>/", files.FileDoor.as_view(), name="file"),
    path(f"{CASE}counterparts/", disputes.CounterpartsDoor.as_view(), name="counterparts"),
    *(path(f"{CASE}{verb.value}/", door.as_view(), name=f"verb-{verb.value}") for verb, door in acting.DOORS.items()),
    path("learning/", learning.LearningDoor.as_view(), name="learning"),
    path("learning/<uuid:point_id>/", learning.PointDoor.as_view(), name="learning-point"),
    path("procedures/", procedures.ProceduresDoor.as_view(), name="procedures"),
    path("procedures/<uuid:version_id>/", procedures.ProcedureDoor.as_view(), name="procedure"),
    path("agencies/", directory.AgenciesDoor.as_view(), name="agencies"),
    path("agencies/<uuid:agency_id>/", directory.AgencyDoor.as_view(), name="agency"),
    path("levels/", directory.LevelsDoor.as_view(), name="levels"),
    path("working-days/", calculator.CalculatorDoor.as_view(), name="working-days"),
    re_path(r"^.*$", views.Nothing.as_view(), name="nothing"),
]
