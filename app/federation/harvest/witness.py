"""Finds nodes that show two lists under one number; a witness must present the other list, signed by the node."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from app.federation.harvest.models import Node, NodeState
from app.federation.listing.reading import ListState
from app.records.json_value import JsonValue

SEEN = "seen.json"
"""The target that says which list of which node was the last that came here."""
SEEN_LIMIT = 64 * 1024
_MOST_NODES = 300
_MOST_NUMBERS = 32
"""Earlier numbers of a node that are compared: what others say is up to a day old."""
_NUMBERS, _ROOT = "numbers.json", "root"


def last_seen(nodes: Iterable[Node]) -> bytes:
    """Return what this node publishes as `SEEN`."""
    active = [one for one in nodes if one.state is NodeState.ACTIVE and one.list_version]
    said = {one.issuer.address: {"version": one.list_version, "sha256": one.list_sha256} for one in active}
    return json.dumps(dict(sorted(said.items())[:_MOST_NODES])).encode()


def remember(folder: Path, state: ListState) -> None:
    """Note in the folder of a node which list it has under which number; another root begins anew."""
    numbers = _numbers(folder)
    if numbers.get(str(state.version)) == state.sha256 and numbers.get(_ROOT) == str(state.root_version):
        return
    if numbers.pop(_ROOT, None) != str(state.root_version):
        numbers = {}
    newest = [*numbers.items(), (str(state.version), state.sha256)][-_MOST_NUMBERS:]
    (folder / _NUMBERS).write_text(json.dumps({_ROOT: str(state.root_version), **dict(newest)}), encoding="utf-8")


def differs(folder: Path, said: Mapping[str, JsonValue]) -> bool:
    """Tell whether a list that somebody saw is another one than came here under its number."""
    mine = _numbers(folder).get(str(said.get("version")))
    return mine is not None and mine != said.get("sha256")


def _numbers(folder: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((folder / _NUMBERS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found
