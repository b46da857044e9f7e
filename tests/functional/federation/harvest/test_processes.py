"""Three real servers on loopback that fetch from each other over real connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from app.federation.harvest.models import Audit
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

    def follow(self, other: Town, *, hub: bool = False) -> None:
        seen = self.services.harvest.look(other.services.federation.issuer)
        self.services.harvest.add(seen, federation_key=seen.federation_key, hub=hub)

    def harvest(self, other: Town) -> RunReport:
        return self.services.harvest.harvest(other.services.federation.issuer)

    def page(self, origin: str, record: str = ONE) -> tuple[int, str]:
        """Return what the server answers a visitor of the record's page."""
        answer = requests.get(f"{self.url}/r/{origin}/{record}", timeout=30)
        return answer.status_code, answer.text

    def found(self, word: str) -> bool:
        """Tell whether the server's search finds the record by a word of its title."""
        return f"/{ONE}" in requests.get(f"{self.url}/suche", params={"q": word}, timeout=30).text


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Town, Town]]:
    folder = tmp_path_factory.mktemp("towns")
    with ExitStack() as running:
        yield tuple(_town(folder / name, running) for name in "abc")  # type: ignore[misc] # three of them


def _town(folder: Path, running: ExitStack) -> Town:
    copied_node(folder)
    url = running.enter_context(serving(folder / "node", QUIET, seconds=60)).url
    services = Services(Settings.model_validate({"data": folder / "node", "issuer": url}))
    running.callback(services.close)
    services.vocabularies.refresh()
    return Town(url, services)


def test_what_one_server_publishes_the_others_show_after_one_poll_each(towns: tuple[Town, Town, Town]) -> None:
    a, b, c = towns
    a.publish(concept(ONE, "Mitfahrbank"))
    b.follow(a)
    c.follow(b, hub=True)
    for title in ("Mitfahrbank", "Linienbus"):
        a.publish(concept(ONE, title))
        assert b.harvest(a).taken == 1
        assert c.harvest(b).audits == {a.origin: Audit.OK, b.origin: Audit.OK}
        for town in (b, c):
            status, text = town.page(a.origin)
            assert (status, title in text) == (200, True)
            assert town.found(title)
    a.publish(tombstone(ONE))
    assert b.harvest(a).taken == c.harvest(b).taken == 1
    for town in (b, c):
        assert town.page(a.origin)[0] == 410
        assert not town.found("Linienbus")
    assert [(known.issuer.address, known.audit) for known in c.services.harvest.trust.all()] == [
        (town.url, Audit.OK) for town in sorted((a, b), key=lambda town: town.url)
    ]
