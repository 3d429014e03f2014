"""What the tests run on. CONCORD_TEST_DATABASE chooses the engine; tests/servers.py starts it and says where it is."""

from django.core.exceptions import ImproperlyConfigured

from config import databases, env

from .base import *  # noqa: F403 - settings modules extend the base by name
from .base import REST_FRAMEWORK, VAR

TEST_DATABASE = env.text("CONCORD_TEST_DATABASE", "sqlite")
if TEST_DATABASE not in {"sqlite", "postgresql"}:
    raise ImproperlyConfigured(f"CONCORD_TEST_DATABASE is {TEST_DATABASE!r}; write sqlite or postgresql.")

env.folders(VAR, "seals", "mail", "static", "files")
STATIC_ROOT = VAR / "static"

DEBUG = False
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SECRET_KEY = "tests-only"  # noqa: S105 - guards nothing # nosec B105
CONCORD_RECORD_KEY = "tests-only-record-key"
CONCORD_BASE_URL = "http://testserver"
DEFAULT_FROM_EMAIL = "Concord <concord@example.org>"

if TEST_DATABASE == "postgresql":
    DATABASES = {"default": databases.postgresql()}
else:
    # A file, as in the product: threads of a test then meet the same locks as processes do. Durable it is as an installation has it, for the bench.
    is_durable = env.flag("CONCORD_TEST_DURABLE", default=False)
    DATABASES = {"default": {**databases.sqlite(VAR / "unused.sqlite3", durable=is_durable), "TEST": {"NAME": str(VAR / "test.sqlite3")}}}
    if not is_durable:
        # One connection asks what the whole product asks, again and again: what was compiled once stays so.
        DATABASES["default"]["OPTIONS"]["cached_statements"] = 2000

# Tests travel through weeks in seconds: those about the limits of a session set their own.
CONCORD_IDLE_MINUTES = CONCORD_CONFIRM_MINUTES = 120 * 24 * 60
CONCORD_SESSION_HOURS = 120 * 24
SESSION_COOKIE_AGE = 120 * 24 * 60 * 60

# And do in one moment what takes days.
CONCORD_FORMS_IN_TEN_MINUTES = CONCORD_HEAVY_IN_TEN_MINUTES = 10**6
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"user": "1000000/min", "anon": "1000000/min", "sign_in": "20/min"}}

CELERY_BROKER_URL = env.text("CONCORD_BROKER_URL", "memory://")
# Hashing passwords slowly is for production; here it would be most of the run.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
