"""Gunicorn's own lines, on access and on errors, without the tokens of mailed links: `--logger-class config.access_lines.Lines`."""

from typing import Any

from gunicorn.glogging import Logger

from config import env
from config.logs import FORMS


class Lines(Logger):  # type: ignore[misc]  # gunicorn is not typed
    """Writes as gunicorn does, in whatever format is set, each line through the formatter that masks."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn's own signature
        """Called at the start and whenever the settings are read again."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                before = handler.formatter
                form = FORMS[env.choice("CONCORD_LOG_FORM", "line", FORMS)]
                handler.setFormatter(form(before._fmt if before else None, before.datefmt if before else None))
