"""The structured log: named events with fields, on standard error, without personal data."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal

import structlog

LogFormat = Literal["auto", "console", "json"]

REMOVED = "[removed]"
PERSONAL = frozenset(
    {
        "address", "author", "authorization", "cookie", "email", "ip", "name", "password", "phone", "query",
        "remote_addr", "secret", "token", "user_agent", "username",
    }
)  # fmt: skip
"""Fields whose values must not be logged. Log pseudonyms for people and ids for things instead."""

_CHATTY = ("alembic", "authlib")
"""Libraries whose info messages do not help operators; Authlib's would even reveal secrets of a sign-in."""


def configure(level: str = "info", style: LogFormat = "auto") -> None:
    """Send the log records of structlog and the standard library through one chain to standard error."""
    chosen = style if style != "auto" else ("console" if sys.stderr.isatty() else "json")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(chosen))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel("WARNING")
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def formatter(style: Literal["console", "json"]) -> logging.Formatter:
    """Return the formatter that turns a record of either library into one line."""
    # structlog prefers rich if installed, but rich prints the values of variables, including names and claims.
    plain = structlog.dev.plain_traceback
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
    )
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if style == "json":
        last.append(structlog.processors.format_exc_info)
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_shared(), processors=[*last, renderer])


def without_personal_data(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Blank the fields in PERSONAL; this is a safety net, not a permission to log them."""
    for key in PERSONAL & event.keys():
        event[key] = REMOVED
    return event


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_personal_data,
    ]
