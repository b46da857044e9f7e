"""An association and its two members."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.demo.nodes import DemoNode
from tools.demo.parts import divide, lay_out

Say = Callable[[str], None]


class DemoNetwork:
    """The nodes, the association last."""

    def __init__(self, nodes: tuple[DemoNode, ...]) -> None:
        """Look after `nodes`."""
        self.nodes = nodes

    def start(self) -> None:
        """Start the servers, which first fill themselves with keys and records, and wait until they answer."""
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.wait()

    def introduce(self) -> None:
        """Let the others join the association, each by a link; they learn of each other from its list."""
        *members, association = self.nodes
        for node in members:
            node.join(association)
        for node in members:
            node.harvest()

    def leave(self) -> None:
        """Let the second node leave, and the association end its line."""
        _first, second, association = self.nodes
        second.leave(association)

    def exchange(self) -> None:
        """Let everybody fetch what is new."""
        for node in self.nodes:
            node.harvest()

    def stop(self) -> None:
        """End all servers."""
        for node in self.nodes:
            node.stop()


@contextmanager
def running(folder: Path, content: Path, first_port: int, say: Say) -> Iterator[DemoNetwork]:
    """Give three running nodes that have exchanged what they publish; end them afterwards."""
    parts = divide(content, first_port)
    nodes = tuple(DemoNode(part, folder / part.key) for part in parts)
    network = DemoNetwork(nodes)
    for node in nodes:
        lay_out(node.part, parts, content, node.content)
    try:
        say("Filling and starting three nodes, each with a part of the collection …")
        network.start()
        say("Two of them join the third, an association, and fetch what all publish …")
        network.introduce()
        network.exchange()
        yield network
    finally:
        network.stop()
