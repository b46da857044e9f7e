"""The virtual environment with the locked packages and this project in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools.setup.say import say
from tools.setup.stamp import Stamp


class Environment:
    """`.venv` of one checkout."""

    def __init__(self, root: Path, *, dev: bool) -> None:
        self.root = root
        self._folder = root / ".venv"
        self.python = self._folder / "bin" / "python"
        self.judges = self._folder / "judges"
        self._locks = [root / "requirements.txt"] + ([root / "requirements-dev.txt"] if dev else [])
        self._dev = dev

    def install(self) -> None:
        """Make the environment what the lock files say, unless it already is."""
        stamp = self._own_stamp("dev" if self._dev else "run")
        # What tests need includes what the site needs, so a developer's environment serves both.
        if self._works() and (stamp.is_current() or self._covered_by_dev()):
            return
        self._create()
        say(f"Installing the locked Python packages ({', '.join(lock.name for lock in self._locks)}) …")
        self.pip("--require-hashes", *[part for lock in self._locks for part in ("-r", str(lock))])
        self.pip("--no-deps", "--no-build-isolation", "--editable", str(self.root))
        stamp.renew()

    def stamp(self, name: str, *inputs: Path) -> Stamp:
        """Return what tells whether something was installed here from these files."""
        # The path is an input: an environment does not survive being moved or copied with its checkout.
        return Stamp(self._folder / f".installed-{name}", *inputs, str(self.root))

    def _own_stamp(self, name: str) -> Stamp:
        return self.stamp(name, self.root / "pyproject.toml", *self._locks)

    def _covered_by_dev(self) -> bool:
        return not self._dev and Environment(self.root, dev=True)._own_stamp("dev").is_current()  # noqa: SLF001 - the same class

    def _works(self) -> bool:
        # An upgrade of the system's Python leaves an environment that starts and finds no package.
        return (self._folder / "bin" / "erfahrungsnetz").exists() and self._runs("-c", "import click")

    def _create(self) -> None:
        if self._runs("-m", "pip", "--version"):
            return
        say(f"Creating .venv with Python {sys.version_info[0]}.{sys.version_info[1]} …")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(self._folder)], check=True)

    def _runs(self, *arguments: str) -> bool:
        if not self.python.exists():
            return False
        done = subprocess.run([str(self.python), *arguments], check=False, capture_output=True)
        return done.returncode == 0

    def pip(self, *arguments: str) -> None:
        """Install with pip, or uv where that is; raises subprocess.CalledProcessError."""
        uv = shutil.which("uv")
        if uv:
            command = [uv, "pip", "install", "--quiet", "--python", str(self.python)]
        else:
            command = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            command += ["--no-input"]
        subprocess.run([*command, *arguments], check=True, cwd=self.root)
