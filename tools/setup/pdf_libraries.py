"""The libraries of the system that print memos as PDF. The site runs without them and says so when asked for one."""

from __future__ import annotations

import ctypes

from tools.setup.prerequisites import MissingPrerequisite, install_hint
from tools.setup.say import say

PACKAGES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
"""Library and the Debian package it comes in; fonts come along with the second."""


def missing_libraries() -> list[str]:
    """Return the Debian packages that are needed and not there."""
    return [package for library, package in PACKAGES.items() if not _loads(library)]


def suggest_pdf_libraries() -> None:
    """Say what is missing and how to install it."""
    missing = missing_libraries()
    if missing:
        say(f"Without these the site cannot write PDF; everything else works.\n{install_hint(missing)}")


def require_pdf_libraries() -> None:
    """Raise MissingPrerequisite unless they are there: the tests print documents."""
    if missing := missing_libraries():
        raise MissingPrerequisite(f"The tests print documents.\n{install_hint(missing)}")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
