"""Divides the collection into three, so that each record has one home."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SHARED = ("vocabulary",)
_COMMON = ("collections", "concepts", "organisations")
_STATE = re.compile(r"\bstate: ([A-Z]{2})\b")
_SOUTH = frozenset({"BW", "BY"})
_USED = re.compile(r"\brel: uses_solution, target: solution/([a-z0-9-]+)")
_ID = re.compile(r"^id: ([0-9a-f-]{36})$", re.MULTILINE)
_KIND = re.compile(r"^kind: ([a-z-]+)$", re.MULTILINE)
_NAMED = re.compile(r"(\b(?:target|case|ref): |\]\()([a-z-]+/[a-z0-9-]+)")
"""Names of other records in the front matter, and links to them in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one node publishes: `folders` such as "case-studies/ulm"."""

    key: str
    name: str
    port: int
    folders: tuple[str, ...]

    @property
    def address(self) -> str:
        """The address of the node."""
        return f"http://127.0.0.1:{self.port}"


def divide(content: Path, first_port: int) -> tuple[Part, ...]:
    """Return the parts: cases and solutions of the south, those of the rest, and what they have in common."""
    cases = {folder.name: _is_southern(folder) for folder in _records(content, "case-studies")}
    used = _used_in_south(content, cases)
    solutions = {folder.name: folder.name in used for folder in _records(content, "solutions")}
    south = [f"case-studies/{name}" for name, is_south in cases.items() if is_south]
    south += [f"solutions/{name}" for name, is_south in solutions.items() if is_south]
    rest = [f"case-studies/{name}" for name, is_south in cases.items() if not is_south]
    rest += [f"solutions/{name}" for name, is_south in solutions.items() if not is_south]
    common = [f"{kind}/{folder.name}" for kind in _COMMON for folder in _records(content, kind)]
    return (
        Part(key="sued", name="Beispielnetz Süd", port=first_port, folders=tuple(south)),
        Part(key="nordwest", name="Beispielnetz Nord und West", port=first_port + 1, folders=tuple(rest)),
        Part(key="verbund", name="Beispielverbund", port=first_port + 2, folders=tuple(common)),
    )


def lay_out(part: Part, parts: Iterable[Part], content: Path, target: Path) -> None:
    """Copy what belongs to a part into a folder of its own; records at other homes are called by their global names."""
    for name in (*SHARED, *part.folders):
        shutil.copytree(content / name, target / name)
    elsewhere = dict(_global_names(content, [other for other in parts if other != part]))
    for folder in part.folders:
        file = target / folder / "index.md"
        file.write_text(_called_globally(file.read_text("utf-8"), elsewhere), "utf-8")


def _global_names(content: Path, parts: Iterable[Part]) -> Iterator[tuple[str, str]]:
    for part in parts:
        for folder in part.folders:
            text = (content / folder / "index.md").read_text("utf-8")
            kind, record_id = _KIND.search(text), _ID.search(text)
            if kind and record_id:
                yield f"{kind[1]}/{folder.rpartition('/')[2]}", f"{part.address}/r/{record_id[1]}"


def _called_globally(text: str, elsewhere: Mapping[str, str]) -> str:
    return _NAMED.sub(lambda found: f"{found[1]}{elsewhere.get(found[2], found[2])}", text)


def _records(content: Path, kind: str) -> Iterator[Path]:
    return (path.parent for path in sorted((content / kind).glob("*/index.md")))


def _is_southern(folder: Path) -> bool:
    first = _STATE.search((folder / "index.md").read_text("utf-8"))
    return first is not None and first[1] in _SOUTH


def _used_in_south(content: Path, cases: Mapping[str, bool]) -> frozenset[str]:
    """Return the solutions that a case of the south used, and none of the rest."""
    users: dict[str, list[bool]] = {}
    for name, is_south in cases.items():
        for solution in _USED.findall((content / "case-studies" / name / "index.md").read_text("utf-8")):
            users.setdefault(solution, []).append(is_south)
    return frozenset(solution for solution, southern in users.items() if all(southern))
