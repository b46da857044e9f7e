# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The search of a page, with the asker's situation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.kickoff.result import KickoffResult
from app.search.port import SearchQuery
from app.web.access import services
from app.web.kickoff.reading import Kickoff
from app.web.language import current_language
from app.web.listing import Asked, asked

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

SIZE = 10


def question_of(args: MultiDict[str, str], kickoff: Kickoff) -> Asked:
    """Return the question of an address; its variants keep situation and selection."""
    return asked(args, kickoff.parameters(), ranked=kickoff.reorders)


def find(question: Asked, kickoff: Kickoff, *, size: int = SIZE) -> KickoffResult:
    """Return one page of what answers the question for this asker."""
    query = SearchQuery(
        text=question.text,
        filters=question.filters,
        sort=question.sort,
        page=question.page,
        size=size,
        lang=current_language(),
    )
    return services().kickoff.search(query, kickoff.situation)
