"""Nodes that reach each other by calling the other's WSGI application; each has its own files, database and keys."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from app.federation.harvest.report import RunReport
from app.federation.issuer import Issuer
from app.fetching import Fetched, FetchFailed, Wanted
from app.web.factory import create_app
from app.wiring import Services
from app.wiring.node import Node
from tests.netnodes.light_site import light_site
from tests.once import made_once
from tests.webnode import texts
from tests.webnode.clock import Clock
from tests.webnode.node import ROOT, publish, settings

KEYS = ("06999001", "06999002", "06999003")
"""Those of the invented towns, for which all members may speak where a test does not say otherwise."""
Tamper = Callable[[Wanted, Fetched], Fetched]


@dataclass
class Net:
    """The network. Nodes in `down` do not answer; `tamper` may change what is on its way."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    nodes: dict[str, NetNode] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    tamper: Tamper | None = None
    light: bool = False
    """Nodes answer other nodes only; their pages are not there."""
    searching: bool = True
    """Whether nodes index what they take in; it takes most of the time."""

    def fetch(self, wanted: Wanted) -> Fetched:
        self.asked.append(wanted.url)
        node = self.nodes.get(wanted.peer.address)
        if node is None or wanted.peer.address in self.down:
            raise FetchFailed("unreachable")
        parts = urlsplit(wanted.url)
        where, headers = f"{parts.path}?{parts.query}", {"Accept-Encoding": "identity"}
        if wanted.body is None:
            answer = node.client.get(where, headers=headers)
        else:
            answer = node.client.post(where, data=wanted.body, content_type="application/json")
        body = answer.get_data()
        answer.close()
        if answer.status_code != 200:
            raise FetchFailed("status", str(answer.status_code))
        found = Fetched(body=body)
        return self.tamper(wanted, found) if self.tamper else found

    def node(self, name: str, **values: Any) -> NetNode:
        """Return a new node at https://<name>.example, a copy of the empty one with keys of its own."""
        copied_node(self.folder / name)
        return self.open(name, **values)

    def open(self, name: str, folder: str = "", **values: Any) -> NetNode:
        """Return the node in a folder that is there already."""
        given = {"issuer": f"https://{name}.example", "name": name, **values}
        services = Services(settings(self.folder / (folder or name), **given), self.clock, self)
        services.federation.listing.ensure()
        if not self.searching:
            services.harvest.follow = services.harvest.moderation.follow = services.oai.projection.catch_up
        site = light_site(services) if self.light else create_app(services, testing=True)
        node = NetNode(net=self, services=services, client=site.test_client())
        self.nodes[node.issuer.address] = node
        return node

    def close(self) -> None:
        for node in self.nodes.values():
            node.services.close()


@dataclass
class NetNode:
    """One node, and what tests do with it."""

    net: Net
    services: Services
    client: FlaskClient

    @property
    def issuer(self) -> Issuer:
        return self.services.federation.issuer

    @property
    def origin(self) -> str:
        return self.issuer.origin

    def publish(self, record_id: str, text: str = "Ein Text.", title: str = "Ein Beispiel") -> None:
        self.write({path(record_id): concept(record_id, title, text)})

    def withdraw(self, record_id: str) -> None:
        self.write({path(record_id): tombstone(record_id)})

    def follow(
        self, other: NetNode, *, by: NetNode | None = None, mirror: bool = False, keys: Sequence[str] = KEYS
    ) -> None:
        """Read the list of another node from now on, as an operator who has compared its root or by an association."""
        root = self.services.harvest.look(other.issuer).sha256
        if by is None:
            self.services.harvest.add(other.issuer, root, mirror=mirror)
        else:
            self.services.harvest.nodes.add(other.issuer, root, association=by.issuer)
            self.services.harvest.nodes.change(other.issuer, official_keys=" ".join(keys))

    def harvest(self, other: NetNode) -> RunReport:
        return self.services.harvest.read(other.issuer)

    def shown(self, origin: str) -> dict[str, tuple[int, str]]:
        """Return id -> (version, title) of what readers see of an origin."""
        catalogue = self.services.catalogue
        heads = [entry for entry in catalogue.heads() if entry.origin == origin]
        return {entry.id: (entry.ver, catalogue.record(entry).title) for entry in heads}

    def write(self, changes: Mapping[str, bytes | None]) -> None:
        """Publish files, as an editor would."""
        if changes:
            publish(self.services, dict(changes))
        self.services.catalogue.catch_up()
        self.services.federation.follow()


def begin(net: Net, name: str, make: Callable[[Net], object]) -> None:
    """Let a network without nodes begin where `make` leaves one; that is done once in a run and copied.

    Its nodes are there to be opened; all that begin so have the same keys.
    """

    def made(folder: Path) -> None:
        first = Net(folder / "nodes", light=net.light, searching=net.searching)
        make(first)
        first.close()
        (folder / "now").write_text(first.clock().isoformat(), encoding="utf-8")

    found = made_once(f"begun-{name}-{net.light}-{net.searching}".casefold(), made)
    shutil.copytree(found / "nodes", net.folder, dirs_exist_ok=True)
    net.clock.now = datetime.fromisoformat((found / "now").read_text(encoding="utf-8"))


def record_id(number: int) -> str:
    return f"30000000-0000-4000-8000-{number:012d}"


def slug(of: str) -> str:
    return f"beispiel-{int(of[-12:])}"


def path(of: str) -> str:
    return f"concepts/{slug(of)}/index.md"


def concept(of: str, title: str, text: str = "Ein Text.") -> bytes:
    return texts.concept(of, text, title, id=of, review_by="2099-03-01")


def tombstone(of: str) -> bytes:
    return texts.withdrawn("concept", of)


def empty_node() -> Path:
    """Return the folder of an empty node to copy: vocabulary and tables, no records."""
    return made_once("empty-node", _make_empty)


def _make_empty(folder: Path) -> None:
    seed = folder / "seed"
    shutil.copytree(ROOT / "content" / "vocabulary", seed / "vocabulary")
    services = Services(settings(folder), Clock())
    Node(services).init(seed, lambda _step: lambda _done, _total: None)
    services.close()


def copied_node(folder: Path) -> Path:
    """Put a copy of the empty node, which makes keys of its own, into `folder`."""
    shutil.copytree(empty_node() / "node", folder / "node", dirs_exist_ok=True)
    for name in ("online.pem", "recovery.txt", "listed.json"):
        (folder / "node" / "keys" / name).unlink()
    for name in ("keys/roots", "netz"):
        shutil.rmtree(folder / "node" / name)
    return folder
