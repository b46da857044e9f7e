from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from app.kickoff.places.directory import PlaceDirectory
from app.kickoff.places.index import write_index
from app.kickoff.places.table import PlaceEntry
from tools.official_keys import gaps, with_keys

RECORD = """\
---
schema: case-study/1
title: "Rhaunen: ein Beispiel"
municipalities:
  - {name: "Neuhof", state: HE, kind: municipality, role: partner, sources: [zeitung]}
  - {name: Musterstadt, state: HE, kind: town, role: lead}
  - {name: Bekannt, state: HE, kind: town, ars: "06999009", role: lead}
  - name: Landkreis Muster
    state: HE
    kind: district  # so im Bericht
    role: partner
---
Der Text nennt kind: town und bleibt, wie er ist.
"""


@pytest.fixture
def places(tmp_path: Path) -> PlaceDirectory:
    def place(name: str, kind: str, ars: str | None) -> PlaceEntry:
        return PlaceEntry(name=name, state="HE", kind=kind, source="test", ars=ars)

    made = tmp_path / "places.sqlite"
    write_index(
        made,
        [
            place("Neuhof", "municipality", "06999001"),
            place("Neuhof", "municipality", "06999002"),
            place("Musterstadt", "town", "06999003"),
            place("Landkreis Muster", "district", "06999"),
        ],
    )
    return PlaceDirectory(None, made)


def test_a_key_is_entered_where_it_is_beyond_doubt_and_nothing_else_changes(places: PlaceDirectory) -> None:
    text, found = with_keys(RECORD, places)
    assert text == RECORD.replace("kind: town, role: lead}", 'kind: town, ars: "06999003", role: lead}').replace(
        "kind: district  # so", 'kind: district\n    ars: "06999"  # so'
    )
    keys = [one.get("ars") for one in yaml.safe_load(text.split("---")[1])["municipalities"]]
    assert keys == [None, "06999003", "06999009", "06999"]
    assert [(gap.name, place and place.ars) for gap, place in found] == [
        ("Neuhof", None),
        ("Musterstadt", "06999003"),
        ("Landkreis Muster", "06999"),
    ]
    assert with_keys(text, places)[0] == text


def test_what_names_no_municipality_has_no_gap() -> None:
    for text in ("", "kein Kopf", "---\nschema: withdrawn/1\n---\n", "---\n- a\n---\n"):
        assert gaps(text) == []
