"""`make dist`: the wheel and the source archive of the commit that is checked out, the same byte by byte each time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "build" / "dist"
MADE = ("static", "build/places")
"""Where set-up fetched or made what git does not know."""


def main() -> int:
    """Write both files into TARGET."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    version = build_wheel(TARGET).name.split("-")[1]
    archive = TARGET / f"erfahrungsnetz-{version}.tar.gz"
    _git("archive", f"--prefix=erfahrungsnetz-{version}/", f"--output={archive}", "HEAD")
    for file in sorted(TARGET.iterdir()):
        print(f"{file.relative_to(ROOT)}  {file.stat().st_size / 1e6:.1f} MB")
    return 0


def build_wheel(target: Path) -> Path:
    """Build the wheel of the commit that is checked out into the folder `target`, and return it."""
    with tempfile.TemporaryDirectory() as name:
        source = Path(name, "source")
        _export(source)
        subprocess.run(
            [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation", "-w", str(target), "."],
            check=True, cwd=source, env={**os.environ, "SOURCE_DATE_EPOCH": _git("log", "-1", "--format=%ct")},
        )  # fmt: skip
    return next(target.glob("*.whl"))


def _export(source: Path) -> None:
    source.mkdir()
    archive = subprocess.run(["git", "archive", "HEAD"], check=True, cwd=ROOT, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x"], check=True, cwd=source, input=archive)
    for name in _git("ls-files", "--others", "--ignored", "--exclude-standard", "--", *MADE).splitlines():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
