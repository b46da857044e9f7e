# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make bench`: all figures of one run on this machine, as a table and in bench/results.json.

python -m bench.run                    1,000 and 10,000 records, ten minutes
python -m bench.run --sizes 200        a quick look
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import bench_search
from bench.memos import measure_memos
from bench.pages import measure_pages, measure_two_workers
from bench.search_pages import measure_search_pages
from tools.setup.say import say

RESULTS = Path(__file__).resolve().parent / "results.json"
AIMS = {
    "search_p95_ms_whoosh_1k": 30.0,
    "search_p95_ms_whoosh_10k": 150.0,
    "kickoff_page_p95_ms_10k": 300.0,
    "change_to_searchable_ms_10k": 1000.0,
    "memo_pdf_first_s": 3.0,
    "memo_odt_first_s": 3.0,
    "memo_docx_first_s": 3.0,
}
"""Milliseconds (or seconds, as the name says) that should not be exceeded on a machine with two cores."""


def main() -> None:
    """Measure, write and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.run")
    parser.add_argument("--sizes", default="1000,10000", help="numbers of records, separated by commas")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    results = measure_all(sizes)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print("\n".join(_table(results)))


def measure_all(sizes: list[int]) -> dict[str, Any]:
    """Return every figure, with the machine it was taken on."""
    results: dict[str, Any] = {"machine": _machine()}
    with tempfile.TemporaryDirectory() as folder:
        say("Measuring pages …")
        results |= measure_pages(Path(folder))
        results |= measure_two_workers(Path(folder))
        results |= measure_memos(Path(folder))
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            say(f"Measuring the search page with {size} records …")
            results |= measure_search_pages(Path(folder), size)
    say("Measuring the search alone …")
    bench_search.SIZES = tuple(sizes)
    return results | {"search_alone": bench_search.measure()}


def _machine() -> dict[str, Any]:
    return {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}


def _table(results: Mapping[str, Any]) -> Iterator[str]:
    width = max(len(key) for key in results)
    for key, value in results.items():
        if isinstance(value, dict):
            continue
        aim = AIMS.get(key)
        verdict = "" if aim is None else f"   aim {aim:g}: {'met' if value <= aim else 'MISSED'} ({value / aim:.2f})"
        yield f"{key:<{width}}  {value}{verdict}"


if __name__ == "__main__":
    main()
