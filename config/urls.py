"""The address map: each room brings its own list."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import health

handler400 = "agencies.web.unreadable.bad_request"
handler500 = "agencies.web.went_wrong.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("agencies.web.urls")),
    path("", include("escalation.web.urls")),
    path("", include("escalation.web.procedure_urls")),
    path("", include("escalation.web.verbs.urls")),
    path("api/v1/", include("reports.api.urls")),
    path("api/v1/", include("escalation.api.urls")),
    path("", include("reports.web.urls")),
    path("administration/", admin.site.urls),
]
