# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which records an address wants to compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.catalogue import CatalogueEntry, RecordNotFound, RecordWithdrawn
from app.content.record import Record
from app.kickoff.compare import MOST
from app.web.access import services
from app.web.selection import TAKEN, Selection, kickoff_address, selection_id

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMED = "id"
"""Parameter that names the records themselves; without it the selection of the kickoff is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenRecord:
    """A record under its name in addresses."""

    name: str
    entry: CatalogueEntry
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """`shown` are compared, `others` may take their place, `lost` counts those that are not there (any more)."""

    shown: tuple[ChosenRecord, ...]
    others: tuple[ChosenRecord, ...]
    lost: int
    too_many: int

    def without(self, one: ChosenRecord) -> str:
        """Return the address of the comparison without a record, which stays in the selection."""
        return address(other.name for other in self.shown if other.name != one.name)

    def and_with(self, one: ChosenRecord) -> str:
        """Return the address of the comparison with one more record."""
        return address([*(other.name for other in self.shown), one.name])


def address(names: Iterable[str], endpoint: str = "compare.page") -> str:
    """Return the address that compares these records and keeps everything of the kickoff."""
    return kickoff_address(url_for(endpoint, id=list(names)))


def chosen(args: MultiDict[str, str]) -> Chosen:
    """Read an address. More than MOST are cut off, which `too_many` counts."""
    selection = Selection.read(args)
    selected = (*selection.taken, *selection.rejected)
    named = _valid(args.getlist(NAMED))
    found = _found(dict.fromkeys([*named, *selected]))
    wanted = named or selected
    compared = [found[name] for name in wanted if name in found]
    shown = tuple(compared[:MOST])
    return Chosen(
        shown=shown,
        others=tuple(one for one in found.values() if one not in shown),
        lost=len(wanted) - len(compared),
        too_many=max(0, len(compared) - MOST),
    )


def _valid(names: Sequence[str]) -> tuple[str, ...]:
    return Selection.read(MultiDict([(TAKEN, name) for name in names])).taken


def _found(names: Iterable[str]) -> Mapping[str, ChosenRecord]:
    catalogue = services().catalogue
    found: dict[str, ChosenRecord] = {}
    for name in names:
        origin, _slash, record_id = name.rpartition("/")
        try:
            entry = catalogue.head(record_id, origin)
        except (RecordNotFound, RecordWithdrawn):
            continue
        found[name] = ChosenRecord(
            name=selection_id(entry.id, entry.origin), entry=entry, record=catalogue.record(entry)
        )
    return found
