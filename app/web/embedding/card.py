# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The card of a record in the page of another site: small, without menu and script; only this may be framed."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, make_response, render_template, url_for

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.web.following.feeds import here
from app.web.records.page import RecordPage
from app.web.responses.use import used_words, users_of
from app.web.shell.access import services
from app.web.shell.routing import page_address
from app.web.shell.security import framed
from app.web.shell.titles import in_english


def card(record_id: str) -> Response:
    """Show what matters of a record; a frame whose record went says so instead of staying empty."""
    try:
        entry = services().catalogue.head(record_id)
    except RecordWithdrawn:
        return _gone(record_id, HTTPStatus.GONE)
    except RecordNotFound:
        return _gone("", HTTPStatus.NOT_FOUND)
    shown, users = RecordPage(entry, entry), users_of(record_id)
    page = render_template(
        "embedding/card.html",
        shown=shown,
        record=shown.record,
        english=in_english(shown.record),
        href=here(page_address(entry)),
        used=used_words(users) if users else "",
    )
    return framed(make_response(page))


def _gone(record_id: str, status: HTTPStatus) -> Response:
    href = here(url_for("permanent.record", record_id=record_id) if record_id else url_for("start.home"))
    return framed(make_response(render_template("embedding/gone.html", href=href), status))
