# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where signed statements come from: made here for own records, kept as received for others'."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One station that a statement took: the node's OAI-PMH address, and what that node said of it.

    `harvested_at` is when the next station fetched it, `stamped_at` what its header there said; both UTC.
    """

    base_url: str
    harvested_at: datetime
    stamped_at: datetime


class StatementSource(Protocol):
    """Statements about the records of some origins."""

    def sub(self, origin: str, record_id: str) -> str:
        """Return the global name of a record."""

    def find(self, sub: str) -> tuple[str, str] | None:
        """Return (origin, record id) of a global name; None when it is not one of this source's."""

    def jws(self, origin: str, record_id: str, ver: int) -> str:
        """Return the signed statement about one version; raises RecordNotFound and RecordWithdrawn.

        Of a withdrawn record only the withdrawal itself is given out.
        """

    def hops(self, origin: str, record_id: str, ver: int) -> tuple[Hop, ...]:
        """Return the way it took here, the last station first; empty for own records."""
