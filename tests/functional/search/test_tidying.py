# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Small segments are merged while nobody waits for it, and by a commit only when nobody has come to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.search.analysis.analyser import GermanAnalyser
from app.search.plan import QueryPlanner
from app.search.port import Cursor
from app.search.query import SearchQuery
from app.search.whoosh_engine.files import FAR_TOO_MANY, MOST_SEGMENTS
from app.search.whoosh_engine.index import WhooshIndex
from tests.contract.search_documents import CORPUS, document


@pytest.fixture
def index(tmp_path: Path, german: GermanAnalyser, planner: QueryPlanner) -> WhooshIndex:
    index = WhooshIndex(tmp_path, german, planner, contents="test")
    index.replace(CORPUS, Cursor(1))
    return index


def publish(index: WhooshIndex, times: int) -> None:
    for number in range(times):
        index.apply([document(900 + number % 3, f"Wald {number}")], [], Cursor(2 + number))


def segments(index: WhooshIndex) -> int:
    return index._snapshot().segments


def test_what_was_published_is_merged_afterwards_and_found_as_before(index: WhooshIndex) -> None:
    publish(index, MOST_SEGMENTS + 2)
    before, cursor, asked = segments(index), index.cursor(), SearchQuery(text="Wald")
    found, digests = index.search(asked), sorted(index.digests())
    assert before > MOST_SEGMENTS
    index.tidy()
    assert segments(index) <= MOST_SEGMENTS
    assert (index.cursor(), sorted(index.digests())) == (cursor, digests)
    assert index.search(asked) == found
    assert found.total == 3


def test_nothing_is_written_where_there_are_few(index: WhooshIndex, tmp_path: Path) -> None:
    publish(index, 2)
    before = sorted((path.name, path.stat().st_mtime_ns) for path in tmp_path.iterdir())
    index.tidy()
    assert sorted((path.name, path.stat().st_mtime_ns) for path in tmp_path.iterdir()) == before


def test_a_second_process_that_comes_too_late_writes_nothing(index: WhooshIndex) -> None:
    publish(index, MOST_SEGMENTS + 2)
    index.tidy()
    generation = index.state()
    index._files.tidy()
    assert index.state() == generation


def test_commits_merge_by_themselves_where_nobody_does(index: WhooshIndex) -> None:
    publish(index, FAR_TOO_MANY + 6)
    assert MOST_SEGMENTS < segments(index) <= FAR_TOO_MANY + 1
    before = segments(index)
    index.tidy()
    assert segments(index) < before
