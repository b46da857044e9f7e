"""The content repository of a node: a bare git repository with one published line, refs/heads/main."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import structlog
from filelock import FileLock, Timeout

from app.records.commits import CommitKey, CommitNote, CommitWriter, EditConflict
from app.records.git.bare_repository import ensure_bare, left_locks, remove_left_locks
from app.records.git.command import Git
from app.records.git.errors import ObjectMissing
from app.records.git.objects import ObjectReader, ObjectStore
from app.records.git.trees import TreeChange, changed_tree, parse_tree, read_folder
from app.records.history import VERSION_OF, History, VersionRef
from app.records.paths import INDEX_FILE, VOCABULARY_FOLDER, ContentLayout, UnsafePath, is_file_name, is_slug
from app.records.record import StoredFile
from app.shared.clock import Clock
from app.shared.errors import Unavailable
from app.shared.wording import N_

MAIN = "refs/heads/main"
REVIEW_LOCK = "review"
PUBLIC_LOCK = "public"
_MAINTENANCE_LOCK = "maintenance"
_WRITERS = (REVIEW_LOCK, "main", PUBLIC_LOCK, _MAINTENANCE_LOCK)
"""Locks for moving references, of which every writer holds one; several are taken in this order."""

_SETTINGS = {
    "core.logAllRefUpdates": "always",
    "core.fsync": "committed,reference",
    # Garbage collection would write a commit-graph without the path filters that make histories fast.
    "gc.writeCommitGraph": "false",
    "gc.autoDetach": "false",
    "receive.fsckObjects": "true",
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    "receive.maxInputSize": "50m",
    "transfer.hideRefs": "refs/seed",
    "uploadpack.hideRefs": "refs/proposals",
    "gpg.format": "ssh",
}

_GRAPH = ("--reachable", "--changed-paths")
_LOCK_SECONDS = 60.0
_COMMIT = re.compile(r"[0-9a-f]{40}")
_HASH_CACHE_SIZE = 16_384
"""Files whose hashes are cached; the content behind an object id never changes."""
_log = structlog.get_logger(__name__)

Gate = Callable[[Collection[str]], Mapping[str, int]]
"""Returns, for some of these folders, the minimum number of the next version; raises PublishingStopped."""


class NotInitialised(Unavailable):
    """The repository at `path` has no published content yet; `erfahrungsnetz init` adds it."""

    path: Path

    message = "%(path)s holds nothing yet. Start with erfahrungsnetz init --empty, or with records: erfahrungsnetz init"


class RepositoryBusy(Unavailable):
    """Another process has been using `name` for longer than a caller should wait."""

    name: str

    message = N_("Something else was published at the same moment. Please look at it and try once more.")


class PublishingStopped(Unavailable):
    """The node was restored from a backup; `erfahrungsnetz doctor` has not yet asked peers for later versions."""

    headline = N_("Nothing is published at the moment")
    message = N_(
        "Nothing is published here at the moment: this site was restored from a backup, and its partners have to be"
        " asked first which newer versions they hold. The operator does that (erfahrungsnetz doctor). Nothing that you"
        " wrote is lost; please try again afterwards."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSnapshot:
    """A record's folder at one commit: `text` is index.md, `files` are the other plain files."""

    text: bytes
    files: tuple[StoredFile, ...]


class ContentRepository:
    """A node's own records and vocabularies with all their versions.

    One object per process, made before or after a fork; thread-safe. Commit ids stay inside `app.records` and the
    catalogue's cursor: everybody else names versions by number or digest.
    """

    def __init__(
        self,
        git_dir: Path,
        *,
        plurals: Collection[str],
        key: CommitKey,
        clock: Clock,
        host: str = "node.invalid",
        gate: Gate = lambda _paths: {},
        present: Callable[[], object] = lambda: None,
    ) -> None:
        """Bind to the bare repository `git_dir`, which `create` creates; `present` raises if another machine has it.

        `plurals` are the folders of the record kinds; `host` names the node in authors' addresses. All code that
        publishes calls `permitted`, which asks `gate`.
        """
        self.gate = gate
        self.layout = ContentLayout(plurals)
        self.git = Git(git_dir.absolute(), present=present)
        self.reader = ObjectReader(self.git)
        self._hashed = lru_cache(maxsize=_HASH_CACHE_SIZE)(self._hash)
        self._store = ObjectStore(self.git)
        self.commits = CommitWriter(self.git, self._store, key=key, clock=clock, host=host)
        self._key = key
        self.history = History(self.git, self.layout)

    def create(self) -> None:
        """Create the repository and the commit key if missing, and update the settings."""
        self.git.git_dir.parent.mkdir(parents=True, exist_ok=True)
        self.free_references()
        with self.exclusive("main"):
            self._key.ensure()
            # git takes relative paths from the folder it is started in, so keys have absolute paths, which are
            # rewritten if the node's data has been moved.
            keys = {
                "user.signingKey": str(self._key.path),
                "gpg.ssh.allowedSignersFile": str(self._key.allowed_signers),
            }
            ensure_bare(self.git, {**_SETTINGS, **keys})

    def free_references(self) -> None:
        """Remove the locks that a killed git left; do nothing if somebody writes for more than a minute."""
        if not left_locks(self.git):
            return
        try:
            with self.alone():
                for lock in remove_left_locks(self.git):
                    _log.warning("repository.lock_removed", lock=str(lock.relative_to(self.git.git_dir)))
        except RepositoryBusy as error:
            _log.warning("repository.locks_left", busy=error.name)

    def close(self) -> None:
        """End the reading process; the object stays usable."""
        self.reader.close()

    # Reading

    def head(self) -> str:
        """Return the commit id of what is published; cheap. Raises NotInitialised if nothing is."""
        self.git.present()
        try:
            # Much faster than git. If references are packed, or stored in another way, the file does not exist.
            commit = (self.git.git_dir / MAIN).read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            commit = ""
        found = commit if _COMMIT.fullmatch(commit) else self.ref(MAIN)
        if found is None:
            raise NotInitialised(self.git.git_dir)
        return found

    def ref(self, name: str) -> str | None:
        """Return the commit id of the ref `name`; None if there is no such ref."""
        self.git.present()
        if not (self.git.git_dir / "HEAD").exists():
            return None
        try:
            return self.reader.resolve(name)
        except ObjectMissing:
            return None

    def list_paths(self, commit: str | None = None) -> tuple[str, ...]:
        """Return all record folders such as `case-studies/ulm`, sorted, including withdrawn ones."""
        return tuple(self.record_ids(commit or self.head()))

    def record_ids(self, commit: str) -> dict[str, str]:
        """Return each record folder at `commit` (or in a tree) with its content's id, sorted by path."""
        _check_commit(commit)
        return {
            f"{plural}/{entry.name}": entry.oid
            for plural in self.layout.plurals
            for entry in read_folder(self.reader, f"{commit}:{plural}")
            if entry.is_folder and is_slug(entry.name)
        }

    def vocabulary_ids(self, commit: str) -> dict[str, str]:
        """Return the plain files of the vocabulary folder at `commit` (or in a tree) with their object ids."""
        entries = read_folder(self.reader, f"{_check_commit(commit)}:{VOCABULARY_FOLDER}")
        return {entry.name: entry.oid for entry in entries if entry.is_file}

    def folder(self, path: str, commit: str, tree: str = "") -> FolderSnapshot:
        """Return a record's folder (faster with its id as `tree`); raises ObjectMissing and UnsafePath."""
        name = self._name(path, commit)
        index = f"{tree}:{INDEX_FILE}" if tree else f"{name}/{INDEX_FILE}"
        # Ask for both at once, to wait for git only once.
        folder, text = self.reader.read_together([tree or name, index])
        entries = parse_tree(folder.data) if folder is not None and folder.kind == "tree" else ()
        plain = {entry.name: entry for entry in entries if entry.is_file and is_file_name(entry.name)}
        if plain.pop(INDEX_FILE, None) is None or text is None:
            raise ObjectMissing(f"{name}/{INDEX_FILE}")
        hashed = ((entry.name, *self._hashed(entry.oid)) for entry in plain.values())
        files = tuple(StoredFile(name=file, size=size, sha256=digest) for file, size, digest in hashed)
        return FolderSnapshot(text=text.data, files=files)

    def file(self, path: str, name: str, commit: str, tree: str = "") -> bytes:
        """Return one plain file of a record's folder, see `folder`; raises ObjectMissing and UnsafePath."""
        if not is_file_name(name):
            raise UnsafePath(name)
        for entry in read_folder(self.reader, tree or self._name(path, commit)):
            if entry.name == name and entry.is_file:
                return self.reader.read(entry.oid).data
        raise ObjectMissing(f"{commit}:{path}/{name}")

    def _name(self, path: str, commit: str) -> str:
        return f"{_check_commit(commit)}:{self.layout.check_record(path)}"

    def _hash(self, oid: str) -> tuple[int, str]:
        data = self.reader.read(oid).data
        return len(data), sha256(data).hexdigest()

    def vocabulary(self, name: str, commit: str | None = None) -> bytes:
        """Return the vocabulary file `name` (without `.yaml`); raises ObjectMissing and UnsafePath."""
        path = self.layout.check_file(f"{VOCABULARY_FOLDER}/{name}.yaml")
        return self.reader.read(f"{commit or self.head()}:{path}").data

    def vocabulary_names(self) -> tuple[str, ...]:
        """Return the names of all vocabularies, sorted."""
        names = sorted(self.vocabulary_ids(self.head()))
        return tuple(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))

    def vocabulary_commits(self, name: str) -> list[str]:
        """Return the commits in which the file of a vocabulary changed, newest first."""
        path = self.layout.check_file(f"{VOCABULARY_FOLDER}/{name}.yaml")
        return self.git.run("log", "--first-parent", "--format=%H", MAIN, "--", path).line.split()

    def versions(self, path: str) -> tuple[VersionRef, ...]:
        """Return all versions of a record, oldest first; withdrawals are versions too."""
        return self.history.versions(path, self.head())

    # Writing

    def write(
        self,
        changes: Mapping[str, bytes | None],
        *,
        message: str,
        expected_head: str,
        author: str,
        trailers: Sequence[tuple[str, str]] = (),
    ) -> str:
        """Publish file changes as one signed commit and return its id.

        `changes` maps paths such as `case-studies/ulm/index.md` to the new content; None removes a file.
        Returns `expected_head` itself if nothing changes. Raises EditConflict if main has moved on,
        PublishingStopped, UnsafePath, FileTooLarge and UnsafeCommit.
        """
        note = CommitNote(author=author, message=message, trailers=trailers)
        note = self.permitted(note, [record for path in changes if (record := self.layout.record_of(path))])
        for path, content in changes.items():
            self.layout.check_file(path, content)
        with self.exclusive("main"):
            if self.ref(MAIN) != expected_head:
                raise EditConflict(MAIN, expected=expected_head)
            tree = self.changed_tree(changes.items(), base=expected_head)
            return self.publish_tree(tree, expected=expected_head, note=note)

    def permitted(self, note: CommitNote, paths: Iterable[str]) -> CommitNote:
        """Return the commit's note, with version numbers where needed, for these folders; raises PublishingStopped."""
        least = self.gate(frozenset(paths))
        return replace(
            note, trailers=(*note.trailers, *((VERSION_OF, f"{path} {least[path]}") for path in sorted(least)))
        )

    def publish_tree(self, tree: str, *, expected: str | None, note: CommitNote, ref: str = MAIN) -> str:
        """Store a signed commit of `tree` with the parent `expected` and move `ref` to it; raises EditConflict."""
        if expected is not None and self.tree_of(expected) == tree:
            return expected
        commit = self.commits.commit(tree, parents=(expected,) if expected else (), note=note)
        self.commits.move(ref, commit, expected=expected, reason=note.message)
        return commit

    def changed_tree(self, changes: Iterable[TreeChange], *, base: str) -> str:
        """Store the tree of `base` with a few changes, whose paths were checked; raises ObjectMissing and OSError."""
        return changed_tree(self.reader, self._store, changes, base=base)

    def tree_of(self, commit: str) -> str:
        """Return the id of the root tree of `commit`; raises ObjectMissing."""
        return self.reader.resolve(f"{commit}^{{tree}}")

    def maintain(self) -> None:
        """Pack objects and index history by path, so that reading stays fast; only one process at a time does so."""
        self.free_references()
        try:
            with self.exclusive(_MAINTENANCE_LOCK, seconds=0.0):
                self.git.run("gc", "--auto", "--quiet", seconds=1800.0)
                self.git.run("commit-graph", "write", *_GRAPH, "--split", seconds=1800.0)
        except RepositoryBusy:
            _log.info("repository.maintained_by_another")

    def scrub(self) -> None:
        """Remove unreachable objects and proposals that are gone; raises RepositoryBusy after a minute."""
        with self.alone():
            self.git.run("reflog", "expire", "--expire-unreachable=now", "--all", seconds=1800.0)
            self.git.run("gc", "--prune=now", "--quiet", seconds=1800.0)
            self.git.run("commit-graph", "write", *_GRAPH, "--split=replace", seconds=1800.0)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Block all other writers; raises RepositoryBusy if somebody has been writing for more than a minute."""
        with ExitStack() as stack:
            for name in _WRITERS:
                stack.enter_context(self.exclusive(name))
            yield

    @contextmanager
    def exclusive(self, name: str, seconds: float | None = None) -> Iterator[None]:
        """Hold the lock `name` on this machine. Raises RepositoryBusy after `seconds` (default: a minute)."""
        self.git.present()
        path = self.git.git_dir.parent / f"{self.git.git_dir.name}.{name}.lock"
        try:
            with FileLock(path, timeout=_LOCK_SECONDS if seconds is None else seconds):
                yield
        except Timeout as error:
            raise RepositoryBusy(name) from error


def _check_commit(commit: str) -> str:
    if _COMMIT.fullmatch(commit) is None:
        raise ObjectMissing(commit)
    return commit
