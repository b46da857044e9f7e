"""Count how complete the records are: for each kind, how many say what a reader decides by.

python -m tools.completeness [FOLDER]    the table of `content/`, or of another folder with records
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tools.dossiers import ROOT, read_record

Head = Mapping[str, Any]


def _known(group: Any, *fields: str) -> bool:
    return bool(group) and all(str(group.get(field, "unknown")) != "unknown" for field in fields)


def _english(head: Head) -> bool:
    whole = head["kind"] != "case-study"
    found = [one for one in head.get("translations", ()) if one["lang"] == "en"]
    return any(whole or ("outcome" in one and len(one.get("lessons", ())) >= 3) for one in found)


def _obtained(head: Head) -> bool:
    by_solution = any(one["rel"] == "uses_solution" for one in head.get("relations", ()))
    return by_solution or any(head.get(field) for field in ("procurement", "reuse_routes", "offers"))


FIELDS: Mapping[str, Callable[[Head], bool]] = {
    "cost": lambda head: bool(head.get("costs")) or _known(head.get("price"), "model"),
    "duration": lambda head: _known(head.get("period"), "start") and head["period"].get("end") != "unknown",
    "size": lambda head: any("population" in one or "ars" in one for one in head.get("municipalities", ())),
    "contact": lambda head: bool(head.get("contact")),
    "way to obtain": _obtained,
    "status today": lambda head: bool(head.get("status_today")),
    "relations": lambda head: bool(head.get("relations")),
    "English": _english,
}


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "content"
    counted: dict[str, Counter[str]] = {}
    for path in sorted(folder.glob("*/*/index.md")):
        head, _ = read_record(path)
        having = counted.setdefault(head["kind"], Counter())
        having.update(["all", *(name for name, has in FIELDS.items() if has(head))])
    print(f"{'':<14}{''.join(f'{name:>15}' for name in ('all', *FIELDS))}")
    for kind, having in counted.items():
        print(f"{kind:<14}{''.join(f'{having[name]:>15}' for name in ('all', *FIELDS))}")


if __name__ == "__main__":
    main()
