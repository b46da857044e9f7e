"""The packages of the system that set-up cannot do without, and those without which the site can do less."""

from __future__ import annotations

import subprocess

from tools.setup.debian import install, may_install
from tools.setup.pdf_libraries import missing_libraries
from tools.setup.prerequisites import MissingPrerequisite, has_npm, install_hint, missing_packages
from tools.setup.say import say


def ensure_packages() -> None:
    """Install what is missing where that may be; raise MissingPrerequisite for what set-up cannot do without."""
    missing = missing_packages() + ([] if has_npm() else ["nodejs", "npm"]) + missing_libraries()
    if missing and may_install():
        say(f"Installing with apt-get: {' '.join(missing)} (NO_APT=1 keeps set-up from it) …")
        try:
            install(missing)
        except subprocess.CalledProcessError:
            say("That did not work; set-up goes on with what is there. NO_APT=1 keeps it from trying again.")
    if needed := missing_packages():
        raise MissingPrerequisite(install_hint(needed))
