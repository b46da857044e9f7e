import errno
import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from whoosh.codec.whoosh3 import W3PerDocWriter
from whoosh.writing import SegmentWriter

from app.catalogue.agreement import Disagreement
from app.catalogue.entry import RecordNotFound
from app.records.record import Record
from app.records.schema import SchemaSet
from app.search import whoosh_files as files
from app.search.derived import DerivedFacets
from app.search.engine import IndexPlace
from app.search.port import SearchUnavailable
from app.search.query import SearchQuery
from app.search.service import SearchService
from tests.functional.search.conftest import ROOT, Node, imported
from tests.webnode.texts import case_study, record_id, withdrawn


def slugs(node: Node, text: str = "", **query: object) -> list[str]:
    return [hit.slug for hit in node.search.search(SearchQuery(text=text, **query)).hits]  # type: ignore[arg-type]


def codes(node: Node) -> list[str]:
    return [difference.code for difference in node.search.agree()]


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """The same node, which no test changes."""
    node = imported(Node(tmp_path_factory.mktemp("unchanged") / "node"))
    yield node
    node.close()


class TestFinding:
    @pytest.fixture
    def node(self, unchanged: Node) -> Node:
        return unchanged

    def test_what_was_imported_is_found_and_agrees(self, node: Node) -> None:
        record = node.catalogue.record(node.catalogue.head(record_id("rufbus")))
        assert slugs(node, "Rufbus") == ["rufbus"]
        assert node.search.cursor() == node.catalogue.last_seq() == 2
        assert node.search.agree() == ()
        assert "Rufbus" in node.search.suggest("ruf")
        assert [hit.slug for hit in node.search.similar(record, 3)] == ["pegel"]

    @pytest.mark.parametrize(
        "text",
        [
            *("Musterstadt", "Hessen", "Hesse", "Kleinbus", "Betriebskosten Finanzierung"),
            *("Mobilität", "mobility", "ÖPNV Kleinbus", "eingestellt"),
        ],
    )
    def test_places_keywords_lessons_fields_of_action_and_outcomes_are_searched(self, node: Node, text: str) -> None:
        assert set(slugs(node, text)) == {"rufbus", "pegel"}

    @pytest.mark.parametrize("text", ["Fremdwort", "quellenadresse", "linkziel", "quelle"])
    def test_sources_and_addresses_are_not(self, node: Node, text: str) -> None:
        assert slugs(node, text) == []

    def test_facets_come_from_the_schema_and_from_the_places(self, node: Node) -> None:
        filters = {"art": "case-study", "thema": "mobility", "land": "HE", "groesse": "5-20k", "gemeindetyp": "town",
                   "phase": "ended", "ergebnis": "stopped", "grund": "budget", "beleg": "1"}  # fmt: skip
        for key, value in filters.items():
            assert key in node.search.facet_keys()
            assert len(slugs(node, filters={key: (value,)})) == 2, key
        assert slugs(node, filters={"land": ("BY",)}) == []

    def test_a_vocabulary_that_was_replaced_is_used_at_once(self, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
        assert slugs(node, "Bedarfsverkehr") == ["rufbus"]
        monkeypatch.delitem(node.vocabularies, "terms")
        assert slugs(node, "Bedarfsverkehr") == []


class Failing(DerivedFacets):
    """Facets that rest on another record, which is missing."""

    def values(self, record: Record) -> dict[str, tuple[str, ...]]:
        raise RecordNotFound(f"what {record.slug} rests on")


class TestFollowing:
    def test_an_error_about_another_record_takes_nothing_out_of_the_index(self, node: Node) -> None:
        sound, before = node.search, node.search.cursor()
        node.edit("rufbus", case_study("rufbus", "Anrufsammeltaxi am Abend"))
        node.search = SearchService(IndexPlace(node.index), node.catalogue, node.schemas, node.vocabularies, Failing())
        with pytest.raises(RecordNotFound):
            node.follow()
        assert (slugs(node, "Rufbus"), node.search.cursor()) == (["rufbus"], before)
        node.search = sound
        node.follow()
        assert slugs(node, "Anrufsammeltaxi") == ["rufbus"]

    def test_each_change_is_followed_and_seen_in_another_one(self, node: Node, open_node: Callable[[], Node]) -> None:
        other = open_node()
        assert slugs(other, "Leihgerät") == []
        node.edit("rufbus", case_study("rufbus", "Leihgeräte in der Schule"))
        assert node.follow() == 3
        assert slugs(node, "Leihgerät") == slugs(other, "Leihgerät") == ["rufbus"]
        assert slugs(node, "Rufbus") == []
        assert node.search.agree() == ()
        node.edit("rufbus", b"---\nkind: case-study\n---\n")
        node.follow()
        assert slugs(node, "Leihgerät") == ["rufbus"], "a broken version leaves the last good one"
        assert node.search.agree() == ()
        node.edit("rufbus", withdrawn("case-study", record_id("rufbus")))
        node.follow()
        assert slugs(node, "Leihgerät") == []
        assert slugs(node) == ["pegel"]
        assert node.search.agree() == ()

    def test_catching_up_twice_changes_nothing(self, node: Node) -> None:
        before = sorted(path.name for path in node.index.rglob("*"))
        assert node.follow() == node.follow() == 2
        assert sorted(path.name for path in node.index.rglob("*")) == before

    def test_the_index_is_rebuilt_after_the_catalogue_was_rebuilt(self, node: Node) -> None:
        node.edit("pegel", case_study("pegel", "Sensoren im Bach"))
        node.follow()
        node.catalogue.rebuild()
        node.follow()
        assert slugs(node, "Sensoren") == ["pegel"]
        assert node.search.agree() == ()
        told: list[tuple[int, int]] = []
        assert node.search.rebuild(lambda done, total: told.append((done, total))) == 2
        assert told == [(1, 2), (2, 2)]


class More(DerivedFacets):
    """A facet that the next release brings."""

    keys = ("farbe",)

    def values(self, record: Record) -> dict[str, tuple[str, ...]]:
        return {"farbe": (str(record.data["outcome"]),)}


class TestNextStart:
    """What a new release or another schema takes out of records is there once the index has caught up."""

    def test_a_further_facet_works(self, node: Node) -> None:
        node.search = SearchService(IndexPlace(node.index), node.catalogue, node.schemas, node.vocabularies, More())
        assert node.search.cursor() == 0
        assert node.follow() == 2
        assert len(slugs(node, filters={"farbe": ("stopped",)})) == 2
        assert node.search.cursor() == 2
        node.search = SearchService(IndexPlace(node.index), node.catalogue, node.schemas, node.vocabularies, More())
        assert node.search.cursor() == 2, "the same again is not built anew"

    def test_a_field_that_the_schema_makes_a_facet_works(self, node: Node, tmp_path: Path) -> None:
        shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
        path = tmp_path / "schemas" / "case-study.schema.json"
        schema = json.loads(path.read_text("utf-8"))
        schema["properties"]["compiled_by"] = {
            "title": "Erfasst von", "x-label-en": "Compiled by", "x-facet": "erfasst", "type": "string",
        }  # fmt: skip
        path.write_text(json.dumps(schema), "utf-8")
        schemas = SchemaSet.load(tmp_path / "schemas")
        node.search = SearchService(IndexPlace(node.index), node.catalogue, schemas, node.vocabularies)

        node.follow()
        assert len(slugs(node, filters={"erfasst": ("editors",)})) == 2


class TestDamage:
    def test_a_record_missing_from_the_index_is_noticed(self, node: Node) -> None:
        engine = node.search._engine().index
        engine.apply([], [f"|{record_id('rufbus')}"], engine.cursor())
        assert codes(node) == [Disagreement.MISSING]
        node.search.rebuild()
        assert node.search.agree() == ()

    def test_a_version_that_is_not_the_newest_and_a_record_too_many_are_noticed(self, node: Node) -> None:
        engine = node.search._engine().index
        old = dict(engine.digests())
        node.edit("rufbus", case_study("rufbus", "Anrufsammeltaxi am Abend"))
        node.catalogue.catch_up()

        (behind, outdated) = node.search.agree()
        assert behind.code == Disagreement.BEHIND
        assert (outdated.code, outdated.found) == (Disagreement.OUTDATED, old[outdated.subject])
        node.edit("rufbus", withdrawn("case-study", record_id("rufbus")))
        node.catalogue.catch_up()
        assert codes(node) == [Disagreement.BEHIND, Disagreement.SURPLUS]

    def test_a_writer_that_is_held_for_too_long_is_told_and_nothing_is_lost(
        self, node: Node, open_node: Callable[[], Node], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(files, "WAIT", 0.2)
        node.edit("geraete", case_study("geraete", "Leihgeräte in der Schule"))
        held = files.IndexFiles(open_node().index / "whoosh")
        with held.writing(), pytest.raises(SearchUnavailable):
            node.follow()
        assert slugs(node, "Rufbus") == ["rufbus"]
        node.follow()
        assert slugs(node, "Leihgerät") == ["geraete"]

    # The library leaves files open that it could not write.
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
    @pytest.mark.parametrize("step", ["__init__", "commit", "cancel"])
    def test_a_disk_full_at_a_step_locks_none_out(self, node: Node, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
        monkeypatch.setattr(files, "WAIT", 0.2)
        node.edit("geraete", case_study("geraete", "Leihgeräte in der Schule"))

        def full(*_given: object, **_named: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as disk:
            owner = W3PerDocWriter if step == "__init__" else SegmentWriter
            if step == "cancel":
                disk.setattr(SegmentWriter, "add_document", full)
            disk.setattr(owner, step, full)
            # Kept, as the site keeps it until the next attempt, and with it all that was held on the way.
            with pytest.raises(OSError, match="No space") as kept:
                node.follow()
        node.follow()
        assert slugs(node, "Leihgerät") == ["geraete"]
        del kept
        gc.collect()
