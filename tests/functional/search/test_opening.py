"""Another process commits in the very moment in which the index is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.search.analysis.analyser import GermanAnalyser
from app.search.plan import QueryPlanner
from app.search.port import Cursor
from app.search.whoosh_files import IndexFiles, Reader
from app.search.whoosh_index import WhooshIndex
from tests.contract.search_documents import document


def test_an_index_that_was_replaced_while_it_was_opened_is_read_again_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, german: GermanAnalyser, planner: QueryPlanner
) -> None:
    here, elsewhere = (WhooshIndex(tmp_path, german, planner, contents="test") for _ in range(2))
    here.replace([document(number, f"Wald {number}") for number in range(9)], Cursor(1))
    opened = IndexFiles.reader

    def overtaken(files: IndexFiles) -> Reader:
        reader = opened(files)
        monkeypatch.setattr(IndexFiles, "reader", opened)
        elsewhere.replace([document(1, "Straße")], Cursor(2))
        return reader

    monkeypatch.setattr(IndexFiles, "reader", overtaken)
    assert here.cursor() == Cursor(1)
    assert here.cursor() == Cursor(2)
    # Numbers of the old state would mean other documents by now, or none.
    here.apply([document(8, "Wald")], ["|1"], Cursor(3))
    assert len(dict(here.digests())) == 1
