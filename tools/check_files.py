"""What no other tool checks: lock files without servers, texts without left-overs and machine paths."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# A lock that names a server would send every town hall there, whatever mirror it is told to use.
LOCKS = (
    "package-lock.json",
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-meaning.txt",
    "requirements-postgresql.txt",
    "requirements-judges.txt",
)
SERVER = re.compile(r'https?://|"resolved"|--(?:extra-)?index-url|--find-links')
LEFTOVER = re.compile(r"\b(?:TODO|FIXME|XXX|lorem ipsum)\b", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.~/:-])/(?:home|Users|root|work)/\w")
CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)
BINARY = {".png", ".jpg", ".jpeg", ".webp", ".woff2", ".ico", ".gz", ".pdf", ".odt", ".ods"}
SKIPPED = ("LICENSES/", "tools/check_files.py", "tests/")


def main() -> int:
    """Print each finding with file and line; return 1 when there is one."""
    findings = sorted(finding for path in _tracked() for finding in _findings(path))
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings in the project's files" if findings else "Files: nothing left over")
    return 1 if findings else 0


def _tracked() -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [path for path in done.stdout.split("\0") if path and (ROOT / path).is_file()]


def _findings(path: str) -> Iterator[str]:
    if Path(path).suffix in BINARY or path.startswith(SKIPPED):
        return
    text = (ROOT / path).read_text(encoding="utf-8")
    rules = [("machine path", MACHINE_PATH), ("conflict marker", CONFLICT)]
    rules += [("server in a lock file", SERVER)] if path in LOCKS else [("left over", LEFTOVER)]
    for name, pattern in rules:
        for match in pattern.finditer(text):
            yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {name}: {match.group()}"
    if text and not text.endswith("\n"):
        yield f"{path}: no newline at the end"


if __name__ == "__main__":
    sys.exit(main())
