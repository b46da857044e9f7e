# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The model that compares by meaning. The site searches by words alone where it does not fit the machine."""

from __future__ import annotations

import subprocess

from tools.setup.environment import Environment
from tools.setup.say import say


def install_meaning(environment: Environment) -> None:
    """Install the locked packages where they fit as they are, and say plainly where they do not."""
    lock = environment.root / "requirements-meaning.txt"
    done, unfit = environment.stamp("meaning", lock), environment.stamp("meaning-unfit", lock)
    if done.is_current():
        return
    if not unfit.is_current():
        say(f"Installing the search by meaning ({lock.name}, about 95 MB) …")
        try:
            # Nothing is compiled here: without a wheel for this machine, the search by words is what works.
            environment.pip("--require-hashes", "--only-binary", ":all:", "-r", str(lock))
        except subprocess.CalledProcessError:
            # Tried again when the lock file changes, so that each start is quick.
            unfit.renew()
        else:
            done.renew()
            return
    say("The search by meaning cannot be installed on this machine; the site searches by words alone.")
