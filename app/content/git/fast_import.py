# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Builds a whole folder tree from a stream of changes with one `git fast-import`.

fast-import cannot sign. So it makes a plain commit that no ref ever names, and the caller signs a
commit of its own over the same tree. That plain commit carries a constant author and date, so
building the same tree twice makes the same object; garbage collection removes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.content.git.command import Git

Change = tuple[str, bytes | None]
"""A file's path from the root and its new content; None removes the file or folder."""

_SCRATCH = b"refs/scratch/tree"
_SECONDS = 1800.0


def build_tree(git: Git, changes: Iterable[Change], *, base: str | None) -> str:
    """Store a tree and return its id.

    `base` is the commit whose tree is changed; None starts from an empty tree. Paths must have been
    checked before. Raises GitFailed and GitTimeout.
    """
    done = git.feed("fast-import", "--quiet", "--done", chunks=_stream(changes, base), seconds=_SECONDS)
    return git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{done.line}^{{tree}}").line


def _stream(changes: Iterable[Change], base: str | None) -> Iterator[bytes]:
    yield b"commit %s\nmark :1\ncommitter tree <tree@localhost> 0 +0000\ndata 0\n" % _SCRATCH
    yield b"from %s\n" % base.encode() if base else b"deleteall\n"
    for path, content in changes:
        name = path.encode("ascii")
        if content is None:
            yield b"D %s\n" % name
        else:
            yield b"M 100644 inline %s\ndata %d\n" % (name, len(content))
            yield content
            yield b"\n"
    # A reset without a starting point leaves no ref behind.
    yield b"\nget-mark :1\nreset %s\n\ndone\n" % _SCRATCH
