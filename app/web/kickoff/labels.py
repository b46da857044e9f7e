# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values of a situation in the language of the interface."""

from __future__ import annotations

from app.web import formats
from app.web.access import services
from app.web.kickoff.reading import TOPICS
from app.web.language import current_language
from app.web.wording import _, ngettext


def label(name: str, value: str) -> str:
    """Return a value of a field or shared type of the record schema ("state", "phase") in words."""
    return services().schemas.label(name, value, current_language())


def topic_label(topic_id: str) -> str:
    """Return the name of a field of action; an unknown one as it is."""
    topics = services().vocabularies.get(TOPICS)
    return topics.label(topic_id, current_language()) if topics else topic_id


def inhabitants(number: float) -> str:
    """Return a number of inhabitants."""
    return _("%(count)s inhab.", count=formats.number(number))


def posts(number: float) -> str:
    """Return a number of full-time posts."""
    # Languages count halves like many.
    return ngettext("%(count)s post", "%(count)s posts", 1 if number == 1 else 2, count=formats.number(number))
