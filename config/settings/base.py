"""Settings that hold everywhere. What differs between one machine and many comes from the environment."""

from pathlib import Path

from agencies.providers import read_providers
from config import env

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(env.text("CONCORD_VAR", str(ROOT / "var")))

INSTALLED_APPS = [
    "agencies",
    "escalation",
    "reports",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "csp",
]

MIDDLEWARE = [
    "config.middleware.on_everything",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.programs_by_https",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.keep_nothing",
    "config.middleware.tell_refusals",
    "agencies.web.unreadable.refuse_unreadable",
    "agencies.web.identity.time_limit.TimeLimit",
    "agencies.web.identity.setting_up.SecondFactorFirst",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "agencies.web.own_clock.own_clock",
    "agencies.web.too_much.RefuseTooMuch",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "agencies.web.context.shell",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = ["agencies.backend.AccountBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "agencies.strength.MuchUsedValidator"},
    {"NAME": "agencies.strength.StrengthValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "my-work"
LOGOUT_REDIRECT_URL = "sign-in"
# The most memory that making one PDF may take, in megabytes; each web and worker process makes one at a time.
CONCORD_PRINT_MB = env.number("CONCORD_PRINT_MB", 1000)
# How many of our own proxies stand before the pages.
CONCORD_PROXIES = env.number("CONCORD_PROXIES", 0, least=0)

# One installation speaks one language: English is what is written here, any other lies in its catalogue. See docs/running.md.
LOCALE_PATHS = [Path(env.text("CONCORD_LOCALE", str(ROOT / "locale")))]
LANGUAGE_CODE = env.language("CONCORD_LANGUAGE", "en-gb", LOCALE_PATHS[0])
TIME_ZONE = "Europe/London"
USE_I18N = True
# Where no language is in force, as while something is stored in English: figures are grouped there too.
NUMBER_GROUPING = 3
USE_TZ = True

STATIC_URL = "/static/"
# The guide's texts are shown as pages; its pictures are static files.
CONCORD_GUIDE = ROOT / "docs" / "guide"
STATICFILES_DIRS: list[Path | tuple[str, Path]] = [ROOT / "static", ("guide", CONCORD_GUIDE / "pictures")]
STATIC_ROOT = Path(env.text("CONCORD_STATIC", str(ROOT / "staticfiles")))

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["escalation.api.authentication.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "escalation.api.authentication.WithinToken"],
    "DEFAULT_THROTTLE_CLASSES": ["escalation.api.throttles.PersonThrottle", "escalation.api.throttles.StrangerThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": f"{env.number('CONCORD_API_CALLS_A_MINUTE', 600)}/min", "anon": "60/min", "sign_in": "20/min"},
    # How many proxies of one's own stand before the web process: what lies before them in X-Forwarded-For is the caller's to invent.
    "NUM_PROXIES": CONCORD_PROXIES,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["escalation.api.parsing.StrictJSON"],
    "EXCEPTION_HANDLER": "escalation.api.errors.handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Concord",
    "DESCRIPTION": "Professional disagreements between safeguarding agencies: list, read, log and every verb.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "ENUM_NAME_OVERRIDES": {
        "StateWord": "escalation.states.State",
        "SideWord": "escalation.states.Side",
        "OutcomeWord": "escalation.states.Outcome",
        "GroundWord": "escalation.states.Ground",
        "RouteWord": "escalation.states.Route",
        "MeasureWord": "escalation.states.Measure",
        "EventKindWord": "escalation.states.EventKind",
        "ClockStateWord": "escalation.states.ClockState",
        "AgencyKindWord": "agencies.roles.AgencyKind",
        "RoleWord": "agencies.roles.Role",
        "ContactHowWord": "escalation.states.ContactHow",
        "LeftOutWord": "escalation.states.LeftOut",
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "escalation.api.schema.add_refusals"],
}

CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "Europe/London"
# A task counts as done when it has finished, and comes back when its process dies: every task may run twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# Static files hold nothing of anybody, and nobody else needs them.
WHITENOISE_ALLOW_ALL_ORIGINS = False
# What a page says once ("Saved.") lies in the session, never in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "agencies.sessions"
# Without a page for so long, or after so many hours whatever is done, one signs in again; the page warns so long before.
CONCORD_IDLE_MINUTES = env.number("CONCORD_IDLE_MINUTES", 30, least=5)
CONCORD_SESSION_HOURS = env.number("CONCORD_SESSION_HOURS", 12)
CONCORD_WARNING_SECONDS = 180
# For so long after signing in nobody is asked to confirm who they are.
CONCORD_CONFIRM_MINUTES = env.number("CONCORD_CONFIRM_MINUTES", 10, least=0)
# How many disagreements one person opens within an hour and within a day before the business unit is told, and at the most.
CONCORD_CASES_AN_HOUR = env.number("CONCORD_CASES_AN_HOUR", 60)
CONCORD_CASES_A_DAY = env.number("CONCORD_CASES_A_DAY", 150)
CONCORD_MOST_CASES_AN_HOUR = env.number("CONCORD_MOST_CASES_AN_HOUR", 300)
# How many prints and files, or data files and reports, one person takes within a day before the business unit is told.
CONCORD_TAKEN_A_DAY = env.number("CONCORD_TAKEN_A_DAY", 40)
# How many forms, and how many searches, prints, exports and imports together, one person sends within ten minutes at the most.
CONCORD_FORMS_IN_TEN_MINUTES = env.number("CONCORD_FORMS_IN_TEN_MINUTES", 300)
CONCORD_HEAVY_IN_TEN_MINUTES = env.number("CONCORD_HEAVY_IN_TEN_MINUTES", 120)
# Whoever keeps the installation (Django's administration) needs a second factor besides what partnerships ask of roles.
CONCORD_STAFF_NEED_SECOND_FACTOR = False
# A new partnership asks everybody for one, until its keepers name the roles; and whether apps that know nothing but SHA-1 are taken.
CONCORD_SECOND_FACTOR_FOR_ALL = False
CONCORD_SHA1_APPS = env.flag("CONCORD_SHA1_APPS", default=True)
# Organisations whose own sign-in is accepted (OpenID Connect): a TOML text, or CONCORD_SIGN_ON_FILE. See docs/running.md.
CONCORD_PROVIDERS = read_providers(env.text("CONCORD_SIGN_ON", ""))
# The server ends a session; its row outlives that, so that a form which comes too late can be kept for whoever sent it.
SESSION_COOKIE_AGE = 2 * CONCORD_SESSION_HOURS * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# What a guest carries, to the pages of guests alone.
CONCORD_GUEST_COOKIE = "concord_guest"
CONCORD_WRITER_COOKIE = "concord_writer"
CSRF_FAILURE_VIEW = "agencies.web.identity.refused_form.failure"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "config.logs.PlaceOnly", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "config.logs.AsJson"},
    },
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": env.choice("CONCORD_LOG_FORM", "line", ("line", "json"))}},
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["out"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["out"], "level": "WARNING", "propagate": False},
        # WeasyPrint and fontTools tell of every rule of a style sheet that they do not use.
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}

# Where seals of the record are written besides the database, and the key that chains it.
CONCORD_SEALS_DIR = VAR / "seals"
# Keys that chained it before: they verify what they chained, and write nothing.
CONCORD_OLD_RECORD_KEYS = env.names("CONCORD_OLD_RECORD_KEYS")
# Where attached files lie, how large one may be, and the scanner that looks at each; see docs/files.md.
CONCORD_FILES_DIR = Path(env.text("CONCORD_FILES", str(VAR / "files")))
CONCORD_FILE_MEGABYTES = env.number("CONCORD_FILE_MEGABYTES", 10)
CONCORD_SCANNER = env.socket("CONCORD_SCANNER")
CONCORD_SCANNER_SECONDS = env.number("CONCORD_SCANNER_SECONDS", 30)
# What is larger than a file may be is dropped while it comes in: it reaches neither the memory nor the disk.
FILE_UPLOAD_HANDLERS = [
    "config.uploads.NamesAsSent",
    "config.uploads.Capped",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# A form may have two ticks for each of thousands of pieces, as when a request for access is read through; all of it stays under 2.5 MB.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Where reports of messages that came back are delivered, and the address they are sent to; see docs/messages.md.
CONCORD_BOUNCE_MAILDIR = env.text("CONCORD_BOUNCE_MAILDIR", "")
CONCORD_BOUNCE_ADDRESS = env.mailbox("CONCORD_BOUNCE_ADDRESS", "")
