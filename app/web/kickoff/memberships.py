# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The bodies that a place may belong to, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.reuse import Network
from app.web.access import services


def offered(stated: Iterable[str]) -> Mapping[str, str]:
    """Return the names of all bodies to choose from by their keys; those that somebody stated come last if unusual."""
    network = services().reuse.network()
    bodies = _bodies(network)
    keys = {name: key for key, name in bodies.items()}
    # Whoever stated a body under another key of the same name, such as in a kept address, keeps that key.
    keys |= {_name(key, bodies, network): key for key in sorted(stated)}
    return {key: name for name, key in keys.items()}


def names(stated: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the bodies that somebody says they belong to."""
    network = services().reuse.network()
    bodies = _bodies(network)
    return tuple(sorted((_name(key, bodies, network) for key in stated), key=str.casefold))


def _bodies(network: Network) -> Mapping[str, str]:
    return {party.key: party.name for party in network.joinable()}


def _name(key: str, bodies: Mapping[str, str], network: Network) -> str:
    """A body without a record here is called by its key, which is all that is known of it."""
    keys = (key, *(party.key for party in network.meant(key)))
    return next((bodies[one] for one in keys if one in bodies), network.mentioned(key).name)
