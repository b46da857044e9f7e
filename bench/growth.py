"""How the search grows: each engine with so and so many records, in processes of their own.

    python -m bench.growth                                      the table of docs/growing.md; takes a quarter of an hour
    python -m bench.growth --engines tantivy --sizes 100000     its last column, as long again

Figures go into bench/results.json as well.
Up to 10,000 texts are different. Beyond, each stands in the index several times, as a record of its own: analysing
takes most of the time of building, and what a search costs depends on how many records have a word. A page is a search
with ten hits, all facet counts and reasons, and each hit marked. Every question is asked once, so that nothing is
remembered of it; core_ms is what it takes of the process without waiting for others on the machine. What is found is
compared with what was counted while building, and between the engines; how many pages of hits are others than those of
the first engine is told (other_pages).
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.records.vocabulary import Vocabulary
from app.search.analysis.analyser import build_analyser, fingerprint
from app.search.analysis.lexicon import Lexicon, load_lexicon
from app.search.engine import Engine, IndexPlace, open_engine
from app.search.port import Cursor, IndexDocument
from app.search.query import SearchQuery
from app.search.terms import DocumentAnalyser, DocumentTerms
from bench.aims import keep, verdict
from bench.generated import name_of
from bench.memory import taken
from bench.search_corpus import SearchCorpus, queries
from bench.timing import percentile

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".cache" / f"analysed-{fingerprint('')}.pickle"
"""What was analysed, so that it is done once for all engines and sizes."""
DIFFERENT = 10_000
COUNTED = 12
"""So many words of the texts are counted while building."""
CHANGES = 100
NOWHERE = ("Hundesteuer Quastenflosser", "quantum annealing", "Zyxwv", "Taubenvergrämung")


def asked(corpus: SearchCorpus) -> list[SearchQuery]:
    """Two hundred questions: words, words with filters, filters alone, and some that nothing answers."""
    texts = queries(corpus, 180)
    filters: tuple[dict[str, tuple[str, ...]], ...] = (
        {},
        {},
        {"land": ("BY",)},
        {"thema": ("mobility",), "art": ("case-study",)},
    )
    mixed = [SearchQuery(text=text, filters=filters[place % 4]) for place, text in enumerate(texts)]
    alone = [SearchQuery(filters={"land": (land,)}, page=page) for land in ("BY", "HE", "NW", "SN") for page in (1, 3)]
    return [*mixed, *alone, *(SearchQuery(text=text, page=page) for text in NOWHERE for page in (1, 2, 3))]


class _Remembering(DocumentAnalyser):
    """Analyses each text once for all its copies and all engines, and counts the documents of some words."""

    def __init__(self, lexicon: Lexicon, words: tuple[str, ...], kept: Path) -> None:
        """`kept` is a file with what was analysed before, in the order of the documents."""
        german = build_analyser(lexicon)
        super().__init__(german)
        kept.parent.mkdir(parents=True, exist_ok=True)
        self._kept = kept.open("a+b")
        self._kept.seek(0)
        self._counted = {word: german.word(word).term for word in words}
        self._last: tuple[str, DocumentTerms] | None = None
        self.counts: Counter[str] = Counter()
        self.seconds, self.analysed = 0.0, 0

    def terms(self, document: IndexDocument) -> DocumentTerms:
        if self._last is None or self._last[0] != document.slug:
            self._last = document.slug, self._next(document)
        found = self._last[1]
        self.counts.update(word for word, term in self._counted.items() if term in found.weights)
        return found

    def _next(self, document: IndexDocument) -> DocumentTerms:
        try:
            found: DocumentTerms = pickle.load(self._kept)
        except EOFError:
            started = time.perf_counter()
            found = super().terms(document)
            self.seconds += time.perf_counter() - started
            self.analysed += 1
            pickle.dump(found, self._kept)
        return found


def build(place: IndexPlace, size: int, kept: Path) -> dict[str, Any]:
    """Fill the index; return how long that took, and how many documents have some words."""
    engine = _engine(place)
    lexicon = load_lexicon()
    corpus = SearchCorpus(lexicon)
    analyser = _Remembering(lexicon, tuple(corpus.words[100 :: len(corpus.words) // COUNTED][:COUNTED]), kept)
    index: Any = engine.index
    # Analysing each copy would take hours.
    index._documents, index._lexicon = analyser, None  # noqa: SLF001 - nobody else analyses something once for several
    started = time.perf_counter()
    engine.index.replace(_documents(corpus, size), Cursor(size))
    seconds = time.perf_counter() - started
    folder = place.folder / place.engine
    return {
        "build_s": round(seconds, 1),
        "of_it_analysis_s": round(analyser.seconds, 1),
        "analysed": analyser.analysed,
        "index_mb": round(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6, 1),
        "counts": analyser.counts,
    }


def ask(place: IndexPlace, size: int, counts: dict[str, int]) -> dict[str, Any]:
    """Ask all questions; return how long each took, and what was found."""
    # Not kept, since the engine has a dictionary of its own, and what a process takes is measured.
    corpus = SearchCorpus(load_lexicon())
    questions = asked(corpus)
    started = time.perf_counter()
    engine = _engine(place)
    first = engine.index.search(SearchQuery(text="Bürgerbeteiligung")).total
    start = time.perf_counter() - started
    took: list[float] = []
    worked: list[float] = []
    found: list[tuple[int, list[str]]] = []
    for query in questions:
        started, began = time.perf_counter(), time.process_time()
        result = engine.index.search(query)
        for hit in result.hits:
            engine.highlighter.mark(hit.slug, hit.terms)
        took.append((time.perf_counter() - started) * 1000)
        worked.append((time.process_time() - began) * 1000)
        found.append((result.total, [hit.uid for hit in result.hits]))
    megabytes = taken(os.getpid()).proportional
    index: Any = engine.index
    for word, count in counts.items():
        held = _holding(engine, index._analyser.word(word).term)  # noqa: SLF001 - nobody else counts by term
        if held != count:
            raise RuntimeError(f"{word}: {held} documents instead of {count}")
    return {
        "search_p50_ms": percentile(took, 50),
        "search_p95_ms": percentile(took, 95),
        "search_p95_core_ms": percentile(worked, 95),
        "start_s": round(start, 2),
        "rss_mb": megabytes,
        "found": [(first, []), *found],
        "catch_up_100_s": _catching_up(place, engine, corpus, size),
    }


def _holding(engine: Engine, term: str) -> int:
    """Return how many records have a term; a search would add synonyms and parts."""
    index: Any = engine.index
    size: int = index._snapshot().postings(term).size  # noqa: SLF001 - no use case asks for it
    return size


def _catching_up(place: IndexPlace, reading: Engine, corpus: SearchCorpus, size: int) -> float:
    writing = _engine(place)
    _holding(writing, "rufbus")
    changed = [corpus.document(number, title=f"Neuigkeit Zyx{number}wv") for number in range(CHANGES)]
    started = time.perf_counter()
    writing.index.apply(changed, [], Cursor(size + 1))
    if reading.index.search(SearchQuery(text="Zyx7wv")).total != 1:
        raise RuntimeError("a change was not found")
    return round(time.perf_counter() - started, 2)


def _engine(place: IndexPlace) -> Engine:
    folder = ROOT / "content" / "vocabulary"
    return open_engine(place, {file.stem: Vocabulary.parse(file.read_bytes()) for file in folder.glob("*.yaml")})


def _documents(corpus: SearchCorpus, size: int) -> Iterator[IndexDocument]:
    copies = max(1, size // DIFFERENT)
    for number in range(size // copies):
        document = corpus.document(number)
        yield document
        for copy in range(1, copies):
            name = f"{document.id}-{copy}"
            yield replace(document, uid=f"|{name}", id=name, digest=f"sha256:{copy:02x}{number:062x}")


def measure_growth(folder: Path, engine: str, size: int, kept: Path) -> dict[str, Any]:
    """Return the figures of one engine and size, each step in a process of its own."""
    place = IndexPlace(folder, engine)
    built = _step("build", place, size, "{}", kept)
    counts = json.dumps(built.pop("counts"))
    return built | _step("ask", place, size, counts, kept)


def _step(step: str, place: IndexPlace, size: int, counts: str, kept: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.growth", "--step", step, "--engines", place.engine, "--sizes", str(size)]
    command += ["--folder", str(place.folder), "--counts", counts, "--kept", str(kept)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main() -> None:
    """Measure, compare and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth")
    parser.add_argument("--engines", default="whoosh,tantivy")
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--kept", type=Path, default=KEPT, help="file for what was analysed, so that it is done once")
    parser.add_argument("--step", choices=("build", "ask"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--counts", default="{}", help=argparse.SUPPRESS)
    given = parser.parse_args()
    engines, sizes = given.engines.split(","), [int(size) for size in given.sizes.split(",")]
    if given.step:
        place = IndexPlace(given.folder, engines[0])
        done = (
            build(place, sizes[0], given.kept)
            if given.step == "build"
            else ask(place, sizes[0], json.loads(given.counts))
        )
        print(json.dumps(done))
        return
    for size in sizes:
        found: dict[str, list[tuple[int, list[str]]]] = {}
        for engine in engines:
            with tempfile.TemporaryDirectory() as folder:
                figures = measure_growth(Path(folder), engine, size, given.kept)
            found[engine] = figures.pop("found")
            first = found[engines[0]]
            if [total for total, _ in first] != [total for total, _ in found[engine]]:
                raise RuntimeError(f"with {size} records the engines do not find the same")
            others = sum(one != another for (_, one), (_, another) in zip(first, found[engine], strict=True))
            if engine != engines[0]:
                figures["other_pages"] = others
            told = {f"{key}_{engine}_{name_of(size)}": value for key, value in figures.items()}
            keep(told)
            print("\n".join(f"{key}  {value}{verdict(key, value)}" for key, value in told.items()), flush=True)


if __name__ == "__main__":
    main()
