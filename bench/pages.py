"""The pages of a node with the contents of this repository, and what a page costs at the least."""

from __future__ import annotations

import sys
import time
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any

from bench.memory import workers_megabytes
from bench.timing import Timing, measure
from tools.serving_node import serving

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 500
TURNS = 5
ONE_WORKER = {"NODE_WORKERS": "1"}


def measure_pages(folder: Path) -> dict[str, Any]:
    """Return figures of record page, start page, bare view, start and memory; the node lies in `folder`."""
    data = folder / "node"
    with serving(data, ONE_WORKER) as node:
        first = node.seconds
    with serving(data, ONE_WORKER) as node:
        record = measure(node.url, record_paths(), rounds=ROUNDS, warm_up=2 * len(record_paths()))
        start = measure(node.url, ["/"], rounds=ROUNDS)
        megabytes = workers_megabytes(node.process.pid)
        again = node.seconds
        bare, ratios = _beside_bare(folder, node.url, record.size)
    return {
        "record_page_p50_ms": record.p50,
        "record_page_p95_ms": record.p95,
        "record_page_bytes": record.size,
        "start_page_p50_ms": start.p50,
        "bare_flask_p50_ms": bare.p50,
        "bare_flask_p95_ms": bare.p95,
        **ratios,
        "start_up_first_s": round(first, 2),
        "start_up_again_s": round(again, 2),
        "memory_per_worker_mb": megabytes[0],
    }


def measure_two_workers(folder: Path) -> dict[str, Any]:
    """Return the memory of each of two workers, which share what was read before they were made."""
    with serving(folder / "node", {"NODE_WORKERS": "2"}) as node:
        for _ in range(10):
            measure(node.url, record_paths(), rounds=20, warm_up=0)
        time.sleep(0.5)
        return {"memory_two_workers_mb": workers_megabytes(node.process.pid)}


def record_paths() -> list[str]:
    """Return the addresses of the case studies that this repository ships."""
    return [f"/fallstudien/{folder.name}" for folder in sorted((ROOT / "content" / "case-studies").iterdir())]


def _beside_bare(folder: Path, url: str, size: int) -> tuple[Timing, dict[str, float]]:
    """Return what a bare view takes, and how much of its pace pages out of memory and unchanged ones have.

    Both servers are asked in turn, so that whatever else the machine does slows both.
    """
    command = (sys.executable, "-m", "gunicorn", "--config", "python:bench.bare_server", "bench.bare:application")
    page = record_paths()[:1]
    with urllib.request.urlopen(url + page[0]) as answer:
        known = {"If-None-Match": answer.headers["ETag"]}
    with serving(folder / "bare", {**ONE_WORKER, "BENCH_PAGE_BYTES": str(size)}, command=command) as server:
        shares: dict[str, list[float]] = {"record_page_vs_bare_flask": [], "not_modified_vs_bare_flask": []}
        for _ in range(TURNS):
            bare = measure(server.url, ["/"], rounds=ROUNDS)
            record = measure(url, page, rounds=ROUNDS)
            unchanged = measure(url, page, rounds=ROUNDS, headers=known, status=304)
            shares["record_page_vs_bare_flask"].append(bare.p50 / record.p50)
            shares["not_modified_vs_bare_flask"].append(bare.p50 / unchanged.p50)
    return bare, {name: round(median(found), 2) for name, found in shares.items()}
