# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""All addresses below `/beitragen`: importing the views puts them on the blueprint."""

from __future__ import annotations

from app.web.contributing import again, attaching, documents, editing, meanwhile, newer, previewing, sending, starting
from app.web.contributing.blueprint import blueprint

VIEWS = (starting, again, documents, editing, attaching, previewing, newer, meanwhile, sending)

__all__ = ["VIEWS", "blueprint"]
