"""The line of commits that everybody may have: what was published, without proposals and withdrawn text.

It follows the first parents of main, so the rounds of a proposal stay behind. Until the first proposal is published its
commits are those of main. After a withdrawal the line is written anew without the record's earlier texts; whoever has
cloned before sees that the line was replaced.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.records.commits import CommitNote
from app.records.document import FrontMatterError, parse
from app.records.git.command import Git
from app.records.paths import INDEX_FILE
from app.records.repository import MAIN, ContentRepository

PUBLIC = "refs/public/main"
_SOURCE = "refs/public/source"
"""The commit of main that PUBLIC shows."""

_REWRITTEN = "refs/public/rewritten"
DERIVED = frozenset({PUBLIC, _SOURCE, _REWRITTEN})
"""References that come back by themselves."""
_SECONDS = 1800.0
_HEAD = 4096
_TOMBSTONE = "withdrawn/"


class PublicLine:
    """Keeps PUBLIC in step with main. Callers hold the lock of the public copy."""

    def __init__(self, repository: ContentRepository) -> None:
        """Derive the line inside `repository`, under refs that are never served from there."""
        self._repository = repository
        self._git: Git = repository.git

    def catch_up(self) -> None:
        """Bring the line up to main; raises NotInitialised before anything has been published."""
        head = self._repository.head()
        source, public = self._repository.ref(_SOURCE), self._repository.ref(PUBLIC)
        if source == head and public:
            return
        if source and public and self._git.is_ancestor(source, head) and not self._withdrawn_since(source, head):
            self._extend(public, self._steps(source, head), head)
            return
        self._rewrite(head)

    def _withdrawn_since(self, source: str, head: str) -> bool:
        changed = self._git.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", source, head).out
        names = (name.decode() for name in changed.split(b"\0") if name)
        return any(self._is_tombstone(name, head) for name in names if name.endswith(f"/{INDEX_FILE}"))

    def _is_tombstone(self, path: str, commit: str) -> bool:
        found = self._repository.ref(f"{commit}:{path}")
        return found is not None and is_tombstone(self._repository.reader.read(found).data)

    def _withdrawn(self, head: str) -> list[str]:
        paths = self._repository.list_paths(head)
        return [path for path in paths if self._is_tombstone(f"{path}/{INDEX_FILE}", head)]

    def _steps(self, source: str | None, head: str) -> Sequence[str]:
        span = f"{source}..{head}" if source else head
        return self._git.run("rev-list", "--reverse", "--first-parent", "--end-of-options", span).out.decode().split()

    def _extend(self, public: str | None, steps: Iterable[str], head: str) -> None:
        for step in steps:
            public = self._carried(step, public)
        if public is not None:
            self._move(public, head)

    def _carried(self, step: str, public: str | None) -> str:
        """Return a commit like `step` on top of `public`; it is `step` itself where that stands there already."""
        parents = self._git.run("rev-list", "--parents", "-n1", "--end-of-options", step).line.split()[1:]
        if parents == ([public] if public else []):
            return step
        tree = self._repository.tree_of(step)
        return self._repository.commits.copy(step, tree, parents=(public,) if public else ())

    def _rewrite(self, head: str) -> None:
        withdrawn = self._withdrawn(head)
        if not withdrawn:
            self._extend(None, self._steps(None, head), head)
            return
        without = [f":(exclude,literal){path}" for path in withdrawn]
        refspec = f"--refspec={MAIN}:{_REWRITTEN}"
        self._git.run("update-ref", "-d", _REWRITTEN)
        exported = self._git.run(
            "fast-export", "--no-data", "--first-parent", refspec, MAIN, "--", ".", *without, seconds=_SECONDS
        )
        self._git.run("fast-import", "--quiet", "--force", stdin=exported.out, seconds=_SECONDS)
        note = CommitNote(author="node", message="Lay down what has been withdrawn")
        parent = self._repository.ref(_REWRITTEN)
        tree = self._repository.tree_of(head)
        public = self._repository.commits.commit(tree, parents=(parent,) if parent else (), note=note)
        self._move(public, head)

    def _move(self, public: str, source: str) -> None:
        # One transaction, so that a crash never leaves the line and its source apart.
        orders = f"start\nupdate {PUBLIC} {public}\nupdate {_SOURCE} {source}\ndelete {_REWRITTEN}\ncommit\n"
        self._git.run("update-ref", "--stdin", stdin=orders.encode())


def is_tombstone(text: bytes) -> bool:
    """Tell whether a text stands in place of a withdrawn record, however that is spelt; unreadable ones may."""
    if _TOMBSTONE.encode() not in text and b"\\" not in text:
        # Without an escape it cannot be there; parsing thousands of records would take many seconds.
        return False
    try:
        return str(parse(text).front.get("schema", "")).startswith(_TOMBSTONE)
    except FrontMatterError:
        return f"schema: {_TOMBSTONE}".encode() in text[:_HEAD]
