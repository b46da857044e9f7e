# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A fresh node with the content of this repository, asked through the real search service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from app.config import load_settings
from app.search.port import SearchQuery, SearchResult
from tests.prepared import seeded_node


class Shown(NamedTuple):
    """What a question brings up: records ("case-study/hof-landbus"), best first, and words that none is about."""

    found: Sequence[str]
    missing: tuple[str, ...] = ()


def shown(result: SearchResult) -> Shown:
    """Return what is shown of a result."""
    return Shown([f"{hit.kind}/{hit.slug}" for hit in result.hits], result.missing)


def seed_ranking(folder: Path) -> Callable[[str], Shown]:
    """Return a function from a question to what is shown for it."""
    services = seeded_node(load_settings(data=folder / "node"))
    return lambda text: shown(services.search.search(SearchQuery(text=text, size=10)))
