# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Drawings of a record that other sites and print show: the badge of confirmed use, the QR code of its address."""

from __future__ import annotations

from flask import Response, render_template

from app.kickoff import qr
from app.web.responses.use import used_words, users_of
from app.web.shell.access import services
from app.web.shell.answers import FileType, open_data, protected
from app.web.shell.routing import permanent_address
from app.web.shell.wording import _

SVG = FileType("image/svg+xml", shown=True)
AN_HOUR, A_DAY = "public, max-age=3600", "public, max-age=86400"
_LETTER, _EDGE = 7.4, 34
"""Pixels of a letter on average, and of what stands around the words."""


def badge(record_id: str) -> Response:
    """Show how many municipalities have confirmed that they use it."""
    services().catalogue.head(record_id)
    words = used_words(users_of(record_id))
    width = round(len(words) * _LETTER + _EDGE)
    return _drawing(render_template("embedding/badge.svg", words=words, width=width), "genutzt.svg", AN_HOUR)


def code(record_id: str, ver: int | None = None) -> Response:
    """Show the address of a record or of one of its versions as a QR code."""
    catalogue = services().catalogue
    if ver is None:
        catalogue.head(record_id)
    else:
        catalogue.get(record_id, ver)
    address = permanent_address(record_id, ver)
    title = _("QR code that leads to %(address)s", address=address)
    return _drawing(qr.svg(address, title=title).decode(), "qr.svg", A_DAY)


def _drawing(drawn: str, name: str, kept: str) -> Response:
    answer = open_data(protected(Response(drawn), SVG, name))
    answer.headers["Cache-Control"] = kept
    return answer
