# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Decides for each record what bringing back its lost versions means; pure, nothing is read or changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.catalogue import CatalogueEntry, State
from app.federation.models import LostState, LostVersion
from app.federation.recovery.lost import lacks
from app.federation.statement import Statement, Status


class ForkSide(StrEnum):
    """Whose version goes on where this node published something else after it had been restored."""

    OWN = "own"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One record with its lost versions, the oldest first, and what this node has of it.

    `forked`: this node published another version after it had lost these, so two contradict each other. Then `side`
    says which goes on, under the number `ver`: one more than the next, so that it follows neither. `published`: that
    version stands already, because carrying it out was interrupted; it is not among `own`.
    """

    record_id: str
    name: str
    path: str
    lost: tuple[LostVersion, ...]
    own: tuple[CatalogueEntry, ...]
    forked: bool = False
    side: ForkSide = ForkSide.THEIRS
    ver: int = 0
    published: bool = False

    @property
    def newest(self) -> LostVersion:
        """Return the newest version that is missing here."""
        return self.lost[-1]

    @property
    def head(self) -> CatalogueEntry | None:
        """Return the newest version that is here."""
        return self.own[-1] if self.own else None

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether the record stands under another name here; names are for life."""
        statement = self.newest.statement
        return any((entry.kind, entry.slug) != (statement.kind, statement.slug) for entry in self.own)

    @property
    def withdrawn(self) -> bool:
        """Tell whether either side has withdrawn the record."""
        gone = self.head is not None and self.head.state is State.WITHDRAWN
        return gone or self.newest.statement.status is Status.WITHDRAWN


def judge(lost: Sequence[LostVersion], own: Sequence[CatalogueEntry], keep: Collection[str] = ()) -> Case | None:
    """Return the case of one record; `lost` are its lost versions and `own` its good own ones, the oldest first.

    `keep` names (kind/slug) records whose own version goes on. Otherwise a withdrawal goes on, on whichever side it
    is, and else the version that others hold. None where nothing is missing: it came back after `lost` was read.
    """
    missing = _missing(lost, own)
    if not missing:
        return None
    statement = missing[-1].statement
    case = Case(
        record_id=statement.record_id,
        name=f"{statement.kind}/{statement.slug}",
        path=missing[-1].path,
        lost=missing,
        own=tuple(own),
        ver=statement.ver,
    )
    if not own:
        return case
    is_decided = any(one.state is LostState.DECIDED for one in missing)
    if is_decided and _is_published(own, statement):
        side = ForkSide.THEIRS if own[-1].digest == statement.digest else ForkSide.OWN
        return replace(case, own=case.own[:-1], forked=True, side=side, ver=own[-1].ver, published=True)
    # Where nothing contradicts, only the wish to keep the own version needs a decision; it holds after an interruption.
    contradicts = _contradicts(missing, own)
    kept = case.name in keep or (is_decided and not contradicts)
    if not kept and not contradicts:
        return case
    mine = kept or (own[-1].state is State.WITHDRAWN and statement.status is Status.PUBLISHED)
    ver = max(statement.ver, own[-1].ver) + 2
    return replace(case, forked=True, side=ForkSide.OWN if mine else ForkSide.THEIRS, ver=ver)


def _is_published(own: Sequence[CatalogueEntry], lost: Statement) -> bool:
    """Tell whether the newest own version is the one that carrying out a decision publishes."""
    again = len(own) > 1 and own[-1].digest in (lost.digest, own[-2].digest)
    return again and own[-1].ver >= lost.ver + 2


def _missing(lost: Iterable[LostVersion], own: Sequence[CatalogueEntry]) -> tuple[LostVersion, ...]:
    """Return what is missing, one version for each number: where two have the same, the one that was found first."""
    by_number: dict[int, LostVersion] = {}
    for one in lost:
        if one.state is LostState.DECIDED or lacks(own, one.statement.ver, one.statement.digest):
            by_number.setdefault(one.statement.ver, one)
    return tuple(by_number[ver] for ver in sorted(by_number))


def _contradicts(lost: Sequence[LostVersion], own: Sequence[CatalogueEntry]) -> bool:
    """Tell whether the newest own version is none that the lost ones go on from."""
    head, first = own[-1], lost[0].statement
    if lost[-1].statement.ver <= head.ver:
        return True
    if first.ver > head.ver and first.prev == head.digest:
        return False
    # Peers need not hold all that lies between; what was published later than the lost ones came after the loss.
    return first.ver <= head.ver or head.at > first.issued_at or first.prev in {entry.digest for entry in own}
