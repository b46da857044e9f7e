"""The index of Whoosh: small segments are merged, and other threads and processes disturb nobody who reads."""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.search import whoosh_files as files
from app.search.analysis.analyser import GermanAnalyser
from app.search.copies import own_before_others
from app.search.plan import QueryPlanner
from app.search.port import Cursor
from app.search.query import SearchQuery
from app.search.whoosh_files import MAX_SEGMENTS, IndexFiles, Reader
from app.search.whoosh_index import WhooshIndex, WhooshSnapshot
from tests.contract.search_documents import document, some


@pytest.fixture
def index(tmp_path: Path, german: GermanAnalyser, planner: QueryPlanner) -> WhooshIndex:
    return WhooshIndex(tmp_path, german, planner, contents="test")


def filled(index: WhooshIndex, batches: int, size: int) -> None:
    for batch in range(batches):
        documents = [document(1000 + batch * size + number, f"Wald {batch} {number}") for number in range(size)]
        index.apply(documents, [], Cursor(1 + batch))


def test_many_segments_become_few_with_all_that_they_held_and_then_nothing_changes(index: WhooshIndex) -> None:
    filled(index, MAX_SEGMENTS + 2, 10)
    index.tidy()
    assert len(index._snapshot().leaves) == MAX_SEGMENTS
    assert index.search(SearchQuery(text="Wald")).total == (MAX_SEGMENTS + 2) * 10
    state = index.state()
    index.tidy()
    assert index.state() == state


def test_a_disk_full_while_merging_leaves_the_index_alone(index: WhooshIndex, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_an_index_that_was_replaced_while_it_was_opened_is_read_again_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, german: GermanAnalyser, planner: QueryPlanner, index: WhooshIndex
) -> None:
    elsewhere = WhooshIndex(tmp_path, german, planner, contents="test")
    index.replace([document(number, f"Wald {number}") for number in range(9)], Cursor(1))
    opened = IndexFiles.reader

    def overtaken(files: IndexFiles) -> Reader:
        reader = opened(files)
        monkeypatch.setattr(IndexFiles, "reader", opened)
        elsewhere.replace([document(1, "Straße")], Cursor(2))
        return reader

    monkeypatch.setattr(IndexFiles, "reader", overtaken)
    assert index.cursor() == Cursor(1)
    assert index.cursor() == Cursor(2)
    # Numbers of the old state would mean other documents by now, or none.
    index.apply([document(8, "Wald")], ["|1"], Cursor(3))
    assert len(dict(index.digests())) == 1


def test_threads_that_search_and_look_up_do_not_move_each_other_in_files(tmp_path: Path, index: WhooshIndex) -> None:
    index.replace([some(number, f"Musterort {number}") for number in range(60)], Cursor(60))
    snapshot = WhooshSnapshot(IndexFiles(tmp_path).reader(), {}, own_before_others)
    failed: list[BaseException] = []
    uids, terms = [head.uid for head in snapshot.held()], ("musterort", "wald", "bus")
    end = time.monotonic() + 2

    def again(read: Callable[[int], object]) -> None:
        number = 0
        try:
            while time.monotonic() < end and not failed:
                number += 1
                read(number)
        except Exception as error:  # noqa: BLE001 - the library stumbles over anything then
            failed.append(error)

    def look_up(number: int) -> None:
        assert len(snapshot.documents_with_uid(uids[number % 60])) == 1

    def ask_state(_number: int) -> None:
        vars(snapshot).pop("state", None)
        assert snapshot.state[0] == Cursor(60)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        reads = (lambda number: snapshot._weights(terms[number % 3]), look_up, ask_state, look_up)
        threads = [threading.Thread(target=again, args=(read,)) for read in reads]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert failed == []
