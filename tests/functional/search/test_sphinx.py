# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The engine on servers: it answers as the others do, from what is left of its servers, and says what is not there."""

from __future__ import annotations

import os
import signal
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.db.writer import WrittenElsewhere
from app.search.analysis.analyser import GermanAnalyser
from app.search.engine import IndexPlace
from app.search.errors import IndexDamaged, SearchUnavailable
from app.search.plan import QueryPlanner
from app.search.port import Cursor, SearchIndex
from app.search.query import SearchQuery
from app.search.service import SearchService
from app.search.whoosh_engine import WhooshIndex
from tests import sphinx
from tests.contract.search_documents import document
from tests.functional.search.changing import Changing
from tests.functional.search.conftest import Node
from tests.functional.search.questions import said_when_filled, some

sphinx_engine = pytest.importorskip(
    "app.search.sphinx_engine", reason="NOT RUN: PyMySQL is not installed here", exc_type=ImportError
)
servers_module = pytest.importorskip("app.search.sphinx_engine.servers", reason="NOT RUN", exc_type=ImportError)


@pytest.fixture(autouse=True)
def _asked_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers_module, "AGAIN", 0.0)


@pytest.fixture
def four(tmp_path: Path) -> Iterator[list[sphinx.Sphinx]]:
    servers = sphinx.run(tmp_path / "servers", 4)
    yield servers
    for server in servers:
        server.kill()


@pytest.fixture
def index(tmp_path: Path, german: GermanAnalyser, planner: QueryPlanner, four: list[sphinx.Sphinx]) -> SearchIndex:
    """Two shards, each with a mirror."""
    opened: SearchIndex = sphinx_engine.SphinxIndex(
        tmp_path / "sphinx", german, planner, servers=_mirrored([one.address for one in four])
    )
    return opened


def _mirrored(addresses: list[str]) -> str:
    first, its_mirror, second, other_mirror = addresses
    return f"{first}|{its_mirror},{second}|{other_mirror}"


def test_it_says_the_same_as_the_embedded_engine_in_everything(
    tmp_path: Path, german: GermanAnalyser, planner: QueryPlanner, index: SearchIndex
) -> None:
    other = WhooshIndex(tmp_path / "whoosh", german, planner)
    for mine, its in zip(said_when_filled(index, 180), said_when_filled(other, 180), strict=True):
        assert mine == its


def test_among_more_than_the_candidates_totals_facets_and_the_first_page_are_the_same(
    tmp_path: Path, german: GermanAnalyser, planner: QueryPlanner, index: SearchIndex
) -> None:
    other = WhooshIndex(tmp_path / "whoosh", german, planner)
    for one in (index, other):
        one.replace([some(number) for number in range(900)], Cursor(1))
    for text in ("Straße", "Schule Bus", "Starkregenwarnung Karte", "ÖPNV Wald Rufbus", "Wald", "Hundesteuer Bus"):
        for filters in ({}, {"land": ("BY",)}):
            query = SearchQuery(text=text, filters=filters)
            mine, its = (one.search(query) for one in (index, other))
            assert mine == its, text


class TestServersThatAreGone:
    @pytest.fixture(autouse=True)
    def _filled(self, index: SearchIndex) -> None:
        index.replace([some(number) for number in range(60)], Cursor(1))

    def test_mirror_answers_in_the_place_of_a_server_and_nothing_is_missing(
        self, index: SearchIndex, four: list[sphinx.Sphinx]
    ) -> None:
        before = index.search(SearchQuery(text="Straße"))
        for dead in (four[0], four[3]):
            dead.kill()
        after = index.search(SearchQuery(text="Straße"))
        assert after == before
        assert after.silent == 0

    def test_without_a_shard_the_rest_is_shown_and_said_to_be_that(
        self, index: SearchIndex, four: list[sphinx.Sphinx]
    ) -> None:
        whole, state = index.search(SearchQuery(size=100)), index.state()
        assert index.search(SearchQuery(text="Taubenvergrämung")).missing == ("Taubenvergrämung",)
        for dead in four[:2]:
            dead.kill()
        rest = index.search(SearchQuery(size=100))
        assert (whole.silent, rest.silent) == (0, 1)
        assert 0 < rest.total < whole.total == 60
        assert index.state() == state, "whole answers that somebody has stay good"
        assert {hit.uid for hit in rest.hits} < {hit.uid for hit in whole.hits}
        # It may stand in the part that does not answer.
        assert index.search(SearchQuery(text="Taubenvergrämung")).missing == ()
        with pytest.raises(SearchUnavailable):
            dict(index.digests())
        with pytest.raises(SearchUnavailable):
            index.apply([document(number, "Neu") for number in range(70, 80)], [], Cursor(2))

    def test_without_any_server_the_search_is_unavailable_and_not_damaged(
        self, index: SearchIndex, four: list[sphinx.Sphinx]
    ) -> None:
        for dead in four:
            dead.kill()
        for ask in (lambda: index.search(SearchQuery()), index.cursor, index.is_blank):
            with pytest.raises(SearchUnavailable):
                ask()

    def test_mirror_that_missed_changes_is_not_asked_and_catches_up(
        self, index: SearchIndex, four: list[sphinx.Sphinx]
    ) -> None:
        four[0].stop()
        index.apply([document(number, "Mitfahrbank") for number in range(70, 80)], [], Cursor(2))
        four[0].start()
        assert index.search(SearchQuery(text="Mitfahrbank")).total == 10
        assert index.cursor() == Cursor(1)
        index.apply([document(number, "Mitfahrbank") for number in range(70, 80)], [], Cursor(2))
        assert index.cursor() == Cursor(2)
        four[1].kill()
        assert index.search(SearchQuery(text="Mitfahrbank")).total == 10

    def test_servers_that_lost_their_power_say_how_far_they_are_and_get_the_rest(
        self, index: SearchIndex, four: list[sphinx.Sphinx]
    ) -> None:
        changed = [document(number, "Mitfahrbank", facets={"land": ("NW",)}) for number in range(70, 80)]
        index.apply(changed, [], Cursor(2))
        for dead in four:
            dead.kill()
        for dead in four:
            dead.start()
        assert index.cursor() == Cursor(1)
        assert index.search(SearchQuery(size=1)).total == 60
        index.apply(changed, [], Cursor(2))
        found = index.search(SearchQuery(filters={"land": ("NW", "BY")}))
        land = next(facet for facet in found.facets if facet.key == "land")
        assert {value.value: value.count for value in land.values}["NW"] == 10

    def test_a_server_that_restarts_within_a_commit_loses_no_deletion(
        self, index: SearchIndex, four: list[sphinx.Sphinx], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = servers_module.Line.ask

        def restarted(line: Any, statement: str) -> object:
            answer = asked(line, statement)
            if statement.startswith("DELETE"):
                mine = next(one for one in four if one.address == line.address)
                mine.stop()
                mine.start()
            return answer

        gone = [hit.uid for hit in index.search(SearchQuery(size=60)).hits[:20]]
        with monkeypatch.context() as context:
            context.setattr(servers_module.Line, "ask", restarted)
            with pytest.raises(SearchUnavailable):
                index.apply([], gone, Cursor(2))
        assert index.cursor() == Cursor(1)
        index.apply([], gone, Cursor(2))
        assert index.search(SearchQuery(size=60)).total == 40

    def test_a_server_without_the_tables_counts_as_one_that_does_not_answer(
        self, tmp_path: Path, index: SearchIndex, four: list[sphinx.Sphinx]
    ) -> None:
        four[0].kill()
        written = tmp_path / "servers" / "0" / "sphinx.conf"
        written.write_text(written.read_text("utf-8").replace("erfahrungsnetz_", "andere_"), encoding="utf-8")
        four[0].start()
        assert index.search(SearchQuery(size=1)).total == 60
        assert index.cursor() == Cursor(1)

    def test_a_server_that_hangs_is_waited_for_once(
        self,
        tmp_path: Path,
        german: GermanAnalyser,
        planner: QueryPlanner,
        four: list[sphinx.Sphinx],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(servers_module, "ANSWER", 3.0)
        monkeypatch.setattr(servers_module, "AGAIN", 30.0)
        addresses = _mirrored([one.address for one in four])
        # Its connections are made now and stay; those of the index that was filled would wait for ten seconds.
        impatient = sphinx_engine.SphinxIndex(tmp_path / "sphinx", german, planner, servers=addresses)
        assert impatient.search(SearchQuery(size=1)).silent == 0
        for server in (four[0], four[1]):
            os.kill(server.process, signal.SIGSTOP)
        assert impatient.search(SearchQuery(size=1)).silent == 1
        begun = time.monotonic()
        assert impatient.search(SearchQuery(size=1)).silent == 1
        assert time.monotonic() - begun < 1.0
        for server in (four[0], four[1]):
            os.kill(server.process, signal.SIGCONT)

    def test_server_that_lost_everything_asks_to_be_built_anew(
        self, tmp_path: Path, index: SearchIndex, four: list[sphinx.Sphinx]
    ) -> None:
        four[2].kill()
        for file in (tmp_path / "servers" / "2").glob("erfahrungsnetz_*"):
            file.unlink()
        four[2].start()
        assert index.search(SearchQuery(size=1)).total == 60
        assert index.cursor() == Cursor()


class TestChanging(Changing):
    @pytest.fixture
    def other(self, node: Node, four: list[sphinx.Sphinx]) -> SearchService:
        place = IndexPlace(node.index, "sphinx", _mirrored([one.address for one in four]))
        return SearchService(place, node.catalogue, node.schemas, node.vocabularies)

    def test_another_number_of_shards_is_built_anew(
        self, node: Node, other: SearchService, four: list[sphinx.Sphinx]
    ) -> None:
        other.rebuild()
        place = IndexPlace(node.index, "sphinx", four[0].address)
        alone = SearchService(place, node.catalogue, node.schemas, node.vocabularies)
        assert alone.cursor() == 0
        alone.rebuild()
        assert alone.agree() == ()

    def test_a_machine_that_only_reads_leaves_the_servers_to_the_one_that_writes(
        self, node: Node, other: SearchService, four: list[sphinx.Sphinx]
    ) -> None:
        place = IndexPlace(node.index, "sphinx", _mirrored([one.address for one in four]), is_fed=True)
        reader = SearchService(place, node.catalogue, node.schemas, node.vocabularies)
        assert reader.catch_up() == 0
        with pytest.raises(WrittenElsewhere):
            reader.rebuild()
        with pytest.raises(IndexDamaged):
            reader.search(SearchQuery(text="Rufbus"))
        other.rebuild()
        assert reader.search(SearchQuery(text="Rufbus")).total == 1
        assert reader.catch_up() == other.cursor()


def test_no_connection_reads_the_certificates_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", None)
    with pytest.raises(servers_module.Silent):
        servers_module.Line("127.0.0.1:1")
