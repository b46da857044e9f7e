"""One of the programs beside the node is really filled, served, searched and saved to, where it is installed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from bench.peers.dokuwiki import DokuWiki
from bench.peers.rows import Comparison, Plan
from bench.peers.texts import pages

PEER = DokuWiki()
pytestmark = pytest.mark.skipif(not PEER.version(), reason=f"NOT RUN: {PEER.name} is not installed; {PEER.install}")


@pytest.mark.slow
def test_it_answers_everything_that_is_measured() -> None:
    texts = pages(130)
    # The pool may run as another user, who cannot enter the folders of pytest.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with PEER.serving(Path(folder), texts):
            plan = Plan(turns=1, views=4, firsts=2, searches=1, saves=1, seconds=0.2)
            rows = {row.title: row.figures(PEER.name) for row in Comparison([PEER], texts, plan).rows(lambda _: None)}
    assert all(0 < median <= slow for title, (median, slow) in rows.items() if not title.startswith("Pages"))
    assert rows["Save, all requests"] > rows["Save, the last request"]
