"""A real site, and beside it a process that answers for nodes which mean harm; what readers see is read over HTTP."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from lxml import html

from app.federation.harvest.report import End, RunReport
from app.federation.issuer import Issuer
from app.shared.clock import utc_now
from app.wiring import Services
from tests.hostilenode.node import HostileNode
from tests.hostilenode.process import hostile_process
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

    def believe(self, node: HostileNode, *, hub: bool = False) -> RunReport:
        """Add a node as a peer, as an operator who has compared its key, and fetch from it."""
        seen = self.operator.harvest.look(Issuer(node.address))
        self.operator.harvest.add(seen, federation_key=node.federation.kid, hub=hub)
        return self.harvest(node)

    def harvest(self, node: HostileNode, services: Services | None = None) -> RunReport:
        """Fetch what is new; the site itself does so as well, every few minutes."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            report = (services or self.operator).harvest.harvest(Issuer(node.address))
            if report.end is not End.BUSY:
                return report
            time.sleep(0.1)
        raise AssertionError(report)

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
        """Return what this site has signed of a record of its own, as everybody can read it."""
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
    services.federation.keys.ensure()
    shipped: dict[str, bytes | None] = {
        str(file.relative_to(CONTENT)): file.read_bytes() for file in sorted(CONTENT.rglob("*.*"))
    }
    own = {path(OWN): concept(OWN, "Mitfahrbank: eine eigene Handreichung")}
    publish(services, {**shipped, **own, **response(BENCH, "Beispieldorf", ars=KEY, relation="confirms")})
    services.follow()
    return services
