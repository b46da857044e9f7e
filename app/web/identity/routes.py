# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""All addresses around people."""

from __future__ import annotations

from app.web.identity import (
    account as account_views,
)
from app.web.identity import (
    back_channel_logout as provider_views,
)
from app.web.identity import (
    invitations as invitation_views,
)
from app.web.identity import (
    people as people_views,
)
from app.web.identity import (
    sign_in as sign_in_views,
)

BLUEPRINTS = (
    sign_in_views.blueprint,
    provider_views.blueprint,
    account_views.blueprint,
    invitation_views.blueprint,
    people_views.blueprint,
)
