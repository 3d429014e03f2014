"""For one command, `collectstatic`, while an image is built: the production names of static files, and no secret, server or database."""

from .base import *  # noqa: F403 - settings modules extend the base by name

SECRET_KEY = "only-while-static-files-are-collected"  # noqa: S105 - signs nothing # nosec B105
DATABASES: dict[str, dict[str, str]] = {}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
