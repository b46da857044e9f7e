"""The KERN style sheet and its fonts, copied from the npm package into static/vendor/.

They are served by the node itself: no reader's browser ever asks another server.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tools.setup.prerequisites import APT, has_npm
from tools.setup.say import say
from tools.setup.stamp import Stamp

FACES = ("Regular", "Italic", "Medium", "SemiBold", "Bold")
"""The cuts of Fira Sans that the pages use; the package ships 34."""

_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")


class BrowserFiles:
    """`static/vendor` of one checkout."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._package = root / "node_modules" / "@kern-ux" / "native"
        self._toolbar = root / "node_modules" / "@github" / "markdown-toolbar-element"
        self._target = root / "static" / "vendor"
        self._stamp = Stamp(self._target / ".copied", root / "package-lock.json", Path(__file__))

    def install(self, *, dev: bool) -> None:
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
        shutil.copy(dist / "kern.min.css", fresh / "kern.min.css")
        for face in FACES:
            shutil.copy(dist / "fonts" / "fira-sans" / f"FiraSans-{face}.woff2", fonts)
        sheet = (dist / "fonts" / "fira-sans.css").read_text(encoding="utf-8")
        (fresh / "fira-sans.css").write_text(trimmed(sheet), encoding="utf-8")
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


def trimmed(sheet: str) -> str:
    """Return the @font-face rules of `sheet` whose file is one of FACES, showing text before the font is there."""
    wanted = [rule for rule in _FONT_FACE.findall(sheet) if any(f"FiraSans-{face}.woff2" in rule for face in FACES)]
    return "\n".join(rule[:-1] + "    font-display: swap;\n}" for rule in wanted) + "\n"
