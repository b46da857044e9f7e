# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a synchronisation with the seed did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLocal:
    """A record edited here and changed in the seed: ours stays, the seed's version waits under `proposal`."""

    path: str
    proposal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """Paths of records (`case-studies/ulm`) and vocabularies (`vocabulary/topics.yaml`) by what happened.

    `removed_in_seed` are gone from the seed and stay here; `ignored` are files that belong to neither.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept_local: tuple[KeptLocal, ...] = ()
    removed_in_seed: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Tell whether anything was published or proposed."""
        return bool(self.added or self.updated or self.kept_local)
