import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.federation.service import FederationService
from app.wiring import Services
from tests.netnodes.net import Net, NetNode
from tests.netnodes.read_pair import Pair, read_pair
from tests.webnode.clock import SteppingClock
from tests.webnode.node import make_node, settings

OPERATOR = {"operator_name": "Beispielverbund", "operator_email": "netz@verbund.example"}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a node with six records, one edited twice, one withdrawn."""
    folder = tmp_path_factory.mktemp("made")
    make_node(folder, **OPERATOR).close()
    return folder


@pytest.fixture
def services(made: Path, tmp_path: Path) -> Iterator[Services]:
    """A copy of that node of one's own."""
    shutil.copytree(made / "node", tmp_path / "node")
    clock = SteppingClock()
    clock.now += timedelta(hours=1)
    services = Services(settings(tmp_path, **OPERATOR), clock)
    yield services
    services.close()


@pytest.fixture
def federation(services: Services) -> FederationService:
    return services.federation


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    net = Net(tmp_path, light=True, searching=False)
    yield net
    net.close()


@pytest.fixture
def a(net: Net) -> NetNode:
    return net.node("a")


@pytest.fixture
def b(net: Net) -> NetNode:
    return net.node("b")


@pytest.fixture
def c(net: Net) -> NetNode:
    return net.node("c")


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with read_pair(tmp_path_factory.mktemp("pair")) as pair:
        yield pair
