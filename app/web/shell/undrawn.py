# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is answered where a file cannot be drawn; never in a way that has proxies ask again."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import InternalServerError

from app.kickoff.memo.errors import ExportUnavailable
from app.shared.confinement import Crashed, Exhausted
from app.web.shell.errors import crash, log, unavailable
from app.web.shell.wording import _


def register(app: Flask) -> None:
    """Answer what is raised while `app` draws a file."""
    app.register_error_handler(Exhausted, _too_large_to_draw)
    app.register_error_handler(Crashed, _drawing_crashed)
    app.register_error_handler(ExportUnavailable, _cannot_draw)


def _too_large_to_draw(error: Exhausted) -> Response:
    log.warning("request.file_too_large", path=request.path, what=error.what)
    title = _("This file cannot be made")
    text = _(
        "Making this file takes more computing time or memory than this site allows for one file; trying again does not"
        " help. You find what it would hold on the page that you came from: please print or save that, or choose"
        " another format."
    )
    # There is no such file: whatever stands between may keep that, and nobody asks again as after 503.
    return unavailable(title, text, HTTPStatus.NOT_FOUND)


def _drawing_crashed(error: Crashed) -> Response:
    # It may do so each time, and a proxy asks again after 503.
    return crash(InternalServerError(original_exception=error))


def _cannot_draw(error: ExportUnavailable) -> Response:
    log.error("request.libraries_missing", format=error.format, packages=error.packages)
    text = _(
        "This server lacks libraries for it. Please choose another format. For the operator: "
        "apt-get install %(packages)s",
        packages=" ".join(error.packages),
    )
    return unavailable(_("This file cannot be made"), text, HTTPStatus.NOT_FOUND)
