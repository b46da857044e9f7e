"""Measure the search at the start of a project, with reading the records that a page shows, but without the page.

    python -m bench.bench_kickoff            10,000 records, about ten minutes for building them
    BENCH_KICKOFF_SIZE=500 python -m bench.bench_kickoff

A page is one question with a situation: ten hits re-ranked, their records read, their lessons grouped.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from app.kickoff.situation import SMALL_PLACES, Situation
from app.reuse.place import Place
from app.search.analysis.lexicon import load_lexicon
from app.search.query import SearchQuery
from app.shared.config import load_settings
from app.wiring import Services
from app.wiring.node import Node
from bench.corpus import write_corpus
from bench.search_corpus import SearchCorpus, queries
from bench.timing import percentile

SIZE = int(os.environ.get("BENCH_KICKOFF_SIZE", "10000"))
QUERIES = 200
AIM_P95_MS = 300.0
_DISTRICT = Situation(place=Place(state="HE", kind="district", population=90_000), phase="idea", months=12)
SITUATIONS = (
    _DISTRICT,
    replace(_DISTRICT, open_source_only=True),
    replace(_DISTRICT, obtainable_only=True, slider=10),
    SMALL_PLACES,
)


def measure_kickoff(folder: Path, size: int) -> dict[str, Any]:
    """Return figures of the node in `folder`, made with `size` records where it is missing; keys end in the size."""
    name = f"{size // 1000}k" if size % 1000 == 0 else str(size)
    if not (folder / "node").exists():
        _make(folder, size)
    asked = queries(SearchCorpus(load_lexicon()), QUERIES)
    plain = _times(folder, lambda services, number: _search(services, asked[number]))
    pages = _times(folder, lambda services, number: _page(services, asked[number], SITUATIONS[number % 4]))
    return {
        f"kickoff_service_p50_ms_{name}": percentile(pages, 50),
        f"kickoff_service_p95_ms_{name}": percentile(pages, 95),
        f"kickoff_plain_search_p50_ms_{name}": percentile(plain, 50),
        f"kickoff_plain_search_p95_ms_{name}": percentile(plain, 95),
    }


def _make(folder: Path, size: int) -> None:
    write_corpus(folder / "content", size)
    services = Services(load_settings(data=folder / "node"))
    Node(services).init(folder / "content", lambda _step: lambda _done, _all: None)
    services.close()


def _times(folder: Path, ask: Callable[[Services, int], None]) -> Sequence[float]:
    """Milliseconds of each question, asked once on a node that has just been started and warmed up."""
    services = Services(load_settings(data=folder / "node"))
    try:
        services.vocabularies.refresh()
        services.warm_up()
        _page(services, "Bürgerbeteiligung", _DISTRICT)
        return [_milliseconds(partial(ask, services, number)) for number in range(QUERIES)]
    finally:
        services.close()


def _search(services: Services, text: str) -> None:
    services.search.search(SearchQuery(text=text))


def _page(services: Services, text: str, situation: Situation) -> None:
    services.kickoff.search(SearchQuery(text=text), situation)


def _milliseconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Measure and print, with the aim."""
    with tempfile.TemporaryDirectory() as folder:
        results = measure_kickoff(Path(folder), SIZE)
    print(json.dumps(results | {"aim_p95_ms": AIM_P95_MS}, indent=2))


if __name__ == "__main__":
    main()
