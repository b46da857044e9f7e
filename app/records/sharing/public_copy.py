"""The repositories that git clients access: one to clone, and one that takes pushes.

They are separate from the content repository because git's protocol serves any object whose name a client knows. The
public has its own line of commits with what was published, without proposals and withdrawn text. It follows the first
parents of main, so the rounds of a proposal are left out. Until the first proposal is published, its commits are those
of main. After a withdrawal the line is rewritten without the record's earlier texts; people who cloned it before see
that it was replaced.
"""

import fcntl
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.records.commits import CommitNote
from app.records.document import FrontMatterError, parse
from app.records.git.bare_repository import ensure_bare, remove_left_locks
from app.records.git.command import Git, Limits
from app.records.paths import INDEX_FILE
from app.records.repository import MAIN, PUBLIC_LOCK, ContentRepository
from app.records.sharing.hook import hook_program

PUBLIC = "refs/public/main"
_SOURCE = "refs/public/source"
"""The commit of main that PUBLIC corresponds to."""

_REWRITTEN = "refs/public/rewritten"
DERIVED = frozenset({PUBLIC, _SOURCE, _REWRITTEN})
"""References that are recreated automatically."""
_TIMEOUT_SECONDS = 1800.0
_TOMBSTONE = "withdrawn/"


class PublicLine:
    """Keeps PUBLIC up to date with main. Callers hold the lock of the public copy."""

    def __init__(self, repository: ContentRepository) -> None:
        """Derive the line inside `repository`, under refs that are never served from there."""
        self._repository = repository
        self._git = repository.git

    def catch_up(self) -> None:
        """Update the line to main; raises NotInitialised if nothing has been published yet."""
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

    def _steps(self, source: str | None, head: str) -> Sequence[str]:
        span = f"{source}..{head}" if source else head
        return self._git.run("rev-list", "--reverse", "--first-parent", "--end-of-options", span).out.decode().split()

    def _extend(self, public: str | None, steps: Iterable[str], head: str) -> None:
        for step in steps:
            public = self._carried(step, public)
        if public is not None:
            self._move(public, head)

    def _carried(self, step: str, public: str | None) -> str:
        """Return a commit like `step` with parent `public`; `step` itself if that already is its parent."""
        parents = self._git.run("rev-list", "--parents", "-n1", "--end-of-options", step).line.split()[1:]
        if parents == ([public] if public else []):
            return step
        tree = self._repository.tree_of(step)
        return self._repository.commits.copy(step, tree, parents=(public,) if public else ())

    def _rewrite(self, head: str) -> None:
        paths = self._repository.list_paths(head)
        withdrawn = [path for path in paths if self._is_tombstone(f"{path}/{INDEX_FILE}", head)]
        if not withdrawn:
            self._extend(None, self._steps(None, head), head)
            return
        without = [f":(exclude,literal){path}" for path in withdrawn]
        refspec = f"--refspec={MAIN}:{_REWRITTEN}"
        self._git.run("update-ref", "-d", _REWRITTEN)
        exported = self._git.run(
            "fast-export", "--no-data", "--first-parent", refspec, MAIN, "--", ".", *without, seconds=_TIMEOUT_SECONDS
        )
        self._git.run("fast-import", "--quiet", "--force", stdin=exported.out, seconds=_TIMEOUT_SECONDS)
        note = CommitNote(author="node", message="Lay down what has been withdrawn")
        parent = self._repository.ref(_REWRITTEN)
        tree = self._repository.tree_of(head)
        public = self._repository.commits.commit(tree, parents=(parent,) if parent else (), note=note)
        self._move(public, head)

    def _move(self, public: str, source: str) -> None:
        # One transaction, so that a crash never leaves the line and its source inconsistent.
        orders = f"start\nupdate {PUBLIC} {public}\nupdate {_SOURCE} {source}\ndelete {_REWRITTEN}\ncommit\n"
        self._git.run("update-ref", "--stdin", stdin=orders.encode())


def is_tombstone(text: bytes) -> bool:
    """Return whether a text is a tombstone, in whatever spelling; True for an unreadable text that may be one."""
    if _TOMBSTONE.encode() not in text and b"\\" not in text:
        # Without the word or an escape it cannot be one; parsing thousands of records would take many seconds.
        return False
    try:
        return str(parse(text).front.get("schema", "")).startswith(_TOMBSTONE)
    except FrontMatterError:
        return f"schema: {_TOMBSTONE}".encode() in text[:4096]


class Usage:
    """Counts the users of a folder, across all threads and processes of the machine. A dead process does not count."""

    def __init__(self, lock: Path) -> None:
        """Count with the file `lock`, which must not be in the folder itself."""
        self._lock = lock

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Use the folder together with others; wait while somebody is clearing it."""
        with self._lock.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Yield at once whether the folder is unused; if so, nobody can use it until the end of the block."""
        with self._lock.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True


_INBOX_LIMITS = Limits(memory=512 * 1024 * 1024, file=256 * 1024 * 1024, seconds=60)
"""Sixteen kilobytes can expand to gigabytes, and git reconstructs in memory a text that is stored as a difference from
another."""
_MODEST = {
    # Each thread needs its own memory.
    "pack.threads": "1",
    "pack.windowMemory": "64m",
    "core.deltaBaseCacheLimit": "32m",
    "core.packedGitWindowSize": "16m",
    "core.packedGitLimit": "128m",
}
_CLONE_SETTINGS = {**_MODEST, "uploadpack.allowFilter": "true", "http.receivepack": "false", "gc.autoDetach": "false"}
_INBOX_SETTINGS = {
    **_MODEST,
    "http.receivepack": "true",
    "http.uploadpack": "false",
    "receive.procReceiveRefs": "refs",
    # Push options are not used, so let git reject them.
    "receive.advertisePushOptions": "false",
    "receive.fsckObjects": "true",
    "receive.denyDeletes": "true",
    "receive.maxInputSize": "50m",
    # Keep packs as received: unpacked, their contents would fill the disk.
    "transfer.unpackLimit": "1",
    # Do not load files larger than a record may have into memory: a few packed bytes can expand to millions.
    "core.bigFileThreshold": "1m",
    "receive.autogc": "false",
    "gc.auto": "0",
}


class PublicCopy:
    """`public.git` and `inbox.git` beside the content repository."""

    def __init__(self, repository: ContentRepository) -> None:
        """Derive from `repository`; nothing is created before the first call."""
        folder = repository.git.git_dir.parent
        self.clone = Git(folder / "public.git")
        self.inbox = Git(folder / "inbox.git", limits=_INBOX_LIMITS)
        self.layout = repository.layout
        self._repository = repository
        self._line = PublicLine(repository)
        self._usage = Usage(folder / "inbox.git.usage.lock")

    def refresh(self) -> str:
        """Update the copy and return its newest commit. Raises NotInitialised, RepositoryBusy, GitFailed."""
        with self._repository.exclusive(PUBLIC_LOCK):
            self._line.catch_up()
            wanted = self._repository.ref(PUBLIC)
            # "" if there is no copy or it is incomplete.
            shown = self.clone.run("rev-parse", "--verify", "--quiet", MAIN, accept=(0, 1, 128)).line
            goes_on = bool(shown and wanted) and self._repository.git.is_ancestor(shown, str(wanted))
            if shown != wanted and not goes_on and self.clone.git_dir.exists():
                # Objects of withdrawn text must not remain where anybody who knows their name can fetch them, not even
                # after a crash in the middle of this.
                shutil.rmtree(self.clone.git_dir)
                # The inbox borrows those objects, so its references to them would be broken.
                shutil.rmtree(self.inbox.git_dir, ignore_errors=True)
            # Nothing else writes to the copy, so any lock is from a killed git.
            remove_left_locks(self.clone)
            ensure_bare(self.clone, _CLONE_SETTINGS)
            return self._fetched(wanted, shown)

    def newest(self) -> str:
        """Return the newest commit of the copy to clone from, as the last refresh left it; raises GitFailed."""
        return self.clone.run("rev-parse", "--verify", MAIN).line

    @contextmanager
    def inbox_in_use(self) -> Iterator[Git]:
        """Open the inbox and keep others from emptying it meanwhile."""
        with self._usage.shared():
            yield self.open_inbox()

    def open_inbox(self) -> Git:
        """Return the repository that takes pushes; it borrows the objects of the copy to clone."""
        with self._repository.exclusive(PUBLIC_LOCK):
            hooks = self.inbox.git_dir / "hooks"
            ensure_bare(self.inbox, {**_INBOX_SETTINGS, "core.hooksPath": str(hooks)})
            _place(hooks / "proc-receive", hook_program(), 0o700)
            _place(self.inbox.git_dir / "objects" / "info" / "alternates", f"{self.clone.git_dir / 'objects'}\n", 0o600)
        return self.inbox

    def empty_inbox(self) -> bool:
        """Remove what pushes left (proposals have it); return False while somebody pushes."""
        with self._usage.alone() as alone:
            if alone:
                with self._repository.exclusive(PUBLIC_LOCK):
                    shutil.rmtree(self.inbox.git_dir, ignore_errors=True)
            return alone

    def _fetched(self, wanted: str | None, shown: str) -> str:
        if wanted is None or wanted == shown:
            return shown
        source = str(self._repository.git.git_dir)
        self.clone.run(
            "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--end-of-options", source, f"+{PUBLIC}:{MAIN}",
            seconds=1800.0,
        )  # fmt: skip
        return wanted


def _place(path: Path, text: str, mode: int) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    path.chmod(mode)
