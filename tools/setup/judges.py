"""Programs that judge the interfaces of the site, in an environment of their own.

They ask for other versions of what the site itself uses, and only what is locked for a town hall may be tested.
"""

from __future__ import annotations

import subprocess
import sys

from tools.setup.environment import Environment
from tools.setup.say import say


def install_judges(environment: Environment) -> None:
    """Install the locked programs below `.venv`; where that fails, their tests say NOT RUN."""
    lock, folder = environment.root / "requirements-judges.txt", environment.judges
    done = environment.stamp("judges", lock)
    if done.is_current() and folder.is_dir():
        return
    say(f"Installing the programs that judge the interfaces ({lock.name}) …")
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-input", "--require-hashes", "-r", str(lock)], check=True, cwd=environment.root)
    except subprocess.CalledProcessError:
        say("They cannot be installed on this machine; the tests that need them say NOT RUN.")
    else:
        done.renew()
