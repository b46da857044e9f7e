"""Resolves the dependencies anew into lock files that name versions and hashes, and no server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = [
    "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", "--upgrade",
    # Where the lock does not name it, the pip of Python 3.11 takes the newest fonttools for fonttools[woff], and stops.
    "--no-strip-extras",
]  # fmt: skip
HEADER = "# Made by `make lock` from pyproject.toml. Versions and hashes for Python 3.11 to 3.13.\n"


def main() -> int:
    """Write requirements.txt, requirements-dev, -meaning, -postgresql, -judges, and package-lock.json."""
    _compile("requirements.txt", "pyproject.toml", "--group", "build")
    # The site's own pins bind the tools too: tests run against what is installed in a town hall.
    _compile("requirements-dev.txt", "--group", "dev", "--constraint", "requirements.txt")
    _compile("requirements-meaning.txt", "--group", "meaning", "--constraint", "requirements.txt")
    _compile("requirements-postgresql.txt", "--group", "postgresql", "--constraint", "requirements-dev.txt")
    _compile("requirements-judges.txt", "--group", "judges")
    subprocess.run(["npm", "install", "--package-lock-only", "--ignore-scripts"], check=True, cwd=ROOT)
    _name_no_server(ROOT / "package-lock.json")
    return 0


def _name_no_server(lock: Path) -> None:
    # npm notes where authors ask for money; an installer needs no address, and the test for addresses stays strict.
    content = json.loads(lock.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
    lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _compile(target: str, *sources: str) -> None:
    command = [str(Path(sys.executable).parent / COMPILE[0]), *COMPILE[1:], *sources]
    done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    (ROOT / target).write_text(HEADER + done.stdout, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
