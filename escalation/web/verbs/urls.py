from django.urls import path

from escalation.web.verbs.views import verb_page

urlpatterns = [
    path("d/<str:reference>/<slug:slug>/", verb_page, name="verb"),
]
