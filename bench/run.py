"""`make bench`: all figures of one run on this machine, as a table and in bench/results.json.

python -m bench.run                                 everything, 1,000 and 10,000 records, ten minutes
python -m bench.run --sizes 200                     a quick look
python -m bench.run --parts search --sizes 1000     some of it; the file keeps what was measured before
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import bench_search
from bench.aims import keep, verdict
from bench.bench_kickoff import measure_kickoff
from bench.cold_pages import measure_cold_pages
from bench.embedding import measure_embedding
from bench.harvest import measure_harvest
from bench.maps import measure_maps
from bench.memo_export import measure_memo_exports
from bench.memos import measure_memos
from bench.pages import measure_pages, measure_two_workers
from bench.search_pages import measure_search_pages
from tools.setup.say import say

PARTS = ("pages", "memo", "model", "search", "kickoff", "maps", "cold", "harvest", "alone")
"""Pages and memory; memos; the model that makes vectors; the search page without and with a situation; maps; first
views of pages; what others publish; the search alone."""
FEWEST_COLD = 2000
"""First views are measured with so many records at least: a page that walks through all of them shows it then."""
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
    results = keep(results, anew=set(parts) == set(PARTS))
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
        yield f"{key:<{width}}  {value}{verdict(key, value)}"


if __name__ == "__main__":
    main()
