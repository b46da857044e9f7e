"""The engine for many records: it answers as the other one does, is built beside it, and says when it is damaged."""

import random
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from app.search.analysis.analyser import GermanAnalyser
from app.search.engine import IndexPlace
from app.search.plan import QueryPlanner
from app.search.port import Cursor, IndexDamaged, SearchIndex, SearchUnavailable, SimilarTo
from app.search.query import SearchQuery, Sort
from app.search.service import SearchService
from app.search.whoosh_index import WhooshIndex
from tests.contract.search_documents import CORPUS, some
from tests.functional.search.conftest import Node
from tests.functional.search.damages import DAMAGES, flipped, harm

tantivy_index = pytest.importorskip(
    "app.search.tantivy_index", reason="NOT RUN: Tantivy is not installed here", exc_type=ImportError
)


def answers(index: SearchIndex) -> list[object]:
    """All that an index says about some questions."""
    questions = ("Straße", "Schule Bus", "Starkregenwarnung Karte", "ÖPNV Wald Rufbus", "Strase", "Hundesteuer Bus", "")
    queries = [SearchQuery(text=text, size=100, filters=one) for text in questions for one in ({}, {"land": ("BY",)})]
    queries += [SearchQuery(text="Straße Wald", sort=sort, size=100) for sort in Sort]
    found: list[object] = [index.search(query) for query in queries]
    like = SimilarTo(id="id-1", text="Starkregen und Nahverkehr in der Schule", facets={"land": ("HE",)})
    return [*found, index.similar(like, 20), index.suggest("st", 9), dict(index.digests())]


@pytest.fixture
def index(tmp_path: Path, german: GermanAnalyser, planner: QueryPlanner) -> SearchIndex:
    opened: SearchIndex = tantivy_index.TantivyIndex(tmp_path / "tantivy", german, planner)
    return opened


def test_both_engines_agree(tmp_path: Path, german: GermanAnalyser, planner: QueryPlanner, index: SearchIndex) -> None:
    both = (index, WhooshIndex(tmp_path / "whoosh", german, planner))
    for one in both:
        one.replace([some(number) for number in range(150)], Cursor(1))
        one.apply([some(number, "Wald und Straße") for number in range(0, 160, 7)], ["|1", "|2"], Cursor(2))
    assert answers(both[0]) == answers(both[1])


def test_state_that_goes_on_from_an_earlier_one_is_the_same_as_one_read_anew(
    tmp_path: Path, german: GermanAnalyser, planner: QueryPlanner, index: SearchIndex
) -> None:
    index.replace([some(number) for number in range(120)], Cursor(1))
    following = tantivy_index.TantivyIndex(tmp_path / "tantivy", german, planner)
    chance = random.Random(5)
    for step in range(5):
        assert following.cursor() == Cursor(step + 1)
        assert dict(following.digests()), "each state goes on from the one before"
        changed = [some(chance.randrange(130), "Neue Karte") for _ in range(4)]
        index.apply(changed, [f"|{chance.randrange(120)}" for _ in range(3)], Cursor(step + 2))
    index.apply([replace(CORPUS[2], origin="other.example", uid="other.example|3"), CORPUS[2]], [], Cursor(7))
    anew = tantivy_index.TantivyIndex(tmp_path / "tantivy", german, planner)
    assert answers(following) == answers(anew)
    assert following._snapshot().end < 140
    index.replace(CORPUS, Cursor(8))
    assert set(dict(following.digests())) == {one.uid for one in CORPUS}


def test_commit_while_all_documents_are_read_does_not_mix_two_states(
    tmp_path: Path, german: GermanAnalyser, planner: QueryPlanner, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.replace(CORPUS, Cursor(1))
    before = answers(index)
    other = tantivy_index.TantivyIndex(tmp_path / "tantivy", german, planner)
    read = tantivy_index.TantivySnapshot._written_since

    def overtaken(*given: object) -> object:
        monkeypatch.undo()
        index.replace(CORPUS[:2], Cursor(2))
        return read(*given)

    monkeypatch.setattr(tantivy_index.TantivySnapshot, "_written_since", overtaken)
    held = other._snapshot()
    assert held.state[0] == Cursor(1)
    monkeypatch.setattr(other, "_snapshot", lambda: held)
    assert answers(other) == before


class TestChanging:
    """From one engine to the other: one setting, one reindex."""

    @pytest.fixture
    def other(self, node: Node) -> SearchService:
        place = IndexPlace(node.index, "tantivy")
        return SearchService(place, node.catalogue, node.schemas, node.vocabularies)

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

    def test_waiting_for_a_writer_ends(self, node: Node, other: SearchService, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tantivy_index, "WAIT", 0.2)
        with tantivy_index.IndexFiles(node.index / "tantivy").writing(), pytest.raises(SearchUnavailable):
            other.rebuild()


def test_every_damage_of_every_file_is_named_and_building_anew_mends_it(node: Node) -> None:
    folder = node.index / "tantivy"

    def opened() -> SearchService:
        return SearchService(IndexPlace(node.index, "tantivy"), node.catalogue, node.schemas, node.vocabularies)

    opened().rebuild()
    kinds = sorted({file.suffix for file in folder.iterdir() if len(file.stem) == 32})
    assert {".fast", ".idx", ".store", ".term"} <= set(kinds)
    # Each kind of file in its own damages, so that a few rebuilds meet all of both.
    for number, kind in enumerate(kinds):
        for damage in (DAMAGES[number % len(DAMAGES)], flipped(number)):
            (file,) = folder.glob(f"*{kind}")
            harm(file, damage)
            damaged = opened()
            with pytest.raises(IndexDamaged):
                damaged.search(SearchQuery(text="Rufbus"))
            with pytest.raises(IndexDamaged):
                damaged.agree()
            assert damaged.cursor() == 0
            damaged.rebuild()
            assert damaged.agree() == ()
            assert [hit.slug for hit in damaged.search(SearchQuery(text="Rufbus")).hits] == ["rufbus"]
    for damage in [*DAMAGES, *map(flipped, range(4))]:
        harm(folder / "meta.json", damage)
        torn = opened()
        with suppress(IndexDamaged):
            assert torn.search(SearchQuery(text="Rufbus")).total == 1, "the damage is harmless"
        torn.rebuild()
        assert torn.agree() == ()


def test_library_never_sees_a_damaged_file(tmp_path: Path, index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    index.replace(CORPUS, Cursor(1))
    (file,) = (tmp_path / "tantivy").glob("*.store")
    harm(file, flipped(1))
    monkeypatch.setattr(tantivy_index.tantivy, "Index", None)
    with pytest.raises(tantivy_index.TornFileError, match=file.name):
        tantivy_index.IndexFiles(tmp_path / "tantivy").opened()
