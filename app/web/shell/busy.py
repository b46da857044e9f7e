"""Whoever finds all places for heavy work taken, or comes before many records are read, gets a short page.

It costs next to nothing, and nobody loses anything.

The pages for writing answer in their own words, for they have a file to be chosen again.
"""

from __future__ import annotations

from http import HTTPStatus

import structlog
from flask import Flask, Response, make_response, render_template, request

from app.shared.confinement import Busy, StillReading
from app.web.shell.errors import respond, wants_page
from app.web.shell.sent_fields import sent_fields

log = structlog.get_logger()


def register(app: Flask) -> None:
    """Answer with that page wherever no view of `app` does."""
    app.register_error_handler(Busy, _busy)


def _busy(error: Busy) -> Response:
    log.info("request.busy")
    status = HTTPStatus.SERVICE_UNAVAILABLE
    answer = make_response(_page(error), status) if wants_page() else respond(status)
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _page(error: Busy) -> str:
    is_form = request.method == "POST"
    return render_template(
        "shell/busy.html",
        seconds=error.retry_after,
        is_early=isinstance(error, StillReading),
        action=request.root_path + request.full_path.removesuffix("?"),
        is_form=is_form,
        entries=sent_fields() if is_form else (),
        files=bool(request.files),
    )
