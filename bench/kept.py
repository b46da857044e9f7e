# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What becomes of pages in memory and of the copies that readers have, while another node's records come in."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask, template_rendered

from app.shared.config import load_settings
from app.web.factory import create_app
from app.wiring import Services, wire
from app.wiring.node import Node
from bench.harvest import NOW, PlayedPeer, played_peer
from bench.pages import ROOT, record_paths

_PAUSE = 0.005


def read_beside_harvest(services: Services, peer: PlayedPeer, paths: Sequence[str]) -> Counter[str]:
    """Let a reader who has all these pages ask for them again and again while `services` takes in what `peer` has.

    Returns how many answers were `asked` for, were not sent again (`unchanged`), and how many pages were `made` anew;
    and of the pages themselves how many there are (`pages`) and how many had `changed` in the end.
    """
    app = create_app(services, testing=True)
    reader, counted, over = app.test_client(use_cookies=False), Counter[str](pages=len(paths)), threading.Event()
    tags = {path: reader.get(path).headers["ETag"] for path in paths}

    def read() -> None:
        while not over.is_set():
            for path in paths:
                counted["asked"] += 1
                counted["unchanged"] += reader.get(path, headers={"If-None-Match": tags[path]}).status_code == 304
                time.sleep(_PAUSE)

    def made(_sender: Flask, **_: object) -> None:
        counted["made"] += 1

    seen = services.harvest.look(peer.issuer)
    services.harvest.add(seen, federation_key=seen.federation_key)
    with template_rendered.connected_to(made, app):
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        report = services.harvest.harvest(peer.issuer, seconds=3600)
        over.set()
        thread.join()
    if report.taken != len(peer.statements):
        raise RuntimeError(f"{report.taken} taken: {report.error}")
    counted["changed"] = sum(reader.get(path).headers["ETag"] != tag for path, tag in tags.items())
    return counted


def measure_kept(folder: Path, size: int = 1000) -> dict[str, Any]:
    """Return what a harvest of `size` records costs those who read the records of this repository."""
    peer = played_peer(size)
    services = wire(load_settings(data=folder / "kept", meaning="off"), lambda: NOW, peer)
    try:
        Node(services).init(ROOT / "content", lambda _step: lambda _done, _all: None)
        services.neighbours.work_out(lambda: False)
        found = read_beside_harvest(services, peer, record_paths())
    finally:
        services.close()
    return {f"pages_{name}_beside_harvest": number for name, number in sorted(found.items())}
