# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The browser for the browser tests. They are never skipped for want of it."""

from __future__ import annotations

import os
from pathlib import Path

from tools.setup.debian import install, may_install
from tools.setup.prerequisites import MissingPrerequisite, install_hint
from tools.setup.say import say

SHELL, WHOLE = "chromium-headless-shell", "chromium"
"""Debian's packages, named like their programs. The one without windows loads and draws a page in half the time."""
PROGRAMS = Path("/usr/bin")
"""Where Debian puts them."""


def chromium() -> Path:
    """Return the program that CHROMIUM names, without it the one that is there, or else the one to install."""
    there = [path for name in (SHELL, WHOLE) if (path := PROGRAMS / name).exists()]
    return Path(os.environ.get("CHROMIUM") or (there or [PROGRAMS / SHELL])[0])


def ensure_chromium() -> None:
    """Make sure that the program of `chromium` exists.

    Raises MissingPrerequisite when it does not and this user cannot install it.
    """
    program = chromium()
    if program.exists():
        return
    packages = (WHOLE if program.name == WHOLE else SHELL, "fonts-dejavu-core")
    if not may_install():
        raise MissingPrerequisite(
            f"The browser tests need Chromium, and {program} is not there.\n{install_hint(packages)}\n"
            "or name another Chromium: make test CHROMIUM=/path/to/chromium"
        )
    say("Installing Chromium for the browser tests …")
    install(packages)
