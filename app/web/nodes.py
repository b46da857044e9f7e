# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What readers call the nodes that records come from."""

from __future__ import annotations

from flask import g

from app.web.access import services


def node_name(origin: str) -> str:
    """Return the name of the node with this origin and its address behind it; "" for this node."""
    if not origin:
        return ""
    name = _names().get(origin, "")
    return f"{name} ({origin})" if name and name != origin else origin


def node_title(origin: str) -> str:
    """Return the same, and for this node its own name."""
    return node_name(origin) or services().settings.name


def _names() -> dict[str, str]:
    """Return what nodes call themselves by origin, asked for once in a request."""
    if "node_names" not in g:
        g.node_names = services().node_names.by_origin()
    found: dict[str, str] = g.node_names
    return found
