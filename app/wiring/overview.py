"""What operators watch of their node, read for their page and for their monitor, however ill the node is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from app.database import schema_version
from app.database.last_results import DATABASE, MAIL, SIGN_IN, LastResult
from app.federation.harvest.service import PeerView
from app.review.queue import Waiting
from app.review.workflow import ProposalState
from app.shared.errors import DomainError
from app.wiring.condition import Content, Disk, Upkeep, content_of, disk_of, files_reached, upkeep_of
from app.wiring.services import Services

_MEASURED_FOR = 600.0
"""Seconds for which the size of the data folder is taken as known: to measure it each file is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queues:
    """What waits: proposals by state, and records of which the neighbours (`alike`) are not worked out yet.

    `files` of other nodes are to be fetched; `reading` counts reports and files being read.
    """

    proposals: Mapping[ProposalState, Waiting]
    reading: int
    files: int
    alike: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """The disk, and how many bytes of it the data folder and the database in it take; None for a database elsewhere.

    `files` tells whether pictures and files were reached where all machines find them when that was last looked at,
    None where one machine serves and before the first look.
    """

    disk: Disk
    data: int
    database: int | None
    files: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Of the program, of the database's tables as they are and as this program expects them, and of the search."""

    program: str
    schema: str
    schema_expected: str
    search: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Partners:
    """The nodes that are fetched from, and how much was set aside by the address of who sent it."""

    peers: tuple[PeerView, ...]
    set_aside: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """How it went last: the check of the database, messages (None: none were sent yet), sign-in by provider."""

    database: LastResult | None
    mail: LastResult | None
    sign_in: Mapping[str, LastResult | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """All of it. A part that could not be read is None, and `unreadable` has the kind of the error by its name.

    `restored`: the node came from a backup and has not asked its peers yet, so it publishes nothing.
    """

    content: Content | None
    upkeep: Upkeep | None
    queues: Queues | None
    storage: Storage | None
    versions: Versions | None
    partners: Partners | None
    results: Results | None
    restored: bool
    unreadable: Mapping[str, str]


PARTS = ("content", "rounds", "queues", "storage", "versions", "partners", "results")
Part = TypeVar("Part")


def watched(services: Services) -> Watched:
    """Look at everything; what cannot be read keeps nothing else from being told."""
    unreadable: dict[str, str] = {}

    def part(name: str, read: Callable[[Services], Part]) -> Part | None:
        try:
            return read(services)
        except (DomainError, SQLAlchemyError, OSError) as error:
            unreadable[name] = type(error).__name__
            return None

    return Watched(
        content=part("content", content_of),
        upkeep=part("rounds", upkeep_of),
        queues=part("queues", queues_of),
        storage=part("storage", storage_of),
        versions=part("versions", versions_of),
        partners=part("partners", partners_of),
        results=part("results", results_of),
        restored=services.restored.exists(),
        unreadable=unreadable,
    )


def queues_of(services: Services) -> Queues:
    """Look at what waits; raises DatabaseError."""
    files = services.harvest.files.queue.counts().values()
    return Queues(
        proposals=services.review.queue.waiting(),
        reading=services.confinement.taken(),
        files=sum(count.missing for count in files),
        alike=services.neighbours.lacking(),
    )


def storage_of(services: Services) -> Storage:
    """Look at disk and data, whose size may be some minutes old; raises OSError."""
    settings = services.settings
    data = _measured(settings.data, int(time.monotonic() // _MEASURED_FOR))
    url = services.sessions.engine.url
    file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    size = file.stat().st_size if file else None
    return Storage(disk=disk_of(settings.data), data=data, database=size, files=files_reached(services))


def versions_of(services: Services) -> Versions:
    """Tell what runs here; raises DatabaseError."""
    try:
        program = version("erfahrungsnetz")
    except PackageNotFoundError:
        program = ""
    return Versions(
        program=program,
        schema=schema_version.current(services.sessions.engine) or "",
        schema_expected=schema_version.expected() or "",
        search=services.settings.search,
    )


def partners_of(services: Services) -> Partners:
    """Look at the nodes that are fetched from; raises DatabaseError."""
    return Partners(peers=services.harvest.peers(), set_aside=services.harvest.quarantine.counts())


def results_of(services: Services) -> Results:
    """Tell how things went last; raises DatabaseError."""
    known = services.results.all()
    return Results(
        database=known.get(DATABASE),
        mail=known.get(MAIL),
        sign_in={one.key: known.get(f"{SIGN_IN}{one.key}") for one in services.identity.providers},
    )


@lru_cache(maxsize=4)
def _measured(folder: Path, _when: int) -> int:
    return _size(str(folder))


def _size(folder: str) -> int:
    """Return the bytes of all files in a folder; what goes away meanwhile or may not be looked at counts nothing."""
    total = 0
    with suppress(FileNotFoundError, PermissionError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError, PermissionError):
                is_folder = entry.is_dir(follow_symlinks=False)
                total += _size(entry.path) if is_folder else entry.stat(follow_symlinks=False).st_size
    return total
