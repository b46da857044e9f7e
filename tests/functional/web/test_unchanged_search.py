"""A search of the API is not made again for somebody who has its answer, unless something may have changed that."""

from typing import cast

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.database.jobs import LastResults
from app.search.meaning.service import MeaningService
from app.search.port import Cursor
from app.search.query import SearchQuery, SearchResult
from app.search.service import SearchService
from app.web.factory import create_app
from app.wiring import Services

ADDRESSES = ("/api/v1/search?q=Bank", "/api/v1/search?land=HE&size=2", "/api/v1/search?q=Zyxwv", "/api/v1/search")


@pytest.fixture
def client(node: Services) -> FlaskClient:
    return create_app(node, testing=True).test_client(use_cookies=False)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[SearchQuery]:
    """The searches that were made."""
    found: list[SearchQuery] = []
    compared = SearchService.compared

    def noted(search: SearchService, query: SearchQuery, nearness: None) -> SearchResult:
        found.append(query)
        return compared(search, query, nearness)

    monkeypatch.setattr(SearchService, "compared", noted)
    return found


def again(client: FlaskClient, address: str, first: TestResponse) -> int:
    return client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code


def test_nothing_is_searched_if_nothing_changed(node: Services, client: FlaskClient, made: list[SearchQuery]) -> None:
    for address in ADDRESSES:
        first = client.get(address)
        made.clear()
        assert again(client, address, first) == 304
        LastResults(node.sessions, node.clock).note("check")
        assert [again(client, address, first) for _ in range(2)] == [304, 304]
        assert made == []
        assert client.get(address).data == first.data, "whoever has nothing gets it all"
        assert client.get(address, headers={"If-None-Match": 'W/"other"'}).data == first.data
        # Without parameters there is one answer, which is kept whole.
        assert len(made) == (2 if "?" in address else 0)


def test_what_the_index_holds_unchanged_is_found(node: Services, client: FlaskClient, made: list[SearchQuery]) -> None:
    first = client.get(ADDRESSES[0])
    documents, cursor = list(node.search.documents()), Cursor(node.search.cursor(), node.catalogue.generation())
    index = node.search.readable()
    found = first.get_json()["hits"][0]["id"]
    index.replace((one for one in documents if one.id != found), cursor)
    changed = client.get(ADDRESSES[0], headers={"If-None-Match": first.headers["ETag"]})
    # Other tests read the same node.
    index.replace(iter(documents), cursor)
    assert (changed.status_code, found in [hit["id"] for hit in changed.get_json()["hits"]]) == (200, False)
    assert changed.headers["ETag"] != first.headers["ETag"]


class Meaning:
    """Vectors that come and go, and no question gets one."""

    vectors: int | None = None

    def state(self) -> int | None:
        return self.vectors

    def nearness(self, _text: str) -> None:
        return None


def test_vectors_that_came_are_searched_and_a_question_without_one_is_kept_by_nobody(
    node: Services, client: FlaskClient, made: list[SearchQuery], monkeypatch: pytest.MonkeyPatch
) -> None:
    meaning = Meaning()
    monkeypatch.setattr(node.search, "_meaning", lambda: cast(MeaningService, meaning))
    first = client.get(ADDRESSES[0])
    made.clear()
    assert again(client, ADDRESSES[0], first) == 304
    assert not made
    meaning.vectors = 7
    lacking = client.get(ADDRESSES[0], headers={"If-None-Match": first.headers["ETag"]})
    assert (lacking.status_code, lacking.headers["Cache-Control"]) == (200, "private, no-store"), "it may come any time"
    assert "ETag" not in lacking.headers
    without_words = client.get(ADDRESSES[1])
    made.clear()
    assert again(client, ADDRESSES[1], without_words) == 304
    assert not made
