"""The search page of a node with many generated records, and how soon a change is found on it."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from app.search.analysis.lexicon import load_lexicon
from app.search.document import uid_of
from app.shared.config import load_settings
from app.wiring import Services
from bench.corpus import case_study, write_corpus
from bench.generated import NodeWith, name_of
from bench.memory import workers_megabytes, workers_taken
from bench.search_corpus import SearchCorpus, queries
from bench.timing import measure, percentile
from bench.vectors import meaning_of
from tools.serving_node import ServingNode, serving

QUERIES = 200
CHANGES = 10
PATIENCE = 60.0
_DISTRICT = "ort_art=district&ort_land=HE&einwohner=90000&monate=12&stand=idea"
SITUATIONS = (_DISTRICT, f"{_DISTRICT}&nur_offen=1", f"{_DISTRICT}&nur_beziehbar=1&naehe=10", "ort_groesse=lt5k")
"""What those who start a project add to their words."""


def measure_search_pages(folder: Path, size: int) -> dict[str, Any]:
    """Return figures of a node with `size` records in `folder`; keys end in the size."""
    made, name = NodeWith(folder, size), name_of(size)
    write_corpus(folder / "content", size)
    asked = queries(SearchCorpus(load_lexicon()), QUERIES)
    paths = [f"/suche?q={quote(text)}" for text in asked]
    with serving(made.data, made.settings("off"), seconds=3600) as node:
        first = node.seconds
    with serving(made.data, made.settings("off")) as node:
        words = measure(node.url, paths, rounds=QUERIES)
        words_megabytes = workers_megabytes(node.process.pid)
    passages = made.make()
    meaning = _by_meaning(made.data, asked)
    with serving(made.data, made.settings("auto")) as node:
        pages = measure(node.url, paths, rounds=QUERIES)
        situated = [f"{path}&{SITUATIONS[number % len(SITUATIONS)]}" for number, path in enumerate(paths)]
        kickoff = measure(node.url, situated, rounds=QUERIES)
        changes = changes_found(node, made.data)
        taken = workers_taken(node.process.pid)[0]
        again = node.seconds
    return {
        f"search_p95_ms_words_{name}": words.p95,
        f"search_p95_ms_meaning_{name}": percentile(meaning, 95),
        f"passages_{name}": passages,
        f"search_p50_ms_whoosh_{name}": pages.p50,
        f"search_p95_ms_whoosh_{name}": pages.p95,
        f"kickoff_p50_ms_{name}": kickoff.p50,
        f"kickoff_p95_ms_{name}": kickoff.p95,
        f"change_to_searchable_ms_{name}": round(statistics.median(changes), 1),
        f"change_to_searchable_max_ms_{name}": round(max(changes), 1),
        f"start_up_first_s_{name}": round(first, 2),
        f"start_up_again_s_{name}": round(again, 2),
        f"memory_per_worker_mb_{name}": words_megabytes[0],
        f"rss_mb_per_worker_{name}": taken.proportional,
        f"private_mb_per_worker_{name}": taken.private,
        f"mapped_mb_for_all_workers_{name}": taken.mapped,
    }


def _by_meaning(data: Path, asked: Sequence[str]) -> list[float]:
    """Milliseconds to embed each question and to bring all records into the order of its meaning, without a page."""
    services = Services(load_settings(data=data, meaning="auto"))
    try:
        meaning, uids = meaning_of(services), tuple(map(uid_of, services.search.searched()))
        places, took = (1 << len(uids)) - 1, []
        meaning.nearness("Bürgerbeteiligung")
        for text in asked:
            started = time.perf_counter()
            nearness = meaning.nearness(text)
            if nearness is None or not nearness.ordered(uids, places, {}, 10):
                raise RuntimeError("no vector can be compared")
            took.append((time.perf_counter() - started) * 1000)
        return took
    finally:
        services.close()


def changes_found(node: ServingNode, data: Path) -> list[float]:
    """Publish changes from another process than the site's and ask the site until it finds them."""
    services = Services(load_settings(data=data))
    connection = http.client.HTTPConnection(urlsplit(node.url).netloc, timeout=PATIENCE)
    try:
        return [_change(services, connection, number) for number in range(CHANGES)]
    finally:
        connection.close()
        services.close()


def _change(services: Services, connection: http.client.HTTPConnection, number: int) -> float:
    word, slug = f"Zyx{number}wv", f"muster-{number:05d}"
    text = case_study(number, title=f"Neuigkeit {word}").encode()
    started = time.perf_counter()
    services.repository.write(
        {f"case-studies/{slug}/index.md": text},
        message="Change a record",
        expected_head=services.repository.head(),
        author="bench",
    )
    while time.perf_counter() - started < PATIENCE:
        connection.request("GET", f"/suche?q={word}")
        if f"/fallstudien/{slug}".encode() in connection.getresponse().read():
            return (time.perf_counter() - started) * 1000
    raise RuntimeError(f"{word} was not found within {PATIENCE} s")
