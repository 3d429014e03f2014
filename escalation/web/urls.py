"""Addresses of the disagreement's pages: my work, logging, the case, help. The verbs bring their own list."""

from django.urls import path

from escalation.web import (
    calendar_file,
    case,
    directory_health,
    handover,
    help_pages,
    learning,
    letters,
    log,
    log_send,
    log_start,
    my_work,
    redating,
)

urlpatterns = [
    path("my-work/", my_work.my_work, name="my-work"),
    path("directory/health/", directory_health.directory_health, name="directory-health"),
    path("directory/people/<uuid:user_id>/leave/", handover.leave, name="leave-partnership"),
    path("directory/agencies/<slug:code>/people/<uuid:user_id>/leave/", handover.leave, name="leave"),
    path("directory/people/departures/<uuid:departure_id>/withdraw/", handover.leave_withdraw, name="leave-withdraw"),
    path("directory/calendar/redate/", redating.redating, name="redate"),
    path("learning/", learning.learning, name="learning"),
    path("learning/<uuid:point_id>/", learning.learning_point, name="learning-point"),
    path("search/", my_work.search, name="search"),
    path("messages/", letters.messages, name="messages"),
    path("log/", log_start.start, name="log"),
    path("log/danger/", log_start.danger, name="log-danger"),
    path("log/door/", log_start.door, name="log-door"),
    path("log/<str:reference>/", log.resume, name="log-resume"),
    path("log/<str:reference>/signpost/", log_start.signpost, name="log-signpost"),
    path("log/<str:reference>/check/", log_send.check_answers, name="log-check"),
    path("log/<str:reference>/sent/", log_send.sent, name="log-sent"),
    path("log/<str:reference>/delete/", log_send.delete, name="log-delete"),
    path("log/<str:reference>/<slug:slug>/", log.step, name="log-step"),
    path("d/<str:reference>/", case.case_page, name="case"),
    path("d/<str:reference>/view/child/", case.child, name="case-child"),
    path("d/<str:reference>/view/reason/", case.case_reason, name="case-reason"),
    path("d/<str:reference>/view/due/<uuid:clock_id>/", calendar_file.due_date, name="case-due"),
    path("d/<str:reference>/view/print/", case.case_print, name="case-print"),
    path("help/", help_pages.help_page, name="help"),
    path("help/working-days/", help_pages.working_days, name="working-days"),
    path("accessibility/", help_pages.accessibility, name="accessibility"),
    path("privacy/", help_pages.privacy, name="privacy"),
]
