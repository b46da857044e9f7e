"""How long a reuse memo takes as a document: the first one of a process, and those after it.

    python -m bench.memo_export

Finds are the published records of this repository with their sources, each with a reason of three sentences.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.documents.writing.exports import ExportKind
from app.kickoff.memo.memo import Decision, Find, ReuseMemo, SearchDone, SeenHit
from app.shared.config import load_settings
from app.wiring import Services
from app.wiring.node import Node, Readiness

ROOT = Path(__file__).resolve().parent.parent
KINDS = (ExportKind.PDF, ExportKind.ODT, ExportKind.DOCX)
FINDS = (3, 40)
SEEN = 10
ROUNDS = 3
REASON = "Passt zur Größe des Kreises. Der Betrieb ist geklärt. Offen ist, wer die Sensoren wartet."


def measure_memo_exports(folder: Path) -> dict[str, Any]:
    """Return seconds for each format; the node lies in `folder` and is made where it is missing.

    `cold` is the first document of a process, with the fewest finds.
    """
    services = Services(load_settings(data=folder / "node"))
    try:
        node = Node(services)
        if node.state() is Readiness.EMPTY:
            node.init(ROOT / "content", lambda _step: lambda _done, _all: None)
        return dict(_figures(services))
    finally:
        services.close()


def _figures(services: Services) -> Iterator[tuple[str, float]]:
    small, large = (memo_with(services, finds) for finds in FINDS)
    for kind in KINDS:
        yield f"memo_export_{kind}_cold_s", _seconds(services, small, kind)
    for finds, memo in zip(FINDS, (small, large), strict=True):
        for kind in KINDS:
            took = statistics.median(_seconds(services, memo, kind) for _ in range(ROUNDS))
            yield f"memo_export_{kind}_{finds}_finds_s", round(took, 3)


def memo_with(services: Services, finds: int) -> ReuseMemo:
    """Return a memo with so many records, in turn taken, rejected and noted."""
    pins = [services.memos.pin(entry) for entry in services.catalogue.heads()[:finds]]
    decisions: Sequence[Decision] = tuple(Decision)
    seen = tuple(SeenHit(home=pin.home, id=pin.id, ver=pin.ver, title=pin.title, lang=pin.lang) for pin in pins[:SEEN])
    return ReuseMemo(
        at=services.clock(),
        site=services.settings.name,
        issuer=services.settings.issuer,
        question="Wie warnt ein Landkreis vor Starkregen?",
        searches=(SearchDone(at=services.clock(), text="Starkregen Warnung", found=len(pins), hits=seen),),
        finds=tuple(
            Find(record=pin, decision=decisions[number % len(decisions)], reason=REASON)
            for number, pin in enumerate(pins)
        ),
    )


def _seconds(services: Services, memo: ReuseMemo, kind: ExportKind) -> float:
    started = time.perf_counter()
    services.memos.exports.export(memo, kind, "de")
    return round(time.perf_counter() - started, 3)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure_memo_exports(Path(folder)), indent=2))


if __name__ == "__main__":
    main()
