# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The bodies that a place may belong to, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.web.access import services


def offered(stated: Iterable[str]) -> Mapping[str, str]:
    """Return the names of all bodies to choose from by their keys; those that somebody stated come last if unusual."""
    bodies = {party.key: party.name for party in services().reuse.network().joinable()}
    return {**bodies, **{key: name for key, name in _named(stated).items() if key not in bodies}}


def names(stated: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the bodies that somebody says they belong to."""
    known = offered(stated)
    return tuple(sorted((known[key] for key in stated), key=str.casefold))


def _named(stated: Iterable[str]) -> Mapping[str, str]:
    """A body without a record here is called by its key, which is all that is known of it."""
    known = services().reuse.network().organisations
    return {key: known[key].party.name if key in known else key for key in sorted(stated)}
