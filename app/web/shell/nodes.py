"""What readers call the nodes that records come from."""

from __future__ import annotations

from flask import g

from app.records.look_alike import is_plain_latin, skeleton
from app.web.shell.access import services


def node_name(origin: str) -> str:
    """Return the name of the node with this origin and its address behind it; "" for this node."""
    if not origin:
        return ""
    name = _names().get(origin, "")
    if not name or name == origin:
        return origin
    return f"{origin} ({name})" if _can_be_mistaken(origin, name) else f"{name} ({origin})"


def _can_be_mistaken(origin: str, name: str) -> bool:
    """Tell whether a name looks like that of another node, of a place or of an organisation that is known here."""
    first = _first_of_each_look()[skeleton(name)]
    return _imitates(name) or (first != origin and not (first and _imitates(_names()[first])))


def _imitates(name: str) -> bool:
    node = services()
    return not is_plain_latin(name) or node.places.is_imitated_by(name) or node.reuse.is_imitated_by(name)


def _first_of_each_look() -> dict[str, str]:
    """Return whose a name is among all that look alike: this node's, a peer's, that of the node known first."""
    if "node_looks" not in g:
        g.node_looks = {skeleton(name): "" for name in (services().settings.name, services().settings.operator_name)}
        for origin, name in _names().items():
            g.node_looks.setdefault(skeleton(name), origin)
    found: dict[str, str] = g.node_looks
    return found


def node_title(origin: str) -> str:
    """Return the same, and for this node its own name."""
    return node_name(origin) or services().settings.name


def _names() -> dict[str, str]:
    """Return what nodes call themselves by origin, asked for once in a request."""
    if "node_names" not in g:
        g.node_names = services().harvest.node_names()
    found: dict[str, str] = g.node_names
    return found
