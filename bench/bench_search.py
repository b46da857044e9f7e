"""Measure the search alone: pages, changes, building.

    python -m bench.bench_search            1,000 and 10,000 documents
    BENCH_SEARCH_SIZES=200,1000 python -m bench.bench_search

A page is a query with ten hits, all facet counts, reasons, and title, summary and two lessons of each
hit marked. A change is searchable when a second opened index finds it.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from app.records.vocabulary import Vocabulary
from app.search.analysis.analyser import GermanAnalyser, build_analyser
from app.search.analysis.lexicon import Lexicon, load_lexicon
from app.search.engine import SynonymSource
from app.search.highlight import Highlighter
from app.search.plan import QueryPlanner
from app.search.port import Cursor, IndexDocument
from app.search.query import SearchQuery
from app.search.whoosh_index import WhooshIndex
from bench.search_corpus import SearchCorpus, queries
from bench.timing import percentile

ROOT = Path(__file__).resolve().parent.parent
SIZES = tuple(int(size) for size in os.environ.get("BENCH_SEARCH_SIZES", "1000,10000").split(","))
QUERIES = 200
CHANGES = 15
Results = dict[str, Any]


class SearchBench:
    """One analyser and corpus, measured at several sizes."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._corpus = SearchCorpus(lexicon)
        self._german: GermanAnalyser = build_analyser(lexicon)
        folder = ROOT / "content" / "vocabulary"
        vocabularies = {file.stem: Vocabulary.parse(file.read_bytes()) for file in folder.glob("*.yaml")}
        self._planner = QueryPlanner(self._german, SynonymSource(vocabularies, self._german))

    def at(self, size: int, folder: Path) -> Results:
        """All figures at one size; keys end in the size."""
        name = f"{size // 1000}k" if size % 1000 == 0 else str(size)
        documents = list(self._corpus.documents(size))
        # A node does not hold all texts in memory, so the collector of garbage must not walk them either.
        gc.freeze()
        index = self._open(folder)
        building = _seconds(lambda: index.replace(documents, Cursor(size)))
        pages = self._pages(folder, documents)
        changes = self._changes(folder, size)
        return {
            f"search_p50_ms_whoosh_{name}": percentile(pages, 50),
            f"search_p95_ms_whoosh_{name}": percentile(pages, 95),
            f"change_to_searchable_ms_{name}": round(statistics.median(changes), 1),
            f"change_to_searchable_max_ms_{name}": round(max(changes), 1),
            f"index_build_documents_per_s_{name}": round(size / building, 1),
            f"index_mb_{name}": round(sum(file.stat().st_size for file in folder.iterdir()) / 1e6, 1),
        }

    def _open(self, folder: Path) -> WhooshIndex:
        return WhooshIndex(folder, self._german, self._planner)

    def _pages(self, folder: Path, documents: list[IndexDocument]) -> list[float]:
        """Milliseconds of each page, every question asked once in a fresh process state but the first."""
        index, highlighter = self._open(folder), Highlighter(self._german)
        texts = {document.uid: document for document in documents}
        index.search(SearchQuery(text="Bürgerbeteiligung"))
        asked = queries(self._corpus, QUERIES)
        return [_seconds(partial(_page, index, highlighter, texts, question)) * 1000 for question in asked]

    def _changes(self, folder: Path, size: int) -> list[float]:
        writing, reading = self._open(folder), self._open(folder)
        reading.search(SearchQuery(text="Bürgerbeteiligung"))
        took = []
        for number in range(CHANGES):
            changed = self._corpus.document(number, title=f"Neuigkeit Zyx{number}wv")
            took.append(_seconds(partial(_publish, writing, reading, changed, size + number)) * 1000)
        return took


def measure() -> Results:
    """All figures, for `bench/results.json`."""
    before = _resident_mb()
    started = time.perf_counter()
    lexicon = load_lexicon(Path())
    first = time.perf_counter() - started
    again = _seconds(load_lexicon)
    results: Results = {
        "lexicon_load_s": round(first, 2),
        "lexicon_load_saved_s": round(again, 2),
        "lexicon_peak_mb": round(_resident_mb() - before, 1),
    }
    bench = SearchBench(lexicon)
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            results |= bench.at(size, Path(folder))
    return results


def _page(index: WhooshIndex, highlighter: Highlighter, texts: dict[str, IndexDocument], question: str) -> None:
    for hit in index.search(SearchQuery(text=question)).hits:
        document = texts[hit.uid]
        lessons = {lesson.id: lesson.text for lesson in document.lessons}
        for text in (document.title, document.summary, *(lessons[name] for name in hit.lessons)):
            highlighter.mark(text, hit.terms)


def _publish(writing: WhooshIndex, reading: WhooshIndex, document: IndexDocument, seq: int) -> None:
    writing.apply([document], [], Cursor(seq))
    word = document.title.split()[1]
    if [hit.uid for hit in reading.search(SearchQuery(text=word)).hits] != [document.uid]:
        raise RuntimeError(f"{word} was not found")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
