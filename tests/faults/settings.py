"""Settings of the processes that the fault tests start and kill: the test run's own database and broker, and a real mail server."""

from pathlib import Path

from config import env
from config.settings.test import *  # noqa: F403 - settings modules extend the base by name

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = env.number("CONCORD_MAIL_PORT", 0)
CONCORD_SEALS_DIR = Path(env.text("CONCORD_TEST_SEALS"))
