"""A real site, and beside it a process that answers for nodes which mean harm; what readers see is read over HTTP."""

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from lxml import html

from app.federation.harvest.report import End
from app.federation.issuer import Issuer
from app.shared.clock import utc_now
from app.wiring import Services
from tests.hostilenode.node import HostileNode
from tests.hostilenode.process import hostile_process
from tests.hostilenode.records import BODY
from tests.netnodes.answering import response
from tests.netnodes.filled import BENCH, OWN
from tests.netnodes.net import concept, copied_node, path
from tests.webnode.checks import check_page
from tests.webnode.node import CONTENT, publish, settings
from tools.serving_node import free_port, serving

BENCH_PAGE = "/fallstudien/beispielstadt-mitfahrbank"
KEY = "069990000001"
"""The official key of Beispieldorf, which has said of the bench at this node that it reuses it."""


@dataclass(frozen=True)
class Site:
    """The site under attack, as its readers and its operator have it."""

    url: str
    nodes: Path
    hostile: str
    operator: Services
    """The node once more, in the process of the test: what its operator and its worker do."""

    def node(self, name: str, **values: Any) -> HostileNode:
        """Return another node, which nobody here knows yet."""
        node = HostileNode(self.nodes, f"{self.hostile}/{name}", **{"name": f"Beispielnetz {name}", **values})
        node.write()
        return node

    def believe(self, node: HostileNode, *, mirror: bool = False, daily_new: int = 20_000) -> str:
        """Add a node, as an operator who has compared its root, and read its list; return like `read`."""
        issuer = Issuer(node.address)
        self.operator.harvest.nodes.add(issuer, self.operator.harvest.look(issuer).sha256, mirror=mirror)
        self.operator.harvest.nodes.change(issuer, daily_new=daily_new)
        return self.read(node)

    def stranger(self, name: str, *records: dict[str, Any]) -> HostileNode:
        """Return a node that is known by the word of an association alone, once its list was read."""
        node = self.node(name)
        for record in records:
            node.publish(record, "" if record["kind"] == "response" else BODY)
        # The site's own list names it: what no list names, the site's worker forgets whenever it looks after them.
        associations, issuer = self.operator.harvest.associations, Issuer(node.address)
        members = associations.members
        members.take(members.invite(node.name), issuer, node.root)
        members.admit(next(one.id for one in members.all() if one.issuer == issuer and one.id))
        associations.settle()
        assert not self.read(node)
        return node

    def read(self, node: HostileNode) -> str:
        """Read a list and return why that failed, if it did; the site itself does so as well, every few minutes."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            report = self.operator.harvest.read(Issuer(node.address))
            if report.end is not End.BUSY:
                return report.error
            time.sleep(0.1)
        raise AssertionError(report)

    def aside(self, node: HostileNode) -> dict[str, str]:
        """Return why which records of a node were set aside, by id."""
        rows = self.operator.harvest.set_aside(1000)
        return {one.path[8:-5]: f"{one.reason} {one.detail}" for one in rows if one.origin == node.origin}

    @contextmanager
    def days_later(self, days: int) -> Iterator[Services]:
        """Give the node as it will be in some days; lists were not confirmed since."""
        with closing(Services(self.operator.settings, lambda: utc_now() + timedelta(days=days))) as later:
            later.harvest.moderation.age()
            yield later
        self.operator.harvest.moderation.age()

    def status(self, path: str) -> int:
        """Return how the site answers for a page."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=30) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code

    def page(self, path: str) -> html.HtmlElement:
        """Return a page after the checks that hold for every one."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=30) as answer:
            return check_page(answer.read().decode(), dict(answer.headers), "de")

    def text(self, path: str) -> str:
        """Return what readers see of a page, in one line."""
        return " ".join(self.page(path).xpath("string(//main)").split())

    def responses(self) -> str:
        """Return what stands beside the bench of what municipalities say."""
        return " ".join(self.page(BENCH_PAGE).xpath("string(//section[@aria-labelledby='rueckmeldungen'])").split())

    def found(self, words: str) -> list[str]:
        """Return the addresses of the records that a search shows."""
        hits = self.page(f"/suche?q={quote(words)}").xpath("//article[@class='hit']//h3/a/@href")
        return [str(one).partition("?")[0] for one in hits]

    def said(self, record_id: str) -> dict[str, Any]:
        """Return what this site says of a record of its own, as everybody can read it."""
        with urllib.request.urlopen(f"{self.url}/r/{record_id}.json", timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


def page_of(node: HostileNode, record_id: str) -> str:
    """Return the address at which the site shows the record of a node."""
    return f"/r/{node.origin}/{record_id}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder, port = tmp_path_factory.mktemp("attacked"), free_port()
    nodes, url = folder / "nodes", f"http://127.0.0.1:{port}"
    nodes.mkdir()
    services = _filled(folder, url)
    given = {"NODE_WORKERS": "1", "NODE_CONTENT": "", "NODE_ISSUER": url, "NODE_MEANING": "off"}
    with hostile_process(nodes) as hostile, serving(folder / "node", given, seconds=90, port=port):
        yield Site(url, nodes, hostile, services)
    services.close()


def _filled(folder: Path, url: str) -> Services:
    services = Services(settings(copied_node(folder), issuer=url), utc_now)
    services.federation.listing.ensure()
    shipped: dict[str, bytes | None] = {
        str(file.relative_to(CONTENT)): file.read_bytes() for file in sorted(CONTENT.rglob("*.*"))
    }
    own = {path(OWN): concept(OWN, "Mitfahrbank: eine eigene Handreichung")}
    publish(services, {**shipped, **own, **response(BENCH, "Beispieldorf", ars=KEY, relation="confirms")})
    services.follow()
    return services
