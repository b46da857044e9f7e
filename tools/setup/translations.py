# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Compiles the message catalogues that are newer than what was compiled from them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tools.setup.stamp import Stamp


def compile_translations(root: Path, python: Path) -> None:
    """Compile every messages.po under app/web/translations into the messages.mo beside it, if it changed."""
    folder = root / "app" / "web" / "translations"
    sources = sorted(folder.glob("*/LC_MESSAGES/messages.po"))
    if not sources:
        return
    stamp = Stamp(root / ".venv" / ".translations", *sources)
    if stamp.is_current() and all(source.with_suffix(".mo").exists() for source in sources):
        return
    command = [str(python), "-m", "babel.messages.frontend", "--quiet", "compile", "--directory", str(folder)]
    subprocess.run(command, check=True, cwd=root)
    stamp.renew()
