"""Addresses of the ground floor."""

from django.urls import path

from agencies.web import calendar, directory, importing, people, roles
from agencies.web.identity import account, passphrase, sessions, sign_in

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("passphrase/", passphrase.forgotten, name="passphrase-forgotten"),
    path("passphrase/<str:uidb64>/<str:token>/", passphrase.set_passphrase, name="passphrase-set"),
    path("session/left/", sessions.time_left, name="time-left"),
    path("session/stay/", sessions.stay, name="stay"),
    path("session/keep/", sessions.keep, name="keep"),
    path("account/", account.account, name="account"),
    path("account/sign-ins/", account.sign_ins, name="sign-ins"),
    path("account/sessions/end/", account.sessions_end, name="sessions-end"),
    path("account/sessions/<slug:line_id>/end/", account.session_end, name="session-end"),
    path("directory/", directory.directory, name="directory"),
    path("directory/import/", importing.directory_import, name="directory-import"),
    path("directory/matrix/", directory.matrix, name="matrix"),
    path("directory/matrix/<slug:slug>/", directory.matrix, name="matrix-of"),
    path("directory/agencies/<slug:code>/", directory.agency, name="agency"),
    path("directory/agencies/<slug:code>/contacts/", directory.contacts, name="contacts"),
    path("directory/agencies/<slug:code>/officers/", directory.officers, name="officers"),
    path("directory/posts/<uuid:post_id>/confirm/", directory.post_confirm, name="post-confirm"),
    path("directory/calendar/", calendar.calendar, name="calendar"),
    path("directory/calendar/<uuid:day_id>/remove/", calendar.day_remove, name="day-remove"),
    path("directory/people/", people.my_people, name="my-people"),
    path("directory/people/add/", roles.person_add, name="person-add"),
    path("directory/people/add/<slug:code>/", roles.person_add, name="person-add-to"),
    path("directory/people/roles/<uuid:membership_id>/change/", roles.role_change, name="role-change"),
    path("directory/people/roles/<uuid:membership_id>/end/", roles.role_end, name="role-end"),
    path("directory/people/<uuid:user_id>/cover/", people.cover, name="cover"),
    path("directory/people/cover/<uuid:cover_id>/end/", people.cover_end, name="cover-end"),
]
