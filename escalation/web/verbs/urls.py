from django.urls import path

from escalation.web.board import board
from escalation.web.verbs.views import verb_page

urlpatterns = [
    path("board/", board, name="board"),
    path("d/<str:reference>/<slug:slug>/", verb_page, name="verb"),
]
