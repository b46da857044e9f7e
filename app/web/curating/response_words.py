# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How municipalities responded, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.review.model.response import Relation, Response, ResponseCount
from app.web.access import services
from app.web.language import current_language
from app.web.wording import ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseLine:
    """One response: who says what, and in which words."""

    slug: str
    place: str
    relation: str
    note: str
    at: datetime
    lesson: str | None


def count_words(count: ResponseCount) -> str:
    """Return how many municipalities said what, "" where none said anything."""
    parts = [
        ngettext("%(num)s municipality uses it too", "%(num)s municipalities use it too", count.reuses)
        if count.reuses
        else "",
        ngettext("%(num)s confirms it", "%(num)s confirm it", count.confirms) if count.confirms else "",
        ngettext("it was different with %(num)s", "it was different with %(num)s", count.contradicts)
        if count.contradicts
        else "",
    ]
    return " · ".join(part for part in parts if part)


def relation_words(relation: Relation) -> str:
    """Return what a response says, as the schema puts it."""
    return services().schemas.label("relation", relation.value, current_language())


def response_lines(found: Iterable[Response]) -> tuple[ResponseLine, ...]:
    """Return responses in words."""
    return tuple(
        ResponseLine(
            slug=one.slug,
            place=f"{one.place.name} ({services().schemas.label('state', one.place.state, current_language())})",
            relation=relation_words(one.relation),
            note=one.note,
            at=one.at,
            lesson=one.lesson,
        )
        for one in found
    )
