"""A worker of the site whose repository, catalogue and index hold so and so many records, search by words.

    python -m bench.whole_node --size 100000 --engine tantivy --folder /var/tmp/large

`bench.growth` measures the search alone. This one fills a node as an operator would and asks the site for pages. What
stands in the folder is used again, so that the hour of filling is spent once. Each record has a text of its own.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from app.search.analysis.lexicon import load_lexicon
from bench.aims import keep, verdict
from bench.corpus import write_corpus
from bench.generated import NodeWith, name_of
from bench.memory import workers_taken
from bench.search_corpus import SearchCorpus, queries
from bench.search_pages import QUERIES, changes_found
from bench.timing import answers, measure
from tools.serving_node import serving
from tools.setup.say import say

PAGES = 300
HOURS = 6 * 3600.0
"""Seconds that filling may take."""
PATIENCE = 300.0
"""Seconds that a page may be put together."""
WALKS = {
    "start_page": "/",
    "list": "/fallstudien",
    "map": "/karte",
    "feed": "/feed.atom",
    "sitemap": "/sitemap.xml",
    "api_list": "/api/v1/records",
    "catalogue": "/catalog.ttl",
    "stopped": "/eingestellt",
    "oai": "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "network": "/netz",
}
"""What shows some or all of the collection; each is asked before anything is remembered of it."""


def measure_whole_node(folder: Path, size: int, engine: str) -> dict[str, Any]:
    """Return the figures; the node lies in `folder` and is made where it is missing."""
    made = NodeWith(folder, size)
    settings = {**made.settings("off"), "NODE_SEARCH": engine}
    figures: dict[str, Any] = {}
    if not (folder / "content").exists():
        write_corpus(folder / "content", size)
    if not made.data.exists():
        say(f"Filling a node with {size} records …")
        with serving(made.data, settings, seconds=HOURS) as node:
            figures["first_start_s"] = round(node.seconds, 1)
    # Filled once from a folder, it goes on without: to compare 100,000 files takes each start longer than all else.
    with serving(made.data, {**settings, "NODE_CONTENT": ""}) as node:
        figures["start_s"] = round(node.seconds, 2)
        for name, path in WALKS.items():
            took, length = _first(node.url, path)
            figures |= {f"{name}_first_ms": round(took), f"{name}_kb": round(length / 1000)}
        asked = queries(SearchCorpus(load_lexicon()), QUERIES)
        search = measure(node.url, [f"/suche?q={quote(text)}" for text in asked], rounds=QUERIES)
        views = measure(node.url, made.pages(PAGES + 20), rounds=PAGES)
        figures |= {"search_page_p50_ms": search.p50, "search_page_p95_ms": search.p95}
        figures |= {"first_view_p50_ms": views.p50, "first_view_p95_ms": views.p95}
        found = changes_found(node, made.data)
        figures |= {"change_found_ms": round(statistics.median(found)), "change_found_max_ms": round(max(found))}
        taken = workers_taken(node.process.pid)[0]
        figures |= {"worker_mb": taken.proportional, "worker_private_mb": taken.private}
    return figures


def _first(url: str, path: str) -> tuple[float, int]:
    """Return the milliseconds until a page is there, and its bytes; 503 says that it is still being put together."""
    started = time.perf_counter()
    while True:
        with suppress(RuntimeError):
            [(_, body)] = answers(url, [path])
            return (time.perf_counter() - started) * 1000, len(body)
        if time.perf_counter() - started > PATIENCE:
            raise RuntimeError(f"{path} was not there within {PATIENCE} s")
        time.sleep(0.1)


def main() -> None:
    """Measure, keep and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.whole_node")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--engine", default="tantivy", choices=("tantivy", "whoosh"))
    parser.add_argument("--folder", type=Path, help="keeps the node; a temporary folder where nothing is said")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        started = time.perf_counter()
        found = measure_whole_node(given.folder or Path(temporary), given.size, given.engine)
        told = {f"node_{key}_{given.engine}_{name_of(given.size)}": value for key, value in found.items()}
        keep(told)
        print("\n".join(f"{key}  {value}{verdict(key, value)}" for key, value in told.items()))
        say(f"Took {time.perf_counter() - started:.0f} s.")


if __name__ == "__main__":
    main()
