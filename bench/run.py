# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make bench`: all figures of one run on this machine, as a table and in bench/results.json.

python -m bench.run                                 everything, 1,000 and 10,000 records, ten minutes
python -m bench.run --sizes 200                     a quick look
python -m bench.run --parts search --sizes 1000     some of it; the file keeps what was measured before
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import bench_search
from bench.bench_kickoff import measure_kickoff
from bench.cold_pages import measure_cold_pages
from bench.embedding import measure_embedding
from bench.harvest import measure_harvest
from bench.kept import measure_kept
from bench.maps import measure_maps
from bench.memo_export import measure_memo_exports
from bench.memos import measure_memos
from bench.pages import measure_pages, measure_two_workers
from bench.search_pages import measure_search_pages
from tools.setup.say import say

RESULTS = Path(__file__).resolve().parent / "results.json"
PARTS = ("pages", "memo", "model", "search", "kickoff", "maps", "cold", "harvest", "alone")
"""Pages and memory; memos; the model that makes vectors; the search page without and with a situation; maps; first
views of pages; what others publish; the search alone."""
FEWEST_COLD = 2000
"""First views are measured with so many records at least: a page that walks through all of them shows it then."""
AIMS = {
    "search_p95_ms_whoosh_1k": 50.0,
    "search_p95_ms_whoosh_10k": 80.0,
    "map_p95_ms_1k": 60.0,
    "map_svg_gzipped_bytes_1k": 60_000.0,
    "query_embedding_ms": 20.0,
    "query_embedding_beside_two_readers_ms": 20.0,
    "rss_mb_per_worker_10k": 450.0,
    "cold_record_page_ms_2k": 10.0,
    "cold_record_page_ms_10k": 10.0,
    "kickoff_p95_ms_10k": 300.0,
    "change_to_searchable_ms_10k": 1000.0,
    "memo_pdf_first_s": 3.0,
    "memo_odt_first_s": 3.0,
    "memo_docx_first_s": 3.0,
    "empty_poll_ms": 5.0,
    "memo_export_pdf_40_finds_s": 3.0,
}
"""Milliseconds (or seconds, as the name says) that should not be exceeded on a machine with two cores."""

AT_LEAST = {
    "harvest_records_per_s": 500.0,
    "embedded_passages_per_s": 10.0,
    "record_page_vs_bare_flask": 0.8,
    "not_modified_vs_bare_flask": 0.9,
}
"""What should be reached on one core; the last two are shares of the pace of a bare view of the same size."""

NOTES = """\
Search pages: words alone (search_p95_ms_words), meaning alone and without a page (…_meaning), both as the site answers
(…_whoosh). Generated records have made-up vectors, since computing theirs takes hours; query_embedding and
embedded_passages are about the model itself."""


def main() -> None:
    """Measure, write and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.run")
    parser.add_argument("--sizes", default="1000,10000", help="numbers of records, separated by commas")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"some of {', '.join(PARTS)}")
    given = parser.parse_args()
    parts = given.parts.split(",")
    if not set(parts) <= set(PARTS):
        parser.error(f"--parts takes {', '.join(PARTS)}")
    results = measure_all([int(size) for size in given.sizes.split(",")], parts)
    if set(parts) != set(PARTS) and RESULTS.exists():
        results = json.loads(RESULTS.read_text(encoding="utf-8")) | results
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print("\n".join((*_table(results), "", NOTES)))


def measure_all(sizes: list[int], parts: Collection[str] = PARTS) -> dict[str, Any]:
    """Return the figures of these parts, with the machine they were taken on."""
    results: dict[str, Any] = {"machine": _machine()}
    with tempfile.TemporaryDirectory() as folder:
        results |= _of_own_content(Path(folder), parts)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            results |= _of_size(Path(folder), size, parts)
    if "alone" in parts:
        say("Measuring the search alone …")
        bench_search.SIZES = tuple(sizes)
        results["search_alone"] = bench_search.measure()
    return results


def _of_own_content(folder: Path, parts: Collection[str]) -> dict[str, Any]:
    results: dict[str, Any] = {}
    if "pages" in parts:
        say("Measuring pages …")
        results |= measure_pages(folder)
        results |= measure_two_workers(folder)
        results |= measure_kept(folder)
    if "memo" in parts:
        say("Measuring memos …")
        results |= measure_memos(folder)
        results |= measure_memo_exports(folder)
    if "model" in parts:
        say("Measuring the model …")
        results |= measure_embedding(folder)
    return results


def _of_size(folder: Path, size: int, parts: Collection[str]) -> dict[str, Any]:
    results: dict[str, Any] = {}
    if "search" in parts:
        say(f"Measuring the search page with {size} records …")
        results |= measure_search_pages(folder, size)
    if "kickoff" in parts:
        say(f"Measuring the search with a situation and {size} records …")
        results |= measure_kickoff(folder, size)
    if "maps" in parts:
        say(f"Measuring maps of {size} records …")
        results |= measure_maps(folder / "maps", size)
    if "cold" in parts:
        many = max(size, FEWEST_COLD)
        say(f"Measuring first views of pages with {many} records …")
        results |= measure_cold_pages(folder if many == size else folder / "cold", many)
    if "harvest" in parts:
        say(f"Measuring the harvest of {size} records …")
        results |= measure_harvest(folder / "harvest", size)
    return results


def _machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}


def _table(results: Mapping[str, Any]) -> Iterator[str]:
    width = max(len(key) for key in results)
    for key, value in results.items():
        if isinstance(value, dict):
            continue
        yield f"{key:<{width}}  {value}{_verdict(key, value)}"


def _verdict(key: str, value: float) -> str:
    aim = AIMS.get(key, AT_LEAST.get(key))
    if aim is None:
        return ""
    met = value >= aim if key in AT_LEAST else value <= aim
    return f"   aim {aim:g}: {'met' if met else 'MISSED'} ({value / aim:.2f})"


if __name__ == "__main__":
    main()
