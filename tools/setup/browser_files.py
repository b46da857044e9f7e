"""The KERN style sheet and its fonts, copied from the npm package into static/vendor/ and made light there.

They are served by the node itself: no reader's browser ever asks another server.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tools.setup.prerequisites import APT, has_npm
from tools.setup.say import say
from tools.setup.stamp import Stamp

FACES = {"Regular": 400, "Italic": 400, "Medium": 500, "SemiBold": 600, "Bold": 700}
"""The cuts of Fira Sans that the pages use, with their weights; the package ships 34."""


class BrowserFiles:
    """`static/vendor` of one checkout."""

    def __init__(self, root: Path, python: Path) -> None:
        """Keep the folders of a checkout; `python` is that of its environment."""
        self._root = root
        self._python = python
        self._package = root / "node_modules" / "@kern-ux" / "native"
        self._toolbar = root / "node_modules" / "@github" / "markdown-toolbar-element"
        self._target = root / "static" / "vendor"
        inputs = (root / "package-lock.json", Path(__file__), Path(__file__).with_name("lighter.py"))
        self._stamp = Stamp(self._target / ".copied", *inputs)

    def install(self, *, dev: bool) -> None:
        """Fetch and copy the files, and make light what browsers load."""
        self._install(dev=dev)
        subprocess.run([str(self._python), "-m", "tools.setup.lighter"], check=True, cwd=self._root)

    def _install(self, *, dev: bool) -> None:
        """Fetch and copy the files; without npm say what the site will look like instead."""
        if self._stamp.is_current() and (not dev or self._has_test_rules()):
            return
        if not has_npm():
            say(
                "Node.js and npm are not there: the site runs with its own small style sheet instead of KERN.\n"
                f"    For KERN: {APT} nodejs npm   and start again."
            )
            return
        self._fetch()
        self._copy()

    def _has_test_rules(self) -> bool:
        return (self._root / "node_modules" / "axe-core" / "axe.min.js").exists()

    def _fetch(self) -> None:
        say("Fetching the files for the browser (package-lock.json) …")
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, check=True, cwd=self._root, stdout=subprocess.DEVNULL)

    def _copy(self) -> None:
        fresh = self._target.with_name("vendor.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fonts = fresh / "fira-sans"
        fonts.mkdir(parents=True)
        dist = self._package / "dist"
        shutil.copy(dist / "kern.min.css", fresh / "kern.css")
        for face in FACES:
            shutil.copy(dist / "fonts" / "fira-sans" / f"FiraSans-{face}.woff2", fonts)
        shutil.copy(self._toolbar / "dist" / "index.js", fresh / "markdown-toolbar.js")
        self._copy_licences(fresh)
        shutil.rmtree(self._target, ignore_errors=True)
        fresh.rename(self._target)
        self._stamp.renew()

    def _copy_licences(self, fresh: Path) -> None:
        shutil.copy(self._package / "LICENSE.md", fresh / "KERN-LICENSE.md")
        shutil.copy(self._toolbar / "LICENSE", fresh / "markdown-toolbar-LICENSE")
        shutil.copy(self._root / "tools" / "vendor" / "FIRA-SANS.txt", fresh / "fira-sans" / "FIRA-SANS.txt")
        shutil.copy(self._root / "LICENSES" / "OFL-1.1.txt", fresh / "fira-sans" / "OFL-1.1.txt")
