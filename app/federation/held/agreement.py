# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Compares what is offered to others with the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.catalogue import CatalogueEntry, CatalogueService, State
from app.federation.held.item import Selection
from app.federation.held.queries import ItemQueries

_CHUNK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFinding:
    """One disagreement about a record: `<version> <digest>` as the catalogue says and as it is offered, or nothing."""

    record: str
    expected: str
    found: str


def disagreements(catalogue: CatalogueService, items: ItemQueries, up_to_seq: int) -> tuple[HeldFinding, ...]:
    """Return every record of which something else is offered than the catalogue holds up to a change number."""
    expected = {key: f"{entry.ver} {entry.digest}" for key, entry in _newest(catalogue, up_to_seq).items()}
    found = dict(_offered(items))
    keys = sorted(expected.keys() | found.keys())
    return tuple(
        HeldFinding(record="/".join(key).lstrip("/"), expected=expected.get(key, ""), found=found.get(key, ""))
        for key in keys
        if expected.get(key) != found.get(key)
    )


def _newest(catalogue: CatalogueService, up_to_seq: int) -> dict[tuple[str, str], CatalogueEntry]:
    newest: dict[tuple[str, str], CatalogueEntry] = {}
    seq = 0
    while changes := catalogue.changes(seq, _CHUNK):
        seq = changes[-1].seq
        for entry in changes:
            known = newest.get((entry.origin, entry.id))
            good = entry.state is not State.BROKEN and entry.seq <= up_to_seq
            if good and (known is None or entry.ver >= known.ver):
                newest[entry.origin, entry.id] = entry
    return {key: entry for key, entry in newest.items() if entry.state is not State.HIDDEN}


def _offered(items: ItemQueries) -> Iterator[tuple[tuple[str, str], str]]:
    seq = 0
    while page := items.after(seq, Selection(), _CHUNK):
        seq = page[-1].seq
        yield from (((item.origin, item.record_id), f"{item.ver} {item.digest}") for item in page)
