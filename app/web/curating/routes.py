# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""All addresses around proposals: importing the views puts them on their blueprints."""

from __future__ import annotations

from app.web.curating import (
    blueprint,
    deciding,
    listing,
    notices,
    overdue,
    protocol,
    questions,
    reading,
    record_deeds,
    resolving,
    responding,
)

VIEWS = (listing, reading, deciding, resolving)
BLUEPRINTS = (
    blueprint.blueprint,
    record_deeds.blueprint,
    responding.blueprint,
    questions.blueprint,
    notices.blueprint,
    overdue.blueprint,
    protocol.blueprint,
)
