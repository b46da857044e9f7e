"""Names what the system lacks, with the line that installs it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)
APT = "apt-get install -y --no-install-recommends"


class MissingPrerequisite(Exception):
    """Something has to be installed by hand; the message says what and how."""


def check_python(version: tuple[int, int] = sys.version_info[:2]) -> None:
    """Raise MissingPrerequisite unless this Python is one the locked packages are made for."""
    if OLDEST <= version <= NEWEST:
        return
    raise MissingPrerequisite(
        f"Python {version[0]}.{version[1]} does not fit: 3.11, 3.12 or 3.13 is needed.\n"
        "Name another one with: make PYTHON=python3.13 …"
    )


def missing_packages() -> list[str]:
    """Return the Debian packages that are needed and not there."""
    missing = []
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        missing.append("python3-venv")
    if shutil.which("git") is None:
        missing.append("git")
    if shutil.which("ssh-keygen") is None:
        missing.append("openssh-client")
    return missing


def install_hint(packages: Sequence[str]) -> str:
    """Return the sentence and the line that install the given Debian packages."""
    prefix = "" if os.geteuid() == 0 else "sudo "
    names = " ".join(packages)
    return f"Missing on this machine: {names}. On Debian and Ubuntu:\n    {prefix}{APT} {names}"


def has_npm() -> bool:
    """Tell whether the files for the browser can be fetched."""
    return shutil.which("npm") is not None and shutil.which("node") is not None


def is_debian() -> bool:
    """Tell whether apt-get is how packages are installed here."""
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None
