# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One writer at a time: proposals and what is published from them."""

from __future__ import annotations

from contextlib import AbstractContextManager

from app.content.repository import REVIEW_LOCK, ContentRepository


class ReviewLock:
    """Held while references and rows of proposals change together, so that a repair never meets half a step."""

    def __init__(self, repository: ContentRepository) -> None:
        """Lock beside `repository`, between all threads and processes of the machine."""
        self._repository = repository

    def held(self) -> AbstractContextManager[None]:
        """Hold the lock; raises RepositoryBusy after a minute. It cannot be taken twice."""
        return self._repository.exclusive(REVIEW_LOCK)
