# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The values of fields in the words of whoever reads the present page."""

from __future__ import annotations

from app.content.value_text import ValueText
from app.web.access import services
from app.web.language import current_language
from app.web.links import SiteLinks


def value_text(origin: str = "") -> ValueText:
    """Return what words the values of a record of `origin`, this node's own where it is ""."""
    return ValueText(lang=current_language(), vocabularies=services().vocabularies, title_of=SiteLinks(origin).title)
