# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""All published responses by what they respond to; a projection of the catalogue, kept for one change number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from app.catalogue import CatalogueEntry, CatalogueService
from app.content.record import Record
from app.review.model.response import Relation, RespondingPlace, Response

KIND = "response"


@dataclass(frozen=True, slots=True)
class _Known:
    seq: int
    by_target: Mapping[str, tuple[Response, ...]]


class ResponseIndex:
    """Finds responses without reading all of them for every page."""

    def __init__(self, catalogue: CatalogueService) -> None:
        """Read responses from `catalogue`."""
        self._catalogue = catalogue
        self._known = _Known(-1, {})

    def of(self, record_id: str) -> tuple[Response, ...]:
        """Return the responses to an own record, the newest first."""
        seq = self._catalogue.last_seq()
        if self._known.seq != seq:
            # Two threads may both build it; either result is right for this change number.
            self._known = _Known(seq, self._read())
        return self._known.by_target.get(record_id, ())

    def _read(self) -> Mapping[str, tuple[Response, ...]]:
        found: dict[str, list[Response]] = defaultdict(list)
        own = (entry for entry in self._catalogue.heads(KIND) if not entry.origin)
        for entry in sorted(own, key=lambda entry: entry.seq, reverse=True):
            response = response_of(self._catalogue.record(entry), entry)
            found[str(self._catalogue.record(entry).data["target"])].append(response)
        return {target: tuple(responses) for target, responses in found.items()}


def response_of(record: Record, entry: CatalogueEntry) -> Response:
    """Return the value of a published response."""
    data = cast("Mapping[str, Any]", record.data)
    place = data["place"]
    return Response(
        record_id=record.id,
        slug=record.slug,
        relation=Relation(data["relation"]),
        place=RespondingPlace(name=place["name"], state=place["state"], ars=place.get("ars")),
        lesson=data.get("lesson"),
        since=data.get("since"),
        adapted=data.get("adapted", ""),
        note=data.get("note", ""),
        at=entry.at,
        version=data["version"],
    )
