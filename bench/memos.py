"""What a reuse memo costs: its page, and each document from pressing the button to the last byte."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import requests
from lxml import html

from bench.pages import ONE_WORKER
from bench.timing import percentile
from tools.serving_node import serving

KINDS = ("odt", "docx", "pdf", "md")
ROUNDS = 5
FINDS = 10
"""As many as a page of hits shows; each brings its sources along."""
REASON = "Gleiche Aufgabe, andere Größe. Wer den Betrieb bezahlt, ist noch zu klären. " * 6


def measure_memos(folder: Path) -> dict[str, Any]:
    """Return seconds of a memo with FINDS finds on the node in `folder`; the first document of a process apart."""
    with serving(folder / "node", ONE_WORKER) as node:
        asker = requests.Session()
        page, address, form = _draft(asker, node.url)
        results = {"memo_page_p50_ms": page}
        for kind in KINDS:
            times = [_export(asker, address, {**form, "tun": f"herunterladen:{kind}"}) for _ in range(ROUNDS + 1)]
            results[f"memo_{kind}_first_s"] = round(times[0], 2)
            results[f"memo_{kind}_p50_s"] = round(percentile(times[1:], 50), 2)
    return results


def _draft(asker: requests.Session, url: str) -> tuple[float, str, dict[str, str]]:
    """Return milliseconds and address of the memo's page, and what its form holds with every reason written."""
    found = asker.get(f"{url}/suche", params={"q": "Daten"}, timeout=60).text
    ids = list(dict.fromkeys(re.findall(r"gemerkt=([0-9a-f-]{36})", found)))[:FINDS]
    address = f"{url}/auswahl?q=Daten&{'&'.join(f'gemerkt={record}' for record in ids)}"
    times, text = [], ""
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        text = asker.get(address, timeout=60).text
        times.append((time.perf_counter() - begun) * 1000)
    form = html.document_fromstring(text).xpath("//form[contains(@class, 'memo')]")[0]
    fields = {name: value or (REASON if name.endswith("_text") else "") for name, value in form.form_values()}
    return percentile(times, 50), address, fields


def _export(asker: requests.Session, address: str, fields: dict[str, str]) -> float:
    begun = time.perf_counter()
    answer = asker.post(address, files={name: (None, value) for name, value in fields.items()}, timeout=60)
    seconds = time.perf_counter() - begun
    if "attachment" not in answer.headers.get("Content-Disposition", ""):
        raise RuntimeError(f"no document: {answer.status_code}")
    return seconds
