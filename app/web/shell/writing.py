"""Where another machine writes, this one says so instead of taking what somebody sends."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from flask import Flask, Response, request

from app.database.writer import WrittenElsewhere
from app.web.shell.access import services
from app.web.shell.errors import respond
from app.web.shell.sent_fields import long_texts
from app.web.shell.wording import _

_log = structlog.get_logger(__name__)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
READING = frozenset({"mcp.answer", "federation.oai", "memo.edit", "memo.load", "goal_check.answered"})
"""What is sent to these views is a question; where a memo is to be kept after all, its view asks by itself."""


def register(app: Flask) -> None:
    """Ask before each view of `app` that keeps something."""
    app.before_request(_ask)
    app.register_error_handler(WrittenElsewhere, _elsewhere)


def _ask() -> None:
    if request.method not in _SAFE and request.endpoint not in READING:
        services().lease.hold()


def _elsewhere(error: WrittenElsewhere) -> Response:
    # Which machine writes is for the operator to know.
    _log.info("request.written_elsewhere", machine=error.machine)
    text = _("On this site one can only read at the moment. Please try again in a few minutes.")
    if long_texts():
        text += " " + _("Nothing that you wrote is lost: you can copy it from here and send it again later.")
    return respond(HTTPStatus.SERVICE_UNAVAILABLE, (_("Nothing can be saved here at the moment"), text))
