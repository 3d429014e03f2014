"""Many machines: PostgreSQL, Redis, SMTP. Everything that differs comes from the environment; nothing secret has a default."""

from config import databases, encrypted, env, outward

from .base import *  # noqa: F403 - settings modules extend the base by name
from .base import CONCORD_PROVIDERS, REST_FRAMEWORK

DEBUG = False
SECRET_KEY = env.secret("CONCORD_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.names("CONCORD_OLD_SECRET_KEYS")
# Chains the record: kept apart from the database and its backups. One that is replaced stays among CONCORD_OLD_RECORD_KEYS for good.
CONCORD_RECORD_KEY = env.secret("CONCORD_RECORD_KEY", other=SECRET_KEY)
HOSTS = env.hosts("CONCORD_HOSTS")
# A container asks itself whether it is well under the loopback address; links in messages never come from the Host header.
ALLOWED_HOSTS = [*HOSTS, "127.0.0.1"]
CONCORD_BASE_URL = env.address("CONCORD_BASE_URL")
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in HOSTS]

DATABASES = {"default": databases.postgresql()}

CELERY_BROKER_URL = env.text("CONCORD_BROKER_URL")
CELERY_BROKER_USE_SSL = encrypted.broker_options(CELERY_BROKER_URL)
CELERY_TASK_TIME_LIMIT = env.number("CONCORD_TASK_SECONDS", 600)
# Longer than any task may take, or Redis would hand a running task to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": CELERY_TASK_TIME_LIMIT + 60, "socket_connect_timeout": 2, "socket_timeout": 30}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("CONCORD_MAIL_HOST")
EMAIL_PORT = env.number("CONCORD_MAIL_PORT", 587, most=env.HIGHEST_PORT)
EMAIL_HOST_USER = env.text("CONCORD_MAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("CONCORD_MAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("CONCORD_MAIL_TLS", default=True)
EMAIL_TIMEOUT = 20
encrypted.check_mail(EMAIL_HOST, tls=EMAIL_USE_TLS)
# Files are looked at by a scanner, or the installation says that it has none.
CONCORD_SCANNER = env.socket("CONCORD_SCANNER", required=True)
encrypted.check_scanner(CONCORD_SCANNER)
# Whatever a process is brought to ask for, it speaks to no other machine than these.
outward.speak_only_to(
    [
        str(DATABASES["default"]["HOST"]), CELERY_BROKER_URL, EMAIL_HOST, CONCORD_SCANNER,
        *(f"//{host}" for provider in CONCORD_PROVIDERS for host in provider.all_hosts),
    ]
)  # fmt: skip
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mailbox("CONCORD_MAIL_FROM")

# TLS ends at a proxy, which must set this header itself and drop it from what comes in.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONCORD_PROXIES = env.number("CONCORD_PROXIES", 1, least=0)
REST_FRAMEWORK = {**REST_FRAMEWORK, "NUM_PROXIES": CONCORD_PROXIES}
SECURE_SSL_REDIRECT = env.flag("CONCORD_HTTPS_ONLY", default=True)
# A program is refused instead (config.middleware).
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^api/"]
SECURE_HSTS_SECONDS = env.number("CONCORD_HSTS_SECONDS", 365 * 24 * 60 * 60, least=0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
CONCORD_STAFF_NEED_SECOND_FACTOR = env.flag("CONCORD_STAFF_NEED_SECOND_FACTOR", default=True)
CONCORD_SECOND_FACTOR_FOR_ALL = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
if SECURE_SSL_REDIRECT:
    # A browser takes a cookie of such a name from this very host only, over HTTPS, for all its addresses.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, CONCORD_WRITER_COOKIE = "__Host-session", "__Host-csrf", "__Host-writer"
    # It has a path of its own, which a cookie for the whole host may not have.
    CONCORD_GUEST_COOKIE = "__Secure-guest"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
