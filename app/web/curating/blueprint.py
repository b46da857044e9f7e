# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One blueprint for all pages below `/vorschlaege`."""

from __future__ import annotations

from flask import Blueprint

from app.web import caching

blueprint = Blueprint("proposals", __name__, url_prefix="/vorschlaege")


@blueprint.before_request
def _private() -> None:
    caching.keep_private()
