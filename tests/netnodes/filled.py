"""A network with something to read: A publishes the small collection, and readers visit B."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.netnodes.net import Net, NetNode
from tests.once import made_once
from tests.webnode.node import CONTENT, publish

ISSUER = "https://b.example"
"""The address of B where nothing else is said."""
BENCH = "10000000-0000-4000-8000-000000000001"
WARNING = "10000000-0000-4000-8000-000000000002"
SOLUTION = "10000000-0000-4000-8000-000000000004"
BENCH_FILE = "case-studies/beispielstadt-mitfahrbank/index.md"
OWN = "30000000-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class Filled:
    """The nodes; B knows A by the word of the association H."""

    net: Net
    a: NetNode
    h: NetNode
    b: NetNode

    def edit(self, changes: dict[str, bytes | None]) -> None:
        """Publish at A and let it travel to B."""
        publish(self.a.services, changes)
        self.a.services.follow()
        self.travel()

    def travel(self) -> None:
        """Let B look for news, fifteen minutes later."""
        self.net.clock.forward(minutes=15)
        self.b.harvest(self.a)

    def text(self, path: str = BENCH_FILE) -> str:
        """Return a file as it is published at A."""
        repository = self.a.services.repository
        folder, _, _ = path.rpartition("/")
        return (repository.folder(folder, repository.head()).text or b"").decode()


def fill(folder: Path, issuer: str = ISSUER, **values: Any) -> Filled:
    """Return a copy of the network after the first exchange; `issuer` and `values` are settings of B."""
    made = made_once(f"filled-{issuer}", lambda made: _exchange(Net(made), issuer))
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return _opened(Net(folder), issuer, **values)


def fill_further(folder: Path, further: Callable[[Filled], object], **values: Any) -> Filled:
    """Return a copy of the network after what `further` did on it, once in a run; `values` are settings of B."""
    made = made_once(f"filled-{further.__module__}-{further.__name__}", lambda made: _go_on(made, further))
    shutil.copytree(made / "nodes", folder, dirs_exist_ok=True)
    net = Net(folder)
    net.clock.now = datetime.fromisoformat((made / "now").read_text("utf-8"))
    return _opened(net, ISSUER, **values)


def _opened(net: Net, issuer: str, **values: Any) -> Filled:
    a = net.open("a", operator_name="Beispielnetz A")
    h = net.open("h", operator_name="Beispielverbund H")
    return Filled(net, a, h, net.open("b", issuer=issuer, **values))


def _go_on(made: Path, further: Callable[[Filled], object]) -> None:
    filled = fill(made / "nodes")
    further(filled)
    filled.net.close()
    (made / "now").write_text(filled.net.clock().isoformat(), "utf-8")


def _exchange(net: Net, issuer: str) -> None:
    a = net.node("a", operator_name="Beispielnetz A")
    h = net.node("h", operator_name="Beispielverbund H")
    b = net.node("b", issuer=issuer)
    publish(a.services, {str(path.relative_to(CONTENT)): path.read_bytes() for path in sorted(CONTENT.rglob("*.*"))})
    a.services.follow()
    b.publish(OWN, title="Mitfahrbank: eine eigene Handreichung", text="Wie man eine Mitfahrbank aufstellt.")
    b.follow(a, by=h)
    b.harvest(a)
    b.services.follow()
    net.close()
