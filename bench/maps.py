"""The map of a node with many generated records, each of which comes from a place that there is."""

from __future__ import annotations

import gzip
import re
import urllib.request
from pathlib import Path
from typing import Any

from app.kickoff.places.directory import SHIPPED
from app.kickoff.places.index import PlaceIndex
from app.kickoff.places.table import read_places
from app.shared.config import load_settings
from bench.corpus import TOPICS, case_study, write_corpus
from bench.generated import NodeWith, name_of
from bench.timing import measure
from tools.serving_node import serving

ROUNDS = 200
LOOKS = ("", "&ebene=lernen", *(f"&thema={topic}" for topic in TOPICS))
"""Everything, who learned from whom, and a part."""
_PLACE = re.compile(r'name: "Musterort \d+", state: ..,')
_KINDS = frozenset({"town", "municipality", "independent_city"})
_SVG = re.compile(rb'<svg class="map".*?</svg>', re.DOTALL)


def measure_maps(folder: Path, size: int) -> dict[str, Any]:
    """Return figures of a node with `size` records in `folder`; keys end in the size."""
    made, name = NodeWith(folder, size), name_of(size)
    _write(folder / "content", size)
    with serving(made.data, made.settings("off"), seconds=3600) as node:
        address = f"{node.url}/suche?ansicht=karte"
        first = measure(node.url, ["/suche?ansicht=karte"], rounds=1, warm_up=0)
        whole = measure(node.url, ["/suche?ansicht=karte"], rounds=ROUNDS)
        looks = measure(node.url, [f"/suche?ansicht=karte{look}" for look in LOOKS], rounds=ROUNDS)
        with urllib.request.urlopen(address) as answer:
            drawn = _SVG.search(answer.read())
    return {
        f"map_first_ms_{name}": first.p50,
        f"map_p50_ms_{name}": whole.p50,
        f"map_p95_ms_{name}": whole.p95,
        f"map_looks_p95_ms_{name}": looks.p95,
        f"map_page_bytes_{name}": whole.size,
        f"map_svg_gzipped_bytes_{name}": len(gzip.compress(drawn[0] if drawn else b"")),
    }


def _write(folder: Path, size: int) -> None:
    """Write case studies from places all over the country."""
    places = [place for place in _places() if place.kind in _KINDS and place.latitude is not None]
    write_corpus(folder, 0)
    for number in range(size):
        place = places[number * len(places) // size]
        record = folder / "case-studies" / f"muster-{number:05d}"
        record.mkdir(parents=True)
        text = _PLACE.sub(f'name: "{place.name}", state: {place.state},', case_study(number), count=1)
        (record / "index.md").write_text(text.replace("kind: municipality,", f"kind: {place.kind},", 1), "utf-8")


def _places() -> PlaceIndex:
    made = load_settings().places_path
    return (PlaceIndex.open(made) if made else None) or PlaceIndex.of(read_places(SHIPPED))
