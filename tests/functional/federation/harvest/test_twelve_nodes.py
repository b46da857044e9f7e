"""Twelve nodes that fail at random and change all the time: once it is quiet, all of them agree."""

from __future__ import annotations

import random

from app.catalogue import State
from app.federation.harvest.models import Audit
from app.federation.harvest.report import TAKEN, End, IngestOutcome
from tests.netnodes.net import Net, NetNode, concept, path, record_id, tombstone

NODES, HUBS, EDITS, ROUNDS = 12, 3, 200, 8
DICE = random.Random(20261124)


class Towns:
    """Nine towns that each follow one of three hubs; the hubs follow their towns and each other."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.nodes = [net.node(f"n{number}") for number in range(NODES)]
        self.pairs: list[tuple[NetNode, NetNode]] = []
        self.alive: dict[tuple[str, str], bool] = {}
        hubs, towns = self.nodes[:HUBS], self.nodes[HUBS:]
        for number, town in enumerate(towns):
            self._follow(hubs[number % HUBS], town, hub=False)
            self._follow(town, hubs[number % HUBS], hub=True)
        for one in hubs:
            for other in hubs:
                if one is not other:
                    self._follow(one, other, hub=True)

    def change(self, times: int) -> None:
        """Publish, edit and withdraw at random; each node publishes its changes together."""
        pending: dict[str, dict[str, bytes | None]] = {node.origin: {} for node in self.nodes}
        while sum(map(len, pending.values())) < times:
            node, of = DICE.choice(self.nodes), record_id(DICE.randrange(6))
            if path(of) not in pending[node.origin] and self.alive.get((node.origin, of), True):
                ended = (node.origin, of) in self.alive and DICE.random() < 0.15
                self.alive[node.origin, of] = not ended
                pending[node.origin][path(of)] = tombstone(of) if ended else concept(of, f"Fassung {DICE.random()}")
        for node in self.nodes:
            node.write(pending[node.origin])

    def round(self) -> list[IngestOutcome]:
        """Let everybody who is up ask those whose turn it is; return what became of everything received."""
        self.net.clock.forward(minutes=15)
        outcomes: list[IngestOutcome] = []
        for node, peer in self.pairs:
            if node.issuer.address not in self.net.down:
                report = node.harvest(peer)
                outcomes += report.outcomes.elements()
                assert report.end in {End.COMPLETE, End.UNCHANGED, End.FAILED}
                assert not report.reasons
        return outcomes

    def _follow(self, node: NetNode, other: NetNode, *, hub: bool) -> None:
        node.follow(other, hub=hub)
        self.pairs.append((node, other))


def test_twelve_nodes_agree_in_the_first_quiet_round(net: Net) -> None:
    net.searching = False
    towns = Towns(net)
    for _ in range(ROUNDS):
        net.down = {node.issuer.address for node in DICE.sample(towns.nodes, 3)}
        towns.change(EDITS // ROUNDS)
        towns.round()
    net.down.clear()
    # A version needs one round for each of its stations: town, hub, hub, town.
    for _ in range(2):
        towns.round()
    held = {node.origin: _held(node) for node in towns.nodes}
    for origin in held:
        own = held[origin][origin]
        assert own
        for node in towns.nodes:
            assert held[node.origin][origin] == own, f"{node.origin} about {origin}"
    sizes = [node.services.catalogue.last_seq() for node in towns.nodes]
    assert not TAKEN & set(towns.round())
    assert [node.services.catalogue.last_seq() for node in towns.nodes] == sizes
    assert _audits(towns) == {Audit.OK}
    assert not any(node.services.harvest.quarantine.count() for node in towns.nodes)


def _held(node: NetNode) -> dict[str, dict[str, tuple[int, str, State]]]:
    """Return origin -> id -> newest version as a node knows it; own records under the node's own name."""
    found: dict[str, dict[str, tuple[int, str, State]]] = {}
    for entry in node.services.catalogue.changes(0, 10_000):
        origin = entry.origin or node.origin
        known = found.setdefault(origin, {}).get(entry.id)
        if known is None or entry.ver > known[0]:
            found[origin][entry.id] = (entry.ver, entry.digest, entry.state)
    return found


def _audits(towns: Towns) -> set[Audit]:
    return {known.audit for node in towns.nodes for known in node.services.harvest.trust.all()}
