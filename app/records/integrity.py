"""Checks the whole repository for damage: whether what is stored is what was signed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.records.git.errors import GitFailed
from app.records.repository import MAIN, ContentRepository

_SEED = "refs/seed/main"
_TIMEOUT_SECONDS = 3600.0
_OBJECT_ID = re.compile(r"\b[0-9a-f]{40}\b")


class Damage(StrEnum):
    """The kinds of damage to a commit or object."""

    UNSIGNED = "unsigned_commit"
    BAD_SIGNATURE = "bad_signature"
    CORRUPT = "corrupt_object"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityFinding:
    """One damaged thing: `object_id` is empty if git names none, `detail` is git's own line."""

    damage: Damage
    object_id: str
    detail: str


def damaged_objects(repository: ContentRepository) -> tuple[IntegrityFinding, ...]:
    """Read every object with `git fsck` and return those that are damaged or missing."""
    done = repository.git.run(
        "fsck", "--full", "--strict", "--no-dangling", "--no-progress", accept=range(256), seconds=_TIMEOUT_SECONDS
    )
    text = (done.out + b"\n" + done.err).decode("utf-8", "replace")
    found = [_corrupt(line) for line in text.splitlines() if line.strip() and not line.startswith("notice:")]
    if done.status != 0 and not found:
        found = [_corrupt(f"git fsck ended with status {done.status}")]
    return tuple(found)


def unverified_commits(repository: ContentRepository) -> tuple[IntegrityFinding, ...]:
    """Return commits (published line, seed) that no listed key verifies; 10 ms each, as git starts ssh-keygen."""
    refs = [ref for ref in (MAIN, _SEED) if repository.ref(ref) is not None]
    if not refs:
        return ()
    try:
        done = repository.git.run("log", "--first-parent", "--format=%H %G?", *refs, "--", seconds=_TIMEOUT_SECONDS)
    except GitFailed as error:
        return (_corrupt(error.stderr),)
    return tuple(_unverified(done.out.decode("ascii", "replace")))


def _unverified(listing: str) -> Iterator[IntegrityFinding]:
    for line in listing.splitlines():
        commit, _, verdict = line.partition(" ")
        if verdict != "G":
            damage = Damage.UNSIGNED if verdict == "N" else Damage.BAD_SIGNATURE
            yield IntegrityFinding(damage=damage, object_id=commit, detail=f"signature: {verdict}")


def _corrupt(line: str) -> IntegrityFinding:
    named = _OBJECT_ID.search(line)
    return IntegrityFinding(damage=Damage.CORRUPT, object_id=named[0] if named else "", detail=line.strip())
