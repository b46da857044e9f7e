# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is asked for and what comes back, however it travels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.federation.issuer import Issuer

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bytes on the wire, bytes after unpacking, and seconds for everything from the name look-up to the last byte."""

    wire: int
    inflated: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A document of `peer`; `url` has to lie under its address. `etag` is the tag of what is there already."""

    peer: Issuer
    url: str
    limits: Limits
    etag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer with status 200, or 304 and no body. `wire` counts the bytes of the body as they were sent."""

    status: int
    body: bytes
    etag: str = ""
    wire: int = 0

    @property
    def unchanged(self) -> bool:
        """Tell whether the document is still the one whose tag was given."""
        return self.status == 304


class Fetcher(Protocol):
    """Fetches one document."""

    def fetch(self, wanted: Wanted) -> Fetched:
        """Return the answer; raises FetchFailed and FetchRefused."""
