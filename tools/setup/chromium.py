"""The browser for the browser tests. They are never skipped for want of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tools.setup.debian import install, may_install
from tools.setup.prerequisites import MissingPrerequisite, install_hint
from tools.setup.say import say

SHELL, WHOLE = "chromium-headless-shell", "chromium"
"""Debian's packages, named like their programs. The one without windows opens and draws in a third of the time."""
PROGRAMS = Path("/usr/bin")
"""Where Debian puts them."""


def chromium() -> Path:
    """Return the program that CHROMIUM names, without it the one that is there, or else the one to install."""
    there = [path for name in (SHELL, WHOLE) if (path := PROGRAMS / name).exists()]
    return Path(os.environ.get("CHROMIUM") or (there or [PROGRAMS / SHELL])[0])


def ensure_chromium() -> None:
    """Make sure that the program of `chromium` exists, and without a name that it is the quicker one where that may be.

    Raises MissingPrerequisite when there is none and this user cannot install it, CalledProcessError when that fails.
    """
    program, is_named = chromium(), bool(os.environ.get("CHROMIUM"))
    is_there = program.exists()
    if is_there and (is_named or program.name == SHELL or not may_install()):
        return
    packages = (WHOLE if is_named and program.name == WHOLE else SHELL, "fonts-dejavu-core")
    if not may_install():
        raise MissingPrerequisite(
            f"The browser tests need Chromium, and {program} is not there.\n{install_hint(packages)}\n"
            "or name another Chromium: make test CHROMIUM=/path/to/chromium"
        )
    say("Installing Chromium for the browser tests …")
    try:
        install(packages)
    except subprocess.CalledProcessError:
        if not is_there:
            raise
        say(f"That did not work; the tests take {program}, which is up to three times as slow.")
