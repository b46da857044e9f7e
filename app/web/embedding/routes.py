# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where other sites find what they show of a record."""

from __future__ import annotations

from flask import Blueprint

from app.web.embedding.card import card
from app.web.embedding.marks import badge, code
from app.web.embedding.oembed import oembed
from app.web.embedding.offer import offer
from app.web.following.feeds import here

blueprint = Blueprint("embedding", __name__)
blueprint.add_app_template_filter(here, "in_full")
_RECORD = "<record_id:record_id>"

blueprint.add_url_rule(f"/einbetten/{_RECORD}", view_func=card)
blueprint.add_url_rule(f"/einbetten/{_RECORD}/anleitung", view_func=offer)
blueprint.add_url_rule("/oembed", view_func=oembed)
blueprint.add_url_rule(f"/r/{_RECORD}/genutzt.svg", view_func=badge)
blueprint.add_url_rule(f"/r/{_RECORD}/qr.svg", view_func=code)
blueprint.add_url_rule(f"/r/{_RECORD}/v/<int(min=1, max=999999):ver>/qr.svg", view_func=code, endpoint="version_code")
