"""One machine, no server: SQLite in WAL mode and Celery on its file-system transport. What `bin/demo` runs."""

from config import databases, env

from .base import *  # noqa: F403 - settings modules extend the base by name
from .base import VAR

env.folders(VAR, "queue", "control", "seals", "mail", "static", "files")
STATIC_ROOT = VAR / "static"

DEBUG = env.flag("CONCORD_DEBUG", default=False)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
# This key guards invented data on one loopback address; production refuses to start without its own.
SECRET_KEY = env.text("CONCORD_SECRET_KEY", "only-for-the-demonstration-on-one-machine-and-never-for-real-data")
CONCORD_RECORD_KEY = env.text("CONCORD_RECORD_KEY", "only-for-the-demonstration-record-key")
CONCORD_BASE_URL = env.address("CONCORD_BASE_URL", "http://127.0.0.1:8000")

DATABASES = {"default": databases.sqlite(VAR / "concord.sqlite3")}
CELERY_BROKER_URL = "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "data_folder_in": str(VAR / "queue"),
    "data_folder_out": str(VAR / "queue"),
    "control_folder": str(VAR / "control"),
    "store_processed": False,
}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(VAR / "mail")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DEFAULT_FROM_EMAIL = "Concord <concord@example.org>"
