# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""All addresses below `/beitragen`: importing the views puts them on the blueprint."""

from __future__ import annotations

from app.web.contributing import (
    attachments as attaching,
)
from app.web.contributing import (
    merge as newer,
)
from app.web.contributing import (
    preview as previewing,
)
from app.web.contributing import (
    report as documents,
)
from app.web.contributing import (
    send as sending,
)
from app.web.contributing import (
    stale_draft as meanwhile,
)
from app.web.contributing import (
    start as again,
)
from app.web.contributing import (
    start as starting,
)
from app.web.contributing import (
    step as editing,
)
from app.web.contributing.blueprint import blueprint

VIEWS = (starting, again, documents, editing, attaching, previewing, newer, meanwhile, sending)

__all__ = ["VIEWS", "blueprint"]
