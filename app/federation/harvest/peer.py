# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A node that the operator wants to fetch from, as pages and commands see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.federation.issuer import Issuer

INTERVAL = timedelta(minutes=15)
"""Between two looks at a peer that answers."""

DAILY_NEW = 20_000
"""New records taken from one origin in a day; the rest follows on later days."""


class PeerState(StrEnum):
    """What the operator decided about a peer."""

    ACTIVE = "active"
    PAUSED = "paused"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A peer and how the last attempts went; times are UTC, None before the first.

    `hub`: what it relays is fetched too, and it is believed about who other nodes are. `failures` counts attempts
    that failed in a row, `error` says why the last one did. `resuming`: a long list was interrupted. `organisations`:
    what it says about organisations counts here.
    """

    issuer: Issuer
    hub: bool
    state: PeerState
    interval: timedelta
    daily_new: int
    added_at: datetime
    next_at: datetime
    failures: int = 0
    tried_at: datetime | None = None
    succeeded_at: datetime | None = None
    error: str = ""
    resuming: bool = False
    organisations: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far fetching from a peer has come: where the next request begins."""

    etag: str = ""
    seq: int = -1
    since: str = ""
    token: str = ""
