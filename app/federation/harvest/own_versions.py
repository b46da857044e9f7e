# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What harvesting asks about this node's own versions at others; the answers are found in `federation/recovery`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from app.federation.harvest.documents import PeerDocuments
from app.federation.issuer import Issuer
from app.federation.statement import ReceivedStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVersionsReport:
    """How many versions were found that this node lacks, and how many were claimed without its signature.

    `failed` says why the peer could not be asked to the end, "" where it could: what else it holds is not known then.
    `more` says that it claimed more than may be looked at in one run.
    """

    found: int = 0
    unproven: int = 0
    failed: str = ""
    more: bool = False


class OwnVersions(Protocol):
    """Finds versions of own records that others hold and this node lacks."""

    def due(self, peer: Issuer) -> bool:
        """Tell whether a peer has not been asked since this process started."""

    def ask(self, documents: PeerDocuments, peer: Issuer, in_time: Callable[[], bool]) -> OwnVersionsReport:
        """Ask one peer what it holds of this node, and note what is missing here.

        `in_time` is called before each line and each statement; where it says no, the rest waits for the next time.
        """

    def take(self, received: Iterable[ReceivedStatement], via: Issuer) -> int:
        """Note own versions that came in a list, as far as they are missing here; return how many are news."""
