# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be said of a record from another node beside its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.errors import NotFound
from app.federation.held import Hop
from app.federation.issuer import Issuer


class ForeignRecordNotFound(NotFound):
    """No record with this id came from the node called `origin`."""

    def __init__(self, origin: str, record_id: str) -> None:
        super().__init__(origin, record_id)
        self.origin = origin
        self.record_id = record_id


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldVersion:
    """A version whose signed statement is kept. `way` are the stations it took, the last one first."""

    ver: int
    digest: str
    issued_at: datetime
    received_at: datetime
    via: Issuer
    way: tuple[Hop, ...]
    jws: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignEntry:
    """A record of another node. `sub` is its permanent address at home, where a canonical link leads.

    `versions` are those that are kept, newest first: two at most. `hidden`: taken out of sight by a moderator,
    `blocked`: together with all of its issuer, `distrusted`: until its signature is renewed.
    """

    origin: str
    record_id: str
    sub: str
    issuer: Issuer
    issuer_name: str
    kind: str
    slug: str
    ver: int
    digest: str
    withdrawn: bool
    hidden: bool
    blocked: bool
    distrusted: bool
    first_at: datetime
    versions: tuple[HeldVersion, ...]

    @property
    def visible(self) -> bool:
        """Tell whether readers see the record."""
        return not (self.withdrawn or self.hidden or self.blocked or self.distrusted)
