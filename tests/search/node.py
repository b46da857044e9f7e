# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A fresh node with the content of this repository, asked through the real search service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.bootstrap import bootstrap
from app.bootstrap.node import Node
from app.config import PROJECT_ROOT, load_settings
from app.search.port import SearchQuery


def seed_ranking(folder: Path) -> Callable[[str], Sequence[str]]:
    """Return a function from a question to the found records ("case-study/hof-landbus"), best first."""
    services = bootstrap(load_settings(data=folder / "node"))
    Node(services).init(PROJECT_ROOT / "content", lambda _step: lambda _done, _all: None)

    def ranking(text: str) -> Sequence[str]:
        hits = services.search.search(SearchQuery(text=text, size=10)).hits
        return [f"{hit.kind}/{hit.slug}" for hit in hits]

    return ranking
