# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""All addresses around proposals: importing the views puts them on their blueprints."""

from __future__ import annotations

from app.web.curating import (
    audit_log as protocol,
)
from app.web.curating import (
    decisions as deciding,
)
from app.web.curating import (
    merge as resolving,
)
from app.web.curating import (
    notices,
    overdue,
)
from app.web.curating import (
    proposal as reading,
)
from app.web.curating import (
    queue as blueprint,
)
from app.web.curating import (
    queue as listing,
)
from app.web.curating import (
    record_actions as record_deeds,
)
from app.web.responses import questions
from app.web.responses import respond as responding

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
