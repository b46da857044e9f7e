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


def main() -> int:
    """Write both files into TARGET."""
    # The wheel keeps the modes of its files, so they may not depend on whoever builds it.
    os.umask(0o022)
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
            check=True, cwd=source, env={**os.environ, "SOURCE_DATE_EPOCH": commit_time()},
        )  # fmt: skip
    return next(target.glob("*.whl"))


def commit_time() -> str:
    """Return the second of the commit that is checked out; `SOURCE_DATE_EPOCH` wins."""
    return os.environ.get("SOURCE_DATE_EPOCH") or _git("log", "-1", "--format=%ct")


def _export(source: Path) -> None:
    source.mkdir()
    archive = subprocess.run(["git", "archive", "HEAD"], check=True, cwd=ROOT, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x"], check=True, cwd=source, input=archive)
    for name in made():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)


def made() -> list[str]:
    """Return the files that set-up fetched or made, which git does not know, from the top of the checkout."""
    return _git(
        "ls-files", "--others", "--ignored", "--exclude-standard", "--", "static", "build/places", "build/lexicon"
    ).splitlines()


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
