"""`make places`: fetch the two packages, build the list, say what it holds."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from app.kickoff.places.directory import SHIPPED
from app.kickoff.places.table import write_places
from tools.places.build import build
from tools.places.packages import fetch, read_districts, read_settlements


def main() -> int:
    """Write the list to the file given, or to the place where the program reads it."""
    target = Path(sys.argv[1]) if sys.argv[1:] else SHIPPED
    fetch()
    entries = build(read_settlements(), read_districts())
    write_places(target, entries)
    kinds = Counter(entry.kind for entry in entries)
    print(f"{len(entries)} places: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
