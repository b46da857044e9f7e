"""What holds of going over to any engine."""

from __future__ import annotations

import pytest

from app.search.port import IndexDamaged
from app.search.query import SearchQuery
from app.search.service import SearchService
from tests.functional.search.conftest import Node


class Changing:
    """From one engine to the other: one setting, one reindex. `other` is a fixture with the search that comes."""

    def test_the_old_index_serves_until_the_new_one_is_whole(self, node: Node, other: SearchService) -> None:
        with pytest.raises(IndexDamaged):
            other.search(SearchQuery(text="Rufbus"))
        served: list[int] = []
        other.rebuild(lambda _done, _all: served.append(node.search.search(SearchQuery(text="Rufbus")).total))
        assert served == [1, 1]
        assert other.agree() == node.search.agree() == ()
        assert other.search(SearchQuery(text="Rufbus")).hits == node.search.search(SearchQuery(text="Rufbus")).hits

    def test_a_rebuild_that_is_broken_off_leaves_what_was_there(self, other: SearchService) -> None:
        other.rebuild()

        def killed(*_done: object) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            other.rebuild(killed)
        assert other.agree() == ()
        assert other.search(SearchQuery(text="Rufbus")).total == 1
