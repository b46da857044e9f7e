"""Every write that a page for all shows gives the state of the node another name, the same in each process."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from app.database.jobs import LastResults
from app.federation.harvest.models import Node, NodeState
from app.federation.issuer import Issuer
from app.kickoff.places.directory import OWN_FILE
from app.search.document import uid_of
from app.search.neighbours import Neighbour, NeighbourStore
from app.search.port import Cursor
from app.wiring import Services
from tests.webnode.clock import SteppingClock
from tests.webnode.node import STOPPED, make_node, publish
from tests.webnode.texts import case_study

PEER = Issuer("https://a.example")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = make_node(tmp_path_factory.mktemp("state"))
    services.follow()
    services.neighbours.work_out(lambda: False)
    yield services
    services.close()


@pytest.fixture(scope="module")
def other(node: Services) -> Iterator[Services]:
    """Another process of the same node, at the same time."""
    services = Services(node.settings, lambda: cast("SteppingClock", node.clock).now)
    services.follow()
    yield services
    services.close()


def _publish(node: Services) -> None:
    publish(node, {"case-studies/neue-bank/index.md": case_study("neue-bank", title="Noch eine Bank")})


def _change_vocabulary(node: Services) -> None:
    topics = node.repository.vocabulary("topics").replace(b"data-theme/TRAN", b"data-theme/TECH")
    publish(node, {"vocabulary/topics.yaml": topics})


def _build_catalogue_anew(node: Services) -> None:
    node.catalogue.rebuild()
    node.search.catch_up()


def _build_index_anew(node: Services) -> None:
    documents, cursor = list(node.search.documents()), Cursor(node.search.cursor(), node.catalogue.generation())
    node.search.readable().replace(documents[1:], cursor)


def _find_neighbour(node: Services) -> None:
    head = node.catalogue.head(STOPPED)
    NeighbourStore(node.sessions).keep({uid_of(head): [Neighbour("|x", twin=True)]}, {uid_of(head): head})


def _forget_neighbours(node: Services) -> None:
    NeighbourStore(node.sessions).forget([uid_of(node.catalogue.head(STOPPED))])


def _hear_of_a_node(node: Services) -> None:
    with node.sessions.begin() as db:
        active = NodeState.ACTIVE
        db.add(Node(issuer=PEER, origin=PEER.origin, root="a", state=active, daily_new=1, added_at=NOW, next_at=NOW))


def _rename_node(node: Services) -> None:
    with node.sessions.begin() as db:
        db.get_one(Node, PEER).name = "Beispielnetz"


def _block_node(node: Services) -> None:
    with node.sessions.begin() as db:
        db.get_one(Node, PEER).state = NodeState.BLOCKED


def _use_own_places(node: Services) -> None:
    (node.settings.data / OWN_FILE).write_text("name,kind,state,ars\n", "utf-8")


def _next_day(node: Services) -> None:
    cast("SteppingClock", node.clock).now += timedelta(days=1)


NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SHOWN: tuple[Callable[[Services], None], ...] = (
    _publish, _change_vocabulary, _build_catalogue_anew, _build_index_anew, _find_neighbour, _forget_neighbours,
    _hear_of_a_node, _rename_node, _block_node, _use_own_places, _next_day,
)  # fmt: skip


@pytest.mark.parametrize("change", SHOWN)
def test_what_pages_show_changes_the_name(node: Services, other: Services, change: Callable[[Services], None]) -> None:
    before = node.state.name()
    assert other.state.name() == before
    change(node)
    for services in (node, other):
        services.follow()
    assert node.state.name() != before
    assert other.state.name() == node.state.name()


def test_what_no_page_shows_leaves_the_name_as_it_is(node: Services, other: Services) -> None:
    before = node.state.name()
    LastResults(node.sessions, node.clock).note("check")
    with node.sessions.begin() as db:
        db.get_one(Node, PEER).tried_at = NOW
    assert [node.state.name(), other.state.name()] == [before, before]


def test_a_thread_that_holds_an_earlier_moment_gets_the_name_of_the_newest_state(node: Services) -> None:
    node.catalogue.moment.begin()
    held, before = node.catalogue.last_seq(), node.state.name()
    publish(node, {"case-studies/neue-bank/index.md": case_study("neue-bank", title="Wieder eine Bank")})
    Services(node.settings, node.clock).catalogue.catch_up()
    assert node.catalogue.last_seq() == held
    assert node.state.name() != before
    node.catalogue.moment.end()
