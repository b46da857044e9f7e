# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The browser for the browser tests. They are never skipped for want of it."""

from __future__ import annotations

import os
from pathlib import Path

from tools.setup.debian import install, may_install
from tools.setup.prerequisites import MissingPrerequisite, install_hint
from tools.setup.say import say

PACKAGES = ("chromium", "fonts-dejavu-core")


def ensure_chromium() -> None:
    """Make sure that the program named by CHROMIUM exists.

    Raises MissingPrerequisite when it does not and this user cannot install it.
    """
    program = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    if program.exists():
        return
    if not may_install():
        raise MissingPrerequisite(
            f"The browser tests need Chromium, and {program} is not there.\n{install_hint(PACKAGES)}\n"
            "or name another Chromium: make test CHROMIUM=/path/to/chromium"
        )
    say("Installing Chromium for the browser tests …")
    install(PACKAGES)
