"""The version numbers of all records, computed in one pass over the published line of history."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.records.git.command import Git
from app.records.git.objects import ForkLock
from app.records.paths import ContentLayout

VERSION_OF = "Version-Of"
"""Trailer of a commit with the number of a record's version: `case-studies/ulm 7`; one for each record."""
PREVIOUS = "Previous-Version"
"""Trailer with the digest of the previous version, if that is not on this line of history."""
LAST_TOPICS = "Last-Topics"
"""Trailer with the last topics of a withdrawn record, if the version that had them is not here."""

_HEADER = re.compile(r"\n?([0-9a-f]{40}) (\d+) ([0-9a-f ]*)\x1f([^\x1f]*)\x1f([^\x1f]*)\x1f([^\x1f]*)")
_CLAIM = re.compile(r"([a-z0-9/-]+) ([1-9][0-9]{0,8})", re.ASCII)
_TRAILERS = "".join(
    f"%x1f%(trailers:key={key},valueonly,separator=%x20)" for key in (VERSION_OF, PREVIOUS, LAST_TOPICS)
)


@dataclass(frozen=True, slots=True)
class VersionRef:
    """One version of a record: number `ver` from 1, published at `at` (UTC) with `commit`.

    Numbers rise by one unless a commit states a higher one, to skip the numbers lost since the newest backup. `tree` is
    the id of its folder, which saves looking it up among all records of the commit. `prev` and `topics` are what such a
    commit says about the previous version, see PREVIOUS and LAST_TOPICS.
    """

    path: str
    ver: int
    commit: str
    at: datetime
    tree: str = ""
    prev: str = ""
    topics: tuple[str, ...] = ()


def numbered(versions: Sequence[VersionRef], ver: int) -> VersionRef | None:
    """Return version `ver` from the versions of a record, oldest first; None if there is none."""
    place = bisect_left(versions, ver, key=lambda version: version.ver)
    return versions[place] if place < len(versions) and versions[place].ver == ver else None


@dataclass(frozen=True, slots=True)
class _Step:
    """One commit on the published line and the record folders that it touched, in order, with their ids.

    `claims` are its statements on versions: their numbers and predecessors (see PREVIOUS and LAST_TOPICS). A version
    with the same text as the one before changes no file; only the claim shows that it exists.
    """

    commit: str
    at: datetime
    parent: str
    folders: Mapping[str, str]
    claims: Mapping[str, tuple[int, str, tuple[str, ...]]]


class History:
    """Version numbers in memory, extended as the published line grows; a merge is one step. Thread-safe."""

    def __init__(self, git: Git, layout: ContentLayout) -> None:
        """Read the history of the repository of `git`, starting with the first query."""
        self._git = git
        self._layout = layout
        self._lock = ForkLock()
        self._forget()

    def _forget(self) -> None:
        self._head: str | None = None
        self._order: list[VersionRef] = []
        self._by_path: dict[str, list[VersionRef]] = {}
        self._ends: dict[str, int] = {}

    def versions(self, path: str, head: str) -> tuple[VersionRef, ...]:
        """Return all versions of the record folder `path` up to the commit `head`, oldest first."""
        with self._lock:
            self._catch_up(head)
            return tuple(self._by_path.get(path, ()))

    def since(self, commit: str | None, head: str) -> Sequence[VersionRef] | None:
        """Return the versions after `commit` (None: all) in order; None if history was rewritten without it."""
        with self._lock:
            self._catch_up(head)
            start = 0 if commit is None else self._ends.get(commit)
            return None if start is None else tuple(self._order[start:])

    def _catch_up(self, head: str) -> None:
        if self._head == head:
            return
        steps = self._steps(self._head, head)
        if self._head is not None and (not steps or steps[0].parent != self._head):
            self._forget()
            steps = self._steps(None, head)
        for step in steps:
            for path, tree in step.folders.items():
                self._append(step, path, tree)
            for path in step.claims:
                if path not in step.folders and path in self._by_path:
                    self._append(step, path, self._by_path[path][-1].tree)
            self._ends[step.commit] = len(self._order)
            self._head = step.commit

    def _append(self, step: _Step, path: str, tree: str) -> None:
        versions = self._by_path.setdefault(path, [])
        known, following = (versions[0].path, versions[-1].ver + 1) if versions else (path, 1)
        ver, prev, topics = step.claims.get(path, (0, "", ()))
        # Numbers only increase, whatever a commit says.
        version = VersionRef(known, max(following, ver), step.commit, step.at, tree, prev, topics)
        versions.append(version)
        self._order.append(version)

    def _steps(self, after: str | None, head: str) -> list[_Step]:
        span = head if after is None else f"{after}..{head}"
        done = self._git.run(
            "log", "--first-parent", "--diff-merges=first-parent", "--reverse", "--raw", "-t",
            "--no-abbrev", "--no-renames", "-z", f"--format=%H %ct %P{_TRAILERS}", "--end-of-options", span, "--",
            accept=(0,) if after is None else (0, 128), seconds=600.0,
        )  # fmt: skip
        # Status 128 for a range means that the commit known before is gone, so everything is read again.
        return list(_parse(done.out.decode("utf-8", "surrogateescape"), self._layout)) if done.status == 0 else []


def _parse(text: str, layout: ContentLayout) -> Iterator[_Step]:
    """Read `git log --raw -t -z`: a header per commit, then pairs of `:modes ids status` and path, folders first."""
    header: re.Match[str] | None = None
    folders: dict[str, str] = {}
    trees: dict[str, str] = {}
    tokens = iter(text.split("\0"))
    for token in tokens:
        if token.removeprefix("\n").startswith(":"):
            path, (_, mode, _, oid, _) = next(tokens), token.split(" ")
            if mode == "040000":
                trees[path] = oid
            elif (record := layout.record_of(path)) is not None:
                folders[record] = trees.get(record, "")
        elif (found := _HEADER.fullmatch(token)) is not None:
            if header is not None:
                yield _step(header, folders)
            header, folders, trees = found, {}, {}
    if header is not None:
        yield _step(header, folders)


def _step(header: re.Match[str], folders: Mapping[str, str]) -> _Step:
    commit, seconds, parents, version, prev, topics = header.groups()
    at = datetime.fromtimestamp(int(seconds), tz=UTC)
    words = version.split(" ")
    pairs = (_CLAIM.fullmatch(" ".join(pair)) for pair in zip(words[::2], words[1::2], strict=False))
    claims: dict[str, tuple[int, str, tuple[str, ...]]] = {pair[1]: (int(pair[2]), "", ()) for pair in pairs if pair}
    if claims:
        # `prev` and `topics` belong to the last claim, which an erasure adds for the version after the removed ones.
        last, (ver, _, _) = claims.popitem()
        claims[last] = (ver, prev, tuple(topics.split()))
    return _Step(commit, at, parents.partition(" ")[0], folders, claims)
