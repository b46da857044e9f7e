# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps the right to fetch from a peer while a run asks it for many small things."""

from __future__ import annotations

from collections.abc import Callable

from app.federation.harvest.files.fetching import RIGHT_SECONDS
from app.federation.harvest.listing import Bookmark


class Right:
    """The right of a run to its peer, from the moment it was renewed last. Asked often, it is renewed now and then."""

    def __init__(self, bookmark: Bookmark, seconds_left: Callable[[], float]) -> None:
        """Renew through `bookmark`; `seconds_left()` is what remains of the run."""
        self._bookmark = bookmark
        self._seconds_left = seconds_left
        self._renewed_at = seconds_left()
        self.is_kept = True

    def __call__(self) -> bool:
        """Tell whether there is time left and no other process has taken over; cheap enough for every line."""
        left = self._seconds_left()
        if self.is_kept and self._renewed_at - left >= RIGHT_SECONDS:
            self._renewed_at = left
            self.is_kept = self._bookmark.move(self._bookmark.at)
        return self.is_kept and left > 0
