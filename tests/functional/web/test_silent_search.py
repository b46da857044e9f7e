# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A search that lies on servers of which some do not answer: the rest is shown, and everybody is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.cli.doctor.stores import examine_index
from app.following.interest import FollowedSearch
from app.search.errors import SearchUnavailable
from app.web.factory import create_app
from tests import sphinx
from tests.webnode.checks import check_page
from tests.webnode.node import make_node

SAID = "Ein Teil der Suche antwortet im Augenblick nicht."


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[sphinx.Sphinx]]:
    """Two shards without mirrors."""
    started = sphinx.run(tmp_path / "servers", 2)
    yield started
    for server in started:
        server.kill()


@pytest.fixture
def services(tmp_path: Path, servers: list[sphinx.Sphinx]) -> Iterator[Services]:
    addresses = ",".join(server.address for server in servers)
    made = make_node(tmp_path, search_servers=addresses, search="sphinx")
    made.follow()
    made.search.catch_up()
    yield made
    made.close()


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return create_app(services, testing=True).test_client()


def total(client: FlaskClient, asked: str = "") -> tuple[int, bool]:
    found = json.loads(client.get(f"/api/v1/search{asked}").get_data(as_text=True))
    return found["total"], found["incomplete"]


def test_whole_search_says_nothing_of_it(client: FlaskClient) -> None:
    assert SAID not in client.get("/suche").get_data(as_text=True)
    assert total(client)[1] is False


@pytest.mark.parametrize("path", ["/suche", "/karte", "/fallstudien"])
def test_rest_is_shown_with_a_note_and_nobody_keeps_the_page(
    client: FlaskClient, servers: list[sphinx.Sphinx], path: str
) -> None:
    servers[0].kill()
    for _ in range(2):
        answer = client.get(path)
        page = check_page(answer.get_data(as_text=True), dict(answer.headers), "de")
        assert answer.status_code == 200
        assert SAID in page.text_content()
        assert "no-store" in answer.headers["Cache-Control"]
        assert "ETag" not in answer.headers


def test_interface_counts_the_rest_and_says_that_it_is_incomplete(
    client: FlaskClient, servers: list[sphinx.Sphinx]
) -> None:
    whole, _ = total(client)
    servers[1].kill()
    rest, incomplete = total(client, "?size=1")
    assert incomplete is True
    assert 0 < rest < whole


def test_whole_answer_is_given_again_while_nothing_has_changed(
    client: FlaskClient, servers: list[sphinx.Sphinx]
) -> None:
    whole = total(client)
    servers[1].kill()
    assert total(client) == whole


def test_doctor_names_it_and_followers_are_told_nothing_that_may_be_wrong(
    services: Services, servers: list[sphinx.Sphinx]
) -> None:
    assert list(examine_index(services)) == []
    servers[1].kill()
    (finding,) = examine_index(services)
    assert (finding.code, finding.area) == ("unreached", "index")
    followed = FollowedSearch(filters={})
    with pytest.raises(SearchUnavailable):
        followed.hits(services.kickoff, page=1, size=10, lang="de")


def test_without_any_server_records_can_be_read_and_health_says_what_is_ill(
    client: FlaskClient, servers: list[sphinx.Sphinx]
) -> None:
    for server in servers:
        server.kill()
    assert client.get("/suche").status_code == 503
    assert client.get("/api/v1/search").status_code == 503
    assert client.get("/").status_code == 200
    health = client.get("/healthz")
    assert health.status_code == 503
    assert json.loads(health.get_data(as_text=True))["part"] == "search"
