"""The first view of a record's page, which must not grow with the collection."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bench.generated import NodeWith, name_of
from bench.timing import measure
from tools.serving_node import serving

PAGES = 300
_SETTLED = 75.0
"""Seconds after the start until what a node does once a day, and with a new collection, is done."""


def measure_cold_pages(folder: Path, size: int) -> dict[str, Any]:
    """Return what the first view of a page takes on a node in `folder` with `size` records; the key ends in these."""
    node = NodeWith(folder, size)
    node.make()
    with serving(node.data, node.settings(meaning="auto")) as site:
        time.sleep(_SETTLED)
        cold = measure(site.url, node.pages(PAGES + 30), rounds=PAGES, warm_up=30)
    return {f"cold_record_page_ms_{name_of(size)}": cold.p50, f"cold_record_page_p95_ms_{name_of(size)}": cold.p95}
