"""Official keys for the municipalities of records, from the list of places that set-up makes.

    python -m tools.official_keys             # say which keys are missing and what they are
    python -m tools.official_keys --write     # enter those that are beyond doubt

A key is beyond doubt where one place alone has the name, in that state, and may be of that kind. The list says as of
when; compare it where municipalities were merged since then.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from app.kickoff.places.directory import PlaceDirectory
from app.kickoff.places.table import PlaceEntry
from app.shared.config import PROJECT_ROOT, load_settings

_FENCE = "---\n"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A municipality without a key.

    `end` is where the value of its kind ends in the text, `block` the indentation of its fields where each has a line
    of its own.
    """

    name: str
    state: str
    kind: str
    end: int
    block: str | None


def gaps(text: str) -> list[Gap]:
    """Return the municipalities of a record that have no key yet, in their order."""
    if not text.startswith(_FENCE) or _FENCE not in text[len(_FENCE) :]:
        return []
    front = text[len(_FENCE) : text.index(f"\n{_FENCE}", len(_FENCE)) + 1]
    root = yaml.compose(front, Loader=yaml.SafeLoader)
    return [gap for node in _members(root) if (gap := _gap(node, len(_FENCE)))]


def _members(root: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    if not isinstance(root, yaml.MappingNode):
        return
    for key, value in root.value:
        if key.value == "municipalities" and isinstance(value, yaml.SequenceNode):
            yield from (node for node in value.value if isinstance(node, yaml.MappingNode))


def _gap(node: yaml.MappingNode, offset: int) -> Gap | None:
    said = {key.value: (key, value) for key, value in node.value}
    if "ars" in said or not {"name", "state", "kind"} <= said.keys():
        return None
    key, kind = said["kind"]
    return Gap(
        name=said["name"][1].value,
        state=said["state"][1].value,
        kind=kind.value,
        end=offset + kind.end_mark.index,
        block=None if node.flow_style else " " * key.start_mark.column,
    )


def with_keys(text: str, places: PlaceDirectory) -> tuple[str, list[tuple[Gap, PlaceEntry | None]]]:
    """Return the text with every key that is beyond doubt, and what was found for each gap."""
    found = [(gap, places.known(gap.name, gap.state, gap.kind)) for gap in gaps(text)]
    for gap, place in reversed(found):
        if place and place.ars:
            field = f'ars: "{place.ars}"'
            text = text[: gap.end] + (f", {field}" if gap.block is None else f"\n{gap.block}{field}") + text[gap.end :]
    return text, found


def main() -> int:
    """Say what is missing in the folder of contents, and enter it on demand."""
    parser = argparse.ArgumentParser(prog="python -m tools.official_keys", description=__doc__)
    parser.add_argument("content", nargs="?", type=Path, default=PROJECT_ROOT / "content")
    parser.add_argument("--write", action="store_true", help="enter the keys into the files")
    options = parser.parse_args()
    places = PlaceDirectory(None, load_settings().places_path)
    known = missing = 0
    for path in sorted(options.content.rglob("index.md")):
        before = path.read_text(encoding="utf-8")
        after, found = with_keys(before, places)
        for gap, place in found:
            known += bool(place and place.ars)
            missing += not (place and place.ars)
            print(f"{path.relative_to(options.content)}: {gap.name} ({gap.state}, {gap.kind}) {_said(place)}")
        if options.write and after != before:
            path.write_text(after, encoding="utf-8")
    print(f"{known} {'entered' if options.write else 'beyond doubt'}, {missing} to be looked up by hand")
    for used in places.attributions():
        print(f"Source: {used.text}, as of {used.as_of or 'unknown'}")
    return 0


def _said(place: PlaceEntry | None) -> str:
    if place is None:
        return "→ no place or several"
    if not place.ars:
        return f"→ {place.name}: the list does not tell its key"
    inside = f", {place.within}" if place.within else ""
    return f"→ {place.ars} ({place.name}, {place.kind}{inside}; {place.as_of})"


if __name__ == "__main__":
    sys.exit(main())
