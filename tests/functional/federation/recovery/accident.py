# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Backups of a node, and what tests ask of it afterwards."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import Any

from app.federation.fetching import Fetched, FetchFailed, Wanted
from app.federation.recovery.service import RecoveryReport
from app.identity import Person, Role, RoleKind
from tests.database import keep_as_it_is
from tests.netnodes.net import Net, NetNode, slug

CURATOR = Person(id="c-1", pseudonym="u-c1", display_name="Kim Beispiel", roles=(Role(kind=RoleKind.CURATOR),))


@dataclass
class FileNet(Net):
    """A network in which files can get lost (None) or go wrong on their way, by their names."""

    instead: dict[str, bytes | None] = field(default_factory=dict)

    def fetch(self, wanted: Wanted) -> Fetched:
        name = wanted.url.rpartition("/")[2]
        if "/dateien/" not in wanted.url or name not in self.instead:
            return super().fetch(wanted)
        body = self.instead[name]
        if body is None:
            raise FetchFailed("status", "404")
        return Fetched(status=200, body=body)


def quiet(done: int, total: int) -> None:
    del done, total


def back_up(net: Net, node: NetNode, **values: Any) -> NetNode:
    """Copy the folder of A and start it again, with these settings."""
    node.services.close()
    shutil.copytree(net.folder / "a", net.folder / "backup")
    keep_as_it_is(net.folder / "backup")
    return net.open("a", **values)


def restore(net: Net, **values: Any) -> NetNode:
    """Start A from its backup, an hour later."""
    net.nodes["https://a.example"].services.close()
    net.clock.forward(hours=1)
    return net.open("a", folder="backup", **values)


def lose(net: FileNet, a: NetNode, b: NetNode, changes: dict[str, bytes | None]) -> NetNode:
    """Publish something after the backup, and go back to it."""
    a = back_up(net, a)
    net.clock.forward(minutes=5)
    a.write(changes)
    b.harvest(a)
    a = restore(net)
    a.harvest(b)
    return a


def recovered(node: NetNode, *keep: str) -> RecoveryReport:
    service = node.services.recovery
    return service.recover(service.plan(quiet, keep), quiet)


def titles(node: NetNode, one: str) -> list[str]:
    """Return the titles of all versions of an own record."""
    return [node.services.catalogue.record(entry).title for entry in node.services.catalogue.versions(one)]


def beside(one: str, name: str) -> str:
    return f"concepts/{slug(one)}/{name}"
