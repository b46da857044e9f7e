# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a response is about, by its global name.

A file names a record of its own node by its bare identifier, because the address of a node stands in no file, and a
record of another node by its permanent address. So a bare identifier means a record of whoever signed the response.
"""

from __future__ import annotations

from collections.abc import Callable

from app.content.record import Record

GlobalName = Callable[[str, str], str]
"""Returns the global name of a record by origin ("" for this node) and identifier; raises NotFound for no origin."""

_RECORD = "/r/"


def written_target(target: Record, name: GlobalName) -> str:
    """Return how a file of this node names `target`."""
    return name(target.origin, target.id) if target.origin else target.id


def global_target(response: Record, name: GlobalName) -> str:
    """Return the global name of what a response is about; raises what `name` raises."""
    target = str(response.data["target"])
    return target if _RECORD in target else name(response.origin, target)
