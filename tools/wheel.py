"""Puts the files beside app/ into the wheel, where `PROJECT_ROOT` finds them once the program is installed.

Called by setuptools when it builds (`[tool.setuptools.cmdclass]` in pyproject.toml).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools.command.build_py import build_py  # type: ignore[import-untyped]  # setuptools names no types

FOLDERS = ("schemas", "static", "content", "build/places", "build/lexicon")
"""static/vendor and build/ are there once set-up has made them; without them pages are plainer and starts slower."""


class BuildWithFiles(build_py):  # type: ignore[misc]  # see above
    """The step that collects Python files, with FOLDERS besides."""

    def run(self) -> None:
        """Collect all files of the wheel; an editable installation reads FOLDERS in the checkout."""
        super().run()
        if self.editable_mode:
            return
        for folder in map(Path, FOLDERS):
            if folder.is_dir():
                shutil.copytree(folder, Path(self.build_lib, "app", "bundled", folder), dirs_exist_ok=True)
