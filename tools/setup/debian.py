"""Installs packages where this user may."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from tools.setup.prerequisites import is_debian


def may_install() -> bool:
    """Tell whether packages can be installed without asking anybody; NO_APT=1 forbids it."""
    return os.geteuid() == 0 and is_debian() and not os.environ.get("NO_APT")


def install(packages: Sequence[str]) -> None:
    """Install Debian packages and remove none for them; raises CalledProcessError."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-remove", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *command], check=True, env=environment, stdout=subprocess.DEVNULL)
