# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""All addresses around people."""

from __future__ import annotations

from app.web.identity import account_views, invitation_views, people_views, provider_views, sign_in_views

BLUEPRINTS = (
    sign_in_views.blueprint,
    provider_views.blueprint,
    account_views.blueprint,
    invitation_views.blueprint,
    people_views.blueprint,
)
