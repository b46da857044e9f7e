"""An index in which a quick way to an answer is compared with one that looks at all documents."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.search.analysis.analyser import GermanAnalyser
from app.search.answering.snapshot import Snapshot
from app.search.plan import QueryPlanner
from app.search.port import Cursor, IndexDocument
from app.search.whoosh_engine.files import IndexFiles
from app.search.whoosh_engine.index import WhooshIndex
from app.search.whoosh_engine.segments import WhooshSnapshot

WORDS = ("Straße", "Bus", "Schule", "Starkregen", "Nahverkehr", "Karte", "Wald", "Beteiligung", "Rufbus", "Warnung")


def words(chance: random.Random, least: int, most: int) -> str:
    """Return some words, the first of them more often than the last, and one that all texts have."""
    few = chance.choices(WORDS, weights=range(len(WORDS), 0, -1), k=chance.randrange(least, most))
    return " ".join((*few, "Straße"))


def two_segments(
    folder: Path,
    german: GermanAnalyser,
    planner: QueryPlanner,
    documents: Iterable[IndexDocument],
    later: Iterable[IndexDocument],
) -> Iterator[Snapshot]:
    """Yield its state; deleted documents of the first segment and a second segment must not confuse anything."""
    index = WhooshIndex(folder, german, planner)
    index.replace(documents, Cursor(1))
    index.apply(later, ["|1", "|2"], Cursor(2))
    opened = WhooshSnapshot(IndexFiles(folder).reader(), {})
    yield opened
    opened.close()
