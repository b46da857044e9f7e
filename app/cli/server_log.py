"""Writes gunicorn's log in the node's format: one event per request, without client address, query or browser."""

import logging
import re
import sys
from datetime import timedelta
from typing import Any

import structlog
from gunicorn.glogging import Logger

from app.shared import log
from app.shared.config import load_settings

_QUIET = ("/static/", "/healthz", "/metrics")
_KEY = re.compile(r"(?:(?<=/vermerk/)|(?<=/bestaetigen/)|(?<=/abonnements/))[\w-]{43}", re.ASCII)
"""The secret token in the address of a saved memo, a confirmation or a list of subscriptions."""
_ABOUT_CLIENT = re.compile(r"Invalid request|Error handling request|Ignored premature client disconnection")
"""Beginnings of gunicorn's messages that continue with a client's address or input."""


def _without_client(record: logging.LogRecord) -> bool:
    """Reduce a message about a client's request to the kind of error."""
    if about := _ABOUT_CLIENT.match(record.getMessage()):
        reason = sys.exc_info()[0]
        record.msg, record.args = f"{about[0]}: {reason.__name__}" if reason else about[0], ()
    return True


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Sends everything to the log of the node."""

    def setup(self, cfg: Any) -> None:
        settings = load_settings()
        log.configure(settings.log_level, settings.log_format)
        self.error_log.setLevel(self.LOG_LEVELS.get(cfg.loglevel, "INFO"))
        self.error_log.addFilter(_without_client)
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
            logger.propagate = True
        self._access_log_enabled = True

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:  # noqa: ARG002 - gunicorn calls it so
        """Log method, path, status and duration, but nothing about the client and no query."""
        path = environ.get("PATH_INFO", "")
        events = structlog.get_logger("access")
        write = events.debug if path.startswith(_QUIET) else events.info
        write(
            "request.answered",
            method=environ.get("REQUEST_METHOD"),
            path=_KEY.sub("…", path),
            status=int(str(resp.status).split(maxsplit=1)[0]),
            ms=round(request_time.total_seconds() * 1000, 1),
        )
