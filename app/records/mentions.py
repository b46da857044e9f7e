"""Finds where in the history of what was published a name stands."""

from __future__ import annotations

from collections.abc import Iterable

from app.records.repository import ContentRepository

_SECONDS = 1800.0


def mentioned_in(repository: ContentRepository, words: Iterable[str]) -> tuple[str, ...]:
    """Return the folders of records whose published text holds one of `words` or did so once, sorted.

    Capitals count. Raises NotInitialised, GitFailed and GitTimeout.
    """
    head, found = repository.head(), set[str]()
    for word in {word for word in words if word.strip()}:
        done = repository.git.run(
            "log", "--diff-merges=first-parent", "--no-renames", "--format=", "--name-only", "-z", f"-S{word}",
            "--end-of-options", head, "--", seconds=_SECONDS,
        )  # fmt: skip
        names = (name.strip() for name in done.out.decode("utf-8", "replace").split("\0"))
        found |= {repository.layout.record_of(name) or name for name in names if name}
    return tuple(sorted(found))
