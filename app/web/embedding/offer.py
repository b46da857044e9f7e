# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page on which a town finds what to copy into its own site."""

from __future__ import annotations

from flask import render_template

from app.web.embedding.snippets import snippets
from app.web.shell.access import services
from app.web.shell.routing import page_address


def offer(record_id: str) -> str:
    """Give the pieces of HTML to copy, with what they do."""
    catalogue = services().catalogue
    entry = catalogue.head(record_id)
    record = catalogue.record(entry)
    return render_template("embedding/offer.html", record=record, href=page_address(entry), given=snippets(record))
