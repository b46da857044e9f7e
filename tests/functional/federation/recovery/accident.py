# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Backups of a node, and what tests ask of it afterwards."""

from __future__ import annotations

import shutil

from app.federation.recovery.service import RecoveryReport
from tests.netnodes.net import Net, NetNode


def quiet(done: int, total: int) -> None:
    del done, total


def back_up(net: Net, node: NetNode) -> NetNode:
    """Copy the folder of A and start it again."""
    node.services.close()
    shutil.copytree(net.folder / "a", net.folder / "backup")
    return net.open("a")


def restore(net: Net) -> NetNode:
    """Start A from its backup, an hour later."""
    net.nodes["https://a.example"].services.close()
    net.clock.forward(hours=1)
    return net.open("a", folder="backup")


def recovered(node: NetNode, *keep: str) -> RecoveryReport:
    service = node.services.recovery
    return service.recover(service.plan(quiet, keep), quiet)


def titles(node: NetNode, one: str) -> list[str]:
    """Return the titles of all versions of an own record."""
    return [node.services.catalogue.record(entry).title for entry in node.services.catalogue.versions(one)]
