"""Two real servers on loopback that fetch from each other over real connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from app.federation.harvest.report import RunReport
from app.shared.config import Settings
from app.wiring import Services
from tests.netnodes.net import concept, copied_node, path, record_id, tombstone
from tests.webnode.node import publish
from tools.serving_node import serving

ONE = record_id(1)
QUIET = {"NODE_WORKERS": "1", "NODE_LOG_LEVEL": "warning", "NODE_CONTENT": "/nonexistent"}


@dataclass
class Town:
    """A running server, and the same node as its worker process would have it."""

    url: str
    services: Services

    @property
    def origin(self) -> str:
        return self.services.federation.issuer.origin

    def publish(self, content: bytes, record: str = ONE) -> None:
        publish(self.services, {path(record): content})
        self.services.follow()

    def follow(self, other: Town) -> None:
        issuer = other.services.federation.issuer
        self.services.harvest.add(issuer, self.services.harvest.look(issuer).sha256)

    def harvest(self, other: Town) -> RunReport:
        return self.services.harvest.read(other.services.federation.issuer)

    def page(self, origin: str, record: str = ONE) -> tuple[int, str]:
        """Return what the server answers a visitor of the record's page."""
        answer = requests.get(f"{self.url}/r/{origin}/{record}", timeout=30)
        return answer.status_code, answer.text

    def found(self, word: str) -> bool:
        """Tell whether the server's search finds the record by a word of its title."""
        return f"/{ONE}" in requests.get(f"{self.url}/suche", params={"q": word}, timeout=30).text


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Town]]:
    folder = tmp_path_factory.mktemp("towns")
    with ExitStack() as running:
        yield tuple(_town(folder / name, running) for name in "ab")  # type: ignore[misc] # two of them


def _town(folder: Path, running: ExitStack) -> Town:
    copied_node(folder)
    url = running.enter_context(serving(folder / "node", QUIET, seconds=60)).url
    services = Services(Settings.model_validate({"data": folder / "node", "issuer": url}))
    running.callback(services.close)
    services.vocabularies.refresh()
    services.federation.listing.ensure()
    return Town(url, services)


def test_what_one_server_publishes_the_other_shows_after_one_look(towns: tuple[Town, Town]) -> None:
    a, b = towns
    a.publish(concept(ONE, "Mitfahrbank"))
    b.follow(a)
    for title in ("Mitfahrbank", "Linienbus"):
        a.publish(concept(ONE, title))
        report = b.harvest(a)
        assert (report.error, report.tally.stored) == ("", 1)
        status, text = b.page(a.origin)
        assert (status, title in text) == (200, True)
        assert b.found(title)
    a.publish(tombstone(ONE))
    assert b.harvest(a).tally.stored == 1
    assert b.page(a.origin)[0] == 410
    assert not b.found("Linienbus")
