"""The version numbers of all records, from one pass over the published line of history."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.records.git.command import Git
from app.records.git.objects import ForkLock
from app.records.paths import ContentLayout

VERSION_OF = "Version-Of"
"""Trailer of a commit that says which version of which record it is: `case-studies/ulm 7`; one for each record."""
PREVIOUS = "Previous-Version"
"""Trailer with the digest of the version before it, where that one is not on this line of history."""
LAST_TOPICS = "Last-Topics"
"""Trailer with the topics that a withdrawn record had last, where the version that had them is not here."""

_HEADER = re.compile(r"\n?([0-9a-f]{40}) (\d+) ([0-9a-f ]*)\x1f([^\x1f]*)\x1f([^\x1f]*)\x1f([^\x1f]*)")
_FOLDER = "040000"
_CLAIM = re.compile(r"([a-z0-9/-]+) ([1-9][0-9]{0,8})", re.ASCII)
_TRAILERS = "".join(
    f"%x1f%(trailers:key={key},valueonly,separator=%x20)" for key in (VERSION_OF, PREVIOUS, LAST_TOPICS)
)


@dataclass(frozen=True, slots=True)
class VersionRef:
    """One version of a record: number `ver` from 1, published at `at` (UTC) with `commit`.

    Numbers rise by one but where a commit says another, so as to be above what was lost with the newest backup.
    `tree` is the id of its folder, so that nobody has to look for it among all records of the commit. `prev` and
    `topics` are what such a commit says of the version before, see PREVIOUS and LAST_TOPICS.
    """

    path: str
    ver: int
    commit: str
    at: datetime
    tree: str = ""
    prev: str = ""
    topics: tuple[str, ...] = ()


def numbered(versions: Sequence[VersionRef], ver: int) -> VersionRef | None:
    """Return version `ver` of those of one record, oldest first; None where there is none."""
    place = bisect_left(versions, ver, key=lambda version: version.ver)
    return versions[place] if place < len(versions) and versions[place].ver == ver else None


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a commit says about a version that it is."""

    ver: int
    prev: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    """One commit on the published line and the record folders that it touched, in order, with their ids.

    A version whose text is that of the one before touches nothing; then the claim alone tells of it.
    """

    commit: str
    at: datetime
    parent: str
    folders: Mapping[str, str]
    claims: Mapping[str, _Claim] = field(default_factory=dict)


@dataclass(slots=True)
class _Line:
    """Everything known about the history up to `head`."""

    head: str | None = None
    order: list[VersionRef] = field(default_factory=list)
    by_path: dict[str, list[VersionRef]] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)

    def add(self, step: _Step) -> None:
        for path, tree in step.folders.items():
            self._append(step, path, tree, step.claims.get(path))
        for path, claim in step.claims.items():
            if path not in step.folders and path in self.by_path:
                self._append(step, path, self.by_path[path][-1].tree, claim)
        self.ends[step.commit] = len(self.order)
        self.head = step.commit

    def _append(self, step: _Step, path: str, tree: str, claim: _Claim | None) -> None:
        versions = self.by_path.setdefault(path, [])
        known, following = (versions[0].path, versions[-1].ver + 1) if versions else (path, 1)
        said = (claim.prev, claim.topics) if claim else ("", ())
        # Numbers only rise, whatever a commit says.
        version = VersionRef(known, max(following, claim.ver if claim else 0), step.commit, step.at, tree, *said)
        versions.append(version)
        self.order.append(version)


class History:
    """Version numbers kept in memory and extended when the published line grows.

    Only first parents count: a merge is one step, whatever happened on its side branch. Thread-safe.
    """

    def __init__(self, git: Git, layout: ContentLayout) -> None:
        """Read the history of the repository of `git`; nothing is read before the first question."""
        self._git = git
        self._layout = layout
        self._lock = ForkLock()
        self._line = _Line()

    def versions(self, path: str, head: str) -> tuple[VersionRef, ...]:
        """Return all versions of the record folder `path` up to the commit `head`, oldest first."""
        with self._lock:
            return tuple(self._up_to(head).by_path.get(path, ()))

    def since(self, commit: str | None, head: str) -> Sequence[VersionRef] | None:
        """Return the versions after `commit` in the order of publication; all of them when it is None.

        Returns None when `commit` is not on the published line, which means that history was rewritten.
        """
        with self._lock:
            line = self._up_to(head)
            start = 0 if commit is None else line.ends.get(commit)
            return None if start is None else tuple(line.order[start:])

    def _up_to(self, head: str) -> _Line:
        if self._line.head != head:
            steps = self._steps(self._line.head, head)
            if self._line.head is not None and (not steps or steps[0].parent != self._line.head):
                self._line = _Line()
                steps = self._steps(None, head)
            for step in steps:
                self._line.add(step)
        return self._line

    def _steps(self, after: str | None, head: str) -> list[_Step]:
        span = head if after is None else f"{after}..{head}"
        done = self._git.run(
            "log", "--first-parent", "--diff-merges=first-parent", "--reverse", "--raw", "-t",
            "--no-abbrev", "--no-renames", "-z", f"--format=%H %ct %P{_TRAILERS}", "--end-of-options", span, "--",
            accept=(0,) if after is None else (0, 128), seconds=600.0,
        )  # fmt: skip
        # Status 128 on a span: the commit known before is gone, so everything is read anew.
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
            if mode == _FOLDER:
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
    claims = {pair[1]: _Claim(int(pair[2])) for pair in pairs if pair}
    if claims:
        # The last claim is what an erasure adds, which says of the one version that it is what came before.
        last, claim = claims.popitem()
        claims[last] = _Claim(claim.ver, prev, tuple(topics.split()))
    return _Step(commit, at, parents.partition(" ")[0], folders, claims)
