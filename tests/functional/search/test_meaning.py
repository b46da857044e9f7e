"""The search by meaning with the model itself, on a node with a small collection."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from app.search.meaning.passages import Passage
from app.search.meaning.store import VectorStore
from app.search.query import MatchedBy, SearchQuery
from app.wiring import Services
from tests.search.vectors import compute, held, meaning_of
from tests.webnode.node import STOPPED, make_node, publish

TOMBSTONE = f"---\nschema: withdrawn/1\nid: {STOPPED}\nkind: case-study\nreason: error\n---\n"
BENCH = "case-studies/beispielstadt-mitfahrbank/index.md"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = make_node(tmp_path_factory.mktemp("meaning"), meaning="auto")
    compute(services)
    yield services
    services.close()


def done(services: Services) -> int:
    """Do what the worker does until nothing is missing; return how many passages were computed."""
    meaning = meaning_of(services)
    meaning.follow()
    before, everything = meaning.progress()
    assert not meaning.compute()
    meaning.refresh()
    assert meaning.progress() == (everything, everything)
    return everything - before


def found(services: Services, text: str) -> dict[str, MatchedBy]:
    return {hit.id: hit.matched_by for hit in services.search.search(SearchQuery(text=text)).hits}


def test_part_that_fits_is_named(services: Services) -> None:
    meaning = meaning_of(services)
    nearness = meaning.nearness("Auf der Bank saß kaum jemand")
    assert nearness is not None
    part = meaning.parts([f"|{STOPPED}"], nearness)[f"|{STOPPED}"]
    assert part.partition(":")[0] in {"summary", "lesson", "section", "outcome_note", "results"}


def test_nothing_typed_leaves_the_machine(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError(f"a socket was opened: {arguments} {options}")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert found(services, "Wie halten Bürger im Dorf ihre Bank in Schuss?")


def test_edit_computes_only_what_changed(tmp_path: Path) -> None:
    services = make_node(tmp_path, meaning="auto")
    compute(services)
    head = services.repository.head()
    text = (services.repository.folder("case-studies/beispielstadt-mitfahrbank", head).text or b"").decode()
    changed = text.replace("Ein Schild allein erklärt nichts.", "Ein Schild allein genügt nicht.")
    publish(services, {BENCH: changed.encode()})
    services.follow()
    assert done(services) == 1
    publish(services, {BENCH: TOMBSTONE.encode()})
    services.follow()
    assert done(services) == 0
    store = VectorStore(services.sessions)
    assert f"|{STOPPED}" not in store.uids()
    assert store.progress()[0] == len(held(services)), "no vector without a passage"
    services.close()


def test_an_unreadable_passage_keeps_no_other_waiting_and_the_log_says_how_far_it_is(tmp_path: Path) -> None:
    services = make_node(tmp_path, meaning="auto")
    meaning, store = meaning_of(services), VectorStore(services.sessions)
    meaning.follow()
    gone = [Passage(f"results:{number}", f"Text {number}", "") for number in range(40)]
    store.follow({f"|{STOPPED}": gone}, None, store.state().model)
    slices = iter([False, True])
    with structlog.testing.capture_logs() as log:
        assert services.derivation.work(lambda: next(slices, True))
        assert not services.derivation.work(lambda: False)
        assert not services.derivation.work(lambda: False)
    computed, everything = meaning.progress()
    assert computed == everything > 20
    first, last = log
    assert first["event"] == "meaning.computing"
    assert 0 < first["done"] < everything
    assert (last["event"], last["passages"]) == ("meaning.complete", everything)
    services.close()


def test_damaged_vectors_are_written_anew(tmp_path: Path) -> None:
    services = make_node(tmp_path, meaning="auto")
    compute(services)
    meaning = meaning_of(services)
    (folder,) = (entry for entry in (services.settings.index_path / "meaning").iterdir() if entry.is_dir())
    (folder / "records.json").write_text("[[", "utf-8")
    assert meaning.nearness("Mitfahrbank") is None
    assert meaning.refresh()
    assert meaning.nearness("Mitfahrbank") is not None
    services.close()
