"""The file of all figures, and what each of them should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results.json"
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
    # A hundred nodes asked every quarter of an hour then take 0.2 % of a core; most of it is verifying three signatures
    # and four small transactions.
    "empty_poll_ms": 20.0,
    "empty_poll_requests": 3.0,
    "publication_ms": 10.0,
    "quiet_round_100_core_percent": 1.0,
    "quiet_round_100_new_rows": 0.0,
    "memo_export_pdf_40_finds_s": 3.0,
    "search_p95_ms_tantivy_100k": 20.0,
    "rss_mb_tantivy_100k": 400.0,
    "start_s_tantivy_100k": 5.0,
    "catch_up_100_s_tantivy_100k": 2.0,
}
"""Milliseconds (or seconds, as the name says) that should not be exceeded on a machine with two cores."""

AT_LEAST = {
    "harvest_records_per_s": 500.0,
    "harvest_indexed_per_s": 150.0,
    "embedded_passages_per_s": 10.0,
    "record_page_vs_bare_flask": 0.8,
    "not_modified_vs_bare_flask": 0.9,
}
"""What should be reached on one core; the last two are shares of the pace of a bare view of the same size."""


def keep(results: dict[str, Any], *, anew: bool = False) -> dict[str, Any]:
    """Write figures to the file, beside those that stand there unless it is made `anew`; returns what it has now."""
    if not anew and RESULTS.exists():
        results = json.loads(RESULTS.read_text(encoding="utf-8")) | results
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return results


def verdict(key: str, value: float) -> str:
    """Return how a figure stands to its aim, "" where it has none."""
    aim = AIMS.get(key, AT_LEAST.get(key))
    if aim is None:
        return ""
    met = value >= aim if key in AT_LEAST else value <= aim
    return f"   aim {aim:g}: {'met' if met else 'MISSED'} ({value / aim if aim else value:.2f})"
