"""Pages that say by whom a place can obtain a solution, where solution, members and reader are at three nodes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from tools.demo.nodes import DemoNode

ASKED = "solutions/ulm-datenplattform-loesung"
FULDA = {"ort": "Landkreis Fulda", "ort_land": "HE", "ort_art": "district", "mitglied": "ekom21"}
"""A place that says by which provider it is served, which is a member where the one is who offers the solution."""

SHARED = "solutions/solingen-open-smart-city-app-loesung"
REMSCHEID = {"ort": "Remscheid", "ort_land": "NW", "ort_art": "independent_city"}
"""A place of which a list of members says where it belongs."""

_ID = re.compile(r"^id: ([0-9a-f-]{36})$", re.MULTILINE)


def page_at(node: DemoNode, home: DemoNode, solution: str, place: Mapping[str, str], describing: DemoNode) -> str:
    """Return the address at `node` of a solution of `home` with a place filled in.

    The body that the place says to belong to is one of those that `describing` has records of.
    """
    found = _ID.search((home.content / solution / "index.md").read_text("utf-8"))
    if found is None:
        raise ValueError(solution)
    said = {key: f"{value}@{describing.origin}" if key == "mitglied" else value for key, value in place.items()}
    return f"{node.part.address}/r/{home.origin}/{found[1]}?{urlencode(said)}#beziehbar"
