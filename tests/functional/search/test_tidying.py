"""Small segments are merged between publications."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.search import whoosh_files as files
from app.search.analysis.analyser import GermanAnalyser
from app.search.plan import QueryPlanner
from app.search.port import Cursor
from app.search.query import SearchQuery
from app.search.whoosh_files import MAX_SEGMENTS
from app.search.whoosh_index import WhooshIndex
from tests.contract.search_documents import document


@pytest.fixture
def index(tmp_path: Path, german: GermanAnalyser, planner: QueryPlanner) -> WhooshIndex:
    return WhooshIndex(tmp_path, german, planner, contents="test")


def filled(index: WhooshIndex, batches: int, size: int) -> None:
    for batch in range(batches):
        documents = [document(1000 + batch * size + number, f"Wald {batch} {number}") for number in range(size)]
        index.apply(documents, [], Cursor(1 + batch))


@pytest.mark.parametrize("size", [1, 60])
def test_many_segments_become_few_with_all_that_they_held_and_then_nothing_changes(
    index: WhooshIndex, size: int
) -> None:
    filled(index, MAX_SEGMENTS + 2, size)
    index.tidy()
    assert len(index._snapshot().leaves) == MAX_SEGMENTS
    assert index.search(SearchQuery(text="Wald")).total == (MAX_SEGMENTS + 2) * size
    state = index.state()
    index.tidy()
    assert index.state() == state


def test_large_segments_stay_and_no_commit_is_made_for_them(
    index: WhooshIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(index, MAX_SEGMENTS + 2, 5)
    monkeypatch.setattr(files, "MAX_MERGED", 10)
    state = index.state()
    index.tidy()
    assert index.state() == state


def test_a_full_disk_while_merging_leaves_the_index_as_it_was(
    index: WhooshIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(index, MAX_SEGMENTS + 2, 1)
    state = index.state()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "SegmentReader", full)
        with pytest.raises(OSError, match="No space"):
            index.tidy()
    assert index.state() == state
    filled(index, 1, 1)
    assert index.search(SearchQuery(text="Wald")).total == MAX_SEGMENTS + 2
