# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""All visible responses by what they respond to, own and those of other nodes: a projection of the catalogue.

A response to a record that nobody here knows waits under its global name, and is found once the record is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import structlog

from app.catalogue import CatalogueEntry, CatalogueService
from app.content.record import Record
from app.errors import DomainError
from app.review.model.response import Relation, RespondingPlace, Response
from app.review.responses.counting import counted
from app.review.responses.targets import GlobalName, global_target

KIND = "response"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Read:
    """A response that was read, None where it cannot be; a version never changes, so it is read once."""

    target: str
    response: Response | None


@dataclass(frozen=True, slots=True)
class _Known:
    seq: int
    by_target: Mapping[str, tuple[Response, ...]] = field(default_factory=dict)
    read: Mapping[CatalogueEntry, _Read] = field(default_factory=dict)


class ResponseIndex:
    """Finds responses without reading all of them for every page; after a change only what is new is read."""

    def __init__(self, catalogue: CatalogueService, name: GlobalName) -> None:
        """Read responses from `catalogue`; `name` gives the global names of records."""
        self._catalogue = catalogue
        self._name = name
        self._known = _Known(-1)

    def of(self, record_id: str, origin: str = "") -> tuple[Response, ...]:
        """Return the responses to a record, the newest first; raises NotFound for an origin unknown."""
        return self._current().by_target.get(self._name(origin, record_id), ())

    def target(self, entry: CatalogueEntry) -> str:
        """Return the global name of what a visible response is about, "" where it cannot be read."""
        found = self._current().read.get(entry)
        return found.target if found else ""

    def _current(self) -> _Known:
        seq = self._catalogue.last_seq()
        if self._known.seq != seq:
            # Two threads may both build it; either result is right for this change number.
            self._known = self._built(seq, self._known.read)
        return self._known

    def _built(self, seq: int, before: Mapping[CatalogueEntry, _Read]) -> _Known:
        heads = self._catalogue.heads(KIND)
        read = {entry: self._kept(before.get(entry)) or self._read(entry) for entry in heads}
        by_target: defaultdict[str, list[Response]] = defaultdict(list)
        for one in read.values():
            if one.response is not None:
                by_target[one.target].append(one.response)
        return _Known(seq, {target: counted(found) for target, found in by_target.items()}, read)

    def _kept(self, found: _Read | None) -> _Read | None:
        return found if found and found.response else None

    def _read(self, entry: CatalogueEntry) -> _Read:
        try:
            record = self._catalogue.record(entry)
            return _Read(global_target(record, self._name), response_of(record, entry))
        except DomainError as error:
            # A partner's record may vanish between two questions; one that cannot be read must not hide the others.
            _log.warning("responses.unreadable", record=entry.id, origin=entry.origin, error=type(error).__name__)
            return _Read("", None)


def response_of(record: Record, entry: CatalogueEntry) -> Response:
    """Return the value of a published response."""
    data = cast("Mapping[str, Any]", record.data)
    place = data["place"]
    return Response(
        record_id=record.id,
        origin=entry.origin,
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
