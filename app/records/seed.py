"""Imports a content folder into a node's repository: new records at once, records edited here as proposals."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.documents.limits import FILE_LIMIT
from app.records.commits import CommitNote
from app.records.git.trees import TreeChange, build_tree, read_folder
from app.records.paths import README, VOCABULARY_FOLDER, ContentLayout, FileTooLarge
from app.records.proposals import PROPOSALS
from app.records.repository import MAIN, ContentRepository
from app.shared.errors import Conflict, Invalid, NotFound


class SeedMissing(NotFound):
    """No folder of content files exists at `path`."""

    path: Path

    message = "there is no folder %(path)s"


class SymbolicLink(Invalid):
    """`path` in the content folder is a symbolic link; only plain files are imported."""

    path: str

    message = "symbolic links are not followed: %(path)s"


class SeedFolder:
    """The plain files of a content folder, checked once on opening."""

    def __init__(self, root: Path, layout: ContentLayout, *, records: bool = True) -> None:
        """List `root`; raises SeedMissing, SymbolicLink, FileTooLarge, and UnsafePath for a forbidden name.

        Hidden files are skipped. Files outside the known folders are listed in `ignored`. Without `records`, only
        vocabularies and the README are included.
        """
        if not root.is_dir():
            raise SeedMissing(root)
        self._root = root
        self.ignored: list[str] = []
        self._units: dict[str, list[str]] = {}
        folders = {*layout.plurals, VOCABULARY_FOLDER}
        for path in _walk(root, ""):
            if not records and path != README and not path.startswith(f"{VOCABULARY_FOLDER}/"):
                continue
            if path == README or (path.partition("/")[0] in folders and "/" in path):
                self._add(layout.check_file(path), layout)
            else:
                self.ignored.append(path)

    @property
    def units(self) -> tuple[str, ...]:
        """Return the record folders, vocabulary files and README, sorted."""
        return tuple(sorted(self._units))

    def files(self, unit: str) -> Iterator[tuple[str, bytes]]:
        """Read the files of one record folder, or the one other file."""
        for path in self._units[unit]:
            yield path, (self._root / path).read_bytes()

    def _add(self, path: str, layout: ContentLayout) -> None:
        size = (self._root / path).stat().st_size
        if size > FILE_LIMIT:
            raise FileTooLarge(path, size=size)
        self._units.setdefault(layout.record_of(path) or path, []).append(path)


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        path = f"{prefix}{entry.name}"
        if entry.is_symlink():
            raise SymbolicLink(path)
        if entry.is_dir():
            yield from _walk(Path(entry.path), f"{path}/")
        else:
            yield path


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLocal:
    """A record edited here and changed in the seed: ours is kept, the seed's version waits under `proposal`."""

    path: str
    proposal: str


States = Mapping[str, str]
"""Path of a record folder, vocabulary file or README -> id of its content."""


@dataclass(slots=True, kw_only=True)
class SyncReport:
    """Paths of records (`case-studies/ulm`) and vocabularies (`vocabulary/topics.yaml`) by what happens to them.

    `conflicting` ones were changed on both sides and end up in `kept_local`; `removed_in_seed` are missing from the
    seed but kept here; `ignored` are files that are neither.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    conflicting: list[str] = field(default_factory=list)
    kept_local: list[KeptLocal] = field(default_factory=list)
    removed_in_seed: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def direct(self) -> list[str]:
        """Return what is published without a proposal."""
        return [*self.added, *self.updated]

    @property
    def changed(self) -> bool:
        """Return whether anything was published or proposed."""
        return bool(self.direct or self.kept_local)


def plan_sync(*, before: States, now: States, main: States) -> SyncReport:
    """Compare the last import, the seed and what is published. Nothing edited here is replaced, merged or deleted."""
    plan = SyncReport(removed_in_seed=sorted(path for path in before.keys() - now.keys() if path in main))
    for path, content in sorted(now.items()):
        ours = main.get(path)
        if content in (before.get(path), ours):
            plan.unchanged.append(path)
        elif ours != before.get(path):
            plan.conflicting.append(path)
        else:
            (plan.added if ours is None else plan.updated).append(path)
    return plan


SEED = "refs/seed/main"

Progress = Callable[[int, int], None]
"""Called with the number of records done and their total."""

_AUTHOR = "seed"
_PREFIX = "seed-"
_SHORT = 12
_NAME_LENGTH = 87
"""Maximum length of a name, which with its suffix must not exceed a hundred characters."""


class AlreadyInitialised(Conflict):
    """The node at `path` already has content; `sync` imports changes of the seed."""

    path: Path

    message = (
        "%(path)s holds a node already. Start it with: erfahrungsnetz run. To publish what changed in a content "
        "folder: erfahrungsnetz sync"
    )


def _silent(done: int, total: int) -> None:
    """Ignore the progress."""


class SeedImporter:
    """Imports a content folder into a node's repository; the next `sync` completes what was interrupted."""

    def __init__(self, repository: ContentRepository) -> None:
        """Import into `repository`, which must have been created."""
        self._repository = repository

    def init(self, root: Path, progress: Progress = _silent, *, records: bool = True) -> SyncReport:
        """Publish `root` (or only its vocabularies) as first commit; raises AlreadyInitialised, and like SeedFolder."""
        if self._repository.ref(MAIN) is not None:
            raise AlreadyInitialised(self._repository.git.git_dir)
        return self._taken(SeedFolder(root, self._repository.layout, records=records), progress)

    def sync(self, root: Path, progress: Progress = _silent) -> SyncReport:
        """Import what changed in the folder `root` since the last import.

        A record not edited here is updated. One that was edited here is kept, and the seed's version is stored as a
        proposal. Nothing is merged or deleted. Raises PublishingStopped if something would have to be published, and
        what SeedFolder raises.
        """
        return self._taken(SeedFolder(root, self._repository.layout), progress)

    def _taken(self, seed: SeedFolder, progress: Progress) -> SyncReport:
        tree = build_tree(self._repository.git, _counted(seed, progress), base=None)
        with self._repository.exclusive("main"):
            report = self._bring_in(seed, tree)
        if report.changed:
            self._repository.maintain()
        return report

    def _bring_in(self, seed: SeedFolder, tree: str) -> SyncReport:
        before, main = self._repository.ref(SEED), self._repository.ref(MAIN)
        plan = plan_sync(before=self._states(before), now=self._states(tree), main=self._states(main))
        head = self._publish(seed, plan, tree, main)
        plan.kept_local = [self._propose(seed, path, head) for path in plan.conflicting]
        plan.ignored = seed.ignored
        # Do this last, so that the next run repeats an interrupted one.
        self._remember(tree, before, head)
        return plan

    def _publish(self, seed: SeedFolder, plan: SyncReport, tree: str, main: str | None) -> str:
        if main is None:
            return self._repository.publish_tree(tree, expected=None, note=_note("Import the content folder"))
        if not plan.direct:
            return main
        note = self._repository.permitted(_note("Follow the content folder"), plan.direct)
        changed = build_tree(self._repository.git, _replacing(seed, plan.direct), base=main)
        return self._repository.publish_tree(changed, expected=main, note=note)

    def _propose(self, seed: SeedFolder, path: str, head: str) -> KeptLocal:
        message = f"Propose {path}"
        ref = self._waiting(message)
        present = self._repository.ref(ref) if ref else None
        tree = build_tree(self._repository.git, _replacing(seed, [path]), base=head)
        if ref is None or present is None or self._repository.tree_of(present) != tree:
            commit = self._repository.commits.commit(tree, parents=[head], note=_note(message))
            ref = ref or f"{PROPOSALS}{_proposal_name(path, commit)}"
            self._repository.commits.move(ref, commit, expected=present, reason="sync")
        return KeptLocal(path=path, proposal=ref)

    def _waiting(self, message: str) -> str | None:
        """Return the reference of an earlier version that still waits; None once it was decided."""
        listing = self._repository.git.run("for-each-ref", "--format=%(refname) %(subject)", f"{PROPOSALS}{_PREFIX}*")
        named = (line.partition(" ") for line in listing.out.decode("utf-8", "replace").splitlines())
        return next((ref for ref, _, subject in named if subject == message), None)

    def _remember(self, tree: str, before: str | None, head: str) -> None:
        if before is None and self._repository.tree_of(head) == tree:
            self._repository.commits.move(SEED, head, expected=None, reason="import")
        else:
            self._repository.publish_tree(tree, expected=before, note=_note("Follow the content folder"), ref=SEED)

    def _states(self, state: str | None) -> dict[str, str]:
        """Return the content ids by path in a commit or tree."""
        if state is None:
            return {}
        vocabularies = self._repository.vocabulary_ids(state)
        records = self._repository.record_ids(state)
        root = read_folder(self._repository.reader, f"{state}:")
        others = {f"{VOCABULARY_FOLDER}/{name}": oid for name, oid in vocabularies.items()}
        return records | others | {entry.name: entry.oid for entry in root if entry.name == README}


def _note(message: str) -> CommitNote:
    return CommitNote(author=_AUTHOR, message=message)


def _proposal_name(path: str, commit: str) -> str:
    """Return a name that no earlier proposal had; under the name of a closed one, nobody would see this one."""
    folder, _, name = path.partition("/")
    named = f"{_PREFIX}{folder}-{name.removesuffix('.yaml')}"[:_NAME_LENGTH].rstrip("-")
    return f"{named}-{commit[:_SHORT]}"


def _counted(seed: SeedFolder, progress: Progress) -> Iterator[TreeChange]:
    total = len(seed.units)
    for done, unit in enumerate(seed.units, start=1):
        yield from seed.files(unit)
        progress(done, total)


def _replacing(seed: SeedFolder, units: Sequence[str]) -> Iterator[TreeChange]:
    for unit in units:
        yield unit, None
        yield from seed.files(unit)
