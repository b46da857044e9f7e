"""Similar records are worked out beforehand, by meaning or by words, and follow what changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalogue.service import CatalogueService
from app.search import neighbours
from app.search.document import uid_of
from app.search.neighbours import MAX_NEIGHBOURS, Neighbours, NeighbourStore
from app.search.service import SearchService
from app.wiring import Services
from tests.netnodes.net import Net, concept, path
from tests.netnodes.net import record_id as number_id
from tests.search.vectors import compute
from tests.webnode.node import STOPPED, make_node, publish
from tests.webnode.texts import case_study, record_id, withdrawn

MUSTER = "case-studies/muster/index.md"


BY_WORDS_AND_BY_MEANING = pytest.mark.parametrize("services", ["off", "auto"], indirect=True)


@pytest.fixture
def services(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Services]:
    """A node whose similar records are worked out, by words unless a test asks for both."""
    meaning = getattr(request, "param", "off")
    services = make_node(tmp_path, meaning=meaning)
    if meaning == "auto":
        compute(services)
    while services.derivation.work(lambda: False):
        pass
    yield services
    services.close()


def similar(services: Services) -> list[str]:
    record = services.catalogue.record(services.catalogue.head(STOPPED))
    return [hit.slug for hit in services.neighbours.of(record, MAX_NEIGHBOURS)]


@BY_WORDS_AND_BY_MEANING
def test_new_record_is_a_neighbour_of_those_it_is_like(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    title = services.catalogue.record(services.catalogue.head(STOPPED)).title
    publish(services, {MUSTER: case_study("muster", f"Musterdorf: {title}")})
    services.follow()
    assert not services.derivation.work(lambda: False)
    with monkeypatch.context() as patch:
        patch.setattr(SearchService, "similar", lambda *_given: pytest.fail("a page walks through no index"))
        assert "muster" in similar(services)
    publish(services, {MUSTER: withdrawn("case-study", record_id("muster"))})
    services.follow()
    assert "muster" not in similar(services), "even before it was worked out anew"
    assert not services.derivation.work(lambda: False)
    assert f"|{STOPPED}" in NeighbourStore(services.sessions).known()


def test_a_version_that_an_index_built_anew_takes_in_has_neighbours_of_its_own(services: Services) -> None:
    store = NeighbourStore(services.sessions)
    publish(services, {MUSTER: case_study("muster", "Musterdorf: Mitfahrbänke an der Landstraße")})
    services.follow()
    assert not services.derivation.work(lambda: False)
    uid = f"|{record_id('muster')}"
    before = store.of(uid)
    publish(services, {MUSTER: case_study("muster", "Musterdorf: Sensoren im Abwasserkanal")})
    services.catalogue.catch_up()
    services.search.rebuild()
    services.follow()
    assert services.neighbours.lacking()
    assert not services.derivation.work(lambda: False)
    assert not services.neighbours.lacking()
    assert store.known() == {uid_of(one): one.digest for one in services.search.searched()}
    assert store.of(uid) != before


def test_an_unreadable_record_keeps_the_lists_others_made(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    store, read, uid = NeighbourStore(services.sessions), CatalogueService.readable, f"|{STOPPED}"
    other = Neighbours(store, services.catalogue, services.search, services.meaning)
    store.forget([uid])
    with monkeypatch.context() as damaged:
        damaged.setattr(
            CatalogueService, "readable", lambda all_, entry: None if entry.id == STOPPED else read(all_, entry)
        )
        assert not other.work_out(lambda: False)
    assert uid not in store.known()
    assert not services.neighbours.work_out(lambda: False)
    known = store.known()
    assert uid in known
    assert not other.lacking()
    assert not other.work_out(lambda: False)
    assert store.known() == known


def test_copies_are_no_similar_records(tmp_path: Path) -> None:
    net = Net(tmp_path)
    here, there = net.node("here", meaning="auto"), net.node("there")
    copied = ((number_id(1), number_id(1)), (number_id(2), number_id(8)))
    for own, theirs in copied:
        here.publish(own, title=f"Ein Rufbus {own[-1]}")
        there.publish(theirs, title=f"Ein Rufbus {own[-1]}")
    there.publish(number_id(3), title="Ein Rufbus 3")
    here.follow(there)
    here.harvest(there)
    while here.services.derivation.work(lambda: False):
        pass
    catalogue = here.services.catalogue
    record = catalogue.record(catalogue.head(number_id(1)))
    near = NeighbourStore(here.services.sessions).of(f"|{number_id(1)}")
    assert near is not None
    assert f"there.example|{number_id(8)}" in near
    found = [(hit.origin, hit.id) for hit in here.services.neighbours.of(record, MAX_NEIGHBOURS)]
    assert sorted(found) == [("", number_id(2)), ("there.example", number_id(3))]
    net.close()


def test_work_stops_when_it_is_told_and_goes_on_later(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "FEW", 1)
    monkeypatch.setattr(neighbours, "BATCH_SIZE", 2)
    publish(services, {path(number_id(n)): concept(number_id(n), f"Handreichung {n}") for n in range(1, 5)})
    services.follow()
    slices = iter([False, True])
    assert services.neighbours.work_out(lambda: next(slices))
    store = NeighbourStore(services.sessions)
    assert 0 < len(store.known()) < len(services.search.searched())
    assert not services.neighbours.work_out(lambda: False)
    assert len(store.known()) == len(services.search.searched())
