# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with a search index."""

from __future__ import annotations

from app.shared.errors import Unavailable


class IndexDamaged(Unavailable):
    """The index cannot be read: its files are not as they were written. It has to be built anew."""

    directory: str


class SearchUnavailable(Unavailable):
    """The index cannot be used now: another process writes for too long."""

    directory: str
