"""Nodes whose servers are programs of their own; what an operator would type is done from here, to save time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.error import URLError

from app.federation.association.members import EndReason
from app.federation.issuer import Issuer
from app.shared.config import Settings
from app.wiring import Services
from app.wiring.node import Node
from tools.demo.parts import Part

PROGRAM = Path(sys.executable).with_name("erfahrungsnetz")
_PATIENCE = 180.0
"""Seconds until a node must answer; it takes ten on an idle machine."""


class DemoFailed(Exception):
    """`what` did not work; `output` is what the program said."""

    def __init__(self, what: str, output: str) -> None:
        super().__init__(what, output)
        self.what = what
        self.output = output


@dataclass(slots=True, eq=False)
class DemoNode:
    """A node below `folder`: `content` is what it is seeded from, `data` what it owns."""

    part: Part
    folder: Path
    _server: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _services: Services | None = field(default=None, init=False)

    @property
    def content(self) -> Path:
        """The folder with its part of the collection."""
        return self.folder / "content"

    @property
    def data(self) -> Path:
        """The folder with what it owns."""
        return self.folder / "data"

    @property
    def services(self) -> Services:
        """The node as its own commands work on it, beside the server; only once that has filled it."""
        if self._services is None:
            self._services = Services(self._settings())
        return self._services

    @property
    def server(self) -> int:
        """The process of the server; only while it runs."""
        assert self._server is not None
        return self._server.pid

    @property
    def origin(self) -> str:
        """The short name by which others call the node."""
        return Issuer.parse(self.part.address).origin

    def join(self, association: DemoNode) -> None:
        """Join by a link and be let in, as `members invite` and `admit` there and `erfahrungsnetz join` here do."""
        harvest, members = association.services.harvest, association.services.federation.members
        link = harvest.associations.link(members.invite(self.part.name, hub=True), association.root)
        self.services.harvest.join(link, self.root)
        members.admit(max(one.id or 0 for one in members.all()))
        association.services.tell_members()

    def leave(self, association: DemoNode) -> None:
        """Leave an association, which then ends the line, as `erfahrungsnetz leave` and `members end` do."""
        self.services.harvest.remove(Issuer.parse(association.part.address))
        association.services.federation.members.end(Issuer.parse(self.part.address), EndReason.LEFT)
        association.services.tell_members()

    @property
    def root(self) -> str:
        """The SHA-256 of its first root."""
        return self.services.federation.listing.listed.root(1).sha256

    def harvest(self) -> None:
        """Fetch what is new at all partners, as `erfahrungsnetz harvest` does; raises DemoFailed."""
        for partner in self.services.harvest.nodes.all():
            report = self.services.harvest.read(partner.issuer)
            if report.error:
                raise DemoFailed(f"{self.part.name} could not fetch from {partner.issuer.address}", report.error)

    def publish(self) -> None:
        """Take over what changed in the content folder, as `erfahrungsnetz sync` does; raises DemoFailed."""
        Node(self.services).sync(self.content, lambda _step: lambda _done, _total: None)
        problems = self.services.catalogue.problems()
        if problems:
            raise DemoFailed(f"{self.part.name} cannot show what it publishes", str(problems[0].problems))

    def start(self) -> None:
        """Start the server; `wait` says when it answers."""
        log = (self.folder / "server.log").open("ab")
        self._server = subprocess.Popen(
            [str(PROGRAM), "run", "--port", str(self.part.port)],
            env=self._environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()

    def wait(self) -> None:
        """Wait until the server answers; raises DemoFailed."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if self._server is None or self._server.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.2)
        raise DemoFailed(f"{self.part.name} does not answer", (self.folder / "server.log").read_text("utf-8"))

    def stop(self) -> None:
        """End the server; harmless when it has ended."""
        if self._services is not None:
            self._services.close()
            self._services = None
        if self._server is not None:
            self._server.terminate()
            try:
                self._server.wait(10)
            except subprocess.TimeoutExpired:
                self._server.kill()
            self._server = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.part.address}/healthz", timeout=2) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except (URLError, TimeoutError, ConnectionError):
            return False

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("NODE_")}
        return {**inherited, **{f"NODE_{name.upper()}": str(value) for name, value in self._given().items()}}

    def _settings(self) -> Settings:
        return Settings.model_validate(self._given())

    def _given(self) -> dict[str, object]:
        return {
            "data": self.data,
            "content": self.content,
            "port": self.part.port,
            "name": self.part.name,
            "operator_name": self.part.name,
            "operator_address": "Musterweg 1, 12345 Beispielstadt",
            "operator_email": "netz@verbund.example",
            "workers": 1,
            # Three nodes that compute vectors at once would keep each other waiting; the tour is about exchange.
            "meaning": "off",
            "log_level": "warning",
        }
