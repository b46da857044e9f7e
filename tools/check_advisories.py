"""Asks OSV whether a locked package is known to be vulnerable; where nobody can be asked, says so and passes."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import requests

ROOT = Path(__file__).resolve().parent.parent
SERVICE = "https://api.osv.dev/v1/querybatch"
PYTHON_LOCKS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-meaning.txt",
    "requirements-postgresql.txt",
    "requirements-judges.txt",
)
NPM_LOCK = "package-lock.json"
ACCEPTED: Mapping[str, str] = {}
"""Advisories that do not concern us, by id, each with the reason."""
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)", re.MULTILINE)
_AT_ONCE = 500
_SECONDS = 20.0


class Package(NamedTuple):
    """A package in one version, as OSV calls it."""

    ecosystem: str
    name: str
    version: str


class NotReached(Exception):
    """Nobody answered as agreed."""


def main(root: Path = ROOT, service: str = SERVICE) -> int:
    """Print each advisory; return 1 when there is one."""
    packages = sorted(set(locked(root)))
    try:
        found = [
            line for start in range(0, len(packages), _AT_ONCE) for line in _asked(packages[start:][:_AT_ONCE], service)
        ]
    except NotReached as error:
        print(f"Advisories: NOT RUN: advisory data cannot be reached ({error})")
        return 0
    for line in found:
        print(line)
    print(f"Advisories: {len(packages)} packages, {len(found)} known vulnerabilities")
    return 1 if found else 0


def locked(root: Path) -> Iterator[Package]:
    """Yield what the lock files name."""
    for name in PYTHON_LOCKS:
        for package, version in _PIN.findall((root / name).read_text(encoding="utf-8")):
            yield Package("PyPI", package, version)
    for path, entry in json.loads((root / NPM_LOCK).read_text(encoding="utf-8"))["packages"].items():
        if path and "version" in entry:
            yield Package("npm", path.rpartition("node_modules/")[2], entry["version"])


def _asked(packages: Sequence[Package], service: str) -> Iterator[str]:
    queries = [{"package": {"name": one.name, "ecosystem": one.ecosystem}, "version": one.version} for one in packages]
    for one, result in zip(packages, _answer(queries, service), strict=True):
        for advisory in result.get("vulns", ()):
            if advisory["id"] not in ACCEPTED:
                yield f"{one.name} {one.version} ({one.ecosystem}): {advisory['id']}, https://osv.dev/{advisory['id']}"


def _answer(queries: Sequence[Mapping[str, Any]], service: str) -> Sequence[Mapping[str, Any]]:
    try:
        answer = requests.post(service, json={"queries": queries}, timeout=_SECONDS)
    except requests.RequestException as error:
        raise NotReached(type(error).__name__) from error
    if answer.status_code == HTTPStatus.BAD_REQUEST:
        # It understood us and says that the question is wrong: nobody else would ever notice.
        answer.raise_for_status()
    try:
        answer.raise_for_status()
        results: Sequence[Mapping[str, Any]] = answer.json()["results"]
    except (requests.RequestException, ValueError, KeyError) as error:
        raise NotReached(type(error).__name__) from error
    if len(results) != len(queries):
        raise NotReached("an answer that does not fit")
    return results


if __name__ == "__main__":
    sys.exit(main())
