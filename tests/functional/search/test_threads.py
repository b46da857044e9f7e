"""Threads that search while another one looks up what it is about to write."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.search.analysis.analyser import GermanAnalyser
from app.search.copies import own_before_others
from app.search.plan import QueryPlanner
from app.search.port import Cursor
from app.search.whoosh_files import IndexFiles
from app.search.whoosh_index import WhooshIndex, WhooshSnapshot
from tests.contract.search_documents import document

WORDS = ("Rufbus", "Starkregen", "Schule", "Nahverkehr")


@pytest.fixture
def snapshot(tmp_path: Path, german: GermanAnalyser, planner: QueryPlanner) -> WhooshSnapshot:
    found = [document(number, f"{WORDS[number % 4]} in Musterort {number}") for number in range(60)]
    WhooshIndex(tmp_path, german, planner).replace(found, Cursor(60))
    return WhooshSnapshot(IndexFiles(tmp_path).reader(), {}, own_before_others)


def test_they_do_not_move_each_other_in_the_files(snapshot: WhooshSnapshot) -> None:
    failed: list[BaseException] = []
    uids = [head.uid for head in snapshot.held()]
    end = time.monotonic() + 3

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
        reads = (lambda number: snapshot._weights(f"musterort{number % 3}"), look_up, ask_state, look_up)
        threads = [threading.Thread(target=again, args=(read,)) for read in reads]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert failed == []
