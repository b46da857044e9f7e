# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A node whose statements are believed, as pages and commands see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.federation.issuer import Issuer
from app.federation.jose import KeySet

STALE_AFTER = timedelta(days=7)
GONE_AFTER = timedelta(days=180)


class Audit(StrEnum):
    """How what is held of a node compares with the state that it has signed.

    `behind`: something is missing here or the state known is older than what is held; it comes with a later run.
    `mismatch`: something is held that contradicts the state.
    """

    UNKNOWN = "unknown"
    OK = "ok"
    BEHIND = "behind"
    MISMATCH = "mismatch"


class Freshness(StrEnum):
    """How long a node has not been heard of: the validity of its last configuration decides."""

    LIVE = "live"
    STALE = "stale"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIssuer:
    """What is known of a node. `federation_key` is the thumbprint for people to compare.

    `origin` is the short name under which the catalogue lists its records. `records` counts those held, withdrawn
    ones included, in lists of nodes; it is 0 where nobody asked for it. `introduced_by` is the hub that vouched for
    it, None when an operator pinned its key.
    """

    issuer: Issuer
    origin: str
    name: str
    federation_keys: KeySet
    record_keys: KeySet
    blocked: bool
    audit: Audit
    records: int
    known_since: datetime
    audited_at: datetime | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    state_seq: int = 0
    state_count: int = 0
    state_root: str = ""
    moved_to: Issuer | None = None
    moved_from: Issuer | None = None
    introduced_by: Issuer | None = None
    configuration: str = ""

    @property
    def federation_key(self) -> str:
        """Return the thumbprint of the key that its configuration is signed with."""
        return next(iter(self.federation_keys), "")

    def freshness(self, now: datetime) -> Freshness:
        """Tell whether the node has been heard of lately."""
        if self.expires_at is None or now - self.expires_at <= STALE_AFTER:
            return Freshness.LIVE
        return Freshness.STALE if now - self.expires_at <= GONE_AFTER else Freshness.GONE
